//! Few messages, far apart: what an agent feels. 4 pairs, each 5 messages a second, in an even beat.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;

use super::company::Company;
use super::pair::{Found, Pair};
use super::visitors::Visitors;

const PAIRS: usize = 4;
const A_SECOND: usize = 5;

/// Runs for a time.
pub(super) async fn run(company: &Company, length: Duration) -> Result<Found> {
    let messages = A_SECOND * usize::try_from(length.as_secs().max(1))?;
    let desks = company.desks.iter().take(PAIRS);
    let pairs = desks.map(async |desk| {
        let visitors = Visitors::come(company, desk, messages + 1).await?;
        Pair::open(company, desk, visitors).await
    });
    let pairs = try_join_all(pairs).await?;
    let beat = Duration::from_secs(1) / u32::try_from(A_SECOND)?;
    let begun = Instant::now();
    let running = (0_u32..).zip(pairs).map(|(number, mut pair)| async move {
        // The pairs do not write at the same moment.
        let mut due = begun + beat * number / u32::try_from(PAIRS)?;
        // The first message opens a subscription's way; it is no part of the beat.
        pair.exchange().await?;
        pair.found = Found::default();
        for _ in 0..messages {
            due = (due + beat).max(Instant::now());
            tokio::time::sleep_until(due.into()).await;
            pair.exchange().await?;
        }
        anyhow::Ok(pair.found)
    });
    let mut found = Found::default();
    for other in try_join_all(running).await? {
        found.add(other);
    }
    Ok(found)
}
