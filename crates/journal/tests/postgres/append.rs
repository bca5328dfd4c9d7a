//! Appending: one order without gaps, shared statements, and no command that fails its neighbours.

use std::collections::HashSet;

use futures_util::future::join_all;
use hilo_journal::{ExecuteError, JournalError, Position};
use uuid::Uuid;

use crate::chain::verified;
use crate::database::{Database, context, keyed};
use crate::tally::{Command, Refusal, Tally, no_limit};

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_and_64_callers_make_one_order_without_gaps() {
    let database = Database::new().await;
    let journals = [database.journal().await, database.journal().await];
    let callers = (0..64_usize).map(|caller| {
        let journal = journals[caller % 2].clone();
        async move {
            let mut positions = Vec::new();
            for _ in 0..10 {
                let id = format!("tally {caller}");
                let done = journal
                    .execute::<Tally>(&id, Command::Add(1), no_limit(), context())
                    .await
                    .unwrap();
                positions.push(done.position);
            }
            assert!(positions.is_sorted());
            positions
        }
    });
    let positions: HashSet<Position> = join_all(callers).await.into_iter().flatten().collect();
    assert_eq!(positions, (1..=640).map(Position).collect());
    let events = verified(&journals[0], &database).await;
    let appends = events.iter().filter(|event| event.chain.is_some()).count();
    assert!(
        appends < 500,
        "640 commands in {appends} appends: they share statements"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_the_same_stream_lose_nothing() {
    let database = Database::new().await;
    let journals = [database.journal().await, database.journal().await];
    let callers = (0..8_usize).map(|caller| {
        let journal = journals[caller % 2].clone();
        async move {
            let mut done = 0;
            for _ in 0..10 {
                match journal
                    .execute::<Tally>("one", Command::Add(2), no_limit(), context())
                    .await
                {
                    Ok(_) => done += 2,
                    Err(ExecuteError::Journal(JournalError::Contended)) => {}
                    Err(other) => panic!("{other}"),
                }
            }
            done
        }
    });
    let done: u64 = join_all(callers).await.into_iter().sum();
    let (tally, sequence) = journals[0].load::<Tally>("one").await.unwrap();
    assert_eq!((tally.count, sequence), (done, done));
    assert!(done >= 100, "only {done} of 160: retries are of no use");
    verified(&journals[1], &database).await;
}

/// One process's batch is held up while the other changes what it rests on.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_with_conflicts_and_duplicates_stores_what_fits() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    for id in ["a", "b", "c"] {
        here.execute::<Tally>(id, Command::Add(1), no_limit(), context())
            .await
            .unwrap();
    }
    // The other one goes on with "a" and uses the key of "b", before us or right behind, while ours cannot know: we hold
    // the head.
    let mut holder = database.pool.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM journal_head FOR UPDATE")
        .execute(&mut *holder)
        .await
        .unwrap();
    let go_on = {
        let there = there.clone();
        tokio::spawn(async move {
            there
                .execute::<Tally>("a", Command::Add(1), no_limit(), context())
                .await
        })
    };
    database.appends_waiting(1).await;
    let use_key = tokio::spawn(async move {
        there
            .execute::<Tally>("b", Command::Add(1), no_limit(), keyed("k", "b"))
            .await
    });
    // Alone in the queue's head, so that the others share the next statement.
    let first = {
        let here = here.clone();
        tokio::spawn(async move {
            here.execute::<Tally>("first", Command::Add(1), no_limit(), context())
                .await
        })
    };
    database.appends_waiting(2).await;
    let behind = {
        let here = here.clone();
        tokio::spawn(async move {
            tokio::join!(
                here.execute::<Tally>("a", Command::Add(2), no_limit(), context()),
                here.execute::<Tally>("b", Command::Add(1), no_limit(), keyed("k", "b")),
                here.execute::<Tally>("c", Command::Add(1), no_limit(), keyed("l", "c")),
                here.execute::<Tally>("new", Command::Add(1), no_limit(), context()),
            )
        })
    };
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    holder.rollback().await.unwrap();
    let (theirs_a, theirs_b) = (go_on.await.unwrap(), use_key.await.unwrap());
    let first = first.await.unwrap();
    let (a, b, c, new) = behind.await.unwrap();
    assert_eq!(theirs_a.unwrap().sequence, 2);
    assert_eq!(first.unwrap().sequence, 1);
    assert_eq!(a.unwrap().sequence, 4, "decided again on the newer state");
    let (b, theirs_b) = (b.unwrap(), theirs_b.unwrap());
    assert!(b.repeated != theirs_b.repeated, "one of them stored it");
    assert_eq!(b.position, theirs_b.position);
    assert_eq!(c.unwrap().sequence, 2);
    assert_eq!(new.unwrap().sequence, 1);
    verified(&here, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refuses_fails_alone() {
    let database = Database::new().await;
    let journal = database.journal().await;
    sqlx::query("ALTER TABLE events ADD CONSTRAINT poison CHECK (aggregate_id <> 'bad')")
        .execute(&database.pool)
        .await
        .unwrap();
    let calls = (0..40).map(|call| {
        let journal = journal.clone();
        async move {
            let id = if call == 17 {
                "bad".to_owned()
            } else {
                format!("good {call}")
            };
            let done = journal
                .execute::<Tally>(&id, Command::Add(1), no_limit(), context())
                .await;
            assert_eq!(done.is_ok(), call != 17, "{call}: {done:?}");
        }
    });
    join_all(calls).await;
    assert_eq!(verified(&journal, &database).await.len(), 39);
}

#[tokio::test]
async fn nul_characters_are_refused_clearly_and_store_nothing() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let note = Command::Note {
        about: Uuid::from_u128(1),
        text: "a\0b".to_owned(),
    };
    let refused = journal
        .execute::<Tally>("a", note, no_limit(), context())
        .await;
    assert!(matches!(
        refused,
        Err(ExecuteError::Journal(JournalError::Nul { .. }))
    ));
    let refused = journal
        .execute::<Tally>("a\0", Command::Add(1), no_limit(), context())
        .await;
    assert!(
        matches!(
            refused,
            Err(ExecuteError::<Refusal>::Journal(JournalError::Nul { .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(database.count("SELECT count(*) FROM events").await, 0);
}
