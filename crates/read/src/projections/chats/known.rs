//! The rows of the chats that were written last, so that the next batch need not load them. They hold for one position
//! only: what writes next says where the rows must be, and stores nothing where somebody else has moved them.

use std::collections::{BTreeMap, BTreeSet};

use hilo_domain::ChatId;
use hilo_journal::Position;
use uuid::Uuid;

use super::{ChatRecord, Chats};

/// When so many rows are known, those that were not written since there were half as many are forgotten.
const ROWS: usize = 2_000;

/// Rows as they are at a position.
#[derive(Default)]
pub(crate) struct Known {
    at: Position,
    newer: BTreeMap<ChatId, ChatRecord>,
    older: BTreeMap<ChatId, ChatRecord>,
}

impl Known {
    /// The rows of these chats, if all of them are known at this position. Those that have just `begun` have none.
    pub(crate) fn chats(
        &self,
        at: Position,
        ids: Vec<Uuid>,
        begun: &BTreeSet<ChatId>,
    ) -> Option<Chats> {
        if self.at != at {
            return None;
        }
        let mut before = BTreeMap::new();
        for id in ids.into_iter().map(ChatId::from_uuid) {
            match self.newer.get(&id).or_else(|| self.older.get(&id)) {
                Some(row) => drop(before.insert(id, row.clone())),
                None if begun.contains(&id) => {}
                None => return None,
            }
        }
        let now = before.clone();
        Some(Chats { before, now })
    }

    /// Takes in what was written from one position to another; what was known elsewhere is forgotten.
    pub(crate) fn learn(&mut self, written: &Chats, (from, to): (Position, Position)) {
        if self.at != from {
            *self = Self::default();
        }
        self.at = to;
        let rows = written.now.iter().map(|(id, row)| (*id, row.clone()));
        self.newer.extend(rows);
        if self.newer.len() > ROWS / 2 {
            self.older = std::mem::take(&mut self.newer);
        }
    }
}
