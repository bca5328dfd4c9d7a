//! States of aggregates as they were after their last known event, evolved from sealed events: no personal value is kept
//! here. Bounded, and never trusted for a refusal. The newest may hold events that are still on their way.

use std::any::Any;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::append::Run;
use crate::kept::{Kept, Limits};
use crate::turns::StreamId;

const LIMITS: Limits = Limits {
    capacity: 4_096,
    idle: Duration::from_secs(600),
};

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

pub(crate) struct States(Mutex<Kept<StreamId, Entry>>);

impl Default for States {
    fn default() -> Self {
        Self(Mutex::new(Kept::new(LIMITS)))
    }
}

impl States {
    fn kept(&self) -> MutexGuard<'_, Kept<StreamId, Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The kept state, unless it is from another era or rests on something that was not stored.
    pub(crate) fn get<A: Send + Sync + 'static>(
        &self,
        stream: &StreamId,
        era: u64,
    ) -> Option<Known<A>> {
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
        if kept
            .peek(stream)
            .is_some_and(|entry| entry.sequence < sequence)
        {
            let gone = kept.remove(stream);
            drop(kept);
            drop(gone);
        }
    }
}
