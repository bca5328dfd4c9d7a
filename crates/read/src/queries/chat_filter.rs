//! Which chats a list shows and in which order, as conditions on rows. Every condition has an index that holds only the
//! rows it is true of, or nearly all rows fulfil it: no page costs a walk over all chats.

use hilo_domain::chat::Priority;
use hilo_domain::{AgentId, ChannelId};
use jiff::Timestamp;

use crate::projections::chats::ChatStage;
use crate::projections::labels;

/// Which chats of the viewer's, all conditions together.
#[derive(Clone, Debug, Default)]
pub struct ChatFilter {
    /// By state (B6, B8).
    pub state: ChatStateFilter,
    /// The active chats that are put aside (P13), instead of those that are not.
    pub snoozed: bool,
    /// Deleted chats (H4), instead of all others. Nothing for who does not see them.
    pub deleted: bool,
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
    /// Only those that this agent starred (B10, H2).
    pub starred_by: Option<AgentId>,
    /// Only those where a note mentions this agent (P3); without a state also those that are put aside.
    pub mentioned: Option<AgentId>,
    /// Only with one of these tags at least (P4); empty = all.
    pub tags: Vec<String>,
    /// Only with one of these priorities (P4); empty = all.
    pub priorities: Vec<Priority>,
    /// By who writes (B9).
    pub writer: WriterFilter,
    /// Only those of clients that this agent looks after (B11).
    pub owner: Option<AgentId>,
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
    /// Somebody who is linked to a client.
    RegisteredClients,
    /// A client whom this agent looks after.
    ClientsOf(AgentId),
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

/// The agents and words that the conditions of a filter stand for.
pub(super) struct Bound {
    pub assignee: Option<AgentId>,
    pub labels: Vec<String>,
    pub writer: Option<AgentId>,
    pub mentioned: Option<String>,
}

impl ChatFilter {
    /// The states of the rows, each of which is a piece of the list.
    pub(super) fn states(&self) -> Vec<&'static str> {
        let stages: &[ChatStage] = match (self.deleted, self.snoozed, self.state) {
            (true, _, _) => &[ChatStage::Deleted],
            (false, true, ChatStateFilter::Active | ChatStateFilter::All) => &[ChatStage::Snoozed],
            (false, true, ChatStateFilter::Archived) => &[],
            (false, false, ChatStateFilter::Active) => &[ChatStage::Active],
            (false, false, ChatStateFilter::Archived) => &[ChatStage::Archived],
            (false, false, ChatStateFilter::All) if self.mentioned.is_some() => {
                &[ChatStage::Active, ChatStage::Snoozed, ChatStage::Archived]
            }
            (false, false, ChatStateFilter::All) => &[ChatStage::Active, ChatStage::Archived],
        };
        stages.iter().map(|stage| stage.word()).collect()
    }

    /// The lists that hold the chats, where those are shorter than what the other conditions leave: stars and mentions are few, and
    /// so are tagged chats, but not beside those with a mark or the work of one agent.
    fn labels(&self) -> Vec<String> {
        if let Some(agent) = self.starred_by {
            return vec![labels::of_star(agent)];
        }
        if let Some(agent) = self.mentioned {
            return vec![labels::of_mention(agent)];
        }
        let of_agent = matches!(self.assignee, Some(AssigneeFilter::Is(_)));
        if self.unread || self.unanswered || self.snoozed || of_agent {
            return Vec::new();
        }
        self.tags.iter().map(|tag| labels::of_tag(tag)).collect()
    }

    /// What the conditions stand for.
    pub(super) fn bound(&self) -> Bound {
        Bound {
            assignee: match self.assignee {
                Some(AssigneeFilter::Is(agent)) => Some(agent),
                Some(AssigneeFilter::Nobody) | None => None,
            },
            labels: self.labels(),
            writer: match self.writer {
                WriterFilter::ClientsOf(agent) => Some(agent),
                WriterFilter::Everyone
                | WriterFilter::Colleagues
                | WriterFilter::RegisteredClients => None,
            },
            mentioned: self.mentioned.map(labels::of_mention),
        }
    }

    /// The conditions beside state, channels and labels, each of a row of `chats c`. `$8`: the assignee, `$9`: since when,
    /// `$11`: tags, `$12`: priorities, `$13`: the writer's owner, `$14`: the owner, `$15`: the mentioned agent's label.
    pub(super) fn conditions(&self) -> Vec<&'static str> {
        let mut conditions = Vec::new();
        let mut add = |is_asked: bool, condition| {
            if is_asked {
                conditions.push(condition);
            }
        };
        add(self.unread, "c.unread > 0");
        add(self.unanswered, "c.unread = 0 AND c.unanswered");
        match self.assignee {
            Some(AssigneeFilter::Nobody) => add(true, "c.assignee_id IS NULL"),
            Some(AssigneeFilter::Is(_)) => add(true, "c.assignee_id = $8"),
            None => {}
        }
        add(self.active_since.is_some(), SINCE);
        let by_tags = !self.tags.is_empty();
        let by_agent = self.starred_by.is_some() || self.mentioned.is_some();
        add(
            by_tags && (by_agent || self.labels().is_empty()),
            "c.tags ?| $11",
        );
        add(
            self.mentioned.is_some() && self.starred_by.is_some(),
            MENTIONED,
        );
        let by_priority = !self.priorities.is_empty();
        add(by_priority, "c.priority = ANY($12)");
        add(
            by_priority && !self.priorities.contains(&Priority::Normal),
            "c.priority <> 1",
        );
        match self.writer {
            WriterFilter::Everyone => {}
            WriterFilter::Colleagues => add(true, "c.channel_kind = 'internal'"),
            WriterFilter::RegisteredClients => add(true, "c.client_id IS NOT NULL"),
            WriterFilter::ClientsOf(_) => add(true, "c.client_owner = $13"),
        }
        add(self.owner.is_some(), "c.client_owner = $14");
        conditions
    }
}

/// The place of a row in the list of those that mention an agent, where another list is walked.
const MENTIONED: &str = "EXISTS (SELECT FROM {read}.chat_labels AS m WHERE m.label = $15 AND m.channel_id = c.channel_id
    AND m.state = c.state AND m.last_activity = c.last_activity AND m.chat_id = c.id)";

/// The list goes by position, so that is where it ends: times alone would have it read on to the oldest chat.
pub(super) const SINCE: &str = "c.last_activity_at >= $9 AND c.last_activity >=
    (SELECT coalesce(min(last_activity), 9223372036854775807) FROM {read}.chats WHERE last_activity_at >= $9)";
