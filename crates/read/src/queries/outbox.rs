//! Messages that a messenger is to be given, channel by channel. For whoever carries them; no agent's screen.

use hilo_domain::chat::CommentPlace;
use hilo_domain::policy::Terms;
use hilo_domain::{ChannelId, ChatId, MessageId};
use hilo_journal::Position;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use uuid::Uuid;

use super::{positioned, with_position};
use crate::columns::{instant, json};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::Read;
use crate::rows::OutboxRow;

impl ReadModel {
    /// What waits to be sent through some channels behind a position, the oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn outbox(
        &self,
        channels: &[ChannelId],
        after: Position,
        limit: i64,
    ) -> Result<Read<Vec<OutboxRow>>, ReadError> {
        let statement = &positioned(WAITING, "ORDER BY r.position");
        let channels = channels
            .iter()
            .map(|channel| channel.as_uuid())
            .collect::<Vec<_>>();
        let rows = self
            .answer(|schema| {
                let channels = channels.clone();
                async move {
                    sqlx::query(&schema.sql(statement))
                        .bind(channels)
                        .bind(after.0)
                        .bind(limit)
                        .fetch_all(&self.pool)
                        .await
                        .map_err(database("reading the outbox"))
                }
            })
            .await?;
        let (position, value) =
            with_position(&rows, row).map_err(database("reading the outbox"))?;
        Ok(Read { value, position })
    }
}

const WAITING: &str = "
    SELECT o.message_id AS id, o.chat_id, o.message_id, o.channel_id, o.position, o.attempt, o.epoch,
        coalesce(c.handle, '') AS handle, m.text, m.attachments, m.terms, m.author, m.sent_at,
        m.reply_to_comment, answered.comment
    FROM {read}.outbox o
    JOIN {read}.chats c ON c.id = o.chat_id
    JOIN {read}.messages m ON m.chat_id = o.chat_id AND m.id = o.message_id
    LEFT JOIN {read}.messages answered ON answered.chat_id = m.chat_id AND answered.id = m.reply_to_comment
    WHERE o.channel_id = ANY($1) AND o.position > $2 AND m.text IS NOT NULL
    ORDER BY o.position LIMIT $3";

fn row(row: &PgRow) -> Result<OutboxRow, sqlx::Error> {
    Ok(OutboxRow {
        chat_id: ChatId::from_uuid(row.try_get("chat_id")?),
        message_id: MessageId::from_uuid(row.try_get("message_id")?),
        channel_id: ChannelId::from_uuid(row.try_get("channel_id")?),
        position: Position(row.try_get("position")?),
        attempt: u32::try_from(row.try_get::<i32, _>("attempt")?).unwrap_or_default(),
        epoch: row.try_get("epoch")?,
        handle: row.try_get("handle")?,
        text: row.try_get("text")?,
        attachments: json(row, "attachments")?,
        terms: row
            .try_get::<Option<Json<Terms>>, _>("terms")?
            .map(|terms| terms.0),
        author: json(row, "author")?,
        sent_at: instant(row, "sent_at")?,
        reply_to_comment: row
            .try_get::<Option<Uuid>, _>("reply_to_comment")?
            .map(MessageId::from_uuid),
        comment: row
            .try_get::<Option<Json<CommentPlace>>, _>("comment")?
            .map(|place| place.0),
    })
}
