//! Erasing the contact of a chat.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use hilo_app::Erased;
use hilo_domain::ChatId;

use crate::authorization::Allowed;
use crate::chat::object::Chat;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::scalars::{Position, parse_id};

/// Whose content to destroy.
#[derive(InputObject)]
pub struct EraseContactInput {
    /// The id of the contact's chat.
    chat_id: ID,
}

/// How far an erasure is.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum ErasureState {
    /// The keys are destroyed: nobody can read it any more.
    Done,
    /// It is shown nowhere any more; the keys go by themselves within seconds.
    UnderWay,
}

impl ErasureState {
    /// Of an erasure.
    pub(crate) const fn of(erased: Erased) -> Self {
        match erased.done {
            true => Self::Done,
            false => Self::UnderWay,
        }
    }
}

/// What erasing a contact came to.
pub struct EraseContactPayload {
    chat_id: ChatId,
    erased: Option<Erased>,
    user_errors: Vec<UserError>,
}

impl EraseContactPayload {
    fn of(chat_id: ChatId, (erased, user_errors): Outcome<Erased>) -> Self {
        Self {
            chat_id,
            erased,
            user_errors,
        }
    }
}

/// What erasing a contact came to.
#[Object]
impl EraseContactPayload {
    /// The chat as it is now; null when it was refused, and of a deleted chat.
    async fn chat(&self, ctx: &Context<'_>) -> Result<Option<Chat>, Failure> {
        let acted = self.erased.map(|erased| erased.acted);
        crate::payload::chat(ctx, self.chat_id, acted).await
    }

    /// How far it is; null when it was refused.
    async fn state(&self) -> Option<ErasureState> {
        self.erased.map(ErasureState::of)
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.erased.map(|erased| erased.acted))
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.erased.is_some_and(|erased| erased.acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// The field of Mutation that erases.
#[derive(Default)]
pub struct ErasureMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ErasureMutation {
    /// Destroys everything personal of a chat's contact, for good: name, handle, messages in both directions. That there
    /// was a chat, and when, stays. What the contact writes from now on is not touched. Erasing again changes nothing.
    async fn erase_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose content to destroy.")] input: EraseContactInput,
    ) -> Result<EraseContactPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let erased = ctx.app()?.erase_contact(ctx.caller()?, id).await;
        Ok(EraseContactPayload::of(id, outcome(erased)?))
    }
}
