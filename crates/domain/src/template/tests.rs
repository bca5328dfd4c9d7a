//! The template's rules, and how its fields are filled in.

use cqrs_es::test::AggregateTestExecutor;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::actor::Actor;
use crate::channel::ChannelKind;
use crate::ids::{AgentId, TemplateId};
use crate::scenario::*;

const GREETING: TemplateId = TemplateId::from_uuid(Uuid::from_u128(0xf1));

fn story(events: impl IntoIterator<Item = TemplateEvent>) -> AggregateTestExecutor<Template> {
    given::<Template>((), events.into_iter().collect())
}

fn by(id: AgentId) -> Actor {
    Actor::Agent { id }
}

fn content(name: &str, body: &str) -> TemplateContent {
    TemplateContent {
        name: name.to_owned(),
        body: body.to_owned(),
        channel_kinds: vec![ChannelKind::Sms, ChannelKind::Sms],
        approved: None,
    }
}

fn create(content: TemplateContent) -> TemplateCommand {
    TemplateCommand::CreateTemplate {
        template_id: GREETING,
        content,
        owner: Some(ANA),
        by: by(ANA),
        at: at(0),
    }
}

fn created(owner: Option<AgentId>) -> TemplateEvent {
    TemplateEvent::TemplateCreated {
        template_id: GREETING,
        content: TemplateContent {
            channel_kinds: vec![ChannelKind::Sms],
            ..content("Greeting", "Hello {{client.first_name}}")
        },
        owner,
        by: by(ANA),
        at: at(0),
    }
}

#[test]
fn h9_a_template_is_written_once() {
    let command = create(content(" Greeting ", " Hello {{client.first_name}} "));
    story([])
        .when(command.clone())
        .then_expect_events(vec![created(Some(ANA))]);
    story([created(Some(ANA))])
        .when(command)
        .then_expect_events(vec![]);
}

#[test]
fn h9_name_text_and_fields_are_checked() {
    for name in ["", "\u{200b}", &"x".repeat(81)] {
        story([])
            .when(create(content(name, "Hello")))
            .then_expect_error(TemplateRefusal::TemplateNameInvalid { limit: 80 });
    }
    for body in ["", "\u{200b}", "a\0b", &"x".repeat(4001)] {
        story([])
            .when(create(content("Greeting", body)))
            .then_expect_error(TemplateRefusal::TemplateBodyInvalid { limit: 4000 });
    }
    story([])
        .when(create(content("Greeting", "Hello {{client.firstname}}")))
        .then_expect_error(TemplateRefusal::TemplateFieldUnknown {
            field: "client.firstname".to_owned(),
            known: FIELDS.join(", "),
        });
    story([])
        .when(create(content("Greeting", "Hello {{client.name")))
        .then_expect_error(TemplateRefusal::TemplateFieldOpen);
    for (name, language) in [(" ", "es"), ("Order sent", "es"), ("order_sent", "es es")] {
        let mut misnamed = content("Greeting", "Hello");
        misnamed.approved = Some(ApprovedTemplate {
            name: name.to_owned(),
            language: language.to_owned(),
            category: TemplateCategory::Utility,
        });
        story([])
            .when(create(misnamed))
            .then_expect_error(TemplateRefusal::TemplateApprovalInvalid { limit: 80 });
    }
}

#[test]
fn h9_ones_own_is_ones_own_and_everybodys_is_the_administrators() {
    let change = |who, administrator| TemplateCommand::ChangeTemplate {
        content: content("Greeting", "Bye"),
        by: by(who),
        administrator,
    };
    let delete = |who, administrator| TemplateCommand::DeleteTemplate {
        by: by(who),
        administrator,
    };
    for command in [change(MAREK, true), delete(MAREK, false)] {
        story([created(Some(ANA))])
            .when(command.clone())
            .then_expect_error(TemplateRefusal::TemplateNotFound);
        story([])
            .when(command)
            .then_expect_error(TemplateRefusal::TemplateNotFound);
    }
    for command in [change(ANA, false), delete(ANA, false)] {
        story([created(None)])
            .when(command.clone())
            .then_expect_error(TemplateRefusal::TemplateIsShared);
        let own = story([created(Some(ANA))]).when(command);
        assert_eq!(own.inspect_result().unwrap().len(), 1);
    }
    let deleted = TemplateEvent::TemplateDeleted { by: by(MAREK) };
    story([created(None)])
        .when(delete(MAREK, true))
        .then_expect_events(vec![deleted.clone()]);
    story([created(None), deleted.clone()])
        .when(delete(MAREK, true))
        .then_expect_events(vec![]);
    story([created(None), deleted])
        .when(change(MAREK, true))
        .then_expect_error(TemplateRefusal::TemplateNotFound);
}

#[test]
fn h9_fields_are_filled_in_and_what_is_filled_in_is_no_field() {
    let values = Values {
        client_first_name: Some("{{client.phone}}".to_owned()),
        agent_name: Some("Ana".to_owned()),
        client_email: Some(" ".to_owned()),
        ..Values::default()
    };
    let body = "Hola {{ client.first_name }}, {{client.last_name | amigo}}: {{agent.name}} }} {";
    assert_eq!(
        render(body, &values).unwrap(),
        "Hola {{client.phone}}, amigo: Ana }} {"
    );
    assert_eq!(render("{{client.name|}}!", &values).unwrap(), "!");
    assert_eq!(
        render("Hola {{client.email}}", &values),
        Err(TemplateRefusal::TemplateFieldMissing {
            field: "client.email".to_owned()
        })
    );
    let filled = fill(
        "Hola {{ client.email }}, {{client.last_name}}: {{agent.name}}",
        &values,
    );
    let filled = filled.unwrap();
    assert_eq!(
        filled.text,
        "Hola {{client.email}}, {{client.last_name}}: Ana"
    );
    assert_eq!(filled.missing, ["client.email", "client.last_name"]);
}

#[test]
fn refusals_survive_storage_and_have_their_code() {
    let field = || "client.name".to_owned();
    let all = [
        TemplateRefusal::TemplateNotFound,
        TemplateRefusal::TemplateIsShared,
        TemplateRefusal::TemplateNameInvalid { limit: 80 },
        TemplateRefusal::TemplateBodyInvalid { limit: 4000 },
        TemplateRefusal::TemplateFieldUnknown {
            field: field(),
            known: field(),
        },
        TemplateRefusal::TemplateFieldOpen,
        TemplateRefusal::TemplateApprovalInvalid { limit: 80 },
        TemplateRefusal::TemplateFieldMissing { field: field() },
        TemplateRefusal::TemplateNotForChannel,
    ];
    for refusal in all {
        let json = serde_json::to_value(&refusal).unwrap();
        let code = json["code"].as_str().unwrap().to_uppercase();
        assert_eq!(code, refusal.code());
        let again: TemplateRefusal = serde_json::from_value(json).unwrap();
        assert_eq!(again, refusal);
    }
}

proptest! {
    #[test]
    fn any_text_is_filled_in_or_refused(body in "([{}|a-c .]|client\\.name|\\PC){0,40}") {
        let values = Values { client_name: Some("Ana".to_owned()), ..Values::default() };
        let fields = body.matches("{{").count();
        prop_assert!(fields == 0 || render(&body, &values) != Ok(body.clone()));
        let plain: String = body.chars().filter(|c| *c != '{').collect();
        prop_assert_eq!(render(&plain, &values), Ok(plain));
    }
}
