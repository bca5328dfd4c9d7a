//! What each agent has in a chat for themselves; for their eyes only.

use std::fmt;

use hilo_domain::{Actor, MessageId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What one agent has in a chat for themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OwnRow {
    /// Their star (H2).
    pub starred: bool,
    /// Their unsent text (F8).
    pub draft: Option<DraftRow>,
    /// Position of the last event about it.
    pub changed: i64,
    /// How far they have read, where they belong to a chat of colleagues (A13).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<MemberRow>,
    /// The newest notes that mention them, oldest first (P3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<MentionRow>,
}

/// A note that mentions an agent (P3).
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionRow {
    /// The note.
    pub note_id: MessageId,
    /// Who wrote it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// How it begins; nothing once it was erased.
    pub text: Option<String>,
    /// They have opened the chat since.
    pub seen: bool,
}

/// How far a member of a chat of colleagues has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRow {
    /// What others wrote since; at least one while they have it unread by hand.
    pub unread: i32,
    /// The last number of the chat that they have read.
    pub read_up_to: i64,
}

/// Unsent text of one agent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct DraftRow {
    /// As it was typed.
    pub text: String,
    /// The message that it will answer.
    pub quotes: Option<MessageId>,
    /// When it was saved.
    pub at: Timestamp,
}

impl OwnRow {
    /// The newest mention of them that they have not seen, else the newest.
    #[must_use]
    pub fn mention(&self) -> Option<&MentionRow> {
        let newest = self.mentions.iter().rev();
        newest.clone().find(|it| !it.seen).or(newest.clone().next())
    }

    /// Whether they are mentioned where they have not looked since.
    #[must_use]
    pub fn is_called(&self) -> bool {
        self.mentions.iter().any(|it| !it.seen)
    }
}

impl fmt::Debug for DraftRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DraftRow(..)")
    }
}

impl fmt::Debug for MentionRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MentionRow({}, seen {}, ..)", self.note_id, self.seen)
    }
}
