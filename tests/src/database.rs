//! A database for each test on the shared PostgreSQL that `scripts/with-postgres` started.

use anyhow::{Context as _, Result};
use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

/// The address of a new, empty database.
///
/// # Errors
/// When `HILO_TEST_POSTGRES` is not set or PostgreSQL refuses.
pub async fn create() -> Result<String> {
    let server = std::env::var("HILO_TEST_POSTGRES")
        .context("HILO_TEST_POSTGRES is not set: run the tests under scripts/with-postgres")?;
    let name = format!("test_{}", Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(&server).await?;
    // The name is made here of hexadecimal digits; PostgreSQL takes no parameters in CREATE DATABASE.
    let statement = ["CREATE DATABASE ", &name].concat();
    connection.execute(statement.as_str()).await?;
    connection.close().await?;
    let (before, after) = server
        .split_once("/postgres?")
        .context("HILO_TEST_POSTGRES does not name /postgres?")?;
    Ok(format!("{before}/{name}?{after}"))
}
