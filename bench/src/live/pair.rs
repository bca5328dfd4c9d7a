//! A pair: a channel's visitors on one connection, and the socket of the agent who sees that channel.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Tally;
use super::company::{Company, Desk};
use super::http::Connection;
use super::marks;
use super::socket::Socket;
use super::visitors::Visitors;
use crate::samples::Samples;

/// A message that has not come by then is lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// One visitor's side and one agent's.
pub(super) struct Pair {
    http: Connection,
    visitors: Visitors,
    socket: Socket,
    seen: HashSet<u64>,
    /// What it found so far.
    pub(super) found: Found,
}

/// What pairs find.
#[derive(Default)]
pub(super) struct Found {
    /// From sending a message until the agent's socket shows it.
    pub(super) times: Samples,
    /// From sending a message until it is acknowledged.
    pub(super) posts: Samples,
    /// What did not come, or came again.
    pub(super) tally: Tally,
}

impl Found {
    pub(super) fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        self.posts.extend(other.posts);
        self.tally.add(other.tally);
    }
}

impl Pair {
    /// A pair in which these visitors write.
    pub(super) async fn open(company: &Company, desk: &Desk, visitors: Visitors) -> Result<Self> {
        Ok(Self {
            http: Connection::open(&company.address).await?,
            visitors,
            socket: company.inbox(desk).await?,
            seen: HashSet::new(),
            found: Found::default(),
        })
    }

    /// A visitor writes, the agent's socket shows it, and the visitor is answered. False when the visitors may write
    /// no more.
    pub(super) async fn exchange(&mut self) -> Result<bool> {
        let number = marks::next();
        let began = Instant::now();
        let writing = async {
            let wrote = self.visitors.write(&mut self.http, number).await?;
            anyhow::Ok((wrote, began.elapsed()))
        };
        let showing =
            tokio::time::timeout(PATIENCE, show(&mut self.socket, &mut self.seen, number));
        let (mut writing, mut showing) = (std::pin::pin!(writing), std::pin::pin!(showing));
        // Either may be first: the socket does not wait for the answer.
        let (wrote, shown) = tokio::select! {
            wrote = &mut writing => {
                let wrote = wrote?;
                if !wrote.0 {
                    return Ok(false);
                }
                (wrote, showing.await)
            }
            shown = &mut showing => (writing.await?, shown),
        };
        self.found.posts.add(wrote.1);
        match shown {
            Ok(shown) => {
                let (at, duplicated) = shown?;
                self.found.times.add(at.saturating_duration_since(began));
                self.found.tally.duplicated += duplicated;
            }
            Err(_) => self.found.tally.lost += 1,
        }
        Ok(true)
    }
}

/// Reads until a number is shown: when that was, and how many numbers came again on the way.
async fn show(socket: &mut Socket, seen: &mut HashSet<u64>, number: u64) -> Result<(Instant, u64)> {
    let mut again = 0;
    loop {
        let frame = socket.text().await?;
        let at = Instant::now();
        let mut is_there = false;
        for found in marks::numbers(frame) {
            is_there |= found == number;
            again += u64::from(!seen.insert(found));
        }
        if is_there {
            return Ok((at, again));
        }
    }
}
