//! Where an agent writes: a message or a private note, or the reason why no message can be written and the way out.
//! Must not know the rules: texts are judged by `state::text`, access by `state::access`.

mod above;
mod attach;
mod changing;
mod emoji;
mod field;
mod grow;
mod keeping;
mod locked;
mod suggest;

pub use above::{minutes_left, window_words};
use std::sync::Arc;

use leptos::prelude::*;

use crate::api::graphql::Chat;
use crate::session::{store, viewing};
use crate::state::access::{self, Access};
use crate::state::thread::Thread;
use crate::ui::live::drawn;

/// The composer of the open chat.
#[component]
pub fn Composer(id: String) -> impl IntoView {
    let store = store();
    let access = Memo::new(move |_| head().map(|chat| access_of(&chat)));
    let note = Memo::new(move |_| store.desk.writing.with(|writing| writing.note));
    let public = Memo::new(move |_| replying());
    viewing::enter(&id);
    let left = id.clone();
    on_cleanup(move || viewing::leave(&left));
    drawn(move || {
        let Some(access) = access.get() else {
            return ().into_any();
        };
        let id = id.clone();
        let open = access.lets(public.get());
        if open || note.get() {
            view! { <field::Field id open/> }.into_any()
        } else {
            view! { <locked::Locked id access/> }.into_any()
        }
    })
}

/// The open chat's head, tracked.
fn head() -> Option<Arc<Chat>> {
    store()
        .thread
        .with(|open| open.thread.ready().map(|thread| thread.chat().clone()))
}

/// Whether what is written is a reply to a comment, for everybody to read; tracked.
fn replying() -> bool {
    let store = store();
    let answered = store.desk.writing.with(|writing| {
        let message = !writing.note && writing.edit.is_none();
        writing.quote.clone().filter(|_| message)
    });
    answered.is_some_and(|id| {
        let found = |thread: &Thread| thread.message(&id).is_some_and(|it| it.comment.is_some());
        store
            .thread
            .with(|open| open.thread.ready().is_some_and(found))
    })
}

/// Whether the open chat is one of colleagues among themselves (A13), tracked.
fn among_colleagues() -> bool {
    head().is_some_and(|chat| chat.internal.is_some())
}

fn access_of(chat: &Chat) -> Access {
    access::of(&chat.composer)
}
