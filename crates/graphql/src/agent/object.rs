//! An agent as colleagues see them.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use hilo_app::{AgentEntry, App, PresenceState};
use hilo_domain::AgentId;

use super::group::Group;
use super::presence::Presence;
use crate::context::Asked;
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
#[graphql(complex)]
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
    #[graphql(skip)]
    entry: AgentEntry,
}

#[ComplexObject]
impl Agent {
    /// Groups they belong to, by name.
    fn groups(&self, ctx: &Context<'_>) -> Result<Vec<Group>, Failure> {
        let facts = ctx.app()?.facts().latest();
        let groups = self.entry.groups.iter();
        let mut groups: Vec<_> = groups.filter_map(|id| facts.group(*id).cloned()).collect();
        groups.sort_by_cached_key(|group| (group.name.to_lowercase(), group.id));
        Ok(groups.into_iter().map(Group::from).collect())
    }

    /// Whether they can be reached now.
    fn presence(&self, ctx: &Context<'_>) -> Result<Presence, Failure> {
        let everybody = ctx.app()?.presence().watch();
        let is_here = self.active && everybody.borrow().here.contains(&self.entry.id);
        Ok(PresenceState::of(is_here, self.entry.presence).into())
    }
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
            name: entry.name.clone(),
            email: entry.email.clone(),
            role: entry.role.into(),
            active: entry.active,
            entry,
        }
    }
}
