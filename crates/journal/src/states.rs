//! States of aggregates as they were after their last known event, evolved from sealed events: no personal value is kept
//! here. Bounded, and never trusted for a refusal. The newest may hold events that are still on their way.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::append::Run;
use crate::turns::StreamId;

/// How many states are kept at most.
const CAPACITY: usize = 4_096;
/// A state that nobody asks for meanwhile is kept so long, and not twice that while others are asked for.
const IDLE: Duration = Duration::from_secs(600);

/// A state and the sequence of the last event in it.
pub(crate) struct Known<A> {
    pub state: Arc<A>,
    pub sequence: u64,
    /// The era in which it was read: in another one its last events may never have been.
    pub era: u64,
    /// Its last events may not be durable yet: what they became is known here.
    pub run: Arc<Run>,
}

#[derive(Clone)]
struct Entry {
    state: Arc<dyn Any + Send + Sync>,
    sequence: u64,
    era: u64,
    run: Arc<Run>,
}

/// Those that were asked for lately, and those that were before.
#[derive(Default)]
struct Kept {
    newer: HashMap<StreamId, Entry>,
    older: HashMap<StreamId, Entry>,
    /// When the newer ones were none.
    since: Option<Instant>,
}

impl Kept {
    fn insert(&mut self, stream: StreamId, entry: Entry, now: Instant) -> HashMap<StreamId, Entry> {
        self.older.remove(&stream);
        self.newer.insert(stream, entry);
        let since = *self.since.get_or_insert(now);
        if self.newer.len() <= CAPACITY / 2 && now.duration_since(since) < IDLE {
            return HashMap::new();
        }
        self.since = Some(now);
        let aged = std::mem::take(&mut self.newer);
        std::mem::replace(&mut self.older, aged)
    }

    /// The entry, and what was let go for it.
    fn get(
        &mut self,
        stream: &StreamId,
        now: Instant,
    ) -> Option<(Entry, HashMap<StreamId, Entry>)> {
        if let Some(entry) = self.newer.get(stream) {
            return Some((entry.clone(), HashMap::new()));
        }
        let (stream, entry) = self.older.remove_entry(stream)?;
        let gone = self.insert(stream, entry.clone(), now);
        Some((entry, gone))
    }

    fn remove(&mut self, stream: &StreamId) -> Option<Entry> {
        let newer = self.newer.remove(stream);
        newer.or_else(|| self.older.remove(stream))
    }
}

#[derive(Default)]
pub(crate) struct States(Mutex<Kept>);

impl States {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept state, unless it is from another era or rests on something that was not stored.
    pub(crate) fn get<A: Send + Sync + 'static>(
        &self,
        stream: &StreamId,
        era: u64,
    ) -> Option<Known<A>> {
        // Many may go at once, and others need the lock.
        let (entry, gone) = self.kept().get(stream, Instant::now())?;
        drop(gone);
        if entry.era != era || entry.run.is_broken() {
            return None;
        }
        Some(Known {
            state: entry.state.downcast().ok()?,
            sequence: entry.sequence,
            era,
            run: entry.run,
        })
    }

    pub(crate) fn put<A: Send + Sync + 'static>(&self, stream: StreamId, known: Known<A>) {
        let entry = Entry {
            state: known.state,
            sequence: known.sequence,
            era: known.era,
            run: known.run,
        };
        let gone = self.kept().insert(stream, entry, Instant::now());
        drop(gone);
    }

    pub(crate) fn forget(&self, stream: &StreamId) {
        let gone = self.kept().remove(stream);
        drop(gone);
    }

    /// Forgets a state that does not have the event `sequence` in it.
    pub(crate) fn passed(&self, stream: &StreamId, sequence: u64) {
        let mut kept = self.kept();
        let known = kept.newer.get(stream).or_else(|| kept.older.get(stream));
        if known.is_some_and(|entry| entry.sequence < sequence) {
            let gone = kept.remove(stream);
            drop(kept);
            drop(gone);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(number: usize) -> StreamId {
        ("chat".to_owned(), number.to_string())
    }

    fn entry(sequence: u64) -> Entry {
        Entry {
            state: Arc::new(()),
            sequence,
            era: 0,
            run: Run::behind(sequence),
        }
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_is_bounded() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        for number in 0..3 * CAPACITY {
            kept.insert(stream(number), entry(1), now);
            assert!(
                kept.get(&stream(0), now).is_some(),
                "asked for all the time"
            );
            assert!(kept.newer.len() + kept.older.len() <= CAPACITY + 1);
        }
        assert!(kept.get(&stream(1), now).is_none());
    }

    #[test]
    fn what_nobody_asks_for_goes_in_time() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        kept.insert(stream(1), entry(1), now);
        kept.insert(stream(2), entry(1), now + IDLE);
        assert!(kept.get(&stream(2), now + IDLE).is_some());
        kept.insert(stream(3), entry(1), now + IDLE * 2);
        assert!(kept.get(&stream(1), now + IDLE * 2).is_none());
        assert!(kept.get(&stream(2), now + IDLE * 2).is_some());
    }

    #[test]
    fn of_a_stream_only_the_last_state_is_known() {
        let (mut kept, now) = (Kept::default(), Instant::now());
        kept.insert(stream(1), entry(1), now);
        kept.insert(stream(2), entry(1), now + IDLE);
        kept.insert(stream(1), entry(2), now + IDLE);
        kept.remove(&stream(1));
        assert!(kept.get(&stream(1), now + IDLE).is_none());
    }
}
