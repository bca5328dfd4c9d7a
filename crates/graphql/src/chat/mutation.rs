//! What agents do with a chat besides writing in it.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use hilo_app::Acted;
use hilo_domain::ChatId;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::payload::chat_payload;
use crate::scalars::{Position, parse_id};

/// Which chat was read.
#[derive(InputObject)]
pub struct MarkChatReadInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which chat to close.
#[derive(InputObject)]
pub struct ArchiveChatInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which chat to open again.
#[derive(InputObject)]
pub struct ReopenChatInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which chat to delete.
#[derive(InputObject)]
pub struct DeleteChatInput {
    /// The chat's id.
    chat_id: ID,
}

/// Where the caller is writing.
#[derive(InputObject)]
pub struct SetTypingInput {
    /// The chat's id.
    chat_id: ID,
    /// True at each pause-less stretch of typing, false when it ends.
    typing: bool,
}

chat_payload!(
    /// What marking a chat as read came to.
    MarkChatReadPayload
);
chat_payload!(
    /// What closing a chat came to.
    ArchiveChatPayload
);
chat_payload!(
    /// What opening a chat again came to.
    ReopenChatPayload
);

/// What deleting a chat came to.
pub struct DeleteChatPayload {
    chat_id: ChatId,
    acted: Option<Acted>,
    user_errors: Vec<UserError>,
}

/// What deleting a chat came to.
#[Object]
impl DeleteChatPayload {
    /// The id of the chat that is gone; null when it was refused.
    fn chat_id(&self) -> Option<ID> {
        self.acted.map(|_| ID(self.chat_id.to_string()))
    }

    /// Where it stands in the journal; null when it was refused.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.acted)
    }

    /// Whether it is done, but queries may still show the chat.
    fn pending(&self) -> bool {
        self.acted.is_some_and(|acted| acted.pending)
    }

    /// Why it was refused; empty when it was done.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// What telling the others that one is writing came to.
#[derive(SimpleObject)]
pub struct SetTypingPayload {
    /// Always true: who cannot be told is not waited for.
    ok: bool,
}

/// Fields of Mutation about chats.
#[derive(Default)]
pub struct ChatMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ChatMutation {
    /// Marks everything the contact wrote as read, for the whole team. The contact is told where the channel can. Notes that
    /// mention the caller are seen then.
    async fn mark_chat_read(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat was read.")] input: MarkChatReadInput,
    ) -> Result<MarkChatReadPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.mark_chat_read(ctx.caller()?, id).await;
        Ok(MarkChatReadPayload::of(id, outcome(acted)?))
    }

    /// Closes a chat: it moves to the archive. Closing a closed one changes nothing.
    async fn archive_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to close.")] input: ArchiveChatInput,
    ) -> Result<ArchiveChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.archive_chat(ctx.caller()?, id).await;
        Ok(ArchiveChatPayload::of(id, outcome(acted)?))
    }

    /// Opens a closed chat again. Opening an open one changes nothing.
    async fn reopen_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to open again.")] input: ReopenChatInput,
    ) -> Result<ReopenChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.reopen_chat(ctx.caller()?, id).await;
        Ok(ReopenChatPayload::of(id, outcome(acted)?))
    }

    /// Deletes a whole chat for all agents, for good: it is in no list, no count and no search any more, and cannot be taken
    /// back. The journal keeps it, and auditors read it. When the contact writes again, the chat begins anew with nothing
    /// of before. Only who may write in a chat may delete it. Deleting again changes nothing.
    async fn delete_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to delete.")] input: DeleteChatInput,
    ) -> Result<DeleteChatPayload, Failure> {
        let chat_id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.delete_chat(ctx.caller()?, chat_id).await;
        let (acted, user_errors) = outcome(acted)?;
        Ok(DeleteChatPayload {
            chat_id,
            acted,
            user_errors,
        })
    }

    /// Tells the contact and the colleagues in the chat that the caller is writing. Not stored.
    async fn set_typing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the caller is writing.")] input: SetTypingInput,
    ) -> Result<SetTypingPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        ctx.app()?
            .set_typing(ctx.caller()?, id, input.typing)
            .await?;
        Ok(SetTypingPayload { ok: true })
    }
}
