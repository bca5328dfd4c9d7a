//! Who is signed in, and how a session gets into the browser.

use async_graphql::{Context, SimpleObject};
use hilo_app::{App, AppError, Caller, SignedIn};

use crate::agent::object::{Agent, AgentRole};
use crate::context::Asked;
use crate::error::{Failure, Outcome, outcome};

/// Who is signed in.
#[derive(Clone, SimpleObject)]
pub struct Viewer {
    /// The agent.
    agent: Agent,
    /// What they may do.
    role: AgentRole,
}

impl Viewer {
    /// The agent behind a session.
    pub fn of(app: &App, caller: &Caller) -> Result<Self, Failure> {
        let agent = Agent::find(app, caller.agent_id)?.ok_or(AppError::Unauthenticated)?;
        Ok(Self {
            agent,
            role: caller.role.into(),
        })
    }

    /// Takes the outcome of something that signs in: the cookie is set, the viewer shown.
    pub fn signed_in(
        ctx: &Context<'_>,
        result: Result<SignedIn, AppError>,
    ) -> Result<Outcome<Self>, Failure> {
        let (signed_in, user_errors) = outcome(result)?;
        let Some(signed_in) = signed_in else {
            return Ok((None, user_errors));
        };
        ctx.keep(&signed_in)?;
        Ok((Some(Self::of(ctx.app()?, &signed_in.caller)?), user_errors))
    }
}
