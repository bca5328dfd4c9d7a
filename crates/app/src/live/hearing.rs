//! How many subscriptions have heard what was told last. While most have not, what is written meanwhile waits a moment and
//! is told with what comes: a burst then costs each socket one item instead of one a message. Knows nothing of who they
//! are, and nobody is ever waited for long.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;

/// Longest wait. As long as it takes to tell some thousands of sockets, and no longer than anybody notices.
const PATIENCE: Duration = Duration::from_millis(50);
/// Fewer than these are told in no time.
const FEW: usize = 8;

/// Counts those who hear.
#[derive(Default)]
pub(super) struct Hearing {
    heard: AtomicUsize,
    wanted: AtomicUsize,
    enough: Notify,
}

impl Hearing {
    /// Something is told: it counts as heard when nine of ten have heard it of those who heard what was told before. Who
    /// does not read is not waited for a second time.
    pub(super) fn tells(&self) {
        let heard = self.heard.swap(0, Ordering::AcqRel);
        self.wanted.store(heard - heard / 10, Ordering::Release);
    }

    /// A subscription has heard something.
    pub(super) fn hears(&self) {
        let heard = self.heard.fetch_add(1, Ordering::AcqRel) + 1;
        if heard == self.wanted.load(Ordering::Acquire) {
            self.enough.notify_one();
        }
    }

    /// Waits until most have heard what was told last, for a moment at most.
    pub(super) async fn most(&self) {
        let wanted = self.wanted.load(Ordering::Acquire);
        if wanted < FEW {
            return;
        }
        let hearing = async {
            while self.heard.load(Ordering::Acquire) < wanted {
                self.enough.notified().await;
            }
        };
        drop(timeout(PATIENCE, hearing).await);
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    async fn waits(hearing: &Hearing) -> Duration {
        let began = Instant::now();
        hearing.most().await;
        began.elapsed()
    }

    #[tokio::test(start_paused = true)]
    async fn most_are_waited_for_and_nobody_for_long_or_twice() {
        let hearing = Hearing::default();
        hearing.tells();
        assert_eq!(waits(&hearing).await, Duration::ZERO, "nobody is known yet");
        (0..100).for_each(|_| hearing.hears());
        hearing.tells();
        (0..80).for_each(|_| hearing.hears());
        assert!(waits(&hearing).await >= PATIENCE, "80 of 100");
        hearing.tells();
        (0..72).for_each(|_| hearing.hears());
        assert_eq!(waits(&hearing).await, Duration::ZERO, "72 of 80");
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_ends_with_the_one_who_makes_it_most() {
        let hearing = std::sync::Arc::new(Hearing::default());
        (0..10).for_each(|_| hearing.hears());
        hearing.tells();
        let waiting = tokio::spawn({
            let hearing = std::sync::Arc::clone(&hearing);
            async move { waits(&hearing).await }
        });
        tokio::time::sleep(Duration::from_millis(5)).await;
        (0..9).for_each(|_| hearing.hears());
        assert!(waiting.await.unwrap() < PATIENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_few_are_never_waited_for() {
        let hearing = Hearing::default();
        (0..FEW - 1).for_each(|_| hearing.hears());
        hearing.tells();
        assert_eq!(waits(&hearing).await, Duration::ZERO);
    }
}
