//! What time does to chats: whose snooze is over, and where nothing happened for long. Asked by Hilo itself for all
//! channels, so there is no scope. The answer is a guess of what is due: the chat decides.

use hilo_domain::{ChannelId, ChatId};
use hilo_journal::Position;
use jiff::Timestamp;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::columns::{bound, instant};
use crate::error::{ReadError, database};
use crate::model::ReadModel;

/// Chats answered at once.
const LIMIT: i64 = 200;

/// Whose snooze is over.
const SNOOZES: &str = "SELECT id, channel_id, snoozed_until AS at, snoozed AS position FROM {read}.chats
    WHERE snoozed_until <= $1 AND (snoozed_until, id) > ($2, $3) ORDER BY snoozed_until, id LIMIT $4";

/// Where nothing happened.
const IDLE: &str = "SELECT id, channel_id, last_activity_at AS at, last_activity AS position FROM {read}.chats
    WHERE state = 'active' AND snoozed IS NULL AND channel_kind IS DISTINCT FROM 'internal' AND last_activity_at <= $1 AND (last_activity_at, id) > ($2, $3)
    ORDER BY last_activity_at, id LIMIT $4";

/// The same, but for those that wait for an answer.
const ANSWERED_IDLE: &str = "SELECT id, channel_id, last_activity_at AS at, last_activity AS position FROM {read}.chats
    WHERE state = 'active' AND snoozed IS NULL AND NOT unanswered AND channel_kind IS DISTINCT FROM 'internal' AND last_activity_at <= $1
    AND (last_activity_at, id) > ($2, $3) ORDER BY last_activity_at, id LIMIT $4";

/// Before every chat: the year 1.
const FIRST: Timestamp = Timestamp::constant(-62_135_596_800, 0);

/// A chat that may be due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueChat {
    /// Which.
    pub chat_id: ChatId,
    /// Its channel.
    pub channel_id: ChannelId,
    /// The end of its snooze, or its last activity.
    pub at: Timestamp,
    /// Position of the event that said so.
    pub position: Position,
}

impl ReadModel {
    /// Chats whose snooze ended by `now`, the longest ago first, behind one of them; at most 200.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ended_snoozes(
        &self,
        now: Timestamp,
        behind: Option<DueChat>,
    ) -> Result<Vec<DueChat>, ReadError> {
        self.due(SNOOZES, now, behind).await
    }

    /// Active chats, none of them snoozed, with no activity since `since`, those that wait for an answer only where they are
    /// wanted; order and number as above.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn idle_chats(
        &self,
        since: Timestamp,
        unanswered: bool,
        behind: Option<DueChat>,
    ) -> Result<Vec<DueChat>, ReadError> {
        let statement = if unanswered { IDLE } else { ANSWERED_IDLE };
        self.due(statement, since, behind).await
    }

    async fn due(
        &self,
        statement: &str,
        by: Timestamp,
        behind: Option<DueChat>,
    ) -> Result<Vec<DueChat>, ReadError> {
        let doing = "asking which chats are due";
        let (at, id) = behind.map_or((FIRST, Uuid::nil()), |last| {
            (last.at, last.chat_id.as_uuid())
        });
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(bound(by))
                    .bind(bound(at))
                    .bind(id)
                    .bind(LIMIT)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(doing))
            })
            .await?;
        let due = rows.iter().map(due).collect::<Result<_, _>>();
        due.map_err(database(doing))
    }
}

fn due(row: &PgRow) -> Result<DueChat, sqlx::Error> {
    Ok(DueChat {
        chat_id: ChatId::from_uuid(row.try_get("id")?),
        channel_id: ChannelId::from_uuid(row.try_get("channel_id")?),
        at: instant(row, "at")?,
        position: Position(row.try_get("position")?),
    })
}
