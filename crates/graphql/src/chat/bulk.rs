//! One act on many chats, and taking acts back.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use hilo_app::{BulkActed, ChatAct, UndoToken, Undone};
use hilo_domain::ChatId;
use jiff::Timestamp;

use super::marks::ChatPriority;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::scalars::{Position, parse_id};

/// What to do to every chat: exactly one of these.
#[derive(OneofObject)]
pub enum ChatActInput {
    /// True closes, false opens again.
    Archived(bool),
    /// True marks as read, false as unread.
    Read(bool),
    /// The caller's own star, on or off.
    Starred(bool),
    /// Tags to give.
    AddTags(Vec<String>),
    /// Tags to take away.
    RemoveTags(Vec<String>),
    /// The priority from now on.
    Priority(ChatPriority),
    /// True blocks the contacts, false hears them again.
    Blocked(bool),
    /// Who answers from now on.
    Assignee(ChatAssigneeInput),
    /// For how long to put aside.
    Snooze(ChatSnoozeInput),
}

/// Who answers chats from now on.
#[derive(InputObject)]
pub struct ChatAssigneeInput {
    /// The agent's or bot's id; null makes them nobody's.
    agent_id: Option<ID>,
}

/// For how long to put chats aside.
#[derive(InputObject)]
pub struct ChatSnoozeInput {
    /// Until when; null until the contact writes.
    until: Option<Timestamp>,
}

impl TryFrom<ChatActInput> for ChatAct {
    type Error = Failure;

    fn try_from(input: ChatActInput) -> Result<Self, Failure> {
        Ok(match input {
            ChatActInput::Archived(true) => Self::Archive,
            ChatActInput::Archived(false) => Self::Reopen,
            ChatActInput::Read(true) => Self::MarkRead,
            ChatActInput::Read(false) => Self::MarkUnread,
            ChatActInput::Starred(starred) => Self::Star(starred),
            ChatActInput::AddTags(tags) => Self::AddTags(tags),
            ChatActInput::RemoveTags(tags) => Self::RemoveTags(tags),
            ChatActInput::Priority(priority) => Self::Prioritize(priority.into()),
            ChatActInput::Blocked(blocked) => Self::Block(blocked),
            ChatActInput::Assignee(ChatAssigneeInput { agent_id }) => {
                let to = agent_id.map(|id| parse_id(&id, "agent"));
                Self::Assign(to.transpose()?)
            }
            ChatActInput::Snooze(ChatSnoozeInput { until }) => Self::Snooze(until),
        })
    }
}

/// Which chats, and what to do to them.
#[derive(InputObject)]
pub struct BulkActOnChatsInput {
    /// At most 500; one that stands here twice is acted on once.
    chat_ids: Vec<ID>,
    /// What to do.
    act: ChatActInput,
}

/// Which act to take back.
#[derive(InputObject)]
pub struct UndoInput {
    /// The `undo` of the act's payload.
    act: ID,
}

/// What became of one chat of several.
#[derive(SimpleObject)]
pub struct ChatResult {
    /// The chat's id.
    chat_id: ID,
    /// Whether something changed: false where it was so already, or was refused.
    changed: bool,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What an act on several chats came to.
pub struct BulkActOnChatsPayload(Several);

/// What became of one client.
#[derive(SimpleObject)]
pub struct ClientResult {
    /// The client's id.
    client_id: ID,
    /// Whether something changed: false where it was so already, or was refused.
    changed: bool,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What taking an act back came to.
pub struct UndoPayload {
    several: Several,
    clients: Vec<ClientResult>,
}

impl UndoPayload {
    fn of((done, user_errors): Outcome<Undone>) -> Result<Self, Failure> {
        let (chats, clients) = done.map(|done| (done.chats, done.clients)).unzip();
        let mut several = Several::of(Vec::new(), (chats, user_errors))?;
        let mut results = Vec::new();
        if let Some(clients) = clients {
            several.acted = several.acted.or(clients.acted);
            for client in clients.outcomes {
                let (changed, user_errors) = outcome(client.result)?;
                results.push(ClientResult {
                    client_id: ID(client.id.to_string()),
                    changed: changed.unwrap_or(false),
                    user_errors,
                });
            }
        }
        Ok(Self {
            several,
            clients: results,
        })
    }
}

/// Shared by the two payloads.
#[derive(Default)]
struct Several {
    results: Vec<ChatResult>,
    acted: Option<hilo_app::Acted>,
    user_errors: Vec<UserError>,
}

impl Several {
    fn of(
        asked: Vec<ChatResult>,
        (done, user_errors): Outcome<BulkActed>,
    ) -> Result<Self, Failure> {
        let Some(done) = done else {
            return Ok(Self {
                user_errors,
                ..Self::default()
            });
        };
        let mut results = asked;
        for chat in done.outcomes {
            results.push(chat_result(chat.id, chat.result)?);
        }
        Ok(Self {
            results,
            acted: done.acted,
            user_errors,
        })
    }

    fn undo(&self) -> Option<ID> {
        let undo = self.acted.and_then(|acted| acted.undo)?;
        Some(ID(undo.to_string()))
    }
}

/// A chat that is not there, or not the caller's, does not stop the others.
fn chat_result(
    chat: ChatId,
    result: Result<bool, hilo_app::AppError>,
) -> Result<ChatResult, Failure> {
    let chat_id = ID(chat.to_string());
    let (changed, user_errors) = match result {
        Err(hilo_app::AppError::NotFound { .. }) => return Ok(no_chat(chat_id)),
        result => outcome(result)?,
    };
    Ok(ChatResult {
        chat_id,
        changed: changed.unwrap_or(false),
        user_errors,
    })
}

fn no_chat(chat_id: ID) -> ChatResult {
    ChatResult {
        chat_id,
        changed: false,
        user_errors: vec![UserError {
            code: "CHAT_NOT_FOUND".to_owned(),
            english: "There is no such chat.".to_owned(),
            field: Some("chatIds".to_owned()),
            ..UserError::default()
        }],
    }
}

/// What an act on several chats came to.
#[Object]
impl BulkActOnChatsPayload {
    /// What became of each chat: those whose id is none first, then the others in the order asked.
    fn results(&self) -> &[ChatResult] {
        &self.0.results
    }

    /// Give it to `undo` to take all of it back; null when nothing was changed or it cannot be taken back.
    fn undo(&self) -> Option<ID> {
        self.0.undo()
    }

    /// Where the last of it stands in the journal; null when nothing was done.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.0.acted)
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.0.acted.is_some_and(|acted| acted.pending)
    }

    /// Why all of it was refused; empty when each chat was asked.
    fn user_errors(&self) -> &[UserError] {
        &self.0.user_errors
    }
}

/// What taking an act back came to.
#[Object]
impl UndoPayload {
    /// What became of each chat of the act.
    fn results(&self) -> &[ChatResult] {
        &self.several.results
    }

    /// What became of the client of the act.
    fn client_results(&self) -> &[ClientResult] {
        &self.clients
    }

    /// Give it to `undo` to do it again; null when nothing was changed.
    fn undo(&self) -> Option<ID> {
        self.several.undo()
    }

    /// Where the last of it stands in the journal; null when nothing was done.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.several.acted)
    }

    /// Whether it is done, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.several.acted.is_some_and(|acted| acted.pending)
    }

    /// Why all of it was refused; empty when each chat was asked.
    fn user_errors(&self) -> &[UserError] {
        &self.several.user_errors
    }
}

/// Fields of Mutation about several chats at once.
#[derive(Default)]
pub struct BulkMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl BulkMutation {
    /// Does one thing to many chats in one request. Each chat decides for itself; one undo takes back what was done.
    async fn bulk_act_on_chats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which chats, and what to do to them.")] input: BulkActOnChatsInput,
    ) -> Result<BulkActOnChatsPayload, Failure> {
        let (mut chats, mut wrong) = (Vec::new(), Vec::new());
        for id in input.chat_ids {
            match parse_id::<ChatId>(&id, "chat") {
                Ok(chat) => chats.push(chat),
                Err(_) if wrong.len() < 500 => wrong.push(no_chat(id)),
                Err(_) => {}
            }
        }
        let act = ChatAct::try_from(input.act)?;
        let acted = ctx.app()?.bulk_act(ctx.caller()?, chats, &act).await;
        Ok(BulkActOnChatsPayload(Several::of(wrong, outcome(acted)?)?))
    }

    /// Takes one of the caller's own acts back, on each of its chats where nothing later stands against it. Archiving,
    /// reopening by button, assigning, snoozing, marking as unread, starring, tagging, priority, blocking and linking can be
    /// taken back; of a client merging and parting, mark, tags, owner and do-not-disturb; and so can an undo. The journal
    /// keeps both acts.
    async fn undo(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which act to take back.")] input: UndoInput,
    ) -> Result<UndoPayload, Failure> {
        let token: UndoToken = parse_id(&input.act, "act")?;
        let acted = ctx.app()?.undo(ctx.caller()?, token).await;
        UndoPayload::of(outcome(acted)?)
    }
}
