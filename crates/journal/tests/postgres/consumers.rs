//! Consumers: effects exactly once whoever runs them, and a poison event that stops them for all to see.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use hilo_journal::{Consumer, ConsumerError, Journal, Position, RecordedEvent};
use sqlx::PgConnection;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::database::{Database, context};
use crate::tally::{Command, Tally, no_limit};

/// Writes one row an event, without any key that would hide a repetition.
struct Copy {
    poisoned: Arc<AtomicBool>,
    slow: Duration,
}

impl Copy {
    fn new() -> Self {
        Self {
            poisoned: Arc::new(AtomicBool::new(false)),
            slow: Duration::ZERO,
        }
    }
}

#[async_trait]
impl Consumer for Copy {
    fn name(&self) -> String {
        "copy".to_owned()
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError> {
        for event in batch {
            if self.poisoned.load(Ordering::Relaxed) && event.aggregate_id == "poison" {
                return Err(ConsumerError::Poison("cannot take it".to_owned()));
            }
            sqlx::query("INSERT INTO copies (position) VALUES ($1)")
                .bind(event.position.0)
                .execute(&mut *tx)
                .await?;
        }
        tokio::time::sleep(self.slow).await;
        Ok(())
    }
}

async fn database() -> Database {
    let database = Database::new().await;
    sqlx::query("CREATE TABLE copies (place bigserial, position bigint)")
        .execute(&database.pool)
        .await
        .unwrap();
    database
}

async fn add(journal: &Journal, id: &str) -> Position {
    let done = journal
        .execute::<Tally>(id, Command::Add(1), no_limit(), context())
        .await;
    done.unwrap().position
}

async fn reached(journal: &Journal, position: Position) {
    let mut progress = journal.progress("copy");
    let waiting = progress.wait_for(|known| *known >= position);
    timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap()
        .unwrap();
}

async fn copies(database: &Database) -> Vec<i64> {
    sqlx::query_scalar("SELECT position FROM copies ORDER BY place")
        .fetch_all(&database.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runners_and_a_killed_one_take_every_event_once() {
    let database = database().await;
    let (writer, first, second) = (
        database.journal().await,
        database.journal().await,
        database.journal().await,
    );
    let slow = Copy {
        slow: Duration::from_millis(5),
        ..Copy::new()
    };
    let killed = first.run_consumer(Arc::new(slow), CancellationToken::new());
    let stop = CancellationToken::new();
    let mut last = Position::START;
    for id in 0..100 {
        last = add(&writer, &format!("t{}", id % 7)).await;
        if id == 20 {
            drop(second.run_consumer(Arc::new(Copy::new()), stop.clone()));
        }
        if id == 50 {
            reached(&writer, Position(10)).await;
            // As a process dies: in the middle, and its lease is not given back.
            killed.abort();
        }
    }
    reached(&writer, last).await;
    assert_eq!(copies(&database).await, (1..=last.0).collect::<Vec<_>>());
    assert_eq!(database.count("SELECT epoch FROM leases").await, 2);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_connections_neither_lose_nor_repeat_an_effect() {
    let database = database().await;
    let journal = database.journal().await;
    let stop = CancellationToken::new();
    drop(journal.run_consumer(Arc::new(Copy::new()), stop.clone()));
    let mut last = Position::START;
    for round in 0..60 {
        last = add(&journal, "a").await;
        if round % 6 == 0 {
            database
                .count(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()
                     AND pid <> pg_backend_pid() AND query LIKE '%copies%'",
                )
                .await;
        }
    }
    reached(&journal, last).await;
    assert_eq!(copies(&database).await, (1..=last.0).collect::<Vec<_>>());
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_event_stops_its_consumer_in_sight_of_all_and_is_not_skipped() {
    let database = database().await;
    let (journal, watching) = (database.journal().await, database.journal().await);
    for id in ["a", "b", "poison", "c"] {
        add(&journal, id).await;
    }
    let copy = Copy::new();
    copy.poisoned.store(true, Ordering::Relaxed);
    let poisoned = Arc::clone(&copy.poisoned);
    let copy = Arc::new(copy);
    let stopped = journal.run_consumer(copy.clone(), CancellationToken::new());
    timeout(Duration::from_secs(10), stopped)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(copies(&database).await, [1, 2]);
    let health = watching.health().await;
    assert!(health.database);
    assert_eq!(health.head, Position(4));
    assert_eq!(
        (
            health.consumers[0].name.as_str(),
            health.consumers[0].position
        ),
        ("copy", Position(2))
    );
    let reason = health.consumers[0].stopped.as_deref().unwrap();
    assert!(
        reason.contains("event 3 (added)") && reason.contains("cannot take it"),
        "{reason}"
    );
    assert!(
        !health.consumers[0].ours,
        "nobody there runs or follows it: it may be of an older program"
    );
    assert!(journal.health().await.consumers[0].ours);
    // The next program can take it.
    poisoned.store(false, Ordering::Relaxed);
    let stop = CancellationToken::new();
    drop(watching.run_consumer(copy, stop.clone()));
    reached(&journal, Position(4)).await;
    assert_eq!(copies(&database).await, [1, 2, 3, 4]);
    assert_eq!(watching.health().await.consumers[0].stopped, None);
    stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_database_can_never_take_stops_the_consumer_too() {
    let database = database().await;
    let journal = database.journal().await;
    sqlx::query("ALTER TABLE copies ADD CHECK (position <> 2)")
        .execute(&database.pool)
        .await
        .unwrap();
    for id in ["a", "b", "c"] {
        add(&journal, id).await;
    }
    let stopped = journal.run_consumer(Arc::new(Copy::new()), CancellationToken::new());
    timeout(Duration::from_secs(20), stopped)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(copies(&database).await, [1]);
    let reason = journal.health().await.consumers[0].stopped.clone().unwrap();
    assert!(
        reason.contains("event 2") && reason.contains("23514"),
        "{reason}"
    );
}

/// Starts from now.
struct Late;

#[async_trait]
impl Consumer for Late {
    fn name(&self) -> String {
        "late".to_owned()
    }

    async fn start_at(&self, _: &mut PgConnection) -> Result<Position, ConsumerError> {
        Ok(Position(2))
    }

    async fn handle(
        &self,
        _: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError> {
        match batch.iter().all(|event| event.position > Position(2)) {
            true => Ok(()),
            false => panic!("an event from before"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_starts_where_it_says_and_stops_when_told() {
    let database = database().await;
    let journal = database.journal().await;
    for id in ["a", "b", "c"] {
        add(&journal, id).await;
    }
    let stop = CancellationToken::new();
    let running = journal.run_consumer(Arc::new(Late), stop.clone());
    let mut progress = journal.progress("late");
    let waiting = progress.wait_for(|known| *known == Position(3));
    timeout(Duration::from_secs(5), waiting)
        .await
        .unwrap()
        .unwrap();
    stop.cancel();
    timeout(Duration::from_secs(2), running)
        .await
        .unwrap()
        .unwrap();
    let free = "SELECT count(*) FROM leases WHERE expires < clock_timestamp()";
    assert_eq!(database.count(free).await, 1);
}

/// Has to do with nothing but closings, and writes down where they are.
struct Closings;

#[async_trait]
impl Consumer for Closings {
    fn name(&self) -> String {
        "copy".to_owned()
    }

    fn heeds(&self, aggregate_type: &str, event_type: &str) -> bool {
        (aggregate_type, event_type) == ("tally", "closed")
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError> {
        Copy::new().handle(tx, batch).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_consumer_does_not_heed_is_passed_and_the_rest_taken_once() {
    let database = database().await;
    let journal = database.journal().await;
    let close = async |id: &str| {
        let done = journal
            .execute::<Tally>(id, Command::Close, no_limit(), context())
            .await;
        done.unwrap().position.0
    };
    let mut closed = Vec::new();
    for id in ["a", "b", "c"] {
        add(&journal, id).await;
        closed.push(close(id).await);
    }
    let stop = CancellationToken::new();
    let running = journal.run_consumer(Arc::new(Closings), stop.clone());
    let last = add(&journal, "d").await;
    reached(&journal, last).await;
    let stored = async |position: Position| {
        for _ in 0..400 {
            let health = journal.health().await;
            let at = health.consumers.first().map(|it| it.position);
            if at == Some(position) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("the checkpoint does not follow what is passed");
    };
    stored(last).await;
    stop.cancel();
    running.await.unwrap();
    // Whoever comes next goes on behind what was passed, also when the checkpoint was not there yet.
    add(&journal, "e").await;
    closed.push(close("e").await);
    let stop = CancellationToken::new();
    drop(journal.run_consumer(Arc::new(Closings), stop.clone()));
    reached(&journal, Position(closed[3])).await;
    assert_eq!(copies(&database).await, closed);
    stop.cancel();
}

/// R12: whoever held the lease is gone, and since then the server's clock went back an hour.
#[tokio::test]
async fn a_lease_from_before_the_clock_went_back_stops_nobody() {
    let database = database().await;
    sqlx::query(
        "INSERT INTO leases (name, holder, process, epoch, expires)
         VALUES ('copy', gen_random_uuid(), gen_random_uuid(), 1, clock_timestamp() + '1 hour'::interval)",
    )
    .execute(&database.pool)
    .await
    .unwrap();
    let journal = database.journal().await;
    let last = add(&journal, "a").await;
    let stop = CancellationToken::new();
    let running = journal.run_consumer(Arc::new(Copy::new()), stop.clone());
    reached(&journal, last).await;
    stop.cancel();
    running.await.unwrap();
}

/// Has nothing to do any more.
struct Done;

#[async_trait]
impl Consumer for Done {
    fn name(&self) -> String {
        "done".to_owned()
    }

    async fn handle(&self, _: &mut PgConnection, _: &[RecordedEvent]) -> Result<(), ConsumerError> {
        Err(ConsumerError::Over)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_whose_work_is_over_ends_without_a_fault_and_can_be_forgotten() {
    let database = database().await;
    let journal = database.journal().await;
    add(&journal, "a").await;
    let running = journal.run_consumer(Arc::new(Done), CancellationToken::new());
    timeout(Duration::from_secs(10), running)
        .await
        .unwrap()
        .unwrap();
    let [done] = journal.health().await.consumers.try_into().unwrap();
    assert_eq!((done.position, done.stopped), (Position(0), None));
    assert!(!journal.is_held("done").await.unwrap());
    journal.forget_consumer("done").await.unwrap();
    assert!(journal.health().await.consumers.is_empty());
    assert_eq!(database.count("SELECT count(*) FROM leases").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_is_one_holders_until_it_is_given_back() {
    let database = database().await;
    let (journal, other) = (database.journal().await, database.journal().await);
    let lease = journal.lease("work").await.unwrap().unwrap();
    assert!(other.lease("work").await.unwrap().is_none());
    assert!(other.is_held("work").await.unwrap());
    lease.release().await;
    assert!(!other.is_held("work").await.unwrap());
    assert!(other.lease("work").await.unwrap().is_some());
}
