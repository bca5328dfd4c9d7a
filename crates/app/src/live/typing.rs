//! Who is writing just now: told to who may see the chat, by whatever process. No position, no memory, no journal.

use std::fmt;

use futures_util::stream::BoxStream;
use futures_util::{Stream, StreamExt as _};
use hilo_domain::{Actor, ChatId};
use hilo_journal::Position;
use tokio_stream::wrappers::BroadcastStream;

use super::hub::Hub;
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;

/// Somebody started or stopped writing.
#[derive(Clone, PartialEq)]
pub struct Typing {
    /// Where.
    pub chat_id: ChatId,
    /// Who.
    pub by: Actor,
    /// Writing, or stopped.
    pub state: bool,
    /// What the contact has written so far, where the channel tells.
    pub preview: Option<String>,
}

impl fmt::Debug for Typing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Typing({}, {})", self.chat_id, self.state)
    }
}

impl Hub {
    /// Tells everyone who listens.
    pub fn tell_typing(&self, typing: Typing) {
        // Nobody listening is no fault.
        drop(self.0.typing.send(typing));
    }

    /// Everything that is told from now on, of all chats. Who lags misses some.
    pub fn typing(&self) -> impl Stream<Item = Typing> + Send + use<> {
        BroadcastStream::new(self.0.typing.subscribe())
            .filter_map(|told| std::future::ready(told.ok()))
            .take_until(self.0.stop.clone().cancelled_owned())
    }

    /// Others' typing in one chat, for as long as the caller may see it.
    ///
    /// # Errors
    /// `NotFound` for a chat that is not there or not the caller's to see; `Forbidden`; `Unavailable`.
    pub async fn typing_of(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<BoxStream<'static, Typing>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let agent = caller.agent_id;
        let around = self.0.around.clone();
        let typing = self.typing();
        let scope = around.scope(agent, Position::START).await?;
        let row = self.0.read.chat(&scope, chat).await?;
        let channel = row
            .ok_or(AppError::NotFound { what: "chat" })?
            .value
            .channel_id;
        let own = Actor::Agent { id: agent };
        Ok(typing
            .filter(move |typing| std::future::ready(typing.chat_id == chat && typing.by != own))
            .filter_map(move |typing| {
                let around = around.clone();
                async move {
                    let scope = around.scope(agent, Position::START).await;
                    scope
                        .is_ok_and(|scope| scope.allows(channel))
                        .then_some(typing)
                }
            })
            .boxed())
    }
}
