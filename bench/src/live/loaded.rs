//! A busy company: 500 messages a second come in over ten channels, 200 sockets each see one of these channels.
//! Messages leave by the clock, whether or not those before were answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;
use tokio_util::sync::CancellationToken;

use super::Tally;
use super::company::Company;
use super::http::Connection;
use super::pair::Found;
use super::visitors::{MESSAGES_EACH, Visitors};
use super::watcher::{Expected, gather, watch};
use crate::samples::Samples;

const A_SECOND: u32 = 500;
const CHANNELS: usize = 10;
const SOCKETS: usize = 200;
/// Connections over which visitors write: each takes every so manieth message, always of the same channel.
const WRITERS: usize = 60;
/// What has not come so long after the one before it is lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// Runs for a time.
pub(super) async fn run(company: &Company, length: Duration) -> Result<Found> {
    let messages = A_SECOND as usize * usize::try_from(length.as_secs().max(1))?;
    let mut writers = Vec::with_capacity(WRITERS);
    for number in 0..WRITERS {
        let Some(desk) = company.desks.get(number % CHANNELS) else {
            break;
        };
        let visitors = Visitors::come(company, desk, messages.div_ceil(WRITERS)).await?;
        writers.push((Connection::open(&company.address).await?, visitors));
    }
    let chat = |message| (message % WRITERS, message / WRITERS / MESSAGES_EACH);
    let expected = Expected::in_chats(messages, chat);
    let stop = CancellationToken::new();
    let mut watchers = Vec::with_capacity(SOCKETS);
    for desk in company.desks.iter().take(CHANNELS) {
        let (_, position) = company.newest(desk).await?;
        for _ in 0..SOCKETS / CHANNELS {
            let socket = company.inbox_from(desk, &position).await?;
            watchers.push(watch(socket, Arc::clone(&expected), stop.clone()));
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begun = Instant::now();
    let writing = writers.into_iter().enumerate().map(|(first, writer)| {
        tokio::spawn(write(writer, Arc::clone(&expected), first, messages, begun))
    });
    let mut posts = Samples::default();
    for written in try_join_all(writing).await? {
        posts.extend(written?);
    }
    // A message is of one channel, and a tenth of the sockets see that.
    let wanted = (messages * SOCKETS / CHANNELS) as u64;
    expected.wait_for(wanted, PATIENCE).await;
    stop.cancel();
    let watched = gather(watchers).await?;
    Ok(Found {
        times: watched.times,
        posts,
        tally: Tally {
            lost: wanted.saturating_sub(expected.shown()),
            duplicated: watched.again,
        },
    })
}

/// Sends message `first` and every so manieth after it, each when it is due.
async fn write(
    (mut http, mut visitors): (Connection, Visitors),
    expected: Arc<Expected>,
    first: usize,
    messages: usize,
    begun: Instant,
) -> Result<Samples> {
    let mut posts = Samples::default();
    for message in (first..messages).step_by(WRITERS) {
        let due = begun + Duration::from_secs(1) * u32::try_from(message)? / A_SECOND;
        let late = due.elapsed();
        tokio::time::sleep_until(due.into()).await;
        // Who is kept waiting by the answer before counts from when the message was due.
        let leaves = if late.is_zero() { Instant::now() } else { due };
        expected.leaves(message, leaves);
        visitors.write(&mut http, expected.mark(message)).await?;
        posts.add(leaves.elapsed());
    }
    Ok(posts)
}
