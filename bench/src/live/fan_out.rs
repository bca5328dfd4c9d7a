//! One chat that a thousand sockets look at. An agent writes as fast as the sockets follow: at most so many messages
//! are not on every socket yet. A delivery is one message on one socket; several may come in one frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use futures_util::future::try_join_all;
use serde_json::json;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::Tally;
use super::company::{Company, Desk, act};
use super::http::Connection;
use super::marks;
use super::socket::Socket;
use super::visitors::Visitors;
use super::watcher::{Expected, gather, watch};

const SOCKETS: usize = 1_000;
/// Messages written at the same time.
const WRITERS: usize = 8;
/// Messages that may be on their way to the slowest socket.
const UNDER_WAY: u64 = 32;
/// More than can be written in a second.
const A_SECOND: usize = 3_000;
/// What has not come so long after the one before it is lost.
const PATIENCE: Duration = Duration::from_secs(5);

/// What an open chat shows, as it changes.
const CHAT: &str =
    "subscription($id: ID!, $after: Position) { chat(id: $id, after: $after) { position resync
  chat { id state mark unreadCount unanswered lastActivityAt }
  messages { id clientMessageId position direction text state author { kind agent { id name } }
    sentAt deliveredAt readAt }
  acts { position kind at } } }";
const SEND: &str = "mutation($input: SendMessageInput!) {
  done: sendMessage(input: $input) { position userErrors { message } } }";

pub(super) struct Fanned {
    pub(super) per_second: f64,
    pub(super) frames_per_second: f64,
    pub(super) tally: Tally,
}

/// Runs for a time.
pub(super) async fn run(company: &Company, length: Duration) -> Result<Fanned> {
    let desk = company.desks.first().context("no channel")?;
    let mut http = Connection::open(&company.address).await?;
    let mut visitors = Visitors::come(company, desk, 1).await?;
    let mut before = company.inbox(desk).await?;
    visitors.write(&mut http, marks::next()).await?;
    // Once a socket shows the new chat, lists do so too.
    before.text().await?;
    let (chat, position) = company.newest(desk).await?;
    let chat = chat.context("no chat")?;

    let room = A_SECOND * usize::try_from(length.as_secs().max(1))?;
    let (expected, stop) = (Expected::new(room), CancellationToken::new());
    let mut watchers = Vec::with_capacity(SOCKETS);
    for _ in 0..SOCKETS {
        let mut socket = Socket::open(&company.address, &desk.cookie).await?;
        let variables = json!({"id": chat, "after": position});
        socket.subscribe(CHAT, &variables).await?;
        watchers.push(watch(socket, Arc::clone(&expected), stop.clone()));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (begun, sent) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let writing = (0..WRITERS).map(|_| {
        let writer = Writer {
            address: company.address.clone(),
            desk: desk.clone(),
            chat: chat.clone(),
            expected: Arc::clone(&expected),
            sent: Arc::clone(&sent),
            until: begun + length,
        };
        tokio::spawn(writer.run())
    });
    for written in try_join_all(writing).await? {
        written?;
    }
    let wanted = (sent.load(Ordering::Acquire) * SOCKETS) as u64;
    expected.wait_for(wanted, PATIENCE).await;
    stop.cancel();
    let watched = gather(watchers).await?;
    let elapsed = watched
        .last
        .unwrap_or(begun)
        .duration_since(begun)
        .as_secs_f64();
    let shown = expected.shown();
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    Ok(Fanned {
        per_second: shown as f64 / elapsed.max(0.001),
        frames_per_second: watched.frames as f64 / elapsed.max(0.001),
        tally: Tally {
            lost: wanted.saturating_sub(shown),
            duplicated: watched.again,
        },
    })
}

struct Writer {
    address: String,
    desk: Desk,
    chat: String,
    expected: Arc<Expected>,
    sent: Arc<AtomicUsize>,
    until: Instant,
}

impl Writer {
    async fn run(self) -> Result<()> {
        let mut http = Connection::open(&self.address).await?;
        while Instant::now() < self.until {
            let message = self.sent.fetch_add(1, Ordering::AcqRel);
            // Every message that left so long ago is to be on all sockets.
            let followed = (message as u64).saturating_sub(UNDER_WAY) * SOCKETS as u64;
            self.expected.wait_for(followed, PATIENCE).await;
            self.expected.leaves(message, Instant::now());
            let input = json!({"chatId": self.chat, "clientMessageId": Uuid::new_v4(),
                "text": marks::text(self.expected.mark(message))});
            act(&mut http, &self.desk.cookie, SEND, input).await?;
        }
        Ok(())
    }
}
