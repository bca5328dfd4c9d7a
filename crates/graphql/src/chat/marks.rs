//! Marks on a chat: unread, star, tags, priority, blocking. Each payload says how to take the act back.

use async_graphql::{Context, Enum, ID, InputObject, Object};
use hilo_app::ChatAct;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::chat_payload;
use crate::scalars::parse_id;

/// How much a chat presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::chat::Priority")]
pub enum ChatPriority {
    /// It can wait.
    Low,
    /// As any other: what a chat begins with.
    Normal,
    /// Before the others.
    High,
    /// At once.
    Urgent,
}

/// Which chat is unread again.
#[derive(InputObject)]
pub struct MarkChatUnreadInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which chat to star.
#[derive(InputObject)]
pub struct StarChatInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which chat to take the star from.
#[derive(InputObject)]
pub struct UnstarChatInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which tags to give a chat.
#[derive(InputObject)]
pub struct AddChatTagsInput {
    /// The chat's id.
    chat_id: ID,
    /// Lines of 1 to 50 characters; a chat has at most 20. Those it has already are left as they are.
    tags: Vec<String>,
}

/// Which tags to take from a chat.
#[derive(InputObject)]
pub struct RemoveChatTagsInput {
    /// The chat's id.
    chat_id: ID,
    /// The tags, at most 20; those it has not are left out.
    tags: Vec<String>,
}

/// How much a chat presses.
#[derive(InputObject)]
pub struct SetChatPriorityInput {
    /// The chat's id.
    chat_id: ID,
    /// Its priority from now on.
    priority: ChatPriority,
}

/// Whom to hear no more.
#[derive(InputObject)]
pub struct BlockContactInput {
    /// The id of the contact's chat.
    chat_id: ID,
}

/// Whom to hear again.
#[derive(InputObject)]
pub struct UnblockContactInput {
    /// The id of the contact's chat.
    chat_id: ID,
}

chat_payload!(
    /// What marking a chat as unread came to.
    MarkChatUnreadPayload
);
chat_payload!(
    /// What starring a chat came to.
    StarChatPayload
);
chat_payload!(
    /// What taking a star away came to.
    UnstarChatPayload
);
chat_payload!(
    /// What giving tags came to.
    AddChatTagsPayload
);
chat_payload!(
    /// What taking tags away came to.
    RemoveChatTagsPayload
);
chat_payload!(
    /// What changing a chat's priority came to.
    SetChatPriorityPayload
);
chat_payload!(
    /// What blocking a contact came to.
    BlockContactPayload
);
chat_payload!(
    /// What unblocking a contact came to.
    UnblockContactPayload
);

/// Fields of Mutation that mark a chat.
#[derive(Default)]
pub struct MarkMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl MarkMutation {
    /// Makes a chat unread again for the whole team, as if its last message had just come. Where something is unread
    /// already it changes nothing. The contact is told nothing.
    async fn mark_chat_unread(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat is unread again.")] input: MarkChatUnreadInput,
    ) -> Result<MarkChatUnreadPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.mark_chat(ctx.caller()?, id, ChatAct::MarkUnread);
        Ok(MarkChatUnreadPayload::of(id, outcome(acted.await)?))
    }

    /// Stars a chat for the caller alone.
    async fn star_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to star.")] input: StarChatInput,
    ) -> Result<StarChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.mark_chat(ctx.caller()?, id, ChatAct::Star(true));
        Ok(StarChatPayload::of(id, outcome(acted.await)?))
    }

    /// Takes the caller's star from a chat.
    async fn unstar_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to take the star from.")] input: UnstarChatInput,
    ) -> Result<UnstarChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx
            .app()?
            .mark_chat(ctx.caller()?, id, ChatAct::Star(false));
        Ok(UnstarChatPayload::of(id, outcome(acted.await)?))
    }

    /// Gives a chat tags, for the whole team.
    async fn add_chat_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tags to give a chat.")] input: AddChatTagsInput,
    ) -> Result<AddChatTagsPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let act = ChatAct::AddTags(input.tags);
        let acted = ctx.app()?.mark_chat(ctx.caller()?, id, act);
        Ok(AddChatTagsPayload::of(id, outcome(acted.await)?))
    }

    /// Takes tags from a chat, for the whole team.
    async fn remove_chat_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tags to take from a chat.")] input: RemoveChatTagsInput,
    ) -> Result<RemoveChatTagsPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let act = ChatAct::RemoveTags(input.tags);
        let acted = ctx.app()?.mark_chat(ctx.caller()?, id, act);
        Ok(RemoveChatTagsPayload::of(id, outcome(acted.await)?))
    }

    /// Says how much a chat presses, for the whole team.
    async fn set_chat_priority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How much a chat presses.")] input: SetChatPriorityInput,
    ) -> Result<SetChatPriorityPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let act = ChatAct::Prioritize(input.priority.into());
        let acted = ctx.app()?.mark_chat(ctx.caller()?, id, act);
        Ok(SetChatPriorityPayload::of(id, outcome(acted.await)?))
    }

    /// Blocks the contact of a chat. What they write is kept, but it marks nothing as unread, opens no closed chat and
    /// comes to the top of no list; nobody can write to them.
    async fn block_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to hear no more.")] input: BlockContactInput,
    ) -> Result<BlockContactPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx
            .app()?
            .mark_chat(ctx.caller()?, id, ChatAct::Block(true));
        Ok(BlockContactPayload::of(id, outcome(acted.await)?))
    }

    /// Hears a blocked contact again. What they wrote meanwhile stays read.
    async fn unblock_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to hear again.")] input: UnblockContactInput,
    ) -> Result<UnblockContactPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx
            .app()?
            .mark_chat(ctx.caller()?, id, ChatAct::Block(false));
        Ok(UnblockContactPayload::of(id, outcome(acted.await)?))
    }
}
