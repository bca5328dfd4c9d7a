//! Making tokens, and taking them back.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use hilo_app::CreateApiToken;
use hilo_domain::agent::Scope;
use jiff::Timestamp;

use super::object::{ApiToken, ApiTokenScope};
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::scalars::{Position, idempotency_key, parse_id};

/// A token to make.
#[derive(InputObject)]
pub struct CreateApiTokenInput {
    /// Whose rights it gets: a bot, an integrator or an auditor.
    agent_id: ID,
    /// What it is for, 1 to 80 characters.
    name: String,
    /// What it may do, at least one.
    scopes: Vec<ApiTokenScope>,
    /// When it ends by itself; never without.
    expires_at: Option<Timestamp>,
    /// A UUID the client makes once: asking again with it makes nothing twice, and does not show the secret again.
    idempotency_key: Option<ID>,
}

/// What making a token came to.
#[derive(SimpleObject)]
pub struct CreateApiTokenPayload {
    /// The token; null when it was refused.
    api_token: Option<ApiToken>,
    /// What the program shows, as `Authorization: Bearer <secret>`. Shown here and never again.
    secret: Option<String>,
    /// Where it stands in the journal; null when it was refused.
    position: Option<Position>,
    /// Whether it is done, but queries may not show it yet.
    pending: bool,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Which token to take back.
#[derive(InputObject)]
pub struct RevokeApiTokenInput {
    /// The token's id.
    token_id: ID,
}

/// What taking a token back came to.
#[derive(SimpleObject)]
pub struct RevokeApiTokenPayload {
    /// The token; null when it was refused.
    api_token: Option<ApiToken>,
    /// Where it stands in the journal; null when it was refused.
    position: Option<Position>,
    /// Whether it is done, but queries may not show it yet.
    pending: bool,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Fields of Mutation about tokens.
#[derive(Default)]
pub struct ApiTokenMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ApiTokenMutation {
    /// Makes a token for a program. Administrators make them for every bot, integrator and auditor, integrators for
    /// themselves.
    async fn create_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token to make.")] input: CreateApiTokenInput,
    ) -> Result<CreateApiTokenPayload, Failure> {
        let key = idempotency_key(input.idempotency_key.as_ref())?;
        let create = CreateApiToken {
            agent_id: parse_id(&input.agent_id, "agent")?,
            name: input.name,
            scopes: input.scopes.into_iter().map(Scope::from).collect(),
            expires_at: input.expires_at,
        };
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let (created, user_errors) = outcome(app.create_api_token(caller, create, key).await)?;
        let acted = created.as_ref().map(|created| created.acted);
        let (api_token, secret) = match created {
            Some(created) => (Some(created.token.into()), created.secret),
            None => (None, None),
        };
        Ok(CreateApiTokenPayload {
            api_token,
            secret,
            position: crate::payload::position(ctx, acted)?,
            pending: acted.is_some_and(|acted| acted.pending),
            user_errors,
        })
    }

    /// Takes a token back: its next request is refused, its open sockets close within a second.
    async fn revoke_api_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which token to take back.")] input: RevokeApiTokenInput,
    ) -> Result<RevokeApiTokenPayload, Failure> {
        let id = parse_id(&input.token_id, "token")?;
        let revoked = ctx.app()?.revoke_api_token(ctx.caller()?, id).await;
        let (revoked, user_errors) = outcome(revoked)?;
        let acted = revoked.as_ref().map(|(_, acted)| *acted);
        Ok(RevokeApiTokenPayload {
            api_token: revoked.map(|(token, _)| token.into()),
            position: crate::payload::position(ctx, acted)?,
            pending: acted.is_some_and(|acted| acted.pending),
            user_errors,
        })
    }
}
