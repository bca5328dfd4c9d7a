//! Who works here: agents with their groups and presence, bots, tokens of programs. Must hold documents only.

use super::done::Nothing;
pub use super::graphql::Presence;
use super::graphql::{AgentName, AgentRole, ChannelName, Id, UserError};
use super::queries::Invitation;
use super::reading::Read;
use super::schema;

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresenceChoice {
    Automatic,
    Away,
    Offline,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Group {
    pub id: Id,
    pub name: String,
    pub chats: bool,
}

/// An agent as Settings shows them.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Agent")]
pub struct Employee {
    pub id: Id,
    pub name: String,
    pub email: String,
    pub role: AgentRole,
    pub active: bool,
    pub presence: Presence,
    pub groups: Vec<Group>,
}

/// Everybody who works here or did.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Employees {
    pub agents: Vec<Employee>,
    pub channels: Vec<ChannelName>,
}

/// The groups; for administrators.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Groups {
    pub groups: Vec<Group>,
}

/// Who was invited; for administrators.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Invitations {
    pub invitations: Vec<Invitation>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct AgentPresence {
    pub agent: Option<AgentName>,
    pub presence: Presence,
}

/// All colleagues, then those for whom it changed.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Subscription")]
pub struct PresenceSubscription {
    pub presence: Vec<AgentPresence>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetPresenceInput {
    pub presence: PresenceChoice,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct SetPresencePayload {
    pub presence: Option<Presence>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetPresenceVariables {
    pub input: SetPresenceInput,
}

/// Says how the agent wants to be seen.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SetPresenceVariables")]
pub struct SetPresence {
    #[arguments(input: $input)]
    pub set_presence: SetPresencePayload,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangePasswordInput {
    pub current: String,
    pub new: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UpdateAgentInput {
    pub agent_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub role: Option<AgentRole>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub group_ids: Option<Vec<Id>>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeactivateAgentInput {
    pub agent_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ReactivateAgentInput {
    pub agent_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateGroupInput {
    pub idempotency_key: Id,
    pub name: String,
    pub chats: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UpdateGroupInput {
    pub group_id: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub chats: Option<bool>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteGroupInput {
    pub group_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateBotInput {
    pub idempotency_key: Option<Id>,
    pub name: String,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub channel_ids: Option<Vec<Id>>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ChangePasswordPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UpdateAgentPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DeactivateAgentPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct ReactivateAgentPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct CreateGroupPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct UpdateGroupPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct DeleteGroupPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct CreateBotPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangePasswordVariables {
    pub input: ChangePasswordInput,
}

/// Changes the agent's own password.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangePasswordVariables")]
pub struct ChangePassword {
    #[arguments(input: $input)]
    pub change_password: ChangePasswordPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UpdateAgentVariables {
    pub input: UpdateAgentInput,
}

/// Changes name, role and groups of an agent.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UpdateAgentVariables")]
pub struct UpdateAgent {
    #[arguments(input: $input)]
    pub update_agent: UpdateAgentPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeactivateAgentVariables {
    pub input: DeactivateAgentInput,
}

/// Shuts an agent out.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeactivateAgentVariables")]
pub struct DeactivateAgent {
    #[arguments(input: $input)]
    pub deactivate_agent: DeactivateAgentPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ReactivateAgentVariables {
    pub input: ReactivateAgentInput,
}

/// Lets an agent in again.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ReactivateAgentVariables")]
pub struct ReactivateAgent {
    #[arguments(input: $input)]
    pub reactivate_agent: ReactivateAgentPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct CreateGroupVariables {
    pub input: CreateGroupInput,
}

/// Makes a group.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateGroupVariables")]
pub struct CreateGroup {
    #[arguments(input: $input)]
    pub create_group: CreateGroupPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UpdateGroupVariables {
    pub input: UpdateGroupInput,
}

/// Changes a group.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UpdateGroupVariables")]
pub struct UpdateGroup {
    #[arguments(input: $input)]
    pub update_group: UpdateGroupPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteGroupVariables {
    pub input: DeleteGroupInput,
}

/// Takes a group away.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteGroupVariables")]
pub struct DeleteGroup {
    #[arguments(input: $input)]
    pub delete_group: DeleteGroupPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct CreateBotVariables {
    pub input: CreateBotInput,
}

/// Lets a bot in.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateBotVariables")]
pub struct CreateBot {
    #[arguments(input: $input)]
    pub create_bot: CreateBotPayload,
}

documents! {
    query Employees(());
    query Groups(());
    query Invitations(());
    subscription PresenceSubscription(());
    command SetPresence(SetPresenceVariables, SetPresenceInput) -> SetPresencePayload;
    command ChangePassword(ChangePasswordVariables, ChangePasswordInput) -> Nothing;
    command UpdateAgent(UpdateAgentVariables, UpdateAgentInput) -> Nothing;
    command DeactivateAgent(DeactivateAgentVariables, DeactivateAgentInput) -> Nothing;
    command ReactivateAgent(ReactivateAgentVariables, ReactivateAgentInput) -> Nothing;
    command CreateGroup(CreateGroupVariables, CreateGroupInput) -> Nothing;
    command UpdateGroup(UpdateGroupVariables, UpdateGroupInput) -> Nothing;
    command DeleteGroup(DeleteGroupVariables, DeleteGroupInput) -> Nothing;
    command CreateBot(CreateBotVariables, CreateBotInput) -> Nothing;
}
