//! A socket that only watches: which of the numbers that are to come it shows, how old they are, and how often.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::marks;
use super::socket::Socket;
use crate::samples::Samples;

/// Messages that many sockets watch for, numbered from 0 in the order they are sent.
pub(super) struct Expected {
    first: u64,
    begun: Instant,
    /// Microseconds after `begun`; 0 = not sent.
    sent: Vec<AtomicU64>,
    /// Of each the one before it in its chat, where only a chat's newest message need be shown.
    overtakes: Vec<Option<usize>>,
    /// Messages shown, over all sockets, each message once a socket.
    shown: AtomicU64,
}

impl Expected {
    /// Room for so many messages, every one of which is to be shown.
    pub(super) fn new(messages: usize) -> Arc<Self> {
        Self::room(messages, vec![None; messages])
    }

    /// The same where a list of chats shows them: a message that the next one of its chat overtakes is not lost.
    pub(super) fn in_chats(messages: usize, chat: impl Fn(usize) -> (usize, usize)) -> Arc<Self> {
        let mut last = HashMap::new();
        let overtakes = (0..messages).map(|message| last.insert(chat(message), message));
        Self::room(messages, overtakes.collect())
    }

    fn room(messages: usize, overtakes: Vec<Option<usize>>) -> Arc<Self> {
        let numbers = (0..messages).map(|_| marks::next()).collect::<Vec<_>>();
        Arc::new(Self {
            first: numbers.first().copied().unwrap_or_default(),
            begun: Instant::now(),
            sent: numbers.iter().map(|_| AtomicU64::new(0)).collect(),
            overtakes,
            shown: AtomicU64::new(0),
        })
    }

    /// The number that stands in the text of a message.
    pub(super) fn mark(&self, message: usize) -> u64 {
        self.first + message as u64
    }

    /// Notes when a message leaves.
    pub(super) fn leaves(&self, message: usize, at: Instant) {
        let after = at.saturating_duration_since(self.begun).as_micros().max(1);
        if let Some(sent) = self.sent.get(message) {
            sent.store(u64::try_from(after).unwrap_or(u64::MAX), Ordering::Release);
        }
    }

    /// How many that were not shown are overtaken by one that is.
    fn overtaken(&self, message: usize, seen: &mut [bool]) -> u64 {
        let (mut overtaken, mut before) = (0, self.overtakes.get(message).copied().flatten());
        while let Some(earlier) = before
            && let Some(seen) = seen.get_mut(earlier).filter(|seen| !**seen)
        {
            *seen = true;
            overtaken += 1;
            before = self.overtakes.get(earlier).copied().flatten();
        }
        overtaken
    }

    /// Messages shown so far, over all sockets.
    pub(super) fn shown(&self) -> u64 {
        self.shown.load(Ordering::Acquire)
    }

    /// Waits until so many are shown, or until `patience` passes without another one.
    pub(super) async fn wait_for(&self, wanted: u64, patience: Duration) {
        let (mut last, mut since) = (0, Instant::now());
        loop {
            let shown = self.shown();
            if shown >= wanted || since.elapsed() > patience {
                return;
            }
            if shown != last {
                (last, since) = (shown, Instant::now());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// What a socket showed.
#[derive(Default)]
pub(super) struct Watched {
    /// From leaving until shown.
    pub(super) times: Samples,
    /// Times that a message was shown again.
    pub(super) again: u64,
    /// Frames in which there was any of the messages.
    pub(super) frames: u64,
    /// When the last one was shown.
    pub(super) last: Option<Instant>,
}

/// Watches until `stop`.
pub(super) fn watch(
    mut socket: Socket,
    expected: Arc<Expected>,
    stop: CancellationToken,
) -> JoinHandle<Result<Watched>> {
    tokio::spawn(async move {
        let mut watched = Watched::default();
        let mut seen = vec![false; expected.sent.len()];
        while let Some(frame) = stop.run_until_cancelled(socket.text()).await {
            watched.take(frame?, &expected, &mut seen);
        }
        Ok(watched)
    })
}

impl Watched {
    fn take(&mut self, frame: &[u8], expected: &Expected, all: &mut [bool]) {
        let (now, mut shown) = (Instant::now(), 0);
        let mut is_ours = false;
        for number in marks::numbers(frame) {
            let message = number.checked_sub(expected.first);
            let message = message.and_then(|message| usize::try_from(message).ok());
            let Some(message) = message.filter(|message| *message < all.len()) else {
                continue;
            };
            is_ours = true;
            if all
                .get_mut(message)
                .is_none_or(|seen| std::mem::replace(seen, true))
            {
                self.again += 1;
                continue;
            }
            shown += 1 + expected.overtaken(message, all);
            let sent = expected.sent.get(message);
            let sent = sent.map_or(0, |sent| sent.load(Ordering::Acquire));
            let sent = expected.begun + Duration::from_micros(sent);
            self.times.add(now.saturating_duration_since(sent));
        }
        if is_ours {
            self.frames += 1;
            self.last = Some(now);
        }
        expected.shown.fetch_add(shown, Ordering::AcqRel);
    }
}

/// What all of them showed.
pub(super) async fn gather(watchers: Vec<JoinHandle<Result<Watched>>>) -> Result<Watched> {
    let mut all = Watched::default();
    for watcher in watchers {
        let watched = watcher.await??;
        all.times.extend(watched.times);
        all.again += watched.again;
        all.frames += watched.frames;
        all.last = all.last.max(watched.last);
    }
    Ok(all)
}
