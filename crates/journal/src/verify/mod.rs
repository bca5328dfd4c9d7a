//! Recomputes every digest and the chain, and says where the first thing is that does not fit, and what kind of damage
//! it is. Reads only, in constant memory, and shows no content.

mod checker;
#[cfg(test)]
mod checker_tests;
mod damage;
mod database;
mod file;
mod segment;
mod sequences;

pub use damage::{Damage, DamageKind};
pub use database::database;
pub use file::{NotAnExport, file};

use jiff::Timestamp;

use crate::Position;
use crate::chain::Digested;

/// What was checked and fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many events.
    pub events: u64,
    /// The last of them.
    pub last: Position,
    /// The link on it: the end of the chain.
    pub chain: [u8; 32],
    /// When it was recorded; nothing when there is no event.
    pub recorded_at: Option<Timestamp>,
}

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything fits.
    Fits(Verified),
    /// Something does not; what is behind it was not judged.
    Damaged(Damage),
}

/// A place in the chain that is known from elsewhere, such as a checkpoint that was kept outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The last event of an append.
    pub position: Position,
    /// The link on it.
    pub chain: [u8; 32],
}

/// What the chain needs of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    position: i64,
    /// Microseconds since 1970.
    recorded_at: i64,
    digest: [u8; 32],
    chain: Option<[u8; 32]>,
}

/// Events on their way from whoever reads them to whoever hashes them.
#[derive(Default)]
struct Chunk {
    /// What the digests are taken over, one event behind the other.
    bytes: Vec<u8>,
    /// Each event and where its bytes end.
    events: Vec<(Seen, usize)>,
}

impl Chunk {
    fn push(&mut self, seen: Seen, digested: &Digested<'_>) {
        digested.write(&mut self.bytes);
        self.events.push((seen, self.bytes.len()));
    }
}
