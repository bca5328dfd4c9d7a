//! A generation of keys is closed: nothing that is acknowledged from then on is sealed with it, whoever had it open.

use hilo_journal::{Journal, Position};
use uuid::Uuid;

use crate::database::{Database, context, keyed};
use crate::proxy::Proxy;
use crate::tally::{Command, Tally, no_limit};

fn note() -> Command {
    Command::Note {
        about: Uuid::from_u128(1),
        text: "a secret".to_owned(),
    }
}

/// Closes the open generation, as an erasure does.
async fn close(database: &Database) {
    let mut tx = database.pool.begin().await.unwrap();
    sqlx::query("UPDATE journal_head SET closings = closings + 1")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "UPDATE subject_keys SET closed_at = clock_timestamp() WHERE closed_at IS NULL AND subject = $1",
    )
    .bind(Uuid::from_u128(1))
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn generations(database: &Database) -> Vec<i32> {
    sqlx::query_scalar(
        "SELECT (payload #>> '{data,text,$sealed,generation}')::integer FROM events
         WHERE event_type = 'noted' ORDER BY position",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap()
}

async fn write(journal: &Journal, id: &str) -> Position {
    journal
        .execute::<Tally>(id, note(), no_limit(), context())
        .await
        .unwrap()
        .position
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_stored_under_a_closed_generation_by_a_process_that_does_not_know() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    write(&here, "a").await;
    write(&there, "b").await;
    for round in 1..=10 {
        close(&database).await;
        write(&here, "a").await;
        write(&there, "b").await;
        let all = generations(&database).await;
        assert_eq!(all.last_chunk::<2>().unwrap(), &[round + 1, round + 1]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn under_closings_at_any_moment_each_event_carries_a_generation_open_at_its_position() {
    let database = Database::new().await;
    let journals = [database.journal().await, database.journal().await];
    let writers: Vec<_> = (0..8)
        .map(|writer| {
            let journal = journals[writer % 2].clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    write(&journal, &writer.to_string()).await;
                }
            })
        })
        .collect();
    // Where the journal stood when a generation was closed, read under the lock that every append takes.
    let mut closed_at = Vec::new();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let mut tx = database.pool.begin().await.unwrap();
        let position: i64 = sqlx::query_scalar(
            "UPDATE journal_head SET closings = closings + 1 RETURNING position",
        )
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        let closed: Option<i32> = sqlx::query_scalar(
            "UPDATE subject_keys SET closed_at = clock_timestamp() WHERE closed_at IS NULL RETURNING generation",
        )
        .fetch_optional(&mut *tx)
        .await
        .unwrap();
        tx.commit().await.unwrap();
        closed_at.extend(closed.map(|generation| (generation, position)));
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let stored: Vec<(i64, i32)> = sqlx::query_as(
        "SELECT position, (payload #>> '{data,text,$sealed,generation}')::integer FROM events ORDER BY position",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    assert_eq!(stored.len(), 200);
    assert!(closed_at.len() > 1, "the writers met a closing");
    for (position, generation) in stored {
        for (closed, at) in &closed_at {
            assert!(
                generation != *closed || position <= *at,
                "event {position} is sealed with generation {closed}, closed at {at}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_stored_before_an_answer_was_lost_stays_under_its_generation() {
    let database = Database::new().await;
    let proxy = Proxy::to(&database.options).await;
    let journal = database
        .open_through(proxy.options(&database.options), [7; 32])
        .await
        .unwrap();
    write(&journal, "a").await;
    for round in 1..=5 {
        journal.confirmed_head().await.unwrap();
        proxy.swallow_next_answer();
        // Stored by the statement whose answer is lost; then the generation is closed.
        let writing = {
            let journal = journal.clone();
            tokio::spawn(async move {
                journal
                    .execute::<Tally>("a", note(), no_limit(), keyed(&round.to_string(), "x"))
                    .await
                    .unwrap()
            })
        };
        while !proxy.swallowed() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        close(&database).await;
        let done = writing.await.unwrap();
        assert_eq!(done.sequence, i64::from(round).unsigned_abs() + 1);
    }
    assert_eq!(generations(&database).await, [1, 1, 2, 3, 4, 5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_stored_before_an_answer_was_lost_is_sealed_again() {
    let database = Database::new().await;
    let proxy = Proxy::to(&database.options).await;
    let journal = database
        .open_through(proxy.options(&database.options), [7; 32])
        .await
        .unwrap();
    write(&journal, "a").await;
    for round in 1..=5 {
        // The statement stores nothing, and that answer is lost.
        close(&database).await;
        proxy.swallow_next_answer();
        let done = journal
            .execute::<Tally>("a", note(), no_limit(), context())
            .await
            .unwrap();
        assert!(proxy.swallowed());
        assert_eq!(done.sequence, round + 1);
    }
    assert_eq!(generations(&database).await, [1, 2, 3, 4, 5, 6]);
}
