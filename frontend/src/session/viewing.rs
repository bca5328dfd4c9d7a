//! Who else is in the open chat, and that this agent is (P7). Must not draw.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::{GetUntracked, Set, set_timeout};
use leptos::task::spawn_local;

use super::store;
use crate::api::chat_queries::{OfChatVariables, PresenceSubscription};
use crate::api::graphql::Id;
use crate::api::http;
use crate::api::live::{self, Incoming, Subscription};
use crate::api::mutations::{SetViewing, SetViewingInput};
use crate::api::request::{Ask, Give};

/// The server forgets a viewer after half a minute.
const AGAIN: Duration = Duration::from_secs(20);
/// Who goes on within this time was not there; and a chat is painted before anybody is told.
const PASSING: Duration = Duration::from_millis(200);

thread_local! {
    static FEED: RefCell<Option<Subscription>> = const { RefCell::new(None) };
    static ROUND: Cell<u32> = const { Cell::new(0) };
    static WRITING: Cell<bool> = const { Cell::new(false) };
}

/// The agent is in a chat now.
pub fn enter(id: &str) {
    let chat = id.to_owned();
    let start = move || {
        let variables = OfChatVariables {
            chat_id: Id::new(chat.clone()),
        };
        PresenceSubscription::body(variables)
    };
    let round = ROUND.get().wrapping_add(1);
    ROUND.set(round);
    let id = id.to_owned();
    let stay = move || {
        if ROUND.get() == round {
            let feed = live::subscribe(start, |incoming| {
                if let Incoming::Next(payload) = incoming
                    && let Ok(data) =
                        http::data_of(payload).and_then(http::read::<PresenceSubscription>)
                {
                    store().desk.viewers.set(data.chat_presence.viewers);
                }
            });
            FEED.set(Some(feed));
            beat(id, round);
        }
    };
    set_timeout(stay, PASSING);
}

/// The agent left it.
pub fn leave(id: &str) {
    ROUND.set(ROUND.get().wrapping_add(1));
    // Who only passed was never told of.
    if FEED.take().is_some() {
        WRITING.set(false);
        let id = id.to_owned();
        set_timeout(move || tell(id, false), PASSING);
    }
}

/// The agent writes in it, or does not any more.
pub fn writing(id: &str, writing: bool) {
    if WRITING.replace(writing) != writing {
        tell(id.to_owned(), true);
    }
}

fn beat(id: String, round: u32) {
    if ROUND.get() != round {
        return;
    }
    if store().looked_at.get_untracked() {
        tell(id.clone(), true);
    }
    set_timeout(move || beat(id, round), AGAIN);
}

fn tell(id: String, viewing: bool) {
    spawn_local(async move {
        let input = SetViewingInput {
            chat_id: Id::new(id),
            viewing,
            writing: viewing && WRITING.get(),
        };
        // Nobody waits for this; a lost one is repeated by the next beat.
        let _ = SetViewing::send(input).await;
    });
}
