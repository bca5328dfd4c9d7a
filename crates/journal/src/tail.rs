//! The newest events in memory, as they are stored: who follows the journal closely need not read back what this process
//! has just appended. Bounded, without a gap, and only what is known to be committed; never a proof of what is stored.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::{Position, StoredEvent};

/// Most events held.
const EVENTS: usize = 4_096;
/// Most bytes of payload and metadata held.
const BYTES: usize = 4 << 20;

#[derive(Default)]
pub(crate) struct Tail(Mutex<Held>);

#[derive(Default)]
struct Held {
    events: VecDeque<StoredEvent>,
    bytes: usize,
    era: u64,
}

impl Tail {
    /// Takes events that were just committed, in their order. What was held before is kept only if they follow on it:
    /// others may have appended in between.
    pub(crate) fn push(&self, events: impl Iterator<Item = StoredEvent>, era: u64) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            let last = held.events.back().map(|last| last.position.0);
            if held.era != era || last.is_some_and(|last| last + 1 != event.position.0) {
                *held = Held {
                    era,
                    ..Held::default()
                };
            }
            held.bytes += weight(&event);
            held.events.push_back(event);
        }
        while held.events.len() > EVENTS || held.bytes > BYTES {
            match held.events.pop_front() {
                Some(event) => held.bytes -= weight(&event),
                None => return,
            }
        }
    }

    /// Up to `limit` events behind a position; `None` where the database has to be asked.
    pub(crate) fn behind(
        &self,
        after: Position,
        limit: usize,
        era: u64,
    ) -> Option<Vec<StoredEvent>> {
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let first = held.events.front()?.position.0;
        let skipped = usize::try_from(after.0 + 1 - first).ok()?;
        if held.era != era || skipped >= held.events.len() {
            return None;
        }
        Some(held.events.range(skipped..).take(limit).cloned().collect())
    }
}

fn weight(event: &StoredEvent) -> usize {
    event.payload.len() + event.metadata.len()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn event(position: i64) -> StoredEvent {
        StoredEvent {
            position: Position(position),
            recorded_at: Timestamp::UNIX_EPOCH,
            aggregate_type: "chat".to_owned(),
            aggregate_id: "1".to_owned(),
            sequence: 1,
            event_type: "said".to_owned(),
            event_version: "1.0".to_owned(),
            payload: "{}".to_owned(),
            metadata: "{}".to_owned(),
            digest: [0; 32],
            chain: None,
        }
    }

    fn positions(tail: &Tail, after: i64, era: u64) -> Option<Vec<i64>> {
        let events = tail.behind(Position(after), 3, era)?;
        Some(events.iter().map(|event| event.position.0).collect())
    }

    #[test]
    fn what_follows_on_it_is_given_without_a_gap() {
        let tail = Tail::default();
        tail.push((5..8).map(event), 0);
        tail.push((8..10).map(event), 0);
        assert_eq!(positions(&tail, 4, 0), Some(vec![5, 6, 7]));
        assert_eq!(positions(&tail, 7, 0), Some(vec![8, 9]));
        assert_eq!(positions(&tail, 3, 0), None, "event 4 was never held");
        assert_eq!(positions(&tail, 9, 0), None, "others may have appended");
    }

    #[test]
    fn what_others_appended_in_between_is_never_skipped() {
        let tail = Tail::default();
        tail.push((1..4).map(event), 0);
        tail.push((6..7).map(event), 0);
        assert_eq!(positions(&tail, 3, 0), None);
        assert_eq!(positions(&tail, 5, 0), Some(vec![6]));
    }

    #[test]
    fn a_lost_history_is_forgotten() {
        let tail = Tail::default();
        tail.push((1..4).map(event), 0);
        assert_eq!(positions(&tail, 1, 1), None);
        tail.push((4..5).map(event), 1);
        assert_eq!(positions(&tail, 1, 1), None);
        assert_eq!(positions(&tail, 3, 1), Some(vec![4]));
    }

    #[test]
    fn it_is_bounded() {
        let tail = Tail::default();
        let events = i64::try_from(EVENTS).unwrap();
        tail.push((1..=events + 2).map(event), 0);
        assert_eq!(positions(&tail, 1, 0), None);
        assert_eq!(positions(&tail, 2, 0), Some(vec![3, 4, 5]));
    }
}
