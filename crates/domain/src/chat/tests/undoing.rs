//! Taking acts back (N6): the state is the one before, unless something later stands against it.

use super::*;

fn start() -> Vec<ChatEvent> {
    vec![opened(), received(1, 1, 0), joined(ANA, 2), queued(2, 3)]
}

fn by_ana() -> Actor {
    Actor::Agent { id: ANA }
}

/// An act that can be taken back, on a chat where it can be done.
fn acts() -> Vec<ChatCommand> {
    vec![
        ChatCommand::ArchiveChat {
            by: ANA,
            at: at(300),
        },
        ChatCommand::MarkChatUnread { by: ANA },
        ChatCommand::StarChat {
            by: ANA,
            starred: true,
        },
        ChatCommand::AddTags {
            by: ANA,
            tags: vec!["vip".to_owned(), "new".to_owned()],
        },
        ChatCommand::Prioritize {
            by: ANA,
            priority: Priority::Urgent,
        },
        ChatCommand::BlockContact {
            by: ANA,
            blocked: true,
        },
        ChatCommand::LinkClient {
            client_id: client(1),
            by: ANA,
        },
        ChatCommand::SnoozeChat {
            until: Some(at(900)),
            by: ANA,
            at: at(300),
        },
    ]
}

fn run(chat: &mut Chat, command: ChatCommand) -> Vec<ChatEvent> {
    let events = decide(chat, command, &facts()).unwrap();
    for event in &events {
        evolve(chat, event);
    }
    events
}

/// The events just done to a chat, as what is to be taken back.
pub(super) fn undone(chat: &Chat, events: &[ChatEvent]) -> ChatCommand {
    let first = chat.version - events.len() as u64 + 1;
    ChatCommand::UndoActs {
        acts: events
            .iter()
            .zip(first..)
            .map(|(event, sequence)| UndoneAct {
                sequence,
                event: event.clone(),
            })
            .collect(),
        by: ANA,
        at: at(310),
    }
}

/// A chat without what only counts how often something happened.
pub(super) fn shown(chat: &Chat) -> Chat {
    let mut chat = chat.clone();
    (chat.version, chat.contact_seq, chat.since) = (0, 0, Since::default());
    chat.active_at = None;
    for given in chat.tags.values_mut() {
        *given = 0;
    }
    // Nobody speaks in an archived chat: whoever opens it again speaks anew.
    if matches!(chat.stage, Stage::Archived(_)) {
        chat.speaker = None;
    }
    chat
}

#[test]
fn n6_undo_gives_the_state_before_and_undo_of_undo_the_one_between() {
    for command in acts() {
        let mut chat = fold::<Chat>(&start());
        run(&mut chat, ChatCommand::MarkChatRead { by: ANA });
        let before = shown(&chat);
        let done = run(&mut chat, command);
        assert!(done.iter().all(is_undoable), "{done:?}");
        let between = shown(&chat);
        assert_ne!(before, between);
        let undo = undone(&chat, &done);
        let back = run(&mut chat, undo);
        assert_eq!(shown(&chat), before);
        let redo = undone(&chat, &back);
        run(&mut chat, redo);
        assert_eq!(shown(&chat), between);
    }
}

#[test]
fn several_acts_are_taken_back_the_last_one_first() {
    let mut chat = fold::<Chat>(&start());
    let before = shown(&chat);
    let mut done = run(
        &mut chat,
        ChatCommand::Prioritize {
            by: ANA,
            priority: Priority::High,
        },
    );
    done.extend(run(
        &mut chat,
        ChatCommand::ArchiveChat {
            by: ANA,
            at: at(300),
        },
    ));
    let undo = undone(&chat, &done);
    run(&mut chat, undo);
    assert_eq!(shown(&chat), before);
}

#[test]
fn n6_what_was_changed_since_is_not_undone() {
    let tagged = |tag: &str| ChatCommand::AddTags {
        by: ANA,
        tags: vec![tag.to_owned()],
    };
    let later: Vec<Vec<ChatCommand>> = vec![
        vec![receive(7, 400)],
        vec![ChatCommand::MarkChatRead { by: ANA }],
        vec![ChatCommand::StarChat {
            by: ANA,
            starred: false,
        }],
        vec![
            ChatCommand::RemoveTags {
                by: ANA,
                tags: vec!["vip".to_owned()],
            },
            tagged("vip"),
        ],
        vec![
            ChatCommand::Prioritize {
                by: ANA,
                priority: Priority::Low,
            },
            ChatCommand::Prioritize {
                by: ANA,
                priority: Priority::Urgent,
            },
        ],
        vec![ChatCommand::BlockContact {
            by: ANA,
            blocked: false,
        }],
    ];
    for (command, later) in acts().into_iter().zip(later) {
        let mut chat = fold::<Chat>(&start());
        run(&mut chat, ChatCommand::MarkChatRead { by: ANA });
        let done = run(&mut chat, command);
        let undo = undone(&chat, &done);
        for command in later {
            assert!(!run(&mut chat, command).is_empty());
        }
        let refused = decide(&chat, undo, &facts());
        assert_eq!(refused, Err(ChatRefusal::ChangedSince), "{done:?}");
    }
}

#[test]
fn a_message_or_what_it_brought_about_is_not_undone() {
    let mut chat = fold::<Chat>(&start());
    run(
        &mut chat,
        ChatCommand::ArchiveChat {
            by: ANA,
            at: at(300),
        },
    );
    let done = run(&mut chat, send(ANA, 9));
    assert!(!done.iter().any(is_undoable));
    let undo = undone(&chat, &done);
    assert_eq!(decide(&chat, undo, &facts()), Err(ChatRefusal::NotUndoable));
}

#[test]
fn undo_needs_the_same_rights_and_a_chat() {
    let undo = ChatCommand::UndoActs {
        acts: vec![UndoneAct {
            sequence: 5,
            event: ChatEvent::ChatMarkedUnread { by: by_ana() },
        }],
        by: ANA,
        at: at(310),
    };
    with(facts_of(ANA, Role::Agent, false), start())
        .when(undo.clone())
        .then_expect_error(ChatRefusal::NoChannelAccess);
    story([])
        .when(undo)
        .then_expect_error(ChatRefusal::ChatNotFound);
}

#[test]
fn tags_do_not_come_back_beyond_what_a_chat_can_have() {
    let mut chat = fold::<Chat>(&start());
    let names = |from: usize, to: usize| (from..to).map(|n| format!("t{n}")).collect::<Vec<_>>();
    run(
        &mut chat,
        ChatCommand::AddTags {
            by: ANA,
            tags: names(0, 2),
        },
    );
    let done = run(
        &mut chat,
        ChatCommand::RemoveTags {
            by: ANA,
            tags: names(0, 2),
        },
    );
    let undo = undone(&chat, &done);
    run(
        &mut chat,
        ChatCommand::AddTags {
            by: ANA,
            tags: names(2, 21),
        },
    );
    assert_eq!(
        decide(&chat, undo, &facts()),
        Err(ChatRefusal::TooManyTags { limit: 20 })
    );
}
