//! SIGTERM while visitors write: a clean end within ten seconds, and nothing acknowledged is lost (R12).

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use hilo_tests::whole::check_everything;
use hilo_tests::{Company, Fault, Load};

const WRITERS: usize = 8;
const DRAIN: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn stopped_under_load() -> Result<()> {
    let mut fault = Fault::times("stopped_under_load", 3);
    let mut company = Company::found().await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    let (mut before, mut slowest) = (0, Duration::ZERO);
    for _ in 0..fault.count {
        load.moves_on(before).await?;
        tokio::time::sleep(Duration::from_millis(fault.below(200))).await;
        let asked = Instant::now();
        let code = company.hilo.stop().await?;
        slowest = slowest.max(asked.elapsed());
        ensure!(code == Some(0), "it ended with {code:?}");
        ensure!(slowest < DRAIN, "it took {slowest:?} to end");
        before = load.count().await;
        company.hilo.start_again().await?;
    }
    load.moves_on(before).await?;
    let acknowledged = load.finish().await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "{} clean ends, the slowest in {slowest:?}, {} messages acknowledged, {events} events, none lost, none twice",
        fault.count,
        acknowledged.len()
    ));
    Ok(())
}
