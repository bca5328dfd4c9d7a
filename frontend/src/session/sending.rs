//! Sends what an agent wrote: shown at once, kept over a reload, sent with an id of its own, so that a second try
//! changes nothing.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::{ArcRwSignal, GetUntracked, Set, Update, WithUntracked, set_timeout};
use leptos::task::spawn_local;

use super::desk::Writing;
use super::{act, drafts, memory, noticed, store, thread, toasts, uploads};
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, Id, Message};
use crate::api::live::Connection;
use crate::api::message_commands::{AddNote, AddNoteInput};
use crate::api::mutations::{
    MessageTemplateInput, SendMessage, SendMessageInput, SetTyping, SetTypingInput,
};
use crate::api::request::Give;
use crate::i18n::{Key, now, t};
use crate::state::outbox::{Carried, Kind, Outbox, Outgoing};

/// How long until a failed try is repeated while the connection stands.
const PAUSE: Duration = Duration::from_secs(5);

/// Opens what was on its way for the agent who is signed in, and goes on with it when there is a connection.
pub fn open(agent: &str) {
    let kept = memory::outgoing(agent);
    store().outbox.update(|outbox| outbox.open(agent, kept));
    // A file that was half way when the page went cannot be carried on: its bytes are gone. The text is not.
    let broken = |outgoing: &&Outgoing| !outgoing.files.iter().all(Carried::is_there);
    let all = store().outbox.get_untracked();
    for outgoing in all.all().iter().filter(broken) {
        give_back(outgoing);
        change(&mut |outbox| outbox.remove(&outgoing.client_id));
        toasts::alert(t(Key::AttachLost).to_owned());
    }
}

/// How long a message can be taken back (P14).
pub const REGRET: Duration = Duration::from_secs(5);

/// Sends a text that has passed the rule, with files that wait in the composer, now or after the time to take it back;
/// `false` when too much is on its way already.
pub fn send_with(chat: &str, text: &str, kind: Kind, files: Vec<Carried>, at_once: bool) -> bool {
    let at = js_sys::Date::new_0()
        .to_iso_string()
        .as_string()
        .unwrap_or_default();
    let outgoing = Outgoing {
        chat: chat.to_owned(),
        client_id: uuid::Uuid::new_v4().to_string(),
        kind,
        text: text.to_owned(),
        files,
        at,
        fault: None,
        posted: false,
        held: !at_once,
    };
    let mut taken = false;
    change(&mut |outbox| taken = outbox.push(outgoing.clone()));
    if at_once {
        post_next(chat);
    } else {
        set_timeout(move || release(&outgoing.client_id), REGRET);
    }
    taken
}

/// Sends a text without files.
pub fn send(chat: &str, text: &str, kind: Kind, at_once: bool) -> bool {
    send_with(chat, text, kind, Vec::new(), at_once)
}

/// A file is there, or did not pass: the message that it goes with can go, or a person is to look at it.
pub fn uploaded(key: &str, outcome: Result<String, Fault>) {
    let mut chat = None;
    change(&mut |outbox| {
        chat = match &outcome {
            Ok(id) => outbox.uploaded(key, id),
            Err(fault) => outbox.lost(key, fault),
        };
    });
    if let Some(chat) = chat {
        post_next(&chat);
    }
}

/// The time to take a message back is over, or nobody waits for it.
pub fn release(client_id: &str) {
    let mut chat = None;
    change(&mut |outbox| chat = outbox.release(client_id));
    if let Some(chat) = chat {
        post_next(&chat);
    }
}

/// The page goes away: what could still be taken back is sent now.
pub fn release_all() {
    let held = store().outbox.with_untracked(|outbox| {
        let held = outbox.all().iter().filter(|outgoing| outgoing.held);
        held.map(|outgoing| outgoing.client_id.clone())
            .collect::<Vec<_>>()
    });
    held.iter().for_each(|client_id| release(client_id));
}

/// Takes a message back that was not sent yet: its text goes back to where it was written.
pub fn take_back(client_id: &str) {
    let mut taken = None;
    change(&mut |outbox| taken = outbox.take_back(client_id));
    if let Some(outgoing) = taken {
        let (note, quote) = match &outgoing.kind {
            Kind::Note(_) => (true, None),
            Kind::Message { quotes, .. } => (false, quotes.clone()),
            Kind::Reply(comment) => (false, Some(comment.clone())),
        };
        let writing = Writing {
            note,
            quote,
            ..Writing::default()
        };
        store().desk.writing.set(writing);
        give_back(&outgoing);
        post_next(&outgoing.chat);
    }
}

/// Sends a failed message again, as the same message.
pub fn retry(client_id: &str) {
    change(&mut |outbox| outbox.retry(client_id));
    let found = store()
        .outbox
        .with_untracked(|outbox| outbox.find(client_id).cloned());
    if let Some(outgoing) = found {
        for file in outgoing.files.iter().filter(|file| !file.is_there()) {
            uploads::retry(&file.key);
        }
        post_next(&outgoing.chat);
    }
}

/// Gives a failed message up.
pub fn discard(client_id: &str) {
    let found = store()
        .outbox
        .with_untracked(|outbox| outbox.find(client_id).cloned());
    for file in found.iter().flat_map(|outgoing| &outgoing.files) {
        uploads::remove(&file.key);
    }
    change(&mut |outbox| outbox.remove(client_id));
}

/// The server has told messages back: those are on their way no more.
pub fn settle(messages: &[Message]) {
    change(&mut |outbox| outbox.settle(messages));
}

/// Another tab of this browser forgot a kept message: it arrived there, or was given up there.
pub fn forgotten_elsewhere(key: &str) {
    change(&mut |outbox| {
        if let Some(client_id) = memory::outgoing_of(outbox.agent(), key) {
            outbox.gone_elsewhere(client_id);
        }
    });
}

/// The connection is back: what waited for it goes out again, in its order.
pub fn resend() {
    let mut chats = Vec::new();
    change(&mut |outbox| chats = outbox.resume());
    chats.iter().for_each(|chat| post_next(chat));
    uploads::resume();
}

/// Changes what is on its way, and what is kept of it over a reload.
fn change(act: &mut dyn FnMut(&mut Outbox)) {
    let outbox = store().outbox;
    let before = outbox.get_untracked();
    let mut after = before.clone();
    act(&mut after);
    if after == before {
        return;
    }
    for outgoing in after.all() {
        if !before.all().contains(outgoing) {
            memory::keep_outgoing(after.agent(), outgoing);
        }
    }
    for outgoing in before.all() {
        if after.find(&outgoing.client_id).is_none() {
            memory::forget_outgoing(before.agent(), &outgoing.client_id);
        }
    }
    outbox.set(after);
}

fn post_next(chat: &str) {
    let mut next = None;
    change(&mut |outbox| next = outbox.next(chat));
    if let Some(outgoing) = next {
        spawn_local(post(outgoing));
    }
}

/// Tells the server what was written; the chat and the message as they are then.
async fn told(outgoing: &Outgoing) -> Result<(Option<Chat>, Option<Message>), Fault> {
    let chat_id = Id::new(&outgoing.chat);
    let text = outgoing.text.clone();
    let done = match outgoing.kind.clone() {
        Kind::Message {
            quotes,
            purpose,
            template,
        } => {
            let input = SendMessageInput {
                chat_id,
                text,
                client_message_id: Id::new(&outgoing.client_id),
                attachment_ids: outgoing
                    .files
                    .iter()
                    .map(|file| Id::new(&file.id))
                    .collect(),
                quotes: quotes.map(Id::new),
                reply_to_comment: None,
                purpose,
                template: template.map(|(name, language)| MessageTemplateInput { name, language }),
            };
            SendMessage::send(input)
        }
        Kind::Reply(comment) => {
            let input = SendMessageInput {
                chat_id,
                text,
                client_message_id: Id::new(&outgoing.client_id),
                attachment_ids: Vec::new(),
                quotes: None,
                reply_to_comment: Some(Id::new(comment)),
                purpose: None,
                template: None,
            };
            SendMessage::send(input)
        }
        Kind::Note(mentions) => {
            let input = AddNoteInput {
                chat_id,
                text,
                mentions: mentions.into_iter().map(Id::new).collect(),
                idempotency_key: Id::new(&outgoing.client_id),
            };
            AddNote::send(input)
        }
    };
    done.await.map(|done| (done.chat, done.message))
}

async fn post(outgoing: Outgoing) {
    let Outgoing {
        chat, client_id, ..
    } = &outgoing;
    let is_message = !matches!(outgoing.kind, Kind::Note(_));
    if is_message {
        drafts::posting(chat);
    }
    let answer = told(&outgoing).await;
    if is_message {
        drafts::posted(chat, answer.is_ok());
    }
    match answer {
        Ok((head, message)) => {
            act::take(head);
            if let Some(message) = message {
                thread::apply_message(chat, message);
                change(&mut |outbox| outbox.remove(client_id));
            } else {
                let outgoing = outgoing.clone();
                let ask = move || {
                    change(&mut |outbox| outbox.ask_again(&outgoing.client_id));
                    post_next(&outgoing.chat);
                };
                set_timeout(ask, PAUSE);
            }
        }
        Err(fault) if fault.is_final() => {
            toasts::fault(&fault);
            give_back(&outgoing);
            change(&mut |outbox| outbox.remove(client_id));
        }
        Err(fault) => {
            noticed(&fault);
            change(&mut |outbox| outbox.fail(client_id, &fault));
            set_timeout(resend_if_connected, PAUSE);
        }
    }
    post_next(chat);
}

/// Tries again what is on its way, if there is a connection; without one, that is done when it comes back.
pub fn resend_if_connected() {
    if store().connection.get_untracked() == Connection::Open {
        resend();
    }
}

/// A text that was not sent goes back to where it was written, before what was written since, and so do its files.
fn give_back(outgoing: &Outgoing) {
    uploads::put_back(&outgoing.chat, &outgoing.files);
    if outgoing.text.is_empty() {
        return;
    }
    let note = matches!(outgoing.kind, Kind::Note(_));
    let chat = &outgoing.chat;
    let composer = COMPOSER.with_borrow(|composer| {
        let open = composer.as_ref().filter(|(open, _)| open == chat);
        open.map(|(_, fields)| if note { &fields.note } else { &fields.message }.clone())
    });
    let kept = || memory::draft(chat, note);
    let mut text = composer
        .as_ref()
        .map_or_else(kept, GetUntracked::get_untracked);
    if !text.is_empty() {
        text.insert(0, '\n');
    }
    text.insert_str(0, &outgoing.text);
    memory::keep_draft(chat, note, &text);
    if let Some(composer) = composer {
        composer.set(text);
    }
}

/// The texts of an open composer.
#[derive(Clone)]
pub struct Fields {
    /// The message to the contact.
    pub message: ArcRwSignal<String>,
    /// The private note.
    pub note: ArcRwSignal<String>,
}

/// Tells which composer is open, so that a refused text can go back to it.
pub fn compose(chat: &str, fields: Fields) {
    COMPOSER.set(Some((chat.to_owned(), fields)));
}

/// The composer of a chat is closed.
pub fn close_composer(chat: &str) {
    COMPOSER.with_borrow_mut(|composer| {
        composer.take_if(|(open, _)| open == chat);
    });
}

thread_local! {
    static TOLD_AT: Cell<f64> = const { Cell::new(0.0) };
    static KEYS: Cell<u32> = const { Cell::new(0) };
    static COMPOSER: RefCell<Option<(String, Fields)>> = const { RefCell::new(None) };
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
        let _ = SetTyping::send(input).await;
    });
}
