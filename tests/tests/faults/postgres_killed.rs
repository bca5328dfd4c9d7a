//! SIGKILL of PostgreSQL, the postmaster or a backend, while visitors write (R1, R12).

use std::time::Duration;

use anyhow::Result;
use hilo_tests::hilo::signal;
use hilo_tests::whole::check_everything;
use hilo_tests::{Cluster, Company, Fault, Hilo, Load};
use sqlx::{Connection as _, PgConnection};

const WRITERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn postgres_killed() -> Result<()> {
    let mut fault = Fault::times("postgres_killed", 6);
    let mut cluster = Cluster::start().await?;
    let hilo = Hilo::start_on(&cluster.create("hilo").await?, &[]).await?;
    let mut company = Company::found_with(hilo).await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    let (mut before, mut postmasters) = (0, 0);
    for round in 0..fault.count {
        load.moves_on(before).await?;
        tokio::time::sleep(Duration::from_millis(fault.below(200))).await;
        if round % 2 == 0 {
            cluster.kill()?;
            postmasters += 1;
            cluster.run().await?;
        } else {
            // Every other backend ends with it: the postmaster starts them all again from the WAL.
            signal(appender(&cluster).await?, "KILL").await?;
        }
        before = load.count().await;
    }
    load.moves_on(before).await?;
    let acknowledged = load.finish().await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "{postmasters} postmasters and {} backends killed, {} messages acknowledged, {events} events, none lost, none twice",
        fault.count - postmasters,
        acknowledged.len()
    ));
    Ok(())
}

/// The backend through which Hilo appends; any other where it has none just now.
async fn appender(cluster: &Cluster) -> Result<Option<u32>> {
    let mut connection = PgConnection::connect(&cluster.url("hilo")).await?;
    let pid: Option<i32> = sqlx::query_scalar(
        "SELECT pid FROM pg_stat_activity WHERE datname = 'hilo'
         ORDER BY application_name = 'hilo appender' DESC LIMIT 1",
    )
    .fetch_optional(&mut connection)
    .await?;
    connection.close().await?;
    Ok(pid.map(i32::unsigned_abs))
}
