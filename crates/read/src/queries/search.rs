//! Search: messages by their words, chats by who writes in them. Only what the viewer may see; every hit is checked
//! against its chat's row. What most messages hold is found among the newest ones; what few hold, by the index.

use std::collections::BTreeMap;

use hilo_domain::{ChannelId, ChatId, MessageId};
use hilo_journal::Position;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::ChannelScope;
use crate::columns::{instant, word};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::{Found, FoundKey, MAX_PAGE};
use crate::projections::chats::ChatRecord;
use crate::rows::{ChatRow, MessageHit};
use crate::schema::Schema;
use crate::search::highlight::snippet;
use crate::search::lexemes::{WINDOWS, of_channel, quoted, window};
use crate::search::query::Typed;

const DOING: &str = "searching messages";

/// Newest messages that are looked through before the index is asked.
const NEWEST: i64 = 4_000;
/// Channels that the index is asked for by name; of more it is asked for all, and rows are left out afterwards.
const MOST_CHANNELS: usize = 100;

/// What messages are looked for.
#[derive(Clone, Debug, Default)]
pub struct MessageSearch {
    /// What was typed: every word must be there, the last one may be half written.
    pub text: String,
    /// Only in these channels; None = in all the viewer may see.
    pub channel_ids: Option<Vec<ChannelId>>,
    /// Only in this chat.
    pub chat_id: Option<ChatId>,
}

/// How a hit matched; better ones come first (their order is that of the pages).
const WHOLE: u8 = 0;
const BEGINNING: u8 = 1;

/// The question of one way to match: to rows, and to the index of the whole history.
struct Way {
    matched: u8,
    question: String,
    narrow: Option<String>,
}

/// What every statement of a search is asked with.
struct Asked<'s> {
    scope: &'s ChannelScope,
    channels: Option<Vec<ChannelId>>,
    chat: Option<ChatId>,
    below: i64,
    limit: i64,
}

impl ReadModel {
    /// Messages that hold what was typed: those with every word as it was typed before those where the last word goes
    /// on, the newest first in each. Nothing where nothing was typed that can be found.
    ///
    /// # Errors
    /// When more than [`MAX_PAGE`] are asked for or the database fails.
    pub async fn search_messages(
        &self,
        scope: &ChannelScope,
        search: &MessageSearch,
        first: usize,
        after: Option<FoundKey>,
    ) -> Result<Found<MessageHit>, ReadError> {
        if first > MAX_PAGE {
            return Err(crate::PageRefusal::TooMany { limit: MAX_PAGE }.into());
        }
        let typed = &Typed::read(&search.text);
        self.answer(|schema| async move {
            let (mut tx, position) = self.search_snapshot(&schema, DOING).await?;
            let mut found = Found {
                rows: Vec::new(),
                has_next: false,
                position,
            };
            let Some(typed) = typed else {
                return Ok(found);
            };
            let mut asked = Asked {
                scope,
                channels: within(scope, search.channel_ids.as_deref()),
                chat: search.chat_id,
                below: after.map_or(i64::MAX, |key| key.position),
                limit: 0,
            };
            let begun = after.map_or(WHOLE, |key| key.matched);
            for way in ways(typed) {
                if way.matched < begun || found.rows.len() > first {
                    continue;
                }
                if way.matched > begun {
                    asked.below = i64::MAX;
                }
                let left = first.saturating_add(1).saturating_sub(found.rows.len());
                asked.limit = i64::try_from(left).unwrap_or(i64::MAX);
                let rows = hits(&schema, &mut tx, &asked, &way, position).await?;
                let chats = chats_of(&schema, &mut tx, &rows).await?;
                for row in &rows {
                    let hit = read(row, &chats, &way, typed);
                    found.rows.extend(hit.map_err(database(DOING))?);
                }
            }
            tx.rollback().await.map_err(database(DOING))?;
            found.has_next = found.rows.len() > first;
            found.rows.truncate(first);
            Ok(found)
        })
        .await
    }
}

/// The ways to match, the better one first.
fn ways(typed: &Typed) -> Vec<Way> {
    let whole = typed.whole();
    let mut ways = vec![Way {
        matched: WHOLE,
        narrow: Some(whole.clone()),
        question: whole,
    }];
    ways.extend(typed.beginnings().map(|question| Way {
        matched: BEGINNING,
        question,
        narrow: typed.narrow_beginnings(),
    }));
    ways
}

/// The channels to look in; None = all.
pub(super) fn within(scope: &ChannelScope, asked: Option<&[ChannelId]>) -> Option<Vec<ChannelId>> {
    match (scope, asked) {
        (ChannelScope::All, None) => None,
        (ChannelScope::All, Some(asked)) => Some(asked.to_vec()),
        (ChannelScope::Only(allowed) | ChannelScope::Audited(allowed), None) => {
            Some(allowed.clone())
        }
        (ChannelScope::Only(allowed) | ChannelScope::Audited(allowed), Some(asked)) => {
            let both = asked.iter().filter(|channel| allowed.contains(channel));
            Some(both.copied().collect())
        }
    }
}

/// The first hits of one way, the newest first.
async fn hits(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    asked: &Asked<'_>,
    way: &Way,
    end: Position,
) -> Result<Vec<PgRow>, ReadError> {
    if asked.chat.is_some() {
        let (sql, narrow) = (rows_sql(asked.scope, OF_CHAT, "true"), String::new());
        return ask(schema, tx, &sql, asked, way, narrow).await;
    }
    let newest = rows_sql(asked.scope, AMONG_NEWEST, "true");
    let mut found = ask(schema, tx, &newest, asked, way, String::new()).await?;
    let enough = |found: &Vec<PgRow>| i64::try_from(found.len()).is_ok_and(|n| n >= asked.limit);
    if enough(&found) {
        return Ok(found);
    }
    let Some(narrow) = &way.narrow else {
        return Ok(found);
    };
    // Every window holds the ones before it: the first that has enough has the newest.
    let common = is_common(schema, tx, asked, way).await?;
    let from = end.0.min(asked.below);
    let mut windows = WINDOWS
        .iter()
        .map(|(name, bits)| {
            let number = from >> bits;
            let both = [number, number.saturating_sub(1)].map(|n| quoted(&window(*name, n)));
            Some(format!("({})", both.join(" | ")))
        })
        .collect::<Vec<_>>();
    windows.push(None);
    let channels = asked
        .channels
        .as_ref()
        .filter(|channels| channels.len() <= MOST_CHANNELS)
        .map(|channels| {
            let all = channels.iter().map(|id| quoted(&of_channel(*id)));
            format!("({})", all.collect::<Vec<_>>().join(" | "))
        });
    if channels.as_deref() == Some("()") {
        return Ok(Vec::new());
    }
    for window in windows {
        // The index is not asked for words that are in so many messages: those of the window are read instead.
        let words = (!common).then(|| narrow.clone());
        let parts = [words, window, channels.clone()];
        let parts = parts.into_iter().flatten().collect::<Vec<_>>();
        let sql = rows_sql(asked.scope, BY_INDEX, "s.words @@ $7::tsquery");
        found = ask(schema, tx, &sql, asked, way, parts.join(" & ")).await?;
        if enough(&found) {
            break;
        }
    }
    Ok(found)
}

/// Whether the words are in so many of the newest messages, whoever may see them, that the index would bring many times
/// what the viewer may see.
async fn is_common(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    asked: &Asked<'_>,
    way: &Way,
) -> Result<bool, ReadError> {
    if asked.channels.is_none() {
        // The viewer sees all of them: those that were found are all there are.
        return Ok(false);
    }
    let sql = schema.sql(
        "SELECT count(*) FROM (SELECT words FROM {read}.search_messages WHERE position < $1
             ORDER BY position DESC LIMIT $2) AS s WHERE s.words @@ $3::tsquery",
    );
    let found = sqlx::query_scalar::<_, i64>(&sql)
        .bind(asked.below)
        .bind(NEWEST)
        .bind(&way.question)
        .fetch_one(tx)
        .await
        .map_err(database(DOING))?;
    Ok(found > asked.limit.saturating_mul(4))
}

async fn ask(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    sql: &str,
    asked: &Asked<'_>,
    way: &Way,
    narrow: String,
) -> Result<Vec<PgRow>, ReadError> {
    let channels = asked.channels.as_ref();
    let channels = channels.map(|ids| ids.iter().map(|id| id.as_uuid()).collect::<Vec<_>>());
    // Bound in the order that every scope's condition expects.
    let query = sqlx::query(&schema.sql(sql))
        .bind(asked.chat.map(ChatId::as_uuid))
        .bind(asked.scope.bound())
        .bind(&way.question)
        .bind(asked.below)
        .bind(asked.limit)
        .bind(channels)
        .bind(narrow)
        .bind(NEWEST)
        .fetch_all(tx)
        .await;
    query.map_err(database(DOING))
}

/// Matched rows of a source of messages, the newest first. The match is a call, not an operator, so that no index is
/// asked for it; `narrow` says what the index is asked. The chat is asked for by its id, one row a message: OFFSET keeps
/// the planner from beginning with the chats of a channel.
fn rows_sql(scope: &ChannelScope, source: &str, narrow: &str) -> String {
    let (visible, hidden) = (scope.visible(), scope.hidden());
    format!(
        "SELECT s.chat_id, s.id, s.position, s.at, s.direction, s.text
         FROM {source} CROSS JOIN LATERAL (SELECT * FROM {{read}}.chats AS c WHERE c.id = s.chat_id OFFSET 0) AS c
         WHERE {narrow} AND ts_match_vq(s.words, $3::tsquery) AND s.position < $4 AND s.position > {hidden} AND {visible}
         AND ($6::uuid[] IS NULL OR c.channel_id = ANY($6)) AND ($1::uuid IS NULL OR s.chat_id = $1)
         AND ($7::text IS NOT NULL) AND ($8::int8 > 0) AND s.text IS NOT NULL
         ORDER BY s.position + 0 DESC LIMIT $5"
    )
}

const OF_CHAT: &str = "(SELECT * FROM {read}.search_messages WHERE chat_id = $1) AS s";
const AMONG_NEWEST: &str = "(SELECT * FROM {read}.search_messages WHERE position < $4 ORDER BY position DESC LIMIT $8) AS s";
const BY_INDEX: &str = "{read}.search_messages AS s";

/// The chats' rows, of the same snapshot.
async fn chats_of(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    hits: &[PgRow],
) -> Result<BTreeMap<ChatId, ChatRow>, ReadError> {
    let ids = hits.iter().map(|row| row.try_get::<Uuid, _>("chat_id"));
    let ids = ids.collect::<Result<Vec<_>, _>>();
    let sql = format!(
        "SELECT {} FROM {{read}}.chats WHERE id = ANY($1)",
        ChatRecord::COLUMNS
    );
    let rows = sqlx::query(&schema.sql(&sql))
        .bind(ids.map_err(database(DOING))?)
        .fetch_all(tx)
        .await
        .map_err(database(DOING))?;
    let records = rows.iter().map(ChatRecord::read);
    let records = records.collect::<Result<Vec<_>, _>>();
    let views = records.map_err(database(DOING))?.into_iter();
    let views = views.filter_map(ChatRecord::view);
    Ok(views.map(|chat| (chat.id, chat)).collect())
}

fn read(
    row: &PgRow,
    chats: &BTreeMap<ChatId, ChatRow>,
    way: &Way,
    typed: &Typed,
) -> Result<Option<(FoundKey, MessageHit)>, sqlx::Error> {
    let chat_id = ChatId::from_uuid(row.try_get::<Uuid, _>("chat_id")?);
    let Some(chat) = chats.get(&chat_id).cloned() else {
        return Ok(None);
    };
    let position = row.try_get("position")?;
    let text = row.try_get::<&str, _>("text")?;
    let hit = MessageHit {
        chat,
        message_id: MessageId::from_uuid(row.try_get::<Uuid, _>("id")?),
        direction: word(row, "direction")?,
        at: instant(row, "at")?,
        snippet: snippet(text, typed),
    };
    let key = FoundKey {
        matched: way.matched,
        position,
    };
    Ok(Some((key, hit)))
}
