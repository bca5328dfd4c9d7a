//! Where an event stands in the one order of the journal, and the cursor made of it. Knows no SQL.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The place of an event in the journal: 1, 2, 3, ... without a gap, in commit order; 0 is before the first event.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Position(pub i64);

impl Position {
    /// Before the first event.
    pub const START: Self = Self(0);
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A position together with the epoch of the journal in which it was handed out.
///
/// The epoch changes when the journal's head went backwards (a restore, a failover that lost commits): a position of
/// another epoch may name another event. Its text is `1042@3f2a9c1b`, the number and the first 8 hex digits of the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The epoch the position was read in; nil after parsing a bare number, which then fits any epoch.
    pub epoch: Uuid,
    /// The position.
    pub position: Position,
}

impl Cursor {
    /// Whether this cursor may be used in `epoch`. Only the first 32 bits are compared: that is all its text carries.
    #[must_use]
    pub fn fits(&self, epoch: Uuid) -> bool {
        self.epoch.is_nil() || self.epoch.as_fields().0 == epoch.as_fields().0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{:08x}", self.position, self.epoch.as_fields().0)
    }
}

/// The text is not a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a position: expected a number, or a number, '@' and 8 hex digits")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (number, epoch) = match text.split_once('@') {
            Some((number, epoch)) => (number, Some(epoch)),
            None => (text, None),
        };
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotACursor);
        }
        let position = Position(number.parse().map_err(|_| NotACursor)?);
        let epoch = match epoch {
            None => Uuid::nil(),
            Some(hex) if hex.len() == 8 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
                let first = u32::from_str_radix(hex, 16).map_err(|_| NotACursor)?;
                Uuid::from_fields(first, 0, 0, &[0; 8])
            }
            Some(_) => return Err(NotACursor),
        };
        Ok(Self { epoch, position })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_what_it_wrote() {
        let epoch = Uuid::from_u128(0x3f2a_9c1b_0000_0000_0000_0000_0000_0001);
        let cursor = Cursor {
            epoch,
            position: Position(1042),
        };
        assert_eq!(cursor.to_string(), "1042@3f2a9c1b");
        let read: Cursor = "1042@3f2a9c1b".parse().unwrap();
        assert_eq!(read.position, Position(1042));
        assert!(read.fits(epoch));
        assert!(!read.fits(Uuid::from_u128(7)));
    }

    #[test]
    fn a_bare_number_fits_any_epoch_and_nothing_else_parses() {
        let read: Cursor = "17".parse().unwrap();
        assert!(read.fits(Uuid::from_u128(u128::MAX)));
        for bad in [
            "",
            "@",
            "x",
            "-1",
            "+1",
            "1@",
            "1@12",
            "1@zzzzzzzz",
            "1@1234567é",
            "99999999999999999999",
        ] {
            assert!(bad.parse::<Cursor>().is_err(), "{bad}");
        }
    }
}
