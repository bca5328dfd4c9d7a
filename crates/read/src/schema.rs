//! The PostgreSQL schema that holds the rows: its name, its creation, and which of several is live.
//! The one place where the schema's name is put into SQL text.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use sqlx::{Executor, PgConnection, PgPool};

use crate::error::{ReadError, database};

/// The tables, with `{read}` where the schema's name goes.
const TABLES: &str = include_str!("../schema.sql");

/// Raised when a projection makes other rows of the same events, so that rows of both kinds never mix.
const PROJECTIONS: u32 = 1;

/// Advisory lock under which schemas are created: two processes may start at once.
const CREATION: i64 = 0x6869_6c6f_5f72_6561;

/// A schema `read_<hash>_<n>`: hash of the tables and projections, n counts rebuilds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schema(String);

impl Schema {
    /// The name, which is also the projector's.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// The text with the schema's name in it. Values never go this way: they are bound.
    pub(crate) fn sql(&self, text: &str) -> String {
        text.replace("{read}", &self.0)
    }

    /// The live schema of this program's hash, made when there is none.
    pub(crate) async fn find_or_create(pool: &PgPool) -> Result<Self, ReadError> {
        let mut conn = pool.acquire().await.map_err(database("connecting"))?;
        if let Some(schema) = live(&mut conn).await? {
            return Ok(schema);
        }
        drop(conn);
        let mut tx = pool
            .begin()
            .await
            .map_err(database("beginning to create the schema"))?;
        let lock = sqlx::query("SELECT pg_advisory_xact_lock($1)")
            .bind(CREATION)
            .execute(&mut *tx)
            .await;
        lock.map_err(database(
            "waiting for another process that creates the schema",
        ))?;
        if let Some(schema) = live(&mut tx).await? {
            return Ok(schema);
        }
        let schema = Self(format!("read_{}_1", hash()));
        let create = schema.sql(&format!("CREATE SCHEMA {{read}};\n{TABLES}"));
        tx.execute(create.as_str())
            .await
            .map_err(database("creating the schema"))?;
        tx.commit().await.map_err(database("creating the schema"))?;
        tracing::info!(
            schema.name = schema.name(),
            "created the read model's schema"
        );
        Ok(schema)
    }
}

/// The highest numbered schema of this hash that is live.
async fn live(conn: &mut PgConnection) -> Result<Option<Schema>, ReadError> {
    let prefix = format!("read_{}_", hash());
    let names = sqlx::query_scalar::<_, String>(
        "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, $1)",
    )
    .bind(&prefix)
    .fetch_all(&mut *conn)
    .await
    .map_err(database("looking for the schema"))?;
    let mut numbers = names
        .iter()
        .filter_map(|name| name.strip_prefix(&prefix)?.parse::<u32>().ok())
        .collect::<Vec<_>>();
    numbers.sort_unstable_by(|a, b| b.cmp(a));
    for number in numbers {
        let schema = Schema(format!("{prefix}{number}"));
        let live = sqlx::query_scalar::<_, bool>(&schema.sql("SELECT live FROM {read}.progress"))
            .fetch_one(&mut *conn)
            .await
            .map_err(database("asking whether the schema is live"))?;
        if live {
            return Ok(Some(schema));
        }
    }
    Ok(None)
}

/// First 8 hex digits of SHA-256 over the tables and the projections' version.
fn hash() -> String {
    let digest = Sha256::new()
        .chain_update(TABLES)
        .chain_update(PROJECTIONS.to_be_bytes())
        .finalize();
    digest.iter().take(4).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
