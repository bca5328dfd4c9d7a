//! The right to run what only one may run at a time: a row with an end, renewed while its holder lives. Not a session
//! lock, which a pooler would lose; whoever holds it fences its effects with the epoch.

use std::time::Duration;

use sqlx::PgPool;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::keys::random_uuid;
use crate::{Journal, JournalError};

/// How often a lease is renewed, and how often one that another holds is tried.
pub(crate) const RENEW: Duration = Duration::from_secs(1);
/// How long after its last renewal a lease ends by itself; on the server's clock.
const ENDS_AFTER: &str = "3 seconds";
/// When the holder gives up a lease that it cannot renew: before it ends, on its own clock.
const GIVE_UP: Duration = Duration::from_millis(2_500);

/// A held lease.
pub struct Lease {
    pool: PgPool,
    pub(crate) name: String,
    pub(crate) holder: Uuid,
    /// Grows with each holder.
    pub(crate) epoch: i64,
}

impl Journal {
    /// Takes the lease `name` for work that only one process may do at a time; nothing where another holds it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lease(&self, name: &str) -> Result<Option<Lease>, JournalError> {
        Lease::take(self.0.pool.direct(), name, self.0.process).await
    }

    /// Whether some process holds the lease `name`. That of a consumer has the consumer's name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_held(&self, name: &str) -> Result<bool, JournalError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM leases WHERE name = $1 AND expires >= clock_timestamp())",
        )
        .bind(name)
        .fetch_one(&self.0.pool)
        .await
        .map_err(JournalError::database("looking at a lease"))
    }
}

impl Lease {
    /// Takes the lease `name` if nobody holds it. One that ends later than any holder could have said was taken before
    /// the server's clock went back.
    pub(crate) async fn take(
        pool: &PgPool,
        name: &str,
        process: Uuid,
    ) -> Result<Option<Self>, JournalError> {
        let holder = random_uuid()?;
        let epoch: Option<i64> = sqlx::query_scalar(
            "INSERT INTO leases AS l (name, holder, process, epoch, expires)
             VALUES ($1, $2, $3, 1, clock_timestamp() + $4::interval)
             ON CONFLICT (name) DO UPDATE
             SET holder = excluded.holder, process = excluded.process, epoch = l.epoch + 1, expires = excluded.expires
             WHERE l.expires < clock_timestamp() OR l.expires > clock_timestamp() + 2 * $4::interval
             RETURNING epoch",
        )
        .bind(name)
        .bind(holder)
        .bind(process)
        .bind(ENDS_AFTER)
        .fetch_optional(pool)
        .await
        .map_err(JournalError::database("taking a lease"))?;
        Ok(epoch.map(|epoch| Self {
            pool: pool.clone(),
            name: name.to_owned(),
            holder,
            epoch,
        }))
    }

    /// Renews the lease until that is no longer possible: then it is lost, or about to be.
    pub async fn keep(&self) {
        let mut renewed = Instant::now();
        while renewed.elapsed() < GIVE_UP {
            sleep(RENEW.min(GIVE_UP.saturating_sub(renewed.elapsed()))).await;
            let sent = Instant::now();
            match timeout(RENEW, self.renew()).await {
                Ok(Ok(true)) => renewed = sent,
                Ok(Ok(false)) => return,
                Ok(Err(error)) => {
                    tracing::debug!(%error, lease.name = self.name, "a lease was not renewed")
                }
                Err(_) => tracing::debug!(lease.name = self.name, "renewing a lease took too long"),
            }
        }
    }

    async fn renew(&self) -> Result<bool, JournalError> {
        let done = sqlx::query(
            "UPDATE leases SET expires = clock_timestamp() + $4::interval
             WHERE name = $1 AND holder = $2 AND epoch = $3 AND expires >= clock_timestamp()",
        )
        .bind(&self.name)
        .bind(self.holder)
        .bind(self.epoch)
        .bind(ENDS_AFTER)
        .execute(&self.pool)
        .await
        .map_err(JournalError::database("renewing a lease"))?;
        Ok(done.rows_affected() == 1)
    }

    /// Lets another take it at once. When this fails, it ends by itself.
    pub async fn release(self) {
        let ending = sqlx::query(
            "UPDATE leases SET expires = '-infinity' WHERE name = $1 AND holder = $2 AND epoch = $3",
        )
        .bind(&self.name)
        .bind(self.holder)
        .bind(self.epoch)
        .execute(&self.pool);
        if let Ok(Err(error)) = timeout(RENEW, ending).await {
            tracing::debug!(%error, lease.name = self.name, "a lease was not given back");
        }
    }
}
