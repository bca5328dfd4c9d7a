//! Templates: reusable texts with fields. Must hold documents only.

use super::graphql::{AgentName, ChannelKind, Id, UserError};
use super::reading::Read;
use super::schema;

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Template {
    pub id: Id,
    pub name: String,
    pub body: String,
    pub channel_kinds: Vec<ChannelKind>,
    /// Nobody: everybody's.
    pub owner: Option<AgentName>,
    pub approved: Option<ApprovedTemplate>,
}

/// What a messenger knows it as.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ApprovedTemplate {
    pub name: String,
    pub language: String,
    pub category: TemplateCategory,
}

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplateCategory {
    Utility,
    Marketing,
    Authentication,
}

/// Everybody's and the agent's own (H9).
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct TemplatesQuery {
    pub templates: Vec<Template>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct TemplatePayload {
    pub template: Option<Template>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct TemplateContentInput {
    pub name: String,
    pub body: String,
    pub channel_kinds: Option<Vec<ChannelKind>>,
    pub approved: Option<ApprovedTemplateInput>,
}

#[derive(cynic::InputObject, Clone, Debug, PartialEq)]
pub struct ApprovedTemplateInput {
    pub name: String,
    pub language: String,
    pub category: TemplateCategory,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateTemplateInput {
    pub idempotency_key: Id,
    pub shared: bool,
    pub content: TemplateContentInput,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangeTemplateInput {
    pub template_id: Id,
    pub content: TemplateContentInput,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteTemplateInput {
    pub template_id: Id,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct CreateTemplateVariables {
    pub input: CreateTemplateInput,
}

/// Writes a template.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateTemplateVariables")]
pub struct CreateTemplate {
    #[arguments(input: $input)]
    pub create_template: TemplatePayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangeTemplateVariables {
    pub input: ChangeTemplateInput,
}

/// Lets a template say something else.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangeTemplateVariables")]
pub struct ChangeTemplate {
    #[arguments(input: $input)]
    pub change_template: TemplatePayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteTemplateVariables {
    pub input: DeleteTemplateInput,
}

/// Takes a template away.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteTemplateVariables")]
pub struct DeleteTemplate {
    #[arguments(input: $input)]
    pub delete_template: TemplatePayload,
}

documents! {
    query TemplatesQuery(());
    command CreateTemplate(CreateTemplateVariables, CreateTemplateInput) -> TemplatePayload;
    command ChangeTemplate(ChangeTemplateVariables, ChangeTemplateInput) -> TemplatePayload;
    command DeleteTemplate(DeleteTemplateVariables, DeleteTemplateInput) -> TemplatePayload;
}
