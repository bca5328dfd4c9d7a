//! Counters by channel: as many rows as channels, however many chats.

use hilo_domain::ChannelId;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{ChannelScope, positioned, with_position};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::Read;
use crate::rows::{ChannelCounters, CountersRow};

impl CountersRow {
    /// What a viewer with this scope may know of them.
    #[must_use]
    pub fn within(&self, scope: &ChannelScope) -> Self {
        let seen = self
            .channels
            .iter()
            .filter(|counters| scope.allows(counters.channel_id));
        Self {
            channels: seen.copied().collect(),
        }
    }
}

impl ReadModel {
    /// The counters of the viewer's channels, sorted by channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counters(&self, scope: &ChannelScope) -> Result<Read<CountersRow>, ReadError> {
        let rows = "SELECT channel_id AS id, active, archived, unread, unanswered, unread_messages
                    FROM {read}.counters WHERE $1::uuid[] IS NULL OR channel_id = ANY($1)";
        let statement = &positioned(rows, "ORDER BY r.id");
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(scope.bound())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading counters"))
            })
            .await?;
        let (position, channels) =
            with_position(&rows, read).map_err(database("reading counters"))?;
        Ok(Read {
            value: CountersRow { channels },
            position,
        })
    }
}

/// Reads a row of `counters` whose channel is called `id`.
pub(crate) fn read(row: &PgRow) -> Result<ChannelCounters, sqlx::Error> {
    Ok(ChannelCounters {
        channel_id: ChannelId::from_uuid(row.try_get("id")?),
        active: row.try_get("active")?,
        archived: row.try_get("archived")?,
        unread: row.try_get("unread")?,
        unanswered: row.try_get("unanswered")?,
        unread_messages: row.try_get("unread_messages")?,
    })
}
