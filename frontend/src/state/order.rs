//! The order of a list, kept while rows come and go: one row that moves touches one place. Must not know what a row is.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

/// A chat's id as text.
pub type ChatKey = Arc<str>;

/// Where a row stands: the number of its last activity, then its id.
pub type Place = (i64, ChatKey);

/// Places in the order of the server. The newest stand at the end of the memory, so that what comes on top of the
/// usual list moves little.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    places: Vec<Place>,
    oldest_first: bool,
}

impl Order {
    /// An empty one.
    pub fn new(oldest_first: bool) -> Self {
        Self {
            places: Vec::new(),
            oldest_first,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.places.clear();
    }

    /// Puts one in its place.
    pub fn insert(&mut self, place: Place) {
        if let Err(at) = self.places.binary_search(&place) {
            self.places.insert(at, place);
        }
    }

    /// Takes one out; tells whether it was there.
    pub fn remove(&mut self, place: &Place) -> bool {
        let found = self.places.binary_search(place);
        if let Ok(at) = found {
            self.places.remove(at);
        }
        found.is_ok()
    }

    /// Where one is, from the top.
    pub fn rank(&self, place: &Place) -> Option<usize> {
        let at = self.places.binary_search(place).ok()?;
        Some(self.turned(at))
    }

    /// How many stand before a place, from the top.
    pub fn before(&self, place: &Place) -> usize {
        let below = self.places.partition_point(|other| other < place);
        if self.oldest_first {
            below
        } else {
            let upto = self.places.partition_point(|other| other <= place);
            self.len() - upto
        }
    }

    /// Those from one to another, from the top.
    pub fn slice(&self, range: Range<usize>) -> Vec<ChatKey> {
        let end = range.end.min(self.len());
        let ids = (range.start..end).filter_map(|index| self.places.get(self.turned(index)));
        ids.map(|(_, id)| id.clone()).collect()
    }

    /// Which of two comes first from the top?
    pub fn compare(&self, one: &Place, other: &Place) -> Ordering {
        if self.oldest_first {
            one.cmp(other)
        } else {
            other.cmp(one)
        }
    }

    fn turned(&self, index: usize) -> usize {
        if self.oldest_first {
            index
        } else {
            self.len() - 1 - index
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(number: i64) -> Place {
        (number, format!("{number}").into())
    }

    #[test]
    fn b14_both_orders_are_those_of_a_sorted_list() {
        for oldest_first in [false, true] {
            let mut order = Order::new(oldest_first);
            let mut plain: Vec<Place> = Vec::new();
            // Numbers that jump about, each three times: put in, put in again, taken out.
            for step in 0..600_i64 {
                let one = place((step * 7919) % 211);
                if step % 3 == 2 {
                    assert_eq!(order.remove(&one), plain.contains(&one));
                    plain.retain(|other| *other != one);
                } else {
                    order.insert(one.clone());
                    plain.retain(|other| *other != one);
                    plain.push(one);
                }
                plain.sort_by(|one, other| order.compare(one, other));
                let ids: Vec<ChatKey> = plain.iter().map(|(_, id)| id.clone()).collect();
                assert_eq!(order.slice(0..usize::MAX), ids);
                for (index, one) in plain.iter().enumerate() {
                    assert_eq!(order.rank(one), Some(index));
                    assert_eq!(order.before(one), index);
                }
            }
        }
    }
}
