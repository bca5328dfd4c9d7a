//! The stock way: `CqrsFramework` of cqrs-es on postgres-es with one view, an event as large as ours. Its callers write
//! into many short streams, which is what suits it: it loads a whole stream for each command.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::GenericQuery;
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View};
use postgres_es::{PostgresCqrs, PostgresViewRepository, postgres_cqrs};
use serde::{Deserialize, Serialize};
use sqlx::postgres::PgPoolOptions;
use sqlx::{Executor as _, PgPool};
use uuid::Uuid;

use super::callers::{Rate, drive};
use crate::postgres;

/// Streams that the callers share out among themselves.
const STREAMS: usize = 2_048;
/// What an event's JSON takes beside its text.
const OTHER_BYTES: i64 = 24;

/// The tables as postgres-es describes them.
const TABLES: &str = "
    CREATE TABLE events (
        aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint NOT NULL CHECK (sequence >= 0),
        event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence));
    CREATE TABLE log_view (
        view_id text NOT NULL PRIMARY KEY, version bigint NOT NULL CHECK (version >= 0), payload json NOT NULL)";

/// A framework over tables of its own.
pub struct Stock {
    framework: Arc<PostgresCqrs<Log>>,
    text: String,
    ids: Vec<String>,
}

impl Stock {
    /// Makes the tables; events will have payloads of so many bytes.
    pub async fn open(payload_bytes: i64) -> Result<Self> {
        let address = postgres::create().await?;
        let pool: PgPool = PgPoolOptions::new()
            .max_connections(32)
            .acquire_timeout(Duration::from_secs(60))
            .connect(&address)
            .await?;
        pool.execute(TABLES).await?;
        let views = Arc::new(PostgresViewRepository::<LogView, Log>::new(
            "log_view",
            pool.clone(),
        ));
        let query = GenericQuery::<_, LogView, Log>::new(views);
        Ok(Self {
            framework: Arc::new(postgres_cqrs(pool, vec![Box::new(query)], ())),
            text: "x".repeat(usize::try_from(payload_bytes - OTHER_BYTES)?),
            ids: (0..STREAMS).map(|_| Uuid::new_v4().to_string()).collect(),
        })
    }

    /// Commands from `callers` at once, each in streams of its own.
    pub async fn run(&self, callers: usize, span: Duration) -> Result<Rate> {
        drive(callers, span, |number| {
            let own: Vec<String> = self
                .ids
                .iter()
                .skip(number)
                .step_by(callers)
                .cloned()
                .collect();
            let mut ids = own.into_iter().cycle();
            let (framework, text) = (Arc::clone(&self.framework), self.text.clone());
            move || {
                let (framework, id, text) = (Arc::clone(&framework), ids.next(), text.clone());
                async move {
                    let id = id.context("a caller has no stream")?;
                    Ok(framework.execute(&id, text).await?)
                }
            }
        })
        .await
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Log {
    entries: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Entry {
    Written { text: String },
}

impl DomainEvent for Entry {
    fn event_type(&self) -> String {
        "written".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Log {
    const TYPE: &'static str = "log";
    type Command = String;
    type Event = Entry;
    type Error = Infallible;
    type Services = ();

    async fn handle(
        &mut self,
        text: String,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(Entry::Written { text }, self).await;
        Ok(())
    }

    fn apply(&mut self, _: Entry) {
        self.entries += 1;
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct LogView {
    entries: u64,
}

impl View<Log> for LogView {
    fn update(&mut self, _: &EventEnvelope<Log>) {
        self.entries += 1;
    }
}
