//! Turns decided events into rows: sealed, digested, and known to be readable again before they are stored.

use cqrs_es::{Aggregate, DomainEvent};

use crate::append::Row;
use crate::seal::{Place, inspect, seal};
use crate::{Journal, JournalError, Metadata};

/// Rows, and the same events as they will be read back: sealed.
pub(crate) struct Prepared<E> {
    pub rows: Vec<Row>,
    pub sealed: Vec<E>,
    /// How many generations of keys were closed before its keys were looked up; nothing when it seals nothing.
    pub closings: Option<i64>,
}

impl Journal {
    /// Prepares `events` to stand behind `sequence` in the stream of `id`.
    pub(crate) async fn prepare<A: Aggregate>(
        &self,
        id: &str,
        sequence: u64,
        events: &[A::Event],
        metadata: &Metadata,
    ) -> Result<Prepared<A::Event>, JournalError> {
        let metadata = metadata_text(metadata)?;
        let mut prepared = Prepared {
            rows: Vec::with_capacity(events.len()),
            sealed: Vec::with_capacity(events.len()),
            closings: None,
        };
        let closings = self.0.head.closings();
        for (event, sequence) in events.iter().zip(sequence + 1..) {
            let (event_type, event_version) = (event.event_type(), event.event_version());
            let unserializable = || JournalError::Unserializable {
                event_type: event_type.clone(),
            };
            self.announce(A::TYPE, &event_type, &event_version).await?;
            let sequence = i64::try_from(sequence).map_err(|_| unserializable())?;
            let open = serde_json::to_string(event).map_err(|_| unserializable())?;
            let place = Place {
                aggregate_type: A::TYPE,
                aggregate_id: id,
                sequence,
            };
            let fields = inspect(&open)?;
            let payload = match fields.is_empty() {
                true => open,
                false => {
                    prepared.closings = Some(closings);
                    let subjects = fields.iter().map(|field| field.subject);
                    let keys = self.0.keys.for_sealing(subjects, closings).await?;
                    seal(&open, &fields, place, &keys)?
                }
            };
            // Also shows that it will be readable.
            let sealed = serde_json::from_str(&payload).map_err(|_| unserializable())?;
            prepared.sealed.push(sealed);
            let row = Row {
                aggregate_type: A::TYPE.to_owned(),
                aggregate_id: id.to_owned(),
                sequence,
                payload,
                metadata: metadata.clone(),
                event_type,
                event_version,
                digest: [0; 32],
            };
            prepared.rows.push(row.digested());
        }
        Ok(prepared)
    }
}

pub(crate) fn metadata_text(metadata: &Metadata) -> Result<String, JournalError> {
    let unserializable = |_| JournalError::Unserializable {
        event_type: "metadata".to_owned(),
    };
    let text = serde_json::to_string(metadata).map_err(unserializable)?;
    inspect(&text)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::Cause;

    fn by(actor: Value) -> Metadata {
        Metadata {
            actor,
            cause: Cause::Request("r1".to_owned()),
            correlation_id: Uuid::nil(),
            occurred_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn metadata_is_refused_where_an_event_would_be() {
        let said = json!({ "name": "\\u0000 and \"$personal\" are only words", "at": "$" });
        let text = metadata_text(&by(said.clone())).unwrap();
        assert_eq!(Metadata::from_json(&text).unwrap(), by(said));
        let nul = metadata_text(&by(json!({ "name": "a\0b" })));
        assert!(matches!(nul, Err(JournalError::Nul { .. })));
        let mark = metadata_text(&by(json!({ "$sealed": {} })));
        assert!(matches!(mark, Err(JournalError::Mark { .. })));
    }
}
