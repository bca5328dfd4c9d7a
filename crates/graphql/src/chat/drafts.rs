//! The caller's unsent text in a chat.

use async_graphql::{Context, ID, InputObject, Object};
use hilo_read::DraftRow;
use jiff::Timestamp;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::chat_payload;
use crate::scalars::parse_id;

/// The caller's unsent text in a chat: nobody else sees it.
pub struct Draft(pub DraftRow);

/// The caller's unsent text in a chat: nobody else sees it.
#[Object]
impl Draft {
    /// As it was typed, spaces and all.
    fn text(&self) -> &str {
        &self.0.text
    }

    /// The id of the message that it will answer.
    fn quotes(&self) -> Option<ID> {
        self.0.quotes.map(|id| ID(id.to_string()))
    }

    /// When it was saved.
    fn saved_at(&self) -> Timestamp {
        self.0.at
    }
}

/// What the caller has typed, and where.
#[derive(InputObject)]
pub struct SaveDraftInput {
    /// The chat's id.
    chat_id: ID,
    /// At most 10,000 characters; nothing that can be seen throws the draft away.
    text: String,
    /// The message of this chat that it will answer.
    quotes: Option<ID>,
}

/// Whose draft to throw away.
#[derive(InputObject)]
pub struct DiscardDraftInput {
    /// The chat's id.
    chat_id: ID,
}

chat_payload!(
    /// What saving a draft came to.
    SaveDraftPayload
);
chat_payload!(
    /// What throwing a draft away came to.
    DiscardDraftPayload
);

/// Fields of Mutation about drafts.
#[derive(Default)]
pub struct DraftMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl DraftMutation {
    /// Keeps the caller's unsent text, for all their devices. Meant for a pause in typing or for leaving, not for every
    /// key. Sending takes the draft away by itself.
    async fn save_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the caller has typed, and where.")] input: SaveDraftInput,
    ) -> Result<SaveDraftPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let quotes = input
            .quotes
            .map(|id| parse_id(&id, "message"))
            .transpose()?;
        let acted = ctx
            .app()?
            .save_draft(ctx.caller()?, id, input.text, quotes)
            .await;
        Ok(SaveDraftPayload::of(id, outcome(acted)?))
    }

    /// Throws the caller's unsent text in a chat away.
    async fn discard_draft(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose draft to throw away.")] input: DiscardDraftInput,
    ) -> Result<DiscardDraftPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.discard_draft(ctx.caller()?, id).await;
        Ok(DiscardDraftPayload::of(id, outcome(acted)?))
    }
}
