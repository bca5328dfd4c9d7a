//! What a command on a chat or a channel answers: the thing as it is now, the position, and refusals.
//! The thing is read when it is asked for, after the read model has reached the position.

/// A payload with `chat`.
macro_rules! chat_payload {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        pub struct $name {
            chat_id: hilo_domain::ChatId,
            acted: Option<hilo_app::Acted>,
            user_errors: Vec<crate::error::UserError>,
        }

        impl $name {
            /// What the command came to, on this chat.
            pub fn of(
                chat_id: hilo_domain::ChatId,
                (acted, user_errors): crate::error::Outcome<hilo_app::Acted>,
            ) -> Self {
                Self { chat_id, acted, user_errors }
            }
        }

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            /// The chat as it is now; null when it was refused, and while `pending` where no row shows it yet.
            async fn chat(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::chat::object::Chat>, crate::error::Failure> {
                crate::payload::chat(ctx, self.chat_id, self.acted).await
            }

            /// Where it stands in the journal; null when it was refused.
            fn position(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::scalars::Position>, crate::error::Failure> {
                crate::payload::position(ctx, self.acted)
            }

            /// Give it to `undo` to take this back; null when nothing was changed or it cannot be taken back.
            fn undo(&self) -> Option<async_graphql::ID> {
                let undo = self.acted.and_then(|acted| acted.undo)?;
                Some(async_graphql::ID(undo.to_string()))
            }

            /// Whether it is done, but queries may not show it yet.
            fn pending(&self) -> bool {
                self.acted.is_some_and(|acted| acted.pending)
            }

            /// Why it was refused; empty when it was done.
            fn user_errors(&self) -> &[crate::error::UserError] {
                &self.user_errors
            }
        }
    };
}

/// A payload with `channel`.
macro_rules! channel_payload {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        pub struct $name {
            done: Option<(hilo_domain::ChannelId, hilo_app::Acted)>,
            user_errors: Vec<crate::error::UserError>,
        }

        impl $name {
            /// What the command came to.
            pub fn of(
                (done, user_errors): crate::error::Outcome<(hilo_domain::ChannelId, hilo_app::Acted)>,
            ) -> Self {
                Self { done, user_errors }
            }
        }

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            /// The channel as it is now; null when it was refused.
            fn channel(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::channel::object::Channel>, crate::error::Failure> {
                crate::payload::channel(ctx, self.done.map(|(id, _)| id))
            }

            /// Where it stands in the journal; null when it was refused.
            fn position(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::scalars::Position>, crate::error::Failure> {
                crate::payload::position(ctx, self.done.map(|(_, acted)| acted))
            }

            /// Whether it is done, but queries may not show it yet.
            fn pending(&self) -> bool {
                self.done.is_some_and(|(_, acted)| acted.pending)
            }

            /// Why it was refused; empty when it was done.
            fn user_errors(&self) -> &[crate::error::UserError] {
                &self.user_errors
            }
        }
    };
}

pub(crate) use {channel_payload, chat_payload};

use async_graphql::Context;
use hilo_app::{Acted, AppError};
use hilo_domain::{ChannelId, ChatId};

use crate::channel::object::Channel;
use crate::chat::object::Chat;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::Position;

/// The chat after an act on it. What is done is no error: a chat that no row shows yet, or not to the caller any more, is
/// null.
pub async fn chat(
    ctx: &Context<'_>,
    id: ChatId,
    acted: Option<Acted>,
) -> Result<Option<Chat>, Failure> {
    let Some(_) = acted else { return Ok(None) };
    match ctx.app()?.chat(ctx.caller()?, id).await {
        Ok(found) => Ok(Some(Chat {
            row: found.value,
            position: found.position,
        })),
        Err(AppError::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The channel after an act on it.
pub fn channel(ctx: &Context<'_>, id: Option<ChannelId>) -> Result<Option<Channel>, Failure> {
    id.map(|id| Channel::find(ctx.app()?, id)).transpose()
}

/// Where an act stands.
pub fn position(ctx: &Context<'_>, acted: Option<Acted>) -> Result<Option<Position>, Failure> {
    acted.map(|acted| ctx.position(acted.position)).transpose()
}
