//! What may be asked of a workspace. Who may ask is decided in `app::authorize`.

use super::settings::SettingsChange;
use crate::ids::{GroupId, WorkspaceId};

/// A wish about the workspace.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum WorkspaceCommand {
    /// Make it; `language` is one of [`super::LANGUAGES`].
    CreateWorkspace {
        workspace_id: WorkspaceId,
        name: String,
        language: String,
    },
    /// Give it another name.
    RenameWorkspace { name: String },
    /// Work by other settings.
    ChangeWorkspaceSettings { change: SettingsChange },
    /// Record that the machine's `account` takes opened texts; also before there is a workspace.
    RecordExport {
        account: String,
        after: i64,
        up_to: i64,
    },
    /// Make a group of agents.
    CreateGroup {
        group_id: GroupId,
        name: String,
        chats: bool,
    },
    /// Change what is given of a group.
    UpdateGroup {
        group_id: GroupId,
        name: Option<String>,
        chats: Option<bool>,
    },
    /// Delete a group.
    DeleteGroup { group_id: GroupId },
}
