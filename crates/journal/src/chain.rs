//! Digests of events and the hash chain over appends, as they can be recomputed by anyone from the stored rows.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::{JournalError, Position, StoredEvent};

/// The link before the first append.
pub const GENESIS: [u8; 32] = [0; 32];

/// The parts one after another, each behind its length as 8 bytes, big-endian: no two lists of parts give the same bytes.
pub(crate) fn framed(parts: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(parts.iter().map(|part| part.len() + 8).sum());
    frame(parts, &mut bytes);
    bytes
}

/// The same, behind what `bytes` already holds.
fn frame(parts: &[&[u8]], bytes: &mut Vec<u8>) {
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
}

/// What an event's digest is taken over.
pub(crate) struct Digested<'a> {
    pub aggregate_type: &'a str,
    pub aggregate_id: &'a str,
    pub sequence: i64,
    pub event_type: &'a str,
    pub event_version: &'a str,
    pub payload: &'a str,
    pub metadata: &'a str,
}

impl Digested<'_> {
    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(256 + self.payload.len() + self.metadata.len());
        self.write(&mut bytes);
        Sha256::digest(bytes).into()
    }

    /// Puts what the digest is taken over behind what `bytes` already holds.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let parts: [&[u8]; 7] = [
            self.aggregate_type.as_bytes(),
            self.aggregate_id.as_bytes(),
            &self.sequence.to_be_bytes(),
            self.event_type.as_bytes(),
            self.event_version.as_bytes(),
            self.payload.as_bytes(),
            self.metadata.as_bytes(),
        ];
        frame(&parts, bytes);
    }
}

/// The digest of a stored event: SHA-256 over aggregate type, aggregate id, sequence (8 bytes, big-endian), event type,
/// event version, payload and metadata, each behind its length (8 bytes, big-endian), texts as their stored UTF-8 bytes.
///
/// # Errors
/// When the sequence is not one that can be stored.
pub fn digest(event: &StoredEvent) -> Result<[u8; 32], JournalError> {
    let sequence = i64::try_from(event.sequence).map_err(|_| JournalError::Damaged {
        what: format!("the sequence of event {}", event.position),
    })?;
    Ok(Digested {
        aggregate_type: &event.aggregate_type,
        aggregate_id: &event.aggregate_id,
        sequence,
        event_type: &event.event_type,
        event_version: &event.event_version,
        payload: &event.payload,
        metadata: &event.metadata,
    }
    .digest())
}

/// The link of one append: SHA-256 over the previous link, the first position (8 bytes), the number of events (4 bytes),
/// the microseconds of `recorded_at` since 1970 (8 bytes), all big-endian, then the digests in order.
///
/// The database computes the same under the lock of the head; this is for whoever checks it.
#[must_use]
pub fn link(
    previous: &[u8; 32],
    first: Position,
    recorded_at: Timestamp,
    digests: &[[u8; 32]],
) -> [u8; 32] {
    link_over(
        previous,
        first.0,
        digests.len(),
        recorded_at.as_microsecond(),
        digests.iter(),
    )
}

/// The same from its parts: how many `digests` there are, and the microseconds of `recorded_at`.
pub(crate) fn link_over<'a>(
    previous: &[u8; 32],
    first: i64,
    count: usize,
    recorded_at: i64,
    digests: impl Iterator<Item = &'a [u8; 32]>,
) -> [u8; 32] {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    let mut hash = Sha256::new();
    hash.update(previous);
    hash.update(first.to_be_bytes());
    hash.update(count.to_be_bytes());
    hash.update(recorded_at.to_be_bytes());
    for digest in digests {
        hash.update(digest);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_byte_between_parts_changes_the_frame() {
        assert_ne!(framed(&[b"ab", b"c"]), framed(&[b"a", b"bc"]));
        assert_ne!(framed(&[b"a"]), framed(&[b"a", b""]));
    }

    #[test]
    fn the_definition_of_a_digest_never_changes() {
        let event = Digested {
            aggregate_type: "chat",
            aggregate_id: "1",
            sequence: 1,
            event_type: "opened",
            event_version: "1",
            payload: "{}",
            metadata: "{}",
        };
        assert_eq!(
            hex(&event.digest()),
            "9d96311528766f0e1137ef9fa96846fc529536b990b7aa6738531c01088c836c"
        );
        let second: Timestamp = "1970-01-01T00:00:01Z".parse().unwrap();
        assert_eq!(
            hex(&link(&GENESIS, Position(1), second, &[[7; 32]])),
            "b46d303a659f964240dd46d327e711d1aaea84609e6262c155cc3f8ea7134ae8"
        );
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
