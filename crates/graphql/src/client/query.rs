//! Clients: the list, one of them, and who has a phone number.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_read::ClientPage;

use super::connection::{self, ClientConnection};
use super::object::Client;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageArguments};
use crate::scalars::parse_id;

/// Which clients of the list to show.
#[derive(Default, InputObject)]
pub struct ClientFilter {
    /// Only clients whose name begins so; capital and small letters are the same.
    name_prefix: Option<String>,
}

/// Fields of Query about clients.
#[derive(Default)]
pub struct ClientQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl ClientQuery {
    /// One client. An unknown one and a deleted one are both NOT_FOUND; a merged one says into which.
    async fn client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The client's id.")] id: ID,
    ) -> Result<Client, Failure> {
        let id = parse_id(&id, "client")?;
        let found = ctx.app()?.client(ctx.caller()?, id).await?;
        Ok(Client::read(found))
    }

    /// Clients by name, without deleted and merged ones. Those without a name come first.
    #[graphql(complexity = "pagination::cost(first, None, child_complexity)")]
    async fn clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which clients to show.")] filter: Option<ClientFilter>,
        #[graphql(desc = "So many, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only clients behind this cursor.")] after: Option<String>,
    ) -> Result<ClientConnection, Failure> {
        let size = PageArguments {
            first,
            ..PageArguments::default()
        };
        let prefix = filter.unwrap_or_default().name_prefix;
        let prefix = prefix.map(|prefix| prefix.replace('\0', ""));
        let page = ClientPage {
            first: size.page(hilo_read::List::Chats)?.first,
            after: after.as_deref().map(connection::decode).transpose()?,
            name_prefix: prefix.map(|prefix| prefix.chars().take(200).collect()),
        };
        let has_previous = page.after.is_some();
        let list = ctx.app()?.clients(ctx.caller()?, page).await?;
        Ok(ClientConnection { list, has_previous })
    }

    /// Clients that have a phone number, the oldest record first, at most 20. A number with and one without the code of
    /// a country are the same where the last nine digits are.
    #[graphql(complexity = "child_complexity * 20 + 10")]
    async fn clients_by_phone(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The number, however it is written.")] phone: String,
    ) -> Result<Vec<Client>, Failure> {
        let found = ctx.app()?.clients_by_phone(ctx.caller()?, &phone).await?;
        Ok(found.into_iter().map(Client::part).collect())
    }
}
