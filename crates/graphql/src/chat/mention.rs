//! A note that mentions the caller (P3).

use async_graphql::{ID, Object};
use hilo_read::MentionRow;
use jiff::Timestamp;

use crate::actor::Actor;

/// A private note of a chat that mentions the caller.
pub struct Mention(pub MentionRow);

/// A private note of a chat that mentions the caller.
#[Object]
impl Mention {
    /// The note's id; it is among the chat's messages.
    fn message_id(&self) -> ID {
        ID(self.0.note_id.to_string())
    }

    /// Who wrote it.
    fn by(&self) -> Actor {
        Actor(self.0.by.clone())
    }

    /// When.
    fn at(&self) -> Timestamp {
        self.0.at
    }

    /// Its first 140 characters; null once it was erased.
    fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Whether the caller has opened the chat since: `markChatRead` says so.
    fn seen(&self) -> bool {
        self.0.seen
    }
}
