//! The client's rules, command by command, and as properties over random stories.

mod merging;

use std::sync::Arc;

use cqrs_es::test::AggregateTestExecutor;
use proptest::prelude::*;

use super::*;
use crate::actor::Actor;
use crate::agent::Role;
use crate::channel::ChannelKind;
use crate::chat::AgentFact;
use crate::ids::ClientId;
use crate::personal::Personal;
use crate::scenario::*;

const ANNA: ClientId = client(1);

fn by() -> Actor {
    Actor::Agent { id: ANA }
}

fn facts_of(role: Role, active: bool) -> ClientFacts {
    ClientFacts {
        agent: Some(AgentFact {
            agent_id: ANA,
            role,
            active,
            chats_right: role.has_chats_right(),
            channel_access: false,
        }),
        owner_active: true,
        clients: Arc::default(),
    }
}

fn facts() -> ClientFacts {
    facts_of(Role::Agent, true)
}

fn story(events: impl IntoIterator<Item = ClientEvent>) -> AggregateTestExecutor<Client> {
    given::<Client>(facts(), events.into_iter().collect())
}

fn typed(first: &str, phones: &[&str], emails: &[&str]) -> DetailsInput {
    let owned = |texts: &[&str]| Some(texts.iter().map(|&text| text.to_owned()).collect());
    DetailsInput {
        first_name: Some(first.to_owned()),
        phones: owned(phones),
        emails: owned(emails),
        ..DetailsInput::default()
    }
}

fn create(details: DetailsInput) -> ClientCommand {
    ClientCommand::CreateClient {
        client_id: ANNA,
        details,
        by: by(),
        at: at(0),
    }
}

fn created() -> ClientEvent {
    let details = ClientDetails {
        first_name: Some("Łucja".to_owned()),
        ..ClientDetails::default()
    };
    ClientEvent::ClientCreated {
        client_id: ANNA,
        details: Personal::new(ANNA, details),
        by: by(),
        at: at(0),
    }
}

fn merged(into: ClientId) -> ClientEvent {
    ClientEvent::ClientMerged { into, by: by() }
}

/// Everything that can be asked of a client that is there.
fn commands() -> Vec<ClientCommand> {
    let by = by();
    vec![
        ClientCommand::ChangeClientDetails {
            details: typed("Ana", &[], &[]),
            by: by.clone(),
        },
        ClientCommand::MarkClient {
            mark: Some(ClientMark::Vip),
            by: by.clone(),
        },
        tag("late"),
        ClientCommand::UntagClient {
            tag: "late".to_owned(),
            by: by.clone(),
        },
        own(Some(MAREK)),
        disturb(ChannelKind::Sms, false),
        ClientCommand::DeleteClient { by: by.clone() },
        ClientCommand::MergeClient {
            into: client(2),
            by: by.clone(),
        },
        ClientCommand::UnmergeClient { by },
    ]
}

fn tag(tag: &str) -> ClientCommand {
    ClientCommand::TagClient {
        tag: tag.to_owned(),
        by: by(),
    }
}

fn own(owner: Option<crate::ids::AgentId>) -> ClientCommand {
    ClientCommand::ChangeClientOwner { owner, by: by() }
}

fn disturb(channel_kind: ChannelKind, may: bool) -> ClientCommand {
    ClientCommand::SetClientDoNotDisturb {
        channel_kind,
        on: !may,
        by: by(),
    }
}

#[test]
fn g4_a_client_is_made_once_with_what_was_typed_and_its_normal_form() {
    let details = typed(
        " Łucja ",
        &["+48 600-100 200", "0048600100200", "600 100 200"],
        &["Lucja@Poczta.example"],
    );
    let phone = |typed: &str, e164: Option<&str>| Phone {
        typed: typed.to_owned(),
        e164: e164.map(str::to_owned),
    };
    let known = ClientDetails {
        first_name: Some("Łucja".to_owned()),
        phones: vec![
            phone("+48 600-100 200", Some("+48600100200")),
            phone("0048600100200", Some("+48600100200")),
            phone("600 100 200", None),
        ],
        emails: vec![Email {
            typed: "Lucja@Poczta.example".to_owned(),
            normal: "lucja@poczta.example".to_owned(),
        }],
        ..ClientDetails::default()
    };
    let event = ClientEvent::ClientCreated {
        client_id: ANNA,
        details: Personal::new(ANNA, known),
        by: by(),
        at: at(0),
    };
    story([])
        .when(create(details.clone()))
        .then_expect_events(vec![event]);
    story([created()])
        .when(create(details))
        .then_expect_events(vec![]);
    story([])
        .when(create(typed("\u{200b}", &[], &[" "])))
        .then_expect_error(ClientRefusal::DetailsEmpty);
}

#[test]
fn g5_what_is_not_said_stays_and_what_is_empty_goes() {
    let mut known = ClientDetails {
        first_name: Some("Ana".to_owned()),
        last_name: Some("Sol".to_owned()),
        address: Some("Calle 1".to_owned()),
        phones: vec![parse_phone("600100200").unwrap()],
        ..ClientDetails::default()
    };
    known.change(&DetailsChange {
        last_name: Some(String::new()),
        phones: Some(Vec::new()),
        address: Some("Calle 2\nMadrid".to_owned()),
        ..DetailsChange::default()
    });
    assert_eq!(known.name().as_deref(), Some("Ana"));
    assert!(known.phones.is_empty());
    assert_eq!(known.address.as_deref(), Some("Calle 2\nMadrid"));
    let nothing = ClientCommand::ChangeClientDetails {
        details: DetailsInput::default(),
        by: by(),
    };
    story([created()]).when(nothing).then_expect_events(vec![]);
}

#[test]
fn g5_numbers_and_addresses_are_checked_and_kept_as_typed() {
    for (text, e164) in [
        ("+34 600 123 123", Some("+34600123123")),
        ("(+34) 600", None),
        ("0034 600.123.123", Some("+34600123123")),
        ("91 123 45 67", None),
        ("+1 (202) 555-0123", Some("+12025550123")),
    ] {
        let phone = parse_phone(text);
        if text.starts_with('(') {
            assert_eq!(phone, None, "{text}");
        } else {
            let phone = phone.unwrap();
            assert_eq!((phone.typed.as_str(), phone.e164.as_deref()), (text, e164));
        }
    }
    for wrong in [
        "",
        "1234",
        "call me",
        "+34 600 x",
        "1234567890123456",
        "+0 12345 abc",
        "٣٤٦٠٠١٢٣",
    ] {
        assert!(!is_phone(wrong), "{wrong}");
    }
    for wrong in ["ana", "@", "a@", "@b", "a@b@c", "a b@c", "a\0@b"] {
        assert_eq!(parse_email(wrong), None, "{wrong}");
    }
    story([])
        .when(create(typed("Ana", &["call me"], &[])))
        .then_expect_error(ClientRefusal::PhoneInvalid);
    story([])
        .when(create(typed("Ana", &[], &["nobody"])))
        .then_expect_error(ClientRefusal::ClientEmailInvalid);
    story([])
        .when(create(typed("Ana", &["600100200"; 11], &[])))
        .then_expect_error(ClientRefusal::DetailsTooMany { limit: 10 });
    story([])
        .when(create(typed(&"x".repeat(81), &[], &[])))
        .then_expect_error(ClientRefusal::ClientNameTooLong { limit: 80 });
    let far = DetailsInput {
        address: Some("x".repeat(501)),
        ..DetailsInput::default()
    };
    story([])
        .when(create(far))
        .then_expect_error(ClientRefusal::AddressTooLong { limit: 500 });
}

#[test]
fn g6_vip_and_bad_take_turns() {
    let mark = |mark| ClientCommand::MarkClient { mark, by: by() };
    let marked = |mark| ClientEvent::ClientMarked { mark, by: by() };
    let vip = Some(ClientMark::Vip);
    story([created()])
        .when(mark(vip))
        .then_expect_events(vec![marked(vip)]);
    story([created(), marked(vip)])
        .when(mark(vip))
        .then_expect_events(vec![]);
    story([created(), marked(vip)])
        .when(mark(Some(ClientMark::Bad)))
        .then_expect_events(vec![marked(Some(ClientMark::Bad))]);
    let record = fold::<Client>(&[created(), marked(vip), marked(Some(ClientMark::Bad))]);
    assert_eq!(record.record().unwrap().mark, Some(ClientMark::Bad));
}

#[test]
fn g14_tags_are_visible_short_and_few() {
    let tagged = |n: usize| ClientEvent::ClientTagged {
        tag: format!("tag {n}"),
        by: by(),
    };
    for wrong in ["", "\u{200b}", "a\nb", &"x".repeat(51)] {
        story([created()])
            .when(tag(wrong))
            .then_expect_error(ClientRefusal::ClientTagInvalid { limit: 50 });
    }
    let full = std::iter::once(created()).chain((0..20).map(tagged));
    story(full.clone())
        .when(tag("one more"))
        .then_expect_error(ClientRefusal::ClientTagsTooMany { limit: 20 });
    story(full).when(tag(" tag 3 ")).then_expect_events(vec![]);
}

#[test]
fn g14_the_owner_is_an_active_agent_or_nobody() {
    let owned = |owner| ClientEvent::ClientOwnerChanged { owner, by: by() };
    story([created()])
        .when(own(Some(MAREK)))
        .then_expect_events(vec![owned(Some(MAREK))]);
    story([created(), owned(Some(MAREK))])
        .when(own(None))
        .then_expect_events(vec![owned(None)]);
    let gone = ClientFacts {
        owner_active: false,
        ..facts()
    };
    given::<Client>(gone, vec![created()])
        .when(own(Some(MAREK)))
        .then_expect_error(ClientRefusal::OwnerNotFound);
}

#[test]
fn g15_do_not_disturb_is_kept_per_kind_of_channel() {
    let changed = |on| ClientEvent::ClientDoNotDisturbChanged {
        channel_kind: ChannelKind::Sms,
        on,
        by: by(),
    };
    story([created()])
        .when(disturb(ChannelKind::Sms, false))
        .then_expect_events(vec![changed(true)]);
    story([created(), changed(true)])
        .when(disturb(ChannelKind::Sms, false))
        .then_expect_events(vec![]);
    story([created(), changed(true)])
        .when(disturb(ChannelKind::Sms, true))
        .then_expect_events(vec![changed(false)]);
    story([created()])
        .when(disturb(ChannelKind::Email, true))
        .then_expect_events(vec![]);
}

#[test]
fn a_deleted_client_is_not_there_any_more() {
    let deleted = ClientEvent::ClientDeleted { by: by() };
    story([created()])
        .when(ClientCommand::DeleteClient { by: by() })
        .then_expect_events(vec![deleted.clone()]);
    for command in commands() {
        let is_delete = matches!(command, ClientCommand::DeleteClient { .. });
        let then = story([created(), deleted.clone()]).when(command.clone());
        match is_delete {
            true => then.then_expect_events(vec![]),
            false => then.then_expect_error(ClientRefusal::ClientNotFound),
        }
        story([])
            .when(command)
            .then_expect_error(ClientRefusal::ClientNotFound);
    }
}

#[test]
fn everything_needs_an_active_agent_with_the_chats_right_and_programs_are_let_in_by_scope() {
    for command in commands()
        .into_iter()
        .chain([create(typed("Ana", &[], &[]))])
    {
        for (role, active, refusal) in [
            (Role::Agent, false, ClientRefusal::AgentInactive),
            (Role::Auditor, true, ClientRefusal::NoChatsRight),
            (Role::Integrator, true, ClientRefusal::NoChatsRight),
        ] {
            given::<Client>(facts_of(role, active), vec![created()])
                .when(command.clone())
                .then_expect_error(refusal);
        }
    }
    let by = Actor::Integration {
        name: "shop".to_owned(),
    };
    let mark = Some(ClientMark::Bad);
    given::<Client>(ClientFacts::default(), vec![created()])
        .when(ClientCommand::MarkClient {
            mark,
            by: by.clone(),
        })
        .then_expect_events(vec![ClientEvent::ClientMarked { mark, by }]);
}

#[test]
fn refusals_survive_storage_and_have_their_code() {
    let all = [
        ClientRefusal::ClientNotFound,
        ClientRefusal::AgentInactive,
        ClientRefusal::NoChatsRight,
        ClientRefusal::DetailsEmpty,
        ClientRefusal::ClientNameTooLong { limit: 80 },
        ClientRefusal::PhoneInvalid,
        ClientRefusal::ClientEmailInvalid,
        ClientRefusal::DetailsTooMany { limit: 10 },
        ClientRefusal::AddressTooLong { limit: 500 },
        ClientRefusal::ClientTagInvalid { limit: 50 },
        ClientRefusal::ClientTagsTooMany { limit: 20 },
        ClientRefusal::OwnerNotFound,
        ClientRefusal::ClientIsMerged { into: client(2) },
        ClientRefusal::MergeCircle,
        ClientRefusal::MergeTargetNotFound,
    ];
    for refusal in all {
        let json = serde_json::to_value(&refusal).unwrap();
        let code = json["code"].as_str().unwrap().to_uppercase();
        assert_eq!(code, refusal.code());
        let again: ClientRefusal = serde_json::from_value(json).unwrap();
        assert_eq!(again, refusal);
    }
}

fn command() -> impl Strategy<Value = ClientCommand> {
    let every = commands().into_iter().chain([
        create(typed("Ana", &["600100200"], &["ana@b.example"])),
        tag("new"),
        own(None),
        disturb(ChannelKind::Sms, true),
        ClientCommand::MarkClient {
            mark: None,
            by: by(),
        },
    ]);
    prop::sample::select(every.collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn a_client_keeps_its_promises(commands in prop::collection::vec(command(), 0..40)) {
        let (mut client, mut journal) = (Client::default(), Vec::new());
        for command in commands {
            let Ok(events) = decide(&client, command.clone(), &facts()) else { continue };
            for event in events {
                evolve(&mut client, &event);
                journal.push(event);
            }
            // Details are not kept in the state, so a repeated change is caught by its dedupe key.
            if !matches!(command, ClientCommand::ChangeClientDetails { .. }) {
                prop_assert_eq!(decide(&client, command, &facts()), Ok(Vec::new()));
            }
        }
        prop_assert_eq!(client.record().is_some(), !journal.is_empty());
        prop_assert_eq!(&fold::<Client>(&journal), &client);
        holds_nothing_personal(&client, &["Ana", "600100200", "b.example"]);
    }
}
