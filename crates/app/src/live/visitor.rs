//! What the contact's own window shows, live: every numbered item once, in order, without a gap.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::Stream;
use futures_util::stream;
use hilo_domain::ChatId;
use hilo_journal::Position;
use hilo_read::{Changes, ContactItemRow, ReadError};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use super::chat::of_chat;
use super::hub::{Hub, Live};

/// Items read at once while catching up.
const PAGE: i64 = 200;
/// Pause before rows are read again that were told and are not there yet.
const AGAIN: Duration = Duration::from_millis(100);

/// One contact's place among its items.
struct Items {
    hub: Hub,
    chat: ChatId,
    /// The last number told.
    last: i64,
    /// The numbers are of this epoch.
    epoch: Uuid,
    /// The rows were read up to here.
    reached: Position,
    /// There may be items in the database that were not heard of.
    behind: bool,
    /// What was told reaches here. The rows may be a moment behind.
    wanted: Position,
    ready: VecDeque<ContactItemRow>,
    live: broadcast::Receiver<Live>,
}

impl Hub {
    /// The items behind `after_seq`, then those that come. Ends when Hilo stops, the database is gone or history went
    /// back; then the contact's window comes back with its last number.
    pub fn contact_items(
        &self,
        chat: ChatId,
        after_seq: u64,
    ) -> impl Stream<Item = ContactItemRow> + Send + use<> {
        let items = Items {
            // Listens before it reads.
            live: self.0.live.subscribe(),
            epoch: self.0.around.epoch(),
            hub: self.clone(),
            chat,
            last: i64::try_from(after_seq).unwrap_or(i64::MAX),
            reached: Position::START,
            behind: true,
            wanted: Position::START,
            ready: VecDeque::new(),
        };
        stream::unfold(items, |mut items| async move {
            let item = items.next().await?;
            Some((item, items))
        })
    }
}

impl Items {
    async fn next(&mut self) -> Option<ContactItemRow> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                self.last = item.seq;
                return Some(item);
            }
            if self.behind {
                if let Err(error) = self.catch_up().await {
                    tracing::warn!(error = %error, "a contact's window could not catch up");
                    return None;
                }
                continue;
            }
            let stop = self.hub.0.stop.clone();
            let live = tokio::select! {
                biased;
                () = stop.cancelled() => return None,
                live = self.live.recv() => live,
            };
            self.hub.0.hearing.hears();
            match live {
                Ok(_) if self.epoch != self.hub.0.around.epoch() => return None,
                Ok(Live::Changes { after, changes }) => self.take(after, &changes),
                Err(RecvError::Lagged(_)) => self.behind = true,
                Ok(Live::Restart) | Err(RecvError::Closed) => return None,
            }
        }
    }

    async fn catch_up(&mut self) -> Result<(), ReadError> {
        let read = &self.hub.0.read;
        // The position first: rows may only grow between the two statements.
        self.reached = read.position().await?;
        let after = u64::try_from(self.last).unwrap_or_default();
        let page = read.contact_items(self.chat, after, PAGE).await?;
        let is_full = i64::try_from(page.len()).is_ok_and(|len| len == PAGE);
        let is_early = self.reached < self.wanted;
        self.behind = is_full || is_early;
        if page.is_empty() && is_early {
            tokio::time::sleep(AGAIN).await;
        }
        self.ready.extend(page);
        Ok(())
    }

    fn take(&mut self, after: Position, changes: &Changes) {
        if after > self.reached || !changes.complete {
            (self.behind, self.wanted) = (true, changes.position);
            return;
        }
        self.reached = self.reached.max(changes.position);
        for item in of_chat(&changes.items, self.chat, |item| item.chat_id) {
            let told = self.ready.back().map_or(self.last, |ready| ready.seq);
            if item.seq == told + 1 {
                self.ready.push_back(item.clone());
            } else if item.seq > told {
                (self.behind, self.wanted) = (true, changes.position);
                return;
            }
        }
    }
}
