//! Tests of the open chat: what it shows after changes is what a fresh query would show.

use super::*;
use crate::api::graphql::{ActKind, ChatState, MessageState};
use crate::api::queries::MessageConnection;
use crate::state::samples::{agent_actor, at, chat, message, moment, page_info};

/// The cursor of each page here.
const START: Option<&str> = Some("start");

fn page(messages: Vec<Message>, acts: Vec<ChatAct>, position: i64, more: bool) -> ThreadChat {
    ThreadChat {
        head: chat("chat", ChatState::Active, position, position),
        messages: MessageConnection {
            nodes: messages,
            page_info: page_info(more),
            position: at(position),
        },
        acts,
    }
}

fn change(messages: Vec<Message>, acts: Vec<ChatAct>, position: i64) -> ChatChange {
    let chat = chat("chat", ChatState::Active, position, position);
    ChatChange {
        position: at(position),
        chat,
        messages,
        acts,
        resync: false,
    }
}

fn act(position: i64) -> ChatAct {
    ChatAct {
        position: at(position),
        kind: ActKind::Archived,
        actor: agent_actor("Ana"),
        assignee: None,
        detail: None,
        members: Vec::new(),
        at: moment(position),
    }
}

#[test]
fn stale_state_and_a_change_make_a_fresh_query() {
    let sent = message("two", Direction::Outbound, 4);
    let mut read = sent.clone();
    read.state = MessageState::Read;
    read.read_at = Some(moment(9));
    let one = message("one", Direction::Inbound, 2);
    let three = message("three", Direction::Inbound, 8);

    let mut live = Thread::new(page(vec![one.clone(), sent], Vec::new(), 4, false));
    live.apply(change(vec![three.clone()], vec![act(7)], 8));
    live.apply(change(vec![read.clone()], Vec::new(), 9));
    let fresh = Thread::new(page(vec![one, read, three], vec![act(7)], 9, false));
    assert_eq!(live, fresh);
    assert_eq!(
        live.last_read()
            .map(|message| message.id.inner().to_owned()),
        Some("two".to_owned())
    );
}

#[test]
fn a_state_never_goes_backwards() {
    let mut thread = Thread::new(page(Vec::new(), Vec::new(), 1, false));
    let mut sent = message("one", Direction::Outbound, 4);
    sent.state = MessageState::Read;
    thread.apply(change(vec![sent.clone()], Vec::new(), 6));
    sent.state = MessageState::Delivered;
    thread.apply(change(vec![sent], Vec::new(), 7));
    assert_eq!(
        thread.message("one").map(|message| message.state),
        Some(MessageState::Read)
    );
}

#[test]
fn messages_stand_in_the_order_of_the_journal() {
    let mut thread = Thread::new(page(
        vec![message("b", Direction::Inbound, 20)],
        Vec::new(),
        20,
        true,
    ));
    thread.apply(change(
        vec![message("c", Direction::Inbound, 30)],
        Vec::new(),
        30,
    ));
    thread.prepend(
        START,
        page(
            vec![message("a", Direction::Inbound, 3)],
            Vec::new(),
            20,
            false,
        ),
    );
    let order: Vec<&str> = thread
        .messages()
        .map(|message| message.id.inner())
        .collect();
    assert_eq!(order, ["a", "b", "c"]);
    assert_eq!(thread.position(), at(30));
    assert_eq!(thread.older_page(), None);
}

#[test]
fn a_thread_that_is_put_away_keeps_its_newest_page() {
    let newest = || {
        let page = vec![
            message("b", Direction::Inbound, 10),
            message("c", Direction::Inbound, 20),
        ];
        Thread::new(self::page(page, vec![act(12)], 20, true))
    };
    let news = || {
        change(
            vec![message("d", Direction::Inbound, 30)],
            vec![act(31)],
            31,
        )
    };
    let (mut looked_through, mut put_away) = (newest(), newest());
    let older = vec![message("a", Direction::Inbound, 3)];
    looked_through.prepend(START, page(older, vec![act(2)], 20, false));
    looked_through.apply(news());
    put_away.apply(news());
    assert_ne!(looked_through, put_away);
    looked_through.shorten();
    assert_eq!(looked_through, put_away);
    assert!(looked_through.older_page().is_some(), "they come again");
    looked_through.shorten();
    assert_eq!(looked_through, put_away);
}

#[test]
fn a_page_from_before_a_thread_was_put_away_leaves_no_gap() {
    let mut thread = Thread::new(page(
        vec![message("d", Direction::Inbound, 30)],
        Vec::new(),
        30,
        true,
    ));
    let mut second = page(
        vec![message("c", Direction::Inbound, 20)],
        Vec::new(),
        30,
        true,
    );
    second.messages.page_info.start_cursor = Some("second".to_owned());
    thread.prepend(START, second);
    thread.shorten();
    // It was asked for while the second page was here.
    let third = page(
        vec![message("b", Direction::Inbound, 10)],
        Vec::new(),
        30,
        true,
    );
    thread.prepend(Some("second"), third);
    assert_eq!(thread.messages().count(), 1);
    assert_eq!(thread.older_page(), Some(START.map(str::to_owned)));
}

#[test]
fn the_newest_500_are_kept() {
    let first = (1..=500)
        .map(|n| message(&n.to_string(), Direction::Inbound, n))
        .collect();
    let mut thread = Thread::new(page(first, Vec::new(), 500, true));
    thread.apply(change(
        vec![message("501", Direction::Inbound, 501)],
        Vec::new(),
        501,
    ));
    assert_eq!(thread.messages().count(), KEPT);
    assert_eq!(thread.message("1"), None);
    assert_eq!(thread.older_page(), None);
}

#[test]
fn acts_older_than_the_first_message_wait_for_its_page() {
    let mut thread = Thread::new(page(
        vec![message("b", Direction::Inbound, 20)],
        vec![act(2), act(25)],
        25,
        true,
    ));
    assert_eq!(thread.acts().count(), 1);
    thread.prepend(
        START,
        page(
            vec![message("a", Direction::Inbound, 3)],
            vec![act(2), act(25)],
            25,
            false,
        ),
    );
    assert_eq!(thread.acts().count(), 2);
}

#[test]
fn another_attempt_begins_anew() {
    let mut thread = Thread::new(page(Vec::new(), Vec::new(), 1, false));
    let mut sent = message("one", Direction::Outbound, 4);
    sent.state = MessageState::Failed;
    thread.apply_message(sent.clone());
    sent.state = MessageState::Queued;
    thread.apply_message(sent.clone());
    let state = |thread: &Thread| thread.message("one").map(|message| message.state);
    assert_eq!(state(&thread), Some(MessageState::Failed));
    sent.attempt = 2;
    thread.apply_message(sent);
    assert_eq!(state(&thread), Some(MessageState::Queued));
}

#[test]
fn the_line_of_what_is_new_stands_before_the_first_unread_message() {
    let messages = vec![
        message("a", Direction::Inbound, 3),
        message("b", Direction::Inbound, 5),
        message("c", Direction::Outbound, 6),
        message("d", Direction::Inbound, 8),
    ];
    let thread = Thread::new(page(messages, Vec::new(), 9, false));
    assert_eq!(thread.read_up_to(0), None);
    assert_eq!(thread.read_up_to(1), Some(7));
    assert_eq!(thread.read_up_to(2), Some(4));
    assert_eq!(thread.read_up_to(9), Some(2));
    assert_eq!((thread.newest(), thread.came_since(4)), (8, 2));
}

#[test]
fn a_head_is_steady_while_only_its_row_changes() {
    let known = chat("chat", ChatState::Active, 1, 10);
    let mut written_to = chat("chat", ChatState::Active, 9, 90);
    written_to.unread_count = 4;
    written_to.last_activity_at = moment(9);
    assert!(is_steady(&known, &written_to));
    let starred = Chat {
        starred: true,
        ..written_to.clone()
    };
    assert!(!is_steady(&known, &starred));
    let archived = chat("chat", ChatState::Archived, 9, 90);
    assert!(!is_steady(&known, &archived));
}
