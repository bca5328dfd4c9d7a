//! What somebody has not read among colleagues (A13). Each chat is on a channel of its own, and only the viewer's are
//! asked for: as many rows as chats they belong to.

use hilo_domain::{AgentId, ChannelId, ChatId};
use hilo_journal::Position;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{positioned, with_position};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::Read;

const DOING: &str = "reading colleagues' chats";

/// A chat of colleagues as one of its members has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberChat {
    /// Which.
    pub chat_id: ChatId,
    /// Whether it is in the inbox, not in the archive.
    pub active: bool,
    /// What they have not read.
    pub unread: i32,
    /// Position of its last event.
    pub changed: Position,
}

const OF_MEMBER: &str =
    "SELECT c.id, c.state, c.changed, (c.own #>> ARRAY[$2, 'member', 'unread'])::int4 AS unread
     FROM {read}.chats c WHERE c.channel_id = ANY($1) AND c.own #> ARRAY[$2, 'member'] IS NOT NULL";

impl ReadModel {
    /// The chats of colleagues that an agent belongs to, by id. `channels`: theirs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn member_chats(
        &self,
        agent: AgentId,
        channels: &[ChannelId],
    ) -> Result<Read<Vec<MemberChat>>, ReadError> {
        let statement = &positioned(OF_MEMBER, "ORDER BY r.id");
        let channels = channels.iter().map(|channel| channel.as_uuid());
        let channels = &channels.collect::<Vec<Uuid>>();
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(channels)
                    .bind(agent.to_string())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let (position, value) = with_position(&rows, read).map_err(database(DOING))?;
        Ok(Read { value, position })
    }
}

fn read(row: &PgRow) -> Result<MemberChat, sqlx::Error> {
    Ok(MemberChat {
        chat_id: ChatId::from_uuid(row.try_get("id")?),
        active: row.try_get::<&str, _>("state")? == "active",
        unread: row.try_get::<Option<i32>, _>("unread")?.unwrap_or(0),
        changed: Position(row.try_get("changed")?),
    })
}
