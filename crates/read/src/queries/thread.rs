//! The thread of a chat: its messages, both ways, and its acts.

use hilo_domain::{Actor, AgentId, ChatId, MessageId};
use hilo_journal::Position;
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::{ChannelScope, positioned, with_position};
use crate::KEPT_MESSAGES;
use crate::columns::{instant, json, word};
use crate::error::{PageRefusal, ReadError, database};
use crate::model::ReadModel;
use crate::page::{End, Key, MAX_PAGE, Page, Paged, Read};
use crate::rows::{ActRow, MessageRow};

impl ReadModel {
    /// A page of a chat's messages, oldest first; the newest ones unless the page says otherwise.
    /// Empty where the chat is not the viewer's to see.
    ///
    /// # Errors
    /// When the page is refused or the database fails.
    pub async fn messages(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        page: Page,
    ) -> Result<Paged<MessageRow>, ReadError> {
        let (end, size) = page.extent(End::Back)?;
        let order = match end {
            End::Front => "ASC",
            End::Back => "DESC",
        };
        let rows = format!(
            "SELECT {} FROM {{read}}.messages
             WHERE chat_id = $1 AND position > {} AND position > $3 AND position < $4
             ORDER BY position {order} LIMIT $5",
            MessageRow::COLUMNS,
            scope.shown_behind()
        );
        let statement = &positioned(&rows, &format!("ORDER BY r.position {order}"));
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(chat.as_uuid())
                    .bind(scope.bound())
                    .bind(page.after.map_or(-1, |key| key.position))
                    .bind(page.before.map_or(i64::MAX, |key| key.position))
                    .bind(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading a page of messages"))
            })
            .await?;
        let (position, messages) = with_position(&rows, MessageRow::read)
            .map_err(database("reading a page of messages"))?;
        let rows = messages
            .into_iter()
            .map(|message| (key(&message), message))
            .collect();
        Ok(Paged::of(rows, &page, end, size, position))
    }

    /// The messages around a place in a chat's thread, oldest first: half of `size` before it. None where the chat is not
    /// the viewer's to see, or the message is not kept.
    ///
    /// # Errors
    /// When more than [`MAX_PAGE`] are asked for or the database fails.
    pub async fn messages_around(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        place: ThreadPlace,
        size: usize,
    ) -> Result<Option<Paged<MessageRow>>, ReadError> {
        if size > MAX_PAGE {
            return Err(PageRefusal::TooMany { limit: MAX_PAGE }.into());
        }
        let Some(at) = self.place(scope, chat, place).await? else {
            return Ok(None);
        };
        let columns = MessageRow::COLUMNS;
        let rows = format!(
            "SELECT {columns} FROM (
                 (SELECT {columns} FROM {{read}}.messages WHERE chat_id = $1 AND position < $3
                  ORDER BY position DESC LIMIT $4)
                 UNION ALL
                 (SELECT {columns} FROM {{read}}.messages WHERE chat_id = $1 AND position >= $3
                  ORDER BY position LIMIT $5)
             ) AS m WHERE position > {}",
            scope.shown_behind()
        );
        let statement = &positioned(&rows, "ORDER BY r.position");
        let limit = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        let before = size / 2;
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(chat.as_uuid())
                    .bind(scope.bound())
                    .bind(at)
                    .bind(limit(before + 1))
                    .bind(limit(size - before + 1))
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading messages around a place"))
            })
            .await?;
        let (position, messages) = with_position(&rows, MessageRow::read)
            .map_err(database("reading messages around a place"))?;
        let earlier = messages.iter().filter(|row| row.position.0 < at).count();
        let has_previous = earlier > before;
        let has_next = messages.len() - earlier > size - before;
        let shown = messages.into_iter().skip(usize::from(has_previous));
        let rows = shown.take(earlier.min(before) + size - before);
        Ok(Some(Paged {
            rows: rows.map(|message| (key(&message), message)).collect(),
            has_next,
            has_previous,
            position,
        }))
    }

    /// Position of a place in the thread.
    async fn place(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        place: ThreadPlace,
    ) -> Result<Option<i64>, ReadError> {
        let behind = match place {
            ThreadPlace::Behind(seq) => Some(seq),
            ThreadPlace::Message(_) | ThreadPlace::FirstUnread => None,
        };
        let (sql, id) = match place {
            ThreadPlace::Message(id) => (PLACE_OF_MESSAGE, Some(id.as_uuid())),
            ThreadPlace::FirstUnread => (PLACE_OF_FIRST_UNREAD, None),
            ThreadPlace::Behind(_) => (PLACE_BEHIND, None),
        };
        let sql = &sql
            .replace("{visible}", scope.visible())
            .replace("{hidden}", scope.hidden());
        self.answer(|schema| async move {
            sqlx::query_scalar::<_, i64>(&schema.sql(sql))
                .bind(chat.as_uuid())
                .bind(scope.bound())
                .bind(id)
                .bind(behind)
                .fetch_optional(&self.pool)
                .await
                .map_err(database("looking for a place in a thread"))
        })
        .await
    }

    /// One message that is still kept, None where the chat is not the viewer's to see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn message(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        id: MessageId,
    ) -> Result<Option<MessageRow>, ReadError> {
        let one = &format!(
            "SELECT {} FROM {{read}}.messages WHERE chat_id = $1 AND id = $3
             AND position > {}",
            MessageRow::COLUMNS,
            scope.shown_behind()
        );
        let row = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(one))
                    .bind(chat.as_uuid())
                    .bind(scope.bound())
                    .bind(id.as_uuid())
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(database("reading a message"))
            })
            .await?;
        row.as_ref()
            .map(MessageRow::read)
            .transpose()
            .map_err(database("reading a message"))
    }

    /// Whether a message, also one that the thread no longer keeps, still shows what it carries: it was neither taken back
    /// nor erased, and its chat is the viewer's to see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shows_message(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        id: MessageId,
    ) -> Result<bool, ReadError> {
        let shown = &format!(
            "SELECT EXISTS (SELECT FROM {{read}}.search_messages m JOIN {{read}}.chats c ON c.id = m.chat_id
             WHERE m.chat_id = $1 AND m.id = $3 AND m.text IS NOT NULL AND m.position > {}
             AND {})",
            scope.hidden(),
            scope.visible()
        );
        self.answer(|schema| async move {
            sqlx::query_scalar(&schema.sql(shown))
                .bind(chat.as_uuid())
                .bind(scope.bound())
                .bind(id.as_uuid())
                .fetch_one(&self.pool)
                .await
                .map_err(database("asking whether a message is shown"))
        })
        .await
    }

    /// Whether an auditor's recorded look into a chat of colleagues came after a message, so that it was shown (A13).
    ///
    /// # Errors
    /// When the database fails.
    pub async fn was_audited(
        &self,
        auditor: AgentId,
        chat: ChatId,
        id: MessageId,
    ) -> Result<bool, ReadError> {
        const LOOKED: &str = "
            SELECT EXISTS (SELECT FROM {read}.acts a JOIN {read}.search_messages m ON m.chat_id = a.chat_id
            WHERE a.chat_id = $1 AND a.kind = 'audited' AND a.actor = $2 AND m.id = $3 AND m.position < a.position)";
        self.answer(|schema| async move {
            sqlx::query_scalar(&schema.sql(LOOKED))
                .bind(chat.as_uuid())
                .bind(Json(Actor::Agent { id: auditor }))
                .bind(id.as_uuid())
                .fetch_one(&self.pool)
                .await
                .map_err(database("asking whether a message was audited"))
        })
        .await
    }

    /// A page of all acts of a chat, oldest first; the newest ones unless the page says otherwise.
    /// Empty where the chat is not the viewer's to see.
    ///
    /// # Errors
    /// When the page is refused or the database fails.
    pub async fn history(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        page: Page,
    ) -> Result<Paged<ActRow>, ReadError> {
        let (end, size) = page.extent(End::Back)?;
        let order = match end {
            End::Front => "ASC",
            End::Back => "DESC",
        };
        let rows = format!(
            "SELECT chat_id AS id, chat_id, position, kind, actor, detail, at FROM {{read}}.acts
             WHERE chat_id = $1 AND position > {} AND position > $3 AND position < $4
             ORDER BY position {order} LIMIT $5",
            scope.shown_behind()
        );
        let statement = &positioned(&rows, &format!("ORDER BY r.position {order}"));
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(chat.as_uuid())
                    .bind(scope.bound())
                    .bind(page.after.map_or(-1, |key| key.position))
                    .bind(page.before.map_or(i64::MAX, |key| key.position))
                    .bind(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading a page of acts"))
            })
            .await?;
        let (position, acts) =
            with_position(&rows, act).map_err(database("reading a page of acts"))?;
        let key = |act: &ActRow| Key {
            position: act.position.0,
            id: act.chat_id.as_uuid(),
        };
        let rows = acts.into_iter().map(|act| (key(&act), act)).collect();
        Ok(Paged::of(rows, &page, end, size, position))
    }

    /// The newest 500 acts of a chat, oldest first; none where it is not the viewer's to see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn acts(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
    ) -> Result<Read<Vec<ActRow>>, ReadError> {
        let rows = format!(
            "SELECT chat_id AS id, chat_id, position, kind, actor, detail, at FROM {{read}}.acts
             WHERE chat_id = $1 AND position > {} ORDER BY position DESC LIMIT $3",
            scope.shown_behind()
        );
        let statement = &positioned(&rows, "ORDER BY r.position");
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(chat.as_uuid())
                    .bind(scope.bound())
                    .bind(KEPT_MESSAGES)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading acts"))
            })
            .await?;
        let (position, value) = with_position(&rows, act).map_err(database("reading acts"))?;
        Ok(Read { value, position })
    }
}

/// A place in a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadPlace {
    /// A message.
    Message(MessageId),
    /// The first message of the contact that no agent has read; the end of the thread where all are read.
    FirstUnread,
    /// The first message with a higher number than this; the end of the thread where there is none.
    Behind(i64),
}

const PLACE_OF_MESSAGE: &str = "
    SELECT m.position FROM {read}.messages m JOIN {read}.chats c ON c.id = m.chat_id
    WHERE m.chat_id = $1 AND m.id = $3 AND $4::int8 IS NULL AND m.position > {hidden} AND {visible}";

/// The contact's last messages are the unread ones; where more are unread than kept, the place is before all of them.
const PLACE_OF_FIRST_UNREAD: &str = "
    SELECT CASE WHEN c.unread = 0 THEN 9223372036854775807
        ELSE coalesce((SELECT position FROM {read}.messages WHERE chat_id = $1 AND direction = 'inbound' AND position > {hidden}
            ORDER BY position DESC OFFSET c.unread - 1 LIMIT 1), 0) END
    FROM {read}.chats c WHERE c.id = $1 AND $3::uuid IS NULL AND $4::int8 IS NULL AND {visible}";

const PLACE_BEHIND: &str = "
    SELECT coalesce((SELECT position FROM {read}.messages WHERE chat_id = $1 AND contact_seq > $4
        ORDER BY position LIMIT 1), 9223372036854775807)
    FROM {read}.chats c WHERE c.id = $1 AND $3::uuid IS NULL AND {visible}";

/// Where a message stands in its thread.
fn key(message: &MessageRow) -> Key {
    Key {
        position: message.position.0,
        id: message.id.as_uuid(),
    }
}

/// Reads a row of `acts`.
pub(super) fn act(row: &PgRow) -> Result<ActRow, sqlx::Error> {
    Ok(ActRow {
        chat_id: ChatId::from_uuid(row.try_get("chat_id")?),
        position: Position(row.try_get("position")?),
        kind: word(row, "kind")?,
        actor: json(row, "actor")?,
        detail: row.try_get("detail")?,
        at: instant(row, "at")?,
    })
}
