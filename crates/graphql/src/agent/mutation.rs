//! Inviting agents, and accepting.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use hilo_app::Acted;
use hilo_domain::AgentId;

use super::invitation::Invitation;
use super::object::{Agent, AgentRole};
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::payload;
use crate::scalars::{Position, idempotency_key, parse_id};
use crate::session::object::Viewer;

/// Whom to invite.
#[derive(InputObject)]
pub struct InviteAgentInput {
    /// The address they will sign in with.
    email: String,
    /// What they are called.
    name: String,
    /// What they will be allowed to do.
    role: AgentRole,
    /// Channels they will have access to.
    channel_ids: Option<Vec<ID>>,
    /// A UUID the client makes once: asking again with it gives the same invitation and link.
    idempotency_key: Option<ID>,
}

/// What an invitation came to.
#[derive(SimpleObject)]
pub struct InviteAgentPayload {
    /// The invitation, with its link; null when it was refused.
    invitation: Option<Invitation>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// How the invited introduce themselves.
#[derive(InputObject)]
pub struct AcceptInvitationInput {
    /// The token of the invitation's link.
    token: String,
    /// What they want to be called.
    name: String,
    /// The password they choose, of at least 10 characters.
    password: String,
}

/// What accepting an invitation came to.
#[derive(SimpleObject)]
pub struct AcceptInvitationPayload {
    /// Who is signed in now; null when it was refused.
    viewer: Option<Viewer>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// A bot to let in.
#[derive(InputObject)]
pub struct CreateBotInput {
    /// What it is called: contacts and colleagues see it.
    name: String,
    /// Channels it will have access to.
    channel_ids: Option<Vec<ID>>,
    /// A UUID the client makes once: asking again with it makes nothing twice.
    idempotency_key: Option<ID>,
}

/// What letting a bot in came to.
pub struct CreateBotPayload {
    created: Option<(AgentId, Acted)>,
    user_errors: Vec<UserError>,
}

/// What letting a bot in came to.
#[Object]
impl CreateBotPayload {
    /// The bot; null when it was refused.
    fn bot(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        match self.created {
            Some((id, _)) => Agent::find(ctx.app()?, id),
            None => Ok(None),
        }
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.created.map(|(_, acted)| acted))
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.created.is_some_and(|(_, acted)| acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Fields of Mutation about agents.
#[derive(Default)]
pub struct AgentMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl AgentMutation {
    /// Invites somebody: the answer has the link to give to them. For administrators.
    async fn invite_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to invite.")] input: InviteAgentInput,
    ) -> Result<InviteAgentPayload, Failure> {
        let channels = input.channel_ids.unwrap_or_default();
        let channels = channels.iter().map(|id| parse_id(id, "channel"));
        let invite = hilo_app::InviteAgent {
            email: input.email,
            name: Some(input.name),
            role: input.role.into(),
            channel_ids: channels.collect::<Result<_, Failure>>()?,
            idempotency_key: idempotency_key(input.idempotency_key.as_ref())?,
        };
        let (invited, user_errors) = outcome(ctx.app()?.invite_agent(ctx.caller()?, invite).await)?;
        Ok(InviteAgentPayload {
            invitation: invited.map(Invitation::from),
            user_errors,
        })
    }

    /// Lets a bot in: a program that speaks and is assigned chats under its own name. It needs a token to be heard. For
    /// administrators.
    async fn create_bot(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bot to let in.")] input: CreateBotInput,
    ) -> Result<CreateBotPayload, Failure> {
        let key = idempotency_key(input.idempotency_key.as_ref())?;
        let channels = input.channel_ids.unwrap_or_default();
        let channels = channels.iter().map(|id| parse_id(id, "channel"));
        let channels = channels.collect::<Result<Vec<_>, Failure>>()?;
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let created = app.create_bot(caller, &input.name, &channels, key).await;
        let (created, user_errors) = outcome(created)?;
        Ok(CreateBotPayload {
            created,
            user_errors,
        })
    }

    /// Accepts an invitation: the invited become an agent and are signed in.
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How the invited introduce themselves.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload, Failure> {
        ctx.needs_cookies()?;
        let app = ctx.app()?;
        let AcceptInvitationInput {
            token,
            name,
            password,
        } = input;
        let accepted = app
            .accept_invitation(&token, &name, &password, &ctx.identity()?.peer)
            .await;
        let (viewer, user_errors) = Viewer::signed_in(ctx, accepted)?;
        Ok(AcceptInvitationPayload {
            viewer,
            user_errors,
        })
    }
}
