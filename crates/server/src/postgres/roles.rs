//! The roles and the database inside a private cluster: `hilo_owner` migrates, `hilo_app` serves.

use std::path::Path;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};

use super::cluster::SUPERUSER;
use super::error::PostgresError;

/// Owns the database and its tables.
pub const OWNER: &str = "hilo_owner";
/// What the running program may be: reads and appends.
pub const APP: &str = "hilo_app";
/// The one database.
pub const DATABASE: &str = "hilo";
/// How long one look may take. A dying server may take the connection and say nothing; who waits for one looks again.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

/// Beside the rights to tables, which the migration gives. The read model lives in schemas of its own.
const RIGHTS: [&str; 3] = [
    "GRANT CREATE ON DATABASE hilo TO hilo_app",
    "ALTER ROLE hilo_app SET statement_timeout = '30s'",
    "ALTER ROLE hilo_app SET idle_in_transaction_session_timeout = '30s'",
];

/// How to reach `database` as `role` over the socket in `folder`.
pub fn options(folder: &Path, role: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(folder)
        .port(5432)
        .username(role)
        .database(database)
        .application_name("hilo")
}

/// Whether the server behind the socket takes connections.
pub async fn answers(folder: &Path) -> bool {
    let options = options(folder, SUPERUSER, "postgres");
    match tokio::time::timeout(ANSWERS_WITHIN, options.connect()).await {
        Ok(Ok(connection)) => {
            // It answered; how the goodbye goes does not matter.
            let _gone = connection.close().await;
            true
        }
        Ok(Err(_)) | Err(_) => false,
    }
}

/// Makes what is missing. Safe to repeat, also after a crash in the middle.
pub async fn make(folder: &Path) -> Result<(), PostgresError> {
    let refused = |what| move |cause| PostgresError::Refused { what, cause };
    let mut connection = options(folder, SUPERUSER, "postgres")
        .connect()
        .await
        .map_err(refused("a connection"))?;
    for role in [OWNER, APP] {
        if !exists(
            &mut connection,
            "SELECT count(*) FROM pg_roles WHERE rolname = $1",
            role,
        )
        .await
        .map_err(refused("to list roles"))?
        {
            let statement = match role {
                OWNER => "CREATE ROLE hilo_owner LOGIN",
                _ => "CREATE ROLE hilo_app LOGIN",
            };
            sqlx::query(statement)
                .execute(&mut connection)
                .await
                .map_err(refused("to make a role"))?;
        }
    }
    let is_there = exists(
        &mut connection,
        "SELECT count(*) FROM pg_database WHERE datname = $1",
        DATABASE,
    )
    .await
    .map_err(refused("to list databases"))?;
    if !is_there {
        sqlx::query("CREATE DATABASE hilo OWNER hilo_owner")
            .execute(&mut connection)
            .await
            .map_err(refused("to make the database"))?;
    }
    for right in RIGHTS {
        sqlx::query(right)
            .execute(&mut connection)
            .await
            .map_err(refused("to give rights"))?;
    }
    connection.close().await.map_err(refused("to hang up"))
}

async fn exists(
    connection: &mut PgConnection,
    statement: &str,
    name: &str,
) -> Result<bool, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(statement)
        .bind(name)
        .fetch_one(connection)
        .await?;
    Ok(count > 0)
}
