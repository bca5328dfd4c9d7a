//! The open read model: where queries start, and which schema they are answered from.

use std::sync::Arc;

use hilo_journal::{Consumer, Journal, Pool, Position};
use tokio::sync::{Notify, watch};

use crate::error::{ReadError, database};
use crate::projector::Projector;
use crate::rebuild::{Filling, Rebuild};
use crate::schema::{Schema, Stage};
use crate::told::Told;

/// The rows that the screens show. Cheap to clone; clones go on together when another schema goes live.
#[derive(Clone, Debug)]
pub struct ReadModel {
    pub(crate) pool: Pool,
    pub(crate) current: Arc<Current>,
}

/// What all clones share.
#[derive(Debug)]
pub(crate) struct Current {
    pub schema: watch::Sender<Schema>,
    pub position: watch::Sender<Position>,
    /// Wakes [`ReadModel::follow`] when the projector finds that its schema has retired.
    pub retired: Arc<Notify>,
    /// What the projector wrote, for who follows it here.
    pub told: Arc<Told>,
}

impl ReadModel {
    /// Finds the live schema of this program's read model. Where there is none it is made, and filled from the journal
    /// first; the pool's role needs CREATE on the database then.
    ///
    /// # Errors
    /// When the database fails, when the rows are ahead of the journal (of another database), or as [`Rebuild::run`].
    pub async fn open(pool: impl Into<Pool>, journal: &Journal) -> Result<Self, ReadError> {
        Self::open_telling(pool, journal, &watch::Sender::new(None)).await
    }

    /// The same; `told` follows the filling, if there has to be one.
    ///
    /// # Errors
    /// As [`ReadModel::open`].
    pub async fn open_telling(
        pool: impl Into<Pool>,
        journal: &Journal,
        told: &watch::Sender<Option<Filling>>,
    ) -> Result<Self, ReadError> {
        let pool = pool.into();
        let head = confirmed_head(journal).await?;
        let schema = match Schema::find(pool.direct(), head == Position::START).await? {
            Some(schema) => schema,
            None => {
                Rebuild::new(&pool, journal.clone())
                    .telling(told.clone())
                    .run_or_wait()
                    .await?
            }
        };
        let model = Self::of(pool, schema);
        // The rows first: the journal may only have grown since.
        let read = model.position().await?;
        let head = confirmed_head(journal).await?;
        if read > head {
            return Err(ReadError::AheadOfJournal {
                read: read.0,
                journal: head.0,
            });
        }
        Ok(model)
    }

    /// The live schema as it is, an empty one where there is none: for whoever fills it by hand.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn attach(pool: impl Into<Pool>) -> Result<Self, ReadError> {
        let pool = pool.into();
        let schema = Schema::find(pool.direct(), true).await?;
        schema
            .map(|schema| Self::of(pool, schema))
            .ok_or(ReadError::NotLive)
    }

    fn of(pool: Pool, schema: Schema) -> Self {
        let current = Current {
            schema: watch::Sender::new(schema),
            position: watch::Sender::new(Position::START),
            retired: Arc::new(Notify::new()),
            told: Arc::default(),
        };
        Self {
            pool,
            current: Arc::new(current),
        }
    }

    /// The consumer that fills the rows of the schema that is live now.
    #[must_use]
    pub fn projector(&self) -> Arc<dyn Consumer> {
        Arc::new(Projector::new(
            self.schema(),
            Arc::clone(&self.current.retired),
            Some(Arc::clone(&self.current.told)),
        ))
    }

    /// Name of the PostgreSQL schema that is live now, which is also its projector's.
    #[must_use]
    pub fn name(&self) -> String {
        self.schema().name().to_owned()
    }

    /// How far the rows reach.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn position(&self) -> Result<Position, ReadError> {
        self.answer(|schema| async move {
            sqlx::query_scalar(&schema.sql("SELECT position FROM {read}.progress"))
                .fetch_one(&self.pool)
                .await
                .map(Position)
                .map_err(database("asking for the position"))
        })
        .await
    }

    /// The schema that queries go to.
    pub(crate) fn schema(&self) -> Schema {
        self.current.schema.borrow().clone()
    }

    /// Answers a query from the live schema: all its statements from one, and with everything that was told before. Where
    /// the schema was dropped meanwhile, another is live, and the query is asked there once more.
    pub(crate) async fn answer<T, F>(&self, ask: impl Fn(Schema) -> F) -> Result<T, ReadError>
    where
        F: Future<Output = Result<T, ReadError>>,
    {
        self.current.told.rows_follow().await;
        let schema = self.schema();
        match ask(schema.clone()).await {
            Err(error) if error.is_gone() => {
                let live = self.look_again().await?;
                if live == schema {
                    return Err(error);
                }
                ask(live).await
            }
            answer => answer,
        }
    }

    /// Asks which schema is live, and goes on with that one.
    pub(crate) async fn look_again(&self) -> Result<Schema, ReadError> {
        let direct = self.pool.direct();
        let mut conn = direct.acquire().await.map_err(database("connecting"))?;
        let live = Schema::at(Stage::Live, &mut conn)
            .await?
            .ok_or(ReadError::NotLive)?;
        // Two that look at once may come back in any order; the numbers only grow.
        self.current.schema.send_if_modified(|known| {
            let is_newer = live.number() > known.number();
            if is_newer {
                known.clone_from(&live);
            }
            is_newer
        });
        Ok(self.schema())
    }
}

/// The last position of the journal.
pub(crate) async fn confirmed_head(journal: &Journal) -> Result<Position, ReadError> {
    journal
        .confirmed_head()
        .await
        .map_err(|error| ReadError::Journal(error.to_string()))
}
