//! Reads the journal in its one order, sealed as stored or opened. Pages by position, in short statements.

use serde_json::Value;

use crate::event::{RecordedEvent, STORED_COLUMNS, StoredEvent};
use crate::seal::{KeyId, Place, needed, open};
use crate::upcast::serialized;
use crate::{Journal, JournalError, Metadata, Position};

/// Most events in one answer.
const LIMIT: usize = 10_000;

impl Journal {
    /// Up to `limit` (at most 10,000) events behind `after`, personal fields opened.
    ///
    /// # Errors
    /// When the database fails, or an event was changed since it was stored.
    pub async fn read(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, JournalError> {
        let stored = self.read_sealed(after, limit).await?;
        self.open_all(stored).await
    }

    /// As [`Journal::read_sealed`], for who follows closely: what this process has just appended comes from memory, the
    /// bytes that were sent to be stored. Not for who proves what is stored.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow_sealed(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, JournalError> {
        let head = &self.0.head;
        match head.tail().behind(after, limit.min(LIMIT), head.era()) {
            Some(events) => Ok(events),
            None => self.read_sealed(after, limit).await,
        }
    }

    /// Up to `limit` (at most 10,000) events behind `after`, their stored bytes verbatim.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_sealed(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<StoredEvent>, JournalError> {
        let statement = format!(
            "SELECT {STORED_COLUMNS} FROM events WHERE position > $1 ORDER BY position LIMIT $2"
        );
        sqlx::query(&statement)
            .bind(after.0)
            .bind(i64::try_from(limit.min(LIMIT)).unwrap_or(i64::MAX))
            .fetch_all(&self.0.pool)
            .await
            .map_err(JournalError::database("reading the feed"))?
            .iter()
            .map(StoredEvent::from_row)
            .collect()
    }

    /// Opens stored events, asking for all their keys at once.
    ///
    /// # Errors
    /// When the database fails, or an event was changed since it was stored.
    pub async fn open_all(
        &self,
        events: Vec<StoredEvent>,
    ) -> Result<Vec<RecordedEvent>, JournalError> {
        let mut wanted: Vec<KeyId> = Vec::new();
        let mut payloads = Vec::with_capacity(events.len());
        for event in &events {
            let payload: Value =
                serde_json::from_str(&event.payload).map_err(|_| event.undecodable())?;
            wanted.extend(needed(&payload));
            payloads.push(payload);
        }
        wanted.sort_unstable();
        wanted.dedup();
        let keys = self.0.keys.for_opening(&wanted).await?;
        let mut opened = Vec::with_capacity(events.len());
        for (event, mut payload) in events.into_iter().zip(payloads) {
            let place = Place {
                aggregate_type: &event.aggregate_type,
                aggregate_id: &event.aggregate_id,
                sequence: i64::try_from(event.sequence).unwrap_or(i64::MAX),
            };
            open(&mut payload, place, &keys)?;
            opened.push(self.recorded(event, payload)?);
        }
        Ok(opened)
    }

    fn recorded(&self, event: StoredEvent, payload: Value) -> Result<RecordedEvent, JournalError> {
        let metadata = Metadata::from_json(&event.metadata)?;
        let newest = self.0.upcasters.upcast(serialized(&event, payload));
        Ok(RecordedEvent {
            position: event.position,
            recorded_at: event.recorded_at,
            aggregate_type: event.aggregate_type,
            aggregate_id: event.aggregate_id,
            sequence: event.sequence,
            event_type: newest.event_type,
            event_version: newest.event_version,
            payload: newest.payload,
            metadata,
        })
    }
}
