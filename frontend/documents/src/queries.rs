//! What the SPA asks. Must hold documents only.

use super::graphql::{
    Agent, AgentName, Chat, ChatAct, ChatOrder, ChatPriority, ChatState, ChatWriter, Counters, Id,
    Message, PageInfo, Position, Viewer, Workspace,
};
use super::graphql::{AgentRole, ChannelKind, DateTime};
use super::reading::Read;
use super::schema;

/// Who am I, and what is this place?
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Boot {
    pub viewer: Option<Viewer>,
    pub workspace: Workspace,
}

/// Which chats a list shows. What is left out narrows nothing.
#[derive(cynic::InputObject, Clone, Debug, Default, PartialEq)]
pub struct ChatFilter {
    pub state: Option<ChatState>,
    pub unread: Option<bool>,
    pub unanswered: Option<bool>,
    pub assigned_to_me: Option<bool>,
    pub unassigned: Option<bool>,
    pub starred: Option<bool>,
    pub mentioned: Option<bool>,
    pub recent: Option<bool>,
    pub snoozed: Option<bool>,
    pub writer: Option<ChatWriter>,
    pub channel_ids: Option<Vec<Id>>,
    pub tags: Option<Vec<String>>,
    pub priority: Option<Vec<ChatPriority>>,
    pub owner_id: Option<Id>,
    pub assignee_id: Option<Id>,
    pub order: Option<ChatOrder>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct InboxPageVariables {
    pub filter: ChatFilter,
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// One page of the list, with the numbers of the marks.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "InboxPageVariables")]
pub struct InboxPage {
    #[arguments(filter: $filter, first: $first, after: $after, last: $last, before: $before)]
    pub chats: ChatConnection,
    pub counters: Counters,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatConnection {
    pub nodes: Vec<Chat>,
    pub page_info: PageInfo,
    pub position: Position,
    pub total_count: Option<i32>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ThreadVariables {
    pub id: Id,
    pub last: i32,
    pub before: Option<String>,
}

/// An open chat: its head, its newest messages (or those before a cursor), and its acts.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ThreadVariables")]
pub struct ThreadPage {
    #[arguments(id: $id)]
    pub chat: ThreadChat,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Chat", variables = "ThreadVariables")]
pub struct ThreadChat {
    #[cynic(spread)]
    pub head: Chat,
    #[arguments(last: $last, before: $before)]
    pub messages: MessageConnection,
    pub acts: Vec<ChatAct>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct MessageConnection {
    pub nodes: Vec<Message>,
    pub page_info: PageInfo,
    pub position: Position,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Widget {
    pub key: String,
    pub origins: Vec<String>,
    pub title: Option<String>,
    pub greeting: Option<String>,
    pub color: Option<String>,
    pub form: Vec<WidgetFormField>,
    pub typing_preview: bool,
    pub code: String,
}

/// One line of the form before a web chat.
#[derive(cynic::QueryFragment, Read, Clone, Copy, Debug, PartialEq)]
pub struct WidgetFormField {
    pub asks: WidgetFormFieldKind,
    pub required: bool,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum WidgetFormFieldKind {
    Name,
    Email,
    Phone,
    Question,
}

/// A channel as Settings shows it.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Channel {
    pub id: Id,
    pub kind: ChannelKind,
    pub name: String,
    pub connected: bool,
    pub sync_lost: Option<String>,
    pub page: Option<String>,
    pub rules: ChannelRules,
    pub receives_comments: bool,
    pub capabilities: ChannelTakes,
    pub widget: Option<Widget>,
}

/// What can be switched on for a channel.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ChannelCapabilities")]
pub struct ChannelTakes {
    pub comments: bool,
}

/// What a channel narrows beyond its messenger's own rules.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChannelRules {
    pub read_only: bool,
    pub reply_hours: Option<i32>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Channels {
    pub channels: Vec<Channel>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChannelVariables {
    pub id: Id,
}

/// What only an administrator may see of a channel.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ChannelVariables")]
pub struct ChannelAdministration {
    #[arguments(id: $id)]
    pub channel: ChannelAccess,
    pub agents: Vec<Agent>,
    pub groups: Vec<super::people::Group>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Channel")]
pub struct ChannelAccess {
    pub agents: Vec<AgentName>,
    pub groups: Vec<super::people::Group>,
    pub widget: Option<WidgetSecret>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Widget")]
pub struct WidgetSecret {
    pub identity_secret: String,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Invitation {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub role: AgentRole,
    pub expires_at: DateTime,
    pub url: Option<String>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct InvitationVariables {
    pub token: String,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "InvitationVariables")]
pub struct InvitationQuery {
    #[arguments(token: $token)]
    pub invitation: InvitationPreview,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct InvitationPreview {
    pub workspace_name: String,
    pub name: String,
    pub email: String,
}

documents! {
    query Boot(());
    query InboxPage(InboxPageVariables);
    query ThreadPage(ThreadVariables);
    query Channels(());
    query ChannelAdministration(ChannelVariables);
    query InvitationQuery(InvitationVariables);
}
