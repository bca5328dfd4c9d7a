//! How fast a journal is verified, and in how much memory: rows as the journal writes them, put there by the thousand.

use std::time::Instant;

use anyhow::{Context as _, Result, bail};
use hilo_journal::verify::{Verdict, database};
use hilo_journal::{Position, StoredEvent, chain, migrate};
use jiff::Timestamp;
use sqlx::PgPool;
use uuid::Uuid;

use crate::postgres;
use crate::report::{Aim, Report};

/// Events that are verified.
const EVENTS: i64 = 500_000;
/// Events of each stream, and of each append.
const STREAM: i64 = 50;
const APPEND: usize = 20;
/// Events in a statement.
const BATCH: usize = 2_000;
/// As long as a sealed text of 150 characters.
const SEALED: &str = "9nq2w8Zt5mJ0c1RkLx7VbYhQfGdSaPoEiUuYtTrEwQ1234567890ZxCvBnMlKjHgFdSaPoIuYtReWqLmNbVcXzAsDfGhJkLpOiUyTrEwQ0987654321QwErTyUiOpAsDfGhJkLzXcVbNm5678901234QwErTyUiOpLkJhGfDsAzXcVbNmPoIuYtReWq";

/// Fills a database and verifies it.
pub async fn run() -> Result<Report> {
    let pool = PgPool::connect(&postgres::create().await?).await?;
    migrate(&pool).await?;
    fill(&pool, EVENTS).await?;
    // From here on: what was in use while filling is none of verify's.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let per_second = per_second(&pool).await?;
    let mut report = Report::new("verify");
    report.aim("events_per_second", per_second, Aim::AtLeast(200_000.0));
    report.note("peak_rss_mb", peak_rss_mb()?);
    Ok(report)
}

/// Verifies a journal once; it must be whole.
pub async fn per_second(pool: &PgPool) -> Result<f64> {
    let started = Instant::now();
    let Verdict::Fits(verified) = database(pool, None).await? else {
        bail!("the journal of the bench is damaged");
    };
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    Ok(verified.events as f64 / started.elapsed().as_secs_f64())
}

/// Writes a journal of so many events, with the digests and links that the appender would have given them.
async fn fill(pool: &PgPool, events: i64) -> Result<()> {
    let (mut batch, mut previous) = (Vec::with_capacity(BATCH), chain::GENESIS);
    let recorded_at: Timestamp = "2026-11-20T10:00:00Z".parse()?;
    let mut append = Vec::with_capacity(APPEND);
    for position in 1..=events {
        let mut event = event(position, recorded_at)?;
        append.push(event.digest);
        if append.len() == APPEND || position == events {
            let first = Position(position + 1 - i64::try_from(append.len())?);
            previous = chain::link(&previous, first, recorded_at, &append);
            event.chain = Some(previous);
            append.clear();
        }
        batch.push(event);
        if batch.len() == BATCH || position == events {
            insert(pool, &batch).await?;
            batch.clear();
        }
    }
    sqlx::query(
        "INSERT INTO journal_head (position, chain, recorded_at, epoch)
         VALUES ($1, $2, '2026-11-20T10:00:00Z', $3)",
    )
    .bind(events)
    .bind(previous)
    .bind(Uuid::new_v4())
    .execute(pool)
    .await?;
    sqlx::query("VACUUM ANALYZE events").execute(pool).await?;
    Ok(())
}

fn event(position: i64, recorded_at: Timestamp) -> Result<StoredEvent> {
    let id = Uuid::from_u128(u128::try_from((position - 1) / STREAM)?);
    let mut event = StoredEvent {
        position: Position(position),
        recorded_at,
        aggregate_type: "chat".to_owned(),
        aggregate_id: id.to_string(),
        sequence: u64::try_from((position - 1) % STREAM + 1)?,
        event_type: "message_received".to_owned(),
        event_version: "1".to_owned(),
        payload: format!(
            r#"{{"type":"message_received","data":{{"message_id":"{id}","client_message_id":"{id}","text":{{"$sealed":{{"subject":"{id}","generation":1,"nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","data":"{SEALED}"}}}},"contact_seq":{position},"at":"2026-11-20T10:00:00Z"}}}}"#
        ),
        metadata: format!(
            r#"{{"actor":{{"kind":"contact","id":"{id}"}},"cause":{{"request":"{id}"}},"correlation_id":"{id}","occurred_at":"2026-11-20T10:00:00Z"}}"#
        ),
        digest: [0; 32],
        chain: None,
    };
    event.digest = chain::digest(&event)?;
    Ok(event)
}

async fn insert(pool: &PgPool, batch: &[StoredEvent]) -> Result<()> {
    let texts = |of: fn(&StoredEvent) -> &str| batch.iter().map(of).collect::<Vec<_>>();
    let sequences = batch.iter().map(|event| i64::try_from(event.sequence));
    let links = batch
        .iter()
        .map(|event| event.chain.as_ref().map(<[u8; 32]>::as_slice));
    sqlx::query(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                             position, recorded_at, digest, chain)
         SELECT 'chat', id, sequence, 'message_received', '1', payload::json, metadata::json,
                position, '2026-11-20T10:00:00Z', digest, chain
         FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bytea[], $7::bytea[])
              AS row(id, sequence, payload, metadata, position, digest, chain)",
    )
    .bind(texts(|event| &event.aggregate_id))
    .bind(sequences.collect::<Result<Vec<_>, _>>()?)
    .bind(texts(|event| &event.payload))
    .bind(texts(|event| &event.metadata))
    .bind(batch.iter().map(|event| event.position.0).collect::<Vec<_>>())
    .bind(batch.iter().map(|event| event.digest.as_slice()).collect::<Vec<_>>())
    .bind(links.collect::<Vec<_>>())
    .execute(pool)
    .await?;
    Ok(())
}

/// The most memory this process held since it was last reset, in MB.
fn peak_rss_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .context("no VmHWM in /proc/self/status")?;
    let kilobytes: f64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_024.0)
}
