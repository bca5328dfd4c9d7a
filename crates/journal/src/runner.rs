//! Runs a consumer where it holds the lease: reads a batch, and commits its effects with its checkpoint. A batch that
//! cannot be taken stops it, visibly; no event is ever skipped.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::{Connection, PgConnection};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::error::reason;
use crate::gate::Gate;
use crate::lease::{Lease, RENEW};
use crate::progress::Progress;
use crate::{
    Advance, Character, Consumer, ConsumerError, Journal, JournalError, Position, RecordedEvent,
    StoredEvent, checkpoint,
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
/// What to set on a connection that takes batches. It sends the same few statements all the time, with batches of one event
/// or a thousand: each is planned once, and no plan of these is worth compiling. Where the tables are still small, it looks
/// cheapest to read the whole of one for a few of its rows: that plan would stay until the server looks at the table again.
pub const CONSUMER_PLANS: &str =
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('enable_seqscan', 'off', false), set_config('jit', 'off', false)";
/// How long a checkpoint may stay behind events that its consumer does not heed: a write for each append would cost the
/// appends as much as they cost themselves.
const PASSING: Duration = Duration::from_millis(500);

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

/// How far a consumer is.
struct Place {
    /// Its checkpoint.
    stored: Position,
    /// What it need not look at any more: there is nothing in between that it heeds.
    read: Position,
    /// Since when its checkpoint is behind.
    since: Option<Instant>,
}

impl Place {
    const fn at(position: Position) -> Self {
        Self {
            stored: position,
            read: position,
            since: None,
        }
    }

    fn pass(&mut self, to: Position) {
        self.read = to;
        if to > self.stored {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    /// Whether the checkpoint is to be written although nothing was done.
    fn is_due(&self, to: Position, at_once: bool) -> bool {
        let is_late = |since: Instant| since.elapsed() >= PASSING;
        to > self.stored && (at_once || self.since.is_some_and(is_late))
    }
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
        let position =
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
        sqlx::query(CONSUMER_PLANS).execute(&mut *conn).await?;
        self.consumer.resume();
        self.progress.told_here(true);
        self.progress.set(position);
        let mut place = Place::at(position);
        let mut is_idle = false;
        loop {
            if is_idle {
                // Nobody but us ends the watch; the poll is for a wake-up that did not come.
                let ahead = self.head.wait_for(|head| *head > place.read);
                drop(timeout(IDLE, ahead).await);
            }
            let next = self.journal.follow_sealed(place.read, *limit);
            let sealed = next.await.map_err(of_journal)?;
            let to = sealed.last().map_or(place.read, |event| event.position);
            let count = sealed.len();
            let heeded = self.heeded(sealed);
            // One by one, a checkpoint tells which event is at fault.
            if heeded.is_empty() && !place.is_due(to, *limit == 1) {
                place.pass(to);
            } else {
                let batch = self.journal.open_all(heeded).await.map_err(of_journal)?;
                let span = (place.stored, to);
                match self.take(&mut conn, lease, span, &batch).await? {
                    Taken::Fenced => return Ok(()),
                    Taken::To(last) => place = Place::at(last),
                }
                *failures = 0;
            }
            self.progress.set(place.read);
            // The rest of a full batch is asked for at once, and so is whatever a failure left.
            is_idle = count == 0 || (*limit == BATCH && count < BATCH);
            if count == 0 {
                // A batch that was refused whole and taken one by one is behind us.
                *limit = BATCH;
            }
        }
    }

    /// Those that the consumer may have to do with.
    fn heeded(&self, mut sealed: Vec<StoredEvent>) -> Vec<StoredEvent> {
        let consumer = &self.consumer;
        sealed.retain(|event| consumer.heeds(&event.aggregate_type, &event.event_type));
        sealed
    }

    async fn take(
        &self,
        conn: &mut PgConnection,
        lease: &Lease,
        (from, to): (Position, Position),
        batch: &[RecordedEvent],
    ) -> Result<Taken, ConsumerError> {
        let advance = Advance::new(lease, from, to);
        if self.consumer.character() == Character::Projection && !batch.is_empty() {
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
        let handling = async {
            match batch {
                [] => Ok(()),
                batch => self.consumer.handle(&mut tx, batch).await,
            }
        };
        match AssertUnwindSafe(handling).catch_unwind().await {
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
