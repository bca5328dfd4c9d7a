//! Finishes erasures that have begun: destroys closed keys once every live process knows that they are closed, writes the
//! ledger, and erases again what a restored backup brought back. Runs in every process; the lease lets one work.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::erase::{SUBJECT, SubjectEvent, append_all, hurry, unit};
use crate::head::Head;
use crate::keys::random_uuid;
use crate::lease::Lease;
use crate::ledger::Ledger;
use crate::{Cause, JournalError, Metadata, Position};

/// Name of the lease.
const LEASE: &str = "eraser";
/// How often it is looked whether something is to be done.
const POLL: Duration = Duration::from_millis(500);
/// The same while something is.
const SOON: Duration = Duration::from_millis(50);
/// Most subjects in one transaction.
const BATCH: i64 = 100;
/// Lines of the ledger in one statement.
const PAGE: usize = 1_000;
/// How long a start waits until what a backup brought back is destroyed.
const START: Duration = Duration::from_secs(20);

pub(crate) struct Eraser {
    pub pool: PgPool,
    pub process: Uuid,
    pub head: Arc<Head>,
    pub ledger: Option<Arc<Ledger>>,
    pub woken: Notify,
}

/// A subject whose keys can be destroyed: up to which generation, and the event that began it.
struct Due {
    subject: Uuid,
    generation: i32,
    sequence: i64,
    begun: Position,
    metadata: String,
}

impl Eraser {
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) {
        // What the ledger has of the database: the era, and the position of the last key that went.
        let mut written = (self.head.era(), Position::START);
        let mut well = true;
        loop {
            let pause = match self.pass(&mut written).await {
                Ok(under_way) => {
                    well = true;
                    if under_way { SOON } else { POLL }
                }
                Err(error) => {
                    if well {
                        tracing::warn!(%error, "erasures do not go on just now");
                    }
                    well = false;
                    POLL
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.woken.notified() => {}
                () = sleep(pause) => {}
            }
        }
    }

    /// True when something is left to be done.
    async fn pass(&self, written: &mut (u64, Position)) -> Result<bool, JournalError> {
        self.write_down(written).await?;
        if !self.anything_closed().await? {
            return Ok(false);
        }
        if let Some(lease) = Lease::take(&self.pool, LEASE, self.process).await? {
            let finished = self.finish().await;
            lease.release().await;
            finished?;
        }
        Ok(true)
    }

    async fn anything_closed(&self) -> Result<bool, JournalError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM subject_keys WHERE closed_at IS NOT NULL AND wrapped IS NOT NULL)",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(JournalError::database("looking for closed keys"))
    }

    /// Adds to the ledger what any process destroyed.
    async fn write_down(&self, written: &mut (u64, Position)) -> Result<(), JournalError> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        let era = self.head.era();
        if written.0 != era {
            *written = (era, Position::START);
        }
        loop {
            let page = sqlx::query_as::<_, (Uuid, i32, i64)>(
                "SELECT subject, generation, erased FROM subject_keys WHERE erased > $1 ORDER BY erased LIMIT $2",
            )
            .bind(written.1.0)
            .bind(i64::try_from(PAGE).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await
            .map_err(JournalError::database("reading what was erased"))?;
            let Some((_, _, last)) = page.last() else {
                return Ok(());
            };
            let last = Position(*last);
            let lines: Vec<_> = page
                .iter()
                .map(|(subject, generation, _)| (*subject, *generation))
                .collect();
            ledger.add(&lines).await?;
            written.1 = last;
        }
    }

    /// Destroys the keys that every live process has given up, in one transaction with the events that say so.
    async fn finish(&self) -> Result<(), JournalError> {
        let doing = "destroying keys";
        let mut tx = self
            .pool
            .begin()
            .await
            .map_err(JournalError::database(doing))?;
        hurry(&mut tx).await?;
        // Locks the rows it takes away: a process that renews its row at this moment finds it gone, and begins anew.
        sqlx::query("DELETE FROM processes WHERE expires < clock_timestamp()")
            .execute(&mut *tx)
            .await
            .map_err(JournalError::database(doing))?;
        let known: Option<i64> = sqlx::query_scalar("SELECT min(closings) FROM processes")
            .fetch_one(&mut *tx)
            .await
            .map_err(JournalError::database(doing))?;
        let due = due(&mut tx, known.unwrap_or(i64::MAX)).await?;
        if due.is_empty() {
            return Ok(());
        }
        let lines: Vec<_> = due.iter().map(|d| (d.subject, d.generation)).collect();
        if let Some(ledger) = &self.ledger {
            ledger.add(&lines).await?;
        }
        let units = due
            .iter()
            .map(|due| {
                let event = SubjectEvent::Erased {
                    subject: due.subject,
                    generation: due.generation,
                };
                let metadata = Metadata {
                    cause: Cause::Position(due.begun),
                    occurred_at: Timestamp::now(),
                    ..Metadata::from_json(&due.metadata)?
                };
                unit(&event, due.subject, due.sequence + 1, &metadata)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let Some(positions) = append_all(&mut tx, &units).await? else {
            return Ok(());
        };
        let (subjects, generations): (Vec<_>, Vec<_>) = lines.into_iter().unzip();
        sqlx::query(
            "UPDATE subject_keys AS k SET wrapped = NULL, erased = d.position
             FROM unnest($1::uuid[], $2::integer[], $3::bigint[]) AS d(subject, generation, position)
             WHERE k.subject = d.subject AND k.generation <= d.generation
               AND k.closed_at IS NOT NULL AND k.wrapped IS NOT NULL",
        )
        .bind(subjects)
        .bind(generations)
        .bind(&positions)
        .execute(&mut *tx)
        .await
        .map_err(JournalError::database(doing))?;
        tx.commit().await.map_err(JournalError::database(doing))?;
        if let Some(last) = positions.last() {
            self.head.appended(Position(*last));
        }
        tracing::info!(subjects = positions.len(), "keys were destroyed");
        Ok(())
    }

    /// Destroys again what the ledger names and the database still has: a backup was restored. Before anything is served.
    pub(crate) async fn replay(&self, actor: &Value) -> Result<(), JournalError> {
        let Some(ledger) = &self.ledger else {
            return Ok(());
        };
        let mut revived = false;
        for page in ledger.all().chunks(PAGE) {
            let subjects = self.revived(page).await?;
            if subjects.is_empty() {
                continue;
            }
            tracing::warn!(
                subjects = subjects.len(),
                "the database has keys that the ledger of erasures says were destroyed: they are destroyed again"
            );
            let metadata = Metadata {
                actor: actor.clone(),
                cause: Cause::Request("ledger of erasures".to_owned()),
                correlation_id: random_uuid()?,
                occurred_at: Timestamp::now(),
            };
            self.begin(&subjects, &metadata).await?;
            revived = true;
        }
        let since = Instant::now();
        while revived && self.anything_closed().await? {
            if since.elapsed() > START {
                return Err(JournalError::Unavailable(
                    "another process still uses keys that have to be destroyed".to_owned(),
                ));
            }
            self.finish().await?;
            sleep(SOON).await;
        }
        Ok(())
    }

    /// Makes sure that the numbers of these generations are never given again, and finds the subjects that have one open.
    async fn revived(&self, page: &[(Uuid, i32)]) -> Result<Vec<Uuid>, JournalError> {
        let (subjects, generations): (Vec<_>, Vec<_>) = page.iter().copied().unzip();
        sqlx::query(
            "INSERT INTO subject_keys (subject, generation, wrapped, closed_at)
             SELECT subject, generation, NULL, clock_timestamp() FROM unnest($1::uuid[], $2::integer[])
                 AS l(subject, generation) ON CONFLICT DO NOTHING",
        )
        .bind(&subjects)
        .bind(&generations)
        .execute(&self.pool)
        .await
        .map_err(JournalError::database("marking generations as gone"))?;
        sqlx::query_scalar(
            "SELECT DISTINCT k.subject FROM unnest($1::uuid[], $2::integer[]) AS l(subject, generation)
             JOIN subject_keys AS k ON k.subject = l.subject AND k.generation <= l.generation
             WHERE k.closed_at IS NULL",
        )
        .bind(&subjects)
        .bind(&generations)
        .fetch_all(&self.pool)
        .await
        .map_err(JournalError::database("looking for keys that came back"))
    }
}

/// What can be destroyed when every live process knows of `known` closings.
async fn due(tx: &mut sqlx::PgConnection, known: i64) -> Result<Vec<Due>, JournalError> {
    let rows = sqlx::query_as::<_, (Uuid, i32, i64, i64, String)>(
        "SELECT k.subject, k.generation, last.sequence, last.position, last.metadata::text
         FROM (SELECT subject, max(generation) AS generation FROM subject_keys
               WHERE closed_at IS NOT NULL AND wrapped IS NOT NULL AND closing <= $1
               GROUP BY subject ORDER BY subject LIMIT $2) AS k
         CROSS JOIN LATERAL (SELECT e.sequence, e.position, e.metadata FROM events AS e
               WHERE e.aggregate_type = $3 AND e.aggregate_id = k.subject::text
               ORDER BY e.sequence DESC LIMIT 1) AS last
         ORDER BY k.subject",
    )
    .bind(known)
    .bind(BATCH)
    .bind(SUBJECT)
    .fetch_all(tx)
    .await
    .map_err(JournalError::database("looking for keys to destroy"))?;
    Ok(rows
        .into_iter()
        .map(|(subject, generation, sequence, begun, metadata)| Due {
            subject,
            generation,
            sequence,
            begun: Position(begun),
            metadata,
        })
        .collect())
}
