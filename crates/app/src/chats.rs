//! What agents see of chats and do in them. A chat outside the caller's channels is not there at all (A2, S6).

use futures_util::future::BoxFuture;
use hilo_domain::chat::{Chat, ChatCommand, ChatEvent, is_undoable};
use hilo_domain::workspace::WorkspaceRefusal;
use hilo_domain::{AgentId, ChannelId, ChatId, MessageId, ids};
use hilo_journal::Committed;
use hilo_read::{
    ActRow, ChannelScope, ChatFilter, ChatRow, Counted, MessageRow, Page, Paged, Read, TagRow,
    ThreadPlace,
};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::bulk::Quietly;
use crate::error::{AppError, Refusal};
use crate::undo::UndoToken;
use crate::{Act, Acted, App, Typing};

/// The answer for every chat that is not there or not the caller's.
pub(crate) const NO_CHAT: AppError = AppError::NotFound { what: "chat" };

/// The answer for every chat while they are switched off (A14).
const CHATS_OFF: AppError = AppError::Refused(Refusal::Workspace(WorkspaceRefusal::ChatsOff));

impl App {
    /// A page of the inbox, newest first, of the caller's channels.
    ///
    /// # Errors
    /// `Invalid` for an impossible page; `Forbidden` for deleted chats, which are for auditors; `Unavailable`.
    pub async fn chats(
        &self,
        caller: &Caller,
        filter: ChatFilter,
        page: Page,
    ) -> Result<Paged<ChatRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        if filter.deleted {
            authorize(caller, Operation::SeeDeletedChats)?;
        }
        let scope = self.scope(caller)?;
        let filter = self.among_colleagues(caller, filter).await?;
        let mut page = self.read().chats(&scope, filter, page).await?;
        let seen = page.rows.into_iter();
        let seen = seen.map(|(key, row)| (key, row.seen_by(caller.agent_id)));
        page.rows = seen.collect();
        Ok(page)
    }

    /// One chat.
    ///
    /// # Errors
    /// `NotFound` when it is not there or not the caller's.
    pub async fn chat(&self, caller: &Caller, chat: ChatId) -> Result<Read<ChatRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        self.find(caller, chat, self.scope(caller)?).await
    }

    /// The caller's chats among these ids, in no order.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn chats_by_ids(
        &self,
        caller: &Caller,
        chats: &[ChatId],
    ) -> Result<Vec<ChatRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let scope = self.scope(caller)?;
        let seen = self.read().chats_by_ids(&scope, chats).await?.into_iter();
        Ok(seen.map(|row| row.seen_by(caller.agent_id)).collect())
    }

    /// A page of a chat's messages, oldest first.
    ///
    /// # Errors
    /// `NotFound` when the chat is not there or not the caller's; `Invalid` for an impossible page.
    pub async fn messages(
        &self,
        caller: &Caller,
        chat: ChatId,
        page: Page,
    ) -> Result<Paged<MessageRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        self.visible(caller, chat).await?;
        Ok(self
            .read()
            .messages(&self.scope(caller)?, chat, page)
            .await?)
    }

    /// One message that is still kept.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn message(
        &self,
        caller: &Caller,
        chat: ChatId,
        message: MessageId,
    ) -> Result<Option<MessageRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let scope = self.scope(caller)?;
        Ok(self.read().message(&scope, chat, message).await?)
    }

    /// A page of everything that was done to a chat besides messages, oldest first (C5).
    ///
    /// # Errors
    /// `NotFound` when the chat is not there or not the caller's; `Invalid` for an impossible page.
    pub async fn history(
        &self,
        caller: &Caller,
        chat: ChatId,
        page: Page,
    ) -> Result<Paged<ActRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        self.visible(caller, chat).await?;
        Ok(self
            .read()
            .history(&self.scope(caller)?, chat, page)
            .await?)
    }

    /// The messages around a place in a chat's thread, oldest first.
    ///
    /// # Errors
    /// `NotFound` when the chat is not there or not the caller's, or the message is not kept; `Invalid` for an impossible
    /// page.
    pub async fn messages_around(
        &self,
        caller: &Caller,
        chat: ChatId,
        place: ThreadPlace,
        size: usize,
    ) -> Result<Paged<MessageRow>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        self.visible(caller, chat).await?;
        let scope = self.scope(caller)?;
        let place = self.place_of(caller, chat, place).await?;
        let found = self.read().messages_around(&scope, chat, place, size).await;
        found?.ok_or(AppError::NotFound { what: "message" })
    }

    /// Rows of the timeline that are no messages: opened, archived, reopened, joined, rated; the newest 500.
    ///
    /// # Errors
    /// `NotFound` when the chat is not there or not the caller's.
    pub async fn acts(&self, caller: &Caller, chat: ChatId) -> Result<Read<Vec<ActRow>>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        self.visible(caller, chat).await?;
        Ok(self.read().acts(&self.scope(caller)?, chat).await?)
    }

    /// Numbers of chats by channel, of the caller's channels, and those that are about the caller.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn counters(&self, caller: &Caller) -> Result<Read<Counted>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let scope = self.scope(caller)?;
        Ok(self.read().counted(&scope, caller.agent_id).await?)
    }

    /// How many chats a list holds, where the counters say so; None where only its rows would, and where chats of
    /// colleagues are among them, which count for each member alone (A13).
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn total_of_chats(
        &self,
        caller: &Caller,
        filter: &ChatFilter,
    ) -> Result<Option<i64>, AppError> {
        let asked = filter.channel_ids.as_ref();
        let is_asked = |channel| asked.is_none_or(|asked| asked.contains(channel));
        let internal = self.facts().latest().internal_channels(caller.agent_id);
        if internal.iter().any(is_asked) {
            return Ok(None);
        }
        let counters = self.counters(caller).await?.value;
        Ok(counters.total(filter, caller.agent_id))
    }

    /// The tags in use on the caller's channels, the most used ones first.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn tags(&self, caller: &Caller) -> Result<Read<Vec<TagRow>>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        Ok(self.read().tags(&self.scope(caller)?).await?)
    }

    /// The team has read everything the contact wrote.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn mark_chat_read(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, _| ChatCommand::MarkChatRead { by };
        self.act_on_chat(caller, Operation::MarkChatRead, chat, command)
            .await
    }

    /// Puts a chat away.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn archive_chat(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::ArchiveChat { by, at };
        self.act_on_chat(caller, Operation::ArchiveChat, chat, command)
            .await
    }

    /// Takes a chat out of the archive.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn reopen_chat(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::ReopenChat { by, at };
        self.act_on_chat(caller, Operation::ReopenChat, chat, command)
            .await
    }

    /// Tells the contact, and colleagues who look at the chat, that the caller writes or no longer does. Not stored.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub async fn set_typing(
        &self,
        caller: &Caller,
        chat: ChatId,
        typing: bool,
    ) -> Result<(), AppError> {
        authorize(caller, Operation::SetTyping)?;
        self.visible(caller, chat).await?;
        let by = caller.actor();
        self.tell_typing(Typing {
            chat_id: chat,
            by,
            state: typing,
            preview: None,
        });
        Ok(())
    }

    pub(crate) async fn act_on_chat(
        &self,
        caller: &Caller,
        operation: Operation,
        chat: ChatId,
        command: impl FnOnce(AgentId, jiff::Timestamp) -> ChatCommand,
    ) -> Result<Acted, AppError> {
        authorize(caller, operation)?;
        let act = Act::of(caller);
        let (command, request) = (command(caller.agent_id, act.at), act.request);
        let quietly = self.act_quietly(caller, chat, command, act).await?;
        let span = quietly.span.filter(|_| quietly.is_undoable);
        Ok(Acted {
            undo: span.map(|span| UndoToken::over(None, span, request)),
            ..self.acted(quietly.position).await
        })
    }

    /// Acts on a chat of the caller's, without waiting for the read model.
    pub(crate) async fn act_quietly(
        &self,
        caller: &Caller,
        chat: ChatId,
        command: ChatCommand,
        act: Act,
    ) -> Result<Quietly, AppError> {
        let channel = self.visible(caller, chat).await?;
        let committed = self.execute_chat(chat, channel, command, act).await?;
        Ok(Quietly::of(&committed, is_undoable))
    }

    /// Executes a command on a chat of a channel, with the facts of that channel and of the acting agent. Checks no
    /// caller: for visitors' events, policies, imports and the demo.
    ///
    /// # Errors
    /// The chat's refusal; `IdempotencyConflict`; `Unavailable` when the journal is busy or its facts are behind.
    pub fn execute_chat(
        &self,
        chat: ChatId,
        channel: ChannelId,
        command: ChatCommand,
        act: Act,
    ) -> BoxFuture<'_, Result<Committed<ChatEvent>, AppError>> {
        Box::pin(async move {
            let agent = act.actor.agent_id();
            let facts = self.facts().chat_facts(channel, agent, command.named());
            Ok(self
                .journal()
                .execute::<Chat>(&chat.to_string(), command, facts, act.context()?)
                .await?)
        })
    }

    /// The id of a message, from what its writer's program called it.
    #[must_use]
    pub fn message_id(&self, chat: ChatId, client_message_id: Uuid) -> MessageId {
        let mac = self.journal().lookup_mac(
            "message",
            &[chat.as_uuid().as_bytes(), client_message_id.as_bytes()],
        );
        MessageId::from_uuid(ids::from_mac(&mac))
    }

    /// The caller's channels, now.
    pub(crate) fn scope(&self, caller: &Caller) -> Result<ChannelScope, AppError> {
        Ok(self.facts().try_scope(caller.agent_id)?)
    }

    /// A chat among the caller's channels. Before it is refused these are confirmed: access may have been given through
    /// another process a moment ago.
    async fn find(
        &self,
        caller: &Caller,
        chat: ChatId,
        scope: ChannelScope,
    ) -> Result<Read<ChatRow>, AppError> {
        let seen = |found: Read<ChatRow>| Read {
            value: found.value.seen_by(caller.agent_id),
            ..found
        };
        if let Some(row) = self.read().chat(&scope, chat).await? {
            return Ok(seen(row));
        }
        let facts = self.confirmed_facts().await?;
        if facts.workspace().is_some_and(|it| !it.chats_on) {
            return Err(CHATS_OFF);
        }
        let confirmed = facts.scope(caller.agent_id);
        if confirmed == scope {
            return Err(NO_CHAT);
        }
        let found = self.read().chat(&confirmed, chat).await?;
        found.map(seen).ok_or(NO_CHAT)
    }

    /// Whether agents work with chats at all (A14).
    pub(crate) async fn unless_chats_are_off(&self) -> Result<(), AppError> {
        let on = self.sure(|facts| facts.workspace().filter(|it| it.chats_on).map(drop));
        on.await?.ok_or(CHATS_OFF)
    }

    /// Looks up the channels of many chats at once, so that [`Self::visible`] need not ask for each.
    pub(crate) async fn know_channels(
        &self,
        caller: &Caller,
        chats: &[ChatId],
    ) -> Result<(), AppError> {
        let scope = self.scope(caller)?;
        for row in self.read().chats_by_ids(&scope, chats).await? {
            self.0.chat_channels.insert(row.id, row.channel_id);
        }
        Ok(())
    }

    /// Looks up the channel of a chat that may be deleted, so that [`Self::visible`] knows it: whoever sees the channel
    /// may delete its chats again, and erase them.
    pub(crate) async fn know_deleted(&self, caller: &Caller, chat: ChatId) -> Result<(), AppError> {
        let scope = self.scope(caller)?;
        if let Some(channel) = self.read().channel_of(&scope, chat).await? {
            self.0.chat_channels.insert(chat, channel);
        }
        Ok(())
    }

    /// The channel of a chat that the caller may see. A foreign chat takes the same statement as one that is not there,
    /// so that not even the time tells them apart.
    pub(crate) async fn visible(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<ChannelId, AppError> {
        let scope = self.scope(caller)?;
        let known = self.0.chat_channels.get(&chat);
        if let Some(channel) = known.filter(|channel| scope.allows(*channel)) {
            return Ok(channel);
        }
        let row = self.find(caller, chat, scope).await?;
        self.0.chat_channels.insert(chat, row.value.channel_id);
        Ok(row.value.channel_id)
    }
}
