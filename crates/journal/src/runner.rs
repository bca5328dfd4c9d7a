//! Runs a consumer where it holds the lease: reads a batch, and commits its effects with its checkpoint. A batch that
//! cannot be taken stops it, visibly; no event is ever skipped.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::error::reason;
use crate::gate::Gate;
use crate::lease::{Lease, RENEW};
use crate::progress::Progress;
use crate::{
    Advance, Character, Consumer, ConsumerError, Journal, JournalError, Position, RecordedEvent,
    checkpoint,
};

/// Events in a batch.
const BATCH: usize = 1_000;
/// Pause after the first failure of the database; doubled up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How often a batch is tried whose failure is in the statement or its values rather than in the server.
const STUBBORN: u32 = 3;
/// How long to wait for the head to move before looking again.
const IDLE: Duration = Duration::from_millis(500);

impl Journal {
    /// Runs a consumer in this process, whenever no other process does, until `stop` or until it meets what it cannot take.
    ///
    /// A stopped consumer is shown by [`Journal::health`], keeps its checkpoint, and is tried again by the next process
    /// that starts it.
    pub fn run_consumer(
        &self,
        consumer: Arc<dyn Consumer>,
        stop: CancellationToken,
    ) -> JoinHandle<()> {
        let name = consumer.name();
        let runner = Runner {
            progress: self.0.progresses.of(&name),
            head: self.head(),
            gate: Gate::of(consumer.character(), self.adopted()),
            journal: self.clone(),
            consumer,
            name,
        };
        tokio::spawn(runner.run(stop))
    }
}

struct Runner {
    journal: Journal,
    consumer: Arc<dyn Consumer>,
    name: String,
    head: watch::Receiver<Position>,
    gate: Gate,
    progress: Arc<Progress>,
}

/// Why a runner stops working under its lease.
enum End {
    /// The lease is another's, or cannot be renewed.
    Lost,
    /// The consumer cannot go on.
    Poisoned(String),
    /// The consumer says that its work is over.
    Over,
}

/// What became of a batch.
enum Taken {
    To(Position),
    /// Somebody else has moved the checkpoint.
    Fenced,
}

impl Runner {
    async fn run(mut self, stop: CancellationToken) {
        while let Some(lease) = stop.run_until_cancelled(self.take_lease()).await {
            tracing::info!(
                consumer.name = self.name,
                lease.epoch = lease.epoch,
                "this process runs the consumer"
            );
            let mut gate = self.gate.clone();
            let end = tokio::select! {
                biased;
                () = stop.cancelled() => None,
                () = gate.closes() => Some(End::Lost),
                () = lease.keep() => Some(End::Lost),
                end = self.work(&lease) => Some(end),
            };
            self.progress.told_here(false);
            match end {
                None | Some(End::Over) => return lease.release().await,
                Some(End::Lost) => {
                    tracing::warn!(
                        consumer.name = self.name,
                        lease.epoch = lease.epoch,
                        "the lease is lost"
                    );
                }
                Some(End::Poisoned(reason)) => {
                    self.write_down(&lease, &reason).await;
                    return lease.release().await;
                }
            }
        }
    }

    async fn take_lease(&self) -> Lease {
        if !self.gate.is_open() {
            tracing::warn!(
                consumer.name = self.name,
                "a worker waits: this database is a copy that nobody has taken over"
            );
            // It exists from now on, whenever it may run.
            drop(checkpoint::find_or_make(self.journal.0.pool.direct(), &*self.consumer).await);
            self.gate.clone().opens().await;
        }
        loop {
            match Lease::take(
                self.journal.0.pool.direct(),
                &self.name,
                self.journal.0.process,
            )
            .await
            {
                Ok(Some(lease)) => return lease,
                Ok(None) => {}
                Err(error) => tracing::debug!(%error, consumer.name = self.name, "no lease"),
            }
            sleep(RENEW).await;
        }
    }

    async fn write_down(&self, lease: &Lease, reason: &str) {
        tracing::error!(consumer.name = self.name, reason, "a consumer stopped");
        for _ in 0..STUBBORN {
            match timeout(
                RENEW,
                checkpoint::stop(self.journal.0.pool.direct(), lease, reason),
            )
            .await
            {
                Ok(Ok(())) => return,
                Ok(Err(_)) | Err(_) => sleep(FIRST_PAUSE).await,
            }
        }
    }

    /// Takes batch after batch, for as long as that goes well.
    async fn work(&mut self, lease: &Lease) -> End {
        let (mut failures, mut limit) = (0_u32, BATCH);
        loop {
            // After a failure it is not known whether the last batch was committed, so the checkpoint is always asked.
            match self.follow(lease, &mut limit, &mut failures).await {
                Ok(()) => return End::Lost,
                Err(ConsumerError::Over) => return End::Over,
                // The culprit of a batch is found by taking the events one by one.
                Err(ConsumerError::Poison(_)) if limit > 1 => limit = 1,
                Err(ConsumerError::Poison(reason)) => return End::Poisoned(reason),
                Err(ConsumerError::Database(error)) => {
                    failures += 1;
                    if failures >= STUBBORN && !crate::append::is_transient(&error) {
                        match limit {
                            1 => return End::Poisoned(self.at_fault(&reason(&error)).await),
                            _ => (limit, failures) = (1, 0),
                        }
                    }
                    tracing::warn!(
                        consumer.name = self.name,
                        failures,
                        reason = reason(&error),
                        "a consumer's batch failed and is tried again"
                    );
                    sleep(LONGEST_PAUSE.min(FIRST_PAUSE * 2_u32.saturating_pow(failures))).await;
                }
            }
        }
    }

    /// Follows the feed from the checkpoint. `Ok` when somebody else does.
    async fn follow(
        &mut self,
        lease: &Lease,
        limit: &mut usize,
        failures: &mut u32,
    ) -> Result<(), ConsumerError> {
        let mut position =
            checkpoint::find_or_make(self.journal.0.pool.direct(), &*self.consumer).await?;
        let head = self.journal.confirmed_head().await.map_err(of_journal)?;
        if position > head {
            *limit = 1;
            return Err(ConsumerError::Poison(format!(
                "the checkpoint {position} is ahead of the journal's head {head}"
            )));
        }
        // Its own for as long as it works, and closed afterwards: dropped while a transaction begins, a connection would
        // go back to the pool with that transaction open (sqlx 0.8.6).
        let mut conn = self.journal.0.pool.direct().acquire().await?;
        conn.close_on_drop();
        self.consumer.resume();
        self.progress.told_here(true);
        self.progress.set(position);
        let mut is_idle = false;
        loop {
            if is_idle {
                // Nobody but us ends the watch; the poll is for a wake-up that did not come.
                let ahead = self.head.wait_for(|head| *head > position);
                drop(timeout(IDLE, ahead).await);
            }
            let batch = self.next(position, *limit).await.map_err(of_journal)?;
            if batch.is_empty() {
                // A batch that was refused whole and taken one by one is behind us.
                *limit = BATCH;
                is_idle = true;
                continue;
            }
            // The rest of a full batch is asked for at once, and so is whatever a failure left.
            is_idle = *limit == BATCH && batch.len() < BATCH;
            match self.take(&mut conn, lease, position, &batch).await? {
                Taken::Fenced => return Ok(()),
                Taken::To(last) => position = last,
            }
            *failures = 0;
            self.progress.set(position);
        }
    }

    /// The events behind a position, opened.
    async fn next(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, JournalError> {
        let sealed = self.journal.follow_sealed(after, limit).await?;
        self.journal.open_all(sealed).await
    }

    async fn take(
        &self,
        conn: &mut PgConnection,
        lease: &Lease,
        from: Position,
        batch: &[RecordedEvent],
    ) -> Result<Taken, ConsumerError> {
        let to = batch.last().map_or(from, |event| event.position);
        let advance = Advance::new(lease, from, to);
        if self.consumer.character() == Character::Projection {
            let taking = AssertUnwindSafe(self.consumer.take_at_once(conn, batch, &advance));
            match taking.catch_unwind().await {
                Ok(Ok(true)) => return Ok(Taken::To(to)),
                Ok(Ok(false)) => {}
                Ok(Err(ConsumerError::Poison(reason))) => return Err(poison(batch, &reason)),
                Ok(Err(other)) => return Err(other),
                Err(_) => return Err(poison(batch, "it panicked")),
            }
        }
        let mut tx = conn.begin().await?;
        if !advance.take(&mut tx).await? || !self.gate.lets_through(&mut tx).await? {
            return Ok(Taken::Fenced);
        }
        let handling = AssertUnwindSafe(self.consumer.handle(&mut tx, batch)).catch_unwind();
        match handling.await {
            Ok(Ok(())) => {}
            Ok(Err(ConsumerError::Poison(reason))) => return Err(poison(batch, &reason)),
            Ok(Err(other)) => return Err(other),
            Err(_) => return Err(poison(batch, "it panicked")),
        }
        tx.commit().await?;
        self.consumer.committed();
        Ok(Taken::To(to))
    }

    /// The reason with the event behind the checkpoint, which is the one at fault.
    async fn at_fault(&self, reason: &str) -> String {
        match checkpoint::find(self.journal.0.pool.direct(), &self.name).await {
            Ok(Some(position)) => format!("event {}: {reason}", position.0 + 1),
            Ok(None) | Err(_) => reason.to_owned(),
        }
    }
}

fn poison(batch: &[RecordedEvent], reason: &str) -> ConsumerError {
    ConsumerError::Poison(match batch.first() {
        Some(event) => format!("event {} ({}): {reason}", event.position, event.event_type),
        None => reason.to_owned(),
    })
}

/// A fault of reading: of the database, or in an event itself.
fn of_journal(error: JournalError) -> ConsumerError {
    match error {
        JournalError::Database { source, .. } => ConsumerError::Database(source),
        other => ConsumerError::Poison(other.to_string()),
    }
}
