//! A chat as its row in the list shows it, with its contact. Shows rows of the read model as they are.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use hilo_journal::Position as JournalPosition;
use hilo_read::{ChatRow, LastMessage, List};
use jiff::Timestamp;

use super::composer::Composer;
use super::drafts::Draft;
use super::history::ChatActConnection;
use super::internal::InternalChat;
use super::marks::ChatPriority;
use super::mention::Mention;
use super::snooze::Snooze;
use super::timeline::ChatAct;
use crate::actor::Actor;
use crate::channel::object::Channel;
use crate::client::loader::ClientLoader;
use crate::client::object::Client;
use crate::context::Asked;
use crate::error::Failure;
use crate::message::attachment::AttachmentKind;
use crate::message::object::{Direction, MessageConnection, MessageState};
use crate::pagination::{self, PageArguments};
use crate::scalars::{Position, parse_id};

/// Whether a chat is in the inbox or in the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChatState {
    /// In the inbox.
    Active,
    /// In the archive, until somebody writes.
    Archived,
}

impl From<hilo_read::ChatState> for ChatState {
    fn from(state: hilo_read::ChatState) -> Self {
        match state {
            hilo_read::ChatState::Active => Self::Active,
            hilo_read::ChatState::Archived | hilo_read::ChatState::Deleted => Self::Archived,
        }
    }
}

/// The mark of a chat in the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChatMark {
    /// Blue: there are unread messages.
    Unread,
    /// Grey: all is read, and the contact waits for an answer.
    Unanswered,
    /// No mark.
    None,
}

/// The conversation with one contact on one channel.
pub struct Chat {
    /// The row of the list.
    pub row: ChatRow,
    /// The snapshot it was read in.
    pub position: JournalPosition,
}

/// The conversation with one contact on one channel.
#[Object]
impl Chat {
    /// The chat's id.
    fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The channel it came in on.
    fn channel(&self, ctx: &Context<'_>) -> Result<Channel, Failure> {
        Channel::find(ctx.app()?, self.row.channel_id)
    }

    /// Who writes. Among colleagues nobody: its name is the group's title, if it has one.
    fn contact(&self) -> Contact {
        Contact::of(&self.row)
    }

    /// Whether it is in the inbox or in the archive. A deleted chat says archived.
    fn state(&self) -> ChatState {
        self.row.state.into()
    }

    /// Whether it was deleted, for good: only auditors see it then. It begins anew when the contact writes.
    fn deleted(&self) -> bool {
        self.row.is_deleted()
    }

    /// Its mark in the list.
    fn mark(&self) -> ChatMark {
        match (self.row.unread > 0, self.row.unanswered) {
            (true, _) => ChatMark::Unread,
            (false, true) => ChatMark::Unanswered,
            (false, false) => ChatMark::None,
        }
    }

    /// How many messages of the contact no agent has read; among colleagues, of theirs that the caller has not.
    fn unread_count(&self) -> i32 {
        self.row.unread
    }

    /// Whether the last message is the contact's.
    fn unanswered(&self) -> bool {
        self.row.unanswered
    }

    /// The last message, shortened.
    fn last_message(&self) -> Option<MessagePreview> {
        self.row.last_message.clone().map(MessagePreview)
    }

    /// How many messages it has had, in both directions, also those that are not shown any more.
    fn message_count(&self) -> i32 {
        i32::try_from(self.row.message_count).unwrap_or(i32::MAX)
    }

    /// Who belongs to it, where it is one of colleagues among themselves; null where it is with a customer.
    fn internal(&self) -> Option<InternalChat> {
        let internal = self.row.internal.clone()?;
        let title = self.row.contact_name.clone();
        Some(InternalChat { internal, title })
    }

    /// The client it is linked to, after all merges; null where it is linked to none.
    #[graphql(complexity = "child_complexity + 5")]
    async fn client(&self, ctx: &Context<'_>) -> Result<Option<Client>, Failure> {
        match &self.row.client {
            Some(client) => ClientLoader::client(ctx, client.id).await,
            None => Ok(None),
        }
    }

    /// When the contact first wrote.
    fn opened_at(&self) -> Timestamp {
        self.row.opened_at
    }

    /// The place of its last activity in the journal: lists are sorted by its number, newest first, then by id.
    fn last_activity(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.row.last_activity)
    }

    /// When that activity happened; earlier than its place tells when it was recorded late.
    fn last_activity_at(&self) -> Timestamp {
        self.row.last_activity_at
    }

    /// When it was closed, while it is archived.
    fn archived_at(&self) -> Option<Timestamp> {
        self.row.archived_at
    }

    /// Who closed it, while it is archived.
    fn archived_by(&self) -> Option<Actor> {
        self.row.archived_by.clone().map(Actor)
    }

    /// Who answers it: only they and administrators write in it. Null while anybody with access may.
    fn assignee(&self) -> Option<Actor> {
        self.row.assignee.map(|assignee| Actor(assignee.into()))
    }

    /// For how long it is put aside; null when it is not.
    fn snooze(&self) -> Option<Snooze> {
        let snooze = self.row.snooze?;
        Some(Snooze {
            until: snooze.until,
        })
    }

    /// The team's tags, sorted.
    fn tags(&self) -> &[String] {
        &self.row.tags
    }

    /// How much it presses.
    fn priority(&self) -> ChatPriority {
        self.row.priority.into()
    }

    /// Whether its contact was blocked: what they write is kept, but marks nothing.
    fn blocked(&self) -> bool {
        self.row.blocked
    }

    /// Whether the caller starred it.
    fn starred(&self, ctx: &Context<'_>) -> Result<bool, Failure> {
        let own = self.row.own.get(&ctx.caller()?.agent_id);
        Ok(own.is_some_and(|own| own.starred))
    }

    /// The newest note that mentions the caller and that they have not seen, else the newest that they have; null where
    /// none does.
    fn mention(&self, ctx: &Context<'_>) -> Result<Option<Mention>, Failure> {
        let own = self.row.own.get(&ctx.caller()?.agent_id);
        Ok(own.and_then(|own| own.mention().cloned()).map(Mention))
    }

    /// The caller's unsent text: the last item of the chat, for them alone.
    fn draft(&self, ctx: &Context<'_>) -> Result<Option<Draft>, Failure> {
        let own = self.row.own.get(&ctx.caller()?.agent_id);
        Ok(own.and_then(|own| own.draft.clone()).map(Draft))
    }

    /// Everything that was done to it besides messages, oldest first; the newest page unless the arguments say otherwise.
    #[graphql(complexity = "pagination::cost(first, last, child_complexity) + 100")]
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the oldest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only acts behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many up to the newest, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only acts before this cursor.")] before: Option<String>,
    ) -> Result<ChatActConnection, Failure> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = arguments.page(List::Acts)?;
        let found = ctx.app()?.history(ctx.caller()?, self.row.id, page).await?;
        Ok(ChatActConnection(found))
    }

    /// Whether the caller can write here now, until when, and what to do where they cannot.
    fn composer(&self, ctx: &Context<'_>) -> Result<Composer, Failure> {
        Ok(Composer(ctx.app()?.composer(ctx.caller()?, &self.row)))
    }

    /// Its messages, oldest first; the newest 500 are kept here.
    #[graphql(complexity = "pagination::cost(first, last, child_complexity) + 100")]
    async fn messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the oldest, at most 100.")] first: Option<i32>,
        #[graphql(desc = "Only messages behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many up to the newest, at most 100.")] last: Option<i32>,
        #[graphql(desc = "Only messages before this cursor.")] before: Option<String>,
        #[graphql(desc = "The page with this place in its middle, of `first` messages.")]
        around: Option<ThreadPlace>,
    ) -> Result<MessageConnection, Failure> {
        if let Some(place) = around.map(ThreadPlace::into_read).transpose()? {
            if last.is_some() || after.is_some() || before.is_some() {
                let message = "A place in the thread goes with `first` only.";
                return Err(Failure::bad_input("around", message));
            }
            let size = pagination::first(first)?;
            let (app, caller) = (ctx.app()?, ctx.caller()?);
            let found = app
                .messages_around(caller, self.row.id, place, size)
                .await?;
            return Ok(MessageConnection(found));
        }
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = arguments.page(List::Messages)?;
        let found = ctx
            .app()?
            .messages(ctx.caller()?, self.row.id, page)
            .await?;
        Ok(MessageConnection(found))
    }

    /// The rows of its timeline that are no messages, oldest first; the newest 500.
    #[graphql(complexity = "child_complexity * 20 + 100")]
    async fn acts(&self, ctx: &Context<'_>) -> Result<Vec<ChatAct>, Failure> {
        let acts = ctx.app()?.acts(ctx.caller()?, self.row.id).await?;
        Ok(acts.value.into_iter().map(ChatAct).collect())
    }

    /// The position of the snapshot it was read in: what a subscription goes on from.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.position)
    }
}

/// A place in a thread: a message, or the first unread one.
#[derive(InputObject)]
pub struct ThreadPlace {
    /// This message.
    message_id: Option<ID>,
    /// True: the first message of the contact that no agent has read; the end of the thread where all are read.
    first_unread: Option<bool>,
}

impl ThreadPlace {
    fn into_read(self) -> Result<hilo_read::ThreadPlace, Failure> {
        match (self.message_id, self.first_unread.unwrap_or(false)) {
            (Some(id), false) => Ok(hilo_read::ThreadPlace::Message(parse_id(&id, "message")?)),
            (None, true) => Ok(hilo_read::ThreadPlace::FirstUnread),
            (Some(_), true) | (None, false) => Err(Failure::bad_input(
                "around",
                "Give one of `messageId` and `firstUnread`.",
            )),
        }
    }
}

/// Who writes to the company on one channel.
#[derive(Clone, SimpleObject)]
pub struct Contact {
    /// The contact's id.
    id: ID,
    /// The name, if it is known.
    name: Option<String>,
    /// What the channel calls them: a user name, a number, an address.
    handle: Option<String>,
    /// The e-mail address, if it is known.
    email: Option<String>,
    /// The phone number, if it is known.
    phone: Option<String>,
    /// Whether the website vouched for who they are.
    verified: bool,
    /// The language their browser asks for, as a BCP 47 tag.
    locale: Option<String>,
    /// The page they wrote from.
    page: Option<PageView>,
}

impl Contact {
    fn of(row: &ChatRow) -> Self {
        let title = row.page_title.clone();
        Self {
            id: ID(row.contact_id.to_string()),
            name: row.contact_name.clone(),
            handle: row.handle.clone(),
            email: row.contact_email.clone(),
            phone: row.contact_phone.clone(),
            verified: row.contact_verified,
            locale: row.locale.clone(),
            page: row.page_url.clone().map(|url| PageView { url, title }),
        }
    }
}

/// A page somebody looked at.
#[derive(Clone, SimpleObject)]
pub struct PageView {
    /// Its address.
    url: String,
    /// Its title.
    title: Option<String>,
}

/// The last message of a chat, shortened for the list.
pub struct MessagePreview(LastMessage);

/// The last message of a chat, shortened for the list.
#[Object]
impl MessagePreview {
    /// Which way it went.
    fn direction(&self) -> Direction {
        self.0.direction.into()
    }

    /// Who wrote it.
    fn author(&self) -> Actor {
        Actor(self.0.author.clone())
    }

    /// Its first 140 characters; empty when it was deleted or erased.
    fn text(&self) -> &str {
        &self.0.preview
    }

    /// What it carries beside its text, the first thing of it.
    fn attachment(&self) -> Option<AttachmentKind> {
        self.0.kind.map(AttachmentKind::from)
    }

    /// When it was written.
    fn at(&self) -> Timestamp {
        self.0.at
    }

    /// How far it came.
    fn state(&self) -> MessageState {
        self.0.state.into()
    }
}
