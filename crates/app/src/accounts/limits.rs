//! How often somebody may try a password. Counts live in this process, bounded in size and time; it decides nothing
//! about passwords. Tries are counted before they are judged, so that many at once count as many.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use moka::sync::Cache;

/// The window of every limit here.
const WINDOW: Duration = Duration::from_secs(15 * 60);
/// Tries of one account from one address (S8).
const PER_ACCOUNT_AND_ADDRESS: u32 = 10;
/// Tries of one account from all addresses it never signed in from: a guesser with many addresses gains little,
/// and the owner's own places have their own count.
const PER_ACCOUNT_FROM_NEW_PLACES: u32 = 50;
/// Failed tries of one address over all accounts; an office behind one address shares it.
const PER_ADDRESS: u32 = 60;
/// Entries kept of each kind; about 100 bytes each.
const ENTRIES: u64 = 100_000;

type Key = [u8; 32];

/// Counters of tries.
pub(crate) struct Limits {
    account_and_address: Windows<(Key, Network)>,
    account: Windows<Key>,
    address: Windows<Network>,
}

/// Who tries: the account as a keyed hash of its address, and the network it comes from.
#[derive(Clone, Copy)]
pub(crate) struct Try {
    /// Keyed hash of the e-mail address tried.
    pub(crate) account: Key,
    /// Where from.
    pub(crate) ip: IpAddr,
    /// Whether the account has signed in from there before.
    pub(crate) known_place: bool,
}

impl Limits {
    pub(crate) fn new() -> Self {
        Self {
            account_and_address: Windows::new(),
            account: Windows::new(),
            address: Windows::new(),
        }
    }

    /// Counts a try; the error says how long to wait.
    pub(crate) fn take(&self, tried: Try, now: Instant) -> Result<(), Duration> {
        let network = Network::of(tried.ip);
        self.address.take(network, PER_ADDRESS, now)?;
        self.account_and_address
            .take((tried.account, network), PER_ACCOUNT_AND_ADDRESS, now)?;
        if tried.known_place {
            return Ok(());
        }
        self.account
            .take(tried.account, PER_ACCOUNT_FROM_NEW_PLACES, now)
    }

    /// A right password: the tries before it were its owner's.
    pub(crate) fn forgive(&self, tried: Try) {
        let network = Network::of(tried.ip);
        self.account_and_address.forget(&(tried.account, network));
        self.address.give_back(&network);
        if !tried.known_place {
            self.account.give_back(&tried.account);
        }
    }
}

/// One address, or one /64 of IPv6: that is what one customer line has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Network(u128);

impl Network {
    fn of(ip: IpAddr) -> Self {
        match ip.to_canonical() {
            IpAddr::V4(v4) => Self(u128::from(v4.to_ipv6_mapped())),
            IpAddr::V6(v6) => Self(u128::from(v6) >> 64 << 64),
        }
    }
}

/// Fixed windows that open with the first try, dropped when they are over or when there are too many.
struct Windows<K>(Cache<K, Arc<Mutex<Window>>>);

struct Window {
    opened: Instant,
    count: u32,
}

impl<K: std::hash::Hash + Eq + Send + Sync + 'static> Windows<K> {
    fn new() -> Self {
        Self(
            Cache::builder()
                .max_capacity(ENTRIES)
                .time_to_live(WINDOW)
                .build(),
        )
    }

    fn take(&self, key: K, most: u32, now: Instant) -> Result<(), Duration> {
        let window = self.0.get_with(key, || {
            Arc::new(Mutex::new(Window {
                opened: now,
                count: 0,
            }))
        });
        let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
        let age = now.saturating_duration_since(window.opened);
        if age >= WINDOW {
            *window = Window {
                opened: now,
                count: 0,
            };
        }
        if window.count >= most {
            return Err(WINDOW.saturating_sub(age).max(Duration::from_secs(1)));
        }
        window.count += 1;
        Ok(())
    }

    fn give_back(&self, key: &K) {
        if let Some(window) = self.0.get(key) {
            let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
            window.count = window.count.saturating_sub(1);
        }
    }

    fn forget(&self, key: &K) {
        self.0.invalidate(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(ip: &str, known_place: bool) -> Try {
        Try {
            account: [7; 32],
            ip: ip.parse().unwrap(),
            known_place,
        }
    }

    #[test]
    fn the_eleventh_try_of_an_account_from_one_address_waits_but_another_address_may_try() {
        let (limits, now) = (Limits::new(), Instant::now());
        for _ in 0..10 {
            limits.take(from("192.0.2.1", false), now).unwrap();
        }
        let wait = limits.take(from("192.0.2.1", false), now).unwrap_err();
        assert!(
            wait > Duration::from_secs(14 * 60) && wait <= WINDOW,
            "{wait:?}"
        );
        limits.take(from("192.0.2.2", false), now).unwrap();
        limits.take(from("192.0.2.1", false), now + WINDOW).unwrap();
    }

    #[test]
    fn a_guesser_with_a_hundred_addresses_gets_fifty_tries_and_does_not_lock_out_a_known_place() {
        let (limits, now) = (Limits::new(), Instant::now());
        let tries = (0..100)
            .flat_map(|host| std::iter::repeat_n(from(&format!("198.51.100.{host}"), false), 10));
        let allowed = tries
            .filter(|tried| limits.take(*tried, now).is_ok())
            .count();
        assert_eq!(allowed, 50);
        limits.take(from("203.0.113.5", true), now).unwrap();
    }

    #[test]
    fn a_right_password_clears_the_tries_of_its_own_address_only() {
        let (limits, now) = (Limits::new(), Instant::now());
        for ip in ["192.0.2.1", "192.0.2.2"] {
            for _ in 0..10 {
                limits.take(from(ip, true), now).unwrap();
            }
        }
        limits.forgive(from("192.0.2.1", true));
        limits.take(from("192.0.2.1", true), now).unwrap();
        limits.take(from("192.0.2.2", true), now).unwrap_err();
    }

    #[test]
    fn addresses_of_one_ipv6_line_count_together() {
        let (limits, now) = (Limits::new(), Instant::now());
        let allowed = (0..100).filter(|host| {
            limits
                .take(from(&format!("2001:db8::{host:x}"), false), now)
                .is_ok()
        });
        assert_eq!(allowed.count(), 10);
    }
}
