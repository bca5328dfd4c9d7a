//! The journal through pgbouncer in transaction mode: what goes through it needs no session (R12).

use std::time::Duration;

use hilo_journal::{Journal, JournalOptions, Pool, Position};
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use uuid::Uuid;

use crate::database::{Database, keyed};
use crate::pgbouncer::{Pooler, server_of};
use crate::tally::{Command, Tally, no_limit};

fn start() -> Pooler {
    let server = std::env::var("HILO_TEST_POSTGRES").unwrap();
    Pooler::start(&server_of(&server), &Uuid::new_v4().simple().to_string()).unwrap()
}

fn through(pooler: &Pooler, options: &PgConnectOptions) -> PgConnectOptions {
    options
        .clone()
        .socket(pooler.socket())
        .port(pooler.port())
        .extra_float_digits(None)
}

fn connections(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(12)
        .acquire_timeout(Duration::from_secs(2))
        .connect_lazy_with(options)
}

fn pooled(pooler: &Pooler, database: &Database) -> Pool {
    Pool::through_pooler(
        connections(through(pooler, &database.options)),
        database.pool.clone(),
    )
}

async fn journal(pooler: &Pooler, database: &Database) -> Journal {
    let direct = database.journal_options(database.options.clone(), [7; 32]);
    Journal::open(JournalOptions {
        pool: pooled(pooler, database),
        ..direct.await
    })
    .await
    .unwrap()
}

async fn server(pool: &Pool) -> i32 {
    sqlx::query_scalar("SELECT pg_backend_pid() WHERE $1")
        .bind(true)
        .fetch_one(pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn statements_with_values_work_on_few_servers_for_many_callers() {
    let (database, pooler) = (Database::new().await, start());
    let pool = pooled(&pooler, &database);
    let mut asking = Vec::new();
    for caller in 0..12_i32 {
        let pool = pool.clone();
        asking.push(tokio::spawn(async move {
            for n in 0..20 {
                // Each has a text of its own, which a named statement would leave behind on some server.
                let sql = format!("SELECT $1::int + {}", n % 5);
                let sum: i32 = sqlx::query_scalar(&sql)
                    .bind(caller)
                    .fetch_one(&pool)
                    .await
                    .unwrap();
                assert_eq!(sum, caller + n % 5);
                let mut tx = pool.begin().await.unwrap();
                for term in [1, 2] {
                    let sum: i32 = sqlx::query_scalar(&sql)
                        .bind(term)
                        .fetch_one(&mut *tx)
                        .await
                        .unwrap();
                    assert_eq!(sum, term + n % 5);
                }
                tx.commit().await.unwrap();
            }
        }));
    }
    for asked in asking {
        asked.await.unwrap();
    }
    let left = "SELECT count(*) FROM pg_prepared_statements";
    let mut conn = pool.acquire().await.unwrap();
    let left: i64 = sqlx::query_scalar(left).fetch_one(&mut conn).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_through_the_pooler_is_there_when_it_is_answered() {
    let (database, pooler) = (Database::new().await, start());
    let pool = pooled(&pooler, &database);
    sqlx::query("CREATE TABLE written (n int UNIQUE)")
        .execute(&pool)
        .await
        .unwrap();
    let write = |n: i32| sqlx::query("INSERT INTO written VALUES ($1)").bind(n);
    for n in 0..10 {
        write(n).execute(&pool).await.unwrap();
        let seen = database.count("SELECT count(*) FROM written").await;
        assert_eq!(seen, i64::from(n) + 1);
    }
    assert!(write(3).execute(&pool).await.is_err());
    let mut conn = pool.acquire().await.unwrap();
    assert!(write(3).execute(&mut conn).await.is_err());
    write(10).execute(&mut conn).await.unwrap();
    let mut tx = pool.begin().await.unwrap();
    write(11).execute(&mut *tx).await.unwrap();
    drop(tx);
    write(12).execute(&mut conn).await.unwrap();
    assert_eq!(database.count("SELECT count(*) FROM written").await, 12);
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_keep_their_promises_through_a_pooler_that_is_killed_under_them() {
    let (database, mut pooler) = (Database::new().await, start());
    let (here, there) = (
        journal(&pooler, &database).await,
        journal(&pooler, &database).await,
    );
    let mut writing = Vec::new();
    for writer in 0..8 {
        let journal = [&here, &there][writer % 2].clone();
        writing.push(tokio::spawn(async move {
            for n in 0..25 {
                let stream = format!("stream {}", (writer + n) % 4);
                let key = format!("{writer} {n}");
                let context = keyed(&key, &key);
                while let Err(error) = journal
                    .execute::<Tally>(&stream, Command::Add(1), no_limit(), context.clone())
                    .await
                {
                    let said = error.to_string();
                    assert!(!said.contains("stream changed"), "a conflict is nobody's");
                    assert!(said.contains("database"), "{said}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }));
    }
    let mut head = here.head();
    for after in [20, 60, 100] {
        head.wait_for(|position| position.0 >= after).await.unwrap();
        pooler.kill().unwrap();
        pooler.start_again().unwrap();
    }
    for writer in writing {
        writer.await.unwrap();
    }
    let positions = "SELECT count(*) FROM events HAVING min(position) = 1 AND max(position) = 200";
    assert_eq!(database.count(positions).await, 200);
    assert_eq!(here.confirmed_head().await.unwrap(), Position(200));
    pooler.kill().unwrap();
    let last = || here.execute::<Tally>("stream 0", Command::Add(1), no_limit(), keyed("z", "z"));
    // Whether its key is looked up, which needs the pooler, depends on whether one was repeated lately.
    if let Err(failed) = last().await {
        let failed = failed.to_string();
        assert!(failed.contains("the database failed"), "{failed}");
    }
    pooler.start_again().unwrap();
    assert_eq!(last().await.unwrap().sequence, 51);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_pooler_nothing_is_added() {
    let database = Database::new().await;
    let one = PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy_with(database.options.clone());
    let pool = Pool::from(one);
    let first = server(&pool).await;
    assert_eq!(server(&pool).await, first);
    let named: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_prepared_statements")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert!(named > 0, "statements are prepared once and kept");
}
