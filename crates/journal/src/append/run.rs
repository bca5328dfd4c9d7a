//! Units of one stream that were decided one on the other before the first of them was durable. When one of them is not
//! stored, none behind it fits: whoever builds on it learns that here, and so does the appender.

use std::sync::Arc;

use tokio::sync::watch;

/// What is known of a run.
#[derive(Clone, Copy)]
struct Fate {
    /// The last sequence that is durable.
    stored: u64,
    /// Whether a unit of it was not stored, or may not have been.
    broken: bool,
}

/// Consecutive units of one stream.
pub(crate) struct Run(watch::Sender<Fate>);

impl Run {
    /// A run on a state that is durable up to `sequence`.
    pub(crate) fn behind(sequence: u64) -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Fate {
            stored: sequence,
            broken: false,
        })))
    }

    pub(crate) fn is_broken(&self) -> bool {
        self.0.borrow().broken
    }

    /// Waits until it is known whether everything up to `sequence` is durable, and says so.
    pub(crate) async fn is_durable(&self, sequence: u64) -> bool {
        let mut fate = self.0.subscribe();
        let known = fate.wait_for(|fate| fate.broken || fate.stored >= sequence);
        known.await.is_ok_and(|fate| fate.stored >= sequence)
    }

    pub(super) fn stored(&self, sequence: u64) {
        self.0.send_if_modified(|fate| {
            let further = sequence > fate.stored;
            fate.stored = sequence.max(fate.stored);
            further
        });
    }

    pub(super) fn give_up(&self) {
        self.0
            .send_if_modified(|fate| !std::mem::replace(&mut fate.broken, true));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_behind_a_failure_is_known_not_to_be_durable() {
        let run = Run::behind(3);
        assert!(run.is_durable(3).await && !run.is_broken());
        let (waiting, here) = (Arc::clone(&run), Arc::clone(&run));
        let answers =
            tokio::spawn(async move { (waiting.is_durable(4).await, waiting.is_durable(5).await) });
        tokio::task::yield_now().await;
        here.stored(4);
        tokio::task::yield_now().await;
        here.give_up();
        assert_eq!(answers.await.unwrap(), (true, false));
        assert!(run.is_broken());
    }
}
