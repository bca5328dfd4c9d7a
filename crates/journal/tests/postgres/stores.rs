//! The journal speaks cqrs-es: its framework works on it, and the reader of postgres-es reads its table.

use std::collections::HashMap;

use cqrs_es::persist::PersistedEventRepository;
use cqrs_es::{AggregateError, CqrsFramework, EventStore};
use postgres_es::PostgresEventRepository;
use serde::Deserialize;
use uuid::Uuid;

use crate::chain::verified;
use crate::database::{Database, context};
use crate::tally::{Command, Event, Limit, Personal, Refusal, Tally, no_limit};

#[tokio::test]
async fn the_reader_of_postgres_es_reads_our_events() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let note = Command::Note {
        about: Uuid::from_u128(1),
        text: "hello".to_owned(),
    };
    journal
        .execute::<Tally>("a", Command::Add(2), no_limit(), context())
        .await
        .unwrap();
    journal
        .execute::<Tally>("a", note, no_limit(), context())
        .await
        .unwrap();
    let reader = PostgresEventRepository::new(database.pool.clone());
    let read = reader.get_events::<Tally>("a").await.unwrap();
    assert_eq!(
        read.iter().map(|event| event.sequence).collect::<Vec<_>>(),
        [1, 2, 3]
    );
    let events: Vec<Event> = read
        .iter()
        .map(|event| Event::deserialize(&event.payload).unwrap())
        .collect();
    assert_eq!(events[0], Event::Added { by: 1 });
    assert!(matches!(
        &events[2],
        Event::Noted {
            text: Personal::Sealed(_),
            ..
        }
    ));
    assert_eq!(
        reader.get_last_events::<Tally>("a", 2).await.unwrap().len(),
        1
    );
    let mut stream = reader.stream_all_events::<Tally>().await.unwrap();
    assert!(stream.next::<Tally>(&[]).await.is_some());
}

fn metadata() -> HashMap<String, String> {
    HashMap::from([
        ("actor".to_owned(), r#"{"kind":"system"}"#.to_owned()),
        ("cause".to_owned(), r#"{"request":"r"}"#.to_owned()),
        ("correlation_id".to_owned(), Uuid::nil().to_string()),
        ("occurred_at".to_owned(), "2026-11-20T10:00:00Z".to_owned()),
    ])
}

#[tokio::test]
async fn the_framework_of_cqrs_es_works_on_the_journal() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let framework = CqrsFramework::<Tally, _>::new(journal.clone(), Vec::new(), Limit(3));
    framework
        .execute_with_metadata("a", Command::Add(3), metadata())
        .await
        .unwrap();
    let refused = framework
        .execute_with_metadata("a", Command::Add(1), metadata())
        .await;
    assert!(matches!(
        refused,
        Err(AggregateError::UserError(Refusal::OverLimit { limit: 3 }))
    ));
    assert!(
        framework.execute("a", Command::Close).await.is_err(),
        "an event needs its metadata"
    );
    let envelopes = EventStore::<Tally>::load_events(&journal, "a")
        .await
        .unwrap();
    assert_eq!(envelopes.len(), 3);
    assert_eq!(envelopes[2].metadata, metadata());
    verified(&journal, &database).await;
}

#[tokio::test]
async fn a_stream_that_went_on_is_a_conflict() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let stale = EventStore::<Tally>::load_aggregate(&journal, "a")
        .await
        .unwrap();
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    let late =
        EventStore::<Tally>::commit(&journal, vec![Event::Closed {}], stale, metadata()).await;
    assert!(matches!(late, Err(AggregateError::AggregateConflict)));
}
