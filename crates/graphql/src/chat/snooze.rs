//! Putting a chat aside, and taking it back.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use jiff::Timestamp;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::chat_payload;
use crate::scalars::parse_id;

/// For how long a chat is put aside.
#[derive(SimpleObject)]
pub struct Snooze {
    /// Until then; null when until the contact writes.
    pub until: Option<Timestamp>,
}

/// Which chat to put aside, and until when.
#[derive(InputObject)]
pub struct SnoozeChatInput {
    /// The chat's id.
    chat_id: ID,
    /// Later than now and within a year; without, until the contact writes.
    until: Option<Timestamp>,
}

/// Which chat to take back.
#[derive(InputObject)]
pub struct UnsnoozeChatInput {
    /// The chat's id.
    chat_id: ID,
}

chat_payload!(
    /// What putting a chat aside came to.
    SnoozeChatPayload
);
chat_payload!(
    /// What taking a chat back came to.
    UnsnoozeChatPayload
);

/// Fields of Mutation about putting chats aside.
#[derive(Default)]
pub struct SnoozeMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl SnoozeMutation {
    /// Puts a chat aside until a time, or until the contact writes; whichever comes first. It is active all the while.
    async fn snooze_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to put aside, and until when.")] input: SnoozeChatInput,
    ) -> Result<SnoozeChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.snooze_chat(ctx.caller()?, id, input.until).await;
        Ok(SnoozeChatPayload::of(id, outcome(acted)?))
    }

    /// Takes back a chat that was put aside.
    async fn unsnooze_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to take back.")] input: UnsnoozeChatInput,
    ) -> Result<UnsnoozeChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.unsnooze_chat(ctx.caller()?, id).await;
        Ok(UnsnoozeChatPayload::of(id, outcome(acted)?))
    }
}
