//! What the projector of this process writes, kept in memory for who follows it: they need not ask the database what
//! changed. Where the projector knows all of it beforehand it is told while it is still being written: the events are in
//! the journal, and the rows follow. A query then waits for that write, so that nobody finds less than they were told.
//! Bounded; what is not here is asked there, and says the same.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hilo_journal::Position;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::model::ReadModel;
use crate::rows::Changes;

/// Batches kept for a follower that is behind.
const BATCHES: usize = 64;
/// Most rows of a batch that is kept; beyond, a read is no dearer.
const ROWS: usize = 2_000;

/// How long a query waits for rows that were told. They take milliseconds; where they do not come, the answer says how far
/// it reaches.
const PATIENCE: Duration = Duration::from_secs(1);

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
pub(crate) struct Told {
    batches: Mutex<Batches>,
    /// To where it was told ahead of the rows last; position 0 where that may not hold any more.
    reached: watch::Sender<Position>,
    /// To where what is told is still being written.
    unwritten: watch::Sender<Option<Position>>,
}

/// Something is told and being written. Dropped before that is done, it may never be.
pub(crate) struct Telling<'t> {
    told: &'t Told,
    is_written: bool,
}

impl Telling<'_> {
    /// The rows have it.
    pub(crate) fn done(mut self) {
        self.is_written = true;
    }
}

impl Drop for Telling<'_> {
    fn drop(&mut self) {
        if !self.is_written {
            self.told.reached.send_replace(Position::START);
        }
        self.told.unwritten.send_replace(None);
    }
}

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
        self.reached.send_replace(Position::START);
    }

    /// Tells what is about to be written; nothing where it is too much.
    pub(crate) fn ahead(&self, after: Position, changes: Changes) -> Option<Telling<'_>> {
        let reached = changes.position;
        {
            let mut batches = self.batches();
            batches.under_way.clear();
            if !batches.add(after, changes) {
                return None;
            }
            // Before anybody can hear of it.
            self.unwritten.send_replace(Some(reached));
            batches.commit();
        }
        self.reached.send_replace(reached);
        Some(Telling {
            told: self,
            is_written: false,
        })
    }

    /// Waits until what was told before now is written.
    pub(crate) async fn rows_follow(&self) {
        let before = *self.unwritten.borrow();
        if before.is_some() {
            let mut unwritten = self.unwritten.subscribe();
            let written = unwritten.wait_for(|now| *now != before);
            drop(timeout(PATIENCE, written).await);
        }
    }

    /// A transaction begins: what an earlier one left is not to be told.
    pub(crate) fn begin(&self) {
        self.batches().under_way.clear();
    }

    /// Keeps what the transaction writes until it is known to be committed.
    pub(crate) fn writing(&self, after: Position, changes: Changes) {
        self.batches().add(after, changes);
    }

    /// The transaction is committed.
    pub(crate) fn committed(&self) {
        self.batches().commit();
    }

    fn rows(changes: &Changes) -> usize {
        changes.chats.len() + changes.messages.len() + changes.items.len()
    }

    fn batches(&self) -> MutexGuard<'_, Batches> {
        self.batches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let batches = self.batches().committed.len();
        f.debug_struct("Told").field("batches", &batches).finish()
    }
}

impl ReadModel {
    /// How far [`ReadModel::written`] reaches: mostly as far as the rows, and ahead of them while a batch is being written.
    /// Position 0 where this process writes nothing.
    #[must_use]
    pub fn told(&self) -> watch::Receiver<Position> {
        self.current.told.reached.subscribe()
    }

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
    /// Whether it is kept.
    fn add(&mut self, after: Position, changes: Changes) -> bool {
        let is_kept = Told::rows(&changes) <= ROWS;
        if is_kept {
            self.under_way.push(Written {
                after,
                changes: Arc::new(changes),
            });
        }
        is_kept
    }

    fn commit(&mut self) {
        let written = std::mem::take(&mut self.under_way);
        self.committed.extend(written);
        while self.committed.len() > BATCHES {
            self.committed.pop_front();
        }
    }

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
