//! A queue that is cheap to copy: copies share its pieces, and only a piece that is changed is copied then. A command is
//! decided on a copy of the state, and most change nothing but the end.
//! Knows nothing of what it holds.

use std::collections::VecDeque;
use std::sync::Arc;

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Items in a piece.
const PIECE: usize = 32;

/// The newest items, oldest first.
#[derive(Clone, Debug)]
pub struct Recent<T> {
    /// All but the last are full; none is empty.
    pieces: VecDeque<Arc<Vec<T>>>,
    /// So many items at the start of the first piece are gone already.
    gone: usize,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self {
            pieces: VecDeque::new(),
            gone: 0,
        }
    }
}

impl<T> Recent<T> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        let held = self.pieces.iter().map(|piece| piece.len()).sum::<usize>();
        held - self.gone
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &T> {
        let pieces = self.pieces.iter().enumerate();
        pieces.flat_map(|(at, piece)| {
            let gone = if at == 0 { self.gone } else { 0 };
            piece.get(gone..).unwrap_or_default()
        })
    }
}

impl<T: Clone> Recent<T> {
    /// Puts one behind the others.
    pub fn push_back(&mut self, item: T) {
        match self.pieces.back_mut() {
            Some(last) if last.len() < PIECE => Arc::make_mut(last).push(item),
            _ => {
                let mut piece = Vec::with_capacity(PIECE);
                piece.push(item);
                self.pieces.push_back(Arc::new(piece));
            }
        }
    }

    /// Takes the oldest.
    pub fn pop_front(&mut self) -> Option<T> {
        let first = self.pieces.front()?;
        let item = first.get(self.gone)?.clone();
        self.gone += 1;
        if self.gone == first.len() {
            self.pieces.pop_front();
            self.gone = 0;
        }
        Some(item)
    }

    /// All of them to be changed, oldest first. Copies whatever a copy of it shares: [`Recent::change`] copies less.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut T> {
        let gone = self.gone;
        let pieces = self.pieces.iter_mut().enumerate();
        pieces.flat_map(move |(at, piece)| {
            let gone = if at == 0 { gone } else { 0 };
            Arc::make_mut(piece).get_mut(gone..).unwrap_or_default()
        })
    }

    /// Changes those that are `wanted`, oldest first.
    pub fn change(&mut self, wanted: impl Fn(&T) -> bool, mut change: impl FnMut(&mut T)) {
        let mut gone = self.gone;
        for piece in &mut self.pieces {
            let skipped = std::mem::take(&mut gone);
            if piece.iter().skip(skipped).any(&wanted) {
                let items = Arc::make_mut(piece).iter_mut().skip(skipped);
                items.filter(|item| wanted(item)).for_each(&mut change);
            }
        }
    }
}

impl<T: PartialEq> PartialEq for Recent<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Clone> FromIterator<T> for Recent<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut recent = Self::default();
        items.into_iter().for_each(|item| recent.push_back(item));
        recent
    }
}

impl<T: Serialize> Serialize for Recent<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Clone + Deserialize<'de>> Deserialize<'de> for Recent<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(Items(Self::default()))
    }
}

/// Reads items one after another.
struct Items<T>(Recent<T>);

impl<'de, T: Clone + Deserialize<'de>> Visitor<'de> for Items<T> {
    type Value = Recent<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Recent<T>, A::Error> {
        while let Some(item) = items.next_element()? {
            self.0.push_back(item);
        }
        Ok(self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Act {
        Push(u8),
        Pop,
        Double(u8),
        Next,
    }

    fn act() -> impl Strategy<Value = Act> {
        prop_oneof![
            4 => any::<u8>().prop_map(Act::Push),
            2 => Just(Act::Pop),
            1 => any::<u8>().prop_map(Act::Double),
            1 => Just(Act::Next),
        ]
    }

    proptest! {
        #[test]
        fn it_is_a_queue_and_a_copy_stays_as_it_was(acts in prop::collection::vec(act(), 0..400)) {
            let (mut recent, mut queue) = (Recent::default(), VecDeque::new());
            for act in acts {
                let (copy, was) = (recent.clone(), queue.clone());
                match act {
                    Act::Push(item) => {
                        recent.push_back(item);
                        queue.push_back(item);
                    }
                    Act::Pop => prop_assert_eq!(recent.pop_front(), queue.pop_front()),
                    Act::Double(below) => {
                        let double = |item: &mut u8| *item = item.wrapping_mul(2);
                        recent.change(|item| *item < below, double);
                        queue.iter_mut().filter(|item| **item < below).for_each(double);
                    }
                    Act::Next => {
                        let next = |item: &mut u8| *item = item.wrapping_add(1);
                        recent.iter_mut().rev().take(3).for_each(next);
                        queue.iter_mut().rev().take(3).for_each(next);
                    }
                }
                prop_assert!(copy.iter().eq(was.iter()), "the copy has changed");
                prop_assert!(recent.iter().eq(queue.iter()));
                prop_assert!(recent.iter().rev().eq(queue.iter().rev()));
                prop_assert_eq!((recent.len(), recent.is_empty()), (queue.len(), queue.is_empty()));
            }
            let text = serde_json::to_string(&recent).unwrap();
            prop_assert_eq!(&text, &serde_json::to_string(&queue).unwrap());
            prop_assert!(serde_json::from_str::<Recent<u8>>(&text).unwrap() == recent);
            prop_assert!(queue.into_iter().collect::<Recent<u8>>() == recent);
        }
    }

    #[test]
    fn a_copy_shares_what_was_not_changed() {
        let old = (0..200).collect::<Recent<u32>>();
        let mut new = old.clone();
        new.push_back(200);
        new.change(|item| *item == 40, |item| *item = 0);
        let shared = old.pieces.iter().zip(&new.pieces);
        let shared = shared.filter(|(old, new)| Arc::ptr_eq(old, new)).count();
        assert_eq!((shared, old.pieces.len()), (5, 7));
    }
}
