//! What a template's stream must remember to decide, folded from its events.

use serde::{Deserialize, Serialize};

use super::event::{TemplateContent, TemplateEvent};
use crate::ids::{AgentId, TemplateId};

/// The state of one template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// Never written.
    #[default]
    Unknown,
    /// Can be used.
    Present(Made),
    /// Was taken away.
    Deleted,
}

/// A template that was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Made {
    /// Which.
    pub template_id: TemplateId,
    /// What it says.
    pub content: TemplateContent,
    /// Whose own it is; None = everybody's.
    pub owner: Option<AgentId>,
}

/// Folds one event into the state. Total: what was stored was decided.
pub fn evolve(template: &mut Template, event: &TemplateEvent) {
    match event {
        TemplateEvent::TemplateCreated {
            template_id,
            content,
            owner,
            ..
        } => {
            *template = Template::Present(Made {
                template_id: *template_id,
                content: content.clone(),
                owner: *owner,
            });
        }
        TemplateEvent::TemplateChanged { content, .. } => {
            if let Template::Present(made) = template {
                made.content.clone_from(content);
            }
        }
        TemplateEvent::TemplateDeleted { .. } => *template = Template::Deleted,
    }
}
