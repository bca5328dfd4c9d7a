//! Keeps what is typed: in this browser soon, on the server at a pause and on leaving (F8-F10). Must not judge it.

use std::time::Duration;

use leptos::{ev, prelude::*};

use super::head;
use crate::session::sending::Fields;
use crate::session::{drafts, memory, sending, store, viewing};
use crate::state::draft::Text;
use crate::ui::live::effect;

/// Drafts are kept in this browser and on the server at a pause in typing and on leaving (F8), never per key.
pub fn keep(id: &str, fields: &Fields) {
    let store = store();
    let (id, fields) = (id.to_owned(), fields.clone());
    let note_here = {
        let (id, note) = (id.clone(), fields.note.clone());
        move || memory::keep_draft(&id, true, &note.get_untracked())
    };
    let here = {
        let (id, message) = (id.clone(), fields.message.clone());
        move || {
            let quotes = store
                .desk
                .writing
                .with_untracked(|writing| writing.quote.clone());
            let text = message.get_untracked();
            drafts::typed(&id, Text { text, quotes });
        }
    };
    let mut soon = debounce(Duration::from_millis(400), {
        let (here, note_here) = (here.clone(), note_here.clone());
        move |()| {
            here();
            note_here();
        }
    });
    let mut later = debounce(Duration::from_millis(1_800), {
        let (id, here) = (id.clone(), here.clone());
        move |()| {
            here();
            drafts::save(&id);
            viewing::writing(&id, false);
        }
    });
    let watched = fields.clone();
    Effect::new(move |before: Option<()>| {
        watched.message.track();
        watched.note.track();
        if before.is_some() {
            soon(());
            later(());
        }
    });
    let message = fields.message.clone();
    effect(move || {
        if let Some(text) = head().and_then(|chat| drafts::heard(&chat)) {
            message.set(text.text);
            store.desk.writing.update(|writing| {
                if !writing.note && writing.edit.is_none() {
                    writing.quote = text.quotes;
                }
            });
        }
    });
    let closing = id.clone();
    let leave = move || {
        here();
        note_here();
        drafts::save(&id);
    };
    let hidden = window_event_listener(ev::pagehide, {
        let leave = leave.clone();
        move |_| leave()
    });
    on_cleanup(move || {
        sending::close_composer(&closing);
        leave();
        hidden.remove();
    });
}
