//! What anybody may know of the workspace.

use async_graphql::{Context, SimpleObject};
use hilo_app::AgentEntry;

use crate::agent::object::AgentRole;
use crate::context::Asked;
use crate::error::Failure;

/// What the addresses of the demo's accounts end in.
const DEMO_DOMAIN: &str = "@demo.hilo.example";

/// The company's workspace.
#[derive(Clone, SimpleObject)]
pub struct Workspace {
    /// Its name; null before it is set up.
    pub name: Option<String>,
    /// Its language, as a tag such as `es`; null before it is set up.
    pub language: Option<String>,
    /// Whether it waits for its first administrator.
    pub needs_set_up: bool,
    /// Accounts to try the demo with; empty outside the demo and for everybody not at this machine.
    pub demo: Vec<DemoSignIn>,
}

/// An account to try the demo with.
#[derive(Clone, SimpleObject)]
pub struct DemoSignIn {
    /// The agent's name.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password to sign in with.
    pub password: String,
    /// What the agent may do.
    pub role: AgentRole,
}

impl DemoSignIn {
    /// What the sign-in page of the demo offers to a browser on this machine.
    pub fn offered(ctx: &Context<'_>) -> Result<Vec<Self>, Failure> {
        let password = ctx.surroundings()?.demo_password.as_ref();
        let Some(password) = password.filter(|_| ctx.identity().is_ok_and(|id| id.peer.loopback))
        else {
            return Ok(Vec::new());
        };
        let is_demo = |agent: &AgentEntry| agent.active && agent.email.ends_with(DEMO_DOMAIN);
        let agents = ctx.app()?.facts().agents();
        Ok(agents
            .into_iter()
            .filter(is_demo)
            .map(|agent| Self::of(agent, password))
            .collect())
    }

    fn of(agent: AgentEntry, password: &str) -> Self {
        Self {
            name: agent.name,
            email: agent.email,
            password: password.to_owned(),
            role: agent.role.into(),
        }
    }
}
