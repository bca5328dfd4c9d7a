//! Acts on many chats at once, and the way back of any act. Must hold documents only.

use super::graphql::{AgentName, DateTime, Id, UserError};
use super::reading::Read;
use super::schema;

/// One of these and nothing else.
#[derive(cynic::InputObject, Clone, Debug, Default, PartialEq)]
pub struct ChatActInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub read: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub starred: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub add_tags: Option<Vec<String>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<ChatAssigneeInput>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub snooze: Option<ChatSnoozeInput>,
}

/// Nobody without an agent.
#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct ChatAssigneeInput {
    pub agent_id: Option<Id>,
}

/// Until the contact writes without a time.
#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct ChatSnoozeInput {
    pub until: Option<DateTime>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct BulkActOnChatsInput {
    pub chat_ids: Vec<Id>,
    pub act: ChatActInput,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatResult {
    pub changed: bool,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct BulkActOnChatsPayload {
    pub results: Vec<ChatResult>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct BulkActOnChatsVariables {
    pub input: BulkActOnChatsInput,
}

/// Does one thing to many chats.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "BulkActOnChatsVariables")]
pub struct BulkActOnChats {
    #[arguments(input: $input)]
    pub bulk_act_on_chats: BulkActOnChatsPayload,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UndoInput {
    pub act: Id,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct UndoPayload {
    pub results: Vec<ChatResult>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UndoVariables {
    pub input: UndoInput,
}

/// Takes an act back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UndoVariables")]
pub struct UndoAct {
    #[arguments(input: $input)]
    pub undo: UndoPayload,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AssignableVariables {
    pub chat_id: Id,
}

/// Whom a chat can be given to.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "AssignableVariables")]
pub struct Assignable {
    #[arguments(chatId: $chat_id)]
    pub agents_to_assign: Vec<AgentName>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChatTag {
    pub name: String,
    pub chats: i32,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatTags {
    pub nodes: Vec<ChatTag>,
}

/// The tags in use.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct KnownTags {
    pub chat_tags: ChatTags,
}

/// What was looked for.
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct FindChatsVariables {
    pub text: String,
}

/// The row of a chat that was found.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Chat")]
pub struct FoundChat {
    pub id: Id,
    pub contact: super::graphql::Contact,
    pub channel: super::graphql::ChannelName,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatHit {
    pub chat: FoundChat,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatHits {
    pub nodes: Vec<ChatHit>,
}

/// Chats whose contact is called so.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FindChatsVariables")]
pub struct FindChats {
    #[arguments(text: $text, first: 8)]
    pub search_chats: ChatHits,
}

documents! {
    command BulkActOnChats(BulkActOnChatsVariables, BulkActOnChatsInput) -> BulkActOnChatsPayload;
    command UndoAct(UndoVariables, UndoInput) -> UndoPayload;
    query Assignable(AssignableVariables);
    query KnownTags(());
    query FindChats(FindChatsVariables);
}
