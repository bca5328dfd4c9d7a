//! Search for chats by who writes in them: name, handle, e-mail address, phone number, also mistyped.

use hilo_domain::ChannelId;

use super::search::within;
use super::{ChannelScope, position};
use crate::error::{PageRefusal, ReadError, database};
use crate::model::ReadModel;
use crate::page::{MAX_PAGE, Read};
use crate::projections::chats::ChatRecord;
use crate::rows::ChatHit;
use crate::schema::Schema;
use crate::search::lexemes::{of_channel, quoted};
use crate::search::people::{Match, matches};
use crate::search::query::Typed;
use crate::table;

const DOING: &str = "searching chats";

/// Chats of each state, the newest ones, that are looked through before the index is asked.
const NEWEST: i64 = 1_500;
/// Most candidates with a typo that are looked at.
const NEARBY: i64 = 200;
/// Channels that the index is asked for by name.
const MOST_CHANNELS: usize = 100;

impl ReadModel {
    /// Chats whose contact is found by what was typed: whole words first, then words that go on, then mistyped ones; the
    /// newest activity first in each. Nothing where nothing was typed that can be found.
    ///
    /// # Errors
    /// When more than [`MAX_PAGE`] are asked for or the database fails.
    pub async fn search_chats(
        &self,
        scope: &ChannelScope,
        text: &str,
        channel_ids: Option<&[ChannelId]>,
        first: usize,
    ) -> Result<Read<Vec<ChatHit>>, ReadError> {
        if first > MAX_PAGE {
            return Err(PageRefusal::TooMany { limit: MAX_PAGE }.into());
        }
        let (typed, channels) = (&Typed::read(text), &within(scope, channel_ids));
        self.answer(|schema| async move {
            let mut tx = self
                .pool
                .begin_with(super::SNAPSHOT)
                .await
                .map_err(database(DOING))?;
            let position = position(&schema, &mut tx).await?;
            let mut value = Vec::new();
            if let Some(typed) = typed {
                let mut people = People {
                    schema: &schema,
                    tx: &mut tx,
                    scope,
                    channels: channels.as_deref(),
                };
                value = people.find(typed, first).await?;
            }
            tx.rollback().await.map_err(database(DOING))?;
            Ok(Read { value, position })
        })
        .await
    }
}

struct People<'s> {
    schema: &'s Schema,
    tx: &'s mut hilo_journal::pool::Connection,
    scope: &'s ChannelScope,
    channels: Option<&'s [ChannelId]>,
}

impl People<'_> {
    async fn find(&mut self, typed: &Typed, first: usize) -> Result<Vec<ChatHit>, ReadError> {
        let question = typed.people();
        let limit = i64::try_from(first).unwrap_or(i64::MAX);
        let mut found = self.ask(NEWEST_ONES, &question, limit).await?;
        if found.len() < first {
            found = self.ask_index(&question, limit).await?;
        }
        let mut hits = hits(found, typed);
        hits.retain(|(how, _)| *how < Match::Near);
        if hits.len() < first
            && let Some(question) = typed.people_nearby()
        {
            let nearby = self.ask_index(&question, NEARBY).await?;
            let known = hits.iter().map(|(_, hit)| hit.chat.id).collect::<Vec<_>>();
            let new = self::hits(nearby, typed).into_iter();
            hits.extend(new.filter(|(_, hit)| !known.contains(&hit.chat.id)));
        }
        hits.sort_by_key(|(how, _)| *how);
        hits.truncate(first);
        Ok(hits.into_iter().map(|(_, hit)| hit).collect())
    }

    async fn ask_index(
        &mut self,
        question: &str,
        limit: i64,
    ) -> Result<Vec<ChatRecord>, ReadError> {
        let channels = self.channels.filter(|ids| ids.len() <= MOST_CHANNELS);
        let question = match channels {
            None => question.to_owned(),
            Some([]) => return Ok(Vec::new()),
            Some(ids) => {
                let ids = ids.iter().map(|id| quoted(&of_channel(*id)));
                format!("({question}) & ({})", ids.collect::<Vec<_>>().join(" | "))
            }
        };
        self.ask(BY_INDEX, &question, limit).await
    }

    async fn ask(
        &mut self,
        source: &str,
        question: &str,
        limit: i64,
    ) -> Result<Vec<ChatRecord>, ReadError> {
        let sql = format!(
            "SELECT {} FROM {source} JOIN {{read}}.chats AS c ON c.id = s.chat_id
             WHERE {} AND ($4::uuid[] IS NULL OR c.channel_id = ANY($4)) AND $5::int8 > 0
             ORDER BY c.last_activity + 0 DESC, c.id DESC LIMIT $3",
            table::of("c", ChatRecord::COLUMNS),
            self.scope.visible()
        );
        let channels = self.channels.map(|ids| {
            let ids = ids.iter().map(|id| id.as_uuid());
            ids.collect::<Vec<_>>()
        });
        let rows = sqlx::query(&self.schema.sql(&sql))
            .bind(question)
            .bind(self.scope.bound())
            .bind(limit)
            .bind(channels)
            .bind(NEWEST)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(database(DOING))?;
        let records = rows.iter().map(ChatRecord::read).collect::<Result<_, _>>();
        records.map_err(database(DOING))
    }
}

/// Those that really match, with how and where.
fn hits(records: Vec<ChatRecord>, typed: &Typed) -> Vec<(Match, ChatHit)> {
    let hits = records.into_iter().filter_map(|record| {
        let (how, matches) = matches(&record.person(), typed)?;
        let chat = record.view()?;
        Some((how, ChatHit { chat, matches }))
    });
    hits.collect()
}

const NEWEST_ONES: &str =
    "(SELECT chat_id FROM (SELECT k.id FROM unnest(ARRAY['active', 'snoozed', 'archived']) AS a (state) CROSS JOIN LATERAL (
         SELECT id FROM {read}.chats WHERE state = a.state ORDER BY last_activity DESC, id DESC LIMIT $5) AS k) AS n
     JOIN {read}.search_contacts AS w ON w.chat_id = n.id WHERE ts_match_vq(w.words, $1::tsquery)) AS s";
const BY_INDEX: &str =
    "(SELECT chat_id FROM {read}.search_contacts WHERE words @@ $1::tsquery) AS s";
