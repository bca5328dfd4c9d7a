//! Who works here, and who is invited.

use async_graphql::{Context, Object};

use super::invitation::{Invitation, InvitationPreview};
use super::object::Agent;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;

/// Fields of Query about agents.
#[derive(Default)]
pub struct AgentQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl AgentQuery {
    /// Everybody who works here or did.
    fn agents(&self, ctx: &Context<'_>) -> Result<Vec<Agent>, Failure> {
        let agents = ctx.app()?.agents(ctx.caller()?)?;
        Ok(agents.into_iter().map(Agent::from).collect())
    }

    /// Invitations that wait to be accepted. For administrators.
    async fn invitations(&self, ctx: &Context<'_>) -> Result<Vec<Invitation>, Failure> {
        let waiting = ctx.app()?.invitations(ctx.caller()?).await?;
        Ok(waiting.into_iter().map(Invitation::from).collect())
    }

    /// What an invitation is for, for whom it was sent to. One that is unknown, used or too old is NOT_FOUND.
    async fn invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token of the invitation's link.")] token: String,
    ) -> Result<InvitationPreview, Failure> {
        let preview = ctx.app()?.invitation(&token).await?;
        Ok(InvitationPreview::from(preview))
    }
}
