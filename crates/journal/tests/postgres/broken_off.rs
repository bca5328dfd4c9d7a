//! A caller that gives up while a transaction begins leaves nothing to the next one.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use hilo_journal::Pool;
use sqlx::postgres::PgPoolOptions;

use crate::database::Database;

/// Waits for a future until it was woken so often, then gives it up.
async fn give_up_after(wakes: u32, future: impl Future) {
    let mut future = pin!(future);
    let mut polls = 0;
    poll_fn(|context| {
        polls += 1;
        if polls > wakes || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        Poll::Pending
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_given_up_while_it_begins_is_not_left_open() {
    let database = Database::new().await;
    let only = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(database.options.clone())
        .await
        .unwrap();
    let pool = Pool::straight(only, database.pool.clone());
    for wakes in 1..8 {
        let begin = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        give_up_after(wakes, begin).await;
        let read_only: String = sqlx::query_scalar("SHOW transaction_read_only")
            .fetch_one(&pool)
            .await
            .unwrap();
        assert_eq!(read_only, "off", "given up after {wakes} wakes");
    }
}
