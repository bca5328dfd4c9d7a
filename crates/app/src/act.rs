//! Who does something, when and on whose request: what goes beside every event. Decides nothing.

use hilo_domain::Actor;
use hilo_journal::{Cause, Context, Dedupe};
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

    pub(crate) fn context(self) -> Result<Context, AppError> {
        let actor = serde_json::to_value(&self.actor)
            .map_err(|error| AppError::Unexpected(anyhow::Error::new(error).context("actor")))?;
        Ok(Context {
            actor,
            cause: Cause::Request(self.request.to_string()),
            correlation_id: self.request,
            occurred_at: self.at,
            dedupe: self.dedupe,
        })
    }
}
