//! Which chats a list shows and in which order. Says it to the read model; decides nothing.

use async_graphql::{Enum, ID, InputObject};
use hilo_app::Caller;
use hilo_app::clock::now;
use hilo_domain::ChannelId;
use hilo_domain::chat::Priority;
use hilo_read::{AssigneeFilter, ChatFilter as ReadFilter, ChatOrder as ReadOrder};
use hilo_read::{ChatStateFilter, List, WriterFilter};
use jiff::SignedDuration;

use super::marks::ChatPriority;
use super::object::ChatState;
use crate::error::Failure;
use crate::scalars::parse_id;

/// What counts as recent.
const RECENT: SignedDuration = SignedDuration::from_hours(24);
/// Most channels that a list may be asked for by name.
const MOST_CHANNELS: usize = 500;
/// Most tags that a list may be asked for.
const MOST_TAGS: usize = 20;

/// Which chats of the list to show, and in which order. Every condition that is given must be true of a chat. Active chats
/// that are put aside are left out unless `snoozed` asks for them.
#[derive(Default, InputObject)]
pub struct ChatFilter {
    /// Only chats in this state; both without it.
    state: Option<ChatState>,
    /// True: only the active chats that are put aside, instead of those that are not. Archived ones are in the archive, put
    /// aside or not.
    snoozed: Option<bool>,
    /// True: only deleted chats, for auditors; FORBIDDEN for everybody else.
    deleted: Option<bool>,
    /// Only chats of these channels, at most 500; all without it. A chat is on one channel, so this is the channel of its
    /// last message too; of a client with several chats, each is looked at for itself.
    channel_ids: Option<Vec<ID>>,
    /// True: only chats with unread messages.
    unread: Option<bool>,
    /// True: only chats that are read and wait for an answer.
    unanswered: Option<bool>,
    /// True: only chats with activity in the last 24 hours.
    recent: Option<bool>,
    /// Only chats that this agent or bot answers.
    assignee_id: Option<ID>,
    /// True: only chats that the caller answers.
    assigned_to_me: Option<bool>,
    /// True: only chats that nobody in particular answers.
    unassigned: Option<bool>,
    /// True: only chats that the caller starred.
    starred: Option<bool>,
    /// True: only chats where a note mentions the caller, seen or not. Without a `state` also those that are put aside.
    mentioned: Option<bool>,
    /// Only chats with at least one of these tags, at most 20; all without it. Tags are compared as they are written.
    tags: Option<Vec<String>>,
    /// Only chats with one of these priorities; all without it.
    priority: Option<Vec<ChatPriority>>,
    /// Only chats by who writes in them.
    writer: Option<ChatWriter>,
    /// Only chats of clients that this agent looks after. A merged client is the one that stands for it.
    owner_id: Option<ID>,
    /// In which order; the newest activity first without it. Cursors of one order are none of the other.
    order: Option<ChatOrder>,
}

/// Who writes in a chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ChatWriter {
    /// Anybody.
    #[default]
    Everyone,
    /// Colleagues among themselves.
    Colleagues,
    /// Somebody whose chat is linked to a client.
    RegisteredClients,
    /// A client whom the caller looks after.
    MyClients,
}

/// Order of a list of chats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub enum ChatOrder {
    /// The newest activity first.
    #[default]
    NewestFirst,
    /// The oldest activity first.
    OldestFirst,
}

impl ChatOrder {
    /// The list that cursors of this order belong to.
    pub const fn list(self) -> List {
        match self {
            Self::NewestFirst => List::Chats,
            Self::OldestFirst => List::ChatsFromOldest,
        }
    }
}

impl ChatFilter {
    /// The order that is asked for.
    pub fn order(&self) -> ChatOrder {
        self.order.unwrap_or_default()
    }

    /// What the read model is asked.
    pub fn into_read(self, caller: &Caller) -> Result<ReadFilter, Failure> {
        let assignee = self.assignee(caller)?;
        let channels = |ids: Vec<ID>| -> Result<Vec<ChannelId>, Failure> {
            if ids.len() > MOST_CHANNELS {
                let message = format!("`channelIds` can name at most {MOST_CHANNELS} channels.");
                return Err(Failure::bad_input("channelIds", message));
            }
            // A channel that cannot be has no chats: the filter stays, and finds nothing for it.
            let ids = ids.iter().filter_map(|id| parse_id(id, "channel").ok());
            Ok(ids.collect())
        };
        let recent = self.recent.unwrap_or(false);
        let tags = self.tags.unwrap_or_default();
        if tags.len() > MOST_TAGS {
            let message = format!("`tags` can name at most {MOST_TAGS} tags.");
            return Err(Failure::bad_input("tags", message));
        }
        let owner = self.owner_id.map(|id| parse_id(&id, "agent")).transpose()?;
        let mut priorities = self.priority.unwrap_or_default();
        priorities.dedup();
        let starred = self.starred.unwrap_or(false);
        let mentioned = self.mentioned.unwrap_or(false);
        Ok(ReadFilter {
            state: match self.state {
                Some(ChatState::Active) => ChatStateFilter::Active,
                Some(ChatState::Archived) => ChatStateFilter::Archived,
                None => ChatStateFilter::All,
            },
            snoozed: self.snoozed.unwrap_or(false),
            deleted: self.deleted.unwrap_or(false),
            channel_ids: self.channel_ids.map(channels).transpose()?,
            unread: self.unread.unwrap_or(false),
            unanswered: self.unanswered.unwrap_or(false),
            active_since: recent.then(|| now() - RECENT),
            assignee,
            starred_by: starred.then_some(caller.agent_id),
            mentioned: mentioned.then_some(caller.agent_id),
            tags: tags.iter().map(|tag| tag.replace('\0', "")).collect(),
            priorities: priorities.into_iter().map(Priority::from).collect(),
            writer: match self.writer.unwrap_or_default() {
                ChatWriter::Everyone => WriterFilter::Everyone,
                ChatWriter::Colleagues => WriterFilter::Colleagues,
                ChatWriter::RegisteredClients => WriterFilter::RegisteredClients,
                ChatWriter::MyClients => WriterFilter::ClientsOf(caller.agent_id),
            },
            owner,
            order: match self.order.unwrap_or_default() {
                ChatOrder::NewestFirst => ReadOrder::Newest,
                ChatOrder::OldestFirst => ReadOrder::Oldest,
            },
        })
    }

    fn assignee(&self, caller: &Caller) -> Result<Option<AssigneeFilter>, Failure> {
        let mine = self.assigned_to_me.unwrap_or(false);
        match (&self.assignee_id, mine, self.unassigned.unwrap_or(false)) {
            (None, false, false) => Ok(None),
            (None, true, false) => Ok(Some(AssigneeFilter::Is(caller.agent_id))),
            (None, false, true) => Ok(Some(AssigneeFilter::Nobody)),
            (Some(id), false, false) => Ok(Some(AssigneeFilter::Is(parse_id(id, "agent")?))),
            _ => Err(Failure::bad_input(
                "assigneeId",
                "Give one of `assigneeId`, `assignedToMe` and `unassigned`.",
            )),
        }
    }
}
