//! The PostgreSQL schemas that hold rows: their names, their creation, and which of several is live.
//! The one place where a schema's name is put into SQL text.

use std::fmt::Write;
use std::sync::Arc;

use hilo_journal::Position;
use sha2::{Digest, Sha256};
use sqlx::{Executor, PgConnection, PgPool};

use crate::columns::words;
use crate::error::{ReadError, database};

/// The tables, with `{read}` where the schema's name goes.
const TABLES: &str = include_str!("../schema.sql");

/// What a rebuild makes after the bulk of the rows.
pub(crate) const INDEXES: &str = include_str!("../indexes.sql");

/// Raised when a projection makes other rows of the same events, so that rows of both kinds never mix.
const PROJECTIONS: u32 = 1;

/// Advisory lock under which schemas are created: two processes may start at once.
const CREATION: i64 = 0x6869_6c6f_5f72_6561;

/// How long a drop may wait for readers; readers wait behind it for as long.
const DROP_WITHIN: &str = "SET LOCAL lock_timeout = '200ms'";

words! {
    /// What a schema is for.
    Stage {
        /// A rebuild fills it; nobody reads it.
        Filling = "filling",
        /// Queries are answered from it.
        Live = "live",
        /// Another has taken its place; it gets no more rows.
        Retired = "retired",
    }
}

/// A schema `read_<hash>_<n>`: hash of the tables and projections, n counts rebuilds. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Schema(Arc<str>);

impl Schema {
    /// The schema of this name, if it is one of a read model, of whichever version.
    fn parse(name: &str) -> Option<Self> {
        let (hash, number) = name.strip_prefix("read_")?.split_once('_')?;
        let fits = hash.len() == 8
            && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
            && number.parse::<u32>().is_ok();
        fits.then(|| Self(name.into()))
    }

    fn numbered(number: u32) -> Self {
        Self(format!("read_{}_{number}", hash()).into())
    }

    /// The name, which is also the projector's.
    pub(crate) fn name(&self) -> &str {
        &self.0
    }

    /// The number, if the schema is of this program's hash.
    pub(crate) fn number(&self) -> Option<u32> {
        let (own, number) = self.0.rsplit_once('_')?;
        (own == format!("read_{}", hash()))
            .then(|| number.parse().ok())
            .flatten()
    }

    /// Name of the lease under which schemas of this version are filled.
    pub(crate) fn filler(&self) -> String {
        let version = self
            .0
            .rsplit_once('_')
            .map_or(&*self.0, |(version, _)| version);
        format!("{version}/fill")
    }

    /// The same for this program's version.
    pub(crate) fn own_filler() -> String {
        Self::numbered(0).filler()
    }

    /// The text with the schema's name in it. Values never go this way: they are bound.
    pub(crate) fn sql(&self, text: &str) -> String {
        text.replace("{read}", &self.0)
    }

    /// Every schema of a read model, of whichever version, sorted by name.
    pub(crate) async fn all(conn: &mut PgConnection) -> Result<Vec<Self>, ReadError> {
        let names = sqlx::query_scalar::<_, String>(
            "SELECT nspname::text FROM pg_namespace WHERE starts_with(nspname::text, 'read_') ORDER BY nspname",
        )
        .fetch_all(conn)
        .await
        .map_err(database("looking for the schema"))?;
        Ok(names.iter().filter_map(|name| Self::parse(name)).collect())
    }

    /// The schemas of this program's hash, the highest number first.
    async fn own(conn: &mut PgConnection) -> Result<Vec<Self>, ReadError> {
        let mut own = Self::all(conn).await?;
        own.retain(|schema| schema.number().is_some());
        own.sort_by_key(|schema| std::cmp::Reverse(schema.number()));
        Ok(own)
    }

    /// The highest numbered schema of this hash that is at `stage`.
    pub(crate) async fn at(
        stage: Stage,
        conn: &mut PgConnection,
    ) -> Result<Option<Self>, ReadError> {
        for schema in Self::own(conn).await? {
            match schema.stage(conn).await {
                Ok((_, found)) if found == stage => return Ok(Some(schema)),
                Ok(_) => {}
                // Dropped since its name was read.
                Err(error) if error.is_gone() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// How far the rows reach and what the schema is for.
    pub(crate) async fn stage(
        &self,
        conn: &mut PgConnection,
    ) -> Result<(Position, Stage), ReadError> {
        let sql = self.sql("SELECT position, stage FROM {read}.progress");
        let doing = "asking for the schema's stage";
        let (position, stage) = sqlx::query_as::<_, (i64, String)>(&sql)
            .fetch_one(conn)
            .await
            .map_err(database(doing))?;
        let stage = stage
            .parse()
            .map_err(|word| database(doing)(sqlx::Error::Decode(Box::new(word))))?;
        Ok((Position(position), stage))
    }

    /// Locks the rows: the projector waits at its next batch until the transaction ends.
    pub(crate) async fn stand_still(&self, conn: &mut PgConnection) -> Result<(), ReadError> {
        sqlx::query(&self.sql("SELECT FROM {read}.progress FOR UPDATE"))
            .execute(conn)
            .await
            .map_err(database("waiting for the projector"))?;
        Ok(())
    }

    /// Moves the schema to a stage.
    pub(crate) async fn move_to(
        &self,
        stage: Stage,
        conn: &mut PgConnection,
    ) -> Result<(), ReadError> {
        sqlx::query(&self.sql("UPDATE {read}.progress SET stage = $1"))
            .bind(stage.word())
            .execute(conn)
            .await
            .map_err(database("moving a schema to its next stage"))?;
        Ok(())
    }

    /// The live schema of this program's hash; where there is none and `from_nothing`, an empty one is made.
    pub(crate) async fn find(pool: &PgPool, from_nothing: bool) -> Result<Option<Self>, ReadError> {
        let mut conn = pool.acquire().await.map_err(database("connecting"))?;
        let live = Self::at(Stage::Live, &mut conn).await?;
        drop(conn);
        if live.is_some() || !from_nothing {
            return Ok(live);
        }
        let mut tx = creation(pool).await?;
        if let Some(live) = Self::at(Stage::Live, &mut tx).await? {
            return Ok(Some(live));
        }
        let schema = Self::create(&mut tx).await?;
        schema.index(&mut tx).await?;
        schema.move_to(Stage::Live, &mut tx).await?;
        tx.commit().await.map_err(database("creating the schema"))?;
        Ok(Some(schema))
    }

    /// The schema that a rebuild which did not end was filling, else a new one.
    pub(crate) async fn to_fill(pool: &PgPool) -> Result<Self, ReadError> {
        let mut tx = creation(pool).await?;
        if let Some(begun) = Self::at(Stage::Filling, &mut tx).await? {
            return Ok(begun);
        }
        let schema = Self::create(&mut tx).await?;
        tx.commit().await.map_err(database("creating the schema"))?;
        Ok(schema)
    }

    async fn create(conn: &mut PgConnection) -> Result<Self, ReadError> {
        let highest = Self::own(conn).await?.first().and_then(Self::number);
        let schema = Self::numbered(highest.unwrap_or(0).saturating_add(1));
        let create = schema.sql(&format!("CREATE SCHEMA {{read}};\n{TABLES}"));
        conn.execute(create.as_str())
            .await
            .map_err(database("creating the schema"))?;
        tracing::info!(
            schema.name = schema.name(),
            "creating a schema of the read model"
        );
        Ok(schema)
    }

    /// Makes the indexes while there are no rows yet; where there are, see [`crate::indexing`].
    async fn index(&self, tx: &mut PgConnection) -> Result<(), ReadError> {
        tx.execute(self.sql(INDEXES).as_str())
            .await
            .map_err(database("making the indexes"))?;
        Ok(())
    }

    /// Drops the schema with its rows. Fails rather than let readers wait behind it.
    pub(crate) async fn drop(&self, pool: &PgPool) -> Result<(), ReadError> {
        let doing = "dropping a schema that nobody uses";
        let mut tx = pool.begin().await.map_err(database(doing))?;
        tx.execute(DROP_WITHIN).await.map_err(database(doing))?;
        tx.execute(self.sql("DROP SCHEMA IF EXISTS {read} CASCADE").as_str())
            .await
            .map_err(database(doing))?;
        tx.commit().await.map_err(database(doing))
    }
}

/// A transaction in which no other process creates a schema.
async fn creation(pool: &PgPool) -> Result<sqlx::Transaction<'static, sqlx::Postgres>, ReadError> {
    let mut tx = pool
        .begin()
        .await
        .map_err(database("beginning to create the schema"))?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(CREATION)
        .execute(&mut *tx)
        .await
        .map_err(database(
            "waiting for another process that creates the schema",
        ))?;
    Ok(tx)
}

/// First 8 hex digits of SHA-256 over the tables, the indexes and the projections' version.
fn hash() -> String {
    let digest = Sha256::new()
        .chain_update(TABLES)
        .chain_update(INDEXES)
        .chain_update(PROJECTIONS.to_be_bytes())
        .finalize();
    digest.iter().take(4).fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_schemas_of_a_read_model_are_taken_for_one() {
        for name in ["read_0a1b2c3d_1", "read_ffffffff_4294967295"] {
            assert_eq!(Schema::parse(name).unwrap().name(), name);
        }
        for name in [
            "read_0a1b2c3d",
            "read_0a1b2c3d_",
            "read_0a1b2c3d_-1",
            "read_0a1b2c3d_1\"; x",
            "read_xyz_1",
            "readers_0a1b2c3d_1",
            "public",
        ] {
            assert_eq!(Schema::parse(name), None, "{name}");
        }
        assert_eq!(Schema::numbered(7).number(), Some(7));
        assert_eq!(Schema::parse("read_00000000_7").unwrap().number(), None);
    }
}
