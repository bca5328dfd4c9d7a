//! Several processes on one database: none answers from a past that it alone still believes in.

use std::time::Duration;

use hilo_journal::{ExecuteError, Position};

use crate::database::{Database, context};
use crate::tally::{Command, Refusal, Tally, limit, no_limit};

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_cache_is_not_used_for_a_refusal() {
    let database = Database::new().await;
    let (here, there) = (database.journal().await, database.journal().await);
    here.execute::<Tally>("a", Command::Close, no_limit(), context())
        .await
        .unwrap();
    // Both have the closed tally cached now, and history changes behind one of them.
    let refused = there
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    assert!(matches!(
        refused,
        Err(ExecuteError::Refused(Refusal::Closed))
    ));
    let nothing = there
        .execute::<Tally>("b", Command::Add(0), no_limit(), context())
        .await
        .unwrap();
    assert_eq!(nothing.position, Position(1));
    here.execute::<Tally>("b", Command::Add(5), no_limit(), context())
        .await
        .unwrap();
    let refused = there
        .execute::<Tally>("b", Command::Add(1), limit(5), context())
        .await;
    assert!(
        matches!(
            refused,
            Err(ExecuteError::Refused(Refusal::OverLimit { limit: 5 }))
        ),
        "the append would have met a conflict, and the second decision the newer state"
    );
    let nothing = there
        .execute::<Tally>("b", Command::Add(0), no_limit(), context())
        .await
        .unwrap();
    assert_eq!((nothing.sequence, nothing.position), (5, Position(6)));
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
