//! A row of the table `chats`, one line a column, and what is read off it: the row of the inbox, its share of the counters.
//! To add a column: a line here and in schema.sql; a field of `ChatRow` where the screens show it.

use std::collections::{BTreeMap, BTreeSet};

use hilo_domain::chat::{Priority, Snooze};
use hilo_domain::policy::Window;
use hilo_domain::{Actor, AgentId, Assignee, ChannelId, ChatId, ClientId, ContactId, MessageId};
use hilo_journal::Position;
use jiff::Timestamp;

use super::super::agent_counters::AgentShare;
use super::super::counters::{Held, Share};
use super::super::labels::{self, Listed};
use super::super::tags::Tagged;
use crate::attached::AttachmentKind;
use crate::columns::words;
use crate::rows::{
    ChatClient, ChatRow, ChatState, ClientMark, Direction, InternalRow, LastMessage, MessageState,
    OwnRow,
};
use crate::search::lexemes::Person;
use crate::search::people::ContactField;
use crate::table::table;

words! {
    /// Where a row stands; an unopened one is shown to nobody.
    #[derive(Default)]
    ChatStage {
        /// Described, but nobody wrote yet.
        #[default]
        Unopened = "unopened",
        /// In the inbox.
        Active = "active",
        /// In the inbox, but put aside (P13).
        Snoozed = "snoozed",
        /// Put away.
        Archived = "archived",
        /// Deleted for agents (H4).
        Deleted = "deleted",
    }
}

table! {
    /// A row of the table, with the columns that only the projection needs.
    #[derive(Clone, PartialEq)]
    pub(crate) struct ChatRecord in "chats" {
        key { id: ChatId }
        once {}
        changing {
            channel_id: Option<ChannelId>,
            state: ChatStage,
            contact_name: Option<String>,
            contact_email: Option<String>,
            contact_phone: Option<String>,
            contact_verified: bool,
            handle: Option<String>,
            page_url: Option<String>,
            page_title: Option<String>,
            locale: Option<String>,
            unread: i32,
            unanswered: bool,
            last_message_id: Option<MessageId>,
            last_message_seq: Option<i64>,
            last_direction: Option<Direction>,
            last_preview: Option<String>,
            last_at: Option<Timestamp>,
            last_author: Option<Actor>,
            last_state: Option<MessageState>,
            last_kind: Option<AttachmentKind>,
            opened_at: Option<Timestamp>,
            last_activity: Position,
            last_activity_at: Option<Timestamp>,
            archived_at: Option<Timestamp>,
            archived_by: Option<Actor>,
            last_seq: i64,
            message_count: i64,
            assignee_id: Option<AgentId>,
            assignee_bot: bool,
            snoozed: Option<Position>,
            snoozed_until: Option<Timestamp>,
            tags: Vec<String>,
            priority: Priority,
            blocked: bool,
            contact_erased: bool,
            starred_by: Vec<AgentId>,
            own: BTreeMap<AgentId, OwnRow>,
            shared_changed: Position,
            resumes_activity: Option<Position>,
            resumes_activity_at: Option<Timestamp>,
            channel_kind: Option<String>,
            direct: bool,
            window_standard_until: Option<Timestamp>,
            window_until: Option<Timestamp>,
            window_policy: Option<String>,
            last_inbound_at: Option<Timestamp>,
            commented: bool,
            linked_client_id: Option<ClientId>,
            client_id: Option<ClientId>,
            client_name: Option<String>,
            client_mark: Option<ClientMark>,
            client_owner: Option<AgentId>,
            hidden: Position,
            changed: Position,
        }
    }
    begins empty
}

/// The kind of a channel of colleagues among themselves, as its column says it.
const INTERNAL: &str = "internal";

impl ChatRecord {
    /// The row as the screens know it; None for one that is not opened.
    pub(crate) fn view(self) -> Option<ChatRow> {
        let state = match self.state {
            ChatStage::Unopened => return None,
            ChatStage::Active | ChatStage::Snoozed => ChatState::Active,
            ChatStage::Archived => ChatState::Archived,
            ChatStage::Deleted => ChatState::Deleted,
        };
        let last_message = self.last_message();
        let client = self.client();
        let assignee = self.assignee();
        let snooze = self.snooze();
        let window = self.window();
        let internal = self.internal();
        Some(ChatRow {
            id: self.id,
            channel_id: self.channel_id?,
            contact_id: ContactId::of(self.id),
            contact_name: self.contact_name,
            contact_email: self.contact_email,
            contact_phone: self.contact_phone,
            contact_verified: self.contact_verified,
            handle: self.handle,
            page_url: self.page_url,
            page_title: self.page_title,
            locale: self.locale,
            state,
            unread: self.unread,
            unanswered: self.unanswered,
            last_message,
            opened_at: self.opened_at?,
            last_activity: self.last_activity,
            last_activity_at: self.last_activity_at?,
            archived_at: self.archived_at,
            archived_by: self.archived_by,
            window,
            last_inbound_at: self.last_inbound_at,
            commented: self.commented,
            last_seq: self.last_seq,
            assignee,
            snooze,
            tags: self.tags,
            priority: self.priority,
            blocked: self.blocked,
            contact_erased: self.contact_erased,
            own: self.own,
            shared_changed: self.shared_changed,
            message_count: self.message_count,
            client,
            internal,
            hidden: self.hidden,
            changed: self.changed,
        })
    }

    fn window(&self) -> Option<Window> {
        Some(Window {
            standard_until: self.window_standard_until?,
            until: self.window_until?,
            policy: self.window_policy.clone()?,
        })
    }

    /// The channel, where its messages go out through a messenger.
    pub(in crate::projections) fn messenger(&self) -> Option<ChannelId> {
        let kind = self.channel_kind.as_deref()?;
        let ours = matches!(kind, "web_chat" | INTERNAL);
        self.channel_id.filter(|_| !ours)
    }

    /// Whether it is one of colleagues among themselves (A13).
    pub(in crate::projections) fn is_internal(&self) -> bool {
        self.channel_kind.as_deref() == Some(INTERNAL)
    }

    fn internal(&self) -> Option<InternalRow> {
        let members = self.own.iter().filter(|(_, own)| own.member.is_some());
        self.is_internal().then(|| InternalRow {
            direct: self.direct,
            members: members.map(|(id, _)| *id).collect(),
        })
    }

    /// What the row adds to its channel's counters. Colleagues' chats count for each member, not for the team.
    pub(super) fn share(&self) -> Held {
        let channel = self.channel_id.filter(|_| !self.is_internal())?;
        Some(match self.state {
            ChatStage::Unopened => return None,
            ChatStage::Active => {
                let is_free = self.assignee_id.is_none();
                let share = Share::active(self.unread, self.unanswered, is_free);
                (channel, share)
            }
            ChatStage::Snoozed => (channel, Share::snoozed()),
            ChatStage::Archived => (channel, Share::archived()),
            ChatStage::Deleted => (channel, Share::deleted()),
        })
    }

    /// What the row adds to the counters of agents. Colleagues' chats count in none of them; a mention counts wherever the
    /// chat is.
    pub(super) fn agent_shares(&self) -> impl Iterator<Item = ((AgentId, ChannelId), AgentShare)> {
        let active = self.state == ChatStage::Active && !self.is_internal();
        let channel = self.channel_id.filter(|_| active);
        let in_inbox = channel.into_iter().flat_map(move |channel| {
            let assigned = self.assignee_id.into_iter();
            let assigned = assigned.map(move |agent| ((agent, channel), AgentShare::ASSIGNED));
            let starred = self.starred_by.iter();
            assigned.chain(starred.map(move |agent| ((*agent, channel), AgentShare::STARRED)))
        });
        let anywhere = self.tagged().into_iter().flat_map(|(channel, _)| {
            let called = self.own.iter().filter(|(_, own)| own.is_called());
            called.map(move |(agent, _)| ((*agent, channel), AgentShare::MENTIONED))
        });
        in_inbox.chain(anywhere)
    }

    /// The lists by label that it stands in.
    pub(super) fn listed(&self) -> BTreeSet<Listed> {
        let Some((channel_id, tags)) = self.tagged() else {
            return BTreeSet::new();
        };
        let tags = tags.iter().map(|tag| labels::of_tag(tag));
        let stars = self.starred_by.iter().map(|agent| labels::of_star(*agent));
        let mentioned = self.own.iter().filter(|(_, own)| !own.mentions.is_empty());
        let mentions = mentioned.map(|(agent, _)| labels::of_mention(*agent));
        let listed = tags.chain(stars).chain(mentions).map(|label| Listed {
            label,
            channel_id,
            state: self.state.word(),
            last_activity: self.last_activity.0,
            chat_id: self.id,
        });
        listed.collect()
    }

    fn assignee(&self) -> Option<Assignee> {
        let id = self.assignee_id?;
        Some(if self.assignee_bot {
            Assignee::Bot { id }
        } else {
            Assignee::Agent { id }
        })
    }

    fn snooze(&self) -> Option<Snooze> {
        let until = self.snoozed_until;
        self.snoozed.map(|_| Snooze { until })
    }

    /// The channel whose tags it counts in, with its tags; none for a chat that nobody sees.
    pub(super) fn tagged(&self) -> Tagged<'_> {
        match (self.state, self.channel_id) {
            (ChatStage::Active | ChatStage::Snoozed | ChatStage::Archived, Some(channel)) => {
                Some((channel, &self.tags))
            }
            _ => None,
        }
    }

    fn client(&self) -> Option<ChatClient> {
        Some(ChatClient {
            id: self.client_id?,
            name: self.client_name.clone(),
            mark: self.client_mark,
            owner: self.client_owner,
        })
    }

    /// What the contact is found by: name, handle, e-mail address, phone number.
    pub(super) fn found_by(&self) -> [Option<&str>; 4] {
        [
            self.contact_name.as_deref(),
            self.handle.as_deref(),
            self.contact_email.as_deref(),
            self.contact_phone.as_deref(),
        ]
    }

    /// The contact, to be found.
    pub(crate) fn person(&self) -> Person<'_> {
        use ContactField::{Email, Handle, Name, Phone};
        Person::new(
            [Name, Handle, Email, Phone]
                .into_iter()
                .zip(self.found_by()),
        )
    }

    fn last_message(&self) -> Option<LastMessage> {
        Some(LastMessage {
            direction: self.last_direction?,
            preview: self.last_preview.clone().unwrap_or_default(),
            at: self.last_at?,
            author: self.last_author.clone()?,
            state: self.last_state?,
            kind: self.last_kind,
        })
    }
}
