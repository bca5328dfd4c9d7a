//! Follows the chain through events in the order of their positions. Knows neither database nor file.
//!
//! A link that does not fit is not the end: what kind of damage it is shows in what comes behind it. So the rows are
//! kept (few of them) until the chain goes on from a stored link, and a second such place may explain the first.

use jiff::Timestamp;

use super::segment::{Segment, link_of};
use super::{Anchor, Damage, DamageKind, Seen, Verified};
use crate::Position;
use crate::chain::GENESIS;

/// Most events in an append; a real one is far shorter, and a row without a link must not fill the memory.
const LONGEST_APPEND: usize = 100_000;

/// What is wrong so far.
enum Suspicion {
    None,
    /// Rows whose links do not fit, and the chain has not gone on from any of theirs yet.
    Open(Segment),
    /// The chain went on; a later misfit may explain this one.
    Closed(Segment),
    /// The same, and the later misfit is being read.
    Second(Segment, Segment),
}

pub(super) struct Checker {
    begin: i64,
    checkpoint: Option<Anchor>,
    /// The last event taken.
    last: i64,
    /// The last event with a believed link, when it was recorded, and that link; no link when the beginning is unknown.
    linked: i64,
    linked_at: i64,
    previous: Option<[u8; 32]>,
    /// The rows of the append that is being read.
    append: Vec<Seen>,
    suspicion: Suspicion,
}

type Checked = Result<(), Damage>;

impl Checker {
    /// Events are expected behind position `begin`, where the chain's link is `chain`. Without it, the first link that
    /// comes is believed.
    pub(super) fn new(
        begin: Position,
        chain: Option<[u8; 32]>,
        checkpoint: Option<Anchor>,
    ) -> Self {
        Self {
            begin: begin.0,
            checkpoint,
            last: begin.0,
            linked: begin.0,
            linked_at: i64::MIN,
            previous: chain,
            append: Vec::new(),
            suspicion: Suspicion::None,
        }
    }

    /// The position that must come next.
    pub(super) const fn expected(&self) -> i64 {
        self.last + 1
    }

    /// The next event; `digest` is the recomputed one. A damage that is returned is final.
    pub(super) fn take(&mut self, seen: Seen, digest: &[u8; 32]) -> Checked {
        let expected = self.expected();
        if seen.position < expected {
            return Err(self.first_or(seen.position, DamageKind::Repeated));
        }
        if seen.position > expected {
            let through = Position(seen.position - 1);
            return Err(self.first_or(expected, DamageKind::Missing { through }));
        }
        if seen.digest != *digest {
            return Err(self.first_or(expected, DamageKind::Changed));
        }
        self.last = expected;
        let ends = seen.chain.is_some();
        self.append.push(seen);
        match ends {
            true => self.end_append(),
            false if self.append.len() >= LONGEST_APPEND => Err(self.unlinked()),
            false => Ok(()),
        }
    }

    /// After the last event; `end` is where the journal should end, if that is known.
    pub(super) fn finish(mut self, end: Option<Position>) -> Result<Verified, Damage> {
        let missing = end.filter(|end| end.0 > self.last);
        if let Some(through) = missing {
            return Err(self.first_or(self.expected(), DamageKind::Missing { through }));
        }
        let rest = std::mem::take(&mut self.append);
        let whole = rest.is_empty();
        // Rows without a link at the end may be there in the place of the one that has it.
        match std::mem::replace(&mut self.suspicion, Suspicion::None) {
            Suspicion::None if whole => {}
            Suspicion::None => return Err(self.unlinked()),
            Suspicion::Closed(first) if whole => return Err(first.damage()),
            Suspicion::Closed(first) => {
                let believed = self.previous.unwrap_or(GENESIS);
                let second = Segment::new(believed, self.linked_at, rest);
                return Err(first.explained_by(second));
            }
            Suspicion::Open(mut segment) => {
                segment.extend(rest);
                return Err(segment.explained());
            }
            Suspicion::Second(first, mut second) => {
                second.extend(rest);
                return Err(first.explained_by(second));
            }
        }
        self.check_checkpoint_at_the_ends()?;
        Ok(Verified {
            events: (self.last - self.begin).unsigned_abs(),
            last: Position(self.last),
            chain: self.previous.unwrap_or(GENESIS),
            recorded_at: Timestamp::from_microsecond(self.linked_at).ok(),
        })
    }

    fn end_append(&mut self) -> Checked {
        let rows = std::mem::take(&mut self.append);
        let Some((stored, at)) = rows
            .last()
            .and_then(|row| Some((row.chain?, row.recorded_at)))
        else {
            return Ok(());
        };
        let believed = self.previous.unwrap_or(stored);
        let fits = self.previous.is_none() || link_of(&believed, &rows) == Some(stored);
        match std::mem::replace(&mut self.suspicion, Suspicion::None) {
            Suspicion::None if fits => {
                self.check_times(&rows)?;
                self.check_checkpoint(&stored)?;
            }
            Suspicion::None => {
                let segment = Segment::new(believed, self.linked_at, rows);
                self.suspicion = Suspicion::Open(segment);
            }
            Suspicion::Open(segment) => self.suspicion = go_on(segment, rows)?,
            Suspicion::Closed(first) if fits => self.suspicion = Suspicion::Closed(first),
            Suspicion::Closed(first) => {
                let second = Segment::new(believed, self.linked_at, rows);
                self.suspicion = Suspicion::Second(first, second);
            }
            Suspicion::Second(first, mut second) => {
                if second.continues_with(&rows) || !second.extend(rows) {
                    return Err(first.explained_by(second));
                }
                self.suspicion = Suspicion::Second(first, second);
            }
        }
        (self.linked, self.linked_at, self.previous) = (self.last, at, Some(stored));
        Ok(())
    }

    /// The rows of an append whose link fits with the time of its last one share that time.
    fn check_times(&self, rows: &[Seen]) -> Checked {
        let at = rows.last().map_or(i64::MIN, |row| row.recorded_at);
        if let Some(other) = rows.iter().find(|row| row.recorded_at != at) {
            return Err(damage(other.position, DamageKind::TimeChanged));
        }
        match at < self.linked_at {
            true => Err(damage(self.linked + 1, DamageKind::TimeWentBack)),
            false => Ok(()),
        }
    }

    /// A checkpoint names the end of an append and the link there.
    fn check_checkpoint(&self, stored: &[u8; 32]) -> Checked {
        let Some(checkpoint) = self.checkpoint else {
            return Ok(());
        };
        let at = checkpoint.position.0;
        let inside = self.linked < at && at <= self.last;
        match inside && (at != self.last || checkpoint.chain != *stored) {
            true => Err(damage(at, DamageKind::NotTheCheckpoint)),
            false => Ok(()),
        }
    }

    fn check_checkpoint_at_the_ends(&self) -> Checked {
        let Some(checkpoint) = self.checkpoint else {
            return Ok(());
        };
        let at = checkpoint.position;
        if at.0 > self.last {
            let kind = DamageKind::BeforeTheCheckpoint { checkpoint: at };
            return Err(damage(self.last, kind));
        }
        let genesis = at == Position::START && checkpoint.chain != GENESIS;
        match genesis {
            true => Err(damage(at.0, DamageKind::NotTheCheckpoint)),
            false => Ok(()),
        }
    }

    fn unlinked(&mut self) -> Damage {
        self.first_or(self.linked + 1, DamageKind::Unlinked)
    }

    /// What was suspected earlier comes first.
    pub(super) fn first_or(&mut self, position: i64, kind: DamageKind) -> Damage {
        match std::mem::replace(&mut self.suspicion, Suspicion::None) {
            Suspicion::None => damage(position, kind),
            Suspicion::Open(first) => first.explained(),
            Suspicion::Closed(first) | Suspicion::Second(first, _) => first.damage(),
        }
    }
}

/// An append behind rows whose links do not fit.
fn go_on(mut segment: Segment, rows: Vec<Seen>) -> Result<Suspicion, Damage> {
    if segment.continues_with(&rows) {
        return match segment.swapped() {
            Some(swapped) => Err(swapped),
            None => Ok(Suspicion::Closed(segment)),
        };
    }
    if segment.has_a_wrong_link_before(&rows) {
        return Err(segment.wrong_link());
    }
    match segment.extend(rows) {
        true => Ok(Suspicion::Open(segment)),
        false => Err(segment.damage()),
    }
}

pub(super) fn damage(position: i64, kind: DamageKind) -> Damage {
    Damage {
        position: Position(position),
        kind,
    }
}
