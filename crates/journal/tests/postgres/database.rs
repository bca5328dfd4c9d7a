//! A database of its own for each test, with the migrations run, and journals on it as separate processes would open them.

use hilo_journal::{
    Cause, Context, Dedupe, Journal, JournalError, JournalOptions, MasterKey, Program, migrate,
};
use jiff::Timestamp;
use serde_json::json;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;

pub struct Database {
    pub options: PgConnectOptions,
    pub pool: PgPool,
}

impl Database {
    pub async fn new() -> Self {
        let bare = Self::unmigrated().await;
        migrate(&bare.pool).await.unwrap();
        bare
    }

    pub async fn unmigrated() -> Self {
        let server = std::env::var("HILO_TEST_POSTGRES")
            .expect("HILO_TEST_POSTGRES names a server: run the tests under scripts/with-postgres");
        let server: PgConnectOptions = server.parse().unwrap();
        let name = format!("test_{}", Uuid::new_v4().simple());
        let mut conn = PgConnection::connect_with(&server).await.unwrap();
        sqlx::query(&format!("CREATE DATABASE {name}"))
            .execute(&mut conn)
            .await
            .unwrap();
        let options = server.database(&name);
        let pool = pool(&options).await;
        Self { options, pool }
    }

    /// A journal with its own connections, as another process has it.
    pub async fn journal(&self) -> Journal {
        self.open([7; 32]).await.unwrap()
    }

    pub async fn open(&self, master_key: [u8; 32]) -> Result<Journal, JournalError> {
        self.open_through(self.options.clone(), master_key).await
    }

    /// A journal whose appender takes another way to the server.
    pub async fn open_through(
        &self,
        append: PgConnectOptions,
        master_key: [u8; 32],
    ) -> Result<Journal, JournalError> {
        Journal::open(self.journal_options(append, master_key).await).await
    }

    /// A journal of a program that the journal knows something about.
    pub async fn open_program(&self, program: Program) -> Result<Journal, JournalError> {
        let options = self.journal_options(self.options.clone(), [7; 32]).await;
        Journal::open_with(options, program).await
    }

    pub async fn journal_options(
        &self,
        append: PgConnectOptions,
        master_key: [u8; 32],
    ) -> JournalOptions {
        JournalOptions {
            pool: pool(&self.options).await.into(),
            append,
            listen: self.options.clone(),
            master_key: MasterKey::from_bytes(master_key),
            process: Uuid::new_v4(),
            erasure_ledger: None,
        }
    }

    pub async fn count(&self, query: &str) -> i64 {
        sqlx::query_scalar(query)
            .fetch_one(&self.pool)
            .await
            .unwrap()
    }

    /// Waits until so many appends wait for the head's lock, which the test holds.
    pub async fn appends_waiting(&self, appends: i64) {
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                       AND application_name = 'hilo appender' AND wait_event_type = 'Lock'";
        for _ in 0..1_000 {
            if self.count(waiting).await == appends {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        panic!("no {appends} appends wait for the head");
    }

    /// Kills the connections of every appender on this database.
    pub async fn kill_appenders(&self) -> i64 {
        self.count(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'hilo appender'",
        )
        .await
    }
}

async fn pool(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(8)
        .connect_with(options.clone())
        .await
        .unwrap()
}

pub fn context() -> Context {
    Context {
        actor: json!({ "kind": "system" }),
        cause: Cause::Request("test".to_owned()),
        correlation_id: Uuid::new_v4(),
        occurred_at: Timestamp::now(),
        dedupe: None,
    }
}

pub fn keyed(key: &str, content: &str) -> Context {
    Context {
        dedupe: Some(Dedupe {
            scope: "test".to_owned(),
            key: key.as_bytes().to_vec(),
            content: content.as_bytes().to_vec(),
        }),
        ..context()
    }
}
