//! Private notes with mentions (P3).

use super::*;
use crate::text::NoteText;

fn start() -> [ChatEvent; 2] {
    [opened(), received(1, 1, 0)]
}

fn note(words: &str) -> NoteText {
    NoteText::parse(words).unwrap()
}

fn add(mentions: &[AgentId]) -> ChatCommand {
    ChatCommand::AddNote {
        note_id: message(50),
        text: note("call her"),
        mentions: mentions.to_vec(),
        by: ANA,
        at: at(60),
    }
}

fn added(mentions: &[AgentId]) -> ChatEvent {
    ChatEvent::NoteAdded {
        note_id: message(50),
        text: personal("call her"),
        mentions: mentions.to_vec(),
        by: Actor::Agent { id: ANA },
        at: at(60),
    }
}

fn edit(by: AgentId) -> ChatCommand {
    ChatCommand::EditNote {
        note_id: message(50),
        text: note("call her today"),
        mentions: Vec::new(),
        by,
        at: at(70),
    }
}

fn delete(by: AgentId) -> ChatCommand {
    ChatCommand::DeleteNote {
        note_id: message(50),
        by,
        at: at(80),
    }
}

/// Facts that also know Marek.
fn knowing_marek(role: Role, active: bool, channel_access: bool) -> ChatFacts {
    ChatFacts {
        named: vec![AgentFact {
            agent_id: MAREK,
            role,
            active,
            chats_right: role.has_chats_right(),
            channel_access,
        }],
        ..facts()
    }
}

#[test]
fn p3_a_note_changes_no_mark_and_has_no_number_in_the_contacts_window() {
    story(start())
        .when(add(&[]))
        .then_expect_events(vec![added(&[])]);
    assert_eq!(added(&[]).contact_seq(), None);
    let before = fold::<Chat>(&start());
    let after = fold::<Chat>(&[&start()[..], &[added(&[])]].concat());
    assert_eq!(
        (after.unread, after.unanswered, after.contact_seq),
        (before.unread, before.unanswered, before.contact_seq)
    );
    // Where the channel is lost a note can still be written: nobody has to be reached.
    let mut lost = facts();
    lost.channel.as_mut().unwrap().connected = false;
    with(lost, start())
        .when(add(&[]))
        .then_expect_events(vec![added(&[])]);
}

#[test]
fn p3_only_colleagues_who_can_read_the_chat_are_mentioned() {
    for facts in [
        knowing_marek(Role::Agent, true, true),
        knowing_marek(Role::Administrator, true, false),
    ] {
        with(facts, start())
            .when(add(&[MAREK, MAREK]))
            .then_expect_events(vec![added(&[MAREK])]);
    }
    for facts in [
        facts(),
        knowing_marek(Role::Agent, true, false),
        knowing_marek(Role::Agent, false, true),
    ] {
        with(facts, start())
            .when(add(&[MAREK]))
            .then_expect_error(ChatRefusal::MentionedWithoutAccess);
    }
    story(start())
        .when(add(&[MAREK; 51]))
        .then_expect_error(ChatRefusal::TooManyMentions { limit: 50 });
}

#[test]
fn a_note_is_changed_and_taken_back_by_its_writer_alone() {
    let given = [&start()[..], &[added(&[])]].concat();
    let edited = ChatEvent::NoteEdited {
        note_id: message(50),
        text: personal("call her today"),
        mentions: Vec::new(),
        at: at(70),
        by: Some(Actor::Agent { id: ANA }),
    };
    let deleted = ChatEvent::NoteDeleted {
        note_id: message(50),
        at: at(80),
    };
    story(given.clone())
        .when(edit(ANA))
        .then_expect_events(vec![edited]);
    story(given.clone())
        .when(delete(ANA))
        .then_expect_events(vec![deleted.clone()]);
    for command in [edit(MAREK), delete(MAREK)] {
        with(facts_of(MAREK, Role::Administrator, true), given.clone())
            .when(command)
            .then_expect_error(ChatRefusal::NotOwnMessage);
    }
    for command in [edit(ANA), delete(ANA)] {
        story(given.clone())
            .and(vec![deleted.clone()])
            .when(command.clone())
            .then_expect_error(ChatRefusal::MessageNotFound);
        story(start())
            .when(command)
            .then_expect_error(ChatRefusal::MessageNotFound);
    }
}

/// P3: a mention waits for the agent until they open the chat; reading marks nothing where nothing waits.
#[test]
fn p3_a_mention_waits_until_its_agent_reads_the_chat() {
    let reads = |given: &[ChatEvent], by| {
        with(facts_of(by, Role::Agent, true), given.to_vec()).when(ChatCommand::MarkChatRead { by })
    };
    let read = ChatEvent::ChatRead {
        by: MAREK,
        up_to_seq: 1,
        contact_seq: 2,
    };
    let seen = ChatEvent::MentionsSeen { by: MAREK };
    let given = [&start()[..], &[added(&[MAREK, ANA])]].concat();
    reads(&given, MAREK).then_expect_events(vec![read.clone(), seen.clone()]);
    let given = [&given[..], &[read]].concat();
    reads(&given, MAREK).then_expect_events(vec![seen.clone()]);
    // Who wrote it knows.
    reads(&given, ANA).then_expect_events(vec![]);
    let given = [&given[..], std::slice::from_ref(&seen)].concat();
    reads(&given, MAREK).then_expect_events(vec![]);
    let edited = ChatEvent::NoteEdited {
        note_id: message(50),
        text: personal("call her today"),
        mentions: vec![MAREK],
        at: at(70),
        by: Some(Actor::Agent { id: ANA }),
    };
    reads(&[&given[..], &[edited]].concat(), MAREK).then_expect_events(vec![seen]);
    let deleted = ChatEvent::ChatDeleted {
        by: Actor::Agent { id: ANA },
        at: at(90),
    };
    let chat = fold::<Chat>(&[&start()[..], &[added(&[MAREK]), deleted]].concat());
    assert!(chat.mentioned.is_empty());
}

#[test]
fn a_note_added_twice_is_there_once_and_needs_the_right_to_chats() {
    story(start())
        .and(vec![added(&[])])
        .when(add(&[]))
        .then_expect_events(vec![]);
    for command in [add(&[]), edit(ANA), delete(ANA)] {
        with(facts_of(ANA, Role::Auditor, true), start())
            .when(command.clone())
            .then_expect_error(ChatRefusal::NoChatsRight);
        story([])
            .when(command)
            .then_expect_error(ChatRefusal::ChatNotFound);
    }
}

#[test]
fn a_chat_remembers_its_newest_notes() {
    let mut chat = fold::<Chat>(&start());
    for n in 0..NOTES as u128 + 5 {
        let event = ChatEvent::NoteAdded {
            note_id: message(1000 + n),
            text: personal("x"),
            mentions: Vec::new(),
            by: Actor::Agent { id: ANA },
            at: at(1),
        };
        evolve(&mut chat, &event);
    }
    assert_eq!(chat.notes.len(), NOTES);
    assert!(chat.note(message(1000)).is_none());
    assert!(chat.note(message(1204)).is_some());
    holds_nothing_personal(&chat, &["call"]);
}

#[test]
fn a_note_has_1_to_4000_visible_characters() {
    assert!(NoteText::parse(&"ñ".repeat(4000)).is_ok());
    assert!(NoteText::parse(&"ñ".repeat(4001)).is_err());
    assert!(NoteText::parse("\u{200b}").is_err());
    assert!(NoteText::parse("a\0").is_err());
}
