//! Who does something, when and on whose request: what goes beside every event. Decides nothing.

use hilo_domain::Actor;
use hilo_journal::{Cause, Context, Dedupe, Position};
use jiff::Timestamp;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::clock;
use crate::error::AppError;

/// One act. Only imports and the demo give another time than now.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who.
    pub actor: Actor,
    /// When it happened.
    pub at: Timestamp,
    /// The request it came by.
    pub request: Uuid,
    /// Makes it happen once, however often it is asked for.
    pub dedupe: Option<Dedupe>,
    /// The event that a rule answers; the request caused it without (N9).
    pub cause: Option<Position>,
}

impl Act {
    /// An act of `actor`, now.
    #[must_use]
    pub fn by(actor: Actor) -> Self {
        Self {
            actor,
            at: clock::now(),
            request: clock::new_id(),
            dedupe: None,
            cause: None,
        }
    }

    /// An act of whoever calls, now.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        Self::by(caller.actor())
    }

    /// The same act at another time.
    #[must_use]
    pub fn at(self, at: Timestamp) -> Self {
        Self { at, ..self }
    }

    /// The same act, done once only.
    #[must_use]
    pub fn once(self, dedupe: Dedupe) -> Self {
        Self {
            dedupe: Some(dedupe),
            ..self
        }
    }

    /// The same act, as the answer of a rule to an event.
    #[must_use]
    pub fn because_of(self, event: Position) -> Self {
        Self {
            cause: Some(event),
            ..self
        }
    }

    pub(crate) fn context(self) -> Result<Context, AppError> {
        let actor = serde_json::to_value(&self.actor)
            .map_err(|error| AppError::Unexpected(anyhow::Error::new(error).context("actor")))?;
        Ok(Context {
            actor,
            cause: match self.cause {
                Some(event) => Cause::Position(event),
                None => Cause::Request(self.request.to_string()),
            },
            correlation_id: self.request,
            occurred_at: self.at,
            dedupe: self.dedupe,
        })
    }
}
