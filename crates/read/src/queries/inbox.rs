//! The inbox: pages of chats by last activity, and single chats.

use hilo_domain::{AgentId, ChannelId, ChatId};
use uuid::Uuid;

use super::chat_filter::{ChatFilter, ChatOrder};
use super::{ChannelScope, VISIBLE, positioned, with_position};
use crate::columns::bound;
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::{End, Key, Page, Paged, Read};
use crate::projections::chats::ChatRecord;
use crate::rows::ChatRow;
use crate::table;

impl ReadModel {
    /// A page of chats in the filter's order; the front of the list unless the page says otherwise.
    ///
    /// # Errors
    /// When the page is refused or the database fails.
    pub async fn chats(
        &self,
        scope: &ChannelScope,
        filter: ChatFilter,
        page: Page,
    ) -> Result<Paged<ChatRow>, ReadError> {
        let (end, size) = page.extent(End::Front)?;
        let (newest, oldest) = (
            Key {
                position: i64::MAX,
                id: Uuid::max(),
            },
            Key {
                position: -1,
                id: Uuid::nil(),
            },
        );
        let (below, above) = match filter.order {
            ChatOrder::Newest => (page.after, page.before),
            ChatOrder::Oldest => (page.before, page.after),
        };
        let (below, above) = (below.unwrap_or(newest), above.unwrap_or(oldest));
        let statement = &page_sql(scope, &filter, end);
        let assignee = filter.assigned_to().map(AgentId::as_uuid);
        let since = filter.active_since.map(bound);
        let channels = &channels(scope, filter.channel_ids);
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(None::<String>)
                    .bind(channels)
                    .bind(below.position)
                    .bind(below.id)
                    .bind(above.position)
                    .bind(above.id)
                    .bind(i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1))
                    .bind(assignee)
                    .bind(since)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading a page of chats"))
            })
            .await?;
        let (position, records) =
            with_position(&rows, ChatRecord::read).map_err(database("reading a page of chats"))?;
        let rows = records
            .into_iter()
            .filter_map(ChatRecord::view)
            .map(|chat| (key(&chat), chat))
            .collect();
        Ok(Paged::of(rows, &page, end, size, position))
    }

    /// One chat, None where it is not the viewer's to see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chat(
        &self,
        scope: &ChannelScope,
        id: ChatId,
    ) -> Result<Option<Read<ChatRow>>, ReadError> {
        let one = format!(
            "SELECT {} FROM {{read}}.chats c WHERE c.id = $1 AND {VISIBLE}",
            ChatRecord::COLUMNS
        );
        let one = &positioned(&one, "");
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(one))
                    .bind(id.as_uuid())
                    .bind(scope.bound())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading a chat"))
            })
            .await?;
        let (position, mut records) =
            with_position(&rows, ChatRecord::read).map_err(database("reading a chat"))?;
        Ok(records
            .pop()
            .and_then(ChatRecord::view)
            .map(|value| Read { value, position }))
    }

    /// Several chats in no certain order, without those that are not the viewer's to see.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn chats_by_ids(
        &self,
        scope: &ChannelScope,
        ids: &[ChatId],
    ) -> Result<Vec<ChatRow>, ReadError> {
        let several = &format!(
            "SELECT {} FROM {{read}}.chats c WHERE c.id = ANY($1) AND {VISIBLE}",
            ChatRecord::COLUMNS
        );
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(several))
                    .bind(ids.iter().map(|id| id.as_uuid()).collect::<Vec<_>>())
                    .bind(scope.bound())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("reading chats by id"))
            })
            .await?;
        let records = rows
            .iter()
            .map(ChatRecord::read)
            .collect::<Result<Vec<_>, _>>();
        let records = records.map_err(database("reading chats by id"))?;
        Ok(records.into_iter().filter_map(ChatRecord::view).collect())
    }
}

/// Where a chat stands in the inbox.
fn key(chat: &ChatRow) -> Key {
    Key {
        position: chat.last_activity.0,
        id: chat.id.as_uuid(),
    }
}

/// The channels asked for that the viewer may see; None = every channel.
fn channels(scope: &ChannelScope, asked: Option<Vec<ChannelId>>) -> Option<Vec<Uuid>> {
    let mut channels = match (scope, asked) {
        (ChannelScope::All, asked) => asked?,
        (ChannelScope::Only(allowed), None) => allowed.clone(),
        (ChannelScope::Only(allowed), Some(asked)) => asked
            .into_iter()
            .filter(|id| allowed.contains(id))
            .collect(),
    };
    channels.sort_unstable();
    channels.dedup();
    Some(channels.into_iter().map(ChannelId::as_uuid).collect())
}

/// One short index scan for each state, or for each state of each channel, merged: never more keys than pieces times
/// the page, however many chats there are. Only the rows of the page itself are read from the table.
fn page_sql(scope: &ChannelScope, filter: &ChatFilter, end: End) -> String {
    let order = match (end, filter.order) {
        (End::Front, ChatOrder::Newest) | (End::Back, ChatOrder::Oldest) => "DESC",
        (End::Front, ChatOrder::Oldest) | (End::Back, ChatOrder::Newest) => "ASC",
    };
    let conditions = filter.conditions();
    // The indexes of single conditions go by channel: who sees all of them asks each that has a chat.
    let by_channel = filter.channel_ids.is_some()
        || matches!(scope, ChannelScope::Only(_))
        || !conditions.is_empty();
    let (channels, of_channel) = if by_channel {
        (
            "unnest(coalesce($2::uuid[], ARRAY(SELECT channel_id FROM {read}.counters))) AS h (channel_id) CROSS JOIN",
            "AND channel_id = h.channel_id",
        )
    } else {
        ("", "AND $2::uuid[] IS NULL")
    };
    let conditions = conditions
        .iter()
        .map(|condition| format!("AND {condition}"));
    let conditions = conditions.collect::<Vec<_>>().join(" ");
    let pieces = filter.state.words().into_iter().map(|state| {
        format!(
            "SELECT k.last_activity, k.id FROM {channels} LATERAL (
                 SELECT last_activity, id FROM {{read}}.chats WHERE state = '{state}' {of_channel} {conditions}
                 AND (last_activity, id) < ($3, $4) AND (last_activity, id) > ($5, $6)
                 ORDER BY last_activity {order}, id {order} LIMIT $7) AS k"
        )
    });
    let rows = format!(
        "SELECT {} FROM (
             SELECT k.last_activity, k.id FROM ({}) AS k
             ORDER BY k.last_activity {order}, k.id {order} LIMIT $7
         ) AS k JOIN {{read}}.chats AS c ON c.id = k.id",
        table::of("c", ChatRecord::COLUMNS),
        pieces.collect::<Vec<_>>().join(" UNION ALL "),
    );
    positioned(
        &rows,
        &format!("ORDER BY r.last_activity {order}, r.id {order}"),
    )
}
