//! Random stories: whatever is asked in whatever order, the chat's promises hold.

use std::collections::HashMap;

use proptest::prelude::*;

use super::assigning::distribute;
use super::commenting::{commented, reply};
use super::composing::composer_of;
use super::undoing::{shown, undone};
use super::*;
use crate::text::NoteText;

pub(super) const SECRETS: [&str; 3] = ["hola", "dime", "visitor-1"];

/// Commands over few messages and numbers, so that they meet.
pub(super) fn command() -> impl Strategy<Value = ChatCommand> {
    let second = 0i64..2000;
    prop_oneof![
        4 => (0u128..12, second.clone()).prop_map(|(n, s)| receive(n, s)),
        2 => (0u128..12, second.clone()).prop_map(|(n, s)| commented(n, s)),
        2 => (0u128..12, 12u128..24).prop_map(|(comment, n)| reply(comment, n)),
        1 => (0u128..24, second.clone()).prop_map(|(n, s)| edit(message(n), s)),
        1 => (0u128..24, second.clone()).prop_map(|(n, s)| ChatCommand::DeleteReceivedMessage {
            message_id: message(n),
            at: at(s),
        }),
        1 => (0u128..24, prop::option::of(prop::sample::select(vec!["👍", "❤️", "no"]))).prop_map(
            |(n, emoji)| ChatCommand::ReactToMessage {
                message_id: message(n),
                emoji: emoji.map(str::to_owned),
                at: at(0),
            }
        ),
        1 => (0u8..7).prop_map(|score| ChatCommand::RateChat { score, comment: None }),
        1 => second.clone().prop_map(|s| ChatCommand::EndChat { at: at(s) }),
        4 => (prop::bool::ANY, 12u128..24)
            .prop_map(|(ana, n)| send(if ana { ANA } else { MAREK }, n)),
        2 => (0u64..30).prop_map(|up_to_seq| ChatCommand::ReportDelivered { up_to_seq }),
        2 => (0u64..30)
            .prop_map(|up_to_seq| ChatCommand::ReportReadByContact { up_to_seq, at: at(200) }),
        1 => (0u128..24).prop_map(|n| ChatCommand::ReportFailed {
            message_id: message(n),
            cause: cause(),
        }),
        2 => Just(ChatCommand::MarkChatRead { by: ANA }),
        2 => second.clone().prop_map(|s| ChatCommand::ArchiveChat { by: ANA, at: at(s) }),
        2 => second.prop_map(|s| ChatCommand::ReopenChat { by: ANA, at: at(s) }),
        10 => mark(),
        6 => assignment(),
        4 => snooze(),
    ]
}

/// What is done to a chat and its messages besides writing to the contact.
fn mark() -> impl Strategy<Value = ChatCommand> {
    let tag = prop::sample::select(vec!["vip", "new", "late", " "]);
    let tags = prop::collection::vec(tag.prop_map(str::to_owned), 0..4);
    let priority = prop::sample::select(vec![Priority::Low, Priority::Normal, Priority::Urgent]);
    prop_oneof![
        Just(ChatCommand::MarkChatUnread { by: ANA }),
        prop::bool::ANY.prop_map(|starred| ChatCommand::StarChat { by: ANA, starred }),
        tags.clone()
            .prop_map(|tags| ChatCommand::AddTags { by: ANA, tags }),
        tags.prop_map(|tags| ChatCommand::RemoveTags { by: ANA, tags }),
        priority.prop_map(|priority| ChatCommand::Prioritize { by: ANA, priority }),
        prop::bool::ANY.prop_map(|blocked| ChatCommand::BlockContact { by: ANA, blocked }),
        Just(ChatCommand::DeleteChat { by: ANA, at: at(0) }),
        Just(ChatCommand::DiscardDraft { by: ANA }),
        (1u128..4).prop_map(|n| ChatCommand::LinkClient {
            client_id: client(n),
            by: ANA
        }),
        Just(ChatCommand::UnlinkClient { by: ANA }),
        (0u128..24, prop::option::of(Just("👍".to_owned()))).prop_map(|(n, emoji)| {
            ChatCommand::ReactAsAgent {
                message_id: message(n),
                emoji,
                by: ANA,
            }
        }),
        (0u128..24).prop_map(|n| ChatCommand::DeleteSentMessage {
            message_id: message(n),
            by: ANA,
            at: at(0),
        }),
        (0u128..24).prop_map(|n| ChatCommand::EditSentMessage {
            message_id: message(n),
            text: text("dime"),
            by: ANA,
            at: at(0),
        }),
        (50u128..55).prop_map(|n| ChatCommand::AddNote {
            note_id: message(n),
            text: NoteText::parse("dime").unwrap(),
            mentions: Vec::new(),
            by: ANA,
            at: at(0),
        }),
        (50u128..55).prop_map(|n| ChatCommand::DeleteNote {
            note_id: message(n),
            by: ANA,
            at: at(0)
        }),
        (0u128..24).prop_map(|n| ChatCommand::SaveDraft {
            text: "dime".to_owned(),
            quotes: Some(message(n)),
            by: ANA,
            at: at(0),
        }),
    ]
}

/// Whether the state is enough to see that a command was done before. For the others a dedupe key does.
fn is_seen_again(command: &ChatCommand) -> bool {
    !matches!(
        command,
        ChatCommand::EditReceivedMessage { .. }
            | ChatCommand::EditSentMessage { .. }
            | ChatCommand::DeleteNote { .. }
            | ChatCommand::SaveDraft { .. }
    )
}

/// Putting the chat aside, and what time does to it.
fn snooze() -> impl Strategy<Value = ChatCommand> {
    let until = || prop::option::of((400i64..1200).prop_map(at));
    let policy = || "a_rule".to_owned();
    prop_oneof![
        until().prop_map(|until| ChatCommand::SnoozeChat {
            until,
            by: ANA,
            at: at(300),
        }),
        Just(ChatCommand::UnsnoozeChat { by: ANA }),
        (400i64..1200, 0i64..2000).prop_map(move |(until, s)| ChatCommand::EndSnooze {
            rests_on: at(until),
            policy: policy(),
            at: at(s),
        }),
        (0i64..4000).prop_map(move |s| ChatCommand::CloseIdleChat {
            policy: policy(),
            at: at(s),
        }),
    ]
}

/// Who answers the chat.
fn assignment() -> impl Strategy<Value = ChatCommand> {
    let either = || prop::bool::ANY.prop_map(either);
    prop_oneof![
        (either(), either()).prop_map(|(to, by)| ChatCommand::AssignChat { to, by, at: at(0) }),
        either().prop_map(|by| ChatCommand::TakeChat { by, at: at(0) }),
        either().prop_map(|by| ChatCommand::UnassignChat { by, at: at(0) }),
        either().prop_map(distribute),
    ]
}

fn either(ana: bool) -> AgentId {
    if ana { ANA } else { MAREK }
}

/// How far an outbound message is: it may only grow (D2); failed stands apart.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
enum Tick {
    Queued,
    Delivered,
    Read,
    Failed,
}

fn ticks(chat: &Chat) -> HashMap<MessageId, Tick> {
    let outbound = chat
        .recent
        .iter()
        .filter(|m| m.direction == Direction::Outbound);
    outbound
        .map(|m| {
            let tick = match m {
                m if m.has_failed() => Tick::Failed,
                m if m.seq <= chat.read_up_to => Tick::Read,
                m if m.seq <= chat.delivered_up_to => Tick::Delivered,
                _ => Tick::Queued,
            };
            (m.id, tick)
        })
        .collect()
}

pub(super) fn item_number(event: &ChatEvent) -> Option<u64> {
    let json = serde_json::to_value(event).unwrap();
    json["data"]
        .get("contact_seq")
        .map(|seq| seq.as_u64().unwrap())
}

proptest! {
    #[test]
    fn a_chat_keeps_its_promises(commands in prop::collection::vec(command(), 0..60)) {
        let mut chat = Chat::default();
        let mut journal = Vec::new();
        for command in commands {
            let by = match &command {
                ChatCommand::SendMessage { by, .. }
                | ChatCommand::AssignChat { by, .. }
                | ChatCommand::TakeChat { by, .. }
                | ChatCommand::UnassignChat { by, .. } => *by,
                _ => ANA,
            };
            let mut facts = facts_of(by, Role::Agent, true);
            let named = command.named().into_iter();
            facts.auto_close_minutes = Some(10);
            facts.named = named.filter_map(|agent| facts_of(agent, Role::Agent, true).agent).collect();
            let before = chat.clone();
            match decide(&chat, command.clone(), &facts) {
                Err(_) => continue,
                Ok(events) => {
                    for event in &events {
                        evolve(&mut chat, event);
                        if let Some(seq) = item_number(event) {
                            let last = journal.iter().rev().find_map(item_number).unwrap_or(0);
                            prop_assert_eq!(seq, last + 1, "numbers have no gap");
                        }
                        journal.push(event.clone());
                    }
                }
            }
            promises_between(&before, &chat);
            the_composer_says_what_sending_would(&chat, &facts);
            only_who_may_write_did(&before, &command);
            a_timer_closes_only_what_is_idle(&before, &chat, &command);
            if is_seen_again(&command) {
                prop_assert_eq!(decide(&chat, command, &facts), Ok(Vec::new()));
            }
            undo_gives_the_state_before(&before, &chat, &journal);
        }
        prop_assert_eq!(&fold::<Chat>(&journal), &chat);
        holds_nothing_personal(&chat, &SECRETS);
    }
}

/// N6, for the last act where it can be undone.
fn undo_gives_the_state_before(before: &Chat, chat: &Chat, journal: &[ChatEvent]) {
    let last = &journal[before.version as usize..];
    if last.is_empty() || !last.iter().all(is_undoable) {
        return;
    }
    let command = undone(chat, last);
    let named = command.named().into_iter();
    let facts = ChatFacts {
        named: named
            .filter_map(|agent| facts_of(agent, Role::Agent, true).agent)
            .collect(),
        ..facts_of(ANA, Role::Administrator, true)
    };
    let mut back = chat.clone();
    for event in &decide(chat, command, &facts).unwrap() {
        evolve(&mut back, event);
    }
    assert_eq!(shown(&back), shown(before), "undone: {last:?}");
}

/// E3: what stands under a publication answers a comment of the contact, and nobody says that it was read.
fn public_answers_answer_comments(chat: &Chat) {
    for message in chat.recent.iter() {
        let comment = message.reply_to_comment.and_then(|id| chat.message(id));
        assert_eq!(comment.is_some(), message.reply_to_comment.is_some());
        assert!(comment.is_none_or(|it| it.comment && it.direction == Direction::Inbound));
        assert!(!message.is_public() || message.own_reaction.is_none());
    }
}

fn promises_between(before: &Chat, chat: &Chat) {
    public_answers_answer_comments(chat);
    assert!(chat.recent.len() <= RECENT);
    assert!(chat.read_up_to <= chat.delivered_up_to && chat.delivered_up_to <= chat.contact_seq);
    assert!(chat.unread == 0 || chat.last_inbound_seq > 0);
    assert!(before.stage == Stage::Unopened || chat.stage != Stage::Unopened);
    assert!(chat.unread > 0 || chat.last_inbound_seq > 0 || chat.stage == Stage::Unopened);
    assert!(chat.tags.len() <= MOST_TAGS && chat.notes.len() <= NOTES);
    assert_eq!(
        usize::from(chat.version == before.version),
        usize::from(chat == before)
    );
    if matches!(chat.stage, Stage::Deleted(_)) {
        assert!(chat.notes.is_empty() && chat.drafts.is_empty() && chat.tags.is_empty());
        assert_eq!(chat.unread, 0);
        return;
    }
    let now = ticks(chat);
    for (id, was) in ticks(before) {
        let is = now[&id];
        assert!(is == was || (is > was && (is != Tick::Failed || was == Tick::Queued)));
        assert!(was != Tick::Failed || is == Tick::Failed);
    }
}

/// A10, P13: what time does rests on what is in the chat.
fn a_timer_closes_only_what_is_idle(before: &Chat, chat: &Chat, command: &ChatCommand) {
    let changed = before.version != chat.version;
    match command {
        ChatCommand::CloseIdleChat { at, .. } if changed => {
            assert!(before.snooze.is_none() && matches!(before.stage, Stage::Open(_)));
            assert!(at.duration_since(before.active_at.unwrap()).as_mins() >= 10);
        }
        ChatCommand::EndSnooze { rests_on, at, .. } if changed => {
            assert_eq!(before.snooze.unwrap().until, Some(*rests_on));
            assert!(at >= rests_on && chat.snooze.is_none());
        }
        ChatCommand::ReceiveMessage { .. } if changed => {
            assert!(chat.snooze.is_none() || chat.blocked);
        }
        _ => {}
    }
}

/// Where the composer is open a plain reply goes, and where it is closed it does not.
pub(super) fn the_composer_says_what_sending_would(chat: &Chat, facts: &ChatFacts) {
    if !matches!(chat.stage, Stage::Open(_) | Stage::Archived(_)) {
        return;
    }
    let by = facts.agent.as_ref().unwrap().agent_id;
    let shown = composer_of(chat, by, facts, 100).closed;
    let sent = decide(chat, send(by, 99), facts);
    assert_eq!(shown.is_none(), sent.is_ok(), "{shown:?}, {sent:?}");
}

/// F6, F7: with an assignee, nobody else of the same rank wrote or gave the chat away.
fn only_who_may_write_did(before: &Chat, command: &ChatCommand) {
    let (ChatCommand::SendMessage { by, .. } | ChatCommand::UnassignChat { by, .. }) = command
    else {
        return;
    };
    assert!(before.assignee.is_none_or(|assignee| assignee.id() == *by));
}
