//! Rows that follow a real journal, as they do in a process.

use std::collections::HashMap;
use std::time::Duration;

use cqrs_es::{AggregateContext, EventStore};
use hilo_domain::chat::{Chat, ChatEvent};
use hilo_journal::{Journal, JournalOptions, MasterKey, Position, migrate};
use hilo_read::ReadModel;
use sqlx::PgPool;
use tokio::time::timeout;
use uuid::Uuid;

use crate::database::database;
use crate::history::History;

/// What does not come so long is not coming.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A journal on a fresh database.
pub async fn journal() -> (PgPool, Journal) {
    let pool = database().await;
    migrate(&pool).await.unwrap();
    let journal = open(&pool).await;
    (pool, journal)
}

/// The journal as another process opens it.
pub async fn open(pool: &PgPool) -> Journal {
    let options = (*pool.connect_options()).clone();
    Journal::open(JournalOptions {
        pool: pool.clone().into(),
        append: options.clone(),
        listen: options,
        master_key: MasterKey::from_bytes([7; 32]),
        process: Uuid::new_v4(),
        erasure_ledger: None,
    })
    .await
    .unwrap()
}

/// Appends what a history has behind `from`, each event as a commit of its own, in its order.
pub async fn append(journal: &Journal, history: &History, from: usize) {
    for event in &history.events[from..] {
        if event.aggregate_type != "chat" {
            continue;
        }
        let mut loaded = EventStore::<Chat>::load_aggregate(journal, &event.aggregate_id)
            .await
            .unwrap();
        let decoded: ChatEvent = event.decode().unwrap();
        let metadata = HashMap::from([
            ("actor".to_owned(), r#"{"kind":"system"}"#.to_owned()),
            ("cause".to_owned(), r#"{"request":"test"}"#.to_owned()),
            ("correlation_id".to_owned(), Uuid::nil().to_string()),
            (
                "occurred_at".to_owned(),
                event.metadata.occurred_at.to_string(),
            ),
        ]);
        let _: &mut Chat = loaded.aggregate();
        EventStore::<Chat>::commit(journal, vec![decoded], loaded, metadata)
            .await
            .unwrap();
    }
}

/// Lives on for so many events; gives where they begin.
pub fn lived(history: &mut History, events: usize) -> usize {
    let from = history.events.len();
    while history.events.len() < from + events {
        history.live(6);
    }
    from
}

/// Waits until the rows reach there.
pub async fn reach(model: &ReadModel, position: Position) {
    let mut progress = model.progress();
    timeout(PATIENCE, progress.wait_for(|here| *here >= position))
        .await
        .expect("the projector is there in time")
        .unwrap();
}

/// Where the journal ends.
pub async fn head(journal: &Journal) -> Position {
    journal.confirmed_head().await.unwrap()
}
