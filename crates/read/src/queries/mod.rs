//! Queries: rows in, views out. Each enforces the viewer's channels in its SQL and carries the position of its rows.

mod busy;
mod changes;
mod chat_filter;
mod clients;
mod contact_stream;
pub(crate) mod counters;
mod due;
mod inbox;
mod internal;
mod outbox;
mod people;
mod search;
mod tags;
mod thread;

use hilo_domain::ChannelId;
use hilo_journal::Position;
use hilo_journal::pool::Connection;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

pub use chat_filter::{AssigneeFilter, ChatFilter, ChatOrder, ChatStateFilter, WriterFilter};
pub use clients::{ClientKey, ClientList, ClientPage};
pub use due::DueChat;
pub use internal::MemberChat;
pub use search::MessageSearch;
pub use thread::ThreadPlace;

use crate::error::{ReadError, database};
use crate::schema::Schema;

/// Which channels somebody may see (A2). Enforced in every query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelScope {
    /// All of them, also those to come.
    All,
    /// These and no other.
    Only(Vec<ChannelId>),
}

impl ChannelScope {
    /// Whether a channel is in it.
    #[must_use]
    pub fn allows(&self, channel: ChannelId) -> bool {
        match self {
            Self::All => true,
            Self::Only(channels) => channels.contains(&channel),
        }
    }

    /// As bound: NULL = all.
    fn bound(&self) -> Option<Vec<Uuid>> {
        match self {
            Self::All => None,
            Self::Only(channels) => {
                Some(channels.iter().map(|channel| channel.as_uuid()).collect())
            }
        }
    }
}

/// Condition on a row of `chats c` for a scope bound as `$2`.
const VISIBLE: &str = "c.state <> 'unopened' AND ($2::uuid[] IS NULL OR c.channel_id = ANY($2))";

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

/// Begins a transaction in which several statements see one snapshot.
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
