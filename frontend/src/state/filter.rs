//! Which chats the list shows: what is asked of the server, what a row must fulfil to stay, and how the address says it
//! (B6-B11, B14). Must not know the list.

use crate::api::graphql::{
    Chat, ChatMark, ChatOrder, ChatPriority, ChatState, ChatWriter, ClientOwner, Id,
};
use crate::api::queries::ChatFilter;
use crate::state::address;

/// What one looks at first (B8, B10).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quick {
    /// All of them.
    #[default]
    All,
    /// Unread messages.
    Unread,
    /// Read, and waiting for an answer.
    Unanswered,
    /// Those the reader answers.
    Mine,
    /// Those nobody in particular answers.
    Unassigned,
    /// Those the reader starred.
    Starred,
    /// Where a note mentions the reader, in the inbox or not (P3).
    Mentions,
    /// Activity in the last 24 hours.
    Recent,
    /// Put aside.
    Snoozed,
}

impl Quick {
    /// All of them, as they are offered.
    pub const ALL: [Self; 9] = [
        Self::All,
        Self::Unread,
        Self::Unanswered,
        Self::Mine,
        Self::Unassigned,
        Self::Starred,
        Self::Mentions,
        Self::Recent,
        Self::Snoozed,
    ];

    /// The word of the address.
    fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Unread => "unread",
            Self::Unanswered => "unanswered",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Starred => "starred",
            Self::Mentions => "mentions",
            Self::Recent => "recent",
            Self::Snoozed => "snoozed",
        }
    }
}

/// Who writes, as they are offered (B9).
pub const WRITERS: [ChatWriter; 4] = [
    ChatWriter::Everyone,
    ChatWriter::RegisteredClients,
    ChatWriter::MyClients,
    ChatWriter::Colleagues,
];

/// The priorities, as they are offered.
pub const PRIORITIES: [ChatPriority; 4] = [
    ChatPriority::Urgent,
    ChatPriority::High,
    ChatPriority::Normal,
    ChatPriority::Low,
];

fn writer_word(writer: ChatWriter) -> &'static str {
    match writer {
        ChatWriter::Everyone => "everyone",
        ChatWriter::RegisteredClients => "clients",
        ChatWriter::MyClients => "my-clients",
        ChatWriter::Colleagues => "colleagues",
    }
}

fn priority_word(priority: ChatPriority) -> &'static str {
    match priority {
        ChatPriority::Urgent => "urgent",
        ChatPriority::High => "high",
        ChatPriority::Normal => "normal",
        ChatPriority::Low => "low",
    }
}

/// Who looks, and when: what some conditions are measured by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eye {
    /// The reader's id.
    pub me: String,
    /// 24 hours ago, as RFC 3339 in UTC.
    pub since: String,
}

/// The conditions of a list; all of them together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// In the inbox or in the archive (B6).
    pub state: ChatState,
    /// The quick one (B8, B10).
    pub quick: Quick,
    /// Who writes (B9).
    pub writer: ChatWriter,
    /// Only these channels, by id (B7, B11); none = all.
    pub channels: Vec<String>,
    /// Only with one of these tags; none = all.
    pub tags: Vec<String>,
    /// Only with one of these priorities; none = all.
    pub priorities: Vec<ChatPriority>,
    /// Only clients this agent looks after (B11).
    pub owner: Option<String>,
    /// Only chats this agent answers.
    pub assignee: Option<String>,
    /// The oldest activity first (B14).
    pub oldest_first: bool,
}

impl Filter {
    /// All chats in a state.
    pub fn of_state(state: ChatState) -> Self {
        Self {
            state,
            ..Self::default()
        }
    }

    /// The same conditions in the other box; what makes no sense there is left out.
    pub fn in_state(&self, state: ChatState) -> Self {
        let aside =
            state == ChatState::Archived && matches!(self.quick, Quick::Snoozed | Quick::Mentions);
        Self {
            state,
            quick: if aside { Quick::All } else { self.quick },
            ..self.clone()
        }
    }

    /// Is anything left out, apart from the other box?
    pub fn narrows(&self) -> bool {
        *self
            != Self {
                oldest_first: self.oldest_first,
                ..Self::of_state(self.state)
            }
    }

    /// As the server is asked.
    pub fn request(&self) -> ChatFilter {
        let on = |quick: Quick| (self.quick == quick).then_some(true);
        let ids = |ids: &[String]| {
            (!ids.is_empty()).then(|| ids.iter().map(Id::new).collect::<Vec<Id>>())
        };
        ChatFilter {
            state: (self.quick != Quick::Mentions).then_some(self.state),
            unread: on(Quick::Unread),
            unanswered: on(Quick::Unanswered),
            assigned_to_me: on(Quick::Mine),
            unassigned: on(Quick::Unassigned),
            starred: on(Quick::Starred),
            mentioned: on(Quick::Mentions),
            recent: on(Quick::Recent),
            snoozed: on(Quick::Snoozed),
            writer: (self.writer != ChatWriter::Everyone).then_some(self.writer),
            channel_ids: ids(&self.channels),
            tags: (!self.tags.is_empty()).then(|| self.tags.clone()),
            priority: (!self.priorities.is_empty()).then(|| self.priorities.clone()),
            owner_id: self.owner.as_ref().map(Id::new),
            assignee_id: self.assignee.as_ref().map(Id::new),
            order: self.oldest_first.then_some(ChatOrder::OldestFirst),
        }
    }

    /// Does a row belong in the list? The same answer as the server's.
    pub fn matches(&self, chat: &Chat, eye: &Eye) -> bool {
        let client = chat.client.as_ref();
        let owned_by = |agent: &str| {
            let owner = client.and_then(|client| client.owner.as_ref());
            owner.is_some_and(|owner: &ClientOwner| owner.id.inner() == agent)
        };
        let answered_by = |agent: &str| {
            let assignee = chat.assignee.as_ref().and_then(|it| it.agent.as_ref());
            assignee.is_some_and(|it| it.id.inner() == agent)
        };
        let aside = chat.state == ChatState::Active && chat.snooze.is_some();
        let quick = match self.quick {
            Quick::All | Quick::Snoozed => true,
            Quick::Unread => chat.unread_count > 0,
            Quick::Unanswered => chat.mark == ChatMark::Unanswered,
            Quick::Mine => answered_by(&eye.me),
            Quick::Unassigned => chat.assignee.is_none(),
            Quick::Starred => chat.starred,
            Quick::Mentions => chat.mention.is_some(),
            Quick::Recent => chat.last_activity_at.0 >= eye.since,
        };
        let writer = match self.writer {
            ChatWriter::Everyone => true,
            ChatWriter::RegisteredClients => client.is_some(),
            ChatWriter::MyClients => owned_by(&eye.me),
            ChatWriter::Colleagues => chat.internal.is_some(),
        };
        let among = |all: &[String], one: &str| all.is_empty() || all.iter().any(|it| it == one);
        let in_box = chat.state == self.state && aside == (self.quick == Quick::Snoozed);
        (in_box || self.quick == Quick::Mentions)
            && quick
            && writer
            && among(&self.channels, chat.channel.id.inner())
            && (self.tags.is_empty() || self.tags.iter().any(|tag| chat.tags.contains(tag)))
            && (self.priorities.is_empty() || self.priorities.contains(&chat.priority))
            && self.owner.as_deref().is_none_or(owned_by)
            && self.assignee.as_deref().is_none_or(answered_by)
    }

    /// The conditions as the query of an address, without `?`; the box only where the path does not say it.
    pub fn query(&self, with_state: bool) -> String {
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        if with_state && self.state == ChatState::Archived {
            pairs.push(("in", "archive"));
        }
        if self.quick != Quick::All {
            pairs.push(("show", self.quick.word()));
        }
        if self.writer != ChatWriter::Everyone {
            pairs.push(("writer", writer_word(self.writer)));
        }
        pairs.extend(self.channels.iter().map(|it| ("channel", it.as_str())));
        pairs.extend(self.tags.iter().map(|it| ("tag", it.as_str())));
        pairs.extend(
            self.priorities
                .iter()
                .map(|it| ("priority", priority_word(*it))),
        );
        pairs.extend(self.owner.iter().map(|it| ("owner", it.as_str())));
        pairs.extend(self.assignee.iter().map(|it| ("assignee", it.as_str())));
        if self.oldest_first {
            pairs.push(("order", "oldest"));
        }
        address::written(&pairs)
    }

    /// The conditions of an address; what is malformed is passed over.
    pub fn read(path: &str, query: &str) -> Self {
        let mut filter = Self::default();
        if path.starts_with("/archived") {
            filter.state = ChatState::Archived;
        }
        for (name, value) in address::read(query) {
            match name.as_str() {
                "in" if value == "archive" => filter.state = ChatState::Archived,
                "show" => set(
                    &mut filter.quick,
                    Quick::ALL.into_iter().find(|it| it.word() == value),
                ),
                "writer" => set(
                    &mut filter.writer,
                    WRITERS.into_iter().find(|it| writer_word(*it) == value),
                ),
                "channel" => filter.channels.push(value),
                "tag" => filter.tags.push(value),
                "priority" => filter.priorities.extend(
                    PRIORITIES
                        .into_iter()
                        .find(|it| priority_word(*it) == value),
                ),
                "owner" => filter.owner = Some(value),
                "assignee" => filter.assignee = Some(value),
                "order" => filter.oldest_first = value == "oldest",
                _ => {}
            }
        }
        filter.in_state(filter.state)
    }
}

fn set<T>(place: &mut T, found: Option<T>) {
    if let Some(found) = found {
        *place = found;
    }
}

#[cfg(test)]
#[path = "filter_tests.rs"]
mod tests;
