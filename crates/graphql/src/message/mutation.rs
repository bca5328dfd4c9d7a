//! Writing in a chat.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_app::{Acted, AppError};
use hilo_domain::{ChatId, MessageId};
use hilo_journal::Position as JournalPosition;
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
        let Some((id, acted)) = self.sent else {
            return Ok(None);
        };
        // What changed with the act or after it: mostly this one message.
        let before = JournalPosition(acted.position.0.saturating_sub(1));
        let scope = ctx
            .app()?
            .facts()
            .try_scope(ctx.caller()?.agent_id)
            .map_err(AppError::from)?;
        let read = ctx
            .app()?
            .read()
            .chat_changes(&scope, self.chat_id, before)
            .await;
        let changes = read.map_err(AppError::from)?;
        Ok(changes
            .messages
            .into_iter()
            .find(|row| row.id == id)
            .map(Message))
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
        let sent = ctx
            .app()?
            .send_message(ctx.caller()?, chat_id, &input.text, client_id)
            .await;
        let (sent, user_errors) = outcome(sent)?;
        Ok(SendMessagePayload {
            chat_id,
            sent,
            user_errors,
        })
    }
}
