//! Lets the commands of one aggregate be decided one after another in this process. Between processes the append decides.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Queue, OwnedMutexGuard};

/// Type and id of an aggregate. Many hold it while a command is carried out.
pub(crate) type StreamId = Arc<(String, String)>;

type Queues = Arc<Mutex<HashMap<StreamId, Arc<Queue<()>>>>>;

/// The aggregates that commands are being decided for.
#[derive(Default)]
pub(crate) struct Turns(Queues);

/// Being the one whose turn it is.
pub(crate) struct Turn {
    guard: Option<OwnedMutexGuard<()>>,
    stream: StreamId,
    queues: Queues,
}

impl Turns {
    /// Waits for the turn, first come, first served.
    pub(crate) async fn take(&self, stream: StreamId) -> Turn {
        let queue = {
            let mut queues = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(queues.entry(stream.clone()).or_default())
        };
        // Made before the wait, so that whoever gives up waiting cleans up as well.
        let mut turn = Turn {
            guard: None,
            stream,
            queues: Arc::clone(&self.0),
        };
        turn.guard = Some(queue.lock_owned().await);
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.guard = None;
        let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waits or holds has a handle of its own; handles are only given under this lock.
        if queues
            .get(&self.stream)
            .is_some_and(|queue| Arc::strong_count(queue) == 1)
        {
            queues.remove(&self.stream);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn stream(id: &str) -> StreamId {
        Arc::new(("chat".to_owned(), id.to_owned()))
    }

    #[tokio::test]
    async fn one_at_a_time_for_one_stream_and_nothing_is_kept_afterwards() {
        let turns = Turns::default();
        let first = turns.take(stream("a")).await;
        let other = turns.take(stream("b")).await;
        let second = tokio::time::timeout(Duration::from_millis(20), turns.take(stream("a")));
        assert!(second.await.is_err());
        drop(first);
        drop(turns.take(stream("a")).await);
        drop(other);
        assert!(turns.0.lock().unwrap().is_empty());
    }
}
