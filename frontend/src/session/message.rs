//! What an agent does to one message or note: react, change, take back, send once more. Must not draw.

use std::rc::Rc;

use leptos::task::spawn_local;

use super::{act, asking, thread, toasts};
use crate::api::fault::Fault;
use crate::api::graphql::{Id, Message};
use crate::api::message_commands::*;
use crate::api::request::Give;
use crate::i18n::{Key, t};

/// One act on one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// The company's reaction to it; none takes it away.
    React(Option<String>),
    /// Another text.
    Edit(String),
    /// Another text of a note, with whom it names.
    EditNote(String, Vec<String>),
    /// Take it back.
    Delete,
    /// Take a note back.
    DeleteNote,
}

/// How an act goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It was not done.
    Refused,
    /// It is tried again.
    Again,
}

/// Does it; `turns` is told when it was not done, and when it is tried again.
pub fn act(chat: String, message: String, act: Act, turns: impl Fn(Turn) + 'static) {
    attempt(chat, message, act, Rc::new(turns));
}

fn attempt(chat: String, message: String, act: Act, turns: Rc<dyn Fn(Turn)>) {
    spawn_local(async move {
        match send(Id::new(&chat), Id::new(&message), act.clone()).await {
            Ok(Some(message)) => thread::apply_message(&chat, message),
            Ok(None) => {}
            Err(fault) => {
                turns(Turn::Refused);
                let again = move || {
                    turns(Turn::Again);
                    attempt(chat.clone(), message.clone(), act.clone(), turns.clone());
                };
                toasts::failed(&fault, again);
            }
        }
    });
}

async fn send(chat_id: Id, message_id: Id, act: Act) -> Result<Option<Message>, Fault> {
    let done = match act {
        Act::React(emoji) => {
            let input = ReactToMessageInput {
                chat_id,
                message_id,
                emoji,
            };
            ReactToMessage::send(input)
        }
        Act::Edit(text) => {
            let input = EditMessageInput {
                chat_id,
                message_id,
                text,
            };
            EditMessage::send(input)
        }
        Act::EditNote(text, mentions) => {
            let input = EditNoteInput {
                chat_id,
                note_id: message_id,
                text,
                mentions: mentions.into_iter().map(Id::new).collect(),
            };
            EditNote::send(input)
        }
        Act::Delete => {
            let input = DeleteMessageInput {
                chat_id,
                message_id,
            };
            DeleteMessage::send(input)
        }
        Act::DeleteNote => {
            let input = DeleteNoteInput {
                chat_id,
                note_id: message_id,
            };
            DeleteNote::send(input)
        }
    };
    done.await.map(|done| done.message)
}

/// Sends a failed message once more (D4).
pub fn retry(chat: String, message: String) {
    let input = RetryMessageInput {
        chat_id: Id::new(chat),
        message_id: Id::new(message),
    };
    asking::give::<RetryMessage>(input, |done| {
        act::take(done.chat);
        toasts::say(t(Key::ToastRetried).to_owned(), None);
    });
}
