//! The rules of a workspace: a state and a command in; events or a refusal out. Pure.

use super::command::WorkspaceCommand;
use super::event::WorkspaceEvent;
use super::group;
use super::refusal::WorkspaceRefusal;
use super::settings::{FRAME_ORIGINS_LIMIT, LONGEST_IDLE_MINUTES, SettingsChange};
use super::state::{Created, Workspace};
use crate::origin::is_origin;
use crate::text;

const NAME_LIMIT: u32 = 80;

/// The languages of Hilo (P22).
pub const LANGUAGES: [&str; 4] = ["en", "es", "pl", "fr"];

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(
    workspace: &Workspace,
    command: WorkspaceCommand,
    _facts: &(),
) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
    match (workspace, command) {
        (Workspace::Created(_), WorkspaceCommand::CreateWorkspace { .. }) => Ok(Vec::new()),
        (
            Workspace::Missing,
            WorkspaceCommand::CreateWorkspace {
                workspace_id,
                name,
                language,
            },
        ) => {
            let name = valid_name(&name)?;
            if !LANGUAGES.contains(&language.as_str()) {
                return Err(WorkspaceRefusal::LanguageUnknown);
            }
            Ok(vec![WorkspaceEvent::WorkspaceCreated {
                workspace_id,
                name,
                language,
            }])
        }
        (
            _,
            WorkspaceCommand::RecordExport {
                account,
                after,
                up_to,
            },
        ) => Ok(vec![WorkspaceEvent::JournalExported {
            account,
            after,
            up_to,
        }]),
        (
            Workspace::Created(created),
            WorkspaceCommand::CreateGroup {
                group_id,
                name,
                chats,
            },
        ) => group::create_group(created, group_id, &name, chats),
        (
            Workspace::Created(created),
            WorkspaceCommand::UpdateGroup {
                group_id,
                name,
                chats,
            },
        ) => group::update_group(created, group_id, name.as_deref(), chats),
        (Workspace::Created(created), WorkspaceCommand::DeleteGroup { group_id }) => {
            Ok(group::delete_group(created, group_id))
        }
        (Workspace::Created(created), WorkspaceCommand::ChangeWorkspaceSettings { change }) => {
            change_settings(created, change)
        }
        (
            Workspace::Missing,
            WorkspaceCommand::RenameWorkspace { .. }
            | WorkspaceCommand::ChangeWorkspaceSettings { .. }
            | WorkspaceCommand::CreateGroup { .. }
            | WorkspaceCommand::UpdateGroup { .. }
            | WorkspaceCommand::DeleteGroup { .. },
        ) => Err(WorkspaceRefusal::WorkspaceNotFound),
        (Workspace::Created(created), WorkspaceCommand::RenameWorkspace { name }) => {
            let name = valid_name(&name)?;
            let changed = created.name != name;
            Ok(changed
                .then_some(WorkspaceEvent::WorkspaceRenamed { name })
                .into_iter()
                .collect())
        }
    }
}

fn change_settings(
    created: &Created,
    mut change: SettingsChange,
) -> Result<Vec<WorkspaceEvent>, WorkspaceRefusal> {
    if let Some(origins) = change.frame_origins.take() {
        change.frame_origins = Some(valid_origins(origins)?);
    }
    let idle = change.auto_close_minutes.flatten();
    if idle.is_some_and(|minutes| minutes == 0 || minutes > LONGEST_IDLE_MINUTES) {
        return Err(WorkspaceRefusal::AutoCloseInvalid {
            limit: LONGEST_IDLE_MINUTES,
        });
    }
    let switched = change.chats_on.filter(|on| *on != created.chats_on);
    let settings = change.applied(&created.settings);
    let changed = settings != created.settings;
    let changed = changed.then_some(WorkspaceEvent::WorkspaceSettingsChanged { settings });
    let switched = switched.map(|on| WorkspaceEvent::ChatsSwitched { on });
    Ok(changed.into_iter().chain(switched).collect())
}

/// Each site once, as a browser writes it: the list becomes a header of the page that they may show.
fn valid_origins(given: Vec<String>) -> Result<Vec<String>, WorkspaceRefusal> {
    let mut origins = Vec::new();
    for origin in given {
        if !is_origin(&origin) {
            let origin = text::attribute(&origin, 200).unwrap_or_default();
            return Err(WorkspaceRefusal::OriginInvalid { origin });
        }
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    if origins.len() > FRAME_ORIGINS_LIMIT as usize {
        return Err(WorkspaceRefusal::TooManyOrigins {
            limit: FRAME_ORIGINS_LIMIT,
        });
    }
    Ok(origins)
}

fn valid_name(name: &str) -> Result<String, WorkspaceRefusal> {
    let refusal = WorkspaceRefusal::NameInvalid { limit: NAME_LIMIT };
    let name = text::attribute(name, usize::MAX).ok_or_else(|| refusal.clone())?;
    if name.chars().count() > NAME_LIMIT as usize {
        Err(refusal)
    } else {
        Ok(name)
    }
}
