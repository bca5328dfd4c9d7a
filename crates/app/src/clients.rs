//! What agents and programs do with clients. A record is visible to whoever has the Chats right; its chats only to who has
//! their channels. That a client is there is looked up in the read model, as for chats; whether it may be changed is
//! decided from facts.

use futures_util::future::BoxFuture;
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::ChatCommand;
use hilo_domain::client::{
    Client, ClientCommand, ClientEvent, ClientMark, DetailsInput, is_phone, is_undoable,
    parse_email,
};
use hilo_domain::{Actor, AgentId, ChatId, ClientId, ids};
use hilo_journal::{Committed, Dedupe};
use hilo_read::{ChatRow, ClientList, ClientPage, ClientRow, Page, Paged, Read};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::bulk::Quietly;
use crate::erase::confirm;
use crate::error::AppError;
use crate::undo::UndoToken;
use crate::{Act, Acted, App};

/// The answer for every client that is not there.
pub(crate) const NO_CLIENT: AppError = AppError::NotFound { what: "client" };

/// What a new client is made of.
#[derive(Clone, Default)]
pub struct NewClient {
    /// What the caller typed.
    pub details: DetailsInput,
    /// The chat of an unknown writer (G4): what is not typed is taken from what its contact said, and the chat is linked.
    pub from_chat: Option<ChatId>,
    /// Chosen by the caller, so that asking again makes no second one.
    pub idempotency_key: Uuid,
}

impl App {
    /// One client; a deleted one is not there.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub async fn client(
        &self,
        caller: &Caller,
        client: ClientId,
    ) -> Result<Read<ClientRow>, AppError> {
        authorize(caller, Operation::SeeClients)?;
        self.read().client(client).await?.ok_or(NO_CLIENT)
    }

    /// The clients among these ids, in no order: for who sees clients, or the chats that point to them.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn clients_by_ids(
        &self,
        caller: &Caller,
        clients: &[ClientId],
    ) -> Result<Vec<ClientRow>, AppError> {
        authorize(caller, Operation::SeeClients)
            .or_else(|_| authorize(caller, Operation::SeeChats))?;
        Ok(self.read().clients_by_ids(clients).await?)
    }

    /// A page of the list of clients, by name.
    ///
    /// # Errors
    /// `Forbidden`; `Invalid` for an impossible page.
    pub async fn clients(&self, caller: &Caller, page: ClientPage) -> Result<ClientList, AppError> {
        authorize(caller, Operation::SeeClients)?;
        Ok(self.read().clients(page).await?)
    }

    /// Clients that have a phone number, at most 20.
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn clients_by_phone(
        &self,
        caller: &Caller,
        phone: &str,
    ) -> Result<Vec<ClientRow>, AppError> {
        authorize(caller, Operation::SeeClients)?;
        Ok(self.read().clients_by_phone(phone).await?)
    }

    /// The clients that were merged into one, at most 50 (G12).
    ///
    /// # Errors
    /// `Forbidden`.
    pub async fn merged_clients(
        &self,
        caller: &Caller,
        into: ClientId,
    ) -> Result<Vec<ClientRow>, AppError> {
        authorize(caller, Operation::SeeClients)?;
        Ok(self.read().merged_clients(into).await?)
    }

    /// A page of a client's chats in the caller's channels, newest activity first (G13).
    ///
    /// # Errors
    /// `Invalid` for an impossible page.
    pub async fn client_chats(
        &self,
        caller: &Caller,
        client: ClientId,
        page: Page,
    ) -> Result<Paged<ChatRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let scope = self.scope(caller)?;
        Ok(self.read().client_chats(&scope, client, page).await?)
    }

    /// How many chats clients have in the caller's channels; those with none are left out.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn client_chat_counts(
        &self,
        caller: &Caller,
        clients: &[ClientId],
    ) -> Result<Vec<(ClientId, i64)>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let scope = self.scope(caller)?;
        Ok(self.read().client_chat_counts(&scope, clients).await?)
    }

    /// Makes a client once, however often the same key comes; from a chat, links that chat to it.
    ///
    /// # Errors
    /// `NotFound` for the chat; a client's or chat's refusal; `IdempotencyConflict` when the key came with other content.
    pub async fn create_client(
        &self,
        caller: &Caller,
        new: NewClient,
    ) -> Result<(ClientId, Acted), AppError> {
        authorize(caller, Operation::ChangeClients)?;
        let act = Act::of(caller);
        let scope = caller.dedupe_scope();
        let key = new.idempotency_key.as_bytes();
        let content = typed(&new);
        let mut details = new.details;
        let mut channel = None;
        if let Some(chat) = new.from_chat {
            channel = Some((chat, self.visible(caller, chat).await?));
            fill_in(&mut details, &self.chat(caller, chat).await?.value);
        }
        let mac = self
            .journal()
            .lookup_mac("client", &[scope.as_bytes(), key]);
        let client = ClientId::from_uuid(ids::from_mac(&mac));
        let command = ClientCommand::CreateClient {
            client_id: client,
            details,
            by: act.actor.clone(),
            at: act.at,
        };
        let once = act.clone().once(Dedupe {
            scope,
            key: key.to_vec(),
            content,
        });
        let mut position = self
            .execute_client(client, None, command, once)
            .await?
            .position;
        if let Some((chat, channel)) = channel {
            let command = ChatCommand::LinkClient {
                client_id: client,
                by: caller.agent_id,
            };
            let linked = self.execute_chat(chat, channel, command, act).await?;
            position = position.max(linked.position);
        }
        Ok((client, self.acted(position).await))
    }

    /// Changes details; what is None stays (G5).
    ///
    /// # Errors
    /// `NotFound`; a client's refusal.
    pub async fn change_client_details(
        &self,
        caller: &Caller,
        client: ClientId,
        details: DetailsInput,
    ) -> Result<Acted, AppError> {
        self.act_on_client(caller, client, |by| ClientCommand::ChangeClientDetails {
            details,
            by,
        })
        .await
    }

    /// Marks a client as VIP or BAD, or takes the mark away (G6).
    ///
    /// # Errors
    /// `NotFound`; a client's refusal.
    pub async fn mark_client(
        &self,
        caller: &Caller,
        client: ClientId,
        mark: Option<ClientMark>,
    ) -> Result<Acted, AppError> {
        self.act_on_client(caller, client, |by| ClientCommand::MarkClient { mark, by })
            .await
    }

    /// Puts a tag on a client, or takes it off.
    ///
    /// # Errors
    /// `NotFound`; a client's refusal.
    pub async fn tag_client(
        &self,
        caller: &Caller,
        client: ClientId,
        tag: String,
        on: bool,
    ) -> Result<Acted, AppError> {
        self.act_on_client(caller, client, |by| match on {
            true => ClientCommand::TagClient { tag, by },
            false => ClientCommand::UntagClient { tag, by },
        })
        .await
    }

    /// Says who looks after a client.
    ///
    /// # Errors
    /// `NotFound`; a client's refusal.
    pub async fn change_client_owner(
        &self,
        caller: &Caller,
        client: ClientId,
        owner: Option<AgentId>,
    ) -> Result<Acted, AppError> {
        self.act_on_client(caller, client, |by| ClientCommand::ChangeClientOwner {
            owner,
            by,
        })
        .await
    }

    /// Says whether a client wants campaigns over channels of a kind (G15).
    ///
    /// # Errors
    /// `NotFound`; a client's refusal.
    pub async fn set_client_do_not_disturb(
        &self,
        caller: &Caller,
        client: ClientId,
        channel_kind: ChannelKind,
        on: bool,
    ) -> Result<Acted, AppError> {
        self.act_on_client(caller, client, |by| ClientCommand::SetClientDoNotDisturb {
            channel_kind,
            on,
            by,
        })
        .await
    }

    /// Hides a client from agents for good; its chats are linked to nobody then.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` without the confirmation; a client's refusal.
    pub async fn delete_client(
        &self,
        caller: &Caller,
        client: ClientId,
        confirmed: bool,
    ) -> Result<Acted, AppError> {
        confirm(confirmed)?;
        self.act_on_client(caller, client, |by| ClientCommand::DeleteClient { by })
            .await
    }

    /// Lets one client stand for another one, too (G12).
    ///
    /// # Errors
    /// `NotFound` for either; a client's refusal.
    pub async fn merge_clients(
        &self,
        caller: &Caller,
        client: ClientId,
        into: ClientId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeClients)?;
        self.present(into).await?;
        self.act_on_client(caller, client, |by| ClientCommand::MergeClient { into, by })
            .await
    }

    /// Takes a merge back; what came since stays where it was linked (N7).
    ///
    /// # Errors
    /// `NotFound`; a client's refusal.
    pub async fn unmerge_client(
        &self,
        caller: &Caller,
        client: ClientId,
    ) -> Result<Acted, AppError> {
        self.act_on_client(caller, client, |by| ClientCommand::UnmergeClient { by })
            .await
    }

    /// Says which client the contact of a chat is (G1).
    ///
    /// # Errors
    /// `NotFound` for the chat or the client; a chat's refusal.
    pub async fn link_client(
        &self,
        caller: &Caller,
        chat: ChatId,
        client_id: ClientId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::LinkClient)?;
        self.visible(caller, chat).await?;
        self.present(client_id).await?;
        let command = |by, _| ChatCommand::LinkClient { client_id, by };
        self.act_on_chat(caller, Operation::LinkClient, chat, command)
            .await
    }

    /// Says that the contact of a chat is no known client.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn unlink_client(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, _| ChatCommand::UnlinkClient { by };
        self.act_on_chat(caller, Operation::LinkClient, chat, command)
            .await
    }

    async fn act_on_client(
        &self,
        caller: &Caller,
        client: ClientId,
        command: impl FnOnce(Actor) -> ClientCommand,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeClients)?;
        self.present(client).await?;
        let act = Act::of(caller);
        let command = command(act.actor.clone());
        let owner = match &command {
            ClientCommand::ChangeClientOwner { owner, .. } => *owner,
            _ => None,
        };
        let request = act.request;
        let committed = self.execute_client(client, owner, command, act).await?;
        let quietly = Quietly::of(&committed, is_undoable);
        let span = quietly.span.filter(|_| quietly.is_undoable);
        Ok(Acted {
            undo: span.map(|span| UndoToken::over(None, span, request)),
            ..self.acted(quietly.position).await
        })
    }

    /// Whether a client was made and not deleted. A row that is not there yet is waited for: it may have been made through
    /// another process a moment ago.
    async fn present(&self, client: ClientId) -> Result<(), AppError> {
        if self.read().client(client).await?.is_some() {
            return Ok(());
        }
        let head = self.journal().confirmed_head().await?;
        if self.acted(head).await.pending {
            return Err(AppError::Unavailable);
        }
        let found = self.read().client(client).await?;
        found.map(drop).ok_or(NO_CLIENT)
    }

    /// Executes a command on a client; `owner` is the agent whom it names. Checks no caller: for imports and the demo.
    ///
    /// # Errors
    /// The client's refusal; `IdempotencyConflict`; `Unavailable`.
    pub fn execute_client(
        &self,
        client: ClientId,
        owner: Option<AgentId>,
        command: ClientCommand,
        act: Act,
    ) -> BoxFuture<'_, Result<Committed<ClientEvent>, AppError>> {
        Box::pin(async move {
            let facts = self.facts().client_facts(act.actor.agent_id(), owner);
            Ok(self
                .journal()
                .execute::<Client>(&client.to_string(), command, facts, act.context()?)
                .await?)
        })
    }
}

/// What a contact said fills in what nobody typed; what cannot be a number or an address is left out.
fn fill_in(details: &mut DetailsInput, chat: &ChatRow) {
    if details.first_name.is_none() && details.last_name.is_none() {
        let name = chat.contact_name.as_deref().unwrap_or_default().trim();
        let (first, last) = name.split_once(' ').unwrap_or((name, ""));
        details.first_name = Some(first.chars().take(80).collect());
        details.last_name = Some(last.trim().chars().take(80).collect());
    }
    if details.phones.is_none() {
        let said = [&chat.contact_phone, &chat.handle].into_iter().flatten();
        let phones = said.filter(|text| is_phone(text)).take(1).cloned();
        details.phones = Some(phones.collect());
    }
    if details.emails.is_none() {
        let said = [&chat.contact_email, &chat.handle].into_iter().flatten();
        let emails = said.filter(|text| parse_email(text).is_some()).take(1);
        details.emails = Some(emails.cloned().collect());
    }
}

/// What the caller typed, as the content of an idempotency key.
fn typed(new: &NewClient) -> Vec<u8> {
    let NewClient {
        details,
        from_chat,
        idempotency_key: _,
    } = new;
    let all = (
        &details.first_name,
        &details.last_name,
        &details.phones,
        &details.emails,
        &details.address,
        from_chat,
    );
    serde_json::to_vec(&all).unwrap_or_default()
}
