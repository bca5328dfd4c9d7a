//! Writing in a chat.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_app::Acted;
use hilo_domain::{ChatId, MessageId};
use uuid::Uuid;

use super::object::Message;
use crate::authorization::Allowed;
use crate::chat::object::Chat;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::payload;
use crate::scalars::{Position, parse_id};

/// What to write, and where.
#[derive(InputObject)]
pub struct SendMessageInput {
    /// The chat's id.
    chat_id: ID,
    /// At most 1000 characters after trimming.
    text: String,
    /// A UUID the client makes once for this message: sending again with it sends nothing twice.
    client_message_id: ID,
    /// The message of this chat that it answers, where the channel can show that.
    quotes: Option<ID>,
}

/// What sending a message came to.
pub struct SendMessagePayload {
    chat_id: ChatId,
    sent: Option<(MessageId, Acted)>,
    user_errors: Vec<UserError>,
}

/// What sending a message came to.
#[Object]
impl SendMessagePayload {
    /// The message; null when it was refused, or while `pending`.
    async fn message(&self, ctx: &Context<'_>) -> Result<Option<Message>, Failure> {
        let Some((id, _)) = self.sent else {
            return Ok(None);
        };
        message(ctx, self.chat_id, id).await
    }

    /// The chat as it is now; null when it was refused.
    async fn chat(&self, ctx: &Context<'_>) -> Result<Option<Chat>, Failure> {
        payload::chat(ctx, self.chat_id, self.acted()).await
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        payload::position(ctx, self.acted())
    }

    /// Whether it is sent, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.acted().is_some_and(|acted| acted.pending)
    }

    /// Why it was refused; empty when it was sent.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

impl SendMessagePayload {
    fn acted(&self) -> Option<Acted> {
        self.sent.map(|(_, acted)| acted)
    }
}

/// A payload with `message`, of a command on one message that is there.
macro_rules! message_payload {
    ($(#[doc = $doc:literal])+ $name:ident) => {
        $(#[doc = $doc])+
        pub struct $name {
            chat_id: hilo_domain::ChatId,
            message_id: hilo_domain::MessageId,
            acted: Option<hilo_app::Acted>,
            user_errors: Vec<crate::error::UserError>,
        }

        impl $name {
            /// What the command came to, on this message.
            pub fn of(
                (chat_id, message_id): (hilo_domain::ChatId, hilo_domain::MessageId),
                (acted, user_errors): crate::error::Outcome<hilo_app::Acted>,
            ) -> Self {
                Self { chat_id, message_id, acted, user_errors }
            }
        }

        $(#[doc = $doc])+
        #[async_graphql::Object]
        impl $name {
            /// The message as it is now; null when it was refused, or while `pending`.
            async fn message(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> Result<Option<crate::message::object::Message>, crate::error::Failure> {
                match self.acted {
                    Some(_) => crate::message::mutation::message(ctx, self.chat_id, self.message_id).await,
                    None => Ok(None),
                }
            }

            /// The chat as it is now; null when it was refused.
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
pub(super) use message_payload;

/// A message of a chat that the caller may see, while it is kept.
pub(super) async fn message(
    ctx: &Context<'_>,
    chat: ChatId,
    id: MessageId,
) -> Result<Option<Message>, Failure> {
    let found = ctx.app()?.message(ctx.caller()?, chat, id).await?;
    Ok(found.map(Message))
}

/// Fields of Mutation about messages.
#[derive(Default)]
pub struct MessageMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl MessageMutation {
    /// Sends a text to the contact. Writing in a closed chat opens it again.
    async fn send_message(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write, and where.")] input: SendMessageInput,
    ) -> Result<SendMessagePayload, Failure> {
        let chat_id = parse_id(&input.chat_id, "chat")?;
        let client_id = Uuid::try_parse(&input.client_message_id);
        let client_id =
            client_id.map_err(|_| Failure::bad_input("clientMessageId", "Not a UUID."))?;
        let quotes = input
            .quotes
            .map(|id| parse_id(&id, "message"))
            .transpose()?;
        let sent = ctx
            .app()?
            .send_message(ctx.caller()?, chat_id, (&input.text, quotes), client_id)
            .await;
        let (sent, user_errors) = outcome(sent)?;
        Ok(SendMessagePayload {
            chat_id,
            sent,
            user_errors,
        })
    }
}
