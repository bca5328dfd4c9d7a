//! The line of those who append, one after another: the thread, which takes all that is queued, and callers who found
//! nobody before them and go themselves. Whoever holds the turn appends; order is that of entering. Stores nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::task::Task;

pub(super) struct Line {
    /// Units that were taken in and that nobody was told of yet.
    standing: AtomicUsize,
    /// Whether the thread's last batch was of several units. Then all of them are served sooner together.
    crowded: AtomicBool,
    /// Held by whoever appends. In it is what callers append with.
    turn: Arc<Mutex<Task>>,
}

/// The right to append, and what a caller does it with.
pub(super) type Turn = OwnedMutexGuard<Task>;

impl Line {
    pub(super) fn new(of_callers: Task) -> Arc<Self> {
        Arc::new(Self {
            standing: AtomicUsize::new(0),
            crowded: AtomicBool::new(false),
            turn: Arc::new(Mutex::new(of_callers)),
        })
    }

    /// Takes a place. Whoever finds nobody in the line has the turn with it: everybody who comes later is behind.
    pub(super) fn enter(self: &Arc<Self>) -> (Standing, Option<Turn>) {
        let first = self.standing.fetch_add(1, Ordering::AcqRel) == 0;
        let standing = Standing(Arc::clone(self));
        if !first || self.crowded.load(Ordering::Relaxed) {
            return (standing, None);
        }
        (standing, Arc::clone(&self.turn).try_lock_owned().ok())
    }

    /// Waits for the turn, on behalf of all who queue.
    pub(super) async fn turn(&self) -> Turn {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// How many units the thread found.
    pub(super) fn found(&self, units: usize) {
        self.crowded.store(units > 1, Ordering::Relaxed);
    }
}

/// A place in the line, until it is dropped.
pub(super) struct Standing(Arc<Line>);

impl Drop for Standing {
    fn drop(&mut self) {
        self.0.standing.fetch_sub(1, Ordering::AcqRel);
    }
}
