//! The one consumer that fills the rows: each batch in one transaction with its checkpoint.
//! Takes every event once and in order, however often and in whatever batches the feed hands them over.

use std::sync::Arc;

use async_trait::async_trait;
use hilo_journal::{Consumer, ConsumerError, Position, RecordedEvent};
use sqlx::PgConnection;
use tokio::sync::Notify;

use crate::error::ReadError;
use crate::projections;
use crate::schema::{Schema, Stage};

/// Fills one schema.
pub(crate) struct Projector {
    schema: Schema,
    /// Told when the schema has retired.
    retired: Arc<Notify>,
}

impl Projector {
    pub(crate) const fn new(schema: Schema, retired: Arc<Notify>) -> Self {
        Self { schema, retired }
    }

    /// How far the rows reach, locked so that a second runner waits. Over once another schema is live.
    async fn reached(&self, tx: &mut PgConnection) -> Result<Position, ConsumerError> {
        let sql = self
            .schema
            .sql("SELECT position, stage FROM {read}.progress FOR UPDATE");
        let found = sqlx::query_as::<_, (i64, String)>(&sql).fetch_one(tx).await;
        match found {
            Ok((_, stage)) if stage == Stage::Retired.word() => self.over(),
            Ok((position, _)) => Ok(Position(position)),
            Err(error) if ReadError::means_gone(&error) => self.over(),
            Err(error) => Err(error.into()),
        }
    }

    fn over(&self) -> Result<Position, ConsumerError> {
        self.retired.notify_one();
        Err(ConsumerError::Over)
    }
}

#[async_trait]
impl Consumer for Projector {
    fn name(&self) -> String {
        self.schema.name().to_owned()
    }

    async fn start_at(&self, conn: &mut PgConnection) -> Result<Position, ConsumerError> {
        let sql = self.schema.sql("SELECT position FROM {read}.progress");
        match sqlx::query_scalar(&sql).fetch_one(conn).await {
            Ok(position) => Ok(Position(position)),
            Err(error) if ReadError::means_gone(&error) => self.over(),
            Err(error) => Err(error.into()),
        }
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError> {
        // The rows can be made again from the journal: losing the newest in a crash costs nothing.
        sqlx::query("SET LOCAL synchronous_commit = off")
            .execute(&mut *tx)
            .await?;
        let reached = self.reached(tx).await?;
        let seen = batch.partition_point(|recorded| recorded.position <= reached);
        let new = batch.get(seen..).unwrap_or_default();
        let (Some(first), Some(last)) = (new.first(), new.last()) else {
            return Ok(());
        };
        if first.position.0 != reached.0 + 1 {
            return Err(ConsumerError::Poison(format!(
                "the rows end at {reached}, the feed goes on at {}",
                first.position
            )));
        }
        projections::erased::apply(&self.schema, tx, new).await?;
        projections::access::write(&self.schema, tx, &projections::access::changes(new)?).await?;
        let sql = self.schema.sql("UPDATE {read}.progress SET position = $1");
        sqlx::query(&sql).bind(last.position.0).execute(tx).await?;
        Ok(())
    }
}
