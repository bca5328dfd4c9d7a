//! What a search found. Places in texts are numbers of characters: never markup, so nothing of a text is ever run.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use hilo_journal::Position as JournalPosition;
use hilo_read::{
    ChatHit as ChatHitRow, ClientHit as ClientHitRow, Found, FoundKey, MessageHit as MessageHitRow,
    Read,
};
use jiff::Timestamp;

use crate::chat::object::Chat;
use crate::client::object::Client;
use crate::context::Asked;
use crate::error::Failure;
use crate::message::object::Direction;
use crate::pagination::{self, PageInfo};
use crate::scalars::Position;

/// A place in a text, in characters (Unicode scalar values, not UTF-16 units).
#[derive(Clone, Copy, Debug, PartialEq, Eq, SimpleObject)]
pub struct TextRange {
    /// Its first character, counted from 0.
    start: i32,
    /// Behind its last character.
    end: i32,
}

impl From<hilo_read::Range> for TextRange {
    fn from(range: hilo_read::Range) -> Self {
        let place = |place: usize| i32::try_from(place).unwrap_or(i32::MAX);
        Self {
            start: place(range.start),
            end: place(range.end),
        }
    }
}

/// The part of a text that shows what was found.
#[derive(Clone, SimpleObject)]
pub struct Snippet {
    /// The part as it was written, at most 160 characters.
    text: String,
    /// The words that were found, in order, as places in `text`.
    ranges: Vec<TextRange>,
    /// Whether text goes before this part.
    cut_before: bool,
    /// Whether text follows this part.
    cut_after: bool,
}

impl From<hilo_read::Snippet> for Snippet {
    fn from(snippet: hilo_read::Snippet) -> Self {
        Self {
            text: snippet.text,
            ranges: snippet.ranges.into_iter().map(TextRange::from).collect(),
            cut_before: snippet.cut_before,
            cut_after: snippet.cut_after,
        }
    }
}

/// A page of messages that were found.
pub struct MessageHitConnection(pub Found<MessageHitRow>);

/// A page of messages that were found: those with every word as it was typed first, then those where the last word goes
/// on; the newest first in each.
#[Object]
impl MessageHitConnection {
    /// The messages with their cursors.
    fn edges(&self) -> Vec<MessageHitEdge> {
        let position = self.0.position;
        let edge = |(key, row): &(FoundKey, MessageHitRow)| MessageHitEdge {
            cursor: pagination::encode_found(key),
            node: MessageHit {
                row: row.clone(),
                position,
            },
        };
        self.0.rows.iter().map(edge).collect()
    }

    /// The messages.
    fn nodes(&self) -> Vec<MessageHit> {
        let position = self.0.position;
        let hit = |(_, row): &(FoundKey, MessageHitRow)| MessageHit {
            row: row.clone(),
            position,
        };
        self.0.rows.iter().map(hit).collect()
    }

    /// Whether more was found. A search is read forward only: `hasPreviousPage` is false.
    fn page_info(&self) -> PageInfo {
        let cursor = |row: Option<&(FoundKey, MessageHitRow)>| {
            row.map(|(key, _)| pagination::encode_found(key))
        };
        PageInfo {
            has_next_page: self.0.has_next,
            has_previous_page: false,
            start_cursor: cursor(self.0.rows.first()),
            end_cursor: cursor(self.0.rows.last()),
        }
    }

    /// The position of the snapshot this page was read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }
}

/// A message that was found, in its page.
#[derive(SimpleObject)]
pub struct MessageHitEdge {
    /// Give it back as `after` to go on from here.
    cursor: String,
    /// The message.
    node: MessageHit,
}

/// A message that was found.
pub struct MessageHit {
    row: MessageHitRow,
    position: JournalPosition,
}

/// A message that was found.
#[Object]
impl MessageHit {
    /// Its chat.
    fn chat(&self) -> Chat {
        Chat {
            row: self.row.chat.clone(),
            position: self.position,
        }
    }

    /// The message's id: give it to `Chat.messages(around:)` to jump there. Of the messages older than the newest 500 of
    /// their chat only what is here is known.
    fn message_id(&self) -> ID {
        ID(self.row.message_id.to_string())
    }

    /// Which way it went.
    fn direction(&self) -> Direction {
        self.row.direction.into()
    }

    /// When it was written.
    fn at(&self) -> Timestamp {
        self.row.at
    }

    /// The part of its text that shows what was found.
    fn snippet(&self) -> Snippet {
        self.row.snippet.clone().into()
    }
}

/// Chats that were found by their contact.
pub struct ChatHits(pub Read<Vec<ChatHitRow>>);

/// Chats that were found by their contact: by whole words first, then by words that go on, then by mistyped ones; the
/// newest activity first in each.
#[Object]
impl ChatHits {
    /// The chats.
    fn nodes(&self) -> Vec<ChatHit> {
        let position = self.0.position;
        let hit = |row: &ChatHitRow| ChatHit {
            row: row.clone(),
            position,
        };
        self.0.value.iter().map(hit).collect()
    }

    /// The position of the snapshot they were read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }
}

/// A chat that was found by its contact.
pub struct ChatHit {
    row: ChatHitRow,
    position: JournalPosition,
}

/// A chat that was found by its contact.
#[Object]
impl ChatHit {
    /// The chat.
    fn chat(&self) -> Chat {
        Chat {
            row: self.row.chat.clone(),
            position: self.position,
        }
    }

    /// What of the contact, of its client or of a colleague was found.
    fn matches(&self) -> Vec<ContactMatch> {
        let found = self.row.matches.iter().cloned();
        found.map(ContactMatch::from).collect()
    }
}

/// Clients that were found.
pub struct ClientHits(pub Read<Vec<ClientHitRow>>);

/// Clients that were found: by whole words first, then by words that go on, then by mistyped ones; the newest record first
/// in each.
#[Object]
impl ClientHits {
    /// The clients.
    fn nodes(&self) -> Vec<ClientHit> {
        let hit = |row: &ClientHitRow| ClientHit {
            client: Client::part(row.client.clone()),
            matches: row
                .matches
                .iter()
                .cloned()
                .map(ContactMatch::from)
                .collect(),
        };
        self.0.value.iter().map(hit).collect()
    }

    /// The position of the snapshot they were read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }
}

/// A client that was found.
#[derive(SimpleObject)]
pub struct ClientHit {
    /// The client.
    client: Client,
    /// What of it was found. Where it was found by a record that was merged into it, that record's.
    matches: Vec<ContactMatch>,
}

/// A part of a contact, a client or a colleague that was found.
#[derive(Clone, SimpleObject)]
pub struct ContactMatch {
    /// Which part.
    field: ContactField,
    /// What it says.
    text: String,
    /// The places in `text`, in order.
    ranges: Vec<TextRange>,
}

impl From<hilo_read::ContactMatch> for ContactMatch {
    fn from(found: hilo_read::ContactMatch) -> Self {
        Self {
            field: found.field.into(),
            text: found.text,
            ranges: found.ranges.into_iter().map(TextRange::from).collect(),
        }
    }
}

/// A part of a contact, of the client behind it, or of a colleague.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_read::ContactField")]
pub enum ContactField {
    /// `Contact.name`.
    Name,
    /// `Contact.handle`.
    Handle,
    /// `Contact.email`.
    Email,
    /// `Contact.phone`.
    Phone,
    /// `Client.firstName` or `Client.lastName`.
    ClientName,
    /// One of `Client.emails`.
    ClientEmail,
    /// One of `Client.phones`.
    ClientPhone,
    /// The name of a colleague who belongs to the chat.
    Colleague,
}
