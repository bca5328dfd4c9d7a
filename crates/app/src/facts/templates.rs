//! All templates, as the journal says: few enough to be kept in memory. Who may see whose is said here, too.

use std::collections::BTreeMap;

use hilo_domain::template::{TemplateContent, TemplateEvent};
use hilo_domain::{AgentId, TemplateId};
use jiff::Timestamp;

/// A template as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateEntry {
    /// Which.
    pub id: TemplateId,
    /// What it says.
    pub content: TemplateContent,
    /// Whose own it is; None = everybody's.
    pub owner: Option<AgentId>,
    /// When it was written.
    pub created_at: Timestamp,
}

/// All templates that were not deleted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Templates(BTreeMap<TemplateId, TemplateEntry>);

impl Templates {
    /// Takes one event of a template.
    pub(super) fn apply(&mut self, id: TemplateId, event: &TemplateEvent) {
        match event {
            TemplateEvent::TemplateCreated {
                template_id,
                content,
                owner,
                at,
                ..
            } => {
                let entry = TemplateEntry {
                    id: *template_id,
                    content: content.clone(),
                    owner: *owner,
                    created_at: *at,
                };
                self.0.insert(id, entry);
            }
            TemplateEvent::TemplateChanged { content, .. } => {
                if let Some(entry) = self.0.get_mut(&id) {
                    entry.content.clone_from(content);
                }
            }
            TemplateEvent::TemplateDeleted { .. } => {
                self.0.remove(&id);
            }
        }
    }

    /// One that an agent may use: everybody's, and the agent's own.
    #[must_use]
    pub fn of(&self, agent: AgentId, id: TemplateId) -> Option<&TemplateEntry> {
        let entry = self.0.get(&id);
        entry.filter(|entry| entry.owner.is_none_or(|owner| owner == agent))
    }

    /// All that an agent may use, by id.
    pub fn all_of(&self, agent: AgentId) -> impl Iterator<Item = &TemplateEntry> {
        let all = self.0.values();
        all.filter(move |entry| entry.owner.is_none_or(|owner| owner == agent))
    }
}
