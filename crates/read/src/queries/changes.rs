//! What changed behind a position, in absolute values: what live updates and catching up are made of.

use std::sync::Arc;

use hilo_domain::ChatId;
use hilo_journal::Position;
use hilo_journal::pool::Connection;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::{ChannelScope, contact_stream, counters, thread};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::projections::chats::ChatRecord;
use crate::rows::{Changes, ChatChanges, MessageRow};
use crate::schema::Schema;

const DOING: &str = "reading changes";

impl ReadModel {
    /// All rows that changed behind `after`, whoever may see them, with the counters of all channels. Where more
    /// than `limit_rows` changed, only some are given and `complete` is false.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn changes(&self, after: Position, limit_rows: i64) -> Result<Changes, ReadError> {
        self.answer(|schema| async move { self.changes_in(&schema, after, limit_rows).await })
            .await
    }

    async fn changes_in(
        &self,
        schema: &Schema,
        after: Position,
        limit_rows: i64,
    ) -> Result<Changes, ReadError> {
        let mut left = Left {
            after,
            rows: limit_rows,
        };
        let (mut tx, position) = self.snapshot(schema, DOING).await?;
        let mut chats = Vec::new();
        for row in changed(schema, &mut tx, CHATS, &mut left).await? {
            let view = ChatRecord::read(&row).map_err(database(DOING))?.view();
            chats.extend(view.map(Arc::new));
        }
        let messages = changed(schema, &mut tx, MESSAGES, &mut left).await?;
        let acts = changed(schema, &mut tx, ACTS, &mut left).await?;
        let items = changed(schema, &mut tx, ITEMS, &mut left).await?;
        let access = changed(schema, &mut tx, ACCESS, &mut left).await?;
        let counted = counters::all(schema, &mut tx).await?;
        tx.rollback().await.map_err(database(DOING))?;
        let mut changes = Changes {
            position,
            chats,
            messages: all(&messages, shared(MessageRow::read))?,
            acts: all(&acts, shared(thread::act))?,
            items: all(&items, contact_stream::item)?,
            counters: counted.channels,
            agent_counters: Some(counted.own),
            access: all(&access, |row| {
                Ok((row.try_get("agent_id")?, Position(row.try_get("changed")?)))
            })?,
            complete: left.rows >= 0,
        };
        changes.chats.sort_unstable_by_key(|chat| chat.id);
        changes
            .messages
            .sort_unstable_by_key(|message| (message.chat_id, message.position));
        changes
            .acts
            .sort_unstable_by_key(|act| (act.chat_id, act.position));
        changes
            .items
            .sort_unstable_by_key(|item| (item.chat_id, item.seq));
        Ok(changes)
    }

    /// What changed in one chat behind `after`; no chat and no rows where it is not the viewer's to see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat_changes(
        &self,
        scope: &ChannelScope,
        chat: ChatId,
        after: Position,
    ) -> Result<ChatChanges, ReadError> {
        self.answer(|schema| async move { self.chat_changes_in(&schema, scope, chat, after).await })
            .await
    }

    async fn chat_changes_in(
        &self,
        schema: &Schema,
        scope: &ChannelScope,
        chat: ChatId,
        after: Position,
    ) -> Result<ChatChanges, ReadError> {
        let (mut tx, position) = self.snapshot(schema, DOING).await?;
        let sql = format!(
            "SELECT {} FROM {{read}}.chats c WHERE c.id = $1 AND {}",
            ChatRecord::COLUMNS,
            scope.visible()
        );
        let row = sqlx::query(&schema.sql(&sql))
            .bind(chat.as_uuid())
            .bind(scope.bound())
            .fetch_optional(&mut *tx)
            .await
            .map_err(database(DOING))?;
        let view = row
            .as_ref()
            .map(ChatRecord::read)
            .transpose()
            .map_err(database(DOING))?
            .and_then(ChatRecord::view)
            .map(Arc::new);
        let (mut messages, mut acts) = (Vec::new(), Vec::new());
        if let Some(row) = &view {
            let sql = format!(
                "SELECT {} FROM {{read}}.messages WHERE chat_id = $1 AND changed > $2 ORDER BY position",
                MessageRow::COLUMNS
            );
            let bound = (chat.as_uuid(), after.0);
            let rows = sqlx::query(&schema.sql(&sql))
                .bind(bound.0)
                .bind(bound.1)
                .fetch_all(&mut *tx)
                .await;
            messages = all(&rows.map_err(database(DOING))?, shared(MessageRow::read))?;
            let sql = "SELECT chat_id, position, kind, actor, detail, at FROM {read}.acts
                       WHERE chat_id = $1 AND position > $2 ORDER BY position";
            let rows = sqlx::query(&schema.sql(sql))
                .bind(bound.0)
                .bind(bound.1)
                .fetch_all(&mut *tx)
                .await;
            acts = all(&rows.map_err(database(DOING))?, shared(thread::act))?;
            // A receipt may still touch what was deleted.
            messages.retain(|message| scope.shows(row, message.position));
            acts.retain(|act| scope.shows(row, act.position));
        }
        tx.rollback().await.map_err(database(DOING))?;
        Ok(ChatChanges {
            position,
            chat: view,
            messages,
            acts,
        })
    }
}

/// Rows of one table that changed, at most one more than are left.
async fn changed(
    schema: &Schema,
    tx: &mut Connection,
    query: Query,
    left: &mut Left,
) -> Result<Vec<PgRow>, ReadError> {
    let Query {
        columns,
        table,
        changed,
    } = query;
    let sql = format!(
        "SELECT {columns} FROM {{read}}.{table} WHERE {changed} > $1 ORDER BY {changed} LIMIT $2"
    );
    let rows = sqlx::query(&schema.sql(&sql))
        .bind(left.after.0)
        .bind(left.rows.max(0).saturating_add(1))
        .fetch_all(tx)
        .await
        .map_err(database(DOING))?;
    left.rows -= i64::try_from(rows.len()).unwrap_or(i64::MAX);
    Ok(rows)
}

/// Where changes begin and how many rows may still be given; negative = there were more.
struct Left {
    after: Position,
    rows: i64,
}

/// How the changed rows of a table are found.
#[derive(Clone, Copy)]
struct Query {
    columns: &'static str,
    table: &'static str,
    changed: &'static str,
}

const CHATS: Query = Query {
    columns: ChatRecord::COLUMNS,
    table: "chats",
    changed: "changed",
};
const MESSAGES: Query = Query {
    columns: MessageRow::COLUMNS,
    table: "messages",
    changed: "changed",
};
const ACTS: Query = Query {
    columns: "chat_id, position, kind, actor, detail, at",
    table: "acts",
    changed: "position",
};
const ITEMS: Query = Query {
    columns: "chat_id, seq, kind, data, position, at",
    table: "contact_items",
    changed: "position",
};
const ACCESS: Query = Query {
    columns: "agent_id, changed",
    table: "access",
    changed: "changed",
};
/// Reads a row that many are told of.
fn shared<T>(
    read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
) -> impl Fn(&PgRow) -> Result<Arc<T>, sqlx::Error> {
    move |row| read(row).map(Arc::new)
}

fn all<T>(
    rows: &[PgRow],
    read: impl Fn(&PgRow) -> Result<T, sqlx::Error>,
) -> Result<Vec<T>, ReadError> {
    rows.iter()
        .map(read)
        .collect::<Result<_, _>>()
        .map_err(database(DOING))
}
