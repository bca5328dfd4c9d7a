//! Visitors of websites: their sessions, what they do, what they are shown. A visitor is known by a signed token that
//! no process stores; what they do becomes commands on one chat. Decides nothing about a chat, knows no HTTP.

mod command;
mod error;
mod events;
mod form;
mod limits;
mod session;
mod stream;

use hilo_domain::{ChannelId, ChatId, ContactId, ids};
use hilo_journal::Journal;
use jiff::Timestamp;
use uuid::Uuid;

pub use error::VisitorError;
pub use events::{EventError, EventResult, EventStatus};
pub(crate) use limits::{Buckets, Visitors};
pub use session::{OpenedSession, VisitorSettings};
pub use stream::{Shown, VisitorItem};

/// Who a valid token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The web chat.
    pub channel_id: ChannelId,
    /// Their one chat there, opened or not.
    pub chat_id: ChatId,
    /// Their id, known to them.
    pub visitor_id: Uuid,
    /// The language their page asked for.
    pub locale: Option<String>,
    /// When their token ends.
    pub expires_at: Timestamp,
}

impl Visitor {
    fn new(
        journal: &Journal,
        channel_id: ChannelId,
        visitor_id: Uuid,
        locale: Option<String>,
        expires_at: Timestamp,
    ) -> Self {
        let channel = channel_id.as_uuid();
        let mac = journal.lookup_mac("chat", &[channel.as_bytes(), visitor_id.as_bytes()]);
        Self {
            channel_id,
            chat_id: ChatId::from_uuid(ids::from_mac(&mac)),
            visitor_id,
            locale,
            expires_at,
        }
    }

    /// The contact who writes this chat.
    #[must_use]
    pub fn contact_id(&self) -> ContactId {
        ContactId::of(self.chat_id)
    }

    /// Whose uploads theirs are.
    #[must_use]
    pub(crate) fn uploads_scope(&self) -> String {
        format!("visitor:{}", self.chat_id)
    }
}
