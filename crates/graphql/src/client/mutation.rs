//! What agents do with clients.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_app::NewClient;
use hilo_domain::client::DetailsInput;
use uuid::Uuid;

use super::object::ClientMark;
use super::payload::ClientPayload;
use crate::authorization::Allowed;
use crate::channel::object::ChannelKind;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::chat_payload;
use crate::scalars::parse_id;

/// Details of a client. What is left out stays as it is; what is empty is taken away.
#[derive(InputObject)]
pub struct ClientDetailsInput {
    /// First name, at most 80 characters.
    first_name: Option<String>,
    /// Last name, at most 80 characters.
    last_name: Option<String>,
    /// All phone numbers, the preferred one first; at most 10. Best with `+` and the code of the country.
    phones: Option<Vec<String>>,
    /// All e-mail addresses, the preferred one first; at most 10.
    emails: Option<Vec<String>>,
    /// Postal address, at most 500 characters; may have several lines.
    address: Option<String>,
}

impl From<ClientDetailsInput> for DetailsInput {
    fn from(input: ClientDetailsInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            phones: input.phones,
            emails: input.emails,
            address: input.address,
        }
    }
}

/// Whom to make a record of.
#[derive(InputObject)]
pub struct CreateClientInput {
    /// A UUID the caller makes once for this client: asking again with it makes no second one.
    idempotency_key: ID,
    /// The chat of an unknown writer: what is not given is taken from what the contact said, and the chat is linked.
    from_chat_id: Option<ID>,
    /// What is known.
    details: Option<ClientDetailsInput>,
}

/// Which details to change.
#[derive(InputObject)]
pub struct ChangeClientDetailsInput {
    /// The client's id.
    client_id: ID,
    /// What to change.
    details: ClientDetailsInput,
}

/// How to mark a client.
#[derive(InputObject)]
pub struct MarkClientInput {
    /// The client's id.
    client_id: ID,
    /// VIP or BAD; null takes the mark away.
    mark: Option<ClientMark>,
}

/// A tag and a client.
#[derive(InputObject)]
pub struct ClientTagInput {
    /// The client's id.
    client_id: ID,
    /// The tag, 1 to 50 characters.
    tag: String,
}

/// Who is to look after a client.
#[derive(InputObject)]
pub struct ChangeClientOwnerInput {
    /// The client's id.
    client_id: ID,
    /// The agent's id; null for nobody.
    owner_id: Option<ID>,
}

/// Where campaigns are not wanted.
#[derive(InputObject)]
pub struct SetClientDoNotDisturbInput {
    /// The client's id.
    client_id: ID,
    /// Over channels of this kind.
    channel_kind: ChannelKind,
    /// True where none are wanted, false where they are again.
    on: bool,
}

/// Which client to delete.
#[derive(InputObject)]
pub struct DeleteClientInput {
    /// The client's id.
    client_id: ID,
    /// Must be true: a deleted client does not come back.
    confirm: bool,
}

/// Which two clients are one.
#[derive(InputObject)]
pub struct MergeClientsInput {
    /// The client that is the other one.
    client_id: ID,
    /// The client that stands for both from here on.
    into_client_id: ID,
}

/// Which merge to take back.
#[derive(InputObject)]
pub struct UnmergeClientInput {
    /// The client that was merged into another one.
    client_id: ID,
}

/// Whom a chat is with.
#[derive(InputObject)]
pub struct LinkClientInput {
    /// The chat's id.
    chat_id: ID,
    /// The client's id.
    client_id: ID,
}

/// Which chat is with no known client.
#[derive(InputObject)]
pub struct UnlinkClientInput {
    /// The chat's id.
    chat_id: ID,
}

chat_payload!(
    /// What linking a chat to a client came to.
    LinkClientPayload
);
chat_payload!(
    /// What unlinking a chat came to.
    UnlinkClientPayload
);

/// Fields of Mutation about clients.
#[derive(Default)]
pub struct ClientMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ClientMutation {
    /// Makes a record of a customer; from the chat of an unknown writer, links that chat to it.
    async fn create_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to make a record of.")] input: CreateClientInput,
    ) -> Result<ClientPayload, Failure> {
        let key = Uuid::try_parse(&input.idempotency_key);
        let idempotency_key =
            key.map_err(|_| Failure::bad_input("idempotencyKey", "Not a UUID."))?;
        let from_chat = input.from_chat_id;
        let new = NewClient {
            details: input.details.map(DetailsInput::from).unwrap_or_default(),
            from_chat: from_chat.map(|id| parse_id(&id, "chat")).transpose()?,
            idempotency_key,
        };
        let created = ctx.app()?.create_client(ctx.caller()?, new).await;
        Ok(ClientPayload::of(outcome(created)?))
    }

    /// Changes details of a client: name, phones, e-mail addresses, postal address.
    async fn change_client_details(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which details to change.")] input: ChangeClientDetailsInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let changed = ctx
            .app()?
            .change_client_details(ctx.caller()?, id, input.details.into())
            .await;
        Ok(ClientPayload::on(id, outcome(changed)?))
    }

    /// Marks a client as VIP or BAD, seen in all of its chats, or takes the mark away. Setting one takes the other away.
    async fn mark_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How to mark a client.")] input: MarkClientInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let mark = input.mark.map(Into::into);
        let marked = ctx.app()?.mark_client(ctx.caller()?, id, mark).await;
        Ok(ClientPayload::on(id, outcome(marked)?))
    }

    /// Puts a tag on a client; at most 20 fit.
    async fn tag_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A tag and a client.")] input: ClientTagInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let tagged = ctx
            .app()?
            .tag_client(ctx.caller()?, id, input.tag, true)
            .await;
        Ok(ClientPayload::on(id, outcome(tagged)?))
    }

    /// Takes a tag off a client.
    async fn untag_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A tag and a client.")] input: ClientTagInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let untagged = ctx
            .app()?
            .tag_client(ctx.caller()?, id, input.tag, false)
            .await;
        Ok(ClientPayload::on(id, outcome(untagged)?))
    }

    /// Says which agent looks after a client.
    async fn change_client_owner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to look after a client.")] input: ChangeClientOwnerInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let owner = input
            .owner_id
            .map(|id| parse_id(&id, "agent"))
            .transpose()?;
        let changed = ctx
            .app()?
            .change_client_owner(ctx.caller()?, id, owner)
            .await;
        Ok(ClientPayload::on(id, outcome(changed)?))
    }

    /// Says whether a client wants campaigns over channels of a kind. Personal answers are warned of, not refused.
    async fn set_client_do_not_disturb(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where campaigns are not wanted.")] input: SetClientDoNotDisturbInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let set = ctx
            .app()?
            .set_client_do_not_disturb(ctx.caller()?, id, input.channel_kind.into(), input.on)
            .await;
        Ok(ClientPayload::on(id, outcome(set)?))
    }

    /// Hides a client from agents for good; its chats are linked to nobody then. Destroys nothing: see eraseClient.
    async fn delete_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which client to delete.")] input: DeleteClientInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let deleted = ctx
            .app()?
            .delete_client(ctx.caller()?, id, input.confirm)
            .await;
        Ok(ClientPayload::on(id, outcome(deleted)?))
    }

    /// Says that two clients are one person: all chats of the one are shown as the other's until that is taken back.
    async fn merge_clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which two clients are one.")] input: MergeClientsInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let into = parse_id(&input.into_client_id, "client")?;
        let merged = ctx.app()?.merge_clients(ctx.caller()?, id, into).await;
        Ok(ClientPayload::on(id, outcome(merged)?))
    }

    /// Takes a merge back: each chat is shown as the client's to whom it was linked.
    async fn unmerge_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which merge to take back.")] input: UnmergeClientInput,
    ) -> Result<ClientPayload, Failure> {
        let id = parse_id(&input.client_id, "client")?;
        let unmerged = ctx.app()?.unmerge_client(ctx.caller()?, id).await;
        Ok(ClientPayload::on(id, outcome(unmerged)?))
    }

    /// Says which client the contact of a chat is.
    async fn link_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom a chat is with.")] input: LinkClientInput,
    ) -> Result<LinkClientPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let client = parse_id(&input.client_id, "client")?;
        let linked = ctx.app()?.link_client(ctx.caller()?, id, client).await;
        Ok(LinkClientPayload::of(id, outcome(linked)?))
    }

    /// Says that the contact of a chat is no known client.
    async fn unlink_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat is with no known client.")] input: UnlinkClientInput,
    ) -> Result<UnlinkClientPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let unlinked = ctx.app()?.unlink_client(ctx.caller()?, id).await;
        Ok(UnlinkClientPayload::of(id, outcome(unlinked)?))
    }
}
