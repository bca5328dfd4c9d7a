//! PostgreSQL is away for a while: health says so within five seconds, and everything comes back by itself (R12).

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hilo_tests::whole::{check_everything, is_ready};
use hilo_tests::{At as _, Cluster, Company, Fault, Hilo, Load};

const WRITERS: usize = 4;
/// R12: health says the truth within this time.
const TRUTH: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn postgres_gone() -> Result<()> {
    let fault = Fault::times("postgres_gone", 5);
    let mut cluster = Cluster::start().await?;
    let hilo = Hilo::start_on(&cluster.create("hilo").await?, &[]).await?;
    let mut company = Company::found_with(hilo).await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    load.moves_on(0).await?;
    cluster.stop()?;
    let gone = Instant::now();
    loop {
        let (status, body) = company.hilo.readiness().await?;
        if status == Some(503) {
            ensure!(body.at("/ready") == false, "{body}");
            break;
        }
        ensure!(gone.elapsed() < TRUTH, "/readyz says {status:?} {body}");
    }
    let (status, _) = company.admin.page("/healthz").await?;
    ensure!(status == 200, "the process itself is well");
    let seconds = u64::try_from(fault.count)?;
    tokio::time::sleep(Duration::from_secs(seconds).saturating_sub(gone.elapsed())).await;
    let before = load.count().await;
    cluster.run().await?;
    is_ready(&company.hilo).await?;
    load.moves_on(before).await?;
    let acknowledged = load.finish().await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "PostgreSQL was away for {seconds} s, {} messages acknowledged, {events} events, none lost, none twice",
        acknowledged.len()
    ));
    Ok(())
}
