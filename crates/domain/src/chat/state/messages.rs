//! What a chat remembers of its newest messages.
//! Holds no text: what was written is in the journal only.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Chat;
use crate::ids::MessageId;

/// How many messages a chat remembers; older ones can no longer be changed.
pub const RECENT: usize = 500;

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

/// What a chat remembers of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRef {
    /// Which message.
    pub id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// When.
    pub at: Timestamp,
    /// Its number in the contact's window.
    pub seq: u64,
    /// Taken back by its writer.
    pub deleted: bool,
    /// Could not be handed over.
    pub failed: bool,
    /// The contact's reaction on it.
    pub reaction: Option<String>,
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
            .find(|m| m.direction == Direction::Outbound && !m.failed && m.seq <= seq)
            .map_or(if forgotten <= seq { forgotten } else { 0 }, |m| m.seq)
    }

    pub(super) fn remember(
        &mut self,
        id: MessageId,
        direction: Direction,
        seq: u64,
        at: Timestamp,
    ) {
        self.recent.push_back(MessageRef {
            id,
            direction,
            at,
            seq,
            deleted: false,
            failed: false,
            reaction: None,
        });
        if self.recent.len() > RECENT
            && let Some(old) = self.recent.pop_front()
            && old.direction == Direction::Outbound
            && !old.failed
        {
            self.forgotten_outbound_seq = old.seq;
        }
        self.unanswered = direction == Direction::Inbound;
    }

    pub(super) fn change(&mut self, id: MessageId, change: impl FnOnce(&mut MessageRef)) {
        if let Some(message) = self
            .recent
            .iter_mut()
            .rev()
            .find(|message| message.id == id)
        {
            change(message);
        }
    }
}
