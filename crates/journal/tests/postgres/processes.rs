//! Several processes on one database: none answers from a past that it alone still believes in.

use std::time::Duration;

use hilo_journal::{ExecuteError, Position};

use crate::database::{Database, context};
use crate::tally::{Command, Event, Refusal, Tally, no_limit};

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_cache_is_not_used_for_a_refusal() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    for round in 1..=20 {
        here.execute::<Tally>("a", Command::Close, no_limit(), context())
            .await
            .unwrap();
        // Now the other one has seen it closed, and keeps that.
        let refused = there
            .execute::<Tally>("a", Command::Add(1), no_limit(), context())
            .await;
        assert!(matches!(
            refused,
            Err(ExecuteError::Refused(Refusal::Closed))
        ));
        here.execute::<Tally>("a", Command::Reopen, no_limit(), context())
            .await
            .unwrap();
        let added = there
            .execute::<Tally>("a", Command::Add(1), no_limit(), context())
            .await;
        assert_eq!(added.unwrap().sequence, round * 3);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_cache_is_not_used_for_nothing_to_do() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    for round in 1..=20 {
        here.execute::<Tally>("a", Command::Close, no_limit(), context())
            .await
            .unwrap();
        let nothing = there
            .execute::<Tally>("a", Command::Close, no_limit(), context())
            .await
            .unwrap();
        assert!(nothing.events.is_empty());
        assert_eq!(
            nothing.position,
            Position(round * 4 - 3),
            "the head that it was confirmed at"
        );
        here.execute::<Tally>("a", Command::Reopen, no_limit(), context())
            .await
            .unwrap();
        let closed = there
            .execute::<Tally>("a", Command::Close, no_limit(), context())
            .await
            .unwrap();
        assert_eq!(closed.events, [Event::Closed {}]);
        here.execute::<Tally>("a", Command::Reopen, no_limit(), context())
            .await
            .unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_others_hear_of_an_append_at_once_and_without_wake_ups_within_half_a_second() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    let mut head = there.head();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut waits = Vec::new();
    for expected in 1..=5 {
        here.execute::<Tally>("a", Command::Add(1), no_limit(), context())
            .await
            .unwrap();
        let since = std::time::Instant::now();
        let heard = head.wait_for(|position| *position >= Position(expected));
        tokio::time::timeout(Duration::from_secs(2), heard)
            .await
            .unwrap()
            .unwrap();
        waits.push(since.elapsed());
        tokio::time::sleep(Duration::from_millis(120)).await;
    }
    waits.sort();
    assert!(waits[2] < Duration::from_millis(150), "{waits:?}");
    // Now nobody hears any wake-up.
    database
        .count(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND query ILIKE 'listen%'",
        )
        .await;
    here.execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    let heard = head.wait_for(|position| *position >= Position(6));
    tokio::time::timeout(Duration::from_millis(1_000), heard)
        .await
        .unwrap()
        .unwrap();
}
