//! What must hold after any fault: every acknowledged message is there exactly once, nothing has a gap, the chain
//! verifies, and the read model is what a cold rebuild makes of the journal.

use std::collections::{BTreeMap, HashMap};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};

use crate::export::{chain_fits, export, is_gapless, lines};
use crate::hilo::Hilo;
use crate::json::At as _;
use crate::load::Acknowledged;
use crate::until;

/// Checks all of it; the read model is thrown away and made again for that. Gives the number of events.
///
/// # Errors
/// Naming what does not hold.
pub async fn check_everything(hilo: &mut Hilo, acknowledged: &Acknowledged) -> Result<usize> {
    is_ready(hilo).await?;
    let text = export(hilo, true).await?;
    let events = lines(&text)?;
    is_gapless(&events)?;
    chain_fits(&text)?;
    each_once(&events, acknowledged)?;
    equals_a_cold_rebuild(hilo).await?;
    Ok(events.len())
}

/// Waits for `/readyz` to be green.
///
/// # Errors
/// When it stays red.
pub async fn is_ready(hilo: &Hilo) -> Result<Value> {
    let mut last = Value::Null;
    let ready = until("/readyz is green", async || {
        let (status, body) = hilo.readiness().await?;
        last = body;
        Ok((status == Some(200)).then(|| last.clone()))
    })
    .await;
    ready.with_context(|| last.to_string())
}

/// Every acknowledged message is there once, under the ids that were answered; nothing is there twice, acknowledged or
/// not; the numbers of each contact's window have no gap.
///
/// # Errors
/// Naming the message.
pub fn each_once(events: &[Value], acknowledged: &Acknowledged) -> Result<()> {
    let mut received: HashMap<&str, &Value> = HashMap::new();
    let mut last: HashMap<&str, i64> = HashMap::new();
    for event in events {
        let data = event.at("/opened/data");
        if event.text("/event_type") == "message_received" {
            let text = data.text("/text/$personal/value");
            ensure!(
                received.insert(text, data).is_none(),
                "{text:?} is there more than once"
            );
        }
        if event.text("/aggregate_type") == "chat" && data.get("contact_seq").is_some() {
            let chat = event.text("/aggregate_id");
            let number = last.entry(chat).or_insert(0);
            *number += 1;
            ensure!(
                data.number("/contact_seq") == *number,
                "the window of {chat} has a gap at {number}"
            );
        }
    }
    for (text, result) in acknowledged {
        let Some(message) = received.get(text.as_str()) else {
            bail!("{text:?} was acknowledged and is lost: {result}");
        };
        ensure!(
            message.at("/message_id") == result.at("/message_id"),
            "{text:?} was acknowledged as another: {result}"
        );
        ensure!(
            message.at("/contact_seq") == result.at("/seq"),
            "{text:?} has another number: {result}"
        );
    }
    Ok(())
}

/// The rows are the same after they were thrown away and made again.
///
/// # Errors
/// Naming the first row that differs.
pub async fn equals_a_cold_rebuild(hilo: &mut Hilo) -> Result<()> {
    let before = rows(hilo.database_url()).await?;
    hilo.kill().await?;
    forget_rows(hilo.database_url()).await?;
    hilo.start_again().await?;
    let after = rows(hilo.database_url()).await?;
    for (table, rows) in &before {
        let made = after
            .get(table)
            .with_context(|| format!("no table {table}"))?;
        ensure!(
            rows.len() == made.len(),
            "{table}: {} rows, {} in a cold rebuild",
            rows.len(),
            made.len()
        );
        if let Some((row, made)) = rows.iter().zip(made).find(|(row, made)| row != made) {
            bail!("{table}: a cold rebuild makes another row:\n{row}\n{made}");
        }
    }
    Ok(())
}

/// Every row of the live read model, by table, once the projector has reached the journal's head.
///
/// # Errors
/// When it does not.
pub async fn rows(database_url: &str) -> Result<BTreeMap<String, Vec<String>>> {
    let mut connection = PgConnection::connect(database_url).await?;
    let schema = until("the read model has caught up", async || {
        let Some((schema, position)) = live_schema(&mut connection).await? else {
            return Ok(None);
        };
        let head: i64 = sqlx::query_scalar("SELECT coalesce(max(position), 0) FROM events")
            .fetch_one(&mut connection)
            .await?;
        Ok((position == head).then_some(schema))
    })
    .await?;
    let selects: Vec<(String, String)> = sqlx::query_as(
        "SELECT tablename::text, format('SELECT to_jsonb(t)::text FROM %I.%I AS t ORDER BY 1', schemaname, tablename)
         FROM pg_tables WHERE schemaname = $1",
    )
    .bind(&schema)
    .fetch_all(&mut connection)
    .await?;
    let mut rows = BTreeMap::new();
    for (table, select) in selects {
        let found = sqlx::query_scalar(&select)
            .fetch_all(&mut connection)
            .await?;
        rows.insert(table, found);
    }
    connection.close().await?;
    Ok(rows)
}

/// The name of the live schema and how far its rows reach; of several, the one furthest in its number.
async fn live_schema(connection: &mut PgConnection) -> Result<Option<(String, i64)>> {
    let asks: Vec<(String, String)> = sqlx::query_as(
        "SELECT nspname::text, format('SELECT stage = ''live'', position FROM %I.progress', nspname) FROM pg_namespace
         WHERE nspname ~ '^read_[0-9a-f]+_[0-9]+$'
         ORDER BY substring(nspname from '[0-9]+$')::bigint DESC",
    )
    .fetch_all(&mut *connection)
    .await?;
    for (schema, ask) in asks {
        let (live, position): (bool, i64) =
            sqlx::query_as(&ask).fetch_one(&mut *connection).await?;
        if live {
            return Ok(Some((schema, position)));
        }
    }
    Ok(None)
}

/// Throws every read model away, with its checkpoint.
async fn forget_rows(database_url: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database_url).await?;
    let drops: Vec<String> = sqlx::query_scalar(
        "SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace
         WHERE nspname ~ '^read_[0-9a-f]+_[0-9]+$'",
    )
    .fetch_all(&mut connection)
    .await?;
    for statement in &drops {
        sqlx::raw_sql(statement).execute(&mut connection).await?;
    }
    sqlx::query("DELETE FROM checkpoints WHERE starts_with(name, 'read_')")
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}
