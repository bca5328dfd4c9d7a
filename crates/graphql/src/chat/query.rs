//! Chats: the list, one of them, and their numbers.

use async_graphql::{Context, ID, Object};

use super::connection::ChatConnection;
use super::filter::ChatFilter;
use super::object::Chat;
use crate::authorization::Allowed;
use crate::channel::counters::Counters;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageArguments};
use crate::scalars::parse_id;

/// Fields of Query about chats.
#[derive(Default)]
pub struct ChatQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl ChatQuery {
    /// Chats the caller may see, the one with the newest activity first unless the filter says otherwise.
    #[graphql(complexity = "pagination::cost(first, last, child_complexity)")]
    async fn chats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chats to show.")] filter: Option<ChatFilter>,
        #[graphql(desc = "So many from the first, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only chats behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many up to the last, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only chats before this cursor.")] before: Option<String>,
    ) -> Result<ChatConnection, Failure> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let filter = filter.unwrap_or_default();
        let order = filter.order();
        let page = arguments.page(order.list())?;
        let filter = filter.into_read(ctx.caller()?)?;
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let page = app.chats(caller, filter.clone(), page).await?;
        Ok(ChatConnection {
            page,
            list: order.list(),
            filter: Some(filter),
        })
    }

    /// One chat. An unknown one and one the caller may not see are both NOT_FOUND.
    async fn chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chat's id.")] id: ID,
    ) -> Result<Chat, Failure> {
        let found = ctx
            .app()?
            .chat(ctx.caller()?, parse_id(&id, "chat")?)
            .await?;
        Ok(Chat {
            row: found.value,
            position: found.position,
        })
    }

    /// How many chats wait, of the channels the caller may see.
    async fn counters(&self, ctx: &Context<'_>) -> Result<Counters, Failure> {
        let found = ctx.app()?.counters(ctx.caller()?).await?;
        Ok(Counters::new(found.value, found.position))
    }
}
