//! What the SPA does: one document per command of the schema. Must hold documents only.

use super::done::{Done, Nothing};
use super::graphql::{AgentRole, Chat, Id, Message, SendPurpose, UserError};
use super::queries::{Channel, Invitation, WidgetFormFieldKind};
use super::reading::Read;
use super::schema;

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SignInInput {
    pub email: String,
    pub password: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SignInVariables {
    pub input: SignInInput,
}

/// Opens a session.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SignInVariables")]
pub struct SignIn {
    #[arguments(input: $input)]
    pub sign_in: SignInPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SignInPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetUpInput {
    pub token: String,
    pub workspace_name: String,
    pub name: String,
    pub email: String,
    pub password: String,
    pub language: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetUpVariables {
    pub input: SetUpInput,
}

/// Creates the workspace and its first administrator.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetUpVariables")]
pub struct SetUp {
    #[arguments(input: $input)]
    pub set_up: SetUpPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetUpPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct AcceptInvitationInput {
    pub token: String,
    pub name: String,
    pub password: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AcceptInvitationVariables {
    pub input: AcceptInvitationInput,
}

/// Turns an invitation into an account.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AcceptInvitationVariables")]
pub struct AcceptInvitation {
    #[arguments(input: $input)]
    pub accept_invitation: AcceptInvitationPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct AcceptInvitationPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct InviteAgentInput {
    pub email: String,
    pub name: String,
    pub role: AgentRole,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub channel_ids: Option<Vec<Id>>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct InviteAgentVariables {
    pub input: InviteAgentInput,
}

/// Invites a colleague.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "InviteAgentVariables")]
pub struct InviteAgent {
    #[arguments(input: $input)]
    pub invite_agent: InviteAgentPayload,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct InviteAgentPayload {
    pub invitation: Option<Invitation>,
    pub user_errors: Vec<UserError>,
}

/// One line of the form before a web chat, as it is to be.
#[derive(cynic::InputObject, Clone, Debug)]
pub struct WidgetFormFieldInput {
    pub asks: WidgetFormFieldKind,
    pub required: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConnectWebChatInput {
    pub name: String,
    pub origins: Vec<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub form: Option<Vec<WidgetFormFieldInput>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub typing_preview: Option<bool>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ConnectWebChatVariables {
    pub input: ConnectWebChatInput,
}

/// Puts a web chat on a site.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ConnectWebChatVariables")]
pub struct ConnectWebChat {
    #[arguments(input: $input)]
    pub connect_web_chat: ConnectWebChatPayload,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ConnectWebChatPayload {
    pub channel: Option<Channel>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConfigureWidgetInput {
    pub channel_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub origins: Option<Vec<String>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub greeting: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub form: Option<Vec<WidgetFormFieldInput>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub typing_preview: Option<bool>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ConfigureWidgetVariables {
    pub input: ConfigureWidgetInput,
}

/// Changes a web chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ConfigureWidgetVariables")]
pub struct ConfigureWidget {
    #[arguments(input: $input)]
    pub configure_widget: ConfigureWidgetPayload,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ConfigureWidgetPayload {
    pub channel: Option<Channel>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct GrantChannelAccessInput {
    pub channel_id: Id,
    pub agent_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct GrantChannelAccessVariables {
    pub input: GrantChannelAccessInput,
}

/// Lets an agent into a channel.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "GrantChannelAccessVariables")]
pub struct GrantChannelAccess {
    #[arguments(input: $input)]
    pub grant_channel_access: GrantChannelAccessPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct GrantChannelAccessPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RevokeChannelAccessInput {
    pub channel_id: Id,
    pub agent_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RevokeChannelAccessVariables {
    pub input: RevokeChannelAccessInput,
}

/// Takes an agent's access to a channel.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RevokeChannelAccessVariables")]
pub struct RevokeChannelAccess {
    #[arguments(input: $input)]
    pub revoke_channel_access: RevokeChannelAccessPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeChannelAccessPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SendMessageInput {
    pub chat_id: Id,
    pub text: String,
    pub client_message_id: Id,
    #[cynic(skip_serializing_if = "Vec::is_empty")]
    pub attachment_ids: Vec<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub reply_to_comment: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<SendPurpose>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub template: Option<MessageTemplateInput>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MessageTemplateInput {
    pub name: String,
    pub language: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SendMessageVariables {
    pub input: SendMessageInput,
}

/// Sends a text to the contact.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SendMessageVariables")]
pub struct SendMessage {
    #[arguments(input: $input)]
    pub send_message: SendMessagePayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SendMessagePayload {
    pub message: Option<Message>,
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MarkChatReadInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct MarkChatReadVariables {
    pub input: MarkChatReadInput,
}

/// Tells that the team has read the chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MarkChatReadVariables")]
pub struct MarkChatRead {
    #[arguments(input: $input)]
    pub mark_chat_read: MarkChatReadPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct MarkChatReadPayload {
    pub chat: Option<Chat>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ArchiveChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ArchiveChatVariables {
    pub input: ArchiveChatInput,
}

/// Archives a chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ArchiveChatVariables")]
pub struct ArchiveChat {
    #[arguments(input: $input)]
    pub archive_chat: ArchiveChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ArchiveChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReopenChatInput {
    pub chat_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReopenChatVariables {
    pub input: ReopenChatInput,
}

/// Reopens an archived chat.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReopenChatVariables")]
pub struct ReopenChat {
    #[arguments(input: $input)]
    pub reopen_chat: ReopenChatPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ReopenChatPayload {
    pub chat: Option<Chat>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetTypingInput {
    pub chat_id: Id,
    pub typing: bool,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetTypingVariables {
    pub input: SetTypingInput,
}

/// Tells the contact that the agent is writing.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetTypingVariables")]
pub struct SetTyping {
    #[arguments(input: $input)]
    pub set_typing: SetTypingPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetTypingPayload {
    pub ok: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetViewingInput {
    pub chat_id: Id,
    pub viewing: bool,
    pub writing: bool,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetViewingVariables {
    pub input: SetViewingInput,
}

/// Says that the agent looks at a chat (P7).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetViewingVariables")]
pub struct SetViewing {
    #[arguments(input: $input)]
    pub set_viewing: SetViewingPayload,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetViewingPayload {
    pub ok: bool,
}

/// Ends the session.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Mutation")]
pub struct SignOut {
    pub sign_out: SignOutPayload,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct SignOutPayload {
    pub ok: bool,
}

documents! {
    command SignIn(SignInVariables, SignInInput) -> Nothing;
    command SetUp(SetUpVariables, SetUpInput) -> Nothing;
    command AcceptInvitation(AcceptInvitationVariables, AcceptInvitationInput) -> Nothing;
    command InviteAgent(InviteAgentVariables, InviteAgentInput) -> InviteAgentPayload;
    command ConnectWebChat(ConnectWebChatVariables, ConnectWebChatInput) -> ConnectWebChatPayload;
    command ConfigureWidget(ConfigureWidgetVariables, ConfigureWidgetInput) -> ConfigureWidgetPayload;
    command GrantChannelAccess(GrantChannelAccessVariables, GrantChannelAccessInput) -> Nothing;
    command RevokeChannelAccess(RevokeChannelAccessVariables, RevokeChannelAccessInput) -> Nothing;
    command SendMessage(SendMessageVariables, SendMessageInput) -> Done;
    command MarkChatRead(MarkChatReadVariables, MarkChatReadInput) -> Done;
    command ArchiveChat(ArchiveChatVariables, ArchiveChatInput) -> Done;
    command ReopenChat(ReopenChatVariables, ReopenChatInput) -> Done;
    command SetTyping(SetTypingVariables, SetTypingInput) -> Nothing;
    command SetViewing(SetViewingVariables, SetViewingInput) -> Nothing;
    mutation SignOut(());
}
