//! Reads the clients of many chats at once, and counts the chats of many clients at once. Keeps nothing between reads.

use std::collections::HashMap;

use async_graphql::Context;
use async_graphql::dataloader::{DataLoader, Loader};
use async_graphql::runtime::{TokioSpawner, TokioTimer};
use hilo_app::{App, Caller};
use hilo_domain::ClientId;
use hilo_read::ClientRow;

use super::object::Client;
use crate::error::{ErrorCode, Failure};

/// Reads on behalf of one caller.
pub struct ClientLoader {
    app: App,
    caller: Option<Caller>,
}

/// Asks for the number of a client's chats.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChatCount(ClientId);

impl ClientLoader {
    /// To be put into a request's data.
    #[must_use]
    pub fn of(app: App, caller: Option<Caller>) -> DataLoader<Self> {
        let loader = Self { app, caller };
        DataLoader::new(loader, TokioSpawner::current(), TokioTimer::default())
    }

    /// A client that something the caller may see points to; None once it is deleted.
    pub async fn client(ctx: &Context<'_>, id: ClientId) -> Result<Option<Client>, Failure> {
        Ok(loader(ctx)?.load_one(id).await?.map(Client::part))
    }

    /// How many chats a client has in the caller's channels.
    pub async fn chat_count(ctx: &Context<'_>, id: ClientId) -> Result<i32, Failure> {
        let count = loader(ctx)?.load_one(ChatCount(id)).await?;
        Ok(i32::try_from(count.unwrap_or_default()).unwrap_or(i32::MAX))
    }

    fn caller(&self) -> Result<&Caller, Failure> {
        let missing = || Failure::new(ErrorCode::Unauthenticated, "Nobody is signed in.");
        self.caller.as_ref().ok_or_else(missing)
    }
}

fn loader<'a>(ctx: &Context<'a>) -> Result<&'a DataLoader<ClientLoader>, Failure> {
    ctx.data_opt()
        .ok_or_else(|| Failure::internal("a request without a loader of clients"))
}

impl Loader<ClientId> for ClientLoader {
    type Value = ClientRow;
    type Error = Failure;

    async fn load(&self, keys: &[ClientId]) -> Result<HashMap<ClientId, ClientRow>, Failure> {
        let rows = self.app.clients_by_ids(self.caller()?, keys).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}

impl Loader<ChatCount> for ClientLoader {
    type Value = i64;
    type Error = Failure;

    async fn load(&self, keys: &[ChatCount]) -> Result<HashMap<ChatCount, i64>, Failure> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let counts = self.app.client_chat_counts(self.caller()?, &ids).await?;
        Ok(counts
            .into_iter()
            .map(|(id, count)| (ChatCount(id), count))
            .collect())
    }
}
