//! What an agent does with messages besides sending them (C6): quote, react, edit, take back.

use super::*;
use crate::channel::capabilities::MessageAction;

fn answered() -> [ChatEvent; 4] {
    [opened(), received(1, 1, 0), joined(ANA, 2), queued(2, 3)]
}

fn on(kind: ChannelKind) -> Vec<ChatEvent> {
    let mut events = answered().to_vec();
    if let ChatEvent::ChatOpened { channel_kind, .. } = &mut events[0] {
        *channel_kind = kind;
    }
    events
}

fn quoting(n: u128) -> ChatCommand {
    match send(ANA, 9) {
        ChatCommand::SendMessage {
            message_id,
            client_message_id,
            text,
            by,
            at,
            ..
        } => ChatCommand::SendMessage {
            message_id,
            client_message_id,
            text,
            by,
            at,
            quotes: Some(message(n)),
            reply_to_comment: None,
            manner: Manner::default(),
            attachments: Vec::new(),
            template_id: None,
        },
        other => other,
    }
}

fn edit(by: AgentId, n: u128, second: i64) -> ChatCommand {
    ChatCommand::EditSentMessage {
        message_id: message(n),
        text: text("dígame"),
        by,
        at: at(second),
    }
}

fn delete(by: AgentId, n: u128, second: i64) -> ChatCommand {
    ChatCommand::DeleteSentMessage {
        message_id: message(n),
        by,
        at: at(second),
    }
}

fn react(n: u128, emoji: Option<&str>) -> ChatCommand {
    ChatCommand::ReactAsAgent {
        message_id: message(n),
        emoji: emoji.map(str::to_owned),
        by: ANA,
    }
}

fn deleted(n: u128, contact_seq: u64) -> ChatEvent {
    ChatEvent::MessageDeleted {
        message_id: message(n),
        contact_seq,
        at: at(120),
        by: Some(Actor::Agent { id: ANA }),
    }
}

#[test]
fn c6_a_reply_quotes_a_message_of_the_same_chat() {
    let mut reply = queued(9, 4);
    if let ChatEvent::MessageQueued { quotes, .. } = &mut reply {
        *quotes = Some(message(1));
    }
    story(answered())
        .when(quoting(1))
        .then_expect_events(vec![reply]);
    story(answered())
        .when(quoting(77))
        .then_expect_error(ChatRefusal::QuotedMessageNotFound);
    story(answered())
        .and(vec![deleted(2, 4)])
        .when(quoting(2))
        .then_expect_error(ChatRefusal::QuotedMessageNotFound);
}

#[test]
fn c6_an_own_message_is_changed_within_15_minutes() {
    let edited = ChatEvent::MessageEdited {
        message_id: message(2),
        text: personal("dígame"),
        contact_seq: 4,
        at: at(1000),
        by: Some(Actor::Agent { id: ANA }),
    };
    story(answered())
        .when(edit(ANA, 2, 1000))
        .then_expect_events(vec![edited]);
    let late = ChatRefusal::EditWindowClosed { minutes: 15 };
    story(answered())
        .when(edit(ANA, 2, 1001))
        .then_expect_error(late.clone());
    story(answered())
        .when(delete(ANA, 2, 1001))
        .then_expect_error(late);
    story(answered())
        .and(vec![deleted(2, 4)])
        .when(edit(ANA, 2, 130))
        .then_expect_error(ChatRefusal::MessageDeleted);
}

#[test]
fn c6_an_own_message_is_taken_back_once() {
    story(answered())
        .when(delete(ANA, 2, 120))
        .then_expect_events(vec![deleted(2, 4)]);
    story(answered())
        .and(vec![deleted(2, 4)])
        .when(delete(ANA, 2, 120))
        .then_expect_events(vec![]);
}

#[test]
fn nobody_changes_what_somebody_else_wrote() {
    for command in [edit(ANA, 1, 120), delete(ANA, 1, 120)] {
        story(answered())
            .when(command)
            .then_expect_error(ChatRefusal::NotOwnMessage);
    }
    for command in [edit(MAREK, 2, 120), delete(MAREK, 2, 120)] {
        with(facts_of(MAREK, Role::Agent, true), answered())
            .when(command)
            .then_expect_error(ChatRefusal::NotOwnMessage);
    }
}

#[test]
fn c6_the_team_has_one_reaction_beside_the_contacts() {
    let reacted = |emoji: Option<&str>, contact_seq| ChatEvent::MessageReactionChanged {
        message_id: message(1),
        by: Actor::Agent { id: ANA },
        emoji: emoji.map(str::to_owned),
        contact_seq,
    };
    story(answered())
        .when(react(1, Some("👍")))
        .then_expect_events(vec![reacted(Some("👍"), 4)]);
    story(answered())
        .and(vec![reacted(Some("👍"), 4)])
        .when(react(1, Some("👍")))
        .then_expect_events(vec![]);
    story(answered())
        .and(vec![reacted(Some("👍"), 4)])
        .when(react(1, None))
        .then_expect_events(vec![reacted(None, 5)]);
    story(answered())
        .when(react(1, Some("ok")))
        .then_expect_error(ChatRefusal::EmojiInvalid);
    story(answered())
        .and(vec![deleted(2, 4)])
        .when(react(2, Some("👍")))
        .then_expect_error(ChatRefusal::MessageDeleted);
    let chat = fold::<Chat>(&[&answered()[..], &[reacted(Some("👍"), 4)]].concat());
    let both = chat.message(message(1)).unwrap();
    assert_eq!(both.reaction, None);
    assert_eq!(both.own_reaction.as_deref(), Some("👍"));
}

#[test]
fn c6_each_kind_of_channel_does_what_its_table_says_and_names_what_it_cannot() {
    use MessageAction::{Delete, Edit, Quote, React};
    let table: [(ChannelKind, &[MessageAction]); 12] = [
        (ChannelKind::WebChat, &[Quote, React, Edit, Delete]),
        (ChannelKind::Internal, &[Quote, React, Edit, Delete]),
        (ChannelKind::Messenger, &[Quote, React]),
        (ChannelKind::Instagram, &[Quote, React]),
        (ChannelKind::WhatsApp, &[Quote, React]),
        (ChannelKind::Telegram, &[Quote, React, Edit, Delete]),
        (ChannelKind::Email, &[Quote]),
        (ChannelKind::Sms, &[]),
        (ChannelKind::Call, &[]),
        (ChannelKind::Voicemail, &[]),
        (ChannelKind::GoogleBusiness, &[]),
        (ChannelKind::Api, &[]),
    ];
    for (kind, can) in table {
        for (action, command) in [
            (Edit, edit(ANA, 2, 120)),
            (Delete, delete(ANA, 2, 120)),
            (React, react(1, Some("👍"))),
            (Quote, quoting(1)),
        ] {
            let mut events = on(kind);
            if let Some(window) = crate::policy::opened(kind, at(0), None, None) {
                events.push(ChatEvent::ReplyWindowChanged { window });
            }
            let mut facts = facts();
            facts
                .channel
                .iter_mut()
                .for_each(|channel| channel.kind = kind);
            let done = decide(&fold::<Chat>(&events), command, &facts);
            match can.contains(&action) {
                true => assert!(done.is_ok(), "{kind:?} {action:?}: {done:?}"),
                false => {
                    let refused = Err(ChatRefusal::ChannelCannot { action });
                    assert_eq!(done, refused, "{kind:?}");
                }
            }
        }
    }
    let refusal = ChatRefusal::ChannelCannot { action: Quote };
    assert_eq!(refusal.to_string(), "This channel cannot quote a message.");
}

#[test]
fn access_and_a_chat_are_needed() {
    for command in [
        edit(ANA, 2, 120),
        delete(ANA, 2, 120),
        react(1, Some("👍")),
        quoting(1),
    ] {
        with(facts_of(ANA, Role::Agent, false), answered())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChannelAccess);
        story([])
            .when(command)
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
    for command in [edit(ANA, 70, 120), delete(ANA, 70, 120), react(70, None)] {
        story(answered())
            .when(command)
            .then_expect_error(ChatRefusal::MessageNotFound);
    }
}

#[test]
fn a_plain_message_is_kept_in_few_bytes() {
    let chat = fold::<Chat>(&[opened(), received(1, 1, 10)]);
    let kept = serde_json::to_value(&chat).unwrap();
    let nanoseconds = i64::try_from(at(10).as_nanosecond()).unwrap();
    let expected = serde_json::json!([[message(1), nanoseconds, 1]]);
    assert_eq!(kept["recent"], expected);
}
