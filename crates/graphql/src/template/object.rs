//! A template as agents see it. Reads the facts in memory.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use hilo_app::TemplateEntry;
use hilo_domain::template::{ApprovedTemplate as Approved, TemplateCategory as Category};
use jiff::Timestamp;

use crate::agent::object::Agent;
use crate::channel::object::ChannelKind;
use crate::context::Asked;
use crate::error::Failure;

/// What a template that a provider approved may be sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::template::TemplateCategory")]
pub enum TemplateCategory {
    /// News of an order, an account or an appointment.
    Utility,
    /// Advertising.
    Marketing,
    /// One-time codes.
    Authentication,
}

/// A template that a provider has approved: it may be sent after a reply window has closed.
#[derive(SimpleObject)]
pub struct ApprovedTemplate {
    /// Its name at the provider.
    name: String,
    /// Its language there, as a BCP 47 tag.
    language: String,
    /// What it may be sent for.
    category: TemplateCategory,
}

impl From<Approved> for ApprovedTemplate {
    fn from(approved: Approved) -> Self {
        Self {
            name: approved.name,
            language: approved.language,
            category: approved.category.into(),
        }
    }
}

/// A template at a provider.
#[derive(InputObject)]
pub struct ApprovedTemplateInput {
    /// Its name at the provider.
    name: String,
    /// Its language there, as a BCP 47 tag.
    language: String,
    /// What it may be sent for.
    category: TemplateCategory,
}

impl From<ApprovedTemplateInput> for Approved {
    fn from(input: ApprovedTemplateInput) -> Self {
        Self {
            name: input.name,
            language: input.language,
            category: Category::from(input.category),
        }
    }
}

/// A reusable text with fields such as `{{client.first_name}}` or `{{client.first_name|friend}}`.
pub struct Template(pub TemplateEntry);

/// A reusable text with fields such as `{{client.first_name}}` or `{{client.first_name|friend}}`.
#[Object]
impl Template {
    /// The template's id.
    fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// What it is called in the list.
    fn name(&self) -> &str {
        &self.0.content.name
    }

    /// The text with its fields.
    fn body(&self) -> &str {
        &self.0.content.body
    }

    /// Kinds of channels it is made for; empty for all.
    fn channel_kinds(&self) -> Vec<ChannelKind> {
        let kinds = self.0.content.channel_kinds.iter().copied();
        kinds.map(ChannelKind::from).collect()
    }

    /// The provider's own template behind it.
    fn approved(&self) -> Option<ApprovedTemplate> {
        self.0.content.approved.clone().map(Into::into)
    }

    /// The agent whose own it is; null for everybody's.
    fn owner(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        match self.0.owner {
            Some(owner) => Agent::find(ctx.app()?, owner),
            None => Ok(None),
        }
    }

    /// When it was written.
    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }
}
