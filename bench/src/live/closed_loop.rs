//! As fast as it goes: 32 pairs, and in each the next message leaves when the last one is acknowledged and on the
//! agent's socket. A message counts once both have happened. A visitor may write 20 at once, so after 20 messages the
//! pair goes on with another: one message of 20 opens a chat. The same where every message does is told beside it.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;

use super::Tally;
use super::company::{Company, Desk};
use super::pair::{Found, Pair};
use super::visitors::Visitors;
use crate::samples::Samples;

const PAIRS: usize = 32;
/// Messages a pair may need in a second: more than the aim, so that a fast Hilo does not run out of visitors.
const A_SECOND: usize = 400;
/// The longest run: visitors have to come first, which takes longer than what they write.
const LONGEST: Duration = Duration::from_secs(10);
/// Chats that each pair opens where every message opens one.
const CHATS: usize = 60;

pub(super) struct Closed {
    pub(super) times: Samples,
    pub(super) per_second: f64,
    pub(super) tally: Tally,
}

/// Runs for a time, or until every visitor has written as much as they may.
pub(super) async fn run(company: &Company, length: Duration) -> Result<Closed> {
    let length = length.min(LONGEST);
    let messages = A_SECOND * usize::try_from(length.as_secs().max(1))?;
    let visitors = async |desk: &Desk| Visitors::come(company, desk, messages).await;
    exchange(company, length, visitors).await
}

/// Every message is the first of its visitor.
pub(super) async fn open_chats(company: &Company) -> Result<Closed> {
    let visitors = async |desk: &Desk| Visitors::each(company, desk, CHATS, 1).await;
    exchange(company, LONGEST, visitors).await
}

async fn exchange(
    company: &Company,
    length: Duration,
    visitors: impl AsyncFn(&Desk) -> Result<Visitors>,
) -> Result<Closed> {
    let mut pairs = Vec::with_capacity(PAIRS);
    for desk in company.desks.iter().take(PAIRS) {
        pairs.push(Pair::open(company, desk, visitors(desk).await?).await?);
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
