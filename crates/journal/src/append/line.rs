//! The line of those who append, one after another: the thread, which takes all that is queued, and callers who found
//! nobody before them and go themselves. Whoever holds the turn appends; order is that of entering. Stores nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::{Mutex, OwnedMutexGuard};

use super::task::Task;

pub(super) struct Line<T = Task> {
    /// Units that were taken in and that nobody was told of yet.
    standing: AtomicUsize,
    /// Whether the thread's last batch was of several units. Then all of them are served sooner together.
    crowded: AtomicBool,
    /// Held by whoever appends. In it is what callers append with.
    turn: Arc<Mutex<T>>,
}

/// The right to append, and what a caller does it with.
pub(super) type Turn<T = Task> = OwnedMutexGuard<T>;

impl<T> Line<T> {
    pub(super) fn new(of_callers: T) -> Arc<Self> {
        Arc::new(Self {
            standing: AtomicUsize::new(0),
            crowded: AtomicBool::new(false),
            turn: Arc::new(Mutex::new(of_callers)),
        })
    }

    /// Takes a place. Whoever finds nobody in the line has the turn with it: everybody who comes later is behind.
    pub(super) fn enter(self: &Arc<Self>) -> (Standing<T>, Option<Turn<T>>) {
        let first = self.standing.fetch_add(1, Ordering::AcqRel) == 0;
        let standing = Standing(Arc::clone(self));
        if !first || self.crowded.load(Ordering::Relaxed) {
            return (standing, None);
        }
        (standing, Arc::clone(&self.turn).try_lock_owned().ok())
    }

    /// Waits for the turn, on behalf of all who queue.
    pub(super) async fn turn(&self) -> Turn<T> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// How many units the thread found.
    pub(super) fn found(&self, units: usize) {
        self.crowded.store(units > 1, Ordering::Relaxed);
    }
}

/// A place in the line, until it is dropped.
pub(super) struct Standing<T = Task>(Arc<Line<T>>);

impl<T> Drop for Standing<T> {
    fn drop(&mut self) {
        self.0.standing.fetch_sub(1, Ordering::AcqRel);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whoever_finds_nobody_before_it_has_the_turn() {
        let line = Line::new(());
        let (first, turn) = line.enter();
        assert!(turn.is_some());
        let (second, none) = line.enter();
        assert!(none.is_none(), "somebody appends");
        drop(turn);
        drop(first);
        // The second one queues, and the thread has not begun with it yet.
        assert!(line.enter().1.is_none(), "somebody is before it");
        drop(second);
        assert!(line.enter().1.is_some());
    }

    #[test]
    fn where_many_come_all_queue() {
        let line = Line::new(());
        line.found(2);
        assert!(line.enter().1.is_none());
        line.found(1);
        assert!(line.enter().1.is_some());
    }
}
