//! The tags in use, of the viewer's channels.

use sqlx::Row;

use super::{ChannelScope, positioned, with_position};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::Read;
use crate::rows::TagRow;

/// Most tags of one answer: the most used ones.
const MOST: i64 = 500;
const DOING: &str = "reading tags";

impl ReadModel {
    /// The tags of the viewer's chats, the most used ones first, at most 500.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn tags(&self, scope: &ChannelScope) -> Result<Read<Vec<TagRow>>, ReadError> {
        let statement = &positioned(
            "SELECT t.tag AS id, t.tag, sum(t.chats)::int8 AS chats FROM {read}.tags t
             WHERE t.chats > 0 AND ($1::uuid[] IS NULL OR t.channel_id = ANY($1))
             GROUP BY t.tag ORDER BY chats DESC, t.tag LIMIT $2",
            "ORDER BY r.chats DESC, r.tag",
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(scope.bound())
                    .bind(MOST)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let (position, value) = with_position(&rows, |row| {
            Ok(TagRow {
                tag: row.try_get("tag")?,
                chats: row.try_get("chats")?,
            })
        })
        .map_err(database(DOING))?;
        Ok(Read { value, position })
    }
}
