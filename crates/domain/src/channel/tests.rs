//! The channel's rules, command by command, and as a property over random stories.

use cqrs_es::test::AggregateTestExecutor;
use proptest::prelude::*;

use super::*;
use crate::scenario::*;

fn story(events: impl IntoIterator<Item = ChannelEvent>) -> AggregateTestExecutor<Channel> {
    given::<Channel>((), events.into_iter().collect())
}

fn widget() -> WidgetSettings {
    WidgetSettings {
        key: "demo-shop".to_owned(),
        origins: vec!["https://www.taller-hilo.example".to_owned()],
        title: Some("Taller Hilo".to_owned()),
        greeting: None,
        color: Some("#1a2b3c".to_owned()),
        form: Vec::new(),
        typing_preview: false,
    }
}

fn connect_with(kind: ChannelKind, name: &str, widget: Option<WidgetSettings>) -> ChannelCommand {
    ChannelCommand::ConnectChannel {
        channel_id: CHANNEL,
        kind,
        name: name.to_owned(),
        widget,
        page: None,
        transport: Transport::Own,
        reports: None,
    }
}

fn connected() -> ChannelEvent {
    ChannelEvent::ChannelConnected {
        channel_id: CHANNEL,
        kind: ChannelKind::WebChat,
        name: "Shop".to_owned(),
        widget: Some(widget()),
        page: None,
        transport: Transport::Own,
        reports: None,
    }
}

fn refuses_widget(change: impl Fn(&mut WidgetSettings), refusal: &ChannelRefusal) {
    let mut wrong = widget();
    change(&mut wrong);
    story([])
        .when(connect_with(
            ChannelKind::WebChat,
            "Shop",
            Some(wrong.clone()),
        ))
        .then_expect_error(refusal.clone());
    story([connected()])
        .when(ChannelCommand::ConfigureWidget { widget: wrong })
        .then_expect_error(refusal.clone());
}

mod connect_channel {
    use super::*;

    #[test]
    fn a_web_chat_is_connected_once() {
        let command = connect_with(ChannelKind::WebChat, " Shop ", Some(widget()));
        story([])
            .when(command.clone())
            .then_expect_events(vec![connected()]);
        story([connected()])
            .when(command)
            .then_expect_events(vec![]);
    }

    #[test]
    fn a_web_chat_needs_a_widget_and_no_other_kind_has_one() {
        story([])
            .when(connect_with(ChannelKind::WebChat, "Shop", None))
            .then_expect_error(ChannelRefusal::WidgetMissing);
        story([])
            .when(connect_with(ChannelKind::Email, "Shop", Some(widget())))
            .then_expect_error(ChannelRefusal::WidgetNotAllowed);
        assert!(
            story([])
                .when(connect_with(ChannelKind::Email, "S", None))
                .inspect_result()
                .is_ok()
        );
    }

    #[test]
    fn a_name_has_1_to_80_characters() {
        for name in ["", "  ", "\u{200b}", &"x".repeat(81)] {
            story([])
                .when(connect_with(ChannelKind::Sms, name, None))
                .then_expect_error(ChannelRefusal::NameInvalid { limit: 80 });
        }
    }
}

mod configure_widget;

mod rename_channel {
    use super::*;

    #[test]
    fn a_new_name_counts_and_the_same_name_is_no_news() {
        let rename = |name: &str| ChannelCommand::RenameChannel {
            name: name.to_owned(),
        };
        story([connected()])
            .when(rename("Tienda"))
            .then_expect_events(vec![ChannelEvent::ChannelRenamed {
                name: "Tienda".to_owned(),
            }]);
        story([connected()])
            .when(rename("Shop"))
            .then_expect_events(vec![]);
        story([connected()])
            .when(rename(""))
            .then_expect_error(ChannelRefusal::NameInvalid { limit: 80 });
        story([connected()])
            .when(rename(&"ñ".repeat(80)))
            .then_expect_events(vec![ChannelEvent::ChannelRenamed {
                name: "ñ".repeat(80),
            }]);
        story([connected()])
            .when(rename(&"ñ".repeat(81)))
            .then_expect_error(ChannelRefusal::NameInvalid { limit: 80 });
        story([])
            .when(rename("A"))
            .then_expect_error(ChannelRefusal::ChannelNotFound);
    }
}

mod grant_and_revoke_channel_access {
    use uuid::Uuid;

    use super::*;
    use crate::GroupId;

    /// Given and taken: each is news once, and there is nothing to give on a channel that is not there.
    fn each_counts_once(
        (grant, granted): (ChannelCommand, ChannelEvent),
        (revoke, revoked): (ChannelCommand, ChannelEvent),
    ) {
        story([connected()])
            .when(grant.clone())
            .then_expect_events(vec![granted.clone()]);
        story([connected(), granted.clone()])
            .when(grant.clone())
            .then_expect_events(vec![]);
        story([connected(), granted])
            .when(revoke.clone())
            .then_expect_events(vec![revoked]);
        story([connected()])
            .when(revoke.clone())
            .then_expect_events(vec![]);
        for command in [grant, revoke] {
            story([])
                .when(command)
                .then_expect_error(ChannelRefusal::ChannelNotFound);
        }
    }

    #[test]
    fn access_is_granted_and_taken_once() {
        let agent_id = ANA;
        each_counts_once(
            (
                ChannelCommand::GrantChannelAccess { agent_id },
                ChannelEvent::ChannelAccessGranted { agent_id },
            ),
            (
                ChannelCommand::RevokeChannelAccess { agent_id },
                ChannelEvent::ChannelAccessRevoked { agent_id },
            ),
        );
    }

    #[test]
    fn access_of_a_group_is_granted_and_taken_once() {
        let group_id = GroupId::from_uuid(Uuid::from_u128(7));
        each_counts_once(
            (
                ChannelCommand::GrantToGroup { group_id },
                ChannelEvent::ChannelGrantedToGroup { group_id },
            ),
            (
                ChannelCommand::RevokeFromGroup { group_id },
                ChannelEvent::ChannelRevokedFromGroup { group_id },
            ),
        );
    }
}

mod bridge {
    use super::*;

    fn bridge(kind: ChannelKind, page: &str) -> ChannelCommand {
        ChannelCommand::ConnectChannel {
            channel_id: CHANNEL,
            kind,
            name: "Bridge".to_owned(),
            widget: None,
            page: Some(page.to_owned()),
            transport: Transport::Bridge,
            reports: None,
        }
    }

    #[test]
    fn a7_every_kind_of_messenger_can_be_bridged_to_a_page() {
        let connected = ChannelEvent::ChannelConnected {
            channel_id: CHANNEL,
            kind: ChannelKind::Messenger,
            name: "Bridge".to_owned(),
            widget: None,
            page: Some("Taller Hilo".to_owned()),
            transport: Transport::Bridge,
            reports: None,
        };
        story([])
            .when(bridge(ChannelKind::Messenger, " Taller Hilo\n"))
            .then_expect_events(vec![connected.clone()]);
        let mut longest = connected;
        if let ChannelEvent::ChannelConnected { page, .. } = &mut longest {
            *page = Some("x".repeat(200));
        }
        story([])
            .when(bridge(ChannelKind::Messenger, &"x".repeat(200)))
            .then_expect_events(vec![longest]);
        for kind in [ChannelKind::Internal, ChannelKind::GoogleBusiness] {
            story([])
                .when(bridge(kind, "x"))
                .then_expect_error(ChannelRefusal::KindNotConnectable);
        }
        story([])
            .when(bridge(ChannelKind::Api, &"x".repeat(201)))
            .then_expect_error(ChannelRefusal::PageTooLong { limit: 200 });
    }
}

mod sync;

mod set_channel_rules {
    use super::*;

    #[test]
    fn d10_rules_are_set_once_and_have_hours_that_can_be() {
        let set = |reply_hours, read_only| ChannelCommand::SetChannelRules {
            rules: ChannelRules {
                reply_hours,
                read_only,
            },
        };
        let rules = ChannelRules {
            reply_hours: Some(48),
            read_only: false,
        };
        story([connected()])
            .when(set(Some(48), false))
            .then_expect_events(vec![ChannelEvent::ChannelRulesSet { rules }]);
        story([connected(), ChannelEvent::ChannelRulesSet { rules }])
            .when(set(Some(48), false))
            .then_expect_events(vec![]);
        story([connected()])
            .when(set(None, false))
            .then_expect_events(vec![]);
        for hours in [0, 8_785] {
            story([connected()])
                .when(set(Some(hours), false))
                .then_expect_error(ChannelRefusal::ReplyHoursInvalid { limit: 8_784 });
        }
    }
}

#[test]
fn a_form_asks_each_thing_once_and_old_settings_ask_nothing() {
    let ask = |asks, required| FormField { asks, required };
    let asked = |form: Vec<FormField>| WidgetSettings { form, ..widget() };
    let name = ask(FormFieldKind::Name, true);
    let question = ask(FormFieldKind::Question, false);
    let twice = vec![name, question, ask(FormFieldKind::Name, false)];
    story([connected()])
        .when(ChannelCommand::ConfigureWidget {
            widget: asked(twice),
        })
        .then_expect_events(vec![ChannelEvent::WidgetConfigured {
            widget: asked(vec![name, question]),
        }]);
    // As it was stored before there were forms.
    let old = serde_json::json!({"key": "demo-shop", "origins": [], "title": null, "greeting": null, "color": null});
    let read: WidgetSettings = serde_json::from_value(old.clone()).unwrap();
    assert!(read.form.is_empty() && !read.typing_preview);
    assert_eq!(serde_json::to_value(read).unwrap(), old);
}

fn command() -> impl Strategy<Value = ChannelCommand> {
    let agent = prop::sample::select(vec![ANA, MAREK]);
    let messenger = ChannelCommand::ConnectChannel {
        channel_id: CHANNEL,
        kind: ChannelKind::Messenger,
        name: "Shop".to_owned(),
        widget: None,
        page: None,
        transport: Transport::Bridge,
        reports: None,
    };
    prop_oneof![
        Just(connect_with(ChannelKind::WebChat, "Shop", Some(widget()))),
        Just(messenger),
        any::<bool>().prop_map(|receive| ChannelCommand::SwitchComments { receive }),
        "[ab]{0,3}".prop_map(|name| ChannelCommand::RenameChannel { name }),
        prop::option::of("[ab]{0,3}").prop_map(|title| ChannelCommand::ConfigureWidget {
            widget: WidgetSettings { title, ..widget() }
        }),
        agent
            .clone()
            .prop_map(|agent_id| ChannelCommand::GrantChannelAccess { agent_id }),
        agent.prop_map(|agent_id| ChannelCommand::RevokeChannelAccess { agent_id }),
        "[ab ]{0,2}".prop_map(|cause| ChannelCommand::ReportSyncLost { cause, at: at(3) }),
        Just(ChannelCommand::DisconnectChannel { at: at(4) }),
        Just(ChannelCommand::ReconnectChannel { at: at(4) }),
        prop::option::of(0u32..3).prop_map(|reply_hours| ChannelCommand::SetChannelRules {
            rules: ChannelRules {
                reply_hours,
                read_only: false
            },
        }),
    ]
}

proptest! {
    #[test]
    fn a_channel_keeps_its_promises(commands in prop::collection::vec(command(), 0..30)) {
        let mut channel = Channel::default();
        let mut journal = Vec::new();
        for command in commands {
            let Ok(events) = decide(&channel, command.clone(), &()) else { continue };
            for event in events {
                evolve(&mut channel, &event);
                journal.push(event);
            }
            prop_assert_eq!(decide(&channel, command, &()), Ok(Vec::new()));
            let key = channel.connected().and_then(|it| it.widget.as_ref()).map(|w| w.key.as_str());
            prop_assert!(key.is_none_or(|key| key == "demo-shop"));
            // Comments come only from where there are any (E1).
            let takes = channel.connected().filter(|it| it.receives_comments);
            prop_assert!(takes.is_none_or(|it| it.kind == ChannelKind::Messenger));
        }
        prop_assert_eq!(&fold::<Channel>(&journal), &channel);
        holds_nothing_personal(&channel, &[]);
    }
}

mod switch_comments {
    use super::*;

    fn of(kind: ChannelKind) -> ChannelEvent {
        ChannelEvent::ChannelConnected {
            channel_id: CHANNEL,
            kind,
            name: "Shop".to_owned(),
            widget: None,
            page: None,
            transport: Transport::Bridge,
            reports: None,
        }
    }

    #[test]
    fn e1_they_are_off_until_somebody_switches_them_on() {
        let switch = |receive| ChannelCommand::SwitchComments { receive };
        let switched = |receive| ChannelEvent::ChannelCommentsSwitched { receive };
        for kind in [
            ChannelKind::Messenger,
            ChannelKind::Instagram,
            ChannelKind::Api,
        ] {
            story([of(kind)])
                .when(switch(false))
                .then_expect_events(vec![]);
            story([of(kind)])
                .when(switch(true))
                .then_expect_events(vec![switched(true)]);
            story([of(kind), switched(true)])
                .when(switch(true))
                .then_expect_events(vec![]);
            story([of(kind), switched(true)])
                .when(switch(false))
                .then_expect_events(vec![switched(false)]);
        }
    }

    #[test]
    fn e1_where_nobody_comments_none_can_be_asked_for() {
        let on = ChannelCommand::SwitchComments { receive: true };
        for kind in [ChannelKind::WhatsApp, ChannelKind::Sms, ChannelKind::Email] {
            story([of(kind)])
                .when(on.clone())
                .then_expect_error(ChannelRefusal::CommentsNotThere);
        }
        story([])
            .when(on)
            .then_expect_error(ChannelRefusal::ChannelNotFound);
    }
}
