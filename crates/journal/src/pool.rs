//! Connections to the database, straight or through a pooler in transaction mode (such as pgbouncer).
//!
//! Behind such a pooler two messages outside a transaction may meet two servers, and a prepared statement is known to
//! one of them only. sqlx sends a statement with values as two exchanges and names it. So behind a pooler each
//! statement runs in a transaction and without a name; straight, nothing is added. What needs a session (LISTEN,
//! session locks, settings, COPY, temporary tables) takes [`Pool::direct`].

use std::ops::{Deref, DerefMut};

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream};
use futures_util::{FutureExt, StreamExt, TryFutureExt, TryStreamExt};
use sqlx::postgres::{PgQueryResult, PgRow, PgStatement, PgTypeInfo};
use sqlx::{
    Acquire, Describe, Either, Error, Execute, Executor, PgConnection, PgPool, Postgres, pool,
};

/// The database as one process reaches it. A handle; used as a `PgPool` is.
#[derive(Clone, Debug)]
pub struct Pool {
    connections: PgPool,
    direct: PgPool,
    pooler: bool,
}

impl From<PgPool> for Pool {
    /// Straight, with the same connections for everything.
    fn from(pool: PgPool) -> Self {
        Self::straight(pool.clone(), pool)
    }
}

impl Pool {
    /// Both without a pooler between. The second pool is for background work, which must go on while requests hold
    /// every connection of the first.
    #[must_use]
    pub fn straight(connections: PgPool, direct: PgPool) -> Self {
        Self {
            connections,
            direct,
            pooler: false,
        }
    }

    /// `connections` go through a pooler in transaction mode, `direct` does not.
    #[must_use]
    pub fn through_pooler(connections: PgPool, direct: PgPool) -> Self {
        Self {
            connections,
            direct,
            pooler: true,
        }
    }

    /// Connections that never go through a pooler. Few: for background work and for what needs a session.
    #[must_use]
    pub fn direct(&self) -> &PgPool {
        &self.direct
    }

    /// A connection on which each statement is a transaction of its own.
    ///
    /// # Errors
    /// When none is free in time or the database cannot be reached.
    pub async fn acquire(&self) -> Result<Connection, Error> {
        Ok(Connection {
            way: Way::Alone(self.connections.acquire().await?),
            pooler: self.pooler,
        })
    }

    /// A transaction.
    ///
    /// # Errors
    /// As [`Pool::acquire`].
    pub async fn begin(&self) -> Result<Transaction, Error> {
        let connections = self.connections.clone();
        let begun = to_its_end(async move { connections.begin().await }).await?;
        Ok(self.transaction(begun))
    }

    /// A transaction begun by a statement such as `BEGIN ISOLATION LEVEL REPEATABLE READ`.
    ///
    /// # Errors
    /// As [`Pool::acquire`].
    pub async fn begin_with(&self, statement: &'static str) -> Result<Transaction, Error> {
        let connections = self.connections.clone();
        let begun = to_its_end(async move { connections.begin_with(statement).await }).await?;
        Ok(self.transaction(begun))
    }

    fn transaction(&self, begun: sqlx::Transaction<'static, Postgres>) -> Transaction {
        Transaction(Connection {
            way: Way::Begun(begun),
            pooler: self.pooler,
        })
    }

    /// Ends all connections, waiting for those in use.
    pub async fn close(&self) {
        self.connections.close().await;
        self.direct.close().await;
    }
}

type Begun = sqlx::Transaction<'static, Postgres>;

/// Begins a transaction whoever waits for it. sqlx takes back only what it knows to have begun: a caller who gives up
/// before the answer is here, as with a request that is broken off, would leave the connection to the next one in an
/// open transaction, whose reads are old.
async fn to_its_end(
    begin: impl Future<Output = Result<Begun, Error>> + Send + 'static,
) -> Result<Begun, Error> {
    let begun = tokio::spawn(begin).await;
    begun.map_err(|_| Error::WorkerCrashed)?
}

/// A connection of a [`Pool`].
#[derive(Debug)]
pub struct Connection {
    way: Way,
    pooler: bool,
}

#[derive(Debug)]
enum Way {
    Alone(pool::PoolConnection<Postgres>),
    Begun(sqlx::Transaction<'static, Postgres>),
}

impl Connection {
    /// The connection itself, and whether a statement on it needs a transaction around it.
    fn parts(&mut self) -> (&mut PgConnection, bool) {
        match &mut self.way {
            Way::Alone(connection) => (&mut **connection, self.pooler),
            Way::Begun(transaction) => (&mut **transaction, false),
        }
    }

    /// Runs a statement in a transaction of its own; its answer counts only once that is committed.
    async fn run<'q, E>(&mut self, query: E) -> Result<Vec<Either<PgQueryResult, PgRow>>, Error>
    where
        E: Execute<'q, Postgres> + 'q,
    {
        let query = Unnamed(query);
        let (connection, alone) = self.parts();
        if !alone {
            return connection.fetch_many(query).try_collect().await;
        }
        let mut transaction = connection.begin().await?;
        let answer = transaction.fetch_many(query).try_collect().await?;
        transaction.commit().await?;
        Ok(answer)
    }
}

/// A transaction of a [`Pool`]. Rolled back when dropped before [`Transaction::commit`].
#[derive(Debug)]
pub struct Transaction(Connection);

impl Transaction {
    /// Commits it.
    ///
    /// # Errors
    /// When the database fails; whether it is committed is unknown then.
    pub async fn commit(self) -> Result<(), Error> {
        match self.0.way {
            Way::Begun(transaction) => transaction.commit().await,
            Way::Alone(_) => Ok(()),
        }
    }

    /// Takes everything back at once.
    ///
    /// # Errors
    /// When the database fails; it is rolled back then, too.
    pub async fn rollback(self) -> Result<(), Error> {
        match self.0.way {
            Way::Begun(transaction) => transaction.rollback().await,
            Way::Alone(_) => Ok(()),
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0
    }
}

/// What statements run on, one after another: a connection of either kind.
pub(crate) trait Statements: Send {
    fn executor(&mut self) -> impl Executor<'_, Database = Postgres>;
}

impl Statements for Connection {
    fn executor(&mut self) -> impl Executor<'_, Database = Postgres> {
        self
    }
}

impl Statements for PgConnection {
    fn executor(&mut self) -> impl Executor<'_, Database = Postgres> {
        self
    }
}

/// A query whose prepared statement gets no name.
struct Unnamed<E>(E);

impl<'q, E: Execute<'q, Postgres>> Execute<'q, Postgres> for Unnamed<E> {
    fn sql(&self) -> &'q str {
        self.0.sql()
    }

    fn statement(&self) -> Option<&PgStatement<'q>> {
        self.0.statement()
    }

    fn take_arguments(
        &mut self,
    ) -> Result<Option<sqlx::postgres::PgArguments>, sqlx::error::BoxDynError> {
        self.0.take_arguments()
    }

    fn persistent(&self) -> bool {
        false
    }
}

type Answer = Either<PgQueryResult, PgRow>;

fn rows(answer: Vec<Answer>) -> BoxStream<'static, Result<Answer, Error>> {
    stream::iter(answer.into_iter().map(Ok)).boxed()
}

fn no_prepared_statements() -> Error {
    Error::Configuration("statements are not prepared by hand through a pooler".into())
}

impl<'c> Executor<'c> for &'c mut Connection {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Answer, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        if self.pooler {
            return self.run(query).map_ok(rows).try_flatten_stream().boxed();
        }
        self.parts().0.fetch_many(query)
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        'c: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        if self.pooler {
            let answer = self.run(query);
            return answer
                .map_ok(|answer| answer.into_iter().find_map(Either::right))
                .boxed();
        }
        self.parts().0.fetch_optional(query)
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement<'q>, Error>>
    where
        'c: 'e,
    {
        if self.pooler {
            return async { Err(no_prepared_statements()) }.boxed();
        }
        self.parts().0.prepare_with(sql, parameters)
    }

    fn describe<'e, 'q: 'e>(self, sql: &'q str) -> BoxFuture<'e, Result<Describe<Postgres>, Error>>
    where
        'c: 'e,
    {
        if self.pooler {
            return async { Err(no_prepared_statements()) }.boxed();
        }
        self.parts().0.describe(sql)
    }
}

impl<'p> Executor<'p> for &'_ Pool {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> BoxStream<'e, Result<Answer, Error>>
    where
        E: 'q + Execute<'q, Postgres>,
    {
        if !self.pooler {
            return (&self.connections).fetch_many(query);
        }
        let pool = self.clone();
        async move { pool.acquire().await?.run(query).await.map(rows) }
            .try_flatten_stream()
            .boxed()
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> BoxFuture<'e, Result<Option<PgRow>, Error>>
    where
        E: 'q + Execute<'q, Postgres>,
    {
        if !self.pooler {
            return (&self.connections).fetch_optional(query);
        }
        let pool = self.clone();
        async move {
            let answer = pool.acquire().await?.run(query).await?;
            Ok(answer.into_iter().find_map(Either::right))
        }
        .boxed()
    }

    fn prepare_with<'e, 'q: 'e>(
        self,
        sql: &'q str,
        parameters: &'e [PgTypeInfo],
    ) -> BoxFuture<'e, Result<PgStatement<'q>, Error>> {
        if self.pooler {
            return async { Err(no_prepared_statements()) }.boxed();
        }
        (&self.connections).prepare_with(sql, parameters)
    }

    fn describe<'e, 'q: 'e>(
        self,
        sql: &'q str,
    ) -> BoxFuture<'e, Result<Describe<Postgres>, Error>> {
        if self.pooler {
            return async { Err(no_prepared_statements()) }.boxed();
        }
        (&self.connections).describe(sql)
    }
}
