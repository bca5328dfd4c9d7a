//! Verifies the JSON lines of an export, without a database. Streams of the file are not counted: that each event and
//! the order are as they were appended is what the digests and the chain say.

use std::borrow::Cow;
use std::io::{BufRead, Read};

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::checker::{Checker, damage};
use super::{Anchor, DamageKind, Seen, Verdict};
use crate::Position;
use crate::chain::{Digested, GENESIS};

/// Longest line that is taken for an event, in bytes: memory stays bounded whatever the file is.
const LONGEST: u64 = 64 << 20;

/// Why a file could not be verified at all.
#[derive(Debug, thiserror::Error)]
pub enum NotAnExport {
    /// It cannot be read.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
    /// There is nothing in it.
    #[error("the file holds no event")]
    Empty,
    /// It begins behind the checkpoint, so the checkpoint says nothing about it.
    #[error("the checkpoint was taken at {0}, before the file begins")]
    BehindTheCheckpoint(Position),
}

/// One line, its texts as they were stored.
#[derive(Deserialize)]
struct Line<'a> {
    position: i64,
    recorded_at: Timestamp,
    #[serde(borrow)]
    aggregate_type: Cow<'a, str>,
    #[serde(borrow)]
    aggregate_id: Cow<'a, str>,
    sequence: i64,
    #[serde(borrow)]
    event_type: Cow<'a, str>,
    #[serde(borrow)]
    event_version: Cow<'a, str>,
    #[serde(borrow)]
    payload: &'a RawValue,
    #[serde(borrow)]
    metadata: &'a RawValue,
    #[serde(borrow)]
    digest: Cow<'a, str>,
    #[serde(borrow)]
    chain: Option<Cow<'a, str>>,
}

impl Line<'_> {
    fn seen(&self) -> Option<Seen> {
        Some(Seen {
            position: self.position,
            recorded_at: self.recorded_at.as_microsecond(),
            digest: from_hex(&self.digest)?,
            chain: match &self.chain {
                Some(link) => Some(from_hex(link)?),
                None => None,
            },
        })
    }

    fn recomputed(&self) -> [u8; 32] {
        Digested {
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: self.payload.get(),
            metadata: self.metadata.get(),
        }
        .digest()
    }
}

/// Verifies an export of everything behind `after`. When that is not the beginning, its first link is believed, unless
/// the checkpoint stands there. That events are missing at its end only a checkpoint can tell.
///
/// # Errors
/// When the file cannot be read or is empty.
pub fn file(
    mut lines: impl BufRead,
    after: Position,
    checkpoint: Option<Anchor>,
) -> Result<Verdict, NotAnExport> {
    let early = checkpoint.map(|checkpoint| checkpoint.position);
    if let Some(early) = early.filter(|early| *early < after) {
        return Err(NotAnExport::BehindTheCheckpoint(early));
    }
    let begin = match checkpoint {
        _ if after == Position::START => Some(GENESIS),
        Some(checkpoint) if checkpoint.position == after => Some(checkpoint.chain),
        _ => None,
    };
    let mut checker = Checker::new(after, begin, checkpoint);
    let (mut text, mut number) = (Vec::new(), 0);
    while next(&mut lines, &mut text)? {
        number += 1;
        let line = serde_json::from_slice::<Line<'_>>(&text).ok();
        let Some((line, seen)) = line.and_then(|line| line.seen().map(|seen| (line, seen))) else {
            let last = checker.expected() - 1;
            let unreadable = DamageKind::Unreadable { line: number };
            return Ok(Verdict::Damaged(checker.first_or(last, unreadable)));
        };
        let (expected, found) = (checker.expected(), seen.position);
        let taken = checker.take(seen, &line.recomputed());
        if let Err(found_here) = taken {
            let missing = found > expected && matches!(found_here.kind, DamageKind::Missing { .. });
            return Ok(Verdict::Damaged(
                match missing && comes(&mut lines, expected)? {
                    true => damage(
                        expected,
                        DamageKind::Swapped {
                            with: Position(found),
                        },
                    ),
                    false => found_here,
                },
            ));
        }
    }
    if number == 0 {
        return Err(NotAnExport::Empty);
    }
    Ok(match checker.finish(None) {
        Ok(verified) => Verdict::Fits(verified),
        Err(found) => Verdict::Damaged(found),
    })
}

/// Reads a line; `false` at the end of the file. What is longer than any event stays a piece, which is no JSON.
fn next(lines: &mut impl BufRead, text: &mut Vec<u8>) -> std::io::Result<bool> {
    text.clear();
    Ok(lines.take(LONGEST).read_until(b'\n', text)? > 0)
}

/// Whether the event with this position comes later.
fn comes(lines: &mut impl BufRead, position: i64) -> std::io::Result<bool> {
    let mut text = Vec::new();
    while next(lines, &mut text)? {
        let line = serde_json::from_slice::<Line<'_>>(&text);
        if line.is_ok_and(|line| line.position == position) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}
