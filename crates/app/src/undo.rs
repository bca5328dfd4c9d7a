//! Taking an act back (N6): the events of one request are read from the journal, and each chat is asked for their
//! opposite. The chat refuses where something later stands against it; both acts stay in the journal.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use hilo_domain::chat::{ChatCommand, UndoneAct};
use hilo_domain::{Actor, ChatId};
use hilo_journal::{Position, RecordedEvent};
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::bulk::BulkActed;
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
    /// Takes one of the caller's own acts back, chat by chat: what one chat refuses does not stop the others.
    ///
    /// # Errors
    /// `NotFound` when there is no such act of the caller; `Unavailable`.
    pub async fn undo(&self, caller: &Caller, token: UndoToken) -> Result<BulkActed, AppError> {
        authorize(caller, Operation::MarkChat)?;
        let chats = self.acts_of(caller, token).await?;
        let request = Act::of(caller);
        let commands = chats.into_iter().map(|(chat, acts)| {
            let by = caller.agent_id;
            let at = request.at;
            (chat, ChatCommand::UndoActs { acts, by, at })
        });
        self.act_on_each(caller, commands.collect(), request.clone())
            .await
    }

    /// The events of the caller's act, by chat.
    async fn acts_of(
        &self,
        caller: &Caller,
        token: UndoToken,
    ) -> Result<BTreeMap<ChatId, Vec<UndoneAct>>, AppError> {
        let actor = Act::of(caller).actor;
        let mut chats = BTreeMap::<ChatId, Vec<UndoneAct>>::new();
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
                    && event.aggregate_type == "chat"
                    && event.metadata.contains(&named)
            });
            for event in self.journal().open_all(within.collect()).await? {
                if let Some((chat, act)) = own_act(&event, token.correlation, &actor) {
                    chats.entry(chat).or_default().push(act);
                }
            }
        }
        match chats.is_empty() {
            true => Err(NO_ACT),
            false => Ok(chats),
        }
    }
}

/// An event as what is to be taken back, if it is of this act and this actor.
fn own_act(event: &RecordedEvent, correlation: Uuid, actor: &Actor) -> Option<(ChatId, UndoneAct)> {
    let by: Actor = serde_json::from_value(event.metadata.actor.clone()).ok()?;
    if event.metadata.correlation_id != correlation || by != *actor {
        return None;
    }
    let act = UndoneAct {
        sequence: event.sequence,
        event: event.decode().ok()?,
    };
    Some((event.aggregate_id.parse().ok()?, act))
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
