//! Recognises a command that comes again and gives back what the first call answered. Stores keyed hashes only.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::append::Note;
use crate::keys::LookupKey;
use crate::metadata::Dedupe;
use crate::{Committed, ExecuteError, Journal, JournalError, Pool, Position};

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

    async fn find(&self, pool: &Pool) -> Result<Option<Found>, JournalError> {
        let row = sqlx::query_as::<_, (Vec<u8>, i64, String)>(
            "SELECT content_hmac, position, result::text FROM dedupe WHERE scope = $1 AND key_hmac = $2",
        )
        .bind(&self.scope)
        .bind(self.key_hmac)
        .fetch_optional(pool)
        .await
        .map_err(JournalError::database("looking for a command's key"))?;
        let Some((content_hmac, position, result)) = row else {
            return Ok(None);
        };
        if content_hmac != self.content_hmac {
            return Ok(Some(Found::Other));
        }
        let result = serde_json::from_str(&result).map_err(|_| damaged())?;
        Ok(Some(Found::Same(Position(position), result)))
    }
}

enum Found {
    /// The key was used with other content.
    Other,
    Same(Position, FirstResult),
}

fn damaged() -> JournalError {
    JournalError::Damaged {
        what: "a command's first result".to_owned(),
    }
}

impl Journal {
    /// The answer to a command that came before; nothing when it is new.
    pub(crate) async fn first_answer<E, R>(
        &self,
        fingerprint: &Fingerprint,
    ) -> Result<Option<Committed<E>>, ExecuteError<R>>
    where
        E: DeserializeOwned,
        R: DeserializeOwned,
    {
        let (position, result) = match fingerprint.find(&self.0.pool).await? {
            None => return Ok(None),
            Some(Found::Other) => return Err(ExecuteError::DedupeConflict),
            Some(Found::Same(position, result)) => (position, result),
        };
        let (sequence, events) = match result {
            FirstResult::Refused(refusal) => {
                let refusal = serde_json::from_value(refusal).map_err(|_| damaged())?;
                return Err(ExecuteError::Refused(refusal));
            }
            FirstResult::Nothing { sequence } => (sequence, 0),
            FirstResult::Stored { events, sequence } => (sequence, events),
        };
        let recorded = match events {
            0 => Vec::new(),
            some => {
                let before = Position(position.0 - i64::from(some));
                self.read(before, usize::try_from(some).unwrap_or(usize::MAX))
                    .await?
            }
        };
        let events = recorded
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
