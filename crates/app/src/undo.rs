//! Taking an act back (N6): the events of one request are read from the journal, and each chat or client is asked for
//! their opposite. It refuses where something later stands against it; both acts stay in the journal.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use hilo_domain::chat::{ChatCommand, UndoneAct};
use hilo_domain::client::{ClientCommand, UndoneClientAct};
use hilo_domain::{Actor, ChatId, ClientId};
use hilo_journal::{Position, RecordedEvent};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::bulk::{BulkActed, Quietly};
use crate::error::AppError;
use crate::{Act, App};

/// Most positions between the first and the last event of one act: others write meanwhile.
const MOST_BETWEEN: i64 = 100_000;
/// Events read at once.
const BATCH: usize = 2_000;

/// Names an act that can be taken back. As text it is opaque to who holds it; it gives no right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UndoToken {
    first: Position,
    last: Position,
    correlation: Uuid,
}

/// Not an undo token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an undo token")]
pub struct NotAnUndoToken;

impl UndoToken {
    /// A token that also covers the events from the first to the last position of `span`.
    pub(crate) fn over(
        token: Option<Self>,
        (first, last): (Position, Position),
        correlation: Uuid,
    ) -> Self {
        let (first, last) = token.map_or((first, last), |token| {
            (token.first.min(first), token.last.max(last))
        });
        Self {
            first,
            last,
            correlation,
        }
    }
}

impl fmt::Display for UndoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, last) = (self.first.0, self.last.0);
        write!(f, "{first:x}-{last:x}-{}", self.correlation.simple())
    }
}

impl FromStr for UndoToken {
    type Err = NotAnUndoToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let mut number = || {
            let part = parts.next().ok_or(NotAnUndoToken)?;
            i64::from_str_radix(part, 16).map_err(|_| NotAnUndoToken)
        };
        let (first, last) = (Position(number()?), Position(number()?));
        let correlation = parts.next().ok_or(NotAnUndoToken)?;
        let token = Self {
            first,
            last,
            correlation: Uuid::try_parse(correlation).map_err(|_| NotAnUndoToken)?,
        };
        let is_sound = first.0 > 0 && first <= last && last.0 - first.0 <= MOST_BETWEEN;
        // Comparing with what it is written as refuses every second spelling.
        (is_sound && token.to_string() == text)
            .then_some(token)
            .ok_or(NotAnUndoToken)
    }
}

/// The act as the answer for one that is not there or somebody else's.
const NO_ACT: AppError = AppError::NotFound { what: "act" };

impl App {
    /// Takes one of the caller's own acts back, chat by chat and client by client: what one refuses does not stop the
    /// others.
    ///
    /// # Errors
    /// `NotFound` when there is no such act of the caller; `Forbidden`; `Unavailable`.
    pub async fn undo(&self, caller: &Caller, token: UndoToken) -> Result<Undone, AppError> {
        authorize(caller, Operation::MarkChat)
            .or_else(|_| authorize(caller, Operation::ChangeClients))?;
        let Acts { chats, clients } = self.acts_of(caller, token).await?;
        let request = Act::of(caller);
        if !chats.is_empty() {
            authorize(caller, Operation::MarkChat)?;
        }
        if !clients.is_empty() {
            authorize(caller, Operation::ChangeClients)?;
        }
        let commands = chats.into_iter().map(|(chat, acts)| {
            let by = caller.agent_id;
            let at = request.at;
            (chat, ChatCommand::UndoActs { acts, by, at })
        });
        let chats = self
            .act_on_each(caller, commands.collect(), request.clone())
            .await?;
        let mut done = Vec::with_capacity(clients.len());
        for (client, acts) in clients {
            let by = request.actor.clone();
            let command = ClientCommand::UndoActs { acts, by };
            let committed = self
                .execute_client(client, None, command, request.clone())
                .await;
            let quietly = committed.map(|it| Quietly::of(&it, hilo_domain::client::is_undoable));
            done.push((client, quietly));
        }
        Ok(Undone {
            chats,
            clients: self.gathered(done, request.request).await,
        })
    }

    /// The events of the caller's act, by chat and by client.
    async fn acts_of(&self, caller: &Caller, token: UndoToken) -> Result<Acts, AppError> {
        let actor = Act::of(caller).actor;
        let mut acts = Acts::default();
        let mut after = Position(token.first.0 - 1);
        while after < token.last {
            let events = self.journal().read_sealed(after, BATCH).await?;
            let Some(end) = events.last().map(|event| event.position) else {
                break;
            };
            after = end;
            let named = token.correlation.to_string();
            let within = events.into_iter().filter(|event| {
                event.position <= token.last
                    && matches!(event.aggregate_type.as_str(), "chat" | "client")
                    && event.metadata.contains(&named)
            });
            for event in self.journal().open_all(within.collect()).await? {
                acts.take(&event, token.correlation, &actor);
            }
        }
        match acts.chats.is_empty() && acts.clients.is_empty() {
            true => Err(NO_ACT),
            false => Ok(acts),
        }
    }
}

/// What taking an act back came to.
#[derive(Debug)]
pub struct Undone {
    /// Of each chat.
    pub chats: BulkActed,
    /// Of each client.
    pub clients: BulkActed<ClientId>,
}

/// What an act did, in order.
#[derive(Default)]
struct Acts {
    chats: BTreeMap<ChatId, Vec<UndoneAct>>,
    clients: BTreeMap<ClientId, Vec<UndoneClientAct>>,
}

impl Acts {
    /// An event as what is to be taken back, if it is of this act and this actor.
    fn take(&mut self, event: &RecordedEvent, correlation: Uuid, actor: &Actor) {
        let by: Option<Actor> = serde_json::from_value(event.metadata.actor.clone()).ok();
        if event.metadata.correlation_id != correlation || by.as_ref() != Some(actor) {
            return;
        }
        let sequence = event.sequence;
        if event.aggregate_type == "client" {
            let known = event.aggregate_id.parse::<ClientId>().ok();
            if let Some((client, event)) = known.zip(event.decode().ok()) {
                let act = UndoneClientAct { sequence, event };
                self.clients.entry(client).or_default().push(act);
            }
        } else {
            let known = event.aggregate_id.parse::<ChatId>().ok();
            if let Some((chat, event)) = known.zip(event.decode().ok()) {
                let act = UndoneAct { sequence, event };
                self.chats.entry(chat).or_default().push(act);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_what_it_wrote_and_nothing_else() {
        let token = UndoToken {
            first: Position(10),
            last: Position(700),
            correlation: Uuid::from_u128(7),
        };
        assert_eq!(token.to_string().parse(), Ok(token));
        let id = Uuid::from_u128(7).simple();
        for bad in [
            String::new(),
            "a-b".to_owned(),
            format!("a-9-{id}"),
            format!("0-9-{id}"),
            format!("-1-9-{id}"),
            format!("1-ffffffff-{id}"),
            format!("0a-2bc-{id}"),
            format!("a-2bc-{id}-"),
            format!("+a-2bc-{id}"),
        ] {
            assert_eq!(bad.parse::<UndoToken>(), Err(NotAnUndoToken), "{bad}");
        }
    }
}
