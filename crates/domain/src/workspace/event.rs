//! What happened to a workspace, as it is stored for ever.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use super::settings::WorkspaceSettings;
use crate::ids::{GroupId, WorkspaceId};

/// A fact about the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "ids and names are named after what they are")]
pub enum WorkspaceEvent {
    /// It exists.
    #[serde(rename = "workspace_created")]
    WorkspaceCreated {
        workspace_id: WorkspaceId,
        name: String,
        language: String,
    },
    /// It has another name.
    #[serde(rename = "workspace_renamed")]
    WorkspaceRenamed { name: String },
    /// It works by other settings; all of them as they are then (A9, A10).
    #[serde(rename = "workspace_settings_changed")]
    WorkspaceSettingsChanged { settings: WorkspaceSettings },
    /// Agents work with chats from now on, or no longer do; channels receive either way (A14).
    #[serde(rename = "chats_switched")]
    ChatsSwitched { on: bool },
    /// Somebody at the machine took the journal with its texts opened: events behind `after` up to `up_to`.
    #[serde(rename = "journal_exported")]
    JournalExported {
        account: String,
        after: i64,
        up_to: i64,
    },
    /// A group of agents was made; `chats` = it gives the right to chats (A3).
    #[serde(rename = "group_created")]
    GroupCreated {
        group_id: GroupId,
        name: String,
        chats: bool,
    },
    /// A group has another name.
    #[serde(rename = "group_renamed")]
    GroupRenamed { group_id: GroupId, name: String },
    /// A group gives the right to chats from here on, or no longer (A3).
    #[serde(rename = "group_rights_changed")]
    GroupRightsChanged { group_id: GroupId, chats: bool },
    /// A group gives nothing any more.
    #[serde(rename = "group_deleted")]
    GroupDeleted { group_id: GroupId },
}

impl DomainEvent for WorkspaceEvent {
    fn event_type(&self) -> String {
        match self {
            Self::WorkspaceCreated { .. } => "workspace_created",
            Self::WorkspaceRenamed { .. } => "workspace_renamed",
            Self::WorkspaceSettingsChanged { .. } => "workspace_settings_changed",
            Self::ChatsSwitched { .. } => "chats_switched",
            Self::JournalExported { .. } => "journal_exported",
            Self::GroupCreated { .. } => "group_created",
            Self::GroupRenamed { .. } => "group_renamed",
            Self::GroupRightsChanged { .. } => "group_rights_changed",
            Self::GroupDeleted { .. } => "group_deleted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
