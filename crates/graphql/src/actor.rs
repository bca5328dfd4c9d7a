//! Who did something, as the API shows it. Names of agents come from the facts in memory.

use async_graphql::{Context, Enum, Object};
use hilo_app::App;
use hilo_domain::Actor as DomainActor;

use crate::agent::object::{Agent, AgentRole};
use crate::context::Asked;
use crate::error::Failure;

/// What did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ActorKind {
    /// An employee.
    Agent,
    /// A program that speaks under a name of its own.
    Bot,
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
    fn kind(&self, ctx: &Context<'_>) -> Result<ActorKind, Failure> {
        Ok(match &self.0 {
            // Where an event names who acted by id only, what they are is what the facts say.
            DomainActor::Agent { id } => match Agent::find(ctx.app()?, *id)? {
                Some(agent) if agent.role == AgentRole::Bot => ActorKind::Bot,
                Some(_) | None => ActorKind::Agent,
            },
            DomainActor::Bot { .. } => ActorKind::Bot,
            DomainActor::Contact { .. } => ActorKind::Contact,
            DomainActor::Policy { .. } => ActorKind::Policy,
            DomainActor::Integration { .. } => ActorKind::Integration,
            DomainActor::System => ActorKind::System,
        })
    }

    /// The agent or bot, if it is one.
    fn agent(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        match self.0.agent_id() {
            Some(id) => Agent::find(ctx.app()?, id),
            None => Ok(None),
        }
    }

    /// The name of the agent or bot, policy or integration. A contact's name stands on its chat.
    fn name(&self, ctx: &Context<'_>) -> Result<Option<String>, Failure> {
        match &self.0 {
            DomainActor::Agent { id } | DomainActor::Bot { id } => {
                Ok(Agent::find(ctx.app()?, *id)?.map(|agent| agent.name))
            }
            DomainActor::Policy { name } => Ok(Some(name.clone())),
            DomainActor::Integration { name } => Ok(Some(integration(ctx.app()?, name))),
            DomainActor::Contact { .. } | DomainActor::System => Ok(None),
        }
    }
}

/// What an integration's token was made for.
fn integration(app: &App, token: &str) -> String {
    let facts = app.facts().latest();
    let known = token.parse().ok().and_then(|id| facts.token_name(id));
    known.unwrap_or(token).to_owned()
}
