//! Keeps unsent texts: in this browser at once, on the server at a pause or on leaving (F8-F10). Must not draw.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::WithUntracked;
use leptos::task::spawn_local;

use super::{act, memory, noticed, store, thread};
use crate::api::chat_commands::{DiscardDraft, DiscardDraftInput, SaveDraft, SaveDraftInput};
use crate::api::graphql::{Chat, Id};
use crate::api::request::Give;
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
    let known = head.or_else(row);
    let as_of = known.as_ref().map_or(0, |chat| chat.position.number());
    let server = known.map_or_else(Text::default, |chat| of_server(&chat));
    let kept = memory::draft(id, false);
    let unsaved = (!kept.is_empty()).then(|| Text {
        text: kept,
        quotes: server.quotes.clone(),
    });
    DRAFTS.with_borrow_mut(|drafts| {
        let draft = drafts
            .entry(id.to_owned())
            .or_insert_with(|| Draft::open(server.clone(), as_of, unsaved));
        let _ = draft.heard(server, as_of);
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
        let is_news = draft.heard(of_server(chat), chat.position.number());
        is_news.then(|| draft.here().clone())
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
        let done = match step {
            Step::Save(text) => {
                let input = SaveDraftInput {
                    chat_id,
                    quotes: text.quotes.map(Id::new),
                    text: text.text,
                };
                SaveDraft::send(input)
            }
            Step::Discard => DiscardDraft::send(DiscardDraftInput { chat_id }),
        };
        let answer = done.await.map(|done| done.chat);
        let taken = answer.as_ref().ok();
        let as_of = taken.map(|chat| chat.as_ref().map_or(0, |chat| chat.position.number()));
        with(&id, |draft| draft.told(as_of));
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

/// The connection is back: what the server was not told is told.
pub fn save_all() {
    let chats: Vec<String> = DRAFTS.with_borrow(|drafts| drafts.keys().cloned().collect());
    chats.iter().for_each(|chat| save(chat));
}

/// A message of this chat goes out, and the server discards the draft that it has.
pub fn posting(id: &str) {
    with(id, Draft::posting);
}

/// The message is there, or was refused. What was written since is kept anew.
pub fn posted(id: &str, taken: bool) {
    with(id, |draft| draft.posted(taken));
    if with(id, |draft| !draft.here().is_empty()) {
        save(id);
    }
}

/// Another agent sits down here.
pub fn forget() {
    DRAFTS.with_borrow_mut(HashMap::clear);
}
