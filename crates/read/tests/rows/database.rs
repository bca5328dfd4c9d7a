//! A database of its own for each test, on the server that `HILO_TEST_POSTGRES` names.

use hilo_journal::RecordedEvent;
use hilo_read::ReadModel;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use uuid::Uuid;

const TABLES: [(&str, &str); 14] = [
    ("agent_counters", "agent_id, channel_id"),
    (
        "chat_labels",
        "label, channel_id, state, last_activity, chat_id",
    ),
    ("tags", "channel_id, tag"),
    ("outbox", "chat_id, message_id"),
    ("clients", "id"),
    ("access", "agent_id"),
    ("chats", "id"),
    ("messages", "chat_id, id"),
    ("acts", "chat_id, position"),
    ("counters", "channel_id"),
    ("contact_items", "chat_id, seq"),
    ("search_messages", "chat_id, id"),
    ("search_contacts", "chat_id"),
    ("search_clients", "client_id"),
];

/// A fresh, empty database.
pub async fn database() -> PgPool {
    let server = std::env::var("HILO_TEST_POSTGRES").expect("run under scripts/with-postgres");
    let server: PgConnectOptions = server.parse().unwrap();
    let name = format!("test_{}", Uuid::new_v4().simple());
    let mut conn = PgConnection::connect_with(&server).await.unwrap();
    conn.execute(format!("CREATE DATABASE {name}").as_str())
        .await
        .unwrap();
    conn.close().await.unwrap();
    PgPoolOptions::new()
        .max_connections(16)
        .connect_with(server.database(&name))
        .await
        .unwrap()
}

/// A read model of a fresh database.
pub async fn read_model() -> (PgPool, ReadModel) {
    let pool = database().await;
    let model = ReadModel::attach(pool.clone()).await.unwrap();
    (pool, model)
}

/// Hands events to the projector as the feed does: each batch in one transaction.
pub async fn project(pool: &PgPool, model: &ReadModel, events: &[RecordedEvent], batch: usize) {
    let projector = model.projector();
    for batch in events.chunks(batch) {
        let mut tx = pool.begin().await.unwrap();
        projector.handle(&mut tx, batch).await.unwrap();
        tx.commit().await.unwrap();
        projector.committed();
    }
}

/// All rows as text, sorted by key.
pub async fn dump(pool: &PgPool, model: &ReadModel) -> String {
    dump_of(pool, &model.name()).await
}

/// The same, of a schema.
pub async fn dump_of(pool: &PgPool, schema: &str) -> String {
    let mut all = String::new();
    for (table, key) in TABLES {
        let sql = format!("SELECT to_jsonb(t)::text FROM {schema}.{table} t ORDER BY {key}");
        for row in sqlx::query_scalar::<_, String>(&sql)
            .fetch_all(pool)
            .await
            .unwrap()
        {
            all.push_str(&format!("{table} {row}\n"));
        }
    }
    all
}
