//! SIGKILL of the server at random moments while visitors write (R1).

use std::time::Duration;

use anyhow::Result;
use hilo_tests::whole::check_everything;
use hilo_tests::{Company, Fault, Load};

const WRITERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn server_killed() -> Result<()> {
    let mut fault = Fault::times("server_killed", 20);
    let mut company = Company::found().await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    let mut before = 0;
    for _ in 0..fault.count {
        // Kill only once something new was acknowledged.
        load.moves_on(before).await?;
        tokio::time::sleep(Duration::from_millis(fault.below(250))).await;
        company.hilo.kill().await?;
        before = load.count().await;
        company.hilo.start_again().await?;
    }
    load.moves_on(before).await?;
    let acknowledged = load.finish().await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "{} kills, {} messages acknowledged, {events} events, none lost, none twice",
        fault.count,
        acknowledged.len()
    ));
    Ok(())
}
