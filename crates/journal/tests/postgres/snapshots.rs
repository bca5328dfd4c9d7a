//! Snapshots: loading a long stream begins at one, and one that does not fit is as good as none.

use std::time::Duration;

use hilo_journal::{Journal, Program};
use sqlx::types::Json;
use tokio::time::sleep;

use crate::database::{Database, context};
use crate::tally::{Command, Tally, no_limit};

async fn journal(database: &Database, code: &'static str) -> Journal {
    let program = Program {
        states: Some(code),
        ..Program::default()
    };
    database.open_program(program).await.unwrap()
}

async fn add(journal: &Journal, by: u64) {
    journal
        .execute::<Tally>("a", Command::Add(by), no_limit(), context())
        .await
        .unwrap();
}

async fn last_sequence(database: &Database) -> i64 {
    database
        .count("SELECT coalesce(max(last_sequence), 0) FROM snapshots")
        .await
}

/// Loads as a new process does, which takes a snapshot where one is missing, until one of at least `sequence` is there.
async fn snapshot_of(database: &Database, code: &'static str, sequence: i64) {
    for _ in 0..200 {
        counted(database, code).await;
        if last_sequence(database).await >= sequence {
            return;
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("no snapshot of {sequence} was written");
}

async fn change(database: &Database, statement: &str) {
    let done = sqlx::query(statement).execute(&database.pool).await;
    assert!(done.unwrap().rows_affected() > 0, "{statement}");
}

async fn counted(database: &Database, code: &'static str) -> (u64, u64) {
    let loaded = journal(database, code).await.load::<Tally>("a").await;
    let (tally, sequence) = loaded.unwrap();
    (tally.count, sequence)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_on_a_long_stream_reads_a_snapshot_and_at_most_200_events() {
    let database = Database::new().await;
    let writer = journal(&database, "1").await;
    for _ in 0..50 {
        add(&writer, 100).await;
    }
    snapshot_of(&database, "1", 4_800).await;
    // Whoever still reads what is before the snapshot finds nothing there.
    change(
        &database,
        "DELETE FROM events WHERE sequence < (SELECT last_sequence FROM snapshots)",
    )
    .await;
    let cold = journal(&database, "1").await;
    add(&cold, 1).await;
    assert_eq!(counted(&database, "1").await, (5_001, 5_001));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_stays_in_memory_gets_snapshots_while_it_grows() {
    let database = Database::new().await;
    let writer = journal(&database, "1").await;
    for _ in 0..200 {
        add(&writer, 50).await;
        if last_sequence(&database).await >= 400 {
            return;
        }
    }
    panic!("10,000 events and no second snapshot");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_used_by_the_code_that_made_it_only() {
    let database = Database::new().await;
    add(&journal(&database, "1").await, 250).await;
    snapshot_of(&database, "1", 200).await;
    // Wrong on purpose, so that one sees who believes it.
    change(
        &database,
        r#"UPDATE snapshots SET state = '{"count": 1000, "notes": 0, "closed": false, "saw_open": false}'"#,
    )
    .await;
    assert_eq!(counted(&database, "1").await, (1_000, 250));
    assert_eq!(counted(&database, "2").await, (250, 250));
    let without = database.journal().await.load::<Tally>("a").await.unwrap();
    assert_eq!(without.0.count, 250);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_snapshot_is_ignored_and_replaced() {
    let database = Database::new().await;
    add(&journal(&database, "1").await, 250).await;
    snapshot_of(&database, "1", 200).await;
    change(&database, "UPDATE snapshots SET state = '[]'").await;
    assert_eq!(counted(&database, "1").await, (250, 250));
    for _ in 0..200 {
        let Json(state): Json<serde_json::Value> =
            sqlx::query_scalar("SELECT state FROM snapshots")
                .fetch_one(&database.pool)
                .await
                .unwrap();
        if state["count"] == 250 {
            return;
        }
        sleep(Duration::from_millis(50)).await;
        counted(&database, "1").await;
    }
    panic!("the damaged snapshot stayed");
}

/// What a restore of an older backup leaves, when snapshots came from a newer one.
#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_of_a_history_that_is_gone_is_ignored() {
    let database = Database::new().await;
    add(&journal(&database, "1").await, 250).await;
    snapshot_of(&database, "1", 200).await;
    change(&database, "DELETE FROM events WHERE sequence > 100").await;
    change(&database, "UPDATE journal_head SET position = 100").await;
    assert_eq!(
        counted(&database, "1").await,
        (100, 100),
        "ahead of the stream"
    );
    let other = database.journal().await;
    add(&other, 150).await;
    change(&database, "UPDATE events SET payload = '{\"type\":\"added\",\"data\":{\"by\":2}}' WHERE sequence = 101").await;
    assert_eq!(
        counted(&database, "1").await,
        (251, 250),
        "another event stands where the snapshot ends"
    );
}
