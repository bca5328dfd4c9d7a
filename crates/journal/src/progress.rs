//! How far consumers are, for those who wait for them: told by the runner where one runs in this process, asked of the
//! database where not, and only while somebody waits.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::head::Head;
use crate::{Position, checkpoint};

/// Shortest time between two questions.
const SOON: Duration = Duration::from_millis(25);
/// Longest: for a consumer that does not move, or that is told of by its own runner.
const LATE: Duration = Duration::from_millis(250);

/// The progress of one consumer.
pub(crate) struct Progress {
    position: watch::Sender<Position>,
    /// Whether its runner is in this process and tells by itself.
    told: AtomicBool,
    asking: AtomicBool,
}

impl Progress {
    pub(crate) fn set(&self, position: Position) {
        self.position
            .send_if_modified(|known| std::mem::replace(known, position) != position);
    }

    pub(crate) fn told_here(&self, here: bool) {
        self.told.store(here, Ordering::Release);
    }
}

/// The progress of every consumer that was asked for or runs here.
pub(crate) struct Progresses {
    pub pool: PgPool,
    pub head: Arc<Head>,
    pub stop: CancellationToken,
    pub known: Mutex<HashMap<String, Arc<Progress>>>,
}

impl Progresses {
    pub(crate) fn of(&self, name: &str) -> Arc<Progress> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let progress = known.entry(name.to_owned()).or_insert_with(|| {
            Arc::new(Progress {
                position: watch::Sender::new(Position::START),
                told: AtomicBool::new(false),
                asking: AtomicBool::new(false),
            })
        });
        Arc::clone(progress)
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains_key(name)
    }

    pub(crate) fn watch(&self, name: &str) -> watch::Receiver<Position> {
        let progress = self.of(name);
        let receiver = progress.position.subscribe();
        if !progress.asking.swap(true, Ordering::AcqRel) {
            let asking = Asking {
                pool: self.pool.clone(),
                head: self.head.subscribe(),
                name: name.to_owned(),
                progress,
            };
            let stop = self.stop.clone();
            tokio::spawn(async move { stop.run_until_cancelled(asking.run()).await });
        }
        receiver
    }
}

struct Asking {
    pool: PgPool,
    head: watch::Receiver<Position>,
    name: String,
    progress: Arc<Progress>,
}

impl Asking {
    /// Ends when nobody watches any more.
    async fn run(mut self) {
        let mut pause = SOON;
        loop {
            if self.progress.position.receiver_count() == 0 {
                self.progress.asking.store(false, Ordering::Release);
                // Somebody may have come between the two lines and found us still asking.
                let gone = self.progress.position.receiver_count() == 0;
                if gone || self.progress.asking.swap(true, Ordering::AcqRel) {
                    return;
                }
            }
            let known = *self.progress.position.borrow();
            if !self.progress.told.load(Ordering::Acquire) && known < *self.head.borrow_and_update()
            {
                match checkpoint::find(&self.pool, &self.name).await {
                    Ok(Some(position)) if position != known => {
                        // The runner may have come here while we asked; it knows better.
                        if !self.progress.told.load(Ordering::Acquire) {
                            self.progress.set(position);
                        }
                        pause = SOON;
                    }
                    Ok(_) => pause = LATE.min(pause * 2),
                    Err(error) => {
                        tracing::debug!(%error, consumer.name = self.name, "a consumer's progress is not known");
                        pause = LATE;
                    }
                }
                sleep(pause).await;
            } else {
                pause = SOON;
                tokio::select! {
                    changed = self.head.changed() => if changed.is_err() { return },
                    () = sleep(LATE) => {}
                }
            }
        }
    }
}
