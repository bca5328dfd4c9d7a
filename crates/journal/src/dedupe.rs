//! Recognises a command that comes again and gives back what the first call answered. Stores keyed hashes only.

use cqrs_es::Aggregate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::append::Note;
use crate::keys::LookupKey;
use crate::metadata::Dedupe;
use crate::{Committed, ExecuteError, Journal, JournalError};

/// What the first call answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FirstResult {
    /// It appended events; they end at the row's position.
    Stored { events: u32, sequence: u64 },
    /// There was nothing to do.
    Nothing { sequence: u64 },
    /// It was refused.
    Refused(Value),
}

/// A key and the content it was used for, hashed.
pub(crate) struct Fingerprint {
    scope: String,
    key_hmac: [u8; 32],
    content_hmac: [u8; 32],
}

impl Fingerprint {
    pub(crate) fn of(dedupe: &Dedupe, stream: (&str, &str), lookup: &LookupKey) -> Self {
        let (aggregate_type, aggregate_id) = stream;
        let scope = dedupe.scope.as_bytes();
        Self {
            key_hmac: lookup.mac("dedupe key", &[scope, &dedupe.key]),
            content_hmac: lookup.mac(
                "dedupe content",
                &[
                    scope,
                    aggregate_type.as_bytes(),
                    aggregate_id.as_bytes(),
                    &dedupe.content,
                ],
            ),
            scope: dedupe.scope.clone(),
        }
    }

    pub(crate) fn note(&self, result: &FirstResult) -> Result<Note, JournalError> {
        Ok(Note {
            scope: self.scope.clone(),
            key_hmac: self.key_hmac,
            content_hmac: self.content_hmac,
            result: serde_json::to_string(result).map_err(|_| JournalError::Unserializable {
                event_type: "result".to_owned(),
            })?,
        })
    }

    /// What is asked for when it is looked up.
    pub(crate) fn key(&self) -> (&str, [u8; 32]) {
        (&self.scope, self.key_hmac)
    }
}

pub(crate) fn damaged() -> JournalError {
    JournalError::Damaged {
        what: "a command's first result".to_owned(),
    }
}

impl Journal {
    /// What a command on the aggregate `id` was answered when it came before; nothing when it is new. For who cannot make
    /// the same command any more.
    ///
    /// # Errors
    /// The first refusal; `DedupeConflict` when the key came with other content; when the database fails.
    pub async fn earlier<A>(
        &self,
        id: &str,
        dedupe: &Dedupe,
    ) -> Result<Option<Committed<A::Event>>, ExecuteError<A::Error>>
    where
        A: Aggregate,
        A::Error: DeserializeOwned,
    {
        let fingerprint = Fingerprint::of(dedupe, (A::TYPE, id), &self.0.lookup);
        self.first_answer(&fingerprint).await
    }

    /// The answer to a command that came before; nothing when it is new.
    pub(crate) async fn first_answer<E, R>(
        &self,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Committed<E>>, ExecuteError<R>>
    where
        E: DeserializeOwned,
        R: DeserializeOwned,
    {
        let Some(earlier) = self.0.repeats.look_up(fingerprint.key()).await? else {
            return Ok(None);
        };
        if earlier.content_hmac != fingerprint.content_hmac {
            return Err(ExecuteError::DedupeConflict);
        }
        let sequence = match earlier.result {
            FirstResult::Refused(refusal) => {
                let refusal = serde_json::from_value(refusal).map_err(|_| damaged())?;
                return Err(ExecuteError::Refused(refusal));
            }
            FirstResult::Nothing { sequence } | FirstResult::Stored { sequence, .. } => sequence,
        };
        let position = earlier.position;
        let events = self
            .open_all(earlier.events)
            .await?
            .iter()
            .map(|event| event.decode().map_err(|_| damaged()))
            .collect::<Result<_, _>>()?;
        Ok(Some(Committed {
            sequence,
            position,
            events,
            repeated: true,
        }))
    }
}
