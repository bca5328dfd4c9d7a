//! What the workspace must remember to decide, folded from its events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::WorkspaceEvent;
use super::settings::WorkspaceSettings;
use crate::ids::{GroupId, WorkspaceId};

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
    /// How it works.
    pub settings: WorkspaceSettings,
    /// Whether agents work with chats (A14).
    pub chats_on: bool,
    /// Its groups of agents.
    pub groups: BTreeMap<GroupId, Group>,
}

/// A group of agents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Whether it gives the right to chats (A3).
    pub chats: bool,
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
                groups: BTreeMap::new(),
                settings: WorkspaceSettings::default(),
                chats_on: true,
            });
        }
        WorkspaceEvent::GroupCreated { .. }
        | WorkspaceEvent::GroupRenamed { .. }
        | WorkspaceEvent::GroupRightsChanged { .. }
        | WorkspaceEvent::GroupDeleted { .. } => {
            if let Workspace::Created(created) = workspace {
                created.group_event(event);
            }
        }
        WorkspaceEvent::WorkspaceRenamed { name } => match workspace {
            Workspace::Created(created) => created.name.clone_from(name),
            Workspace::Missing => {}
        },
        WorkspaceEvent::WorkspaceSettingsChanged { settings } => match workspace {
            Workspace::Created(created) => created.settings.clone_from(settings),
            Workspace::Missing => {}
        },
        WorkspaceEvent::ChatsSwitched { on } => match workspace {
            Workspace::Created(created) => created.chats_on = *on,
            Workspace::Missing => {}
        },
        WorkspaceEvent::JournalExported { .. } => {}
    }
}

impl Created {
    fn group_event(&mut self, event: &WorkspaceEvent) {
        match event {
            WorkspaceEvent::GroupCreated {
                group_id,
                name,
                chats,
            } => {
                let (name, chats) = (name.clone(), *chats);
                self.groups.insert(*group_id, Group { name, chats });
            }
            WorkspaceEvent::GroupRenamed { group_id, name } => {
                if let Some(group) = self.groups.get_mut(group_id) {
                    group.name.clone_from(name);
                }
            }
            WorkspaceEvent::GroupRightsChanged { group_id, chats } => {
                if let Some(group) = self.groups.get_mut(group_id) {
                    group.chats = *chats;
                }
            }
            WorkspaceEvent::GroupDeleted { group_id } => drop(self.groups.remove(group_id)),
            _ => {}
        }
    }
}
