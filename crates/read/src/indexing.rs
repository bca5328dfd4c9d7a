//! What a schema gets when the bulk of its rows is there: indexes, and a look of the planner at the tables.
//! Two connections share the work, because one of them keeps no more than one core busy.

use std::sync::{Mutex, PoisonError};
use std::vec::IntoIter;

use sqlx::{Connection, Executor, PgPool};

use crate::error::{ReadError, database};
use crate::schema::{INDEXES, Schema};

/// However long it takes. Words of many messages are sorted in that memory: with less, the same pages are written again
/// and again.
const WITHOUT_HASTE: &str =
    "SET LOCAL statement_timeout = 0; SET LOCAL maintenance_work_mem = '256MB'";

/// Makes the indexes that are not there yet, then has the tables analyzed, so that the first questions after a swap are
/// answered as the later ones.
pub(crate) async fn index(schema: &Schema, pool: &PgPool) -> Result<(), ReadError> {
    let indexes = statements().map(|statement| schema.sql(statement));
    share(pool, "making the indexes", indexes.collect()).await?;
    let doing = "looking at the rows";
    // Quoted by the server, as ANALYZE needs them; the largest first.
    let tables = sqlx::query_scalar::<_, String>(
        "SELECT format('ANALYZE %I.%I', n.nspname, c.relname) FROM pg_class AS c
         JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relpages DESC, c.relname",
    )
    .bind(schema.name())
    .fetch_all(pool)
    .await
    .map_err(database(doing))?;
    share(pool, doing, tables).await
}

/// Every statement of the text; those for words first, as they take longest.
fn statements() -> impl Iterator<Item = &'static str> {
    let all = || INDEXES.lines().filter(|line| line.starts_with("CREATE"));
    let of_words = |line: &&str| line.contains(" gin (words)");
    all()
        .filter(of_words)
        .chain(all().filter(move |line| !of_words(line)))
}

/// Runs statements in two transactions, each taking the next one that is left.
async fn share(
    pool: &PgPool,
    doing: &'static str,
    statements: Vec<String>,
) -> Result<(), ReadError> {
    let left = Mutex::new(statements.into_iter());
    tokio::try_join!(work(pool, doing, &left), work(pool, doing, &left))?;
    Ok(())
}

async fn work(
    pool: &PgPool,
    doing: &'static str,
    left: &Mutex<IntoIter<String>>,
) -> Result<(), ReadError> {
    let mut conn = pool.acquire().await.map_err(database("connecting"))?;
    // Were it dropped while the transaction begins, the driver would hand it back with that transaction open.
    conn.close_on_drop();
    let mut tx = conn.begin().await.map_err(database(doing))?;
    tx.execute(WITHOUT_HASTE).await.map_err(database(doing))?;
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    while let Some(statement) = next() {
        tx.execute(statement.as_str())
            .await
            .map_err(database(doing))?;
    }
    tx.commit().await.map_err(database(doing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_made_once() {
        let mut ours = statements().collect::<Vec<_>>();
        assert!(ours.iter().all(|statement| statement.ends_with(';')));
        assert!(ours[0].contains(" gin (words)"));
        ours.sort_unstable();
        ours.dedup();
        let lines = INDEXES.lines().filter(|line| !line.starts_with("--"));
        let mut text = lines.collect::<Vec<_>>().join("\n");
        for statement in &ours {
            text = text.replacen(statement, "", 1);
        }
        assert_eq!(text.trim(), "");
    }
}
