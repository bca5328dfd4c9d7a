//! Queries: rows in, views out. Each enforces the viewer's channels in its SQL and carries the position of its rows.

mod busy;
mod changes;
mod chat_filter;
mod clients;
mod contact_stream;
pub(crate) mod counters;
mod due;
mod found_clients;
mod inbox;
mod internal;
mod outbox;
mod people;
mod search;
mod tags;
mod thread;

use hilo_domain::ChannelId;
use hilo_journal::Position;
use hilo_journal::pool::{Connection, Transaction};
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

pub use chat_filter::{AssigneeFilter, ChatFilter, ChatOrder, ChatStateFilter, WriterFilter};
pub use clients::{ClientKey, ClientList, ClientPage};
pub use due::DueChat;
pub use internal::MemberChat;
pub use people::ChatSearch;
pub use search::MessageSearch;
pub use thread::ThreadPlace;

use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::rows::ChatRow;
use crate::schema::Schema;

/// Which channels somebody may see (A2). Enforced in every query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelScope {
    /// All of them, also those to come.
    All,
    /// These and no other.
    Only(Vec<ChannelId>),
    /// These and no other, with everything that was ever in them, also what was deleted (H4): for auditors.
    Audited(Vec<ChannelId>),
}

impl ChannelScope {
    /// Whether a channel is in it.
    #[must_use]
    pub fn allows(&self, channel: ChannelId) -> bool {
        match self {
            Self::All => true,
            Self::Only(channels) | Self::Audited(channels) => channels.contains(&channel),
        }
    }

    /// Whether deleted chats are shown (H4).
    #[must_use]
    pub const fn sees_deleted(&self) -> bool {
        matches!(self, Self::Audited(_))
    }

    /// Condition on a row of `chats c`, for this scope bound as `$2`.
    const fn visible(&self) -> &'static str {
        match self {
            Self::All | Self::Only(_) => {
                "c.state IN ('active', 'snoozed', 'archived') AND ($2::uuid[] IS NULL OR c.channel_id = ANY($2))"
            }
            Self::Audited(_) => {
                "c.state <> 'unopened' AND ($2::uuid[] IS NULL OR c.channel_id = ANY($2))"
            }
        }
    }

    /// The position in a chat `c` behind which the viewer is shown what happened.
    const fn hidden(&self) -> &'static str {
        match self {
            Self::All | Self::Only(_) => "c.hidden",
            Self::Audited(_) => "0::int8",
        }
    }

    /// The same of the chat `$1`; NULL where it is not the viewer's to see.
    fn shown_behind(&self) -> String {
        let (hidden, visible) = (self.hidden(), self.visible());
        format!("(SELECT {hidden} FROM {{read}}.chats c WHERE c.id = $1 AND {visible})")
    }

    /// Whether a chat was deleted behind a position, so that what the viewer knew of it is not theirs to see any more.
    #[must_use]
    pub fn hides_what_was_shown(&self, chat: &ChatRow, since: Position) -> bool {
        !self.sees_deleted() && chat.hidden > since
    }

    /// Whether the viewer is shown what happened in a chat at a position.
    #[must_use]
    pub fn shows(&self, chat: &ChatRow, position: Position) -> bool {
        self.sees_deleted() || position > chat.hidden
    }

    /// As bound: NULL = all.
    fn bound(&self) -> Option<Vec<Uuid>> {
        match self {
            Self::All => None,
            Self::Only(channels) | Self::Audited(channels) => {
                Some(channels.iter().map(|channel| channel.as_uuid()).collect())
            }
        }
    }
}

/// The position that came with the rows of one statement, and the rows that are there: a statement that finds
/// nothing still answers one row, with the position and NULL for the rest.
fn with_position<T>(
    rows: &[PgRow],
    read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
) -> Result<(Position, Vec<T>), sqlx::Error> {
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let position = Position(first.try_get("read_position")?);
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        if row.try_get::<bool, _>("found")? {
            found.push(read(row)?);
        }
    }
    Ok((position, found))
}

/// Wraps a query of rows into one that also answers the position of the same snapshot.
fn positioned(rows: &str, order: &str) -> String {
    format!(
        "SELECT p.position AS read_position, r.id IS NOT NULL AS found, r.*
         FROM (SELECT position FROM {{read}}.progress) AS p LEFT JOIN LATERAL ({rows}) AS r ON true {order}"
    )
}

/// How far the rows reach in the snapshot of `conn`.
async fn position(schema: &Schema, conn: &mut Connection) -> Result<Position, ReadError> {
    sqlx::query_scalar(&schema.sql("SELECT position FROM {read}.progress"))
        .fetch_one(conn)
        .await
        .map(Position)
        .map_err(database("asking for the position"))
}

impl ReadModel {
    /// A transaction in which several statements see one snapshot, and how far its rows reach.
    async fn snapshot(
        &self,
        schema: &Schema,
        doing: &'static str,
    ) -> Result<(Transaction, Position), ReadError> {
        self.begin(SNAPSHOT, schema, doing).await
    }

    /// The same for a search: every row is found by a key or an index, whatever the planner believes. It takes a
    /// beginning of a word to be in a fiftieth of all rows, and would read whole tables for one of a hundred thousand, or
    /// compile a plan for longer than it runs.
    async fn search_snapshot(
        &self,
        schema: &Schema,
        doing: &'static str,
    ) -> Result<(Transaction, Position), ReadError> {
        self.begin(SEARCH_SNAPSHOT, schema, doing).await
    }

    async fn begin(
        &self,
        statements: &'static str,
        schema: &Schema,
        doing: &'static str,
    ) -> Result<(Transaction, Position), ReadError> {
        let begun = self.pool.begin_with(statements).await;
        let mut tx = begun.map_err(database(doing))?;
        let position = position(schema, &mut tx).await?;
        Ok((tx, position))
    }
}

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Sent as one: the settings end with the transaction and cost no round trip.
const SEARCH_SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL enable_seqscan = off;
    SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL jit = off";
