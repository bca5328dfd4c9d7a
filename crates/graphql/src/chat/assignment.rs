//! Who answers a chat: giving, taking, giving up, and whom it can be given to.

use async_graphql::{Context, ID, InputObject, Object};

use crate::agent::object::Agent;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, outcome};
use crate::payload::chat_payload;
use crate::scalars::parse_id;

/// Which chat to give to whom.
#[derive(InputObject)]
pub struct AssignChatInput {
    /// The chat's id.
    chat_id: ID,
    /// The id of the agent or bot who is to answer it.
    agent_id: ID,
}

/// Which chat to take.
#[derive(InputObject)]
pub struct TakeChatInput {
    /// The chat's id.
    chat_id: ID,
}

/// Which chat to give up.
#[derive(InputObject)]
pub struct UnassignChatInput {
    /// The chat's id.
    chat_id: ID,
}

chat_payload!(
    /// What giving a chat to somebody came to.
    AssignChatPayload
);
chat_payload!(
    /// What taking a chat came to.
    TakeChatPayload
);
chat_payload!(
    /// What giving a chat up came to.
    UnassignChatPayload
);

/// Fields of Query about who answers a chat.
#[derive(Default)]
pub struct AssignmentQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl AssignmentQuery {
    /// Whom a chat can be given to, by name: who is active, has the right to chats and access to its channel.
    async fn agents_to_assign(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chat's id.")] chat_id: ID,
    ) -> Result<Vec<Agent>, Failure> {
        let id = parse_id(&chat_id, "chat")?;
        let agents = ctx.app()?.agents_to_assign(ctx.caller()?, id).await?;
        Ok(agents.into_iter().map(Agent::from).collect())
    }
}

/// Fields of Mutation about who answers a chat.
#[derive(Default)]
pub struct AssignmentMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl AssignmentMutation {
    /// Gives a chat to an agent or a bot: from then on only they and administrators write in it. For its assignee and
    /// for administrators; who has access takes an unassigned one first.
    async fn assign_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to give to whom.")] input: AssignChatInput,
    ) -> Result<AssignChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let to = parse_id(&input.agent_id, "agent")?;
        let acted = ctx.app()?.assign_chat(ctx.caller()?, id, to).await;
        Ok(AssignChatPayload::of(id, outcome(acted)?))
    }

    /// Takes a chat that nobody answers; an administrator takes any.
    async fn take_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to take.")] input: TakeChatInput,
    ) -> Result<TakeChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.take_chat(ctx.caller()?, id).await;
        Ok(TakeChatPayload::of(id, outcome(acted)?))
    }

    /// Gives a chat up: whoever has access may answer it. For its assignee and for administrators.
    async fn unassign_chat(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chat to give up.")] input: UnassignChatInput,
    ) -> Result<UnassignChatPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        let acted = ctx.app()?.unassign_chat(ctx.caller()?, id).await;
        Ok(UnassignChatPayload::of(id, outcome(acted)?))
    }
}
