//! Rows whose links do not fit, and what could have been done to them: two of them stand in each other's place, one
//! link was rewritten, or it cannot be told.

use super::checker::damage;
use super::{Damage, DamageKind, Seen};
use crate::chain::link_over;

/// Most rows that are tried in each other's place: two full appends. Every pair is one try.
const MOST: usize = 600;

/// Whole appends, one behind the other, from the first whose link does not fit.
pub(super) struct Segment {
    /// The link in front of it, and when that was recorded.
    previous: [u8; 32],
    before: i64,
    /// The position of its first row.
    first: i64,
    rows: Vec<Seen>,
}

/// The link of one append; nothing when there are no rows.
pub(super) fn link_of(previous: &[u8; 32], rows: &[Seen]) -> Option<[u8; 32]> {
    let (first, last) = (rows.first()?, rows.last()?);
    let digests = rows.iter().map(|row| &row.digest);
    Some(link_over(
        previous,
        first.position,
        rows.len(),
        last.recorded_at,
        digests,
    ))
}

impl Segment {
    pub(super) fn new(previous: [u8; 32], before: i64, rows: Vec<Seen>) -> Self {
        Self {
            previous,
            before,
            first: rows.first().map_or(0, |row| row.position),
            rows,
        }
    }

    /// Takes another append in; `false` when that would be too much to look at.
    pub(super) fn extend(&mut self, rows: Vec<Seen>) -> bool {
        if self.rows.len() + rows.len() > MOST {
            return false;
        }
        self.rows.extend(rows);
        true
    }

    /// Whether an append goes on from some link that is stored here: it need not stand where it belongs.
    pub(super) fn continues_with(&self, rows: &[Seen]) -> bool {
        let stored = rows.last().and_then(|row| row.chain);
        self.rows
            .iter()
            .filter_map(|row| row.chain)
            .any(|link| link_of(&link, rows) == stored)
    }

    /// Whether an append goes on from what the link here should be: then only that link is wrong.
    pub(super) fn has_a_wrong_link_before(&self, rows: &[Seen]) -> bool {
        let links = self.rows.iter().filter(|row| row.chain.is_some()).count();
        let stored = rows.last().and_then(|row| row.chain);
        links == 1
            && link_of(&self.previous, &self.rows)
                .is_some_and(|link| link_of(&link, rows) == stored)
    }

    pub(super) fn wrong_link(&self) -> Damage {
        let at = self.rows.last().map_or(0, |row| row.position);
        damage(at, DamageKind::Rewritten)
    }

    pub(super) fn damage(&self) -> Damage {
        damage(self.first, DamageKind::Rewritten)
    }

    /// The damage, swapped rows if that is what it is.
    pub(super) fn explained(mut self) -> Damage {
        self.swapped().unwrap_or_else(|| self.damage())
    }

    /// The same, where the other row may be in a later segment.
    pub(super) fn explained_by(mut self, mut later: Self) -> Damage {
        if self.rows.len() + later.rows.len() <= MOST {
            for here in 0..self.rows.len() {
                for there in 0..later.rows.len() {
                    self.exchange(here, &mut later, there);
                    if self.fits() && later.fits() {
                        return swapped(self.first + index(here), later.first + index(there));
                    }
                    self.exchange(here, &mut later, there);
                }
            }
        }
        self.damage()
    }

    /// Two rows that would make everything fit in each other's place.
    pub(super) fn swapped(&mut self) -> Option<Damage> {
        if self.rows.len() > MOST {
            return None;
        }
        for right in 1..self.rows.len() {
            for left in 0..right {
                self.rows.swap(left, right);
                let fits = self.fits();
                self.rows.swap(left, right);
                if fits {
                    let first = self.first;
                    return Some(swapped(first + index(left), first + index(right)));
                }
            }
        }
        None
    }

    fn exchange(&mut self, here: usize, later: &mut Self, there: usize) {
        if let (Some(here), Some(there)) = (self.rows.get_mut(here), later.rows.get_mut(there)) {
            std::mem::swap(here, there);
        }
    }

    /// Whether all links fit and time never goes back, each row taken for the one at the place where it is.
    fn fits(&self) -> bool {
        let (mut previous, mut before, mut first) = (self.previous, self.before, self.first);
        for append in self.rows.split_inclusive(|row| row.chain.is_some()) {
            let Some((stored, at)) = append
                .last()
                .and_then(|row| Some((row.chain?, row.recorded_at)))
            else {
                return false;
            };
            let digests = append.iter().map(|row| &row.digest);
            if at < before
                || append.iter().any(|row| row.recorded_at != at)
                || link_over(&previous, first, append.len(), at, digests) != stored
            {
                return false;
            }
            (previous, before, first) = (stored, at, first + index(append.len()));
        }
        true
    }
}

fn swapped(position: i64, with: i64) -> Damage {
    let with = crate::Position(with);
    damage(position, DamageKind::Swapped { with })
}

fn index(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}
