//! Random stories: whatever is asked in whatever order, the chat's promises hold.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

const SECRETS: [&str; 3] = ["hola", "dime", "visitor-1"];

/// Commands over few messages and numbers, so that they meet.
fn command() -> impl Strategy<Value = ChatCommand> {
    let second = 0i64..2000;
    prop_oneof![
        4 => (0u128..12, second.clone()).prop_map(|(n, s)| receive(n, s)),
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
    ]
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
                m if m.failed => Tick::Failed,
                m if m.seq <= chat.read_up_to => Tick::Read,
                m if m.seq <= chat.delivered_up_to => Tick::Delivered,
                _ => Tick::Queued,
            };
            (m.id, tick)
        })
        .collect()
}

fn item_number(event: &ChatEvent) -> Option<u64> {
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
                ChatCommand::SendMessage { by, .. } => *by,
                _ => ANA,
            };
            let facts = facts_of(by, Role::Agent, true);
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
            // An edit carries text, which the state does not keep; its dedupe key catches a repeat.
            if !matches!(command, ChatCommand::EditReceivedMessage { .. }) {
                prop_assert_eq!(decide(&chat, command, &facts), Ok(Vec::new()));
            }
        }
        prop_assert_eq!(&fold::<Chat>(&journal), &chat);
        holds_nothing_personal(&chat, &SECRETS);
    }
}

fn promises_between(before: &Chat, chat: &Chat) {
    assert!(chat.recent.len() <= RECENT);
    assert!(chat.read_up_to <= chat.delivered_up_to && chat.delivered_up_to <= chat.contact_seq);
    assert!(chat.unread == 0 || chat.last_inbound_seq > 0);
    assert!(before.stage == Stage::Unopened || chat.stage != Stage::Unopened);
    let now = ticks(chat);
    for (id, was) in ticks(before) {
        let is = now[&id];
        assert!(is == was || (is > was && (is != Tick::Failed || was == Tick::Queued)));
        assert!(was != Tick::Failed || is == Tick::Failed);
    }
}
