//! Acts on many chats at once, and the way back of any act. Must hold documents only.

use super::graphql::{DateTime, Id, UserError};
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
    pub chat_id: Id,
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

documents! {
    command BulkActOnChats(BulkActOnChatsVariables, BulkActOnChatsInput) -> BulkActOnChatsPayload;
    command UndoAct(UndoVariables, UndoInput) -> UndoPayload;
}
