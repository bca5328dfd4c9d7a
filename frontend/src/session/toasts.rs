//! Short words about what was just done, with the way back. Must not decide what can be undone.

use std::cell::Cell;

use leptos::prelude::{GetUntracked, Update};
use leptos::task::spawn_local;

use super::{bulk, store};
use crate::api::acts::{UndoAct, UndoInput};
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::request::Give;
use crate::i18n::{Key, t};

/// The way back of what was done: the server's own marks of the acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo(Vec<Id>);

impl Undo {
    /// The way back, if there is one.
    pub fn of(acts: impl IntoIterator<Item = Id>) -> Option<Self> {
        let acts: Vec<Id> = acts.into_iter().collect();
        (!acts.is_empty()).then_some(Self(acts))
    }
}

/// One toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Which one.
    pub id: u32,
    /// What happened.
    pub text: String,
    /// It did not work.
    pub alert: bool,
    /// The way back.
    pub undo: Option<Undo>,
    /// The chat it tells of.
    pub chat: Option<String>,
}

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Says something, with a way back or without.
pub fn say(text: String, undo: Option<Undo>) {
    push(text, false, undo, None);
}

/// Says who wrote, with the way there.
pub fn wrote(text: String, chat: String) {
    push(text, false, None, Some(chat));
}

/// Says why something cannot be.
pub fn alert(text: String) {
    push(text, true, None, None);
}

/// Says what went wrong.
pub fn fault(fault: &Fault) {
    super::noticed(fault);
    push(fault.words(), true, None, None);
}

fn push(text: String, alert: bool, undo: Option<Undo>, chat: Option<String>) {
    let id = LAST.get() + 1;
    LAST.set(id);
    store().toasts.update(|toasts| {
        toasts.retain(|toast| toast.text != text);
        toasts.push(Toast {
            id,
            text,
            alert,
            undo,
            chat,
        });
        if toasts.len() > 3 {
            toasts.remove(0);
        }
    });
}

/// Takes a toast away.
pub fn dismiss(id: u32) {
    store()
        .toasts
        .update(|toasts| toasts.retain(|toast| toast.id != id));
}

/// Undoes what a toast tells of, the last act first.
pub fn undo(toast: &Toast) {
    dismiss(toast.id);
    let Some(Undo(acts)) = toast.undo.clone() else {
        return;
    };
    spawn_local(async move {
        let mut refused = None;
        for act in acts.into_iter().rev() {
            match UndoAct::send(UndoInput { act }).await {
                Ok(payload) => refused = refused.or(bulk::refusal(&payload.results)),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        match refused {
            Some(why) => fault(&why),
            None => say(t(Key::ToastUndone).to_owned(), None),
        }
    });
}

/// Undoes the last act that can be.
pub fn undo_last() {
    let last = store()
        .toasts
        .get_untracked()
        .into_iter()
        .rev()
        .find(|toast| toast.undo.is_some());
    if let Some(toast) = last {
        undo(&toast);
    }
}
