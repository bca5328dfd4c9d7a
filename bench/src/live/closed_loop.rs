//! As fast as it goes: 32 pairs, and in each the next message leaves when the last one is acknowledged and on the
//! agent's socket. A message counts once both have happened. Visitors change with every message, because each may
//! write 20 at once: so these are many chats, of up to 20 messages each.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;

use super::Tally;
use super::company::Company;
use super::pair::{Found, Pair};
use crate::samples::Samples;

const PAIRS: usize = 32;
/// Messages a pair may need in a second: more than the aim, so that a fast Hilo does not run out of visitors.
const A_SECOND: usize = 400;
/// The longest run: visitors have to come first, which takes longer than what they write.
const LONGEST: Duration = Duration::from_secs(10);

pub(super) struct Closed {
    pub(super) times: Samples,
    pub(super) per_second: f64,
    pub(super) tally: Tally,
}

/// Runs for a time, or until every visitor has written as much as they may.
pub(super) async fn run(company: &Company, length: Duration) -> Result<Closed> {
    let length = length.min(LONGEST);
    let messages = A_SECOND * usize::try_from(length.as_secs().max(1))?;
    let mut pairs = Vec::with_capacity(PAIRS);
    for desk in company.desks.iter().take(PAIRS) {
        pairs.push(Pair::open(company, desk, messages).await?);
    }
    let begun = Instant::now();
    let running = pairs.into_iter().map(|mut pair| {
        tokio::spawn(async move {
            while begun.elapsed() < length && pair.exchange().await? {}
            anyhow::Ok(pair.found)
        })
    });
    let mut found = Found::default();
    for other in try_join_all(running).await? {
        found.add(other?);
    }
    let elapsed = begun.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let per_second = found.times.len() as f64 / elapsed;
    Ok(Closed {
        per_second,
        times: found.times,
        tally: found.tally,
    })
}
