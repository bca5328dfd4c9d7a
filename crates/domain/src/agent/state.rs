//! What an agent's stream must remember to decide, folded from its events.
//! Holds no name and no address.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::event::{AgentEvent, PresenceChoice, Role};
use super::views::Views;
use crate::ids::{AgentId, GroupId, TokenId};

/// The state of one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agent {
    /// Never added.
    #[default]
    Unknown,
    /// May use Hilo.
    Active(Employed),
    /// Was shut out.
    Inactive(Employed),
}

/// An agent who was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employed {
    /// Which agent.
    pub agent_id: AgentId,
    /// Their role.
    pub role: Role,
    /// Tokens that were not revoked; some of them may have come to their end.
    pub tokens: BTreeMap<TokenId, Option<Timestamp>>,
    /// Groups they belong to.
    pub groups: BTreeSet<GroupId>,
    /// How they want to be seen.
    pub presence: PresenceChoice,
    /// Filters they keep.
    pub views: Views,
}

impl Agent {
    /// The agent, once added.
    #[must_use]
    pub const fn employed(&self) -> Option<&Employed> {
        match self {
            Self::Unknown => None,
            Self::Active(employed) | Self::Inactive(employed) => Some(employed),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Employed)) {
        match self {
            Self::Active(employed) | Self::Inactive(employed) => change(employed),
            Self::Unknown => {}
        }
    }
}

/// Folds one event into the state. Total: what was stored was decided.
pub fn evolve(agent: &mut Agent, event: &AgentEvent) {
    match event {
        AgentEvent::AgentAdded { agent_id, role, .. } => {
            *agent = Agent::Active(Employed {
                agent_id: *agent_id,
                role: *role,
                tokens: BTreeMap::new(),
                groups: BTreeSet::new(),
                presence: PresenceChoice::default(),
                views: Views::default(),
            });
        }
        AgentEvent::AgentRenamed { .. } => {}
        AgentEvent::AgentRoleChanged { role } => agent.change(|employed| employed.role = *role),
        AgentEvent::AgentJoinedGroup { group_id } => agent.change(|employed| {
            employed.groups.insert(*group_id);
        }),
        AgentEvent::AgentLeftGroup { group_id } => agent.change(|employed| {
            employed.groups.remove(group_id);
        }),
        AgentEvent::AgentPresenceChosen { presence } => {
            agent.change(|employed| employed.presence = *presence);
        }
        AgentEvent::AgentViewSaved { .. }
        | AgentEvent::AgentViewRenamed { .. }
        | AgentEvent::AgentViewDeleted { .. } => {
            agent.change(|employed| employed.views.take_in(event));
        }
        AgentEvent::AgentDeactivated {} => {
            if let Some(employed) = agent.employed().cloned() {
                *agent = Agent::Inactive(employed);
            }
        }
        AgentEvent::AgentReactivated {} => {
            if let Some(employed) = agent.employed().cloned() {
                *agent = Agent::Active(employed);
            }
        }
        AgentEvent::ApiTokenCreated {
            token_id,
            expires_at,
            ..
        } => {
            if let Agent::Active(employed) | Agent::Inactive(employed) = agent {
                employed.tokens.insert(*token_id, *expires_at);
            }
        }
        AgentEvent::ApiTokenRevoked { token_id } => {
            if let Agent::Active(employed) | Agent::Inactive(employed) = agent {
                employed.tokens.remove(token_id);
            }
        }
    }
}
