//! What an agent does to one message or note: react, change, take back, send once more. Must not draw.

use leptos::task::spawn_local;

use super::{act, thread, toasts};
use crate::api::fault::Fault;
use crate::api::graphql::{Id, Message};
use crate::api::message_commands::*;
use crate::api::refusable;
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

/// Does it; `refused` runs when it was not done, after the reason was told.
pub fn act(chat: String, message: String, act: Act, refused: impl Fn() + 'static) {
    spawn_local(async move {
        match send(Id::new(chat.clone()), Id::new(message), act).await {
            Ok(Some(message)) => thread::apply_message(&chat, message),
            Ok(None) => {}
            Err(fault) => {
                toasts::fault(&fault);
                refused();
            }
        }
    });
}

async fn send(chat_id: Id, message_id: Id, act: Act) -> Result<Option<Message>, Fault> {
    match act {
        Act::React(emoji) => {
            let input = ReactToMessageInput {
                chat_id,
                message_id,
                emoji,
            };
            Ok(refusable::send::<ReactToMessage>(input).await?.message)
        }
        Act::Edit(text) => {
            let input = EditMessageInput {
                chat_id,
                message_id,
                text,
            };
            Ok(refusable::send::<EditMessage>(input).await?.message)
        }
        Act::EditNote(text, mentions) => {
            let input = EditNoteInput {
                chat_id,
                note_id: message_id,
                text,
                mentions: mentions.into_iter().map(Id::new).collect(),
            };
            Ok(refusable::send::<EditNote>(input).await?.message)
        }
        Act::Delete => {
            let input = DeleteMessageInput {
                chat_id,
                message_id,
            };
            Ok(refusable::send::<DeleteMessage>(input).await?.message)
        }
        Act::DeleteNote => {
            let input = DeleteNoteInput {
                chat_id,
                note_id: message_id,
            };
            Ok(refusable::send::<DeleteNote>(input).await?.message)
        }
    }
}

/// Sends a failed message once more (D4).
pub fn retry(chat: String, message: String) {
    spawn_local(async move {
        let input = RetryMessageInput {
            chat_id: Id::new(chat),
            message_id: Id::new(message),
        };
        match refusable::send::<RetryMessage>(input).await {
            Ok(done) => {
                act::take(done.chat);
                toasts::say(t(Key::ToastRetried).to_owned(), None);
            }
            Err(fault) => toasts::fault(&fault),
        }
    });
}
