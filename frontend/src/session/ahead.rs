//! Fetches a chat for who is about to open it: while the button is still down on its row, when the row has had the focus
//! for a moment, and before anything is drawn for it. Must not open it, and must not say that it failed: opening it will.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::set_timeout;
use leptos::task::spawn_local;

use super::thread;
use crate::state::thread::Thread;

/// How long a row has the focus before its chat is fetched: who holds an arrow key down passes by.
const PAUSE: Duration = Duration::from_millis(80);

/// The chat that was wished for last.
enum Wished {
    /// It will be asked for if it is still the one.
    Soon,
    /// It is on its way.
    Coming,
    /// It is here.
    Here(Box<Thread>),
}

thread_local! {
    static WISHED: RefCell<Option<(String, Wished)>> = const { RefCell::new(None) };
}

/// Fetches a chat at once or, when it is still the wished one, in a moment.
pub fn wish(id: String, at_once: bool) {
    let known = WISHED.with_borrow(|wished| match wished {
        Some((known, Wished::Soon)) => *known == id && !at_once,
        Some((known, _)) => *known == id,
        None => false,
    });
    if known || thread::is_at_hand(&id) {
        return;
    }
    if at_once {
        return fetch(id);
    }
    WISHED.set(Some((id.clone(), Wished::Soon)));
    let ask = move || {
        let still = WISHED
            .with_borrow(|wished| matches!(wished, Some((known, Wished::Soon)) if *known == id));
        if still {
            fetch(id);
        }
    };
    set_timeout(ask, PAUSE);
}

fn fetch(id: String) {
    WISHED.set(Some((id.clone(), Wished::Coming)));
    spawn_local(async move {
        let answer = thread::newest_page(&id).await;
        let coming = is_coming(&id);
        if coming {
            forget();
        }
        if thread::waits_for(&id) {
            thread::arrived(id, answer);
        } else if coming && let Ok(page) = answer {
            let here = Wished::Here(Box::new(thread::taken_in(page)));
            WISHED.set(Some((id, here)));
        }
    });
}

/// It is on its way, and need not be asked for.
pub fn is_coming(id: &str) -> bool {
    WISHED.with_borrow(|wished| matches!(wished, Some((known, Wished::Coming)) if known == id))
}

/// The chat, if it is here. What happened to it since comes with its subscription.
pub fn take(id: &str) -> Option<Thread> {
    WISHED.with_borrow_mut(|wished| match wished.take() {
        Some((known, Wished::Here(thread))) if known == id => Some(*thread),
        // It was opened another way; its moment is over.
        Some((known, Wished::Soon)) if known == id => None,
        other => {
            *wished = other;
            None
        }
    })
}

/// Forgets it.
pub fn forget() {
    WISHED.set(None);
}
