//! The one consumer that fills the rows: each batch in one transaction with its checkpoint.
//! Takes every event once and in order, however often and in whatever batches the feed hands them over.

use std::sync::Arc;

use async_trait::async_trait;
use hilo_journal::{Advance, Consumer, ConsumerError, Position, RecordedEvent};
use sqlx::PgConnection;
use tokio::sync::Notify;

use crate::error::ReadError;
use crate::projections::ahead::Ahead;
use crate::projections::batch::Part;
use crate::projections::{Batch, Statements, Taken};
use crate::schema::Schema;
use crate::told::Told;

/// Fills one schema.
pub(crate) struct Projector {
    statements: Statements,
    /// Told when the schema has retired.
    retired: Arc<Notify>,
    /// Where it tells what it writes, if anybody here follows it.
    told: Option<Arc<Told>>,
}

impl Projector {
    pub(crate) fn new(schema: Schema, retired: Arc<Notify>, told: Option<Arc<Told>>) -> Self {
        Self {
            statements: Statements::of(schema),
            retired,
            told,
        }
    }

    /// Takes a decoded batch.
    pub(crate) async fn take(
        &self,
        tx: &mut PgConnection,
        batch: Batch,
    ) -> Result<(), ConsumerError> {
        let told = self.begin_telling();
        self.outcome(self.statements.take(tx, batch, told).await)
    }

    /// Folds a part of a batch while another is written.
    pub(crate) async fn fold_ahead(
        &self,
        conn: &mut PgConnection,
        part: &Part,
        from: Position,
        before: Option<&Ahead>,
    ) -> Result<Ahead, ConsumerError> {
        match self.statements.fold_ahead(conn, part, from, before).await {
            Err(ConsumerError::Database(error)) if ReadError::means_gone(&error) => self.over(),
            folded => folded,
        }
    }

    /// Writes what was folded.
    pub(crate) async fn write_ahead(
        &self,
        tx: &mut PgConnection,
        ahead: &Ahead,
    ) -> Result<(), ConsumerError> {
        self.outcome(self.statements.write_ahead(tx, ahead).await)
    }

    fn outcome(&self, taken: Result<Taken, ConsumerError>) -> Result<(), ConsumerError> {
        match taken {
            Ok(Taken::All) => Ok(()),
            Ok(Taken::Retired) => self.over(),
            Err(ConsumerError::Database(error)) if ReadError::means_gone(&error) => self.over(),
            Err(error) => Err(error),
        }
    }

    fn begin_telling(&self) -> Option<&Told> {
        let told = self.told.as_deref()?;
        told.begin();
        Some(told)
    }

    fn over<T>(&self) -> Result<T, ConsumerError> {
        self.retired.notify_one();
        Err(ConsumerError::Over)
    }
}

#[async_trait]
impl Consumer for Projector {
    fn name(&self) -> String {
        self.statements.schema().name().to_owned()
    }

    async fn start_at(&self, conn: &mut PgConnection) -> Result<Position, ConsumerError> {
        let schema = self.statements.schema();
        let sql = schema.sql("SELECT position FROM {read}.progress");
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
        match Batch::decode(batch)? {
            Some(batch) => self.take(tx, batch).await,
            None => Ok(()),
        }
    }

    fn resume(&self) {
        self.statements.forget();
        if let Some(told) = &self.told {
            told.forget();
        }
    }

    async fn take_at_once(
        &self,
        conn: &mut PgConnection,
        batch: &[RecordedEvent],
        advance: &Advance<'_>,
    ) -> Result<bool, ConsumerError> {
        let Some(batch) = Batch::decode(batch)? else {
            return Ok(false);
        };
        let told = self.begin_telling();
        let taken = self
            .statements
            .take_at_once(conn, batch, advance, told)
            .await?;
        if taken {
            self.committed();
        }
        Ok(taken)
    }

    fn committed(&self) {
        if let Some(told) = &self.told {
            told.committed();
        }
    }
}
