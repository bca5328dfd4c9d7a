//! Fields of Query that search. What the caller may not see is never found, and never counted.

use async_graphql::{Context, ID, Object};
use hilo_domain::ChannelId;
use hilo_read::MessageSearch;

use super::object::{ChatHits, ClientHits, MessageHitConnection};
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination;
use crate::scalars::parse_id;

/// Fields of Query that search.
#[derive(Default)]
pub struct SearchQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl SearchQuery {
    /// Messages and notes that hold every word of `text`; the last word may be half written. Case and accents do not matter. A
    /// last word of one or two letters goes on only in the newest few thousand messages.
    #[graphql(complexity = "pagination::cost(first, None, child_complexity) + 200")]
    async fn search_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed, at most 200 characters.")] text: String,
        #[graphql(desc = "Only in these channels.")] channel_ids: Option<Vec<ID>>,
        #[graphql(desc = "Only in this chat.")] chat_id: Option<ID>,
        #[graphql(desc = "So many from the best, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only messages behind this cursor of the same search.")] after: Option<
            String,
        >,
    ) -> Result<MessageHitConnection, Failure> {
        let search = MessageSearch {
            text,
            channel_ids: channel_ids.map(channels),
            chat_id: chat_id.map(|id| parse_id(&id, "chat")).transpose()?,
        };
        let first = pagination::first(first)?;
        let after = after.as_deref().map(pagination::decode_found).transpose()?;
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let found = app.search_messages(caller, &search, first, after).await?;
        Ok(MessageHitConnection(found))
    }

    /// Chats of who is called so: by name, handle, e-mail address or phone number of the contact or of the client behind it,
    /// or by a colleague's name. Every word must be there; the last one may be half written, and words of four letters or
    /// more may be mistyped by one letter.
    #[graphql(complexity = "pagination::cost(first, None, child_complexity) + 200")]
    async fn search_chats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed, at most 200 characters.")] text: String,
        #[graphql(desc = "Only in these channels.")] channel_ids: Option<Vec<ID>>,
        #[graphql(desc = "So many, at most 100.")] first: Option<i32>,
    ) -> Result<ChatHits, Failure> {
        let channel_ids = channel_ids.map(channels);
        let first = pagination::first(first)?;
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let found = app.search_chats(caller, &text, channel_ids.as_deref(), first);
        Ok(ChatHits(found.await?))
    }

    /// Clients who are called so: by name, e-mail address or phone number, also one of a record that was merged into them.
    /// Every word must be there; the last one may be half written, and words of four letters or more may be mistyped by one
    /// letter.
    #[graphql(complexity = "pagination::cost(first, None, child_complexity) + 200")]
    async fn search_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed, at most 200 characters.")] text: String,
        #[graphql(desc = "So many, at most 100.")] first: Option<i32>,
    ) -> Result<ClientHits, Failure> {
        let first = pagination::first(first)?;
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        Ok(ClientHits(app.search_clients(caller, &text, first).await?))
    }
}

/// A channel that cannot be has no chats: the others stay.
fn channels(ids: Vec<ID>) -> Vec<ChannelId> {
    ids.iter()
        .filter_map(|id| parse_id(id, "channel").ok())
        .collect()
}
