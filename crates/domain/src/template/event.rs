//! What happened to a template, as it is stored for ever.
//! Holds nothing personal: fields stand where a customer's data will be.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::channel::ChannelKind;
use crate::ids::{AgentId, TemplateId};

/// A fact about one template.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "ids and times are named after what they are")]
pub enum TemplateEvent {
    /// Somebody wrote a template; `owner` = whose own it is, null = everybody's (H9).
    #[serde(rename = "template_created")]
    TemplateCreated {
        template_id: TemplateId,
        content: TemplateContent,
        owner: Option<AgentId>,
        by: Actor,
        at: Timestamp,
    },
    /// It says something else.
    #[serde(rename = "template_changed")]
    TemplateChanged { content: TemplateContent, by: Actor },
    /// It cannot be used any more.
    #[serde(rename = "template_deleted")]
    TemplateDeleted { by: Actor },
}

impl DomainEvent for TemplateEvent {
    fn event_type(&self) -> String {
        match self {
            Self::TemplateCreated { .. } => "template_created",
            Self::TemplateChanged { .. } => "template_changed",
            Self::TemplateDeleted { .. } => "template_deleted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// All that a template says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateContent {
    /// What it is called in the list.
    pub name: String,
    /// The text, with fields such as `{{client.first_name}}` or `{{client.first_name|friend}}`.
    pub body: String,
    /// Kinds of channels it is made for; empty = all.
    pub channel_kinds: Vec<ChannelKind>,
    /// The provider's own template behind it, which may be sent after a reply window has closed.
    pub approved: Option<ApprovedTemplate>,
}

/// A template that a provider has approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovedTemplate {
    /// Its name at the provider.
    pub name: String,
    /// Its language there, as a BCP 47 tag.
    pub language: String,
    /// What it may be sent for.
    pub category: TemplateCategory,
}

/// What an approved template may be sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemplateCategory {
    /// News of an order, an account or an appointment.
    Utility,
    /// Advertising.
    Marketing,
    /// One-time codes.
    Authentication,
}
