//! The open read model: where queries start and where the projector comes from.

use std::sync::Arc;

use hilo_journal::{Consumer, Journal, Pool, Position};

use crate::error::{ReadError, database};
use crate::projector::Projector;
use crate::schema::Schema;

/// The rows that the screens show. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ReadModel {
    pub(crate) pool: Pool,
    pub(crate) schema: Schema,
}

impl ReadModel {
    /// Finds the schema of this program's read model, or creates it; the pool's role needs CREATE on the database then.
    ///
    /// # Errors
    /// When the database fails, or when the rows are ahead of the journal (of another database).
    pub async fn open(pool: impl Into<Pool>, journal: &Journal) -> Result<Self, ReadError> {
        let model = Self::attach(pool).await?;
        // The rows first: the journal may only have grown since.
        let read = model.position().await?;
        let head = journal
            .confirmed_head()
            .await
            .map_err(|error| ReadError::Journal(error.to_string()))?;
        if read > head {
            return Err(ReadError::AheadOfJournal {
                read: read.0,
                journal: head.0,
            });
        }
        Ok(model)
    }

    /// As [`ReadModel::open`], without a journal to compare with.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attach(pool: impl Into<Pool>) -> Result<Self, ReadError> {
        let pool = pool.into();
        let schema = Schema::find_or_create(pool.direct()).await?;
        Ok(Self { pool, schema })
    }

    /// The consumer that fills the rows.
    #[must_use]
    pub fn projector(&self) -> Arc<dyn Consumer> {
        Arc::new(Projector::new(self.schema.clone()))
    }

    /// Name of the PostgreSQL schema and of the projector, by which `Journal::progress` knows it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.schema.name()
    }

    /// How far the rows reach.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn position(&self) -> Result<Position, ReadError> {
        sqlx::query_scalar(&self.schema.sql("SELECT position FROM {read}.progress"))
            .fetch_one(&self.pool)
            .await
            .map(Position)
            .map_err(database("asking for the position"))
    }
}
