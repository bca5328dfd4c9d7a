//! The PostgreSQL that `scripts/with-postgres` started: databases on it, and what it can do by itself.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use crate::report::{Aim, Report};
use crate::samples::Samples;

/// The address of a new, empty database.
pub async fn create() -> Result<String> {
    let server = std::env::var("HILO_TEST_POSTGRES")
        .context("HILO_TEST_POSTGRES is not set: use `just bench`")?;
    let name = format!("bench_{}", Uuid::new_v4().simple());
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

/// How a server of Hilo connects to an address: plans are not compiled.
pub fn as_the_server(address: &str) -> Result<PgConnectOptions> {
    Ok(address
        .parse::<PgConnectOptions>()?
        .options([("jit", "off")]))
}

/// One row a transaction from two connections: the time of a commit on this disk.
pub async fn run(duration: Duration) -> Result<Report> {
    let url = create().await?;
    PgConnection::connect(&url)
        .await?
        .execute("CREATE TABLE commits (number bigint)")
        .await?;
    let started = Instant::now();
    let (mut samples, others) = tokio::try_join!(commit(&url, duration), commit(&url, duration))?;
    samples.extend(others);
    let mut report = Report::new("postgres");
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let rate = samples.len() as f64 / started.elapsed().as_secs_f64();
    // Nothing that is measured on a slower disk than this says much.
    report.aim("commits_per_second", rate, Aim::AtLeast(200.0));
    report.note("commit_p50_ms", samples.percentile_ms(0.5));
    report.aim(
        "commit_p99_ms",
        samples.percentile_ms(0.99),
        Aim::AtMost(50.0),
    );
    Ok(report)
}

async fn commit(url: &str, duration: Duration) -> Result<Samples> {
    let mut connection = PgConnection::connect(url).await?;
    let (started, mut samples, mut number) = (Instant::now(), Samples::default(), 0_i64);
    while started.elapsed() < duration {
        let began = Instant::now();
        sqlx::query("INSERT INTO commits (number) VALUES ($1)")
            .bind(number)
            .execute(&mut connection)
            .await?;
        samples.add(began.elapsed());
        number += 1;
    }
    Ok(samples)
}
