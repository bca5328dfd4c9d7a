//! One act on many chats (P12): each chat its own event, all under one correlation id, so that one undo takes all back.

use std::collections::HashSet;

use futures_util::{StreamExt as _, stream};
use hilo_domain::ChatId;
use hilo_domain::chat::ChatCommand;
use hilo_journal::{Committed, Position};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::marks::ChatAct;
use crate::undo::UndoToken;
use crate::{Act, Acted, App};

/// Most chats of one request.
pub const MOST_CHATS: usize = 500;
/// Chats acted on at the same time: enough to fill the journal's batches.
const AT_ONCE: usize = 32;

/// What became of one chat, or of one client.
#[derive(Debug)]
pub struct Outcome<I = ChatId> {
    /// Which.
    pub id: I,
    /// Why nothing was done to it, or whether something changed.
    pub result: Result<bool, AppError>,
}

/// What an act on many chats came to.
#[derive(Debug)]
pub struct BulkActed<I = ChatId> {
    /// Each that was asked, once, in the order asked.
    pub outcomes: Vec<Outcome<I>>,
    /// Of the last event of all; None when each refused.
    pub acted: Option<Acted>,
}

impl App {
    /// Does one thing to many chats. A refusal of one does not stop the others.
    ///
    /// # Errors
    /// `Invalid` for more than 500 chats; `Unavailable` before anything was done.
    pub async fn bulk_act(
        &self,
        caller: &Caller,
        mut chats: Vec<ChatId>,
        act: &ChatAct,
    ) -> Result<BulkActed, AppError> {
        authorize(caller, Operation::MarkChat)?;
        if chats.len() > MOST_CHATS {
            return Err(AppError::Invalid {
                field: "chatIds",
                code: "TOO_MANY_CHATS",
                message: format!("At most {MOST_CHATS} chats at once."),
                limit: Some(MOST_CHATS as i64),
            });
        }
        let mut seen = HashSet::new();
        chats.retain(|chat| seen.insert(*chat));
        let request = Act::of(caller);
        let commands = chats
            .into_iter()
            .map(|chat| (chat, act.command(caller.agent_id, request.at)));
        self.act_on_each(caller, commands.collect(), request.clone())
            .await
    }

    /// One command for each chat, all of one request.
    ///
    /// # Errors
    /// `Unavailable` before anything was done.
    pub(crate) async fn act_on_each(
        &self,
        caller: &Caller,
        commands: Vec<(ChatId, ChatCommand)>,
        request: Act,
    ) -> Result<BulkActed, AppError> {
        let chats = commands.iter().map(|(chat, _)| *chat).collect::<Vec<_>>();
        self.know_channels(caller, &chats).await?;
        let acts = commands.into_iter().map(|(chat, command)| {
            let request = request.clone();
            async move { (chat, self.act_quietly(caller, chat, command, request).await) }
        });
        let done = stream::iter(acts)
            .buffered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        Ok(self.gathered(done, request.request).await)
    }

    /// What single acts under one correlation id came to together.
    pub(crate) async fn gathered<I>(
        &self,
        done: Vec<(I, Result<Quietly, AppError>)>,
        correlation: Uuid,
    ) -> BulkActed<I> {
        let mut reached: Option<Position> = None;
        let mut undo: Option<UndoToken> = None;
        let mut is_undoable = true;
        let mut outcomes = Vec::with_capacity(done.len());
        for (id, result) in done {
            let result = result.map(|quietly| {
                reached = reached.max(Some(quietly.position));
                if let Some(span) = quietly.span {
                    is_undoable &= quietly.is_undoable;
                    undo = Some(UndoToken::over(undo, span, correlation));
                }
                quietly.span.is_some()
            });
            outcomes.push(Outcome { id, result });
        }
        let acted = match reached {
            None => None,
            Some(position) => Some(Acted {
                undo: undo.filter(|_| is_undoable),
                ..self.acted(position).await
            }),
        };
        BulkActed { outcomes, acted }
    }
}

/// What a command did to a chat or a client, before anybody waited for the read model.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quietly {
    /// Of its last event, or the head seen when nothing was appended.
    pub position: Position,
    /// First and last position of its events, if it had any.
    pub span: Option<(Position, Position)>,
    /// Whether all of them can be taken back.
    pub is_undoable: bool,
}

impl Quietly {
    /// What was committed.
    pub fn of<E>(committed: &Committed<E>, is_undoable: fn(&E) -> bool) -> Self {
        let position = committed.position;
        let others = i64::try_from(committed.events.len()).unwrap_or(i64::MAX) - 1;
        let is_new = !committed.events.is_empty() && !committed.repeated;
        Self {
            position,
            span: is_new.then_some((Position(position.0 - others), position)),
            is_undoable: committed.events.iter().all(is_undoable),
        }
    }
}
