//! Groups: named sets of rights that agents belong to (A3). Who belongs to one stands on the agents' own streams.

use super::event::WorkspaceEvent;
use super::refusal::WorkspaceRefusal;
use super::state::{Created, Group};
use crate::ids::GroupId;
use crate::text;

const NAME_LIMIT: u32 = 80;

/// The most groups a workspace has.
pub const MOST_GROUPS: u32 = 200;

type Decision = Result<Vec<WorkspaceEvent>, WorkspaceRefusal>;

/// Makes a group; the same id again changes nothing.
pub(super) fn create_group(
    created: &Created,
    group_id: GroupId,
    name: &str,
    chats: bool,
) -> Decision {
    if created.groups.contains_key(&group_id) {
        return Ok(Vec::new());
    }
    if created.groups.len() >= MOST_GROUPS as usize {
        return Err(WorkspaceRefusal::TooManyGroups { limit: MOST_GROUPS });
    }
    let name = free_name(created, group_id, name)?;
    Ok(vec![WorkspaceEvent::GroupCreated {
        group_id,
        name,
        chats,
    }])
}

/// Changes what is given of a group.
pub(super) fn update_group(
    created: &Created,
    group_id: GroupId,
    name: Option<&str>,
    chats: Option<bool>,
) -> Decision {
    let group = group(created, group_id)?;
    let mut events = Vec::new();
    if let Some(name) = name {
        let name = free_name(created, group_id, name)?;
        if name != group.name {
            events.push(WorkspaceEvent::GroupRenamed { group_id, name });
        }
    }
    if let Some(chats) = chats.filter(|chats| *chats != group.chats) {
        events.push(WorkspaceEvent::GroupRightsChanged { group_id, chats });
    }
    Ok(events)
}

/// Deletes a group: it gives its members nothing from then on.
pub(super) fn delete_group(created: &Created, group_id: GroupId) -> Vec<WorkspaceEvent> {
    let is_there = created.groups.contains_key(&group_id);
    is_there
        .then_some(WorkspaceEvent::GroupDeleted { group_id })
        .into_iter()
        .collect()
}

fn group(created: &Created, id: GroupId) -> Result<&Group, WorkspaceRefusal> {
    created
        .groups
        .get(&id)
        .ok_or(WorkspaceRefusal::GroupNotFound)
}

/// A name that no other group has, whatever its capitals.
fn free_name(created: &Created, id: GroupId, name: &str) -> Result<String, WorkspaceRefusal> {
    let refusal = WorkspaceRefusal::GroupNameInvalid { limit: NAME_LIMIT };
    let name = text::attribute(name, usize::MAX).ok_or_else(|| refusal.clone())?;
    if name.chars().count() > NAME_LIMIT as usize {
        return Err(refusal);
    }
    let mut others = created.groups.iter().filter(|(other, _)| **other != id);
    match others.any(|(_, other)| other.name.to_lowercase() == name.to_lowercase()) {
        true => Err(WorkspaceRefusal::GroupNameTaken),
        false => Ok(name),
    }
}
