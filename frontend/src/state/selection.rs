//! Which chats are selected, in the order they were chosen. Must not know what a chat is.

use crate::state::order::ChatKey;

/// Most chats of one request (P12).
pub const MOST: usize = 500;

/// The chats that the next act is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    chosen: Vec<String>,
    anchor: Option<String>,
}

impl Selection {
    /// Is nothing selected?
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// How many are.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Is this one selected?
    pub fn contains(&self, id: &str) -> bool {
        self.chosen.iter().any(|known| known == id)
    }

    /// All of them.
    pub fn ids(&self) -> Vec<String> {
        self.chosen.clone()
    }

    /// Takes one in or out. From here the next range goes.
    pub fn toggle(&mut self, id: &str) {
        if self.contains(id) {
            self.chosen.retain(|known| known != id);
        } else {
            self.add(id);
        }
        self.anchor = Some(id.to_owned());
    }

    /// Takes in everything between the last one that was switched and this one, as the list shows them now.
    pub fn extend(&mut self, order: &[ChatKey], id: &str) {
        let place = |id: &str| order.iter().position(|known| **known == *id);
        let anchor = self.anchor.as_deref().and_then(place);
        let Some(to) = place(id) else { return };
        let from = anchor.unwrap_or(to);
        let range = from.min(to)..=from.max(to);
        for id in order.get(range).unwrap_or_default() {
            self.add(id);
        }
        if anchor.is_none() {
            self.anchor = Some(id.to_owned());
        }
    }

    /// Takes in all that the list shows, or lets go of all when they are in already.
    pub fn all(&mut self, order: &[ChatKey]) {
        let full = order.iter().take(MOST).all(|id| self.contains(id));
        if full {
            self.clear();
        } else {
            order.iter().for_each(|id| self.add(id));
        }
    }

    /// Lets go of everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    fn add(&mut self, id: &str) {
        if !self.contains(id) && self.chosen.len() < MOST {
            self.chosen.push(id.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ids: &[&str]) -> Vec<ChatKey> {
        ids.iter().map(|id| (*id).into()).collect()
    }

    #[test]
    fn p12_a_range_goes_from_the_last_switch_in_either_direction() {
        let order = list(&["a", "b", "c", "d", "e"]);
        let mut selection = Selection::default();
        selection.toggle("d");
        selection.extend(&order, "b");
        assert_eq!(selection.ids(), ["d", "b", "c"]);
        selection.extend(&order, "e");
        assert_eq!(selection.ids(), ["d", "b", "c", "e"], "the anchor stays");
    }

    #[test]
    fn p12_a_range_without_a_beginning_is_one_chat() {
        let mut selection = Selection::default();
        selection.extend(&list(&["a", "b"]), "b");
        assert_eq!(selection.ids(), ["b"]);
        selection.extend(&list(&["a", "b"]), "gone");
        assert_eq!(selection.ids(), ["b"]);
    }

    #[test]
    fn p12_what_left_the_list_stays_selected_and_starts_no_range() {
        let mut selection = Selection::default();
        selection.toggle("gone");
        selection.extend(&list(&["a", "b"]), "b");
        assert_eq!(selection.ids(), ["gone", "b"]);
    }

    #[test]
    fn p12_all_and_none() {
        let order = list(&["a", "b"]);
        let mut selection = Selection::default();
        selection.toggle("a");
        selection.all(&order);
        assert_eq!(selection.len(), 2);
        selection.all(&order);
        assert!(selection.is_empty());
    }

    #[test]
    fn p12_no_more_than_one_request_takes() {
        let order: Vec<ChatKey> = (0..600).map(|number| number.to_string().into()).collect();
        let mut selection = Selection::default();
        selection.all(&order);
        assert_eq!(selection.len(), MOST);
        selection.all(&order);
        assert!(selection.is_empty());
    }
}
