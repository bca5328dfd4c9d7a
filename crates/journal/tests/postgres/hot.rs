//! Commands of one aggregate are decided on what those before them will leave, before that is durable: nothing is lost,
//! doubled or out of order when those before them fail after all.

use std::time::Duration;

use futures_util::future::join_all;
use hilo_journal::{ExecuteError, Journal, Position};
use sqlx::postgres::Postgres;
use sqlx::{Connection as _, PgConnection, Transaction};
use tokio::task::JoinHandle;

use crate::chain::verified;
use crate::database::{Database, context, keyed};
use crate::tally::{Command, Refusal, Tally, limit, no_limit};

/// Holds the lock that every append takes.
async fn hold(conn: &mut PgConnection) -> Transaction<'_, Postgres> {
    let mut held = conn.begin().await.unwrap();
    sqlx::query("SELECT 1 FROM journal_head FOR UPDATE")
        .execute(&mut *held)
        .await
        .unwrap();
    held
}

fn add(journal: &Journal, by: u64) -> JoinHandle<Result<u64, String>> {
    let journal = journal.clone();
    tokio::spawn(async move {
        journal
            .execute::<Tally>("a", Command::Add(by), no_limit(), context())
            .await
            .map(|done| done.sequence)
            .map_err(|error| error.to_string())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_command_does_not_wait_for_the_disk_and_is_decided_on_the_one_before() {
    let database = Database::new().await;
    let journal = database.journal().await;
    add(&journal, 1).await.unwrap().unwrap();
    let mut conn = PgConnection::connect_with(&database.options).await.unwrap();
    let held = hold(&mut conn).await;
    // All are queued behind the first, whose append waits.
    let calls: Vec<_> = (0..8).map(|_| add(&journal, 2)).collect();
    database.appends_waiting(1).await;
    held.rollback().await.unwrap();
    let mut sequences: Vec<u64> = join_all(calls)
        .await
        .into_iter()
        .map(|call| call.unwrap().unwrap())
        .collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [3, 5, 7, 9, 11, 13, 15, 17]);
    verified(&journal, &database).await;
    // One append each would have ended in nine links.
    let links = "SELECT count(*) FROM events WHERE chain IS NOT NULL";
    assert!(database.count(links).await < 9);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_on_a_command_that_failed_is_decided_again() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    add(&here, 1).await.unwrap().unwrap();
    let mut conn = PgConnection::connect_with(&database.options).await.unwrap();
    let held = hold(&mut conn).await;
    // The other process goes on with the stream first, so ours no longer fits: the first of ours waits in an append of
    // its own, the others in the next one, where each sequence by itself would still be free.
    let theirs = add(&there, 1);
    database.appends_waiting(1).await;
    let first = add(&here, 1);
    database.appends_waiting(2).await;
    let others: Vec<_> = (0..5).map(|_| add(&here, 3)).collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    held.rollback().await.unwrap();
    assert_eq!(theirs.await.unwrap(), Ok(2));
    for call in [first].into_iter().chain(others) {
        call.await.unwrap().unwrap();
    }
    let (tally, sequence) = there.load::<Tally>("a").await.unwrap();
    assert_eq!((tally.count, sequence), (18, 18));
    verified(&there, &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_rests_on_a_command_that_failed_is_not_answered() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    add(&here, 1).await.unwrap().unwrap();
    let mut conn = PgConnection::connect_with(&database.options).await.unwrap();
    let held = hold(&mut conn).await;
    // The key is used for something else by the other process, so closing will fail here.
    let theirs = tokio::spawn(async move {
        there
            .execute::<Tally>("b", Command::Add(1), no_limit(), keyed("k", "add"))
            .await
    });
    database.appends_waiting(1).await;
    let close = {
        let here = here.clone();
        tokio::spawn(async move {
            here.execute::<Tally>("a", Command::Close, no_limit(), keyed("k", "close"))
                .await
        })
    };
    database.appends_waiting(2).await;
    let refused = add(&here, 1);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!refused.is_finished(), "it rests on what is not durable");
    held.rollback().await.unwrap();
    theirs.await.unwrap().unwrap();
    assert!(matches!(
        close.await.unwrap(),
        Err(ExecuteError::DedupeConflict)
    ));
    assert_eq!(refused.await.unwrap(), Ok(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_answered_once_what_it_rests_on_is_durable() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let mut conn = PgConnection::connect_with(&database.options).await.unwrap();
    let held = hold(&mut conn).await;
    let first = add(&journal, 2);
    database.appends_waiting(1).await;
    let second = {
        let journal = journal.clone();
        tokio::spawn(async move {
            journal
                .execute::<Tally>("a", Command::Add(1), limit(2), context())
                .await
        })
    };
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!second.is_finished());
    held.rollback().await.unwrap();
    assert_eq!(first.await.unwrap(), Ok(2));
    assert!(matches!(
        second.await.unwrap(),
        Err(ExecuteError::Refused(Refusal::OverLimit { limit: 2 }))
    ));
}

/// R2, R4: more commands than are looked up after a start, so that the last ones meet the table's own guard.
#[tokio::test(flavor = "multi_thread")]
async fn repeated_commands_are_recognised_whether_or_not_they_were_expected() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let first = journal
        .execute::<Tally>("a", Command::Add(2), no_limit(), keyed("k", ""))
        .await
        .unwrap();
    for hundred in 0..11 {
        let new = (0..100).map(|number| {
            let (journal, id) = (&journal, (hundred * 100 + number).to_string());
            async move {
                journal
                    .execute::<Tally>(&id, Command::Add(1), no_limit(), keyed(&id, ""))
                    .await
            }
        });
        assert!(join_all(new).await.iter().all(Result::is_ok));
    }
    for _ in 0..2 {
        let (again, new) = tokio::join!(
            journal.execute::<Tally>("a", Command::Add(2), no_limit(), keyed("k", "")),
            journal.execute::<Tally>("new", Command::Add(1), no_limit(), context()),
        );
        let again = again.unwrap();
        assert!(again.repeated && again.position == first.position);
        assert_eq!(again.events, first.events);
        assert!(new.unwrap().position > Position(1_102));
        let other = journal
            .execute::<Tally>("a", Command::Add(9), no_limit(), keyed("k", "9"))
            .await;
        assert!(matches!(other, Err(ExecuteError::DedupeConflict)));
    }
    assert_eq!(database.count("SELECT count(*) FROM events").await, 1_104);
}
