//! Anyone can recompute digests and chain from the stored rows, and sees where a byte was changed.

use hilo_journal::{Journal, Position, StoredEvent, chain};

use crate::database::{Database, context};
use crate::tally::{Command, Tally, no_limit};

/// Recomputes everything from the stored rows; gives them back.
pub async fn verified(journal: &Journal, database: &Database) -> Vec<StoredEvent> {
    let mut events: Vec<StoredEvent> = Vec::new();
    loop {
        let after = events
            .last()
            .map_or(Position::START, |event| event.position);
        let page = journal.read_sealed(after, 1_000).await.unwrap();
        if page.is_empty() {
            break;
        }
        events.extend(page);
    }
    let (mut previous, mut link) = (chain::GENESIS, Vec::new());
    let mut last_at = None;
    for (event, expected) in events.iter().zip(1..) {
        assert_eq!(event.position, Position(expected), "positions have no gap");
        assert_eq!(
            event.digest,
            chain::digest(event).unwrap(),
            "digest of {expected}"
        );
        assert!(
            last_at <= Some(event.recorded_at),
            "time goes back at {expected}"
        );
        last_at = Some(event.recorded_at);
        link.push(event.digest);
        if let Some(stored) = event.chain {
            let first = Position(expected + 1 - i64::try_from(link.len()).unwrap());
            previous = chain::link(&previous, first, event.recorded_at, &link);
            assert_eq!(stored, previous, "chain at {expected}");
            link.clear();
        }
    }
    assert!(link.is_empty(), "the last event ends an append");
    let (position, end): (i64, Vec<u8>) =
        sqlx::query_as("SELECT position, chain FROM journal_head")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!(position, i64::try_from(events.len()).unwrap());
    assert_eq!(end, previous);
    events
}

#[tokio::test]
async fn the_chain_can_be_recomputed_from_the_rows() {
    let database = Database::new().await;
    let journal = database.journal().await;
    for by in [1, 3, 2] {
        journal
            .execute::<Tally>("a", Command::Add(by), no_limit(), context())
            .await
            .unwrap();
    }
    assert_eq!(verified(&journal, &database).await.len(), 6);
}

#[tokio::test]
async fn a_changed_byte_changes_the_digest() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    sqlx::query("UPDATE events SET payload = replace(payload::text, '1', '2')::json")
        .execute(&database.pool)
        .await
        .unwrap();
    let stored = journal.read_sealed(Position::START, 1).await.unwrap();
    assert_ne!(chain::digest(&stored[0]).unwrap(), stored[0].digest);
}
