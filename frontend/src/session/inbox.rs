//! Fetches the list page by page and keeps it live. Must not decide what a row looks like.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use cynic::{QueryBuilder, SubscriptionBuilder};
use leptos::prelude::{Set, Update, WithUntracked, set_timeout};
use leptos::task::spawn_local;
use serde_json::Value;

use super::store;
use crate::api::fault::Fault;
use crate::api::graphql::ChatState;
use crate::api::http;
use crate::api::live::{self, Incoming, Subscription};
use crate::api::queries::{ChatFilter, InboxPage, InboxPageVariables};
use crate::api::subscriptions::{InboxSubscription, InboxVariables};

/// Rows a page.
const PAGE: i32 = 50;

thread_local! {
    static FEED: RefCell<Option<Subscription>> = const { RefCell::new(None) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Fetches the active chats and listens from there on.
pub fn start() {
    spawn_local(async move {
        if fetch(ChatState::Active, true).await {
            listen();
        }
    });
}

/// Stops listening.
pub fn stop() {
    drop(FEED.take());
}

/// Fetches a view that is not here yet.
pub fn want(view: ChatState) {
    if !store().inbox.with_untracked(|inbox| inbox.loaded(view)) {
        spawn_local(async move {
            fetch(view, true).await;
        });
    }
}

/// Fetches the next page of a view, one at a time.
pub fn more(view: ChatState) {
    let next = store().inbox.with_untracked(|inbox| inbox.next_page(view));
    if next.is_some() && !BUSY.replace(true) {
        spawn_local(async move {
            fetch(view, false).await;
            BUSY.set(false);
        });
    }
}

/// Tries again after the list did not come.
pub fn again(view: ChatState) {
    spawn_local(async move {
        let came = fetch(view, true).await;
        if came && FEED.with_borrow(Option::is_none) {
            listen();
        }
    });
}

async fn fetch(view: ChatState, fresh: bool) -> bool {
    let store = store();
    let after = store
        .inbox
        .with_untracked(|inbox| inbox.next_page(view).flatten())
        .filter(|_| !fresh);
    let variables = InboxPageVariables {
        filter: ChatFilter { state: Some(view) },
        first: PAGE,
        after: after.clone(),
    };
    match http::send(InboxPage::build(variables)).await {
        Ok(page) => {
            store.inbox_fault.set(None);
            store
                .inbox
                .update(|inbox| inbox.apply_page(view, page, after.as_deref()));
            true
        }
        Err(fault) => {
            super::noticed(&fault);
            store.inbox_fault.set(Some(fault));
            false
        }
    }
}

fn listen() {
    let start = || {
        let after = store().inbox.with_untracked(|inbox| inbox.position());
        serde_json::to_value(InboxSubscription::build(InboxVariables { after }))
            .unwrap_or(Value::Null)
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
        let archived = store()
            .inbox
            .with_untracked(|inbox| inbox.loaded(ChatState::Archived));
        let mut came = fetch(ChatState::Active, true).await;
        if archived {
            came &= fetch(ChatState::Archived, true).await;
        }
        if came {
            FEED.with_borrow(|feed| feed.as_ref().map(Subscription::id))
                .into_iter()
                .for_each(live::restart);
        } else {
            set_timeout(refetch, Duration::from_secs(3));
        }
    });
}
