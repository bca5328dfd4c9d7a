//! Writing first: to a contact (C10, C11, C13), or to colleagues and who belongs to their chat (A13). And the end of a chat
//! (H4). Must hold documents only.

use super::done::{Done, Nothing};
use super::graphql::{Chat, Id, UserError};
use super::schema;

#[derive(cynic::InputObject, Clone, Debug)]
pub struct StartChatInput {
    pub channel_id: Id,
    pub client_id: Option<Id>,
    pub handle: Option<String>,
    pub text: Option<String>,
    pub template_id: Option<Id>,
    pub client_message_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct StartChatVariables {
    pub input: StartChatInput,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "StartChatVariables")]
pub struct StartChat {
    #[arguments(input: $input)]
    pub start_chat: StartChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "SendMessagePayload")]
pub struct StartChatPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct OpenInternalChatInput {
    pub agent_ids: Vec<Id>,
    pub title: Option<String>,
    pub idempotency_key: Option<Id>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct OpenInternalChatVariables {
    pub input: OpenInternalChatInput,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "OpenInternalChatVariables")]
pub struct OpenInternalChat {
    #[arguments(input: $input)]
    pub open_internal_chat: OpenInternalChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct OpenInternalChatPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AddInternalChatMembersInput {
    pub chat_id: Id,
    pub agent_ids: Vec<Id>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AddInternalChatMembersVariables {
    pub input: AddInternalChatMembersInput,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(
    graphql_type = "Mutation",
    variables = "AddInternalChatMembersVariables"
)]
pub struct AddInternalChatMembers {
    #[arguments(input: $input)]
    pub add_internal_chat_members: AddInternalChatMembersPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AddInternalChatMembersPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RemoveInternalChatMemberInput {
    pub chat_id: Id,
    pub agent_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RemoveInternalChatMemberVariables {
    pub input: RemoveInternalChatMemberInput,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(
    graphql_type = "Mutation",
    variables = "RemoveInternalChatMemberVariables"
)]
pub struct RemoveInternalChatMember {
    #[arguments(input: $input)]
    pub remove_internal_chat_member: RemoveInternalChatMemberPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RemoveInternalChatMemberPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RenameInternalChatInput {
    pub chat_id: Id,
    pub title: Option<String>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RenameInternalChatVariables {
    pub input: RenameInternalChatInput,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RenameInternalChatVariables")]
pub struct RenameInternalChat {
    #[arguments(input: $input)]
    pub rename_internal_chat: RenameInternalChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RenameInternalChatPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteChatVariables {
    pub input: DeleteChatInput,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteChatVariables")]
pub struct DeleteChat {
    #[arguments(input: $input)]
    pub delete_chat: DeleteChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DeleteChatPayload {
    pub user_errors: Vec<UserError>,
}

documents! {
    command StartChat(StartChatVariables, StartChatInput) -> Done;
    command OpenInternalChat(OpenInternalChatVariables, OpenInternalChatInput) -> Done;
    command AddInternalChatMembers(AddInternalChatMembersVariables, AddInternalChatMembersInput) -> Done;
    command RemoveInternalChatMember(RemoveInternalChatMemberVariables, RemoveInternalChatMemberInput) -> Nothing;
    command RenameInternalChat(RenameInternalChatVariables, RenameInternalChatInput) -> Done;
    command DeleteChat(DeleteChatVariables, DeleteChatInput) -> Nothing;
}
