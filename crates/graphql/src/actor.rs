//! Who did something, as the API shows it. Names of agents come from the facts in memory.

use async_graphql::{Context, Enum, Object};
use hilo_domain::Actor as DomainActor;

use crate::agent::object::Agent;
use crate::context::Asked;
use crate::error::Failure;

/// What did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ActorKind {
    /// An employee.
    Agent,
    /// Who writes to the company.
    Contact,
    /// A rule of the workspace.
    Policy,
    /// A program of an integrator.
    Integration,
    /// Hilo itself.
    System,
}

/// Who did something.
pub struct Actor(pub DomainActor);

/// Who did something.
#[Object]
impl Actor {
    /// What it is.
    fn kind(&self) -> ActorKind {
        match self.0 {
            DomainActor::Agent { .. } => ActorKind::Agent,
            DomainActor::Contact { .. } => ActorKind::Contact,
            DomainActor::Policy { .. } => ActorKind::Policy,
            DomainActor::Integration { .. } => ActorKind::Integration,
            DomainActor::System => ActorKind::System,
        }
    }

    /// The agent, if it is one.
    fn agent(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        match &self.0 {
            DomainActor::Agent { id } => Agent::find(ctx.app()?, *id),
            DomainActor::Contact { .. }
            | DomainActor::Policy { .. }
            | DomainActor::Integration { .. }
            | DomainActor::System => Ok(None),
        }
    }

    /// The name of the agent, policy or integration. A contact's name stands on its chat.
    fn name(&self, ctx: &Context<'_>) -> Result<Option<String>, Failure> {
        match &self.0 {
            DomainActor::Agent { id } => Ok(Agent::find(ctx.app()?, *id)?.map(|agent| agent.name)),
            DomainActor::Policy { name } | DomainActor::Integration { name } => {
                Ok(Some(name.clone()))
            }
            DomainActor::Contact { .. } | DomainActor::System => Ok(None),
        }
    }
}
