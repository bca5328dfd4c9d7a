//! Every command there is, in any order: what holds for all of them. What only some keep is in `properties`.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::properties::{SECRETS, command, item_number, the_composer_says_what_sending_would};
use super::undoing::undone;
use super::*;
use crate::text::NoteText;

/// How a message comes to a messenger, and what that says of it.
fn delivery() -> impl Strategy<Value = ChatCommand> {
    let which = || (12u128..24).prop_map(message);
    let attempt = || 1u32..4;
    let reference = || (0u128..8).prop_map(Uuid::from_u128);
    let reached = prop_oneof![
        Just(Reached::Delivered),
        Just(Reached::Read),
        Just(Reached::Failed { cause: cause() }),
    ];
    let of = prop_oneof![
        which().prop_map(ReceiptOf::Message),
        reference().prop_map(ReceiptOf::Reference),
        (0i64..2000).prop_map(|s| ReceiptOf::UpTo(at(s))),
    ];
    prop_oneof![
        (which(), attempt()).prop_map(|(message_id, attempt)| ChatCommand::StartSend {
            message_id,
            attempt,
            epoch: 1,
            at: at(150),
        }),
        (
            which(),
            prop::option::of(attempt()),
            prop::option::of(reference())
        )
            .prop_map(|(message_id, attempt, reference)| {
                let provider = reference.map(|reference| ProviderMessage {
                    id: "wamid.visitor-1".to_owned(),
                    reference,
                });
                ChatCommand::ReportSent {
                    message_id,
                    attempt,
                    provider,
                    at: at(160),
                }
            }),
        (which(), attempt()).prop_map(|(message_id, attempt)| ChatCommand::ReportUncertain {
            message_id,
            attempt,
            at: at(170),
        }),
        (of, reached).prop_map(|(of, reached)| ChatCommand::ReportReceipt {
            of,
            reached,
            at: at(180),
        }),
        which().prop_map(|message_id| ChatCommand::RetryMessage {
            message_id,
            by: ANA,
            at: at(190),
        }),
    ]
}

/// What `properties` leaves out, because it would have to be told what that means.
fn other() -> impl Strategy<Value = ChatCommand> {
    let page = || PageView {
        url: "https://taller.example/visitor-1".to_owned(),
        title: None,
    };
    prop_oneof![
        Just(ChatCommand::DescribeContact {
            chat_id: CHAT,
            description: ContactDescription {
                name: Some("visitor-1".to_owned()),
                ..ContactDescription::default()
            },
            verified: false,
        }),
        Just(ChatCommand::RecordPageView { page: page() }),
        (24u128..30).prop_map(|n| ChatCommand::StartChat {
            chat_id: CHAT,
            channel_id: CHANNEL,
            channel_kind: ChannelKind::Email,
            handle: "visitor-1".to_owned(),
            message: Box::new(send(ANA, n)),
            at: at(100),
        }),
        (50u128..55).prop_map(|n| ChatCommand::EditNote {
            note_id: message(n),
            text: NoteText::parse("dime").unwrap(),
            mentions: vec![ANA],
            by: ANA,
            at: at(0),
        }),
        (1u128..4).prop_map(|n| ChatCommand::LinkIfUnlinked {
            client_id: client(n),
            by: ANA,
        }),
        // The last acts of the story take the place of none.
        Just(ChatCommand::UndoActs {
            acts: Vec::new(),
            by: ANA,
            at: at(310),
        }),
    ]
}

fn any() -> impl Strategy<Value = ChatCommand> {
    prop_oneof![6 => command(), 3 => delivery(), 2 => other()]
}

/// Facts in which everybody named is there, and whoever acts is an agent, a bot, or nobody who may.
fn facts_for(command: &ChatCommand, role: Role, connected: bool, erased: i32) -> ChatFacts {
    let mut facts = facts_of(ANA, role, role != Role::Auditor);
    let named = command.named().into_iter();
    facts.named = named
        .filter_map(|agent| facts_of(agent, Role::Agent, true).agent)
        .collect();
    facts.auto_close_minutes = Some(10);
    for channel in facts.channel.iter_mut() {
        channel.connected = connected;
    }
    facts.erased = Arc::new(BTreeMap::from([(CONTACT, erased)]));
    facts
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        6 => Just(Role::Agent),
        2 => Just(Role::Administrator),
        1 => Just(Role::Bot),
        1 => Just(Role::Auditor),
    ]
}

proptest! {
    #[test]
    fn whatever_is_asked_a_chat_stays_sound(
        asked in prop::collection::vec((any(), role(), prop::bool::weighted(0.9), prop::bool::weighted(0.1)), 0..80)
    ) {
        let mut chat = Chat::default();
        let mut journal: Vec<ChatEvent> = Vec::new();
        let mut last = Vec::new();
        let mut erased = 0;
        for (command, role, connected, is_erased) in asked {
            erased += i32::from(is_erased);
            let command = match command {
                ChatCommand::UndoActs { .. } => undone(&chat, &last),
                command => command,
            };
            let facts = facts_for(&command, role, connected, erased);
            let before = chat.clone();
            let Ok(events) = decide(&chat, command.clone(), &facts) else { continue };
            for event in &events {
                evolve(&mut chat, event);
                if let Some(seq) = item_number(event) {
                    let known = journal.iter().rev().find_map(item_number).unwrap_or(0);
                    prop_assert_eq!(seq, known + 1, "{:?}", command);
                }
                journal.push(event.clone());
            }
            prop_assert_eq!(chat.version, before.version + events.len() as u64);
            prop_assert!(chat.recent.len() <= RECENT && chat.notes.len() <= NOTES);
            prop_assert!(chat.tags.len() <= MOST_TAGS);
            prop_assert!(chat.delivered_up_to <= chat.contact_seq && chat.read_up_to <= chat.contact_seq);
            prop_assert!(before.stage == Stage::Unopened || chat.stage != Stage::Unopened);
            // Who may not write in chats at all changed nothing.
            let by_agent = !matches!(events[..], []) && events.iter().any(|event| {
                let json = serde_json::to_value(event).unwrap();
                let by = &json["data"]["by"];
                by.as_str() == Some(&ANA.to_string()) || by["id"].as_str() == Some(&ANA.to_string())
            });
            prop_assert!(!by_agent || role != Role::Auditor, "{:?}: {:?}", command, events);
            the_composer_says_what_sending_would(&chat, &facts);
            if !events.is_empty() {
                last = events;
            }
        }
        prop_assert_eq!(&fold::<Chat>(&journal), &chat);
        holds_nothing_personal(&chat, &SECRETS);
    }
}

/// A command that is made and not drawn here would be one that no story ever asks for.
#[test]
fn every_command_there_is_is_drawn() {
    let source = include_str!("../command.rs");
    let names = source.lines().filter_map(|line| {
        let (arm, name) = line.trim().split_once(" => \"")?;
        arm.starts_with("Self::")
            .then(|| name.trim_end_matches("\","))
    });
    let names: BTreeSet<&str> = names.collect();
    assert!(names.len() > 40, "{names:?}");
    let mut runner = TestRunner::deterministic();
    let strategy = any();
    let drawn: BTreeSet<&str> = (0..20_000)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current().name())
        .collect();
    assert_eq!(drawn, names);
}
