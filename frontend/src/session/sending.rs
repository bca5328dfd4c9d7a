//! Sends what an agent wrote: shown at once, sent with an id of its own, so that a second try changes nothing.

use std::cell::Cell;
use std::time::Duration;

use cynic::MutationBuilder;
use leptos::prelude::{Update, WithUntracked, set_timeout};
use leptos::task::spawn_local;

use super::{act, noticed, store, thread};
use crate::api::fault::Fault;
use crate::api::graphql::Id;
use crate::api::http;
use crate::api::mutations::{
    SendMessage, SendMessageInput, SendMessageVariables, SetTyping, SetTypingInput,
    SetTypingVariables,
};
use crate::i18n::now;
use crate::state::outbox::Outgoing;

/// Sends a text that has passed the rule.
pub fn send(chat: &str, text: &str) {
    let client_id = uuid::Uuid::new_v4().to_string();
    let at = js_sys::Date::new_0()
        .to_iso_string()
        .as_string()
        .unwrap_or_default();
    let outgoing = Outgoing {
        client_id: client_id.clone(),
        text: text.to_owned(),
        at,
        fault: None,
    };
    store().outbox.update(|outbox| outbox.push(chat, outgoing));
    post(chat.to_owned(), text.to_owned(), client_id);
}

/// Sends a failed message again, as the same message.
pub fn retry(client_id: &str) {
    let mut found = None;
    store()
        .outbox
        .update(|outbox| found = outbox.retry(client_id));
    if let Some((chat, text)) = found {
        post(chat, text, client_id.to_owned());
    }
}

/// Gives a failed message up.
pub fn discard(client_id: &str) {
    store().outbox.update(|outbox| outbox.remove(client_id));
}

/// The connection is back: what failed for want of it goes out again, in its order.
pub fn resend() {
    let waiting = store().outbox.with_untracked(|outbox| outbox.to_resend());
    waiting.iter().for_each(|client_id| retry(client_id));
}

fn post(chat: String, text: String, client_id: String) {
    spawn_local(async move {
        let store = store();
        let input = SendMessageInput {
            chat_id: Id::new(chat.clone()),
            text,
            client_message_id: Id::new(client_id.clone()),
        };
        let answer = http::send(SendMessage::build(SendMessageVariables { input })).await;
        let answer = answer.map(|answer| answer.send_message);
        match answer.and_then(|payload| Fault::refused(&payload.user_errors).map(|()| payload)) {
            Ok(payload) => {
                act::take(payload.chat);
                if let Some(message) = payload.message {
                    thread::apply_message(&chat, message);
                    store.outbox.update(|outbox| outbox.remove(&client_id));
                }
            }
            Err(fault) => {
                noticed(&fault);
                store.outbox.update(|outbox| outbox.fail(&client_id, fault));
            }
        }
    });
}

thread_local! {
    static TOLD_AT: Cell<f64> = const { Cell::new(0.0) };
    static KEYS: Cell<u32> = const { Cell::new(0) };
}

/// A key was pressed in the composer: the contact is told, at most every three seconds, and again when it stops.
pub fn typing(chat: &str) {
    let keys = KEYS.get().wrapping_add(1);
    KEYS.set(keys);
    if now() - TOLD_AT.get() > 3_000.0 {
        TOLD_AT.set(now());
        tell_typing(chat.to_owned(), true);
    }
    let chat = chat.to_owned();
    let stop = move || {
        if KEYS.get() == keys {
            stopped_typing(&chat);
        }
    };
    set_timeout(stop, Duration::from_secs(5));
}

/// The agent stopped writing: sent, left, or paused.
pub fn stopped_typing(chat: &str) {
    KEYS.set(KEYS.get().wrapping_add(1));
    if TOLD_AT.replace(0.0) > 0.0 {
        tell_typing(chat.to_owned(), false);
    }
}

fn tell_typing(chat: String, typing: bool) {
    spawn_local(async move {
        let input = SetTypingInput {
            chat_id: Id::new(chat),
            typing,
        };
        // Nobody waits for this; a lost one is repeated by the next key.
        if let Ok(answer) = http::send(SetTyping::build(SetTypingVariables { input })).await {
            let _ = answer.set_typing.ok;
        }
    });
}
