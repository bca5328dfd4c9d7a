//! What the workspace must remember to decide, folded from its events.

use serde::{Deserialize, Serialize};

use super::event::WorkspaceEvent;
use crate::ids::WorkspaceId;

/// The state of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workspace {
    /// Before set-up.
    #[default]
    Missing,
    /// After set-up.
    Created(Created),
}

/// A workspace that exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// Which workspace.
    pub workspace_id: WorkspaceId,
    /// The company's name.
    pub name: String,
    /// The language of what Hilo says by itself.
    pub language: String,
}

/// Folds one event into the state. Total: what was stored was decided.
pub fn evolve(workspace: &mut Workspace, event: &WorkspaceEvent) {
    match event {
        WorkspaceEvent::WorkspaceCreated {
            workspace_id,
            name,
            language,
        } => {
            *workspace = Workspace::Created(Created {
                workspace_id: *workspace_id,
                name: name.clone(),
                language: language.clone(),
            });
        }
        WorkspaceEvent::WorkspaceRenamed { name } => match workspace {
            Workspace::Created(created) => created.name.clone_from(name),
            Workspace::Missing => {}
        },
        WorkspaceEvent::JournalExported { .. } => {}
    }
}
