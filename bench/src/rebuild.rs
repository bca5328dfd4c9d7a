//! How fast the read model is made anew from the journal: events a second from the first one to the swap, everything
//! opened, and the memory of it. Also how fast the same journal is verified.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Context as _, Result};
use cqrs_es::EventStore;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use hilo_domain::chat::Chat;
use hilo_journal::{Journal, JournalOptions, MasterKey, migrate};
use hilo_read::Rebuild;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use uuid::Uuid;

use crate::chats::Life;
use crate::postgres;
use crate::report::{Aim, Report};
use crate::verify;

/// Events of a chat in all, and those appended together.
const OF_A_CHAT: usize = 40;
const TOGETHER: usize = 8;
/// Chats that are written at the same time, and so lie mixed in the journal.
const AT_ONCE: usize = 64;

/// Fills a journal with `events` events and rebuilds.
pub async fn run(events: usize) -> Result<Report> {
    let options: PgConnectOptions = postgres::create().await?.parse()?;
    let pool = PgPoolOptions::new()
        .max_connections(32)
        .connect_with(options.clone())
        .await?;
    migrate(&pool).await?;
    let journal = Journal::open(JournalOptions {
        pool: pool.clone().into(),
        append: options.clone(),
        listen: options,
        master_key: MasterKey::from_bytes([7; 32]),
        process: Uuid::new_v4(),
        erasure_ledger: None,
    })
    .await?;
    fill(&journal, events).await?;
    // As after weeks of running: the tables are known to the planner.
    sqlx::query("ANALYZE").execute(&pool).await?;
    forget_peak()?;
    let began = Instant::now();
    let rebuilt = Rebuild::new(&pool.clone().into(), journal).run().await?;
    let seconds = began.elapsed().as_secs_f64();
    let mut report = Report::new("rebuild");
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52 events")]
    let count = rebuilt.position.0 as f64;
    report.aim("events_per_second", count / seconds, Aim::AtLeast(30_000.0));
    report.note("events", count);
    report.note("peak_rss_mb", peak_rss_mb()?);
    forget_peak()?;
    let verified = verify::per_second(&pool).await?;
    report.aim(
        "verify_events_per_second",
        verified,
        Aim::AtLeast(200_000.0),
    );
    report.note("verify_peak_rss_mb", peak_rss_mb()?);
    Ok(report)
}

async fn fill(journal: &Journal, events: usize) -> Result<()> {
    stream::iter(0..events.div_ceil(OF_A_CHAT))
        .map(|number| fill_chat(journal, number as u128))
        .buffer_unordered(AT_ONCE)
        .try_collect::<Vec<()>>()
        .await?;
    Ok(())
}

async fn fill_chat(journal: &Journal, number: u128) -> Result<()> {
    let mut life = Life::new(number);
    let id = life.id.to_string();
    let metadata = HashMap::from([
        ("actor".to_owned(), r#"{"kind":"system"}"#.to_owned()),
        ("cause".to_owned(), r#"{"request":"bench"}"#.to_owned()),
        ("correlation_id".to_owned(), Uuid::new_v4().to_string()),
        ("occurred_at".to_owned(), "2026-11-20T10:00:00Z".to_owned()),
    ]);
    for _ in 0..OF_A_CHAT / TOGETHER {
        let events = life.live(TOGETHER)?;
        let loaded = EventStore::<Chat>::load_aggregate(journal, &id).await?;
        EventStore::<Chat>::commit(journal, events, loaded, metadata.clone()).await?;
    }
    Ok(())
}

/// Lets the kernel count this process's peak from here on.
fn forget_peak() -> Result<()> {
    std::fs::write("/proc/self/clear_refs", "5").context("forgetting the peak of memory")
}

/// The most memory this process held since [`forget_peak`].
fn peak_rss_mb() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|peak| peak.split_whitespace().next())
        .context("/proc/self/status names no VmHWM")?;
    Ok(peak.parse::<f64>()? / 1_024.0)
}
