//! States of aggregates as they were after their last known event, evolved from sealed events: no personal value is kept
//! here. Bounded, and never trusted for a refusal. The newest may hold events that are still on their way.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use moka::future::Cache;

use crate::append::Run;
use crate::turns::StreamId;

/// How many states are kept.
const CAPACITY: u64 = 4_096;
/// How long a state is kept that nobody asks for.
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

pub(crate) struct States(Cache<StreamId, Entry>);

impl States {
    pub(crate) fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_idle(IDLE)
                .build(),
        )
    }

    /// The kept state, unless it is from another era or rests on something that was not stored.
    pub(crate) async fn get<A: Send + Sync + 'static>(
        &self,
        stream: &StreamId,
        era: u64,
    ) -> Option<Known<A>> {
        let entry = self.0.get(stream).await?;
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

    pub(crate) async fn put<A: Send + Sync + 'static>(&self, stream: StreamId, known: Known<A>) {
        let entry = Entry {
            state: known.state,
            sequence: known.sequence,
            era: known.era,
            run: known.run,
        };
        self.0.insert(stream, entry).await;
    }

    pub(crate) async fn forget(&self, stream: &StreamId) {
        self.0.invalidate(stream).await;
    }

    /// Forgets a state that does not have the event `sequence` in it.
    pub(crate) async fn passed(&self, stream: &StreamId, sequence: u64) {
        if self
            .0
            .get(stream)
            .await
            .is_some_and(|entry| entry.sequence < sequence)
        {
            self.forget(stream).await;
        }
    }
}
