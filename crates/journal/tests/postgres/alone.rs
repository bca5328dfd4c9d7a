//! A caller who finds nobody before it appends by itself: in its place in the one order, and to the end, whatever becomes
//! of the caller.

use std::collections::HashMap;

use cqrs_es::EventStore;
use futures_util::future::join_all;
use hilo_journal::Journal;
use sqlx::{Postgres, Transaction};
use uuid::Uuid;

use crate::chain::verified;
use crate::database::{Database, context};
use crate::tally::{Command, Event, Tally, no_limit};

async fn hold_the_head(database: &Database) -> Transaction<'static, Postgres> {
    let mut holder = database.pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM journal_head FOR UPDATE")
        .execute(&mut *holder)
        .await
        .unwrap();
    holder
}

/// Unlike a command, it ends with whoever waits for it.
async fn commit(journal: Journal) {
    let metadata = HashMap::from([
        ("actor".to_owned(), r#"{"kind":"system"}"#.to_owned()),
        ("cause".to_owned(), r#"{"request":"r"}"#.to_owned()),
        ("correlation_id".to_owned(), Uuid::nil().to_string()),
        ("occurred_at".to_owned(), "2026-11-20T10:00:00Z".to_owned()),
    ]);
    let loaded = EventStore::<Tally>::load_aggregate(&journal, "a").await;
    let events = vec![Event::Added { by: 1 }];
    EventStore::<Tally>::commit(&journal, events, loaded.unwrap(), metadata)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_while_it_appends_loses_nothing_and_holds_nobody_up() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let holder = hold_the_head(&database).await;
    let giving_up = tokio::spawn(commit(journal.clone()));
    database.appends_waiting(1).await;
    giving_up.abort();
    assert!(giving_up.await.unwrap_err().is_cancelled());
    let behind = {
        let journal = journal.clone();
        tokio::spawn(async move {
            journal
                .execute::<Tally>("b", Command::Add(1), no_limit(), context())
                .await
        })
    };
    // What it had sent is not stored: somebody has to send it again.
    assert_eq!(database.kill_appenders().await, 2);
    holder.rollback().await.unwrap();
    assert_eq!(behind.await.unwrap().unwrap().sequence, 1);
    let next = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    assert_eq!(next.unwrap().sequence, 2);
    assert_eq!(verified(&journal, &database).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_come_meanwhile_are_stored_behind_it_together() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let holder = hold_the_head(&database).await;
    let call = || {
        let journal = journal.clone();
        async move {
            let done = journal
                .execute::<Tally>("a", Command::Add(1), no_limit(), context())
                .await;
            done.unwrap().sequence
        }
    };
    let alone = tokio::spawn(call());
    database.appends_waiting(1).await;
    // Each is decided on what the one before it will have stored.
    let release = async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        holder.rollback().await.unwrap();
    };
    let (mut behind, ()) = tokio::join!(join_all((0..5).map(|_| call())), release);
    behind.sort_unstable();
    assert_eq!(alone.await.unwrap(), 1);
    assert_eq!(behind, [2, 3, 4, 5, 6]);
    let events = verified(&journal, &database).await;
    let appends = events.iter().filter(|event| event.chain.is_some()).count();
    assert!(appends <= 3, "six commands in {appends} appends");
}
