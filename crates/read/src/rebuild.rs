//! Fills a new schema beside the live one, under writes, and puts it in that one's place. One process at a time does it;
//! what a process that died has filled is gone on with.

use std::sync::Arc;
use std::time::Duration;

use hilo_journal::{CONSUMER_PLANS, Journal, Pool, Position};
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Executor, PgConnection, PgPool, Postgres};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::error::{ReadError, database};
use crate::indexing;
use crate::model::confirmed_head;
use crate::projections::Batch;
use crate::projections::ahead::Ahead;
use crate::projector::Projector;
use crate::schema::{Schema, Stage};
use crate::writer::{Writer, of_consumer};

/// Events in a batch: memory is that of four batches, however long the journal is.
const BATCH: usize = 4_000;
/// How far behind the live schema the new one may be when it takes its place: the live one stands still meanwhile.
const SWAP_WITHIN: i64 = 500;
/// How long the swap may wait for the live schema's projector.
const LOCK_WITHIN: &str = "SET LOCAL lock_timeout = '2s'";
/// How long to wait before looking again, for another process or for a database that failed.
const AGAIN: Duration = Duration::from_millis(500);

/// How far the filling of a schema is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling {
    /// The last event whose rows are there.
    pub position: Position,
    /// Where it has to get to.
    pub head: Position,
}

/// What a rebuild made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebuilt {
    /// The schema that is live now.
    pub schema: String,
    /// How far its rows reached when it went live.
    pub position: Position,
}

/// A rebuild of the read model.
pub struct Rebuild {
    pool: PgPool,
    journal: Journal,
    batch: usize,
    told: watch::Sender<Option<Filling>>,
}

impl Rebuild {
    /// A rebuild that nobody has begun yet.
    #[must_use]
    pub fn new(pool: &Pool, journal: Journal) -> Self {
        Self {
            pool: pool.direct().clone(),
            journal,
            batch: BATCH,
            told: watch::Sender::new(None),
        }
    }

    /// Takes this many events at a time, 1 to 10,000. The rows do not depend on it.
    #[must_use]
    pub fn in_batches_of(self, batch: usize) -> Self {
        Self {
            batch: batch.clamp(1, 10_000),
            ..self
        }
    }

    /// Tells how far it is.
    #[must_use]
    pub fn telling(self, told: watch::Sender<Option<Filling>>) -> Self {
        Self { told, ..self }
    }

    /// Fills a new schema up to the live one, or to the journal's head where none is live, and makes it the live one.
    /// Processes that run go on with it by themselves. When this is dropped or fails, the next rebuild goes on from there.
    ///
    /// # Errors
    /// When the database or the journal fails, an event cannot be projected, or another process is at it.
    pub async fn run(&self) -> Result<Rebuilt, ReadError> {
        let (schema, position) = self.run_leased().await?;
        Ok(Rebuilt {
            schema: schema.name().to_owned(),
            position,
        })
    }

    /// The same for a program that needs the rows: waits where another process is at it, tries again where the database
    /// failed.
    pub(crate) async fn run_or_wait(&self) -> Result<Schema, ReadError> {
        loop {
            match self.run_leased().await {
                Ok((schema, _)) => return Ok(schema),
                Err(ReadError::Rebuilding | ReadError::LeaseLost) => self.tell_of_another().await,
                Err(error) if error.is_unavailable() => {
                    tracing::warn!(%error, "filling the read model is tried again");
                }
                Err(error) => return Err(error),
            }
            sleep(AGAIN).await;
            if let Ok(Some(live)) = Schema::find(&self.pool, false).await {
                return Ok(live);
            }
        }
    }

    async fn run_leased(&self) -> Result<(Schema, Position), ReadError> {
        let lease = self.journal.lease(&Schema::own_filler()).await;
        let lease = lease.map_err(of_journal)?.ok_or(ReadError::Rebuilding)?;
        let done = tokio::select! {
            done = self.fill() => done,
            () = lease.keep() => Err(ReadError::LeaseLost),
        };
        lease.release().await;
        done
    }

    async fn fill(&self) -> Result<(Schema, Position), ReadError> {
        let schema = Schema::to_fill(&self.pool).await?;
        tracing::info!(schema.name = schema.name(), "filling the read model");
        self.catch_up(&schema).await?;
        indexing::index(&schema, &self.pool).await?;
        loop {
            self.catch_up(&schema).await?;
            if let Some(position) = self.swap(&schema).await? {
                tracing::info!(
                    schema.name = schema.name(),
                    position = position.0,
                    "the schema is live"
                );
                return Ok((schema, position));
            }
        }
    }

    /// Fills up to where the live schema is. While a batch is written, the next one is folded and the one after it read.
    async fn catch_up(&self, schema: &Schema) -> Result<(), ReadError> {
        let projector = Arc::new(filler(schema));
        let mut beside = self.connection().await?;
        let mut writer = Writer::new(Arc::clone(&projector), self.connection().await?);
        let (mut at, _) = schema.stage(&mut beside).await?;
        let mut end = self.end(&mut beside).await?;
        let (mut reading, mut folded) = (JoinSet::new(), None::<Arc<Ahead>>);
        while at < end {
            if reading.is_empty() {
                reading.spawn(self.read(at, end));
            }
            let batch = match reading.join_next().await {
                Some(Ok(batch)) => batch?,
                Some(Err(_)) | None => return Err(ReadError::Journal("reading broke off".into())),
            };
            let last = batch.last;
            if last < end {
                reading.spawn(self.read(last, end));
            }
            folded = match batch.alone() {
                Ok(part) => {
                    if folded.take_if(|before| !before.is_known()).is_some() {
                        writer.idle().await?;
                    }
                    let next = projector.fold_ahead(&mut beside, &part, at, folded.as_deref());
                    let next = Arc::new(next.await.map_err(of_consumer)?);
                    writer.begin(Arc::clone(&next)).await?;
                    Some(next)
                }
                Err(batch) => {
                    writer.take(batch).await?;
                    None
                }
            };
            // What is under way is not there yet.
            let mut there = if folded.is_some() { at } else { last };
            at = last;
            if at >= end {
                writer.idle().await?;
                (folded, there) = (None, end);
                end = self.end(&mut beside).await?;
            }
            self.told.send_replace(Some(Filling {
                position: there,
                head: end,
            }));
        }
        Ok(())
    }

    fn read(
        &self,
        after: Position,
        end: Position,
    ) -> impl Future<Output = Result<Batch, ReadError>> + use<> {
        let journal = self.journal.clone();
        let left = usize::try_from(end.0.saturating_sub(after.0)).unwrap_or(self.batch);
        let limit = self.batch.min(left);
        async move {
            let events = journal.read(after, limit).await.map_err(of_journal)?;
            let batch = Batch::decode(&events).map_err(of_consumer)?;
            batch.ok_or_else(|| ReadError::Journal(format!("it ends at {after} before {end}")))
        }
    }

    /// Puts the schema in the place of the live one, both with the same rows; nothing where the live one is too far
    /// ahead. Its projector stands still meanwhile, and finds then that its schema has retired.
    async fn swap(&self, schema: &Schema) -> Result<Option<Position>, ReadError> {
        let doing = "swapping schemas";
        let mut conn = self.connection().await?;
        let mut tx = conn.begin().await.map_err(database(doing))?;
        tx.execute(LOCK_WITHIN).await.map_err(database(doing))?;
        let (mut at, _) = schema.stage(&mut tx).await?;
        if let Some(live) = Schema::at(Stage::Live, &mut tx).await? {
            live.stand_still(&mut tx).await?;
            let (end, _) = live.stage(&mut tx).await?;
            if end.0 - at.0 > SWAP_WITHIN {
                return Ok(None);
            }
            let projector = filler(schema);
            while at < end {
                let batch = self.read(at, end).await?;
                at = batch.last;
                projector.take(&mut tx, batch).await.map_err(of_consumer)?;
            }
            live.move_to(Stage::Retired, &mut tx).await?;
        }
        schema.move_to(Stage::Live, &mut tx).await?;
        tx.commit().await.map_err(database(doing))?;
        Ok(Some(at))
    }

    /// How far the new schema may go: never beyond the live one, so that positions do not go back with the swap.
    async fn end(&self, conn: &mut PgConnection) -> Result<Position, ReadError> {
        match Schema::at(Stage::Live, conn).await? {
            Some(live) => Ok(live.stage(conn).await?.0),
            None => confirmed_head(&self.journal).await,
        }
    }

    async fn tell_of_another(&self) {
        let known = async {
            let head = confirmed_head(&self.journal).await?;
            let mut conn = self.connection().await?;
            let Some(schema) = Schema::at(Stage::Filling, &mut conn).await? else {
                return Ok(());
            };
            let (position, _) = schema.stage(&mut conn).await?;
            self.told.send_replace(Some(Filling { position, head }));
            Ok::<_, ReadError>(())
        };
        if let Err(error) = known.await {
            tracing::debug!(%error, "how far another process is with the read model is not known");
        }
    }

    /// A connection that is closed afterwards: when a rebuild is dropped while a transaction begins, the driver would
    /// hand it back to the pool with that transaction open.
    async fn connection(&self) -> Result<PoolConnection<Postgres>, ReadError> {
        let mut conn = self.pool.acquire().await.map_err(database("connecting"))?;
        conn.close_on_drop();
        let planning = conn.execute(CONSUMER_PLANS).await;
        planning.map_err(database("connecting"))?;
        Ok(conn)
    }
}

fn filler(schema: &Schema) -> Projector {
    Projector::new(schema.clone(), Notify::new().into(), None)
}

fn of_journal(error: hilo_journal::JournalError) -> ReadError {
    match error {
        hilo_journal::JournalError::Database { doing, source } => {
            ReadError::Database { doing, source }
        }
        other => ReadError::Journal(other.to_string()),
    }
}
