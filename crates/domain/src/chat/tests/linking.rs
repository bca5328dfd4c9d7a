//! Linking the chat to a client (G1).

use super::*;
use crate::client::{ClientEvent, ClientFlags};
use crate::ids::ClientId;
use crate::policy::Purpose;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

fn link(client_id: ClientId) -> ChatCommand {
    ChatCommand::LinkClient { client_id, by: ANA }
}

fn linked(client_id: ClientId, was: Option<ClientId>) -> ChatEvent {
    ChatEvent::ChatLinked {
        client_id,
        was,
        by: Actor::Agent { id: ANA },
    }
}

#[test]
fn g1_a_chat_is_linked_linked_to_another_and_unlinked() {
    story(start())
        .when(link(client(1)))
        .then_expect_events(vec![linked(client(1), None)]);
    story(start())
        .and(vec![linked(client(1), None)])
        .when(link(client(2)))
        .then_expect_events(vec![linked(client(2), Some(client(1)))]);
    let unlinked = ChatEvent::ChatUnlinked {
        client_id: client(1),
        by: Actor::Agent { id: ANA },
    };
    story(start())
        .and(vec![linked(client(1), None)])
        .when(ChatCommand::UnlinkClient { by: ANA })
        .then_expect_events(vec![unlinked]);
}

#[test]
fn what_is_so_already_is_no_news() {
    story(start())
        .and(vec![linked(client(1), None)])
        .when(link(client(1)))
        .then_expect_events(vec![]);
    story(start())
        .when(ChatCommand::UnlinkClient { by: ANA })
        .then_expect_events(vec![]);
}

#[test]
fn a_deleted_client_is_not_there_and_neither_is_one_merged_into_it() {
    let by = Actor::Agent { id: ANA };
    let mut flags = ClientFlags::default();
    let into = client(1);
    flags.apply(
        client(2),
        &ClientEvent::ClientMerged {
            into,
            by: by.clone(),
        },
    );
    flags.apply(into, &ClientEvent::ClientDeleted { by });
    let knowing = ChatFacts {
        clients: Arc::new(flags),
        ..facts()
    };
    for gone in [client(1), client(2)] {
        with(knowing.clone(), start())
            .when(link(gone))
            .then_expect_error(ChatRefusal::ClientNotFound);
    }
    with(knowing, start())
        .when(link(client(3)))
        .then_expect_events(vec![linked(client(3), None)]);
}

#[test]
fn the_chat_the_role_and_the_channel_are_needed() {
    for command in [link(client(1)), ChatCommand::UnlinkClient { by: ANA }] {
        story([])
            .when(command.clone())
            .then_expect_error(ChatRefusal::ChatNotFound);
        with(facts_of(ANA, Role::Auditor, true), start())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChatsRight);
        with(facts_of(ANA, Role::Agent, false), start())
            .when(command)
            .then_expect_error(ChatRefusal::NoChannelAccess);
    }
}

/// What the client asked for holds on that channel, for campaigns alone, and stands on whoever they were merged into.
#[test]
fn g15_a_campaign_leaves_alone_who_asked_for_that() {
    let by = || Actor::Agent { id: ANA };
    let asked = |channel_kind| {
        let mut flags = ClientFlags::default();
        let on = true;
        let by_ana = by();
        flags.apply(
            client(2),
            &ClientEvent::ClientDoNotDisturbChanged {
                channel_kind,
                on,
                by: by_ana,
            },
        );
        let into = client(2);
        flags.apply(client(1), &ClientEvent::ClientMerged { into, by: by() });
        let knowing = ChatFacts {
            clients: Arc::new(flags),
            ..facts()
        };
        with(knowing, start()).and(vec![linked(client(1), None)])
    };
    let sent = |purpose| {
        let mut command = send(ANA, 11);
        if let ChatCommand::SendMessage { manner, .. } = &mut command {
            manner.purpose = purpose;
        }
        command
    };
    asked(ChannelKind::WebChat)
        .when(sent(Some(Purpose::Campaign)))
        .then_expect_error(ChatRefusal::DoNotDisturb);
    let written = asked(ChannelKind::WebChat)
        .when(sent(None))
        .inspect_result();
    assert!(written.is_ok(), "a personal reply goes");
    let elsewhere = asked(ChannelKind::Sms)
        .when(sent(Some(Purpose::Campaign)))
        .inspect_result();
    assert!(elsewhere.is_ok(), "another channel");
}
