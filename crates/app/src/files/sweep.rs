//! Removes files that nobody can read or nobody uses: those of erased contacts, those that no message took within a day, and
//! what a process that ended left half written. Every process does so; doing it twice changes nothing.

use std::time::Duration;

use hilo_journal::Position;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{rows, store_failed};
use crate::error::AppError;
use crate::{App, clock};

/// How often it is looked whether somebody was erased.
const EVERY: Duration = Duration::from_secs(1);
/// How often it is looked for what nobody uses.
const UNUSED_EVERY: Duration = Duration::from_secs(15 * 60);
/// How long a file waits for a message.
const UNUSED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// How far the erased ones are dealt with: a restored journal begins anew.
struct Reached {
    epoch: Uuid,
    position: Position,
}

/// Removes files until `stop`.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    let mut reached = Reached {
        epoch: app.journal().epoch(),
        position: Position::START,
    };
    let mut next_look = Instant::now();
    loop {
        let swept = async {
            app.remove_erased_files(&mut reached).await?;
            if Instant::now() >= next_look {
                next_look = Instant::now() + UNUSED_EVERY;
                app.remove_unused_files(clock::now()).await?;
            }
            Ok::<(), AppError>(())
        };
        match swept.await {
            // Said where it happened; the next time tries again.
            Ok(()) | Err(AppError::Unavailable) => {}
            Err(error) => tracing::error!(%error, "files are not removed"),
        }
        let slept = stop.run_until_cancelled(tokio::time::sleep(EVERY)).await;
        if slept.is_none() {
            return;
        }
    }
}

impl App {
    /// Removes every file whose contact's key is destroyed. Bytes first: what cannot be removed now is tried again.
    async fn remove_erased_files(&self, reached: &mut Reached) -> Result<(), AppError> {
        let epoch = self.journal().epoch();
        if reached.epoch != epoch {
            *reached = Reached {
                epoch,
                position: Position::START,
            };
        }
        loop {
            let keys = self.journal().erased_keys(reached.position).await?;
            let Some(last) = keys.last() else {
                return Ok(());
            };
            let subjects: Vec<_> = keys.iter().map(|key| key.subject).collect();
            let generations: Vec<_> = keys.iter().map(|key| key.generation).collect();
            loop {
                let files = rows::of_erased(self.pool(), &subjects, &generations).await?;
                if files.is_empty() {
                    break;
                }
                for (_, stored) in &files {
                    let removed = self.0.files.store.remove(stored).await;
                    removed.map_err(store_failed)?;
                }
                let ids: Vec<_> = files.iter().map(|(id, _)| *id).collect();
                rows::remove(self.pool(), &ids).await?;
                tracing::info!(files = ids.len(), "files of erased contacts were removed");
            }
            reached.position = last.erased;
        }
    }

    /// Removes what was uploaded more than a day before `now` and is no message's, and what was left half written.
    ///
    /// # Errors
    /// When the database or the store fails.
    pub async fn remove_unused_files(&self, now: Timestamp) -> Result<(), AppError> {
        let before = now.checked_sub(UNUSED_FOR).unwrap_or(Timestamp::UNIX_EPOCH);
        loop {
            let files = rows::unused(self.pool(), before).await?;
            if files.is_empty() {
                break;
            }
            for (id, stored) in files {
                // The row first: a message may just be taking it.
                if rows::remove_unused(self.pool(), id).await? {
                    let removed = self.0.files.store.remove(&stored).await;
                    removed.map_err(store_failed)?;
                }
            }
        }
        let removed = self.0.files.store.remove_abandoned().await;
        removed.map_err(store_failed)
    }
}
