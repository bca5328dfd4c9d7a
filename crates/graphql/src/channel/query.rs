//! Channels the caller may see.

use async_graphql::{Context, ID, Object};

use super::object::Channel;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::parse_id;

/// Fields of Query about channels.
#[derive(Default)]
pub struct ChannelQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl ChannelQuery {
    /// The channels the caller may see.
    fn channels(&self, ctx: &Context<'_>) -> Result<Vec<Channel>, Failure> {
        let channels = ctx.app()?.channels(ctx.caller()?)?;
        Ok(channels.into_iter().map(Channel).collect())
    }

    /// One channel. An unknown one and one the caller may not see are both NOT_FOUND.
    async fn channel(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel's id.")] id: ID,
    ) -> Result<Channel, Failure> {
        let channel = ctx
            .app()?
            .channel(ctx.caller()?, parse_id(&id, "channel")?)
            .await?;
        Ok(Channel(channel))
    }
}
