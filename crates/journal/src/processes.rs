//! Tells the other processes that this one lives and how many closings of keys it knows of: nobody destroys a key before
//! every live process has stopped using what it kept of it. Decides nothing about erasures.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::JournalError;
use crate::head::Head;
use crate::subject_keys::SubjectKeys;

/// How often a process says that it lives.
const RENEW: Duration = Duration::from_secs(1);
/// How long after that it counts as alive; on the server's clock.
const ENDS_AFTER: &str = "4 seconds";
/// How long after that it uses the keys it keeps; shorter, and on its own clock, which also runs while it is stopped.
const TRUSTED_FOR: Duration = Duration::from_millis(2_500);

/// Whether the others wait for this process before they destroy a key.
#[derive(Clone, Default)]
pub(crate) struct Trust(Arc<Mutex<Option<Instant>>>);

impl Trust {
    pub(crate) fn holds(&self) -> bool {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| since.elapsed() < TRUSTED_FOR)
    }

    fn since(&self, sent: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(sent);
    }
}

/// Keeps the row of this process.
pub(crate) struct Presence {
    pub pool: PgPool,
    pub process: Uuid,
    pub head: Arc<Head>,
    pub keys: SubjectKeys,
    pub trust: Trust,
}

impl Presence {
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut closings = self.head.subscribe_closings();
        loop {
            closings.mark_unchanged();
            match timeout(RENEW, self.renew()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::debug!(%error, "this process could not say that it lives")
                }
                Err(_) => tracing::debug!("saying that this process lives took too long"),
            }
            tokio::select! {
                () = stop.cancelled() => return self.leave().await,
                () = sleep(RENEW) => {}
                changed = closings.changed() => match changed {
                    Ok(()) => self.keys.forget(),
                    Err(_) => return,
                },
            }
        }
    }

    async fn renew(&self) -> Result<(), JournalError> {
        let (sent, closings) = (Instant::now(), self.head.closings());
        let kept = sqlx::query(
            "UPDATE processes SET closings = $2, expires = clock_timestamp() + $3::interval
             WHERE process = $1 AND expires >= clock_timestamp()",
        )
        .bind(self.process)
        .bind(closings)
        .bind(ENDS_AFTER)
        .execute(&self.pool)
        .await
        .map_err(JournalError::database("renewing a process's row"))?;
        if kept.rows_affected() == 1 || self.register(closings).await? {
            self.trust.since(sent);
        }
        Ok(())
    }

    /// Makes the row. True when nothing was closed until after it was there: whoever closed something before did not wait
    /// for us, so we must know of it first.
    async fn register(&self, closings: i64) -> Result<bool, JournalError> {
        let doing = "writing a process's row";
        sqlx::query(
            "INSERT INTO processes (process, closings, expires)
             VALUES ($1, $2, clock_timestamp() + $3::interval)
             ON CONFLICT (process) DO UPDATE SET closings = excluded.closings, expires = excluded.expires",
        )
        .bind(self.process)
        .bind(closings)
        .bind(ENDS_AFTER)
        .execute(&self.pool)
        .await
        .map_err(JournalError::database(doing))?;
        let mut conn = self
            .pool
            .acquire()
            .await
            .map_err(JournalError::database(doing))?;
        self.head.look(&mut *conn).await?;
        Ok(self.head.closings() == closings)
    }

    /// Lets nobody wait for a process that ends. When this fails, the row ends by itself.
    async fn leave(&self) {
        let leaving = sqlx::query("DELETE FROM processes WHERE process = $1")
            .bind(self.process)
            .execute(&self.pool);
        if let Ok(Err(error)) = timeout(RENEW, leaving).await {
            tracing::debug!(%error, "the row of this process was not taken away");
        }
    }
}
