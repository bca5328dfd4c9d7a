//! Search for clients by name, e-mail address or phone number, also mistyped (G1, G12). A client is not of a channel.

use std::collections::BTreeMap;

use hilo_domain::ClientId;

use super::people::NEARBY;
use crate::error::{PageRefusal, ReadError, database};
use crate::model::ReadModel;
use crate::page::{MAX_PAGE, Read};
use crate::projections::clients::person;
use crate::rows::{ClientHit, ClientRow};
use crate::schema::Schema;
use crate::search::people::{Match, matches};
use crate::search::query::Typed;
use crate::table;

const DOING: &str = "searching clients";
/// Records, the newest ones, that tell whether what was typed is common.
const FEW: i64 = 200;
/// Records, the newest ones, that are looked through for what is common.
const NEWEST: i64 = 2_000;
/// So many times the few are the newest ones.
const TIMES: usize = 10;

impl ReadModel {
    /// Clients that are found by what was typed: whole words first, then words that go on, then mistyped ones; the newest
    /// record first in each. Who is found by a record that was merged into another is given as that other one.
    ///
    /// # Errors
    /// When more than [`MAX_PAGE`] are asked for or the database fails.
    pub async fn search_clients(
        &self,
        text: &str,
        first: usize,
    ) -> Result<Read<Vec<ClientHit>>, ReadError> {
        if first > MAX_PAGE {
            return Err(PageRefusal::TooMany { limit: MAX_PAGE }.into());
        }
        let typed = &Typed::read(text);
        self.answer(|schema| async move {
            let (mut tx, position) = self.search_snapshot(&schema, DOING).await?;
            let mut value = Vec::new();
            if let Some(typed) = typed {
                value = find(&schema, &mut tx, typed, first).await?;
            }
            tx.rollback().await.map_err(database(DOING))?;
            Ok(Read { value, position })
        })
        .await
    }
}

async fn find(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    typed: &Typed,
    first: usize,
) -> Result<Vec<ClientHit>, ReadError> {
    let limit = i64::try_from(first).unwrap_or(i64::MAX);
    let question = typed.people();
    let mut found = ask(schema, tx, NEWEST_ONES, &question, FEW, limit).await?;
    if found.len() < first && found.len().saturating_mul(TIMES) >= first {
        found = ask(schema, tx, NEWEST_ONES, &question, NEWEST, limit).await?;
    }
    if found.len() < first {
        found = ask(schema, tx, BY_INDEX, &question, 0, limit).await?;
    }
    let mut hits = Vec::new();
    add(&mut hits, &found, typed, |how| how < Match::Near);
    if hits.len() < first
        && let Some(question) = typed.people_nearby()
    {
        let nearby = ask(schema, tx, BY_INDEX, &question, 0, NEARBY).await?;
        add(&mut hits, &nearby, typed, |_| true);
    }
    hits.sort_by_key(|(how, hit)| (*how, std::cmp::Reverse(hit.client.created)));
    let roots = hits.iter().map(|(_, hit)| hit.client.root);
    let roots = standing(schema, tx, &roots.collect::<Vec<_>>()).await?;
    let mut given = Vec::new();
    for (_, hit) in hits {
        if given.len() < first
            && let Some(client) = roots.get(&hit.client.root)
            && !given
                .iter()
                .any(|hit: &ClientHit| hit.client.id == client.id)
        {
            given.push(ClientHit {
                client: client.clone(),
                matches: hit.matches,
            });
        }
    }
    Ok(given)
}

fn add(
    hits: &mut Vec<(Match, ClientHit)>,
    found: &[ClientRow],
    typed: &Typed,
    good: impl Fn(Match) -> bool,
) {
    for client in found {
        if hits.iter().any(|(_, hit)| hit.client.id == client.id) {
            continue;
        }
        if let Some((how, matches)) = matches(&person(&client.details), typed)
            && good(how)
        {
            let client = client.clone();
            hits.push((how, ClientHit { client, matches }));
        }
    }
}

async fn ask(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    source: &str,
    question: &str,
    newest: i64,
    limit: i64,
) -> Result<Vec<ClientRow>, ReadError> {
    let sql = format!(
        "SELECT {} FROM {source} AS c WHERE NOT c.deleted AND $3::int8 >= 0 ORDER BY c.created + 0 DESC LIMIT $2",
        table::of("c", ClientRow::COLUMNS)
    );
    let rows = sqlx::query(&schema.sql(&sql))
        .bind(question)
        .bind(limit)
        .bind(newest)
        .fetch_all(tx)
        .await
        .map_err(database(DOING))?;
    read_all(&rows)
}

/// The records that stand for others after all merges, those that are deleted left out.
async fn standing(
    schema: &Schema,
    tx: &mut hilo_journal::pool::Connection,
    roots: &[ClientId],
) -> Result<BTreeMap<ClientId, ClientRow>, ReadError> {
    let sql = format!(
        "SELECT {} FROM {{read}}.clients WHERE id = ANY($1) AND NOT deleted",
        ClientRow::COLUMNS
    );
    let rows = sqlx::query(&schema.sql(&sql))
        .bind(roots.iter().map(|id| id.as_uuid()).collect::<Vec<_>>())
        .fetch_all(tx)
        .await
        .map_err(database(DOING))?;
    let rows = read_all(&rows)?.into_iter();
    Ok(rows.map(|client| (client.id, client)).collect())
}

fn read_all(rows: &[sqlx::postgres::PgRow]) -> Result<Vec<ClientRow>, ReadError> {
    let rows = rows.iter().map(ClientRow::read);
    rows.collect::<Result<_, _>>().map_err(database(DOING))
}

/// Each step asks for rows by what the one before found: OFFSET keeps the planner from another order.
const NEWEST_ONES: &str =
    "(SELECT k.* FROM (SELECT * FROM {read}.clients ORDER BY created DESC, id LIMIT $3) AS k
     CROSS JOIN LATERAL (SELECT words FROM {read}.search_clients WHERE client_id = k.id OFFSET 0) AS w
     WHERE ts_match_vq(w.words, $1::tsquery))";
const BY_INDEX: &str =
    "(SELECT k.* FROM (SELECT client_id FROM {read}.search_clients WHERE words @@ $1::tsquery OFFSET 0) AS w
     CROSS JOIN LATERAL (SELECT * FROM {read}.clients WHERE id = w.client_id OFFSET 0) AS k)";
