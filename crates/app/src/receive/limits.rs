//! How often visitors may come and write, and what is remembered of them for a moment. All of it is bounded and may be
//! lost: it lives in this process only.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};
use hilo_domain::ChatId;
use hilo_domain::chat::PageView;
use moka::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use uuid::Uuid;

/// Entries kept of each kind; about 200 bytes each.
const ENTRIES: u64 = 100_000;
/// A bucket nobody touched for so long is full again, so forgetting it changes nothing.
const IDLE: Duration = Duration::from_secs(5 * 60);

/// The most that remembered pages take; an address may be 2,048 characters long.
const PAGES_BYTES: u64 = 32 * 1024 * 1024;

const SESSION_EVERY: Duration = Duration::from_secs(2);
const SESSION_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();
const MESSAGES_A_MINUTE: NonZeroU32 = NonZeroU32::new(20).unwrap();
const UPLOADS_A_MINUTE: NonZeroU32 = NonZeroU32::new(5).unwrap();
const ACTS_A_MINUTE: NonZeroU32 = NonZeroU32::new(240).unwrap();

/// Pages of one visitor that can be open at once.
const STREAMS: usize = 10;

/// What is counted and remembered of all visitors.
pub(crate) struct Visitors {
    sessions: Buckets<Network>,
    messages: Buckets<ChatId>,
    acts: Buckets<ChatId>,
    uploads: Buckets<ChatId>,
    /// Messages that were taken: sending one again costs nothing.
    taken: Cache<(ChatId, Uuid), ()>,
    /// Where visitors are who did not write yet.
    pages: Cache<ChatId, PageView>,
    streams: Cache<ChatId, Arc<Semaphore>>,
}

/// Bytes a remembered page takes, its entry included.
fn weight(page: &PageView) -> u32 {
    let title = page.title.as_ref().map_or(0, String::len);
    u32::try_from(200 + page.url.len() + title).unwrap_or(u32::MAX)
}

impl Visitors {
    pub(crate) fn new() -> Self {
        let by_session =
            Quota::with_period(SESSION_EVERY).map(|quota| quota.allow_burst(SESSION_BURST));
        Self {
            sessions: Buckets::new(by_session.unwrap_or(Quota::per_minute(SESSION_BURST))),
            messages: Buckets::new(Quota::per_minute(MESSAGES_A_MINUTE)),
            acts: Buckets::new(Quota::per_minute(ACTS_A_MINUTE)),
            uploads: Buckets::new(Quota::per_minute(UPLOADS_A_MINUTE)),
            taken: Cache::builder()
                .max_capacity(ENTRIES)
                .time_to_live(Duration::from_secs(10 * 60))
                .build(),
            pages: Cache::builder()
                .weigher(|_, page: &PageView| weight(page))
                .max_capacity(PAGES_BYTES)
                .time_to_live(Duration::from_secs(60 * 60))
                .build(),
            streams: Cache::new(ENTRIES),
        }
    }

    /// Counts a session of an address; the error says how long to wait.
    pub(super) fn session(&self, ip: IpAddr) -> Result<(), Duration> {
        self.sessions.take(&Network::of(ip))
    }

    /// Counts a message, unless it was taken before under the same id.
    pub(super) fn message(&self, chat: ChatId, client_event_id: Uuid) -> Result<(), Duration> {
        if self.taken.contains_key(&(chat, client_event_id)) {
            return Ok(());
        }
        self.messages.take(&chat)
    }

    /// Remembers that a message is in the journal.
    pub(super) fn took(&self, chat: ChatId, client_event_id: Uuid) {
        self.taken.insert((chat, client_event_id), ());
    }

    /// Counts anything else.
    pub(super) fn act(&self, chat: ChatId) -> Result<(), Duration> {
        self.acts.take(&chat)
    }

    /// Counts an upload.
    pub(crate) fn upload(&self, chat: ChatId) -> Result<(), Duration> {
        self.uploads.take(&chat)
    }

    /// One of the streams a visitor may have open at once; free again when dropped.
    pub(super) fn stream(&self, chat: ChatId) -> Option<OwnedSemaphorePermit> {
        let open = self
            .streams
            .get_with(chat, || Arc::new(Semaphore::new(STREAMS)));
        open.try_acquire_owned().ok()
    }

    /// Remembers where a visitor is, for the moment they write first.
    pub(super) fn remember_page(&self, chat: ChatId, page: PageView) {
        self.pages.insert(chat, page);
    }

    /// Where a visitor was last.
    pub(super) fn page(&self, chat: ChatId) -> Option<PageView> {
        self.pages.get(&chat)
    }
}

/// One bucket a key, the longest untouched forgotten first.
pub(crate) struct Buckets<K> {
    quota: Quota,
    /// Of all buckets: making one asks the processor what it is, which is slow on a virtual machine.
    clock: DefaultClock,
    by_key: Cache<K, Arc<DefaultDirectRateLimiter>>,
}

impl<K: Hash + Eq + Clone + Send + Sync + 'static> Buckets<K> {
    pub(crate) fn new(quota: Quota) -> Self {
        Self {
            quota,
            clock: DefaultClock::default(),
            by_key: Cache::builder()
                .max_capacity(ENTRIES)
                .time_to_idle(IDLE)
                .build(),
        }
    }

    pub(crate) fn take(&self, key: &K) -> Result<(), Duration> {
        let bucket = self.by_key.get_with_by_ref(key, || {
            let clock = self.clock.clone();
            Arc::new(DefaultDirectRateLimiter::direct_with_clock(
                self.quota, clock,
            ))
        });
        bucket
            .check()
            .map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

/// An address as limits count it: a whole IPv6 line is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Network {
    V4([u8; 4]),
    V6(u64),
}

impl Network {
    fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self::V4(ip.octets()),
            IpAddr::V6(ip) => Self::V6((ip.to_bits() >> 64) as u64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(n: u128) -> ChatId {
        ChatId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn the_eleventh_session_of_an_address_waits_two_seconds() {
        let visitors = Visitors::new();
        let ip: IpAddr = "192.0.2.1".parse().unwrap();
        for _ in 0..10 {
            visitors.session(ip).unwrap();
        }
        let wait = visitors.session(ip).unwrap_err();
        assert!(
            wait <= SESSION_EVERY && wait > Duration::from_secs(1),
            "{wait:?}"
        );
        visitors.session("192.0.2.2".parse().unwrap()).unwrap();
    }

    #[test]
    fn addresses_of_one_ipv6_line_count_together() {
        let visitors = Visitors::new();
        let allowed = (0..30).filter(|host| {
            visitors
                .session(format!("2001:db8::{host:x}").parse().unwrap())
                .is_ok()
        });
        assert_eq!(allowed.count(), 10);
    }

    #[test]
    fn twenty_messages_pass_and_sending_them_again_costs_nothing() {
        let visitors = Visitors::new();
        for n in 0..20 {
            visitors.message(chat(1), Uuid::from_u128(n)).unwrap();
            visitors.took(chat(1), Uuid::from_u128(n));
        }
        visitors.message(chat(1), Uuid::from_u128(99)).unwrap_err();
        visitors.message(chat(1), Uuid::from_u128(7)).unwrap();
        visitors.message(chat(2), Uuid::from_u128(99)).unwrap();
    }
}
