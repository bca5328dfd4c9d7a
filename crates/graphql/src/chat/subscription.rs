//! Live: what changes in the list, in one chat, and who is writing.
//! Each item carries the position to go on from; nothing is skipped silently.

use async_graphql::{Context, ID, Object, Subscription};
use futures_util::{Stream, StreamExt};
use hilo_app::live;

use super::object::Chat;
use super::timeline::ChatAct;
use crate::actor::Actor;
use crate::authorization::Allowed;
use crate::channel::counters::Counters;
use crate::context::Asked;
use crate::error::Failure;
use crate::message::object::Message;
use crate::scalars::{Position, parse_id};
use crate::shared::{self, Told};

/// What changed in the list of chats.
pub struct InboxChange(live::InboxChange);

/// What changed in the list of chats.
#[Object]
impl InboxChange {
    /// Give it back as `after` to go on from exactly here.
    fn position(&self) -> Position {
        Position(self.0.position)
    }

    /// Chats that changed, as they are now.
    fn chats(&self) -> Vec<Chat> {
        let position = self.0.position.position;
        self.0
            .chats
            .iter()
            .map(|row| Chat {
                row: (**row).clone(),
                position,
            })
            .collect()
    }

    /// Ids of chats that were deleted: they are in no list any more.
    fn removed_chat_ids(&self) -> Vec<ID> {
        let removed = self.0.removed.iter();
        removed.map(|id| ID(id.to_string())).collect()
    }

    /// How many chats wait now.
    fn counters(&self) -> Counters {
        let counters = Counters::new(self.0.counters.clone(), self.0.position.position);
        counters.among_colleagues(self.0.colleagues)
    }

    /// Whether too much changed to tell one by one: read the list afresh, then go on from `position`.
    fn resync(&self) -> bool {
        self.0.resync
    }
}

/// What changed in one chat.
pub struct ChatChange(live::ChatChange);

/// What changed in one chat.
#[Object]
impl ChatChange {
    /// Give it back as `after` to go on from exactly here.
    fn position(&self) -> Position {
        Position(self.0.position)
    }

    /// The chat as it is now.
    fn chat(&self) -> Chat {
        Chat {
            row: (*self.0.chat).clone(),
            position: self.0.position.position,
        }
    }

    /// Messages that are new or changed, as they are now, oldest first.
    fn messages(&self) -> Vec<Message> {
        self.0
            .messages
            .iter()
            .map(|row| Message((**row).clone()))
            .collect()
    }

    /// Rows of the timeline that are new, oldest first.
    fn acts(&self) -> Vec<ChatAct> {
        self.0
            .acts
            .iter()
            .map(|row| ChatAct((**row).clone()))
            .collect()
    }

    /// Whether too much changed to tell one by one, or what was shown was deleted: read the chat afresh, then go on from
    /// `position`. `chat` is as it was last told. A chat that is not to be seen any more is NOT_FOUND then.
    fn resync(&self) -> bool {
        self.0.resync
    }
}

/// Somebody started or stopped writing.
pub struct Typing(live::Typing);

/// Somebody started or stopped writing.
#[Object]
impl Typing {
    /// The chat's id.
    fn chat_id(&self) -> ID {
        ID(self.0.chat_id.to_string())
    }

    /// Who.
    fn by(&self) -> Actor {
        Actor(self.0.by.clone())
    }

    /// Whether they are writing now.
    fn typing(&self) -> bool {
        self.0.state
    }

    /// What a visitor has written so far, where the channel tells.
    fn preview(&self) -> Option<&str> {
        self.0.preview.as_deref()
    }
}

/// Fields of Subscription about chats.
#[derive(Default)]
pub struct ChatSubscription;

#[Subscription(guard = "Allowed(\"Subscription\")")]
impl ChatSubscription {
    /// What changes in the list of chats, and how many wait.
    async fn inbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Go on from exactly here; from now without it.")] after: Option<Position>,
    ) -> Result<impl Stream<Item = InboxChange> + use<>, Failure> {
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let after = after.map(|position| position.0);
        let told = app.hub().inbox(caller, after);
        let changes = shared::source(ctx, told, Told::Inbox, Told::inbox).await?;
        Ok(changes.map(InboxChange))
    }

    /// What changes in one chat.
    async fn chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chat's id.")] id: ID,
        #[graphql(desc = "Go on from exactly here; from now without it.")] after: Option<Position>,
    ) -> Result<impl Stream<Item = ChatChange> + use<>, Failure> {
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let (id, after) = (parse_id(&id, "chat")?, after.map(|position| position.0));
        let told = app.hub().chat(caller, id, after);
        let changes =
            shared::source(ctx, told, |change| Told::Chat(Box::new(change)), Told::chat).await?;
        Ok(changes.map(ChatChange))
    }

    /// Who starts and stops writing in one chat. Not stored, and not told twice.
    async fn typing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chat's id.")] chat_id: ID,
    ) -> Result<impl Stream<Item = Typing> + use<>, Failure> {
        let id = parse_id(&chat_id, "chat")?;
        let typing = ctx.app()?.hub().typing_of(ctx.caller()?, id).await?;
        Ok(typing.map(Typing))
    }
}
