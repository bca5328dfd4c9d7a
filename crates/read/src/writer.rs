//! The connection on which a rebuild writes, by a task of its own, so that the next batch is folded meanwhile. One write
//! at a time, in the order in which they are begun.

use std::sync::Arc;

use hilo_journal::ConsumerError;
use sqlx::pool::PoolConnection;
use sqlx::{Connection, Postgres};
use tokio::task::JoinSet;

use crate::error::{ReadError, database};
use crate::projections::Batch;
use crate::projections::ahead::Ahead;
use crate::projector::Projector;

const DOING: &str = "filling a schema";

type Conn = PoolConnection<Postgres>;

/// Writes what was folded. What is under way when it is dropped breaks off.
pub(crate) struct Writer {
    projector: Arc<Projector>,
    /// Nothing while a write is under way.
    idle: Option<Conn>,
    under_way: JoinSet<Result<Conn, ReadError>>,
}

impl Writer {
    /// A writer on a connection that is closed when it is dropped.
    pub(crate) fn new(projector: Arc<Projector>, conn: Conn) -> Self {
        Self {
            projector,
            idle: Some(conn),
            under_way: JoinSet::new(),
        }
    }

    /// Waits until nothing is under way.
    pub(crate) async fn idle(&mut self) -> Result<&mut Conn, ReadError> {
        if let Some(written) = self.under_way.join_next().await {
            self.idle = Some(written.map_err(|_| broken_off())??);
        }
        self.idle.as_mut().ok_or_else(broken_off)
    }

    /// Begins to write, once what is under way is written.
    pub(crate) async fn begin(&mut self, folded: Arc<Ahead>) -> Result<(), ReadError> {
        self.idle().await?;
        let mut conn = self.idle.take().ok_or_else(broken_off)?;
        let projector = Arc::clone(&self.projector);
        self.under_way.spawn(async move {
            let mut tx = conn.begin().await.map_err(database(DOING))?;
            let writing = projector.write_ahead(&mut tx, &folded);
            writing.await.map_err(of_consumer)?;
            tx.commit().await.map_err(database(DOING))?;
            Ok(conn)
        });
        Ok(())
    }

    /// Takes a batch that cannot be folded ahead.
    pub(crate) async fn take(&mut self, batch: Batch) -> Result<(), ReadError> {
        let projector = Arc::clone(&self.projector);
        let mut tx = self.idle().await?.begin().await.map_err(database(DOING))?;
        projector.take(&mut tx, batch).await.map_err(of_consumer)?;
        tx.commit().await.map_err(database(DOING))
    }
}

/// What stopped the projector of a rebuild.
pub(crate) fn of_consumer(error: ConsumerError) -> ReadError {
    match error {
        ConsumerError::Poison(reason) => ReadError::Poison(reason),
        ConsumerError::Database(source) => database(DOING)(source),
        ConsumerError::Over => ReadError::NotLive,
    }
}

fn broken_off() -> ReadError {
    ReadError::Journal("writing broke off".into())
}
