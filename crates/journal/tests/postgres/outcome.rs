//! The appender's connection dies while it commits: every acknowledged command is there once, and only once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use hilo_journal::{ExecuteError, JournalError};

use crate::chain::verified;
use crate::database::{Database, context, keyed};
use crate::proxy::Proxy;
use crate::tally::{Command, Tally, no_limit};

#[tokio::test(flavor = "multi_thread")]
async fn killed_connections_lose_and_repeat_nothing() {
    let database = Arc::new(Database::new().await);
    let journal = database.journal().await;
    let done = Arc::new(AtomicBool::new(false));
    let killer = {
        let (database, done) = (Arc::clone(&database), Arc::clone(&done));
        tokio::spawn(async move {
            let mut kills = 0_u64;
            while !done.load(Ordering::Relaxed) && kills < 40 {
                tokio::time::sleep(Duration::from_millis(30 + kills * 13 % 70)).await;
                kills += database.kill_appenders().await.unsigned_abs();
            }
            kills
        })
    };
    let callers = (0..32).map(|caller| {
        let journal = journal.clone();
        async move {
            let id = format!("tally {caller}");
            let mut acknowledged = 0;
            for call in 0..25 {
                let with = if call % 2 == 0 {
                    context()
                } else {
                    keyed(&format!("{caller} {call}"), "")
                };
                let answer = journal
                    .execute::<Tally>(&id, Command::Add(2), no_limit(), with)
                    .await;
                acknowledged += answer.unwrap().events.len() as u64;
            }
            let (tally, sequence) = journal.load::<Tally>(&id).await.unwrap();
            assert_eq!((tally.count, sequence), (acknowledged, acknowledged));
            acknowledged
        }
    });
    let acknowledged: u64 = join_all(callers).await.into_iter().sum();
    done.store(true, Ordering::Relaxed);
    let kills = killer.await.unwrap();
    assert!(kills > 5, "only {kills} kills");
    assert_eq!(acknowledged, 32 * 25 * 2);
    assert_eq!(
        verified(&journal, &database).await.len() as u64,
        acknowledged
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_history_is_noticed_and_changes_the_epoch() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let other = database.journal().await;
    for _ in 0..3 {
        journal
            .execute::<Tally>("a", Command::Add(1), no_limit(), context())
            .await
            .unwrap();
    }
    let before = journal.epoch();
    // What a failover to a standby that was behind looks like: the last append never was.
    sqlx::query(
        "WITH gone AS (DELETE FROM events WHERE position = 3 RETURNING 1)
         UPDATE journal_head SET position = 2, chain = (SELECT chain FROM events WHERE position = 2)",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    database.kill_appenders().await;
    let next = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    assert_eq!((next.sequence, next.position.0), (3, 3));
    assert_ne!(journal.epoch(), before);
    verified(&journal, &database).await;
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(other.epoch(), journal.epoch());
}

/// The server has committed, and its answer never arrives.
#[tokio::test(flavor = "multi_thread")]
async fn a_swallowed_answer_is_found_out_and_nothing_is_stored_twice() {
    let database = Database::new().await;
    let proxy = Proxy::to(&database.options).await;
    let through = proxy.options(&database.options);
    let journal = database.open_through(through, [7; 32]).await.unwrap();
    for round in 0..5 {
        proxy.swallow_next_answer();
        let (plain, noted, nothing) = tokio::join!(
            journal.execute::<Tally>("plain", Command::Add(2), no_limit(), context()),
            journal.execute::<Tally>(
                "noted",
                Command::Add(1),
                no_limit(),
                keyed(&format!("a{round}"), "")
            ),
            journal.execute::<Tally>(
                "nothing",
                Command::Add(0),
                no_limit(),
                keyed(&format!("b{round}"), "")
            ),
        );
        assert_eq!(plain.unwrap().sequence, (round + 1) * 2);
        let noted = noted.unwrap();
        assert_eq!((noted.sequence, noted.repeated), (round + 1, false));
        assert!(!nothing.unwrap().repeated);
        assert!(proxy.swallowed(), "an answer was lost in round {round}");
    }
    assert_eq!(verified(&journal, &database).await.len(), 15);
    assert_eq!(database.count("SELECT count(*) FROM dedupe").await, 10);
}

/// R12: what a full disk says comes from a trigger here; tests/faults fills a real one.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_is_over_when_it_is_over() {
    let database = Database::new().await;
    let journal = database.journal().await;
    for statement in [
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER full_disk BEFORE INSERT ON events EXECUTE FUNCTION full_disk()",
    ] {
        sqlx::query(statement)
            .execute(&database.pool)
            .await
            .unwrap();
    }
    assert!(journal.health().await.appender);
    let answer = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    assert!(matches!(
        answer,
        Err(ExecuteError::Journal(JournalError::Unavailable(_)))
    ));
    assert!(!journal.health().await.appender);
    sqlx::query("DROP TRIGGER full_disk ON events")
        .execute(&database.pool)
        .await
        .unwrap();
    // Nothing is appended meanwhile: it looks by itself.
    let mut looks = 0;
    while !journal.health().await.appender {
        looks += 1;
        assert!(looks < 100, "it does not find out");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let answer = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    assert_eq!(answer.unwrap().sequence, 1);
}
