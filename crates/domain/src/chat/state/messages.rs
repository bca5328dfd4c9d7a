//! What a chat remembers of its newest messages.
//! Holds no text: what was written is in the journal only.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use uuid::Uuid;

use super::{Chat, Delivery};
use crate::actor::Actor;
use crate::chat::event::Reached;
use crate::ids::{AgentId, MessageId};
use crate::policy::Manner;

/// How many messages a chat remembers; older ones can no longer be changed.
pub const RECENT: usize = 500;

/// How many notes a chat remembers; older ones can no longer be changed.
pub const NOTES: usize = 200;

/// How long a contact may change or take back an own message.
pub const EDIT_WINDOW_MINUTES: u32 = 15;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the contact.
    Inbound,
    /// To the contact.
    Outbound,
}

impl Direction {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands out references"
    )]
    const fn is_inbound(&self) -> bool {
        matches!(self, Self::Inbound)
    }
}

/// What a chat remembers of a message. Hundreds of them are kept with a state, so what most have alike is not written; one
/// that has nothing else is written as a list (see `written`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct MessageRef {
    /// Which message.
    pub id: MessageId,
    /// Which way it went.
    #[serde(default = "inbound", skip_serializing_if = "Direction::is_inbound")]
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
    /// Its number in the contact's window.
    pub seq: u64,
    /// Taken back by its writer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// How far it came.
    #[serde(default = "queued", skip_serializing_if = "Delivery::is_queued")]
    pub delivery: Delivery,
    /// How often it was to be sent.
    #[serde(default = "once", skip_serializing_if = "is_once")]
    pub attempt: u32,
    /// When the messenger got it, by its own clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Timestamp>,
    /// Keyed hashes of its ids at the messenger, with the attempt that each belongs to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<(Uuid, u32)>,
    /// As what it was to be sent.
    #[serde(default, skip_serializing_if = "is_plain")]
    pub manner: Manner,
    /// Whether it is a comment under a publication.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub comment: bool,
    /// The comment that it answers for everybody to read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to_comment: Option<MessageId>,
    /// The agent who wrote it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<AgentId>,
    /// The contact's reaction on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<String>,
    /// The team's reaction on it; a messenger knows the company as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_reaction: Option<String>,
    /// Colleagues' reactions on it, where they are among themselves.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub colleagues: BTreeMap<AgentId, String>,
}

const fn inbound() -> Direction {
    Direction::Inbound
}

const fn queued() -> Delivery {
    Delivery::Queued
}

const fn once() -> u32 {
    1
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
const fn is_once(attempt: &u32) -> bool {
    *attempt == once()
}

const fn is_plain(manner: &Manner) -> bool {
    manner.purpose.is_none() && manner.template.is_none()
}

impl MessageRef {
    /// A message of the contact to which nothing has happened yet.
    pub(super) fn received(id: MessageId, at: Timestamp, seq: u64) -> Self {
        Self {
            id,
            direction: Direction::Inbound,
            at,
            seq,
            deleted: false,
            delivery: Delivery::Queued,
            attempt: 1,
            sent_at: None,
            references: Vec::new(),
            manner: Manner::default(),
            comment: false,
            reply_to_comment: None,
            by: None,
            reaction: None,
            own_reaction: None,
            colleagues: BTreeMap::new(),
        }
    }

    /// Keeps a reaction: of the side that an actor is on, or of each colleague where they are among themselves.
    pub(super) fn react(&mut self, by: &Actor, emoji: Option<&String>, among_colleagues: bool) {
        let side = match by {
            Actor::Contact { .. } => &mut self.reaction,
            Actor::Agent { id } if among_colleagues => {
                match emoji {
                    Some(emoji) => self.colleagues.insert(*id, emoji.clone()),
                    None => self.colleagues.remove(id),
                };
                return;
            }
            _ => &mut self.own_reaction,
        };
        *side = emoji.cloned();
    }
}

/// What a chat remembers of a private note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRef {
    /// Which note.
    pub id: MessageId,
    /// Who wrote it.
    pub by: Actor,
}

impl MessageRef {
    /// Whether it stands under a publication, for everybody to read.
    #[must_use]
    pub const fn is_public(&self) -> bool {
        self.comment || self.reply_to_comment.is_some()
    }

    /// Whether a report can be about it: nobody says of an answer to a comment that it was delivered or read.
    #[must_use]
    pub const fn can_reach(&self, reached: &Reached) -> bool {
        self.reply_to_comment.is_none() || reached.cause().is_some()
    }

    /// Whether it could not be handed over.
    #[must_use]
    pub const fn has_failed(&self) -> bool {
        matches!(self.delivery, Delivery::Failed)
    }
}

impl Chat {
    /// A remembered message.
    #[must_use]
    pub fn message(&self, id: MessageId) -> Option<&MessageRef> {
        self.recent.iter().rev().find(|message| message.id == id)
    }

    /// The last outbound message with a number of at most `seq` that did not fail; 0 = none.
    #[must_use]
    pub fn outbound_up_to(&self, seq: u64) -> u64 {
        let forgotten = self.forgotten_outbound_seq;
        self.recent
            .iter()
            .rev()
            .find(|m| m.direction == Direction::Outbound && !m.has_failed() && m.seq <= seq)
            .map_or(if forgotten <= seq { forgotten } else { 0 }, |m| m.seq)
    }

    /// Takes a new message in: of an agent, or else of the contact.
    pub(super) fn remember(&mut self, id: MessageId, by: Option<AgentId>, seq: u64, at: Timestamp) {
        self.recent.push_back(MessageRef {
            direction: match by {
                Some(_) => Direction::Outbound,
                None => Direction::Inbound,
            },
            by,
            ..MessageRef::received(id, at, seq)
        });
        if self.recent.len() > RECENT {
            self.forget_oldest();
        }
    }

    /// Forgets the oldest message; false when there is none.
    pub(super) fn forget_oldest(&mut self) -> bool {
        let old = self.recent.pop_front();
        if let Some(old) = &old
            && old.direction == Direction::Outbound
            && !old.has_failed()
        {
            self.forgotten_outbound_seq = old.seq;
        }
        old.is_some()
    }

    /// A remembered note that is still there.
    #[must_use]
    pub fn note(&self, id: MessageId) -> Option<&NoteRef> {
        self.notes.iter().rev().find(|note| note.id == id)
    }

    pub(super) fn remember_note(&mut self, id: MessageId, by: &Actor) {
        self.notes.push_back(NoteRef { id, by: by.clone() });
        if self.notes.len() > NOTES {
            self.notes.pop_front();
        }
    }

    pub(super) fn change(&mut self, id: MessageId, change: impl FnMut(&mut MessageRef)) {
        self.recent.change(|message| message.id == id, change);
    }
}
