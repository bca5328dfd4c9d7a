//! Keeps unsent texts: in this browser at once, on the server at a pause or on leaving (F8-F10). Must not draw.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::WithUntracked;
use leptos::task::spawn_local;

use super::{act, memory, noticed, store, thread};
use crate::api::chat_commands::{DiscardDraft, DiscardDraftInput, SaveDraft, SaveDraftInput};
use crate::api::graphql::{Chat, Id};
use crate::api::refusable;
use crate::state::draft::{Draft, Step, Text};

thread_local! {
    static DRAFTS: RefCell<HashMap<String, Draft>> = RefCell::default();
}

fn of_server(chat: &Chat) -> Text {
    chat.draft
        .as_ref()
        .map_or_else(Text::default, |draft| Text {
            text: draft.text.clone(),
            quotes: draft.quotes.as_ref().map(|id| id.inner().to_owned()),
        })
}

fn with<R>(chat: &str, change: impl FnOnce(&mut Draft) -> R) -> R {
    DRAFTS.with_borrow_mut(|drafts| change(drafts.entry(chat.to_owned()).or_default()))
}

/// The text to begin with in a chat.
pub fn open(id: &str) -> Text {
    let head = thread::head(id);
    let row = || store().inbox.with_untracked(|inbox| inbox.row(id));
    let server = head
        .or_else(row)
        .map_or_else(Text::default, |chat| of_server(&chat));
    let kept = memory::draft(id, false);
    let unsaved = (!kept.is_empty()).then(|| Text {
        text: kept,
        quotes: server.quotes.clone(),
    });
    DRAFTS.with_borrow_mut(|drafts| {
        let draft = drafts
            .entry(id.to_owned())
            .or_insert_with(|| Draft::open(server.clone(), unsaved));
        let _ = draft.heard(server);
        draft.here().clone()
    })
}

/// Something was typed; it is kept here until the server has it.
pub fn typed(id: &str, text: Text) {
    memory::keep_draft(id, false, &text.text);
    with(id, |draft| draft.typed(text));
}

/// The server tells what it has; the text for the field, if it changes.
pub fn heard(chat: &Chat) -> Option<Text> {
    with(chat.id.inner(), |draft| {
        draft.heard(of_server(chat)).then(|| draft.here().clone())
    })
}

/// A pause in typing, or the chat is left: the server is told.
pub fn save(id: &str) {
    let Some(step) = with(id, Draft::next) else {
        return;
    };
    let id = id.to_owned();
    spawn_local(async move {
        let chat_id = Id::new(&id);
        let answer = match step {
            Step::Save(text) => {
                let input = SaveDraftInput {
                    chat_id,
                    quotes: text.quotes.map(Id::new),
                    text: text.text,
                };
                let done = refusable::send::<SaveDraft>(input).await;
                done.map(|done| done.chat)
            }
            Step::Discard => {
                let done = refusable::send::<DiscardDraft>(DiscardDraftInput { chat_id }).await;
                done.map(|done| done.chat)
            }
        };
        with(&id, |draft| draft.told(answer.is_ok()));
        match answer {
            Ok(chat) => {
                act::take(chat);
                if with(&id, |draft| draft.is_saved()) {
                    memory::keep_draft(&id, false, "");
                } else {
                    save(&id);
                }
            }
            // It stays in this browser; the next pause tries again.
            Err(fault) => noticed(&fault),
        }
    });
}

/// Another agent sits down here.
pub fn forget() {
    DRAFTS.with_borrow_mut(HashMap::clear);
}
