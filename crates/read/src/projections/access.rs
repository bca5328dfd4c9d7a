//! Table `access`: when what an agent, or a group's members, may see changed last. Whoever resumes from before it must read afresh;
//! what they may see now is a fact of the journal and never asked here.

use std::collections::BTreeMap;

use hilo_domain::agent::AgentEvent;
use hilo_domain::channel::ChannelEvent;
use hilo_domain::chat::ChatEvent;
use hilo_domain::workspace::WorkspaceEvent;
use hilo_journal::{ConsumerError, Position, RecordedEvent};
use uuid::Uuid;

use super::store::Bound;
use crate::columns::column;

/// Stands for all agents at once: chats were switched on or off (A14).
pub const EVERYBODY: Uuid = Uuid::nil();

/// Agents and groups whose access changed, each with the last position that did.
pub(crate) type Changes = BTreeMap<Uuid, Position>;

/// What a batch changes.
pub(crate) fn changes(batch: &[RecordedEvent]) -> Result<Changes, ConsumerError> {
    let mut changes = Changes::new();
    for recorded in batch {
        let whose = match recorded.aggregate_type.as_str() {
            "channel" => granted_or_taken(&decoded(recorded)?),
            "agent" => of_an_agent(recorded, &decoded(recorded)?)?,
            "workspace" => of_a_group_or_all(&decoded(recorded)?),
            // Who comes to a chat of colleagues is told of it by its row (A13).
            "chat" if recorded.event_type == "internal_member_removed" => {
                match decoded(recorded)? {
                    ChatEvent::InternalMemberRemoved(removed) => Some(removed.agent_id.as_uuid()),
                    _ => None,
                }
            }
            _ => None,
        };
        changes.extend(whose.map(|whose| (whose, recorded.position)));
    }
    Ok(changes)
}

fn decoded<E: serde::de::DeserializeOwned>(recorded: &RecordedEvent) -> Result<E, ConsumerError> {
    recorded
        .decode()
        .map_err(|undecodable| ConsumerError::Poison(undecodable.to_string()))
}

const fn granted_or_taken(event: &ChannelEvent) -> Option<Uuid> {
    match event {
        ChannelEvent::ChannelAccessGranted { agent_id }
        | ChannelEvent::ChannelAccessRevoked { agent_id } => Some(agent_id.as_uuid()),
        ChannelEvent::ChannelGrantedToGroup { group_id }
        | ChannelEvent::ChannelRevokedFromGroup { group_id } => Some(group_id.as_uuid()),
        ChannelEvent::ChannelConnected { .. }
        | ChannelEvent::ChannelRenamed { .. }
        | ChannelEvent::WidgetConfigured { .. }
        | ChannelEvent::ChannelSyncLost { .. }
        | ChannelEvent::ChannelDisconnected { .. }
        | ChannelEvent::ChannelReconnected { .. }
        | ChannelEvent::ChannelCommentsSwitched { .. }
        | ChannelEvent::ChannelRulesSet { .. } => None,
    }
}

fn of_an_agent(
    recorded: &RecordedEvent,
    event: &AgentEvent,
) -> Result<Option<Uuid>, ConsumerError> {
    match event {
        AgentEvent::AgentAdded { .. }
        | AgentEvent::AgentRoleChanged { .. }
        | AgentEvent::AgentDeactivated {}
        | AgentEvent::AgentReactivated {}
        | AgentEvent::AgentJoinedGroup { .. }
        | AgentEvent::AgentLeftGroup { .. } => {
            let id = Uuid::try_parse(&recorded.aggregate_id).map_err(|_| {
                let position = recorded.position;
                ConsumerError::Poison(format!("event {position}: the agent's id is no uuid"))
            })?;
            Ok(Some(id))
        }
        AgentEvent::AgentRenamed { .. }
        | AgentEvent::ApiTokenCreated { .. }
        | AgentEvent::ApiTokenRevoked { .. }
        | AgentEvent::AgentPresenceChosen { .. }
        | AgentEvent::AgentViewSaved { .. }
        | AgentEvent::AgentViewRenamed { .. }
        | AgentEvent::AgentViewDeleted { .. } => Ok(None),
    }
}

const fn of_a_group_or_all(event: &WorkspaceEvent) -> Option<Uuid> {
    match event {
        WorkspaceEvent::GroupDeleted { group_id } => Some(group_id.as_uuid()),
        WorkspaceEvent::ChatsSwitched { .. } => Some(EVERYBODY),
        WorkspaceEvent::WorkspaceCreated { .. }
        | WorkspaceEvent::WorkspaceRenamed { .. }
        | WorkspaceEvent::WorkspaceSettingsChanged { .. }
        | WorkspaceEvent::JournalExported { .. }
        | WorkspaceEvent::GroupCreated { .. }
        | WorkspaceEvent::GroupRenamed { .. }
        | WorkspaceEvent::GroupRightsChanged { .. } => None,
    }
}

/// Writes rows as [`bind`] binds them.
pub(crate) const WRITE: &str = "access_written AS (
    INSERT INTO {read}.access (agent_id, changed)
    SELECT * FROM unnest($1::uuid[], $2::int8[])
    ON CONFLICT (agent_id) DO UPDATE SET changed = excluded.changed) ";

/// Binds the changes of a batch, for [`WRITE`].
pub(crate) fn bind<'q>(changes: &Changes, query: Bound<'q>) -> Bound<'q> {
    query
        .bind(column(changes.keys(), |whose| *whose))
        .bind(column(changes.values(), |position| position.0))
}
