//! The plans of the queries, as the server ran them: asked once each with `auto_explain`, read from its log.

use anyhow::{Context as _, Result};
use hilo_read::ReadModel;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{PgPool, Row as _};

use super::{Asked, QUERIES};

/// Where `scripts/with-postgres` lets the server write its log, beside the data folder.
const LOG: &str = "SELECT current_setting('data_directory') || '/../log'";

/// Prints the plan of every statement of every query.
#[expect(clippy::print_stdout, reason = "the answer of a command")]
pub async fn print(options: &PgConnectOptions, asked: &Asked) -> Result<()> {
    let explaining = options.clone().options([
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_buffers", "on"),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(explaining)
        .await?;
    let model = ReadModel::attach(pool.clone()).await?;
    let log = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options.clone())
        .await?;
    for (name, query) in QUERIES {
        asked.ask(&model, query, 0).await?;
        let from = length(&log).await?;
        asked.ask(&model, query, 1).await?;
        println!("== {name}\n{}", read(&log, from).await?);
    }
    Ok(())
}

async fn length(pool: &PgPool) -> Result<i64> {
    let row = sqlx::query(&format!("SELECT (pg_stat_file(({LOG}))).size"))
        .fetch_one(pool)
        .await
        .context("the server's log cannot be read")?;
    Ok(row.try_get(0)?)
}

async fn read(pool: &PgPool, from: i64) -> Result<String> {
    let row = sqlx::query(&format!("SELECT pg_read_file(({LOG}), $1, 1000000)"))
        .bind(from)
        .fetch_one(pool)
        .await?;
    Ok(row.try_get(0)?)
}
