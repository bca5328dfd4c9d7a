//! How the workspace works, and the channels as Settings changes them. Must hold documents only.

use super::done::Nothing;
use super::graphql::{AgentName, ChannelKind, Id, UserError};
use super::reading::Read;
use super::schema;

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatDisplay {
    Section,
    PopUp,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Distribution {
    Nobody,
    RoundRobin,
    LeastBusy,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct WorkspaceSettings {
    pub auto_close_minutes: Option<i32>,
    pub chats_on: bool,
    pub display: ChatDisplay,
    pub distribution: Distribution,
    pub distribution_bot: Option<AgentName>,
    pub frame_origins: Vec<String>,
    pub keep_unanswered_open: bool,
    pub message_sound: bool,
}

/// The settings of the workspace.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Settings {
    pub workspace_settings: WorkspaceSettings,
}

/// What is left out stays.
#[derive(cynic::InputObject, Clone, Debug, Default)]
#[cynic(graphql_type = "ChangeWorkspaceSettingsInput")]
pub struct SwitchesInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub chats_on: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub display: Option<ChatDisplay>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub frame_origins: Option<Vec<String>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub keep_unanswered_open: Option<bool>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub message_sound: Option<bool>,
}

/// Nothing: chats do not close by themselves.
#[derive(cynic::InputObject, Clone, Debug)]
#[cynic(graphql_type = "ChangeWorkspaceSettingsInput")]
pub struct AutoCloseInput {
    pub auto_close_minutes: Option<i32>,
}

/// Without a bot the rule counts.
#[derive(cynic::InputObject, Clone, Debug)]
#[cynic(graphql_type = "ChangeWorkspaceSettingsInput")]
pub struct DistributionInput {
    pub distribution: Option<Distribution>,
    pub distribution_bot_id: Option<Id>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct WorkspacePayload {
    pub settings: Option<WorkspaceSettings>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SwitchesVariables {
    pub input: SwitchesInput,
}

/// Chats on or off, where they are shown, the sound.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SwitchesVariables")]
pub struct ChangeSwitches {
    #[arguments(input: $input)]
    pub change_workspace_settings: WorkspacePayload,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct AutoCloseVariables {
    pub input: AutoCloseInput,
}

/// When chats close by themselves.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "AutoCloseVariables")]
pub struct ChangeAutoClose {
    #[arguments(input: $input)]
    pub change_workspace_settings: WorkspacePayload,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DistributionVariables {
    pub input: DistributionInput,
}

/// To whom new chats go.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DistributionVariables")]
pub struct ChangeDistribution {
    #[arguments(input: $input)]
    pub change_workspace_settings: WorkspacePayload,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ConnectChannelInput {
    pub idempotency_key: Id,
    pub kind: ChannelKind,
    pub name: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ConnectChannelPayload {
    pub channel: Option<super::queries::Channel>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReconnectChannelInput {
    pub channel_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DisconnectChannelInput {
    pub channel_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RenameChannelInput {
    pub channel_id: Id,
    pub name: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetChannelRulesInput {
    pub channel_id: Id,
    pub read_only: bool,
    pub reply_hours: Option<i32>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SwitchCommentsInput {
    pub channel_id: Id,
    pub receive: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct GrantChannelToGroupInput {
    pub channel_id: Id,
    pub group_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RevokeChannelFromGroupInput {
    pub channel_id: Id,
    pub group_id: Id,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ReconnectChannelPayload {
    pub channel: Option<super::queries::Channel>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct DisconnectChannelPayload {
    pub channel: Option<super::queries::Channel>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct RenameChannelPayload {
    pub channel: Option<super::queries::Channel>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SetChannelRulesPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct SwitchCommentsPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct GrantChannelToGroupPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeChannelFromGroupPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ConnectChannelVariables {
    pub input: ConnectChannelInput,
}

/// Connects a channel that a program feeds.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ConnectChannelVariables")]
pub struct ConnectChannel {
    #[arguments(input: $input)]
    pub connect_channel: ConnectChannelPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReconnectChannelVariables {
    pub input: ReconnectChannelInput,
}

/// Says that a channel can be sent through again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReconnectChannelVariables")]
pub struct ReconnectChannel {
    #[arguments(input: $input)]
    pub reconnect_channel: ReconnectChannelPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DisconnectChannelVariables {
    pub input: DisconnectChannelInput,
}

/// Takes a channel out of use.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DisconnectChannelVariables")]
pub struct DisconnectChannel {
    #[arguments(input: $input)]
    pub disconnect_channel: DisconnectChannelPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RenameChannelVariables {
    pub input: RenameChannelInput,
}

/// Gives a channel another name.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RenameChannelVariables")]
pub struct RenameChannel {
    #[arguments(input: $input)]
    pub rename_channel: RenameChannelPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetChannelRulesVariables {
    pub input: SetChannelRulesInput,
}

/// Narrows what may be written through a channel.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetChannelRulesVariables")]
pub struct SetChannelRules {
    #[arguments(input: $input)]
    pub set_channel_rules: SetChannelRulesPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SwitchCommentsVariables {
    pub input: SwitchCommentsInput,
}

/// Takes comments in through a channel, or no longer (E1).
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SwitchCommentsVariables")]
pub struct SwitchComments {
    #[arguments(input: $input)]
    pub switch_comments: SwitchCommentsPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct GrantChannelToGroupVariables {
    pub input: GrantChannelToGroupInput,
}

/// Lets a group into a channel.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "GrantChannelToGroupVariables")]
pub struct GrantChannelToGroup {
    #[arguments(input: $input)]
    pub grant_channel_to_group: GrantChannelToGroupPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RevokeChannelFromGroupVariables {
    pub input: RevokeChannelFromGroupInput,
}

/// Takes a group's access to a channel.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(
    graphql_type = "Mutation",
    variables = "RevokeChannelFromGroupVariables"
)]
pub struct RevokeChannelFromGroup {
    #[arguments(input: $input)]
    pub revoke_channel_from_group: RevokeChannelFromGroupPayload,
}

documents! {
    query Settings(());
    command ChangeSwitches(SwitchesVariables, SwitchesInput) -> WorkspacePayload;
    command ChangeAutoClose(AutoCloseVariables, AutoCloseInput) -> WorkspacePayload;
    command ChangeDistribution(DistributionVariables, DistributionInput) -> WorkspacePayload;
    command ConnectChannel(ConnectChannelVariables, ConnectChannelInput) -> ConnectChannelPayload;
    command ReconnectChannel(ReconnectChannelVariables, ReconnectChannelInput) -> ReconnectChannelPayload;
    command DisconnectChannel(DisconnectChannelVariables, DisconnectChannelInput) -> DisconnectChannelPayload;
    command RenameChannel(RenameChannelVariables, RenameChannelInput) -> RenameChannelPayload;
    command SetChannelRules(SetChannelRulesVariables, SetChannelRulesInput) -> Nothing;
    command SwitchComments(SwitchCommentsVariables, SwitchCommentsInput) -> Nothing;
    command GrantChannelToGroup(GrantChannelToGroupVariables, GrantChannelToGroupInput) -> Nothing;
    command RevokeChannelFromGroup(RevokeChannelFromGroupVariables, RevokeChannelFromGroupInput) -> Nothing;
}
