//! Which tokens there are.

use async_graphql::{Context, Object};

use super::object::ApiToken;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;

/// Fields of Query about tokens.
#[derive(Default)]
pub struct ApiTokenQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl ApiTokenQuery {
    /// Tokens, newest first: all for administrators, their own for integrators. Those that are over stay for 90 days.
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Vec<ApiToken>, Failure> {
        let tokens = ctx.app()?.api_tokens(ctx.caller()?).await?;
        Ok(tokens.into_iter().map(ApiToken::from).collect())
    }
}
