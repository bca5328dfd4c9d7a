//! An event as it was stored and as it is read. Changes neither.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::error::Undecodable;
use crate::{JournalError, Metadata, Position};

/// An event with its stored bytes, verbatim: what the digest was taken over, what an export writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// Place in the journal.
    pub position: Position,
    /// When it was recorded; never goes back along the positions.
    pub recorded_at: Timestamp,
    /// Type of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Place in the aggregate's stream, from 1.
    pub sequence: u64,
    /// Stored type name.
    pub event_type: String,
    /// Stored version.
    pub event_version: String,
    /// JSON text, personal fields sealed.
    pub payload: String,
    /// JSON text.
    pub metadata: String,
    /// SHA-256, see [`crate::chain::digest`].
    pub digest: [u8; 32],
    /// The chain's link; only on the last event of an append.
    pub chain: Option<[u8; 32]>,
}

/// The columns that [`StoredEvent::from_row`] reads.
pub(crate) const STORED_COLUMNS: &str = "position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, \
     event_version, payload::text AS payload, metadata::text AS metadata, digest, chain";

impl StoredEvent {
    pub(crate) fn from_row(row: &PgRow) -> Result<Self, JournalError> {
        let doing = JournalError::database("reading an event's columns");
        Self::columns(row).map_err(doing)
    }

    fn columns(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            position: Position(row.try_get("position")?),
            recorded_at: row
                .try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?
                .to_jiff(),
            aggregate_type: row.try_get("aggregate_type")?,
            aggregate_id: row.try_get("aggregate_id")?,
            sequence: row.try_get::<i64, _>("sequence")?.unsigned_abs(),
            event_type: row.try_get("event_type")?,
            event_version: row.try_get("event_version")?,
            payload: row.try_get("payload")?,
            metadata: row.try_get("metadata")?,
            digest: row.try_get("digest")?,
            chain: row.try_get("chain")?,
        })
    }

    pub(crate) fn undecodable(&self) -> JournalError {
        JournalError::Undecodable {
            aggregate_type: self.aggregate_type.clone(),
            aggregate_id: self.aggregate_id.clone(),
            sequence: self.sequence,
            event_type: self.event_type.clone(),
            event_version: self.event_version.clone(),
        }
    }
}

/// An event with its personal fields opened, brought to the newest version by the upcasters.
#[derive(Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// Place in the journal.
    pub position: Position,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Type of the aggregate.
    pub aggregate_type: String,
    /// Id of the aggregate.
    pub aggregate_id: String,
    /// Place in the aggregate's stream, from 1.
    pub sequence: u64,
    /// Type name.
    pub event_type: String,
    /// Version.
    pub event_version: String,
    /// The event as JSON; personal fields as `$personal`, or `$erased` where the key is gone.
    pub payload: Value,
    /// Who, why, when.
    pub metadata: Metadata,
}

impl RecordedEvent {
    /// The event in the words of its domain.
    ///
    /// # Errors
    /// When the payload is not one of `E`; the error carries no content.
    pub fn decode<E: DeserializeOwned>(&self) -> Result<E, Undecodable> {
        E::deserialize(&self.payload).map_err(|_| Undecodable {
            position: self.position,
            event_type: self.event_type.clone(),
            event_version: self.event_version.clone(),
        })
    }
}

impl std::fmt::Debug for RecordedEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RecordedEvent")
            .field("position", &self.position)
            .field("aggregate_type", &self.aggregate_type)
            .field("aggregate_id", &self.aggregate_id)
            .field("sequence", &self.sequence)
            .field("event_type", &self.event_type)
            .finish_non_exhaustive()
    }
}
