//! Search for chats by who writes in them: name, handle, e-mail address, phone number, of the contact or of the client
//! behind it, or a colleague's name; also mistyped.

use std::collections::BTreeMap;

use hilo_domain::client::ClientDetails;
use hilo_domain::{ChannelId, ChatId};
use sqlx::Row;
use sqlx::types::Json;

use super::ChannelScope;
use super::search::within;
use crate::error::{PageRefusal, ReadError, database};
use crate::model::ReadModel;
use crate::page::{MAX_PAGE, Read};
use crate::projections::chats::ChatRecord;
use crate::projections::clients::person;
use crate::rows::ChatHit;
use crate::schema::Schema;
use crate::search::lexemes::{Person, of_channel, quoted};
use crate::search::people::{ContactField, ContactMatch, Match, matches};
use crate::search::query::Typed;
use crate::table;

const DOING: &str = "searching chats";

/// Chats of each state, the newest ones, that tell whether what was typed is common.
const FEW: i64 = 200;
/// Chats of each state, the newest ones, that are looked through for what is common.
const NEWEST: i64 = 1_500;
/// So many times the few are the newest ones.
const TIMES: usize = 7;
/// Most candidates with a typo that are looked at.
pub(super) const NEARBY: i64 = 200;
/// Channels that the index is asked for by name.
const MOST_CHANNELS: usize = 100;

/// What a search for chats asks for.
#[derive(Clone, Debug, Default)]
pub struct ChatSearch {
    /// What was typed.
    pub text: String,
    /// Only in these channels.
    pub channel_ids: Option<Vec<ChannelId>>,
    /// So many, at most [`MAX_PAGE`].
    pub first: usize,
    /// Names of the colleagues in chats among colleagues (A13), by the chat's channel: nothing here stores them.
    pub colleagues: BTreeMap<ChannelId, Vec<String>>,
}

impl ReadModel {
    /// Chats whose contact, client or colleagues are found by what was typed: whole words first, then words that go on,
    /// then mistyped ones; the newest activity first in each. Nothing where nothing was typed that can be found.
    ///
    /// # Errors
    /// When more than [`MAX_PAGE`] are asked for or the database fails.
    pub async fn search_chats(
        &self,
        scope: &ChannelScope,
        search: &ChatSearch,
    ) -> Result<Read<Vec<ChatHit>>, ReadError> {
        if search.first > MAX_PAGE {
            return Err(PageRefusal::TooMany { limit: MAX_PAGE }.into());
        }
        let typed = &Typed::read(&search.text);
        let channels = &within(scope, search.channel_ids.as_deref());
        self.answer(|schema| async move {
            let (mut tx, position) = self.search_snapshot(&schema, DOING).await?;
            let mut value = Vec::new();
            if let Some(typed) = typed {
                let mut people = People {
                    schema: &schema,
                    tx: &mut tx,
                    scope,
                    channels: channels.as_deref(),
                    search,
                    typed,
                };
                value = people.find().await?;
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
    search: &'s ChatSearch,
    typed: &'s Typed,
}

/// A chat that may be one, with the records behind it.
struct Candidate {
    chat: ChatRecord,
    clients: Vec<ClientDetails>,
}

type Hit = (Match, ChatHit);

impl People<'_> {
    async fn find(&mut self) -> Result<Vec<ChatHit>, ReadError> {
        let first = self.search.first;
        let question = self.typed.people();
        let limit = i64::try_from(first).unwrap_or(i64::MAX);
        let mut found = self.ask_newest(&question, FEW, limit).await?;
        // What is so common would come by thousands from the index before the newest of them could be told.
        if found.len() < first && found.len().saturating_mul(TIMES) >= first {
            found = self.ask_newest(&question, NEWEST, limit).await?;
        }
        if found.len() < first {
            found = self.ask_index(&question, limit).await?;
        }
        let mut hits = self.colleagues().await?;
        self.add(&mut hits, found);
        hits.retain(|(how, _)| *how < Match::Near);
        if hits.len() < first
            && let Some(question) = self.typed.people_nearby()
        {
            let nearby = self.colleagues().await?;
            add_new(&mut hits, nearby);
            let nearby = self.ask_index(&question, NEARBY).await?;
            self.add(&mut hits, nearby);
        }
        hits.sort_by_key(|(how, hit)| (*how, std::cmp::Reverse(hit.chat.last_activity)));
        hits.truncate(first);
        Ok(hits.into_iter().map(|(_, hit)| hit).collect())
    }

    /// Adds those that really match and are not there yet.
    fn add(&self, hits: &mut Vec<Hit>, found: Vec<Candidate>) {
        let found = found.into_iter().filter_map(|candidate| {
            let mut people = vec![candidate.chat.person()];
            people.extend(candidate.clients.iter().map(person));
            let (how, matches) = best(&people, self.typed)?;
            let chat = candidate.chat.view()?;
            Some((how, ChatHit { chat, matches }))
        });
        add_new(hits, found.collect());
    }

    /// The chats of colleagues that are called so.
    async fn colleagues(&mut self) -> Result<Vec<Hit>, ReadError> {
        let chats = self.search.colleagues.iter();
        let found = chats.filter_map(|(channel, names)| {
            let names = names.iter();
            // Each is one person: nobody is found by one's first name and another's last.
            let people = names.map(|name| Person::new([(ContactField::Colleague, Some(&**name))]));
            Some((*channel, best(&people.collect::<Vec<_>>(), self.typed)?))
        });
        let mut found: BTreeMap<_, _> = found
            .filter(|(channel, _)| self.channels.is_none_or(|asked| asked.contains(channel)))
            .collect();
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {} FROM {{read}}.chats AS c WHERE c.channel_id = ANY($1) AND {}",
            table::of("c", ChatRecord::COLUMNS),
            self.scope.visible()
        );
        let channels = found.keys().map(|channel| channel.as_uuid());
        let rows = sqlx::query(&self.schema.sql(&sql))
            .bind(channels.collect::<Vec<_>>())
            .bind(self.scope.bound())
            .fetch_all(&mut *self.tx)
            .await
            .map_err(database(DOING))?;
        let records = rows.iter().map(ChatRecord::read);
        let records = records.collect::<Result<Vec<_>, _>>();
        let records = records.map_err(database(DOING))?.into_iter();
        let chats = records.filter_map(ChatRecord::view);
        let hits = chats.filter_map(|chat| {
            let (how, matches) = found.remove(&chat.channel_id)?;
            Some((how, ChatHit { chat, matches }))
        });
        Ok(hits.collect())
    }

    async fn ask_newest(
        &mut self,
        question: &str,
        newest: i64,
        limit: i64,
    ) -> Result<Vec<Candidate>, ReadError> {
        self.ask(NEWEST_ONES, (question, question), newest, limit)
            .await
    }

    async fn ask_index(&mut self, question: &str, limit: i64) -> Result<Vec<Candidate>, ReadError> {
        let channels = self.channels.filter(|ids| ids.len() <= MOST_CHANNELS);
        let contacts = match channels {
            None => question.to_owned(),
            Some([]) => return Ok(Vec::new()),
            Some(ids) => {
                let ids = ids.iter().map(|id| quoted(&of_channel(*id)));
                format!("({question}) & ({})", ids.collect::<Vec<_>>().join(" | "))
            }
        };
        self.ask(BY_INDEX, (&contacts, question), 0, limit).await
    }

    async fn ask(
        &mut self,
        source: &str,
        (contacts, clients): (&str, &str),
        newest: i64,
        limit: i64,
    ) -> Result<Vec<Candidate>, ReadError> {
        let sql = format!(
            "SELECT {}, (SELECT jsonb_agg(m.details ORDER BY m.created) FROM {{read}}.clients AS m
                 WHERE m.root = c.client_id AND NOT m.deleted) AS clients
             FROM {source} CROSS JOIN LATERAL (SELECT * FROM {{read}}.chats AS c WHERE c.id = s.chat_id OFFSET 0) AS c
             WHERE {} AND ($4::uuid[] IS NULL OR c.channel_id = ANY($4)) AND $5::int8 >= 0
             ORDER BY c.last_activity + 0 DESC, c.id DESC LIMIT $3",
            table::of("c", ChatRecord::COLUMNS),
            self.scope.visible()
        );
        let channels = self.channels.map(|ids| {
            let ids = ids.iter().map(|id| id.as_uuid());
            ids.collect::<Vec<_>>()
        });
        let rows = sqlx::query(&self.schema.sql(&sql))
            .bind(contacts)
            .bind(self.scope.bound())
            .bind(limit)
            .bind(channels)
            .bind(newest)
            .bind(clients)
            .fetch_all(&mut *self.tx)
            .await
            .map_err(database(DOING))?;
        let found = rows.iter().map(|row| {
            let clients = row.try_get::<Option<Json<Vec<ClientDetails>>>, _>("clients")?;
            Ok(Candidate {
                chat: ChatRecord::read(row)?,
                clients: clients.map(|clients| clients.0).unwrap_or_default(),
            })
        });
        found.collect::<Result<_, _>>().map_err(database(DOING))
    }
}

/// How well the best of some people is found, with the places in all of them that are.
fn best(people: &[Person<'_>], typed: &Typed) -> Option<(Match, Vec<ContactMatch>)> {
    let found = people.iter().filter_map(|person| matches(person, typed));
    found.reduce(|(how, mut places), (also, more)| {
        places.extend(more);
        (how.min(also), places)
    })
}

fn add_new(hits: &mut Vec<Hit>, found: Vec<Hit>) {
    let known = hits.iter().map(|(_, hit)| hit.chat.id);
    let known = known.collect::<std::collections::BTreeSet<ChatId>>();
    let new = found.into_iter();
    hits.extend(new.filter(|(_, hit)| !known.contains(&hit.chat.id)));
}

/// Each step asks for rows by what the one before found: OFFSET keeps the planner from another order.
const NEWEST_ONES: &str =
    "(WITH newest AS MATERIALIZED (
         SELECT k.id, k.client_id FROM unnest(ARRAY['active', 'snoozed', 'archived']) AS a (state) CROSS JOIN LATERAL (
             SELECT id, client_id FROM {read}.chats WHERE state = a.state ORDER BY last_activity DESC, id DESC LIMIT $5) AS k)
     SELECT n.id AS chat_id FROM newest AS n CROSS JOIN LATERAL (
         SELECT words FROM {read}.search_contacts WHERE chat_id = n.id OFFSET 0) AS w
     WHERE ts_match_vq(w.words, $1::tsquery)
     UNION SELECT n.id FROM newest AS n
         CROSS JOIN LATERAL (SELECT id FROM {read}.clients WHERE root = n.client_id OFFSET 0) AS m
         CROSS JOIN LATERAL (SELECT words FROM {read}.search_clients WHERE client_id = m.id OFFSET 0) AS w
     WHERE ts_match_vq(w.words, $6::tsquery)) AS s";
const BY_INDEX: &str = "(SELECT chat_id FROM {read}.search_contacts WHERE words @@ $1::tsquery
     UNION SELECT k.id FROM (SELECT client_id FROM {read}.search_clients WHERE words @@ $6::tsquery OFFSET 0) AS w
         CROSS JOIN LATERAL (SELECT root FROM {read}.clients WHERE id = w.client_id OFFSET 0) AS m
         CROSS JOIN LATERAL (SELECT id FROM {read}.chats WHERE client_id = m.root OFFSET 0) AS k) AS s";
