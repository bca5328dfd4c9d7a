//! How far a consumer is, kept in the same transaction as its effects. Moves only for the holder of its lease.

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgConnection, PgPool, Postgres};

use crate::lease::Lease;
use crate::{Consumer, ConsumerError, Journal, JournalError, Position};

impl Journal {
    /// Forgets a consumer that no program runs any more: its checkpoint and its lease.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_consumer(&self, name: &str) -> Result<(), JournalError> {
        sqlx::query("WITH lease AS (DELETE FROM leases WHERE name = $1) DELETE FROM checkpoints WHERE name = $1")
            .bind(name)
            .execute(&self.0.pool)
            .await
            .map_err(JournalError::database("forgetting a consumer"))?;
        Ok(())
    }
}

/// The checkpoint of a consumer, made where it starts if it has none.
pub(crate) async fn find_or_make(
    pool: &PgPool,
    consumer: &dyn Consumer,
) -> Result<Position, ConsumerError> {
    let name = consumer.name();
    if let Some(position) = find(pool, &name).await? {
        return Ok(position);
    }
    let mut conn = pool.acquire().await?;
    let start = consumer.start_at(&mut conn).await?;
    sqlx::query("INSERT INTO checkpoints (name, position) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(&name)
        .bind(start.0)
        .execute(&mut *conn)
        .await?;
    drop(conn);
    Ok(find(pool, &name).await?.unwrap_or(start))
}

/// The checkpoint of the consumer `name`, if it ever ran.
pub(crate) async fn find(pool: &PgPool, name: &str) -> Result<Option<Position>, sqlx::Error> {
    let position: Option<i64> =
        sqlx::query_scalar("SELECT position FROM checkpoints WHERE name = $1")
            .bind(name)
            .fetch_optional(pool)
            .await?;
    Ok(position.map(Position))
}

/// A step of a consumer's checkpoint, under its lease. Whoever moves it meanwhile waits, and then finds it moved.
pub struct Advance<'a> {
    lease: &'a Lease,
    from: Position,
    to: Position,
}

impl<'a> Advance<'a> {
    /// The statement, with five values; it changes no row when the checkpoint is elsewhere or the lease is another's.
    pub const SQL: &'static str =
        "UPDATE checkpoints SET position = $3, stopped = NULL, changed_at = clock_timestamp()
         WHERE name = $1 AND position = $2
           AND EXISTS (SELECT FROM leases WHERE name = $1 AND holder = $4 AND epoch = $5)";

    pub(crate) const fn new(lease: &'a Lease, from: Position, to: Position) -> Self {
        Self { lease, from, to }
    }

    /// Where it begins.
    #[must_use]
    pub const fn from(&self) -> Position {
        self.from
    }

    /// Binds the values.
    pub fn bind<'q>(
        &'q self,
        query: Query<'q, Postgres, PgArguments>,
    ) -> Query<'q, Postgres, PgArguments> {
        query
            .bind(&self.lease.name)
            .bind(self.from.0)
            .bind(self.to.0)
            .bind(self.lease.holder)
            .bind(self.lease.epoch)
    }

    /// Takes it, as the first statement of a batch's transaction.
    pub(crate) async fn take(&self, tx: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let moved = self.bind(sqlx::query(Self::SQL)).execute(tx).await?;
        Ok(moved.rows_affected() == 1)
    }
}

/// Writes down why the consumer stopped, for every process to see.
pub(crate) async fn stop(pool: &PgPool, lease: &Lease, reason: &str) -> Result<(), JournalError> {
    sqlx::query(
        "UPDATE checkpoints SET stopped = $2, changed_at = clock_timestamp()
         WHERE name = $1 AND EXISTS (SELECT FROM leases WHERE name = $1 AND holder = $3 AND epoch = $4)",
    )
    .bind(&lease.name)
    .bind(reason)
    .bind(lease.holder)
    .bind(lease.epoch)
    .execute(pool)
    .await
    .map_err(JournalError::database("writing down why a consumer stopped"))?;
    Ok(())
}
