//! The inbox: pages of chats by last activity, and single chats.

use hilo_domain::{AgentId, ChannelId, ChatId};
use uuid::Uuid;

use super::chat_filter::{AssigneeFilter, ChatFilter, ChatOrder, SINCE};
use super::{ChannelScope, positioned, with_position};
use crate::columns::bound;
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::{End, Key, Page, Paged, Read};
use crate::projections::chats::ChatRecord;
use crate::rows::ChatRow;
use crate::table::{self, rank};

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
        let asked = filter.bound();
        let statement = &page_sql(scope, &filter, !asked.labels.is_empty(), end);
        let (asked, filter) = (&asked, &filter);
        let channels = &channels(scope, filter.channel_ids.as_deref());
        let priorities = &filter
            .priorities
            .iter()
            .map(|it| rank(*it))
            .collect::<Vec<_>>();
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
                    .bind(asked.assignee.map(AgentId::as_uuid))
                    .bind(filter.active_since.map(bound))
                    .bind(&asked.labels)
                    .bind(&filter.tags)
                    .bind(priorities)
                    .bind(asked.writer.map(AgentId::as_uuid))
                    .bind(filter.owner.map(AgentId::as_uuid))
                    .bind(&asked.mentioned)
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
            "SELECT {} FROM {{read}}.chats c WHERE c.id = $1 AND {}",
            ChatRecord::COLUMNS,
            scope.visible()
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

    /// The channel of a chat, also of one that is deleted (H4); None where it is not among the viewer's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn channel_of(
        &self,
        scope: &ChannelScope,
        id: ChatId,
    ) -> Result<Option<ChannelId>, ReadError> {
        let statement = "SELECT channel_id FROM {read}.chats
            WHERE id = $1 AND state <> 'unopened' AND ($2::uuid[] IS NULL OR channel_id = ANY($2))";
        let found: Option<Uuid> = self
            .answer(|schema| async move {
                sqlx::query_scalar(&schema.sql(statement))
                    .bind(id.as_uuid())
                    .bind(scope.bound())
                    .fetch_optional(&self.pool)
                    .await
                    .map_err(database("reading the channel of a chat"))
            })
            .await?;
        Ok(found.map(ChannelId::from_uuid))
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
            "SELECT {} FROM {{read}}.chats c WHERE c.id = ANY($1) AND {}",
            ChatRecord::COLUMNS,
            scope.visible()
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
fn channels(scope: &ChannelScope, asked: Option<&[ChannelId]>) -> Option<Vec<Uuid>> {
    let mut channels = match (scope, asked) {
        (ChannelScope::All, asked) => asked?.to_vec(),
        (ChannelScope::Only(allowed) | ChannelScope::Audited(allowed), None) => allowed.clone(),
        (ChannelScope::Only(allowed) | ChannelScope::Audited(allowed), Some(asked)) => {
            let both = asked.iter().filter(|id| allowed.contains(id));
            both.copied().collect()
        }
    };
    channels.sort_unstable();
    channels.dedup();
    Some(channels.into_iter().map(ChannelId::as_uuid).collect())
}

/// One short index scan for each state, or for each state of each channel, merged: never more keys than pieces times
/// the page, however many chats there are, but for those of one agent that are in other channels or fail another condition. Only the rows of the page itself are read from the table. By label there is
/// one for each label too, and a chat that has several counts once.
fn page_sql(scope: &ChannelScope, filter: &ChatFilter, by_label: bool, end: End) -> String {
    let order = match (end, filter.order) {
        (End::Front, ChatOrder::Newest) | (End::Back, ChatOrder::Oldest) => "DESC",
        (End::Front, ChatOrder::Oldest) | (End::Back, ChatOrder::Newest) => "ASC",
    };
    let conditions = filter.conditions();
    // What one agent answers is a list of its own, whatever channels that is in.
    let by_agent = !by_label && matches!(filter.assignee, Some(AssigneeFilter::Is(_)));
    // The other indexes of single conditions go by channel: who sees all of them asks each that has a chat. Since when is
    // no such condition: it is true of the list's front.
    let by_channel = by_label
        || !by_agent
            && (filter.channel_ids.is_some()
                || !matches!(scope, ChannelScope::All)
                || conditions.iter().any(|condition| *condition != SINCE));
    let from = match (by_label, by_channel) {
        (true, _) => [
            CHANNELS,
            "CROSS JOIN unnest($10::text[]) AS l (label) CROSS JOIN",
        ]
        .concat(),
        (false, true) => [CHANNELS, "CROSS JOIN"].concat(),
        (false, false) => String::new(),
    };
    let mut conditions = conditions
        .iter()
        .map(|condition| format!("AND {condition}"))
        .collect::<Vec<_>>()
        .join(" ");
    if filter.deleted && !scope.sees_deleted() {
        conditions.push_str(" AND false");
    }
    let rows_of = |state: &str| match by_label {
        true => {
            let chats = match conditions.is_empty() {
                true => "",
                false => "JOIN {read}.chats AS c ON c.id = t.chat_id",
            };
            format!(
                "SELECT t.last_activity, t.chat_id AS id FROM {{read}}.chat_labels AS t {chats}
                 WHERE t.label = l.label AND t.channel_id = h.channel_id AND t.state = '{state}' {conditions}
                 AND (t.last_activity, t.chat_id) < ($3, $4) AND (t.last_activity, t.chat_id) > ($5, $6)
                 ORDER BY t.last_activity {order}, t.chat_id {order} LIMIT $7"
            )
        }
        false => {
            let of_channel = match (by_channel, by_agent) {
                (true, _) => "c.channel_id = h.channel_id",
                (false, true) => "($2::uuid[] IS NULL OR c.channel_id = ANY($2))",
                (false, false) => "$2::uuid[] IS NULL",
            };
            format!(
                "SELECT c.last_activity, c.id FROM {{read}}.chats AS c WHERE c.state = '{state}' AND {of_channel} {conditions}
                 AND (c.last_activity, c.id) < ($3, $4) AND (c.last_activity, c.id) > ($5, $6)
                 ORDER BY c.last_activity {order}, c.id {order} LIMIT $7"
            )
        }
    };
    let pieces = filter.states().into_iter().map(|state| {
        let rows = rows_of(state);
        format!("SELECT k.last_activity, k.id FROM {from} LATERAL ({rows}) AS k")
    });
    let pieces = pieces.chain([NO_ROW.to_owned()]).collect::<Vec<_>>();
    let rows = format!(
        "SELECT {} FROM (
             SELECT {} k.last_activity, k.id FROM ({}) AS k
             ORDER BY k.last_activity {order}, k.id {order} LIMIT $7
         ) AS k JOIN {{read}}.chats AS c ON c.id = k.id",
        table::of("c", ChatRecord::COLUMNS),
        if by_label { "DISTINCT" } else { "" },
        pieces.join(" UNION ALL "),
    );
    positioned(
        &rows,
        &format!("ORDER BY r.last_activity {order}, r.id {order}"),
    )
}

/// The channels to ask, each for itself.
const CHANNELS: &str = "unnest(coalesce($2::uuid[], ARRAY(SELECT channel_id FROM {read}.counters))) AS h (channel_id) ";
/// Where a list has no piece at all.
const NO_ROW: &str = "SELECT 0::int8 AS last_activity, NULL::uuid AS id WHERE false";
