//! A bounded map of what was asked for lately: two plain maps, of which the older one is let go whenever the newer one is
//! full or old. Knows nothing of what it keeps.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, Instant};

/// How much is kept, and how long.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// At most so many entries.
    pub capacity: usize,
    /// What nobody asks for meanwhile is kept so long, and not twice that while others are asked for.
    pub idle: Duration,
}

/// Those that were asked for lately, and those that were before.
pub(crate) struct Kept<K, V> {
    newer: HashMap<K, V>,
    older: HashMap<K, V>,
    /// When the newer ones were none.
    since: Option<Instant>,
    limits: Limits,
}

/// What was let go. Many may go at once: to be dropped when no lock is held any more.
pub(crate) type Gone<K, V> = HashMap<K, V>;

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            newer: HashMap::new(),
            older: HashMap::new(),
            since: None,
            limits,
        }
    }

    pub(crate) fn insert(&mut self, key: K, value: V, now: Instant) -> Gone<K, V> {
        self.older.remove(&key);
        self.newer.insert(key, value);
        let since = *self.since.get_or_insert(now);
        if self.newer.len() <= self.limits.capacity / 2
            && now.duration_since(since) < self.limits.idle
        {
            return HashMap::new();
        }
        self.since = Some(now);
        let aged = std::mem::take(&mut self.newer);
        std::mem::replace(&mut self.older, aged)
    }

    /// The value, and what was let go for it.
    pub(crate) fn get(&mut self, key: &K, now: Instant) -> Option<(V, Gone<K, V>)> {
        if let Some(value) = self.newer.get(key) {
            return Some((value.clone(), HashMap::new()));
        }
        let (key, value) = self.older.remove_entry(key)?;
        let gone = self.insert(key, value.clone(), now);
        Some((value, gone))
    }

    /// The value, which does not count as asked for.
    pub(crate) fn peek(&self, key: &K) -> Option<&V> {
        self.newer.get(key).or_else(|| self.older.get(key))
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let newer = self.newer.remove(key);
        newer.or_else(|| self.older.remove(key))
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.limits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        capacity: 1_000,
        idle: Duration::from_secs(600),
    };

    fn kept() -> (Kept<usize, u64>, Instant) {
        (Kept::new(LIMITS), Instant::now())
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_is_bounded() {
        let (mut kept, now) = kept();
        for number in 0..3 * LIMITS.capacity {
            kept.insert(number, 1, now);
            assert!(kept.get(&0, now).is_some(), "asked for all the time");
            assert!(kept.newer.len() + kept.older.len() <= LIMITS.capacity + 1);
        }
        assert!(kept.get(&1, now).is_none());
    }

    #[test]
    fn what_nobody_asks_for_goes_in_time() {
        let (mut kept, now) = kept();
        let idle = LIMITS.idle;
        kept.insert(1, 1, now);
        kept.insert(2, 1, now + idle);
        assert!(kept.get(&2, now + idle).is_some());
        kept.insert(3, 1, now + idle * 2);
        assert!(kept.get(&1, now + idle * 2).is_none());
        assert!(kept.get(&2, now + idle * 2).is_some());
    }

    #[test]
    fn of_a_key_only_the_last_value_is_known() {
        let (mut kept, now) = kept();
        kept.insert(1, 1, now);
        kept.insert(2, 1, now + LIMITS.idle);
        kept.insert(1, 2, now + LIMITS.idle);
        assert_eq!(kept.peek(&1), Some(&2));
        assert_eq!(kept.remove(&1), Some(2));
        assert!(kept.get(&1, now + LIMITS.idle).is_none());
    }
}
