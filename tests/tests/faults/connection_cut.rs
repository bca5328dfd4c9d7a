//! Connections to PostgreSQL that end anywhere in a message, on the way there or back (R1, R12).

use std::time::Duration;

use anyhow::Result;
use hilo_tests::whole::check_everything;
use hilo_tests::{Cluster, Company, Fault, Hilo, Load, Proxy};

const WRITERS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn connection_cut() -> Result<()> {
    let mut fault = Fault::times("connection_cut", 20);
    let cluster = Cluster::start().await?;
    let proxy = Proxy::to(cluster.socket())?;
    let direct = cluster.create("hilo").await?;
    let hilo = Hilo::start_on(&proxy.url(&direct)?, &[]).await?;
    let mut company = Company::found_with(hilo).await?;
    let load = Load::start(&[&company.hilo.url], &company.key, WRITERS).await?;
    let mut before = 0;
    for _ in 0..fault.count {
        before = load.moves_on(before).await?;
        // An append of one message is about 2,000 bytes there and 200 back.
        proxy.cut_after(|| match fault.below(2) {
            0 => (0, i64::try_from(fault.below(4_000)).unwrap_or_default()),
            _ => (1, i64::try_from(fault.below(400)).unwrap_or_default()),
        });
        tokio::time::sleep(Duration::from_millis(fault.below(300))).await;
    }
    load.moves_on(before).await?;
    let acknowledged = load.finish().await?;
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "all connections cut {} times, {} messages acknowledged, {events} events, none lost, none twice",
        fault.count,
        acknowledged.len()
    ));
    Ok(())
}
