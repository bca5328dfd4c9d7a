//! Tests of the lists: what they show after changes is what a fresh query would show.

use super::*;
use crate::api::graphql::{ChatState, Id, Snooze};
use crate::api::queries::ChatConnection;
use crate::state::filter::Quick;
use crate::state::samples::{agent_actor, at, chat, counters, moment, page_info};

fn page(chats: Vec<Chat>, position: i64, more: bool) -> InboxPage {
    let chats = ChatConnection {
        nodes: chats,
        page_info: page_info(more),
        position: at(position),
        total_count: None,
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
        removed_chat_ids: Vec::new(),
        counters: counters(position, 1),
        resync: false,
    }
}

fn active() -> Filter {
    Filter::default()
}

fn archived() -> Filter {
    Filter::of_state(ChatState::Archived)
}

fn only(quick: Quick) -> Filter {
    Filter {
        quick,
        ..Filter::default()
    }
}

fn shown(inbox: &Inbox) -> Vec<String> {
    let ids = inbox.slice(0..usize::MAX);
    ids.iter().map(|id| id.to_string()).collect()
}

fn shown_of(inbox: &Inbox, filter: &Filter) -> Vec<String> {
    let mut inbox = inbox.clone();
    inbox.choose(filter);
    shown(&inbox)
}

/// Shows a list and takes in its first page.
fn open(inbox: &mut Inbox, filter: &Filter, page: InboxPage) {
    inbox.choose(filter);
    inbox.apply_page(filter, page, &Part::First);
}

fn rows(all: &[(&str, i64)]) -> Vec<Chat> {
    let row = |(id, time): &(&str, i64)| chat(id, ChatState::Active, *time, *time);
    all.iter().map(row).collect()
}

fn three() -> Inbox {
    let mut inbox = Inbox::default();
    let z = vec![chat("z", ChatState::Archived, 5, 5)];
    open(&mut inbox, &archived(), page(z, 30, false));
    let three = rows(&[("c", 30), ("b", 20), ("a", 10)]);
    open(&mut inbox, &active(), page(three, 30, false));
    inbox
}

#[test]
fn stale_state_and_a_change_make_a_fresh_query() {
    let mut live = three();
    live.apply(change(rows(&[("a", 40)]), 40));
    let archived_c = chat("c", ChatState::Archived, 30, 41);
    let new = chat("n", ChatState::Active, 42, 42);
    live.apply(change(vec![archived_c.clone(), new], 42));

    let mut fresh = Inbox::default();
    let z = chat("z", ChatState::Archived, 5, 5);
    open(
        &mut fresh,
        &archived(),
        page(vec![archived_c, z], 42, false),
    );
    let three = rows(&[("n", 42), ("a", 40), ("b", 20)]);
    open(&mut fresh, &active(), page(three, 42, false));

    assert_eq!(shown(&live), shown(&fresh));
    assert_eq!(shown_of(&live, &archived()), shown_of(&fresh, &archived()));
    assert_eq!(live.rows, fresh.rows);
    assert_eq!(live.position(), Some(at(42)));
}

#[test]
fn back_dated_and_equal_times_leave_the_servers_order() {
    let timed = |id: &str, time: i64, place: i64| {
        let mut row = chat(id, ChatState::Active, place, place);
        row.last_activity_at = moment(time);
        row
    };
    let mut live = Inbox::default();
    let three = vec![timed("c", 9, 30), timed("b", 9, 20), timed("a", 900, 10)];
    open(&mut live, &active(), page(three, 30, false));
    assert_eq!(shown(&live), ["c", "b", "a"]);
    live.apply(change(vec![timed("b", 9, 40)], 40));
    live.apply(change(vec![timed("n", 1, 41)], 41));
    assert_eq!(shown(&live), ["n", "b", "c", "a"]);
}

#[test]
fn a_page_older_than_the_feed_takes_nothing_back() {
    let mut inbox = three();
    inbox.apply(change(rows(&[("a", 40), ("n", 41)]), 41));
    let old = vec![
        chat("c", ChatState::Active, 30, 35),
        chat("a", ChatState::Active, 10, 35),
    ];
    inbox.apply_page(&active(), page(old, 35, false), &Part::First);
    assert_eq!(shown(&inbox), ["n", "a", "c"]);
}

#[test]
fn a_page_behind_another_end_is_ignored() {
    let mut inbox = Inbox::default();
    open(&mut inbox, &active(), page(rows(&[("c", 30)]), 30, true));
    let late = page(rows(&[("a", 10)]), 30, false);
    inbox.apply_page(&active(), late, &Part::After("elsewhere".into()));
    assert_eq!(shown(&inbox), ["c"]);
    assert!(inbox.has_more());
}

#[test]
fn the_same_change_twice_changes_nothing_more() {
    let mut inbox = three();
    inbox.apply(change(rows(&[("a", 40)]), 40));
    let once = inbox.clone();
    inbox.apply(change(rows(&[("a", 40)]), 40));
    assert_eq!(inbox, once);
}

#[test]
fn an_older_version_of_a_row_is_ignored() {
    let mut inbox = three();
    inbox.apply(change(vec![chat("a", ChatState::Archived, 40, 40)], 40));
    inbox.apply(change(vec![chat("a", ChatState::Active, 10, 12)], 41));
    assert_eq!(shown(&inbox), ["c", "b"]);
    assert_eq!(shown_of(&inbox, &archived()), ["a", "z"]);
}

#[test]
fn a_row_older_than_the_last_page_waits_for_its_page() {
    let mut inbox = Inbox::default();
    open(&mut inbox, &active(), page(rows(&[("c", 30)]), 30, true));
    let old = chat("old", ChatState::Active, 3, 31);
    inbox.apply(change(vec![old.clone()], 31));
    assert_eq!(shown(&inbox), ["c"]);
    inbox.apply_page(
        &active(),
        page(vec![old], 31, false),
        &Part::After("end".into()),
    );
    assert_eq!(shown(&inbox), ["c", "old"]);
}

#[test]
fn nothing_moves_under_a_resting_pointer() {
    let mut inbox = three();
    inbox.hold();
    inbox.apply(change(rows(&[("a", 40), ("n", 41)]), 41));
    assert_eq!(shown(&inbox), ["c", "b", "a"]);
    assert_eq!((inbox.rank("a"), inbox.rank("n")), (Some(2), None));
    assert_eq!(inbox.waiting(), 2);
    inbox.release();
    assert_eq!(shown(&inbox), ["n", "a", "c", "b"]);
    assert_eq!((inbox.rank("a"), inbox.waiting()), (Some(1), 0));
}

#[test]
fn an_answer_moves_its_chat_but_is_not_new() {
    let mut inbox = three();
    inbox.hold();
    let mut answered = chat("a", ChatState::Active, 40, 40);
    answered.unread_count = 0;
    inbox.apply(change(vec![answered], 40));
    assert_eq!(shown(&inbox), ["c", "b", "a"]);
    assert_eq!(inbox.waiting(), 0);
    inbox.apply(change(rows(&[("a", 41)]), 41));
    assert_eq!(inbox.waiting(), 1);
    inbox.release();
    assert_eq!(shown(&inbox), ["a", "c", "b"]);
}

#[test]
fn a_change_of_the_row_on_top_does_not_wait() {
    let mut inbox = three();
    inbox.hold();
    inbox.apply(change(rows(&[("c", 50)]), 50));
    assert_eq!(inbox.waiting(), 0);
    inbox.let_go("c");
    assert_eq!(shown(&inbox), ["b", "a"]);
}

#[test]
fn what_left_the_list_stays_under_the_pointer_and_is_known_to_be_gone() {
    let mut inbox = three();
    inbox.hold();
    inbox.apply(change(vec![chat("b", ChatState::Archived, 20, 40)], 40));
    assert_eq!(shown(&inbox), ["c", "b", "a"]);
    assert!(inbox.belongs("a") && !inbox.belongs("b"));
    assert_eq!(inbox.waiting(), 0);
    inbox.release();
    assert_eq!(shown(&inbox), ["c", "a"]);
}

#[test]
fn b4_the_side_menu_is_red_while_a_chat_waits_a_colleagues_one_too() {
    let mut inbox = three();
    assert!(!inbox.red());
    inbox.apply(change(Vec::new(), 31));
    assert!(inbox.red());
    let mut quiet = change(Vec::new(), 32);
    quiet.counters = counters(32, 0);
    quiet.counters.colleagues.unread = 1;
    inbox.apply(quiet);
    assert!(inbox.red());
}

#[test]
fn the_first_page_shows_under_a_resting_pointer() {
    let mut inbox = Inbox::default();
    inbox.choose(&active());
    inbox.hold();
    inbox.apply_page(&active(), page(rows(&[("a", 10)]), 10, false), &Part::First);
    assert_eq!(shown(&inbox), ["a"]);
    assert_eq!(inbox.waiting(), 0);
}

#[test]
fn scrolling_goes_on_under_the_pointer_while_new_rows_wait() {
    let mut inbox = Inbox::default();
    open(&mut inbox, &active(), page(rows(&[("c", 30)]), 30, true));
    inbox.hold();
    inbox.apply(change(rows(&[("n", 40)]), 40));
    inbox.apply_page(
        &active(),
        page(rows(&[("b", 20)]), 40, false),
        &Part::After("end".into()),
    );
    assert_eq!(shown(&inbox), ["c", "b"]);
    assert_eq!(inbox.waiting(), 1);
    inbox.release();
    assert_eq!(shown(&inbox), ["n", "c", "b"]);
}

#[test]
fn p13_a_chat_that_is_put_aside_leaves_the_list_and_comes_back() {
    let mut live = three();
    let mut aside = chat("b", ChatState::Active, 20, 40);
    aside.snooze = Some(Snooze { until: None });
    live.apply(change(vec![aside], 40));
    assert_eq!(shown(&live), ["c", "a"]);
    live.apply(change(vec![chat("b", ChatState::Active, 20, 41)], 41));
    assert_eq!(shown(&live), ["c", "b", "a"]);
}

#[test]
fn h4_a_deleted_chat_is_in_no_list_not_even_under_the_pointer() {
    let mut inbox = three();
    inbox.hold();
    let mut gone = change(Vec::new(), 40);
    gone.removed_chat_ids = vec![Id::new("b"), Id::new("unknown")];
    inbox.apply(gone);
    assert_eq!(shown(&inbox), ["c", "a"]);
    inbox.release();
    assert_eq!(shown(&inbox), ["c", "a"]);
}

#[test]
fn the_list_that_was_looked_at_longest_ago_is_forgotten() {
    let mut inbox = three();
    for number in 0..LISTS {
        let tags = vec![number.to_string()];
        inbox.choose(&Filter { tags, ..active() });
    }
    assert_eq!(inbox.lists.len(), LISTS);
    inbox.choose(&active());
    assert!(!inbox.loaded(), "its place was taken");
}

/// A server with twelve chats: what it holds, and what a query of it answers.
struct Server {
    chats: Vec<Chat>,
    position: i64,
    seed: u64,
}

impl Server {
    fn next(&mut self, below: u64) -> usize {
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from((self.seed >> 33) % below).unwrap()
    }

    /// One thing happens to one chat.
    fn step(&mut self) -> Chat {
        self.position += 1;
        let index = self.next(12);
        let what = self.next(7);
        let row = &mut self.chats[index];
        row.position = at(self.position);
        match what {
            0 => {
                row.unread_count += 1;
                row.last_activity = at(self.position);
                row.state = ChatState::Active;
            }
            1 => row.unread_count = 0,
            2 => row.state = ChatState::Archived,
            3 => row.starred = !row.starred,
            4 => row.snooze = Some(Snooze { until: None }),
            5 => row.snooze = None,
            _ => row.assignee = row.assignee.is_none().then(|| agent_actor("me")),
        }
        row.clone()
    }

    /// All rows of a list.
    fn list(&self, filter: &Filter, eye: &Eye) -> Vec<Chat> {
        let mut all: Vec<Chat> = self
            .chats
            .iter()
            .filter(|row| filter.matches(row, eye))
            .cloned()
            .collect();
        all.sort_by_key(place);
        if !filter.oldest_first {
            all.reverse();
        }
        all
    }

    /// A page of a list behind so many rows; small, so that there are several.
    fn page(&self, filter: &Filter, eye: &Eye, from: usize) -> InboxPage {
        let all = self.list(filter, eye);
        let (total, more) = (all.len(), all.len() > from + 4);
        let nodes = all.into_iter().skip(from).take(4).collect();
        let mut page = page(nodes, self.position, more);
        page.chats.total_count = i32::try_from(total).ok();
        page
    }

    /// A page of a list before so many rows of its end.
    fn end(&self, filter: &Filter, eye: &Eye, behind: usize) -> InboxPage {
        let all = self.list(filter, eye);
        let to = all.len() - behind;
        let from = to.saturating_sub(3);
        let mut page = page(all[from..to].to_vec(), self.position, from > 0);
        page.chats.total_count = i32::try_from(all.len()).ok();
        page
    }
}

/// Every row that is here stands where it is said to stand, and all places are taken.
fn whole(inbox: &Inbox) {
    let drawn = inbox.drawn(0..usize::MAX);
    assert_eq!(drawn.len(), inbox.len());
    for (place, id) in drawn.iter().enumerate().filter(|(_, id)| !is_missing(id)) {
        assert_eq!(inbox.rank(id), Some(place));
        assert_eq!(inbox.slice(place..place + 1), std::slice::from_ref(id));
        assert_eq!(inbox.drawn(place..place + 1), std::slice::from_ref(id));
    }
    let here = drawn.iter().filter(|id| !is_missing(id)).count();
    let known = inbox.lists.last().unwrap();
    assert_eq!(here, known.order.len());
    if known.tail.is_some() {
        assert_eq!(inbox.len(), known.total.unwrap(), "as many as there are");
    }
}

#[test]
fn what_is_missing_of_a_list_that_nobody_counted_is_a_guess_until_it_is_here() {
    let mut inbox = Inbox::default();
    open(&mut inbox, &active(), page(rows(&[("d", 40)]), 100, true));
    let last = page(rows(&[("a", 10)]), 100, true);
    inbox.apply_page(&active(), last, &Part::Last);
    assert_eq!((inbox.gap(), inbox.total()), ((1, GUESS - 1), None));
    let before = page(rows(&[("b", 20)]), 100, true);
    inbox.apply_page(&active(), before, &Part::Before("start".into()));
    assert_eq!(
        inbox.len(),
        GUESS + 1,
        "what comes takes the place of what was missing"
    );
    assert_eq!(inbox.rank("a"), Some(GUESS));
    let rest = page(rows(&[("c", 30)]), 100, true);
    inbox.apply_page(&active(), rest, &Part::After("end".into()));
    let met = page(rows(&[("c", 30)]), 100, true);
    inbox.apply_page(&active(), met, &Part::Before("start".into()));
    assert_eq!(shown(&inbox), ["d", "c", "b", "a"]);
    assert_eq!((inbox.has_more(), inbox.total()), (false, Some(4)));
}

#[test]
fn the_end_of_a_long_list_is_reached_without_what_stands_between() {
    let mut inbox = Inbox::default();
    let mut first = page(rows(&[("i", 90), ("h", 80)]), 100, true);
    first.chats.total_count = Some(9);
    open(&mut inbox, &active(), first);
    assert_eq!(inbox.last_page(), Some(Part::Last));
    let mut last = page(rows(&[("b", 20), ("a", 10)]), 100, true);
    last.chats.total_count = Some(9);
    inbox.apply_page(&active(), last, &Part::Last);
    assert_eq!((inbox.len(), inbox.gap()), (9, (2, 5)));
    assert_eq!(shown(&inbox), ["i", "h", "b", "a"]);
    assert_eq!(
        (inbox.rank("h"), inbox.rank("b"), inbox.rank("a")),
        (Some(1), Some(7), Some(8))
    );
    whole(&inbox);
    // A chat from between that is news comes on top; one from the end, too.
    inbox.apply(change(vec![chat("e", ChatState::Active, 110, 110)], 110));
    inbox.apply(change(vec![chat("a", ChatState::Active, 120, 120)], 120));
    assert_eq!(shown(&inbox), ["a", "e", "i", "h", "b"]);
    // Both ends come together.
    let mut between = page(
        rows(&[("g", 70), ("f", 60), ("d", 40), ("c", 30)]),
        120,
        true,
    );
    between.chats.total_count = Some(9);
    inbox.apply_page(&active(), between, &Part::After("end".into()));
    let mut rest = page(rows(&[("d", 40), ("c", 30)]), 120, true);
    rest.chats.total_count = Some(9);
    inbox.apply_page(&active(), rest, &Part::Before("start".into()));
    assert!(!inbox.has_more());
    assert_eq!(shown(&inbox), ["a", "e", "i", "h", "g", "f", "d", "c", "b"]);
    whole(&inbox);
}

/// Every list that is kept shows what a query shows, as far as it was fetched.
fn all_as_asked(live: &Inbox, server: &Server, eye: &Eye, seed: u64) {
    for list in &live.lists {
        let mut fresh = Vec::new();
        while fresh.len() < 12 {
            let page = server.page(&list.filter, eye, fresh.len()).chats;
            fresh.extend(page.nodes);
            if !page.page_info.has_next_page {
                break;
            }
        }
        let reached = fresh.iter().filter(|row| list.reaches(&place(row)));
        let ids: Vec<ChatKey> = reached.map(|row| place(row).1).collect();
        let shown = list.order.slice(0..usize::MAX);
        assert_eq!(shown, ids, "seed {seed} {:?}", list.filter);
    }
}

#[test]
fn any_sequence_of_changes_pages_and_looks_ends_as_a_fresh_query() {
    let eye = Eye {
        me: "me".into(),
        since: String::new(),
    };
    let oldest = Filter {
        oldest_first: true,
        ..active()
    };
    let filters = [
        active(),
        archived(),
        oldest,
        only(Quick::Unread),
        only(Quick::Mine),
        only(Quick::Starred),
        only(Quick::Snoozed),
    ];
    for seed in 0..60 {
        let chats = (0..12).map(|id| chat(&format!("{id:02}"), ChatState::Active, id, id));
        let mut server = Server {
            chats: chats.collect(),
            position: 20,
            seed,
        };
        let mut live = Inbox::default();
        live.look(eye.clone());
        open(&mut live, &active(), server.page(&active(), &eye, 0));
        for _ in 0..120 {
            match server.next(8) {
                0 => {
                    let filter = &filters[server.next(7)];
                    live.choose(filter);
                    if !live.loaded() {
                        live.apply_page(filter, server.page(filter, &eye, 0), &Part::First);
                    }
                }
                1 if live.has_more() => {
                    let side = [Side::Down, Side::Up][server.next(2)];
                    let far = live.last_page().filter(|_| side == Side::Up);
                    let part = far.or_else(|| live.next_page(side)).unwrap();
                    let list = live.lists.last().unwrap();
                    let filter = list.filter.clone();
                    let tail = list.tail.as_ref().map(|tail| &tail.start);
                    let head = tail.map_or(list.order.len(), |start| list.order.before(start));
                    let behind = list.order.len() - head;
                    let page = match part {
                        Part::First | Part::After(_) => server.page(&filter, &eye, head),
                        Part::Last | Part::Before(_) => server.end(&filter, &eye, behind),
                    };
                    live.apply_page(&filter, page, &part);
                    live.release();
                    whole(&live);
                }
                2 => live.hold(),
                3 => live.release(),
                _ => {
                    let row = server.step();
                    let position = server.position;
                    live.apply(change(vec![row], position));
                }
            }
            all_as_asked(&live, &server, &eye, seed);
        }
        live.release();
        assert_eq!(live.waiting(), 0);
    }
}
