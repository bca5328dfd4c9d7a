//! What the projector of this process has just written, kept in memory for who follows it: they need not ask the
//! database what changed. Bounded; what is not here is asked there, and says the same.

use std::collections::{BTreeMap, VecDeque};
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
        if Self::rows(&changes) <= ROWS {
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

    fn rows(changes: &Changes) -> usize {
        changes.chats.len() + changes.messages.len() + changes.items.len()
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
    /// What this process wrote behind a position, if it did and still knows it: all that is there, as one. Told once, and
    /// what is behind it is forgotten: there is one follower.
    #[must_use]
    pub fn written(&self, behind: Position) -> Option<Written> {
        let mut batches = self.current.told.batches();
        let mut written = batches.first_behind(behind)?;
        while let Some(next) = batches.committed.pop_front() {
            let rows = Told::rows(&written.changes) + Told::rows(&next.changes);
            if next.after != written.changes.position || rows > ROWS {
                batches.committed.push_front(next);
                break;
            }
            let [earlier, later] = [written.changes, next.changes].map(Arc::unwrap_or_clone);
            written.changes = Arc::new(joined(earlier, later));
        }
        Some(written)
    }
}

impl Batches {
    fn first_behind(&mut self, behind: Position) -> Option<Written> {
        while let Some(first) = self.committed.pop_front() {
            if first.after == behind {
                return Some(first);
            }
            if first.after > behind {
                self.committed.push_front(first);
                return None;
            }
        }
        None
    }
}

/// What changed, and then changed behind that. Of a row that did so twice the later one counts.
fn joined(earlier: Changes, later: Changes) -> Changes {
    let mut acts = [earlier.acts, later.acts].concat();
    acts.sort_by_key(|act| (act.chat_id, act.position));
    let mut items = [earlier.items, later.items].concat();
    items.sort_by_key(|item| (item.chat_id, item.seq));
    let access = [earlier.access, later.access].concat();
    let access = access.into_iter().collect::<BTreeMap<_, _>>();
    let mut access = access.into_iter().collect::<Vec<_>>();
    access.sort_unstable_by_key(|(_, changed)| *changed);
    Changes {
        position: later.position,
        chats: newest(earlier.chats, later.chats, |chat| chat.id),
        messages: newest(earlier.messages, later.messages, |message| {
            (message.chat_id, message.position)
        }),
        acts,
        items,
        counters: later.counters,
        agent_counters: later.agent_counters.or(earlier.agent_counters),
        access,
        complete: earlier.complete && later.complete,
    }
}

fn newest<T, K: Ord>(
    earlier: Vec<Arc<T>>,
    later: Vec<Arc<T>>,
    key: impl Fn(&T) -> K,
) -> Vec<Arc<T>> {
    let rows = earlier.into_iter().chain(later);
    let rows = rows.map(|row| (key(&row), row));
    rows.collect::<BTreeMap<_, _>>().into_values().collect()
}
