//! A rebuild beside the live schema: the same rows byte for byte, whatever was in the way, and no read that fails (R6).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use hilo_journal::Position;
use hilo_read::{ChannelScope, ChatFilter, Filling, Page, ReadError, ReadModel, Rebuild};
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::database::{dump, dump_of};
use crate::history::{History, chat_id};
use crate::journaled::{PATIENCE, append, head, journal, lived, open, reach};

#[tokio::test(flavor = "multi_thread")]
async fn rows_after_a_rebuild_equal_the_rows_before_whatever_the_batches() {
    let (pool, journal) = journal().await;
    let mut history = History::new(11);
    lived(&mut history, 400);
    append(&journal, &history, 0).await;
    let model = ReadModel::open(pool.clone(), &journal).await.unwrap();
    let stop = CancellationToken::new();
    let following = model.follow(journal.clone(), true, stop.clone());
    reach(&model, head(&journal).await).await;
    let before = dump(&pool, &model).await;
    assert!(
        before.lines().count() > 500,
        "there is something to compare"
    );
    for batch in [1, 100, 10_000] {
        let was = model.name();
        let rebuilt = Rebuild::new(&pool.clone().into(), journal.clone())
            .in_batches_of(batch)
            .run()
            .await
            .unwrap();
        assert_ne!(rebuilt.schema, was);
        assert_eq!(rebuilt.position, head(&journal).await);
        assert_eq!(
            dump_of(&pool, &rebuilt.schema).await,
            before,
            "batches of {batch}"
        );
    }
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_planner_knows_the_rows_of_a_rebuild_when_it_goes_live() {
    let (pool, journal) = journal().await;
    let mut history = History::new(15);
    lived(&mut history, 50);
    append(&journal, &history, 0).await;
    let rebuild = Rebuild::new(&pool.clone().into(), journal);
    let rebuilt = rebuild.run().await.unwrap();
    // Below zero: nobody has looked.
    let known = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = $1 AND c.relkind = 'r' AND c.reltuples < 0",
    );
    let unknown = known.bind(&rebuilt.schema).fetch_one(&pool).await;
    assert_eq!(unknown.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_finds_a_chat_without_reading_through_all_of_them() {
    let (pool, journal) = journal().await;
    let mut history = History::new(16);
    lived(&mut history, 200);
    append(&journal, &history, 0).await;
    let batches = head(&journal).await.0 / 4;
    let rebuild = Rebuild::new(&pool.clone().into(), journal).in_batches_of(4);
    let rebuilt = rebuild.run().await.unwrap();
    let made = sqlx::query_scalar::<_, i64>(
        "SELECT count(*) FROM pg_indexes WHERE schemaname = $1 AND tablename = 'chats'",
    );
    let made = made.bind(&rebuilt.schema).fetch_one(&pool).await.unwrap();
    // A connection tells what it did when it ends, and each batch has looked for its chats at least once.
    let scans = async {
        loop {
            let scans = sqlx::query_as::<_, (i64, i64)>(
                "SELECT seq_scan, coalesce(idx_scan, 0) FROM pg_stat_user_tables WHERE schemaname = $1 AND relname = 'chats'",
            );
            let (through, by_index) = scans.bind(&rebuilt.schema).fetch_one(&pool).await.unwrap();
            if through + by_index >= batches {
                return through;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let through = timeout(PATIENCE, scans).await.unwrap();
    // Each index is made by reading the table, and ANALYZE may be counted.
    assert!(through <= made + 1, "{through} times in {batches} batches");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_written_event_by_event_as_they_come_equal_those_of_a_rebuild() {
    let (pool, journal) = journal().await;
    let model = ReadModel::open(pool.clone(), &journal).await.unwrap();
    let stop = CancellationToken::new();
    let following = model.follow(journal.clone(), true, stop.clone());
    let mut history = History::new(14);
    for burst in [1, 200, 3, 100] {
        let from = lived(&mut history, burst);
        append(&journal, &history, from).await;
        reach(&model, head(&journal).await).await;
    }
    // Another process moves the rows on, and this one goes on behind it.
    stop.cancel();
    following.await.unwrap();
    let from = lived(&mut history, 50);
    append(&journal, &history, from).await;
    let (other, stop) = (open(&pool).await, CancellationToken::new());
    let elsewhere = ReadModel::open(pool.clone(), &other).await.unwrap();
    let following = elsewhere.follow(other.clone(), true, stop.clone());
    reach(&elsewhere, head(&journal).await).await;
    let from = lived(&mut history, 50);
    append(&other, &history, from).await;
    reach(&elsewhere, head(&journal).await).await;
    let before = dump(&pool, &elsewhere).await;
    let rebuild = Rebuild::new(&pool.clone().into(), journal.clone());
    let rebuilt = rebuild.run().await.unwrap();
    assert_eq!(dump_of(&pool, &rebuilt.schema).await, before);
    stop.cancel();
    following.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebuild_that_was_killed_goes_on_where_it_was() {
    let (pool, journal) = journal().await;
    let mut history = History::new(12);
    lived(&mut history, 300);
    append(&journal, &history, 0).await;
    let end = head(&journal).await;
    for stops_at in [end.0 / 4, end.0 / 2] {
        let told = watch::Sender::new(None::<Filling>);
        let mut far = told.subscribe();
        let rebuild = Rebuild::new(&pool.clone().into(), journal.clone())
            .in_batches_of(7)
            .telling(told);
        tokio::select! {
            result = until_leased(&rebuild) => panic!("it ended: {result:?}"),
            _ = far.wait_for(|far| far.is_some_and(|far| far.position.0 >= stops_at)) => {}
        }
        let far = far.borrow().unwrap();
        assert!(far.position < end && far.head == end);
    }
    let rebuild = Rebuild::new(&pool.clone().into(), journal.clone()).in_batches_of(50);
    let rebuilt = until_leased(&rebuild).await.unwrap();
    assert!(rebuilt.schema.ends_with("_1"), "the one that was begun");
    let resumed = dump_of(&pool, &rebuilt.schema).await;
    let again = Rebuild::new(&pool.clone().into(), journal.clone());
    let at_once = again.run().await.unwrap();
    assert!(at_once.schema.ends_with("_2"));
    assert_eq!(dump_of(&pool, &at_once.schema).await, resumed);
}

/// Runs a rebuild as soon as the lease of one that was killed has ended.
async fn until_leased(rebuild: &Rebuild) -> Result<hilo_read::Rebuilt, ReadError> {
    loop {
        match rebuild.run().await {
            Err(ReadError::Rebuilding) => tokio::time::sleep(Duration::from_millis(100)).await,
            done => return done,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_never_fail_or_go_back_while_schemas_are_swapped_under_writes() {
    let (pool, journal) = journal().await;
    let (other_pool, other_journal) = (pool.clone(), open(&pool).await);
    let mut history = History::new(13);
    lived(&mut history, 200);
    append(&journal, &history, 0).await;
    let model = ReadModel::open(pool.clone(), &journal).await.unwrap();
    let other = ReadModel::open(other_pool, &other_journal).await.unwrap();
    let stop = CancellationToken::new();
    let followings = [
        model.follow(journal.clone(), true, stop.clone()),
        other.follow(other_journal.clone(), true, stop.clone()),
    ];
    let (done, asked) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let askers = [model.clone(), other.clone(), model.clone()]
        .map(|model| tokio::spawn(hammer(model, Arc::clone(&done), Arc::clone(&asked))));
    let first = model.name();
    let mut swaps = Vec::new();
    for _ in 0..2 {
        let from = lived(&mut history, 60);
        let rebuild = Rebuild::new(&pool.clone().into(), journal.clone()).in_batches_of(20);
        let ((), rebuilt) = tokio::join!(append(&journal, &history, from), rebuild.run());
        swaps.push(rebuilt.unwrap().schema);
    }
    let end = head(&journal).await;
    reach(&model, end).await;
    reach(&other, end).await;
    for model in [&model, &other] {
        timeout(PATIENCE, goes_on_with(model, &swaps[1]))
            .await
            .expect("every process sees the swap");
    }
    let gone = "SELECT count(*) FROM pg_namespace WHERE nspname = ANY($1)";
    let retired = [first, swaps[0].clone()];
    let dropped = async {
        while sqlx::query_scalar::<_, i64>(gone)
            .bind(&retired)
            .fetch_one(&pool)
            .await
            .unwrap()
            > 0
        {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(PATIENCE, dropped)
        .await
        .expect("retired schemas are dropped");
    done.store(true, Ordering::Relaxed);
    for asker in askers {
        asker.await.unwrap();
    }
    assert!(asked.load(Ordering::Relaxed) > 100);
    let consumers = journal.health().await.consumers;
    assert!(consumers.iter().all(|consumer| consumer.stopped.is_none()));
    let live = dump(&pool, &model).await;
    stop.cancel();
    for following in followings {
        following.await.unwrap();
    }
    let cold = Rebuild::new(&pool.clone().into(), journal)
        .run()
        .await
        .unwrap();
    assert_eq!(dump_of(&pool, &cold.schema).await, live);
}

async fn goes_on_with(model: &ReadModel, schema: &str) {
    while model.name() != schema {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks all the time; every answer is there and none is older than the one before.
async fn hammer(model: ReadModel, done: Arc<AtomicBool>, asked: Arc<AtomicU64>) {
    let scope = ChannelScope::All;
    let mut last = Position::START;
    while !done.load(Ordering::Relaxed) {
        let page = model
            .chats(&scope, ChatFilter::default(), Page::default())
            .await
            .unwrap();
        assert!(page.position >= last, "{} after {last}", page.position);
        last = page.position;
        let changes = model
            .chat_changes(&scope, chat_id(1), Position(1))
            .await
            .unwrap();
        assert!(changes.position >= last);
        let all = model.changes(last, 100).await.unwrap();
        assert!(all.position >= changes.position);
        last = all.position;
        asked.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_missed_the_swap_finds_the_live_schema_by_itself() {
    let (pool, journal) = journal().await;
    let mut history = History::new(14);
    lived(&mut history, 50);
    append(&journal, &history, 0).await;
    let model = ReadModel::open(pool.clone(), &journal).await.unwrap();
    let was = model.name();
    let rebuilt = Rebuild::new(&pool.clone().into(), journal.clone())
        .run()
        .await
        .unwrap();
    sqlx::query(&format!("DROP SCHEMA {was} CASCADE"))
        .execute(&pool)
        .await
        .unwrap();
    let page = model
        .chats(&ChannelScope::All, ChatFilter::default(), Page::default())
        .await
        .unwrap();
    assert!(!page.rows.is_empty());
    assert_eq!(model.name(), rebuilt.schema);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_one_process_rebuilds_and_the_others_wait_for_its_rows() {
    let (pool, journal) = journal().await;
    let mut history = History::new(15);
    lived(&mut history, 150);
    append(&journal, &history, 0).await;
    let starts = (0..4)
        .map(|_| {
            let (pool, journal) = (pool.clone(), journal.clone());
            tokio::spawn(async move { ReadModel::open(pool, &journal).await.unwrap() })
        })
        .collect::<Vec<_>>();
    let end = head(&journal).await;
    for start in starts {
        let model = start.await.unwrap();
        assert!(model.name().ends_with("_1"));
        assert_eq!(model.position().await.unwrap(), end);
    }
}
