//! Commands: the first answer comes back, a refusal is never taken from what is merely cached, and nothing is lost with
//! the caller.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hilo_journal::{ExecuteError, FactSource, FactsBehind, JournalError, Position};

use crate::database::{Database, context, keyed};
use crate::tally::{Command, Event, Limit, Refusal, Tally, limit, no_limit};

#[tokio::test]
async fn a_command_that_comes_again_gets_the_first_answer() {
    let database = Database::new().await;
    let (journal, other) = (database.journal().await, database.journal().await);
    let first = journal
        .execute::<Tally>("a", Command::Add(3), no_limit(), keyed("k", "add 3"))
        .await
        .unwrap();
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    for journal in [&journal, &other] {
        let again = journal
            .execute::<Tally>("a", Command::Add(3), no_limit(), keyed("k", "add 3"))
            .await
            .unwrap();
        assert!(again.repeated && !first.repeated);
        assert_eq!(again.events, first.events);
        assert_eq!((again.sequence, again.position), (3, Position(3)));
    }
    assert_eq!(database.count("SELECT count(*) FROM events").await, 4);
}

#[tokio::test]
async fn a_refusal_and_a_nothing_to_do_are_remembered_too() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let refused = ExecuteError::Refused(Refusal::OverLimit { limit: 2 });
    for _ in 0..2 {
        // The second time the limit would allow it.
        let facts = if database.count("SELECT count(*) FROM dedupe").await == 0 {
            limit(2)
        } else {
            no_limit()
        };
        let answer = journal
            .execute::<Tally>("a", Command::Add(3), facts, keyed("k", ""))
            .await;
        assert_eq!(format!("{:?}", answer.unwrap_err()), format!("{refused:?}"));
    }
    journal
        .execute::<Tally>("a", Command::Close, no_limit(), context())
        .await
        .unwrap();
    for repeated in [false, true] {
        let answer = journal
            .execute::<Tally>("a", Command::Close, no_limit(), keyed("close", ""))
            .await
            .unwrap();
        assert_eq!(
            (answer.events.len(), answer.sequence, answer.repeated),
            (0, 1, repeated)
        );
        assert_eq!(answer.position, Position(1));
    }
    assert_eq!(database.count("SELECT count(*) FROM events").await, 1);
}

#[tokio::test]
async fn a_key_with_other_content_or_another_aggregate_is_a_conflict() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), keyed("k", "x"))
        .await
        .unwrap();
    for (id, content) in [("a", "y"), ("b", "x")] {
        let answer = journal
            .execute::<Tally>(id, Command::Add(1), no_limit(), keyed("k", content))
            .await;
        assert!(matches!(answer, Err(ExecuteError::DedupeConflict)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_many_times_at_once_is_carried_out_once() {
    let database = Database::new().await;
    let journals = [database.journal().await, database.journal().await];
    let calls = (0..20_usize).map(|call| {
        let journal = journals[call % 2].clone();
        tokio::spawn(async move {
            journal
                .execute::<Tally>("a", Command::Add(2), no_limit(), keyed("k", ""))
                .await
        })
    });
    let mut fresh = 0;
    for call in calls.collect::<Vec<_>>() {
        let answer = call.await.unwrap().unwrap();
        assert_eq!((answer.position, answer.events.len()), (Position(2), 2));
        fresh += u32::from(!answer.repeated);
    }
    assert_eq!(fresh, 1);
    assert_eq!(database.count("SELECT count(*) FROM events").await, 2);
}

#[tokio::test]
async fn only_keyed_hashes_of_a_key_are_stored() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>(
            "a",
            Command::Add(1),
            no_limit(),
            keyed("wamid.48600100200", "hello"),
        )
        .await
        .unwrap();
    let row: String = sqlx::query_scalar("SELECT d::text FROM dedupe AS d")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    let hex: String = b"48600100200"
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert!(
        !row.contains("48600100200") && !row.contains(&hex) && !row.contains("hello"),
        "{row}"
    );
}

/// A limit that one process has not heard of yet.
struct Growing {
    stale: u64,
    fresh: Arc<AtomicU64>,
}

#[async_trait]
impl FactSource<Limit> for Growing {
    async fn current(&self) -> Result<Limit, FactsBehind> {
        Ok(Limit(self.stale))
    }

    async fn at_least(&self, _: Position) -> Result<Limit, FactsBehind> {
        match self.fresh.load(Ordering::Relaxed) {
            0 => Err(FactsBehind),
            fresh => Ok(Limit(fresh)),
        }
    }
}

#[tokio::test]
async fn a_refusal_from_stale_facts_is_confirmed_and_fails_closed() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let fresh = Arc::new(AtomicU64::new(10));
    let facts = Arc::new(Growing {
        stale: 0,
        fresh: Arc::clone(&fresh),
    });
    journal
        .execute::<Tally>("a", Command::Add(5), facts.clone(), context())
        .await
        .unwrap();
    fresh.store(0, Ordering::Relaxed);
    let answer = journal
        .execute::<Tally>("a", Command::Add(5), facts, context())
        .await;
    assert!(matches!(answer, Err(ExecuteError::FactsBehind)));
}

#[tokio::test]
async fn a_caller_that_hangs_up_loses_the_answer_and_not_the_act() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let call = journal.execute::<Tally>("a", Command::Add(1), no_limit(), context());
    assert!(
        tokio::time::timeout(Duration::from_micros(50), call)
            .await
            .is_err()
    );
    let mut head = journal.head();
    let arrived = head.wait_for(|position| *position == Position(1));
    tokio::time::timeout(Duration::from_secs(5), arrived)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_panic_while_deciding_is_an_error_and_blocks_nobody() {
    let database = Database::new().await;
    let journal = database.journal().await;
    let answer = journal
        .execute::<Tally>("a", Command::Panic, no_limit(), context())
        .await;
    assert!(matches!(
        answer,
        Err(ExecuteError::Journal(JournalError::Unavailable(_)))
    ));
    let next = journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    assert_eq!(next.events, [Event::Added { by: 1 }]);
}

#[tokio::test]
async fn an_unknown_event_type_fails_closed() {
    let database = Database::new().await;
    let journal = database.journal().await;
    journal
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await
        .unwrap();
    sqlx::query(
        r#"UPDATE events SET event_type = 'multiplied', payload = '{"type":"multiplied","data":{"by":2}}'"#,
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let other = database.journal().await;
    let answer = other
        .execute::<Tally>("a", Command::Add(1), no_limit(), context())
        .await;
    assert!(matches!(
        answer,
        Err(ExecuteError::Journal(JournalError::Undecodable { .. }))
    ));
    assert!(other.load::<Tally>("a").await.is_err());
    assert_eq!(other.read(Position::START, 10).await.unwrap().len(), 1);
}
