//! Tests of the list: what it shows after changes is what a fresh query would show.

use super::*;
use crate::api::queries::ChatConnection;
use crate::state::samples::{at, chat, moment, page_info};

fn counters(position: i64, unread: i32) -> Counters {
    Counters {
        position: at(position),
        active: 0,
        archived: 0,
        unread,
        unanswered: 0,
    }
}

fn page(chats: Vec<Chat>, position: i64, more: bool) -> InboxPage {
    let chats = ChatConnection {
        nodes: chats,
        page_info: page_info(more),
        position: at(position),
    };
    InboxPage {
        chats,
        counters: counters(position, 0),
    }
}

fn change(chats: Vec<Chat>, position: i64) -> InboxChange {
    InboxChange {
        position: at(position),
        chats,
        counters: counters(position, 1),
        resync: false,
    }
}

fn three() -> Inbox {
    let rows = ["c", "b", "a"]
        .iter()
        .zip([30, 20, 10])
        .map(|(id, time)| chat(id, ChatState::Active, time, time));
    let mut inbox = Inbox::default();
    inbox.apply_page(ChatState::Active, page(rows.collect(), 30, false), None);
    inbox.apply_page(
        ChatState::Archived,
        page(vec![chat("z", ChatState::Archived, 5, 5)], 30, false),
        None,
    );
    inbox
}

#[test]
fn stale_state_and_a_change_make_a_fresh_query() {
    let mut live = three();
    live.apply(change(vec![chat("a", ChatState::Active, 40, 40)], 40));
    live.apply(change(
        vec![
            chat("c", ChatState::Archived, 30, 41),
            chat("n", ChatState::Active, 42, 42),
        ],
        42,
    ));

    let mut fresh = Inbox::default();
    let active = [("n", 42, 42), ("a", 40, 40), ("b", 20, 20)]
        .map(|(id, time, place)| chat(id, ChatState::Active, time, place));
    fresh.apply_page(ChatState::Active, page(active.to_vec(), 42, false), None);
    let archived = [("c", 30, 41), ("z", 5, 5)]
        .map(|(id, time, place)| chat(id, ChatState::Archived, time, place));
    fresh.apply_page(
        ChatState::Archived,
        page(archived.to_vec(), 42, false),
        None,
    );

    assert_eq!(
        live.shown(ChatState::Active),
        fresh.shown(ChatState::Active)
    );
    assert_eq!(
        live.shown(ChatState::Archived),
        fresh.shown(ChatState::Archived)
    );
    assert_eq!(live.rows, fresh.rows);
    assert_eq!(live.position(), fresh.position());
}

#[test]
fn back_dated_and_equal_times_leave_the_servers_order() {
    let timed = |id: &str, time: i64, place: i64| {
        let mut row = chat(id, ChatState::Active, place, place);
        row.last_activity_at = moment(time);
        row
    };
    let mut live = Inbox::default();
    let rows = vec![timed("c", 9, 30), timed("b", 9, 20), timed("a", 900, 10)];
    live.apply_page(ChatState::Active, page(rows, 30, false), None);
    assert_eq!(live.shown(ChatState::Active), ["c", "b", "a"]);
    live.apply(change(vec![timed("b", 9, 40)], 40));
    live.apply(change(vec![timed("n", 1, 41)], 41));
    let mut read = timed("a", 900, 10);
    (read.mark, read.position) = (ChatMark::None, at(42));
    live.apply(change(vec![read.clone()], 42));

    let mut fresh = Inbox::default();
    let rows = vec![
        timed("n", 1, 41),
        timed("b", 9, 40),
        timed("c", 9, 30),
        read,
    ];
    fresh.apply_page(ChatState::Active, page(rows, 42, false), None);
    assert_eq!(live.shown(ChatState::Active), ["n", "b", "c", "a"]);
    assert_eq!(
        live.shown(ChatState::Active),
        fresh.shown(ChatState::Active)
    );
    assert_eq!(live.rows, fresh.rows);
}

#[test]
fn a_page_older_than_the_feed_takes_nothing_back() {
    let mut inbox = three();
    inbox.apply(change(
        vec![
            chat("a", ChatState::Active, 40, 40),
            chat("n", ChatState::Active, 41, 41),
        ],
        41,
    ));
    let rows = vec![
        chat("c", ChatState::Active, 30, 35),
        chat("a", ChatState::Active, 10, 35),
    ];
    inbox.apply_page(ChatState::Active, page(rows, 35, false), None);
    assert_eq!(inbox.shown(ChatState::Active), ["n", "a", "c"]);
}

#[test]
fn a_page_behind_another_end_is_ignored() {
    let mut inbox = Inbox::default();
    let first = vec![chat("c", ChatState::Active, 30, 30)];
    inbox.apply_page(ChatState::Active, page(first, 30, true), None);
    let late = vec![chat("a", ChatState::Active, 10, 30)];
    inbox.apply_page(ChatState::Active, page(late, 30, false), Some("elsewhere"));
    assert_eq!(inbox.shown(ChatState::Active), ["c"]);
    assert!(inbox.next_page(ChatState::Active).is_some());
}

#[test]
fn the_same_change_twice_changes_nothing_more() {
    let mut inbox = three();
    inbox.apply(change(vec![chat("a", ChatState::Active, 40, 40)], 40));
    let once = inbox.clone();
    inbox.apply(change(vec![chat("a", ChatState::Active, 40, 40)], 40));
    assert_eq!(inbox, once);
}

#[test]
fn an_older_version_of_a_row_is_ignored() {
    let mut inbox = three();
    inbox.apply(change(vec![chat("a", ChatState::Archived, 40, 40)], 40));
    inbox.apply(change(vec![chat("a", ChatState::Active, 10, 12)], 41));
    assert_eq!(inbox.shown(ChatState::Active), ["c", "b"]);
    assert_eq!(inbox.shown(ChatState::Archived), ["a", "z"]);
}

#[test]
fn a_row_older_than_the_last_page_waits_for_its_page() {
    let mut inbox = Inbox::default();
    inbox.apply_page(
        ChatState::Active,
        page(vec![chat("c", ChatState::Active, 30, 30)], 30, true),
        None,
    );
    inbox.apply(change(vec![chat("old", ChatState::Active, 3, 31)], 31));
    assert_eq!(inbox.shown(ChatState::Active), ["c"]);
    inbox.apply_page(
        ChatState::Active,
        page(vec![chat("old", ChatState::Active, 3, 31)], 31, false),
        Some("end"),
    );
    assert_eq!(inbox.shown(ChatState::Active), ["c", "old"]);
}

#[test]
fn nothing_moves_under_a_resting_pointer() {
    let mut inbox = three();
    inbox.hold(ChatState::Active);
    inbox.apply(change(
        vec![
            chat("a", ChatState::Active, 40, 40),
            chat("n", ChatState::Active, 41, 41),
        ],
        41,
    ));
    assert_eq!(inbox.shown(ChatState::Active), ["c", "b", "a"]);
    assert_eq!(inbox.waiting(), 2);
    inbox.release();
    assert_eq!(inbox.shown(ChatState::Active), ["n", "a", "c", "b"]);
    assert_eq!(inbox.waiting(), 0);
}

#[test]
fn a_change_of_the_row_on_top_does_not_wait() {
    let mut inbox = three();
    inbox.hold(ChatState::Active);
    inbox.apply(change(vec![chat("c", ChatState::Active, 50, 50)], 50));
    assert_eq!(inbox.waiting(), 0);
}

#[test]
fn the_side_menu_is_red_while_a_chat_waits() {
    let mut inbox = three();
    assert!(!inbox.red());
    inbox.apply(change(Vec::new(), 31));
    assert!(inbox.red());
}

#[test]
fn the_first_page_shows_under_a_resting_pointer() {
    let mut inbox = Inbox::default();
    inbox.hold(ChatState::Active);
    let rows = vec![chat("a", ChatState::Active, 10, 10)];
    inbox.apply_page(ChatState::Active, page(rows, 10, false), None);
    assert_eq!(inbox.shown(ChatState::Active), ["a"]);
    assert_eq!(inbox.waiting(), 0);
}

#[test]
fn scrolling_goes_on_under_the_pointer_while_new_rows_wait() {
    let mut inbox = Inbox::default();
    let rows = vec![chat("c", ChatState::Active, 30, 30)];
    inbox.apply_page(ChatState::Active, page(rows, 30, true), None);
    inbox.hold(ChatState::Active);
    inbox.apply(change(vec![chat("n", ChatState::Active, 40, 40)], 40));
    let rows = vec![chat("b", ChatState::Active, 20, 20)];
    inbox.apply_page(ChatState::Active, page(rows, 40, false), Some("end"));
    assert_eq!(inbox.shown(ChatState::Active), ["c", "b"]);
    assert_eq!(inbox.waiting(), 1);
    inbox.release();
    assert_eq!(inbox.shown(ChatState::Active), ["n", "c", "b"]);
}

#[test]
fn a_pointer_over_one_view_does_not_freeze_the_other() {
    let mut inbox = three();
    inbox.hold(ChatState::Active);
    assert_eq!(inbox.shown(ChatState::Archived), ["z"]);
}

#[test]
fn p13_a_chat_that_is_put_aside_leaves_the_list_and_comes_back() {
    let mut live = three();
    let mut aside = chat("b", ChatState::Active, 20, 40);
    aside.snooze = Some(crate::api::graphql::Snooze { until: None });
    live.apply(change(vec![aside], 40));
    assert_eq!(live.shown(ChatState::Active), ["c", "a"]);
    live.apply(change(vec![chat("b", ChatState::Active, 20, 41)], 41));
    assert_eq!(live.shown(ChatState::Active), ["c", "b", "a"]);
}
