//! What a chat is made of beside its messages: its channel, its client, whether one can write in it. Must hold data only.

use super::graphql::{Actor, AgentName, ChannelKind, DateTime, Id};
use super::reading::Read;
use super::schema;

/// How much a chat presses.
#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ChatPriority {
    Low,
    #[default]
    Normal,
    High,
    Urgent,
}

/// Whom an agent can write to first on a channel (C10).
#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatStarts {
    Handle,
    MobileNumber,
    Never,
}

/// Who writes in a chat (B9).
#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ChatWriter {
    #[default]
    Everyone,
    RegisteredClients,
    MyClients,
    Colleagues,
}

/// In which order a list of chats is (B14).
#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatOrder {
    NewestFirst,
    OldestFirst,
}

/// How the state of a message is shown (D1).
#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    Clock,
    Cross,
    None,
    One,
    Two,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextUnit {
    Bytes,
    Characters,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComposerState {
    Open,
    Closed,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(non_exhaustive)]
pub enum ComposerReason {
    AssignedToAnother,
    CommentsOnly,
    ContactBlocked,
    ContactErased,
    NoChannelAccess,
    NoChatsRight,
    ReadOnly,
    SyncLost,
    WindowClosed,
    #[cynic(fallback)]
    Other,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendPurpose {
    AccountUpdate,
    Campaign,
    ConfirmedEventUpdate,
    PostPurchaseUpdate,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendMeans {
    Tag,
    Template,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageTag {
    AccountUpdate,
    ConfirmedEventUpdate,
    HumanAgent,
    PostPurchaseUpdate,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMark {
    Vip,
    Bad,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Online,
    Away,
    Offline,
}

/// What can be done on a messenger, as far as the thread asks.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChannelCapabilities {
    pub quotes: bool,
    pub sends_reactions: bool,
    pub sends_edits: bool,
    pub sends_deletions: bool,
    pub sends_media: bool,
    pub segments: bool,
    pub text_limit: Option<i32>,
    pub text_unit: TextUnit,
    pub comment_text_limit: Option<i32>,
}

/// The channel of a chat.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Channel")]
pub struct ChatChannel {
    pub id: Id,
    pub kind: ChannelKind,
    pub name: String,
    pub page: Option<String>,
    pub connected: bool,
    pub capabilities: ChannelCapabilities,
}

/// The client of a chat, as its row shows it.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Client")]
pub struct ChatClient {
    pub id: Id,
    pub name: Option<String>,
    pub mark: Option<ClientMark>,
    pub do_not_disturb: Vec<ChannelKind>,
    pub owner: Option<ClientOwner>,
}

/// Who looks after a client.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Agent")]
pub struct ClientOwner {
    pub id: Id,
}

/// Who belongs to a chat of colleagues (A13).
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct InternalChat {
    pub direct: bool,
    pub title: Option<String>,
    pub members: Vec<AgentName>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct OfferedPurpose {
    pub purpose: SendPurpose,
    pub means: Option<SendMeans>,
}

/// Whether one can write in a chat, and what to do where one cannot.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Composer {
    pub state: ComposerState,
    pub reason: Option<ComposerReason>,
    pub assigned_to: Option<Actor>,
    pub link: Option<String>,
    pub reply_until: Option<DateTime>,
    pub purposes: Vec<OfferedPurpose>,
    pub templates: bool,
}

/// The agent's own unsent text.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Draft {
    pub text: String,
    pub quotes: Option<Id>,
    pub saved_at: DateTime,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Snooze {
    pub until: Option<DateTime>,
}

/// On what terms a message was let through.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct SendTerms {
    pub purpose: Option<SendPurpose>,
    pub tag: Option<MessageTag>,
    pub template: Option<TemplateName>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "MessageTemplate")]
pub struct TemplateName {
    pub name: String,
    pub language: String,
}

/// A colleague with whether they can be reached.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Agent")]
pub struct Colleague {
    pub id: Id,
    pub name: String,
    pub presence: Presence,
}

/// Who is in a chat beside the agent.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChatPresence {
    pub viewers: Vec<ChatViewer>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChatViewer {
    pub agent: Option<AgentName>,
    pub writing: bool,
}
