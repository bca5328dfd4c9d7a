//! Chats: the list, one of them, and their numbers.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_domain::ChannelId;
use hilo_read::{ChatFilter as ReadFilter, ChatStateFilter, List};

use super::connection::ChatConnection;
use super::object::{Chat, ChatState};
use crate::authorization::Allowed;
use crate::channel::counters::Counters;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageArguments};
use crate::scalars::parse_id;

/// Which chats of the list to show.
#[derive(Default, InputObject)]
pub struct ChatFilter {
    /// Only chats in this state; both without it.
    state: Option<ChatState>,
    /// Only chats of these channels; all without it.
    channel_ids: Option<Vec<ID>>,
}

impl ChatFilter {
    fn into_read(self) -> ReadFilter {
        let channels = |ids: Vec<ID>| -> Vec<ChannelId> {
            // A channel that cannot be has no chats: the filter stays, and finds nothing for it.
            ids.iter()
                .filter_map(|id| parse_id(id, "channel").ok())
                .collect()
        };
        ReadFilter {
            state: match self.state {
                Some(ChatState::Active) => ChatStateFilter::Active,
                Some(ChatState::Archived) => ChatStateFilter::Archived,
                None => ChatStateFilter::All,
            },
            channel_ids: self.channel_ids.map(channels),
        }
    }
}

/// Fields of Query about chats.
#[derive(Default)]
pub struct ChatQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl ChatQuery {
    /// Chats the caller may see, the one with the newest activity first.
    #[graphql(complexity = "pagination::cost(first, last, child_complexity)")]
    async fn chats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chats to show.")] filter: Option<ChatFilter>,
        #[graphql(desc = "So many from the newest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only chats behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many up to the oldest, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only chats before this cursor.")] before: Option<String>,
    ) -> Result<ChatConnection, Failure> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = arguments.page(List::Chats)?;
        let filter = filter.unwrap_or_default().into_read();
        let found = ctx.app()?.chats(ctx.caller()?, filter, page).await?;
        Ok(ChatConnection(found))
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
