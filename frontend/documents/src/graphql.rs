//! One struct per entity of `schema.graphql`, reused by every query, mutation and subscription. Must hold data only.

pub use super::attachments::*;
pub use super::chat_parts::*;
use super::reading::Read;
use super::schema;
pub use cynic::Id;

/// A place in the journal: `1042@3f2a9c1b`. Given back as it came; its number orders what came from one journal.
#[derive(cynic::Scalar, Clone, Debug, PartialEq, Eq, Default)]
pub struct Position(pub String);

impl Position {
    /// The number before the epoch (the contract of positions: number first).
    pub fn number(&self) -> i64 {
        self.0
            .split('@')
            .next()
            .and_then(|number| number.parse().ok())
            .unwrap_or_default()
    }
}

/// A moment in RFC 3339, UTC.
#[derive(cynic::Scalar, Clone, Debug, PartialEq, Eq, Default)]
pub struct DateTime(pub String);

impl DateTime {
    /// A key that sorts moments of one zone (UTC): seconds as text, then the fraction.
    pub fn sort_key(&self) -> (&str, &str) {
        let bare = self.0.trim_end_matches('Z');
        let (seconds, fraction) = bare.split_once('.').unwrap_or((bare, ""));
        (seconds, fraction.trim_end_matches('0'))
    }
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ChatState {
    #[default]
    Active,
    Archived,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatMark {
    Unread,
    Unanswered,
    None,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Inbound,
    Outbound,
    /// A private note.
    Internal,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageState {
    Received,
    Queued,
    Delivered,
    Read,
    Failed,
    Sent,
    Uncertain,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(non_exhaustive)]
pub enum ActKind {
    Opened,
    Archived,
    Reopened,
    AgentJoined,
    Rated,
    Blocked,
    MarkedUnread,
    Prioritized,
    Reassigned,
    Snoozed,
    Tagged,
    Unblocked,
    UnreadMarkRemoved,
    Unsnoozed,
    Untagged,
    MembersAdded,
    MemberRemoved,
    Renamed,
    Audited,
    Deleted,
    #[cynic(fallback)]
    Other,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorKind {
    Agent,
    Bot,
    Contact,
    Policy,
    Integration,
    System,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentRole {
    Administrator,
    Agent,
    Auditor,
    Integrator,
    Bot,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    WebChat,
    Messenger,
    Instagram,
    Whatsapp,
    Telegram,
    Sms,
    Email,
    Call,
    Voicemail,
    GoogleBusiness,
    Api,
    Internal,
    #[cynic(fallback)]
    Other,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Agent")]
pub struct AgentName {
    pub id: Id,
    pub name: String,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Agent {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub role: AgentRole,
    pub active: bool,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Viewer {
    pub agent: Agent,
    pub role: AgentRole,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct DemoSignIn {
    pub name: String,
    pub email: String,
    pub password: String,
    pub role: AgentRole,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Workspace {
    pub name: Option<String>,
    pub needs_set_up: bool,
    pub demo: Vec<DemoSignIn>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Channel")]
pub struct ChannelName {
    pub id: Id,
    pub kind: ChannelKind,
    pub name: String,
    pub connected: bool,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct PageView {
    pub url: String,
    pub title: Option<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Contact {
    pub id: Id,
    pub name: Option<String>,
    pub handle: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub verified: bool,
    pub locale: Option<String>,
    pub page: Option<PageView>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Actor {
    pub kind: ActorKind,
    pub agent: Option<AgentName>,
    pub name: Option<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct MessagePreview {
    pub direction: Direction,
    pub author: Actor,
    pub text: String,
    pub attachment: Option<AttachmentKind>,
    pub at: DateTime,
    pub state: MessageState,
}

/// A row of the list, and the head of the open chat.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Chat {
    pub id: Id,
    pub channel: ChatChannel,
    pub contact: Contact,
    pub state: ChatState,
    pub mark: ChatMark,
    pub unread_count: i32,
    pub last_message: Option<MessagePreview>,
    pub opened_at: DateTime,
    pub last_activity: Position,
    pub last_activity_at: DateTime,
    pub archived_at: Option<DateTime>,
    pub archived_by: Option<Actor>,
    pub assignee: Option<Actor>,
    pub blocked: bool,
    pub client: Option<ChatClient>,
    pub composer: Composer,
    pub draft: Option<Draft>,
    pub priority: ChatPriority,
    pub snooze: Option<Snooze>,
    pub starred: bool,
    pub mention: Option<Mention>,
    pub internal: Option<InternalChat>,
    pub tags: Vec<String>,
    pub position: Position,
}

/// A note that mentions the reader (P3).
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Mention {
    pub message_id: Id,
    pub by: Actor,
    pub at: DateTime,
    pub text: Option<String>,
    pub seen: bool,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Reaction {
    pub emoji: String,
    pub by: Actor,
}

/// Where a comment stands under a publication.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Comment {
    pub permalink: Option<String>,
    pub post_text: Option<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Message {
    pub id: Id,
    pub client_message_id: Option<Id>,
    pub position: Position,
    pub direction: Direction,
    pub author: Actor,
    pub text: Option<String>,
    pub erased: bool,
    pub state: MessageState,
    pub failure: Option<String>,
    pub sent_at: DateTime,
    pub delivered_at: Option<DateTime>,
    pub read_at: Option<DateTime>,
    pub edited_at: Option<DateTime>,
    pub deleted_at: Option<DateTime>,
    pub reactions: Vec<Reaction>,
    pub tick: Tick,
    pub accepted_at: Option<DateTime>,
    pub attempt: i32,
    pub quotes: Option<Id>,
    pub comment: Option<Comment>,
    pub reply_to_comment: Option<Id>,
    pub mentions: Vec<AgentName>,
    pub terms: Option<SendTerms>,
    pub attachments: Vec<Attachment>,
    pub places: Vec<SharedPlace>,
    pub cards: Vec<SharedCard>,
}

impl Chat {
    /// The note that mentions the reader, while they have not seen it.
    #[must_use]
    pub fn called(&self) -> Option<&Mention> {
        self.mention.as_ref().filter(|mention| !mention.seen)
    }
}

impl Message {
    /// The message or the comment that it answers.
    #[must_use]
    pub fn answered(&self) -> Option<&Id> {
        self.quotes.as_ref().or(self.reply_to_comment.as_ref())
    }

    /// Whether everybody can read it: a comment, or a reply to one.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.comment.is_some() || self.reply_to_comment.is_some()
    }
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChatAct {
    pub position: Position,
    pub kind: ActKind,
    pub actor: Actor,
    pub assignee: Option<AgentName>,
    pub detail: Option<String>,
    pub members: Vec<AgentName>,
    pub at: DateTime,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct PageInfo {
    pub has_next_page: bool,
    pub has_previous_page: bool,
    pub start_cursor: Option<String>,
    pub end_cursor: Option<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq, Default)]
pub struct Counters {
    pub position: Position,
    pub active: i32,
    pub archived: i32,
    pub unread: i32,
    pub unanswered: i32,
    pub assigned_to_me: i32,
    pub unassigned: i32,
    pub starred: i32,
    pub mentioned: i32,
    pub snoozed: i32,
    pub colleagues: ColleagueCounters,
}

/// The reader's chats among colleagues; they count in none of the other numbers.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq, Default)]
pub struct ColleagueCounters {
    pub active: i32,
    pub unread: i32,
}

/// A refusal: a rule said no, in words for people.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct UserError {
    pub code: String,
    pub message: String,
    pub field: Option<String>,
    pub limit: Option<i32>,
}
