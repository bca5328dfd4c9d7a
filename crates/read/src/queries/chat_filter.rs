//! Which chats a list shows and in which order, as conditions on rows. Every condition has an index that holds only the
//! rows it is true of, or nearly all rows fulfil it: no page costs a walk over all chats.

use hilo_domain::{AgentId, ChannelId};
use jiff::Timestamp;

use crate::rows::ChatState;

/// Which chats of the viewer's, all conditions together.
#[derive(Clone, Debug, Default)]
pub struct ChatFilter {
    /// By state (B6, B8).
    pub state: ChatStateFilter,
    /// By channels (B7, B11); None = all the viewer may see.
    pub channel_ids: Option<Vec<ChannelId>>,
    /// Only with unread messages (B10).
    pub unread: bool,
    /// Only those that are read and wait for an answer.
    pub unanswered: bool,
    /// Only with activity since then (B10).
    pub active_since: Option<Timestamp>,
    /// By who answers them.
    pub assignee: Option<AssigneeFilter>,
    /// By who writes (B9).
    pub writer: WriterFilter,
    /// In which order (B14).
    pub order: ChatOrder,
}

/// Chats by who answers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssigneeFilter {
    /// Nobody yet.
    Nobody,
    /// This agent or bot.
    Is(AgentId),
}

/// Chats by who writes in them (B9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WriterFilter {
    /// Anybody.
    #[default]
    Everyone,
    /// Colleagues among themselves (A13). Goes with their channels: no list of all chats is walked for them.
    Colleagues,
}

/// Order of a list of chats, by last activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChatOrder {
    /// The newest first.
    #[default]
    Newest,
    /// The oldest first.
    Oldest,
}

/// Chats by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChatStateFilter {
    /// In the inbox.
    Active,
    /// Put away.
    Archived,
    /// Both.
    #[default]
    All,
}

impl ChatStateFilter {
    pub(super) fn words(self) -> Vec<&'static str> {
        match self {
            Self::Active => vec![ChatState::Active.word()],
            Self::Archived => vec![ChatState::Archived.word()],
            Self::All => vec![ChatState::Active.word(), ChatState::Archived.word()],
        }
    }
}

impl ChatFilter {
    /// The conditions beside state and channels, each of a row of `chats`. `$8`: the assignee, `$9`: since when.
    pub(super) fn conditions(&self) -> Vec<&'static str> {
        let mut conditions = Vec::new();
        if self.unread {
            conditions.push("unread > 0");
        }
        if self.unanswered {
            conditions.push("unread = 0 AND unanswered");
        }
        match self.assignee {
            Some(AssigneeFilter::Nobody) => conditions.push("assignee_id IS NULL"),
            Some(AssigneeFilter::Is(_)) => conditions.push("assignee_id = $8"),
            None => {}
        }
        if self.active_since.is_some() {
            conditions.push(SINCE);
        }
        if self.writer == WriterFilter::Colleagues {
            conditions.push("channel_kind = 'internal'");
        }
        conditions
    }

    /// The agent that `$8` stands for.
    pub(super) fn assigned_to(&self) -> Option<AgentId> {
        match self.assignee {
            Some(AssigneeFilter::Is(agent)) => Some(agent),
            Some(AssigneeFilter::Nobody) | None => None,
        }
    }
}

/// The list goes by position, so that is where it ends: times alone would have it read on to the oldest chat.
const SINCE: &str = "last_activity_at >= $9 AND last_activity >=
    (SELECT coalesce(min(last_activity), 9223372036854775807) FROM {read}.chats WHERE last_activity_at >= $9)";
