//! Short words about what was just done, with the way back. Must not decide what can be undone.

use std::cell::Cell;

use leptos::prelude::{GetUntracked, Update};

use super::{act, store};
use crate::api::fault::Fault;

/// The way back of an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// Archive the chat again.
    Archive(String),
    /// Reopen the chat.
    Reopen(String),
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
}

thread_local! {
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// Says something, with a way back or without.
pub fn say(text: String, undo: Option<Undo>) {
    push(text, false, undo);
}

/// Says what went wrong.
pub fn fault(fault: &Fault) {
    super::noticed(fault);
    push(fault.words(), true, None);
}

fn push(text: String, alert: bool, undo: Option<Undo>) {
    let id = LAST.get() + 1;
    LAST.set(id);
    store().toasts.update(|toasts| {
        toasts.retain(|toast| toast.text != text);
        toasts.push(Toast {
            id,
            text,
            alert,
            undo,
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

/// Undoes what a toast tells of.
pub fn undo(toast: &Toast) {
    dismiss(toast.id);
    match &toast.undo {
        Some(Undo::Archive(chat)) => act::archive(chat.clone(), false),
        Some(Undo::Reopen(chat)) => act::reopen(chat.clone(), false),
        None => {}
    }
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
