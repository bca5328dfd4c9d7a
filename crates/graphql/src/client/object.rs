//! A client as agents see it. Shows rows of the read model as they are; chats only of the caller's channels.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use hilo_domain::client::{Email, Phone};
use hilo_journal::Position as JournalPosition;
use hilo_read::{ClientRow, List, Read};
use jiff::Timestamp;

use super::loader::ClientLoader;
use crate::actor::Actor;
use crate::agent::object::Agent;
use crate::channel::object::ChannelKind;
use crate::chat::connection::ChatConnection;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageArguments};
use crate::scalars::Position;

/// How the team treats a client. One at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::client::ClientMark")]
pub enum ClientMark {
    /// Served first.
    Vip,
    /// Handled with care.
    Bad,
}

/// A telephone number of a client.
#[derive(SimpleObject)]
pub struct ClientPhone {
    /// As it was typed.
    typed: String,
    /// In the international form, `+` and digits; null where it was typed without the code of a country.
    e164: Option<String>,
}

/// The customer record that contacts are linked to.
pub struct Client(ClientRow, Option<JournalPosition>);

impl Client {
    /// One that is part of another answer, which says where it was read.
    #[must_use]
    pub const fn part(row: ClientRow) -> Self {
        Self(row, None)
    }

    /// One that was asked for.
    #[must_use]
    pub fn read(found: Read<ClientRow>) -> Self {
        Self(found.value, Some(found.position))
    }
}

/// The customer record that contacts are linked to.
#[Object]
impl Client {
    /// The client's id.
    fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The position of the snapshot it was read in; null where it is part of an answer that says its own.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        self.1.map(|position| ctx.position(position)).transpose()
    }

    /// First and last name; null for somebody without a name, who is shown as an unknown client.
    fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }

    /// First name.
    fn first_name(&self) -> Option<&str> {
        self.0.details.first_name.as_deref()
    }

    /// Last name.
    fn last_name(&self) -> Option<&str> {
        self.0.details.last_name.as_deref()
    }

    /// Phone numbers, the preferred one first.
    fn phones(&self) -> Vec<ClientPhone> {
        let phones = self.0.details.phones.iter().cloned();
        let phone = |Phone { typed, e164 }| ClientPhone { typed, e164 };
        phones.map(phone).collect()
    }

    /// E-mail addresses as they were typed, the preferred one first.
    fn emails(&self) -> Vec<String> {
        let emails = self.0.details.emails.iter().cloned();
        emails.map(|Email { typed, .. }| typed).collect()
    }

    /// Postal address; may have several lines.
    fn address(&self) -> Option<&str> {
        self.0.details.address.as_deref()
    }

    /// VIP or BAD; null for neither.
    fn mark(&self) -> Option<ClientMark> {
        self.0.mark.map(|mark| match mark {
            hilo_read::ClientMark::Vip => ClientMark::Vip,
            hilo_read::ClientMark::Bad => ClientMark::Bad,
        })
    }

    /// The team's tags, sorted.
    fn tags(&self) -> &[String] {
        &self.0.tags
    }

    /// The agent who looks after the client.
    fn owner(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        match self.0.owner {
            Some(owner) => Agent::find(ctx.app()?, owner),
            None => Ok(None),
        }
    }

    /// Kinds of channels over which the client wants no campaigns. Answering them in person is not forbidden.
    fn do_not_disturb(&self) -> Vec<ChannelKind> {
        let kinds = self.0.do_not_disturb.iter().copied();
        kinds.map(ChannelKind::from).collect()
    }

    /// The client this one was merged into; null while it stands for itself.
    fn merged_into_id(&self) -> Option<ID> {
        self.0.merged_into.map(|into| ID(into.to_string()))
    }

    /// The clients that were merged into this one itself and can be parted from it again, oldest first, at most 50.
    #[graphql(complexity = "50 * child_complexity + 20")]
    async fn merged(&self, ctx: &Context<'_>) -> Result<Vec<Self>, Failure> {
        let found = ctx.app()?.merged_clients(ctx.caller()?, self.0.id).await?;
        Ok(found.into_iter().map(Self::part).collect())
    }

    /// When the record was made.
    fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// Who made it.
    fn created_by(&self) -> Actor {
        Actor(self.0.created_by.clone())
    }

    /// How many chats it has in the channels the caller may see, those of merged clients included.
    #[graphql(complexity = 5)]
    async fn chat_count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        ClientLoader::chat_count(ctx, self.0.id).await
    }

    /// Its chats in the channels the caller may see, those of merged clients included; newest activity first.
    #[graphql(complexity = "pagination::cost(first, last, child_complexity) + 100")]
    async fn chats(
        &self,
        ctx: &Context<'_>,
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
        let list = List::Chats;
        let page = arguments.page(list)?;
        let found = ctx
            .app()?
            .client_chats(ctx.caller()?, self.0.id, page)
            .await?;
        Ok(ChatConnection {
            page: found,
            list,
            filter: None,
        })
    }
}
