//! What the contact's own window shows, behind a number. Asked on the contact's behalf, so there is no scope.

use hilo_domain::ChatId;
use hilo_journal::Position;
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::columns::{instant, json};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::rows::ContactItemRow;

impl ReadModel {
    /// The items behind `after_seq` in order, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn contact_items(
        &self,
        chat: ChatId,
        after_seq: u64,
        limit: i64,
    ) -> Result<Vec<ContactItemRow>, ReadError> {
        let statement = "SELECT chat_id, seq, kind, data, position, at FROM {read}.contact_items
             WHERE chat_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(chat.as_uuid())
                    .bind(i64::try_from(after_seq).unwrap_or(i64::MAX))
                    .bind(limit)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading a contact's items"))
            })
            .await?;
        rows.iter()
            .map(item)
            .collect::<Result<_, _>>()
            .map_err(database("reading a contact's items"))
    }
}

/// Reads a row of `contact_items`.
pub(super) fn item(row: &PgRow) -> Result<ContactItemRow, sqlx::Error> {
    Ok(ContactItemRow {
        chat_id: ChatId::from_uuid(row.try_get("chat_id")?),
        seq: row.try_get("seq")?,
        kind: row.try_get("kind")?,
        data: json(row, "data")?,
        position: Position(row.try_get("position")?),
        at: instant(row, "at")?,
    })
}
