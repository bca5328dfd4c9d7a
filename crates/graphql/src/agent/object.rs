//! An agent as colleagues see them.

use async_graphql::{Enum, ID, SimpleObject};
use hilo_app::{AgentEntry, App};
use hilo_domain::AgentId;

use crate::error::Failure;

/// What an agent may do beyond the channels they have access to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::agent::Role")]
pub enum AgentRole {
    /// Runs the workspace, and sees every channel.
    Administrator,
    /// Answers chats of the channels granted to them.
    Agent,
    /// Replays what happened; writes to nobody.
    Auditor,
    /// Connects programs; writes to nobody by hand.
    Integrator,
    /// A program: speaks and is assigned chats under its own name, never signs in.
    Bot,
}

/// An employee who uses Hilo.
#[derive(Clone, SimpleObject)]
pub struct Agent {
    /// The agent's id.
    pub id: ID,
    /// Their name.
    pub name: String,
    /// The address they sign in with; empty for a bot.
    pub email: String,
    /// What they may do.
    pub role: AgentRole,
    /// Whether they can sign in.
    pub active: bool,
}

impl Agent {
    /// An agent by id, from the facts in memory.
    pub fn find(app: &App, id: AgentId) -> Result<Option<Self>, Failure> {
        Ok(app.facts().agent(id).map(Self::from))
    }
}

impl From<AgentEntry> for Agent {
    fn from(entry: AgentEntry) -> Self {
        Self {
            id: ID(entry.id.to_string()),
            name: entry.name,
            email: entry.email,
            role: entry.role.into(),
            active: entry.active,
        }
    }
}
