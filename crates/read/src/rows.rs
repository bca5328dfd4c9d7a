//! The rows that queries answer with, as the screens need them.
//! Debug of rows with personal content prints ids only.

mod counters;
mod outbox;
mod own;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{CommentPlace, Priority, SendWarning, Snooze};
use hilo_domain::client::ClientDetails;
use hilo_domain::policy::{Terms, Window};
use hilo_domain::{
    Actor, AgentId, Assignee, ChannelId, ChatId, ClientId, ContactId, MessageId, TemplateId,
};
use hilo_journal::Position;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

pub use self::counters::{AgentCounters, ChannelCounters, Counted, CountersRow};
pub use self::outbox::OutboxRow;
pub use self::own::{DraftRow, MemberRow, MentionRow, OwnRow};
use crate::attached::{AttachmentKind, AttachmentRow};
use crate::columns::words;
use crate::search::highlight::Snippet;
use crate::search::people::ContactMatch;
use crate::table::table;

words! {
    /// Where an opened chat is.
    ChatState {
        /// In the inbox.
        Active = "active",
        /// Put away.
        Archived = "archived",
        /// Deleted for agents; auditors alone read it (H4).
        Deleted = "deleted",
    }
}
words! {
    /// Which way a message went.
    Direction {
        /// From the contact.
        Inbound = "inbound",
        /// To the contact.
        Outbound = "outbound",
        /// Neither: a private note (P3).
        Internal = "internal",
    }
}
words! {
    /// How far a message came (D1). Never goes back (D2).
    MessageState {
        /// Inbound, or a note: it is here.
        Received = "received",
        /// Outbound: not with the contact yet.
        Queued = "queued",
        /// The contact's device has it.
        Delivered = "delivered",
        /// The contact has seen it.
        Read = "read",
        /// It could not be handed over.
        Failed = "failed",
        /// Outbound: the messenger has it.
        Sent = "sent",
        /// Outbound: handed over or not, nobody knows.
        Uncertain = "uncertain",
    }
}
words! {
    /// A row of the timeline that is no message (C5).
    ActKind {
        /// The first message made the chat. Detail: the channel's kind.
        Opened = "opened",
        /// Put away.
        Archived = "archived",
        /// Active again. Detail: `button`, `agent_wrote` or `contact_wrote`.
        Reopened = "reopened",
        /// An agent speaks from here on.
        AgentJoined = "agent_joined",
        /// The contact rated. Detail: the score, then a line break and the comment if there is one.
        Rated = "rated",
        /// Somebody else answers it. Detail: the id of that agent or bot; none when it is nobody's.
        Reassigned = "reassigned",
        /// Put aside. Detail: until when, RFC 3339; none when until the contact writes.
        Snoozed = "snoozed",
        /// Back again. Detail: `time`, `reply`, `button` or `undone`.
        Unsnoozed = "unsnoozed",
        /// Unread again (H3).
        MarkedUnread = "marked_unread",
        /// That mark was taken back.
        UnreadMarkRemoved = "unread_mark_removed",
        /// Got tags. Detail: the tags, one a line (P4).
        Tagged = "tagged",
        /// Lost tags. Detail: the tags, one a line.
        Untagged = "untagged",
        /// Another priority. Detail: what it is, then what it was, one a line (P4).
        Prioritized = "prioritized",
        /// The contact is not heard any more (P21).
        Blocked = "blocked",
        /// The contact is heard again.
        Unblocked = "unblocked",
        /// Colleagues came to the chat (A13). Detail: their ids, one a line.
        MembersAdded = "members_added",
        /// A colleague was taken out of it, or left. Detail: their id.
        MemberRemoved = "member_removed",
        /// The group has another title, or none.
        Renamed = "renamed",
        /// An auditor looked into it.
        Audited = "audited",
        /// Deleted for agents (H4): auditors alone see this one and what went before it.
        Deleted = "deleted",
    }
}

words! {
    /// How the team treats a client (G6).
    ClientMark {
        /// Served first.
        Vip = "vip",
        /// Handled with care.
        Bad = "bad",
    }
}

impl From<hilo_domain::client::ClientMark> for ClientMark {
    fn from(mark: hilo_domain::client::ClientMark) -> Self {
        match mark {
            hilo_domain::client::ClientMark::Vip => Self::Vip,
            hilo_domain::client::ClientMark::Bad => Self::Bad,
        }
    }
}

/// A row of the inbox with everything it shows and sorts by.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are named after what they hold")]
pub struct ChatRow {
    pub id: ChatId,
    pub channel_id: ChannelId,
    pub contact_id: ContactId,
    pub contact_name: Option<String>,
    pub contact_email: Option<String>,
    pub contact_phone: Option<String>,
    /// Who the contact is was proven.
    pub contact_verified: bool,
    pub handle: Option<String>,
    pub page_url: Option<String>,
    pub page_title: Option<String>,
    pub locale: Option<String>,
    pub state: ChatState,
    /// Inbound messages since an agent read the chat.
    pub unread: i32,
    /// The last message is the contact's.
    pub unanswered: bool,
    pub last_message: Option<LastMessage>,
    pub opened_at: Timestamp,
    /// What the inbox is sorted by: position of the last message, closing or reopening.
    pub last_activity: Position,
    pub last_activity_at: Timestamp,
    pub archived_at: Option<Timestamp>,
    pub archived_by: Option<Actor>,
    /// Until when the channel's policy lets one write.
    pub window: Option<Window>,
    /// When the contact last wrote; comments do not count.
    pub last_inbound_at: Option<Timestamp>,
    /// The contact commented under a publication.
    pub commented: bool,
    /// Last number of the contact's window.
    pub last_seq: i64,
    /// Who answers it; nobody in particular without.
    pub assignee: Option<Assignee>,
    /// For how long it is put aside, if it is.
    pub snooze: Option<Snooze>,
    /// The team's tags, sorted (P4).
    pub tags: Vec<String>,
    pub priority: Priority,
    /// The contact is not heard (P21).
    pub blocked: bool,
    /// The contact was erased and did not write since (N12).
    pub contact_erased: bool,
    /// What each agent has in it for themselves: for their eyes only.
    pub own: BTreeMap<AgentId, OwnRow>,
    /// Position of the last event that is not one agent's own matter.
    pub shared_changed: Position,
    /// Messages ever, also those that are not kept.
    pub message_count: i64,
    /// Whom it is linked to, after all merges.
    pub client: Option<ChatClient>,
    /// Who belongs to it, where it is one of colleagues among themselves (A13).
    pub internal: Option<InternalRow>,
    /// Position of its last deletion: agents see nothing up to there (H4). 0 where it never was.
    pub hidden: Position,
    /// Position of the last event of this chat.
    pub changed: Position,
}

/// Who belongs to a chat of colleagues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InternalRow {
    /// Between two, for good. Else a group.
    pub direct: bool,
    /// By id.
    pub members: Vec<AgentId>,
}

impl ChatRow {
    /// Whether something changed behind a position that an agent may know of.
    #[must_use]
    pub fn changed_for(&self, agent: AgentId, since: Position) -> bool {
        let own = self.own.get(&agent).map_or(0, |own| own.changed);
        self.shared_changed > since || own > since.0
    }

    /// The row as an agent sees it: in a chat of colleagues each has their own unread messages (A13).
    #[must_use]
    pub fn seen_by(mut self, agent: AgentId) -> Self {
        if self.internal.is_some() {
            let member = self.own.get(&agent).and_then(|own| own.member);
            self.unread = member.map_or(0, |member| member.unread);
        }
        self
    }

    /// Whether it is deleted (H4).
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.state == ChatState::Deleted
    }

    /// The same of a row that many are told of: copied only where it is another to each who sees it.
    #[must_use]
    pub fn shown_to(self: &Arc<Self>, agent: AgentId) -> Arc<Self> {
        match self.internal {
            None => Arc::clone(self),
            Some(_) => Arc::new(Self::clone(self).seen_by(agent)),
        }
    }
}

/// How many chats have a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRow {
    /// The tag.
    pub tag: String,
    /// Chats that the viewer may see.
    pub chats: i64,
}

/// What a chat shows of the client it is linked to.
#[derive(Clone, PartialEq)]
pub struct ChatClient {
    /// Which.
    pub id: ClientId,
    /// First and last name.
    pub name: Option<String>,
    /// VIP or BAD.
    pub mark: Option<ClientMark>,
    /// Who looks after them.
    pub owner: Option<AgentId>,
}

/// The last message of a chat as its row shows it.
#[derive(Clone, PartialEq)]
pub struct LastMessage {
    /// Which way it went.
    pub direction: Direction,
    /// Its first 140 characters; empty when it was taken back or erased.
    pub preview: String,
    /// When it was sent.
    pub at: Timestamp,
    /// Who wrote it.
    pub author: Actor,
    /// How far it came.
    pub state: MessageState,
    /// What it carries beside its text, the first thing of it.
    pub kind: Option<AttachmentKind>,
}

table! {
    /// A message of the thread.
    #[derive(Clone, PartialEq)]
    #[expect(missing_docs, reason = "columns are named after what they hold")]
    pub struct MessageRow in "messages" {
        key { chat_id: ChatId, id: MessageId }
        once {
            client_message_id: Option<Uuid>,
            /// Position of the event that made it: its place in the thread.
            position: Position,
            direction: Direction,
            author: Actor,
            /// 0 for a note.
            contact_seq: i64,
            sent_at: Timestamp,
            /// The message of this chat that it answers (C6).
            quotes: Option<MessageId>,
            /// The comment of this chat that it answers for everybody to read (E3).
            reply_to_comment: Option<MessageId>,
            /// A comment under a publication (E2).
            is_comment: bool,
            /// The template that it was written with (H9).
            template_id: Option<TemplateId>,
            /// What stood against sending it, and did not stop it (G15).
            warnings: Vec<SendWarning>,
        }
        changing {
            /// None when taken back or erased.
            text: Option<String>,
            erased: bool,
            /// What it carries beside its text; nothing once taken back or erased (C16).
            attachments: Vec<AttachmentRow>,
            /// Where it stands, if it is a comment; nothing once erased.
            comment: Option<CommentPlace>,
            state: MessageState,
            /// Cause of a failure, a word for programs.
            failure: Option<String>,
            delivered_at: Option<Timestamp>,
            read_at: Option<Timestamp>,
            edited_at: Option<Timestamp>,
            deleted_at: Option<Timestamp>,
            reactions: Vec<ReactionRow>,
            /// Agents named in a note (P3).
            mentions: Vec<AgentId>,
            /// How often it was to be sent.
            attempt: i32,
            /// When the messenger took it, by its own clock.
            accepted_at: Option<Timestamp>,
            /// On what terms the channel's policy let it through.
            terms: Option<Terms>,
            /// Position of the last event that touched it.
            changed: Position,
        }
    }
}

table! {
    /// A client's record.
    #[derive(Clone, PartialEq)]
    #[expect(missing_docs, reason = "columns are named after what they hold")]
    pub struct ClientRow in "clients" {
        key { id: ClientId }
        once {
            /// Position of the event that made it.
            created: Position,
            created_at: Timestamp,
            created_by: Actor,
        }
        changing {
            details: ClientDetails,
            /// First and last name.
            name: Option<String>,
            /// What the list is sorted by.
            name_key: String,
            /// What its phone numbers are found by, with blanks between.
            phone_keys: String,
            mark: Option<ClientMark>,
            tags: Vec<String>,
            owner: Option<AgentId>,
            do_not_disturb: Vec<ChannelKind>,
            deleted: bool,
            /// The client that stands for it, if one does.
            merged_into: Option<ClientId>,
            /// The client that stands for it after all merges: mostly itself.
            root: ClientId,
            /// Position of the last event of this client.
            changed: Position,
        }
    }
}

/// A reaction on a message; the contact has at most one, the company another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReactionRow {
    /// The emoji.
    pub emoji: String,
    /// Whose.
    pub by: Actor,
}

/// A row of the timeline that is no message.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are named after what they hold")]
pub struct ActRow {
    pub chat_id: ChatId,
    pub position: Position,
    pub kind: ActKind,
    pub actor: Actor,
    pub detail: Option<String>,
    pub at: Timestamp,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct MessageHit {
    /// Its chat.
    pub chat: ChatRow,
    /// The message. The thread keeps the newest 500 of a chat; an older one is found and cannot be jumped to.
    pub message_id: MessageId,
    /// Which way it went.
    pub direction: Direction,
    /// When it was sent.
    pub at: Timestamp,
    /// The part of its text that shows what was found.
    pub snippet: Snippet,
}

/// A chat that was found by its contact.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatHit {
    /// Its row.
    pub chat: ChatRow,
    /// What of the contact was found, and where in it.
    pub matches: Vec<ContactMatch>,
}

/// A client that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientHit {
    /// Its record.
    pub client: ClientRow,
    /// What of it was found, and where; of a record that was merged into it, where that was found.
    pub matches: Vec<ContactMatch>,
}

/// One item of what the contact's own window shows.
#[derive(Clone, PartialEq)]
pub struct ContactItemRow {
    /// Whose window.
    pub chat_id: ChatId,
    /// 1, 2, 3, without a gap.
    pub seq: i64,
    /// `message`, `message.updated`, `message.deleted`, `read`, `agent.joined` or `chat.closed`.
    pub kind: String,
    /// What the item says, by kind.
    pub data: Value,
    /// Position of its event.
    pub position: Position,
    /// When it happened.
    pub at: Timestamp,
}

/// Everything that changed behind a position, in absolute values. Made once and told to many: the rows are shared.
#[derive(Clone, Debug, PartialEq)]
pub struct Changes {
    /// Position of the read model in the same snapshot.
    pub position: Position,
    /// Chats, sorted by id.
    pub chats: Vec<Arc<ChatRow>>,
    /// Messages, sorted by chat and place in the thread.
    pub messages: Vec<Arc<MessageRow>>,
    /// Acts, sorted by chat and position.
    pub acts: Vec<Arc<ActRow>>,
    /// Items of contacts' windows, sorted by chat and number.
    pub items: Vec<ContactItemRow>,
    /// Counters of all channels, whoever may see them.
    pub counters: CountersRow,
    /// The numbers of all agents, sorted by channel and agent, where any of them may have changed.
    pub agent_counters: Option<Vec<AgentCounters>>,
    /// Agents and groups whose access changed, with the position that did: what they may see now is a fact of the
    /// journal.
    pub access: Vec<(Uuid, Position)>,
    /// False where more rows changed than were asked for: read afresh instead.
    pub complete: bool,
}

/// What changed in one chat behind a position, in absolute values.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatChanges {
    /// Position of the read model in the same snapshot.
    pub position: Position,
    /// The chat as it is, None where it is not the viewer's to see.
    pub chat: Option<Arc<ChatRow>>,
    /// Messages in their order in the thread.
    pub messages: Vec<Arc<MessageRow>>,
    /// Acts in order.
    pub acts: Vec<Arc<ActRow>>,
}

impl fmt::Debug for ChatRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChatRow({}, changed {}, ..)", self.id, self.changed.0)
    }
}

impl fmt::Debug for ChatClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChatClient({}, ..)", self.id)
    }
}

impl fmt::Debug for ClientRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientRow({}, changed {}, ..)", self.id, self.changed.0)
    }
}

impl fmt::Debug for LastMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LastMessage({:?}, ..)", self.direction)
    }
}

impl fmt::Debug for MessageRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "MessageRow({}, {:?}, changed {}, ..)",
            self.id, self.state, self.changed.0
        )
    }
}

impl fmt::Debug for ActRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ActRow({}, {:?} at {})",
            self.chat_id, self.kind, self.position.0
        )
    }
}

impl fmt::Debug for ContactItemRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "ContactItemRow({}, {} {})",
            self.chat_id, self.seq, self.kind
        )
    }
}
