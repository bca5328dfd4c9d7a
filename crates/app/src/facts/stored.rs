//! Stored events as the fold takes them: whose they are, and what they say. Folds nothing.

use std::str::FromStr;

use hilo_journal::RecordedEvent;
use serde::de::DeserializeOwned;

/// A stored event that this program cannot read: the fold must not go on without it.
#[derive(Debug, thiserror::Error)]
#[error("event {position} of type {event_type} cannot be read: {reason}")]
pub struct Unreadable {
    position: i64,
    event_type: String,
    reason: String,
}

impl Unreadable {
    fn of(event: &RecordedEvent, reason: String) -> Self {
        Self {
            position: event.position.0,
            event_type: event.event_type.clone(),
            reason,
        }
    }
}

/// Whose stream an event is of.
pub(super) fn id<T: FromStr>(event: &RecordedEvent) -> Result<T, Unreadable> {
    let id = event.aggregate_id.parse();
    id.map_err(|_| Unreadable::of(event, format!("no {} id", event.aggregate_type)))
}

/// What an event says.
pub(super) fn decoded<E: DeserializeOwned>(event: &RecordedEvent) -> Result<E, Unreadable> {
    let decoded = event.decode();
    decoded.map_err(|error| Unreadable::of(event, error.to_string()))
}
