//! Fetches lists page by page and keeps them live; which one is shown stands in the address. Must not decide what a row looks like.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::{
    GetUntracked, Set, Update, WithUntracked, request_animation_frame, set_timeout,
};
use leptos::task::spawn_local;
use serde_json::Value;

use super::{store, toasts};
use crate::api::fault::Fault;
use crate::api::http;
use crate::api::live::{self, Incoming, Subscription};
use crate::api::queries::{InboxPage, InboxPageVariables};
use crate::api::request::Ask;
use crate::api::subscriptions::{InboxSubscription, InboxVariables};
use crate::i18n::{moment, now};
use crate::state::drawn::Side;
use crate::state::filter::{Eye, Filter};
use crate::state::inbox::{Inbox, Part};

/// Rows a page.
const PAGE: i32 = 100;
/// How long activity is recent, in milliseconds (B10).
const RECENT: f64 = 24.0 * 3_600_000.0;

thread_local! {
    static FEED: RefCell<Option<Subscription>> = const { RefCell::new(None) };
    static BUSY: RefCell<Option<Filter>> = const { RefCell::new(None) };
    static SIDE: Cell<Side> = const { Cell::new(Side::Down) };
}

/// Fetches the list of the address and listens from there on.
pub fn start() {
    let filter = store().filter.get_untracked();
    choose(&filter);
    spawn_local(async move {
        fetch(filter, Part::First).await;
    });
}

/// Stops listening.
pub fn stop() {
    drop(FEED.take());
}

/// Shows another list; what is known of it at once, the rest when it is here. The address says which.
pub fn show(filter: Filter) {
    let store = store();
    if store.filter.with_untracked(|now| *now == filter) {
        return;
    }
    choose(&filter);
    store.inbox_fault.set(None);
    store.filter.set(filter.clone());
    store.keep_address();
    if !store.inbox.with_untracked(Inbox::loaded) && store.viewer().is_some() {
        spawn_local(async move {
            fetch(filter, Part::First).await;
        });
    }
}

/// Changes something of the list that is shown.
pub fn narrow(change: impl FnOnce(&mut Filter)) {
    let mut filter = store().filter.get_untracked();
    change(&mut filter);
    show(filter);
}

fn choose(filter: &Filter) {
    let me = store().viewer().map(|viewer| viewer.agent.id.into_inner());
    let eye = Eye {
        me: me.unwrap_or_default(),
        since: moment(now() - RECENT),
    };
    store().inbox.update(|inbox| {
        inbox.look(eye);
        inbox.choose(filter);
    });
}

/// Fetches more of the list that is shown, one page at a time.
pub fn more(side: Side) {
    SIDE.set(side);
    if let Some(part) = store().inbox.with_untracked(|inbox| inbox.next_page(side)) {
        let _ = alone(part, || ());
    }
}

/// Goes to the last row; what stands between may come later.
pub fn to_end() {
    let Some(part) = store().inbox.with_untracked(Inbox::last_page) else {
        return reveal_last();
    };
    if !alone(part, reveal_last) {
        set_timeout(to_end, Duration::from_millis(100));
    }
}

fn reveal_last() {
    let last = store().inbox.with_untracked(|inbox| {
        let count = inbox.len();
        inbox.slice(count.saturating_sub(1)..count).pop()
    });
    // A frame later the list is as long as it will be: before, it cannot be scrolled so far.
    request_animation_frame(move || store().reveal.set(last.map(|id| id.to_string())));
}

/// Fetches one page at a time; tells whether it was this one's turn. `then` runs if the list is still shown.
fn alone(part: Part, then: fn()) -> bool {
    let filter = store().filter.get_untracked();
    if BUSY.with_borrow(|busy| busy.as_ref() == Some(&filter)) {
        return false;
    }
    BUSY.set(Some(filter.clone()));
    spawn_local(async move {
        let came = fetch(filter.clone(), part).await;
        BUSY.set(None);
        if came && store().filter.with_untracked(|now| *now == filter) {
            then();
        }
    });
    true
}

/// Tries again after the list, or more of it, did not come.
pub fn again() {
    if store().inbox.with_untracked(Inbox::loaded) {
        store().inbox_fault.set(None);
        return more(SIDE.get());
    }
    spawn_local(async move {
        fetch(store().filter.get_untracked(), Part::First).await;
    });
}

async fn fetch(filter: Filter, part: Part) -> bool {
    let store = store();
    let (after, before, backwards) = match &part {
        Part::First => (None, None, false),
        Part::After(cursor) => (Some(cursor.clone()), None, false),
        Part::Last => (None, None, true),
        Part::Before(cursor) => (None, Some(cursor.clone()), true),
    };
    let variables = InboxPageVariables {
        filter: filter.request(),
        first: (!backwards).then_some(PAGE),
        after,
        last: backwards.then_some(PAGE),
        before,
    };
    let answer = InboxPage::ask(variables).await;
    let current = store.filter.with_untracked(|now| *now == filter);
    match answer {
        Ok(page) => {
            if current {
                store.inbox_fault.set(None);
            }
            store
                .inbox
                .update(|inbox| inbox.apply_page(&filter, page, &part));
            // The first page that came says where the feed goes on.
            if store.viewer().is_some() && FEED.with_borrow(Option::is_none) {
                listen();
            }
            true
        }
        Err(fault) => {
            if part == Part::Last {
                toasts::failed(&fault, to_end);
                return false;
            }
            super::noticed(&fault);
            if current {
                store.inbox_fault.set(Some(fault));
            }
            false
        }
    }
}

fn listen() {
    let start = || {
        let after = store().inbox.with_untracked(|inbox| inbox.position());
        InboxSubscription::body(InboxVariables { after })
    };
    let feed = live::subscribe(start, |incoming| match incoming {
        Incoming::Next(payload) => next(payload),
        Incoming::Resync | Incoming::Ended(Fault::PositionUnknown) => refetch(),
        Incoming::Ended(Fault::SignedOut) => super::noticed(&Fault::SignedOut),
        Incoming::Ended(_) => set_timeout(refetch, Duration::from_secs(3)),
    });
    FEED.set(Some(feed));
}

fn next(payload: Value) {
    match http::data_of(payload).and_then(http::read::<InboxSubscription>) {
        Ok(data) if !data.inbox.resync => {
            super::notify::changed(&data.inbox.chats);
            store().inbox.update(|inbox| inbox.apply(data.inbox));
        }
        _ => refetch(),
    }
}

/// Too much was missed, or the journal is another one: everything is asked anew, then the feed goes on from there.
fn refetch() {
    spawn_local(async move {
        store().inbox.update(Inbox::doubt);
        if fetch(store().filter.get_untracked(), Part::First).await {
            FEED.with_borrow(|feed| feed.as_ref().map(Subscription::id))
                .into_iter()
                .for_each(live::restart);
        } else {
            set_timeout(refetch, Duration::from_secs(3));
        }
    });
}
