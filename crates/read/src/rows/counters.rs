//! Numbers of chats: by channel for everybody who sees it, by agent for that agent alone.

use hilo_domain::{AgentId, ChannelId};

/// Chats by channel and mark, of the channels that have any and the viewer may see; sorted by channel id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CountersRow {
    /// One for each channel with a chat.
    pub channels: Vec<ChannelCounters>,
}

/// The numbers of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelCounters {
    /// Which channel.
    pub channel_id: ChannelId,
    /// Active chats.
    pub active: i64,
    /// Archived chats.
    pub archived: i64,
    /// Active chats with unread messages (blue).
    pub unread: i64,
    /// Active chats that are read and unanswered (grey).
    pub unanswered: i64,
    /// Unread messages in active chats.
    pub unread_messages: i64,
    /// Active chats that are put aside (P13); they count in none of the numbers above.
    pub snoozed: i64,
    /// Active chats that nobody in particular answers.
    pub unassigned: i64,
    /// Deleted chats, for auditors; 0 for everybody else (H4).
    pub deleted: i64,
}

impl ChannelCounters {
    /// Of a channel without any chat.
    pub(crate) const fn none(channel_id: ChannelId) -> Self {
        Self {
            channel_id,
            active: 0,
            archived: 0,
            unread: 0,
            unanswered: 0,
            unread_messages: 0,
            snoozed: 0,
            unassigned: 0,
            deleted: 0,
        }
    }
}

/// The numbers of one channel that are about one agent; there is none where all are 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AgentCounters {
    /// Which channel.
    pub channel_id: ChannelId,
    /// Whose.
    pub agent_id: AgentId,
    /// Active chats that they answer.
    pub assigned: i64,
    /// Active chats that they starred (H2).
    pub starred: i64,
    /// Chats where a note mentions them that they have not seen, active or not (P3).
    pub mentioned: i64,
}

/// All numbers that somebody may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// For everybody who sees the channels.
    pub channels: CountersRow,
    /// Of the viewer, sorted by channel.
    pub own: Vec<AgentCounters>,
}
