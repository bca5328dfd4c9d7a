//! `hilo export`: the journal as JSON lines. Stored bytes go out as they are, so that a file verifies; with `--open`
//! the opened payload stands beside them, and that look is itself an event. Works beside a running server.

use std::io::{BufWriter, Write};

use anyhow::Context;
use hilo_journal::{Journal, Position, RecordedEvent, StoredEvent};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::config::Config;
use crate::data_dir::DataDir;
use crate::storage::Storage;

/// Short transactions: a long one would keep the database from cleaning up.
const PAGE: usize = 1000;

/// One line.
#[derive(Serialize)]
struct Line<'a> {
    position: i64,
    recorded_at: jiff::Timestamp,
    aggregate_type: &'a str,
    aggregate_id: &'a str,
    sequence: u64,
    event_type: &'a str,
    event_version: &'a str,
    payload: &'a RawValue,
    metadata: &'a RawValue,
    digest: String,
    chain: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opened: Option<&'a serde_json::Value>,
}

/// Prints everything after `after` to standard output.
pub async fn run(config: Config, open: bool, after: i64) -> anyhow::Result<()> {
    let data = DataDir::own_or_visit(&config.data)?;
    let storage = Storage::open(&config, &data).await?;
    let result = match storage.journal(&config, &data).await {
        Ok(journal) => print(&journal, open, Position(after)).await,
        Err(error) => Err(error),
    };
    storage.close().await;
    result
}

async fn print(journal: &Journal, open: bool, mut after: Position) -> anyhow::Result<()> {
    // What is there now; a busy server would otherwise keep the export going.
    let end = journal.confirmed_head().await?;
    if open {
        record_the_look(journal, after, end).await?;
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    while after < end {
        let wanted = usize::try_from(end.0 - after.0).unwrap_or(PAGE).min(PAGE);
        let stored = journal.read_sealed(after, wanted).await?;
        let opened = match open {
            true => journal.read(after, wanted).await?,
            false => Vec::new(),
        };
        for (index, event) in stored.iter().enumerate() {
            write_line(&mut out, event, opened.get(index))?;
        }
        after = stored
            .last()
            .with_context(|| format!("the journal ends at {} before its head {}", after.0, end.0))?
            .position;
    }
    out.flush()?;
    Ok(())
}

/// Everything customers wrote is about to be readable: who did that, and how far, must be findable later. Without the
/// event nothing is shown.
async fn record_the_look(journal: &Journal, after: Position, end: Position) -> anyhow::Result<()> {
    let account = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok())
        .unwrap_or_else(|| format!("uid {}", rustix::process::getuid().as_raw()));
    hilo_app::audit::record_export(journal, account.clone(), after, end)
        .await
        .context("recording that the texts are opened")?;
    tracing::warn!(
        target: "hilo_audit",
        act = "journal_exported",
        account = %account,
        after = after.0,
        up_to = end.0,
        "the journal is exported with opened texts"
    );
    Ok(())
}

fn write_line(
    out: &mut impl Write,
    event: &StoredEvent,
    opened: Option<&RecordedEvent>,
) -> anyhow::Result<()> {
    let line = Line {
        position: event.position.0,
        recorded_at: event.recorded_at,
        aggregate_type: &event.aggregate_type,
        aggregate_id: &event.aggregate_id,
        sequence: event.sequence,
        event_type: &event.event_type,
        event_version: &event.event_version,
        payload: serde_json::from_str(&event.payload).context("a stored payload")?,
        metadata: serde_json::from_str(&event.metadata).context("stored metadata")?,
        digest: hex::encode(event.digest),
        chain: event.chain.map(hex::encode),
        opened: opened.map(|event| &event.payload),
    };
    serde_json::to_writer(&mut *out, &line).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_bytes_stand_in_the_line_as_they_are() {
        let event = StoredEvent {
            position: Position(7),
            recorded_at: "2026-11-21T10:00:00.123456Z".parse().unwrap(),
            aggregate_type: "chat".to_owned(),
            aggregate_id: "c".to_owned(),
            sequence: 1,
            event_type: "chat_read".to_owned(),
            event_version: "1".to_owned(),
            // Odd but valid: order, spaces and number forms are part of what the digest is over.
            payload: r#"{"z":1.0, "a":  "\u00e9"}"#.to_owned(),
            metadata: r#"{"actor":null}"#.to_owned(),
            digest: [1; 32],
            chain: None,
        };
        let mut out = Vec::new();
        write_line(&mut out, &event, None).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.contains(r#""payload":{"z":1.0, "a":  "\u00e9"},"metadata""#),
            "{text}"
        );
        assert!(
            text.contains(r#""recorded_at":"2026-11-21T10:00:00.123456Z""#),
            "{text}"
        );
        assert!(text.ends_with(",\"chain\":null}\n"), "{text}");
    }
}
