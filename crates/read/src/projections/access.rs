//! Table `access`: when what an agent may see changed last. Whoever resumes from before it must read afresh;
//! what they may see now is a fact of the journal and never asked here.

use std::collections::BTreeMap;

use hilo_domain::AgentId;
use hilo_domain::agent::AgentEvent;
use hilo_domain::channel::ChannelEvent;
use hilo_journal::{ConsumerError, Position, RecordedEvent};
use uuid::Uuid;

use super::store::Bound;
use crate::columns::column;

/// Agents whose access changed, each with the last position that did.
pub(crate) type Changes = BTreeMap<AgentId, Position>;

/// What a batch changes.
pub(crate) fn changes(batch: &[RecordedEvent]) -> Result<Changes, ConsumerError> {
    let mut changes = Changes::new();
    for recorded in batch {
        let agent = match recorded.aggregate_type.as_str() {
            "channel" => granted_or_taken(&decoded(recorded)?),
            "agent" => of_an_agent(recorded, &decoded(recorded)?)?,
            _ => None,
        };
        changes.extend(agent.map(|agent| (agent, recorded.position)));
    }
    Ok(changes)
}

fn decoded<E: serde::de::DeserializeOwned>(recorded: &RecordedEvent) -> Result<E, ConsumerError> {
    recorded
        .decode()
        .map_err(|undecodable| ConsumerError::Poison(undecodable.to_string()))
}

const fn granted_or_taken(event: &ChannelEvent) -> Option<AgentId> {
    match event {
        ChannelEvent::ChannelAccessGranted { agent_id }
        | ChannelEvent::ChannelAccessRevoked { agent_id } => Some(*agent_id),
        ChannelEvent::ChannelConnected { .. }
        | ChannelEvent::ChannelRenamed { .. }
        | ChannelEvent::WidgetConfigured { .. }
        | ChannelEvent::ChannelSyncLost { .. }
        | ChannelEvent::ChannelReconnected { .. }
        | ChannelEvent::ChannelRulesSet { .. } => None,
    }
}

fn of_an_agent(
    recorded: &RecordedEvent,
    event: &AgentEvent,
) -> Result<Option<AgentId>, ConsumerError> {
    match event {
        AgentEvent::AgentAdded { .. }
        | AgentEvent::AgentRoleChanged { .. }
        | AgentEvent::AgentDeactivated {}
        | AgentEvent::AgentReactivated {} => {
            let id = Uuid::try_parse(&recorded.aggregate_id).map_err(|_| {
                let position = recorded.position;
                ConsumerError::Poison(format!("event {position}: the agent's id is no uuid"))
            })?;
            Ok(Some(AgentId::from_uuid(id)))
        }
        AgentEvent::AgentRenamed { .. }
        | AgentEvent::ApiTokenCreated { .. }
        | AgentEvent::ApiTokenRevoked { .. } => Ok(None),
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
        .bind(column(changes.keys(), |agent| agent.as_uuid()))
        .bind(column(changes.values(), |position| position.0))
}
