//! Who is here, who looks at a chat and who writes in it. Live only: nothing of it has a position.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt};
use hilo_app::{InChat, PresenceState, Presences};
use hilo_domain::{AgentId, ChatId};

use super::object::Agent;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, outcome};
use crate::scalars::parse_id;

/// Whether a colleague can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_app::PresenceState")]
pub enum Presence {
    /// Has Hilo open.
    Online,
    /// Has Hilo open, and said that they are away.
    Away,
    /// Has not, or does not want to be seen.
    Offline,
}

/// How somebody wants to be seen by colleagues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_domain::agent::PresenceChoice")]
pub enum PresenceChoice {
    /// As they are: online while they have Hilo open.
    Automatic,
    /// As away while they have Hilo open; rules give them no new chats.
    Away,
    /// As not there at all; rules give them no new chats.
    Offline,
}

/// Whether one colleague can be reached.
pub struct AgentPresence {
    agent: AgentId,
    state: PresenceState,
}

/// Whether one colleague can be reached.
#[Object]
impl AgentPresence {
    /// The colleague; null when they are gone from the workspace.
    fn agent(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        Agent::find(ctx.app()?, self.agent)
    }

    /// Whether they can be reached.
    fn presence(&self) -> Presence {
        self.state.into()
    }
}

fn listed(presences: Presences) -> Vec<AgentPresence> {
    let each = presences.into_iter();
    each.map(|(agent, state)| AgentPresence { agent, state })
        .collect()
}

/// A colleague who looks at a chat.
pub struct ChatViewer {
    agent: AgentId,
    writing: bool,
}

/// A colleague who looks at a chat.
#[Object]
impl ChatViewer {
    /// The colleague; null when they are gone from the workspace.
    fn agent(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        Agent::find(ctx.app()?, self.agent)
    }

    /// Whether they write there.
    fn writing(&self) -> bool {
        self.writing
    }
}

/// Who is in a chat beside the caller.
pub struct ChatPresence {
    chat: ChatId,
    there: InChat,
}

/// Who is in a chat beside the caller.
#[Object]
impl ChatPresence {
    /// The chat's id.
    fn chat_id(&self) -> ID {
        ID(self.chat.to_string())
    }

    /// Colleagues who look at it, by id.
    fn viewers(&self) -> Vec<ChatViewer> {
        let each = self.there.agents.iter();
        each.map(|(agent, writing)| ChatViewer {
            agent: *agent,
            writing: *writing,
        })
        .collect()
    }

    /// Whether the contact writes.
    fn contact_writing(&self) -> bool {
        self.there.contact_writes
    }
}

/// How the caller wants to be seen.
#[derive(InputObject)]
pub struct SetPresenceInput {
    /// As this.
    presence: PresenceChoice,
}

/// Where the caller looks.
#[derive(InputObject)]
pub struct SetViewingInput {
    /// The chat's id.
    chat_id: ID,
    /// False when they look away.
    #[graphql(default = true)]
    viewing: bool,
    /// Whether they write there, be it a note.
    #[graphql(default)]
    writing: bool,
}

/// What saying how one wants to be seen came to.
#[derive(SimpleObject)]
pub struct SetPresencePayload {
    /// Whether the caller can be reached now; null when it was refused.
    presence: Option<Presence>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What saying where one looks came to.
#[derive(SimpleObject)]
pub struct SetViewingPayload {
    /// Always true: who cannot be told is not waited for.
    ok: bool,
}

/// Fields of Query about presence.
#[derive(Default)]
pub struct PresenceQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl PresenceQuery {
    /// Which colleagues can be reached.
    fn presence(&self, ctx: &Context<'_>) -> Result<Vec<AgentPresence>, Failure> {
        Ok(listed(ctx.app()?.presences(ctx.caller()?)?))
    }

    /// Who is in a chat beside the caller. An unknown chat and one the caller may not see are both NOT_FOUND.
    async fn chat_presence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chat's id.")] chat_id: ID,
    ) -> Result<ChatPresence, Failure> {
        let chat = parse_id(&chat_id, "chat")?;
        let there = ctx.app()?.chat_presence(ctx.caller()?, chat).await?;
        Ok(ChatPresence { chat, there })
    }
}

/// Fields of Mutation about presence.
#[derive(Default)]
pub struct PresenceMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl PresenceMutation {
    /// Says how the caller wants to be seen, until they say otherwise.
    async fn set_presence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How the caller wants to be seen.")] input: SetPresenceInput,
    ) -> Result<SetPresencePayload, Failure> {
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        let done = app.set_presence(caller, input.presence.into()).await;
        let (done, user_errors) = outcome(done)?;
        let now = app.presences(caller)?.get(&caller.agent_id).copied();
        Ok(SetPresencePayload {
            presence: done.and(now).map(Presence::from),
            user_errors,
        })
    }

    /// Says that the caller looks at a chat and writes there or not; good for half a minute, so say it again while it
    /// lasts. The contact is not told. Not stored.
    async fn set_viewing(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the caller looks.")] input: SetViewingInput,
    ) -> Result<SetViewingPayload, Failure> {
        let id = parse_id(&input.chat_id, "chat")?;
        ctx.app()?
            .set_viewing(ctx.caller()?, id, input.viewing, input.writing)
            .await?;
        Ok(SetViewingPayload { ok: true })
    }
}

/// Fields of Subscription about presence.
#[derive(Default)]
pub struct PresenceSubscription;

#[Subscription(guard = "Allowed(\"Subscription\")")]
impl PresenceSubscription {
    /// Which colleagues can be reached: all of them, then those for whom it changed. The caller counts as here for as
    /// long as it is open.
    async fn presence(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = Vec<AgentPresence>> + use<>, Failure> {
        let changes = ctx.app()?.presence_changes(ctx.caller()?)?;
        Ok(changes.map(listed))
    }

    /// Who is in a chat beside the caller: now, and whenever that changes.
    async fn chat_presence(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The chat's id.")] chat_id: ID,
    ) -> Result<impl Stream<Item = ChatPresence> + use<>, Failure> {
        let chat = parse_id(&chat_id, "chat")?;
        let changes = ctx
            .app()?
            .chat_presence_changes(ctx.caller()?, chat)
            .await?;
        Ok(changes.map(move |there| ChatPresence { chat, there }))
    }
}
