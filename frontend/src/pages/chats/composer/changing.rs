//! Changing a message or a note that is there already: its text comes into the field, and comes back when the change did
//! not pass. Must not know how it is sent.

use leptos::prelude::*;

use super::field::{Desk, focus_later, mentioned, place_caret};
use crate::session::desk::Writing;
use crate::session::message::{self, Act, Turn};
use crate::session::store;
use crate::ui::live::effect;

/// What is to be changed comes into the field.
pub(super) fn load(desk: &Desk) {
    let (change, field, mentions) = (desk.change.clone(), desk.field, desk.mentions);
    let edit = Memo::new(move |_| store().desk.writing.with(|writing| writing.edit.clone()));
    effect(move || {
        let Some(id) = edit.get() else { return };
        let message = store()
            .thread
            .with_untracked(|open| open.thread.ready()?.message(&id));
        if let Some(message) = message {
            let unsent = store().desk.writing.with_untracked(|it| it.unsent.clone());
            // Who was named in it is still known.
            if unsent.is_none() {
                let named = message.mentions.iter();
                let named = named.map(|agent| (agent.id.inner().to_owned(), agent.name.clone()));
                mentions.set(named.collect());
            }
            let text = unsent.or_else(|| message.text.clone()).unwrap_or_default();
            let end = text.encode_utf16().count();
            change.set(text);
            place_caret(field, end);
        }
    });
}

/// Sends the change.
pub(super) fn send(desk: &Desk, id: String, text: String, note: bool) {
    let act = if note {
        Act::EditNote(text.clone(), mentioned(desk, &text))
    } else {
        Act::Edit(text.clone())
    };
    store().desk.writing.set(Writing::default());
    let (chat, message, change) = (desk.id.clone(), id.clone(), desk.change.clone());
    let turns = move |turn| {
        if store().thread.with_untracked(|open| open.id == chat) {
            turned(turn, &message, &text, note, &change);
        }
    };
    message::act(desk.id.clone(), id, act, turns);
    focus_later(desk.field);
}

/// What did not pass comes back into the field, unless something else is changed there since. On another try it leaves it,
/// unless it was changed further.
fn turned(turn: Turn, message: &str, text: &str, note: bool, change: &ArcRwSignal<String>) {
    let writing = store().desk.writing;
    let edit = writing.with_untracked(|writing| writing.edit.clone());
    match turn {
        Turn::Refused if edit.is_none() => writing.set(Writing {
            note,
            quote: None,
            edit: Some(message.to_owned()),
            unsent: Some(text.to_owned()),
        }),
        Turn::Again
            if edit.as_deref() == Some(message) && change.get_untracked().trim() == text =>
        {
            writing.set(Writing::default());
        }
        Turn::Refused | Turn::Again => {}
    }
}
