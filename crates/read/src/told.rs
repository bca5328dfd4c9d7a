//! What the projector of this process has just written, kept in memory for who follows it: they need not ask the
//! database what changed. Bounded; what is not here is asked there, and says the same.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hilo_journal::Position;

use crate::model::ReadModel;
use crate::rows::Changes;

/// Batches kept for a follower that is behind.
const BATCHES: usize = 64;
/// Most rows of a batch that is kept; beyond, a read is no dearer.
const ROWS: usize = 2_000;

/// Everything that was written behind a position.
#[derive(Clone)]
pub struct Written {
    /// Where it begins.
    pub after: Position,
    /// What changed, as a query would find it.
    pub changes: Arc<Changes>,
}

/// What was written, from the projector to one follower.
#[derive(Default)]
pub(crate) struct Told(Mutex<Batches>);

#[derive(Default)]
struct Batches {
    /// Written in a transaction that is not known to be committed.
    under_way: Vec<Written>,
    committed: VecDeque<Written>,
}

impl Told {
    /// Forgets everything: it may have been taken back, or may not be known any more.
    pub(crate) fn forget(&self) {
        *self.batches() = Batches::default();
    }

    /// A transaction begins: what an earlier one left is not to be told.
    pub(crate) fn begin(&self) {
        self.batches().under_way.clear();
    }

    /// Keeps what the transaction writes until it is known to be committed.
    pub(crate) fn writing(&self, after: Position, changes: Changes) {
        if changes.chats.len() + changes.messages.len() + changes.items.len() <= ROWS {
            self.batches().under_way.push(Written {
                after,
                changes: Arc::new(changes),
            });
        }
    }

    /// The transaction is committed.
    pub(crate) fn committed(&self) {
        let mut batches = self.batches();
        let written = std::mem::take(&mut batches.under_way);
        batches.committed.extend(written);
        while batches.committed.len() > BATCHES {
            batches.committed.pop_front();
        }
    }

    fn batches(&self) -> MutexGuard<'_, Batches> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let batches = self.batches().committed.len();
        f.debug_struct("Told").field("batches", &batches).finish()
    }
}

impl ReadModel {
    /// What this process wrote next behind a position, if it did and still knows it. Told once, and what is behind it is
    /// forgotten: there is one follower.
    #[must_use]
    pub fn written(&self, behind: Position) -> Option<Written> {
        let mut batches = self.current.told.batches();
        while let Some(first) = batches.committed.pop_front() {
            if first.after == behind {
                return Some(first);
            }
            if first.after > behind {
                batches.committed.push_front(first);
                return None;
            }
        }
        None
    }
}
