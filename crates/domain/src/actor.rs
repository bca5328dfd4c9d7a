//! Who acted, as it stands in events and in their metadata.
//! Holds ids and names of machines only, never a person's name.

use serde::{Deserialize, Serialize};

use crate::ids::{AgentId, ContactId};

/// Who did something. JSON: `{"kind":"agent","id":".."}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// An employee.
    Agent {
        /// Which one.
        id: AgentId,
    },
    /// A program that speaks and is assigned chats under a name of its own (P24).
    Bot {
        /// Which one: its stream is an agent's.
        id: AgentId,
    },
    /// The person at the other end of a chat.
    Contact {
        /// Which one.
        id: ContactId,
    },
    /// A rule of Hilo that acts by itself.
    Policy {
        /// The rule's file name, such as `close_chat_when_idle`.
        name: String,
    },
    /// A program with an API token that is no bot.
    Integration {
        /// The token's id as text.
        name: String,
    },
    /// Hilo itself: set-up, the demo, maintenance.
    System,
}

impl Actor {
    /// The agent or bot behind it: whose rights count.
    #[must_use]
    pub const fn agent_id(&self) -> Option<AgentId> {
        match self {
            Self::Agent { id } | Self::Bot { id } => Some(*id),
            Self::Contact { .. }
            | Self::Policy { .. }
            | Self::Integration { .. }
            | Self::System => None,
        }
    }
}

/// Who answers a chat (F5). JSON as an [`Actor`]'s: `{"kind":"agent","id":".."}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Assignee {
    /// An employee.
    Agent {
        /// Which one.
        id: AgentId,
    },
    /// A program that answers by itself.
    Bot {
        /// Which one.
        id: AgentId,
    },
}

impl Assignee {
    /// The agent's or bot's id.
    #[must_use]
    pub const fn id(self) -> AgentId {
        match self {
            Self::Agent { id } | Self::Bot { id } => id,
        }
    }
}

impl From<Assignee> for Actor {
    fn from(assignee: Assignee) -> Self {
        match assignee {
            Assignee::Agent { id } => Self::Agent { id },
            Assignee::Bot { id } => Self::Bot { id },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_actor_is_tagged_by_kind() {
        let agent = Actor::Agent {
            id: AgentId::from_uuid(uuid::Uuid::from_u128(1)),
        };
        let json = serde_json::to_value(&agent).unwrap();
        assert_eq!(
            json,
            serde_json::json!({"kind": "agent", "id": "00000000-0000-0000-0000-000000000001"})
        );
        assert_eq!(serde_json::from_value::<Actor>(json).unwrap(), agent);
        assert_eq!(
            serde_json::to_value(Actor::System).unwrap(),
            serde_json::json!({"kind": "system"})
        );
    }
}
