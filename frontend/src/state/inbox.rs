//! The list of chats: rows by id, one order per view, and the numbers of the marks. Stale state + change = fresh query.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::api::graphql::{Chat, ChatMark, ChatState, Counters, Position};
use crate::api::queries::InboxPage;
use crate::api::subscriptions::InboxChange;

/// A chat's id as text.
pub type ChatKey = String;

/// What is known of one view (active or archived), newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    order: Vec<ChatKey>,
    cursor: Option<String>,
    has_more: bool,
    loaded: bool,
}

/// The inbox as this client knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inbox {
    rows: HashMap<ChatKey, Arc<Chat>>,
    active: Listing,
    archived: Listing,
    counters: Counters,
    position: Option<Position>,
    held: Option<Held>,
}

/// The order under a resting pointer: frozen, with what came meanwhile.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    order: Vec<ChatKey>,
    came: HashSet<ChatKey>,
}

impl Inbox {
    /// Takes in a page of the list: the first one (`fresh`) replaces what was known of that view.
    pub fn apply_page(&mut self, view: ChatState, page: InboxPage, fresh: bool) {
        let position = page.chats.position.clone();
        let ids: Vec<ChatKey> = page
            .chats
            .nodes
            .iter()
            .map(|chat| chat.id.inner().to_owned())
            .collect();
        for chat in page.chats.nodes {
            self.put(chat);
        }
        let listing = self.listing_mut(view);
        if fresh {
            listing.order.clear();
        }
        let known: HashSet<ChatKey> = listing.order.iter().cloned().collect();
        listing
            .order
            .extend(ids.into_iter().filter(|id| !known.contains(id)));
        listing.has_more = page.chats.page_info.has_next_page;
        listing.cursor = page.chats.page_info.end_cursor;
        listing.loaded = true;
        self.drop_strangers();
        self.take_counters(page.counters);
        // The live feed goes on from the oldest snapshot that is on the screen.
        if self.position.is_none() || fresh && view == ChatState::Active {
            self.position = Some(position);
        }
    }

    /// Takes in a change from the live feed.
    pub fn apply(&mut self, change: InboxChange) {
        for chat in change.chats {
            self.apply_chat(chat);
        }
        self.take_counters(change.counters);
        if self
            .position
            .as_ref()
            .is_none_or(|known| known.number() <= change.position.number())
        {
            self.position = Some(change.position);
        }
    }

    /// Takes in one chat, from wherever it came; an older version of it changes nothing.
    pub fn apply_chat(&mut self, chat: Chat) {
        let id = chat.id.inner().to_owned();
        let before = self.rows.get(&id).cloned();
        if !self.put(chat) {
            return;
        }
        let Some(now) = self.rows.get(&id).cloned() else {
            return;
        };
        let moved = before.as_ref().is_none_or(|before| {
            before.state != now.state || before.last_activity_at != now.last_activity_at
        });
        if !moved {
            return;
        }
        for view in [ChatState::Active, ChatState::Archived] {
            self.listing_mut(view).order.retain(|known| *known != id);
        }
        self.insert(now.state, &id, &now);
        if let Some(held) = &mut self.held
            && now.state == ChatState::Active
        {
            held.came.insert(id);
        }
    }

    fn insert(&mut self, view: ChatState, id: &str, chat: &Chat) {
        let rows = &self.rows;
        let listing = match view {
            ChatState::Active => &mut self.active,
            ChatState::Archived => &mut self.archived,
        };
        if !listing.loaded {
            return;
        }
        let key = chat.last_activity_at.sort_key();
        let newer = |other: &ChatKey| {
            rows.get(other)
                .is_some_and(|other| other.last_activity_at.sort_key() > key)
        };
        let place = listing
            .order
            .iter()
            .position(|other| !newer(other))
            .unwrap_or(listing.order.len());
        // Below the last row that was fetched there may be others that are not here yet.
        if place < listing.order.len() || !listing.has_more {
            listing.order.insert(place, id.to_owned());
        }
    }

    /// Keeps the newer of two versions of a row; tells whether it took this one.
    fn put(&mut self, chat: Chat) -> bool {
        let id = chat.id.inner().to_owned();
        if self
            .rows
            .get(&id)
            .is_some_and(|known| known.position.number() > chat.position.number())
        {
            return false;
        }
        self.rows.insert(id, Arc::new(chat));
        true
    }

    /// A page may tell of a chat that it is no longer where an older page had it.
    fn drop_strangers(&mut self) {
        let rows = &self.rows;
        for (view, listing) in [
            (ChatState::Active, &mut self.active),
            (ChatState::Archived, &mut self.archived),
        ] {
            listing
                .order
                .retain(|id| rows.get(id).is_some_and(|chat| chat.state == view));
        }
    }

    fn take_counters(&mut self, counters: Counters) {
        if counters.position.number() >= self.counters.position.number() {
            self.counters = counters;
        }
    }

    /// Forgets everything (another journal, another agent).
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Ids to show, in order; frozen while held.
    pub fn shown(&self, view: ChatState) -> Vec<ChatKey> {
        match &self.held {
            Some(held) => held
                .order
                .iter()
                .filter(|id| self.rows.contains_key(*id))
                .cloned()
                .collect(),
            None => self.listing(view).order.clone(),
        }
    }

    /// Freezes the order of a view, so that nothing moves under the pointer.
    pub fn hold(&mut self, view: ChatState) {
        if self.held.is_none() {
            self.held = Some(Held {
                order: self.listing(view).order.clone(),
                came: HashSet::new(),
            });
        }
    }

    /// Shows the order as it is.
    pub fn release(&mut self) {
        self.held = None;
    }

    /// Takes a row out of the frozen order: the reader moved it away themselves.
    pub fn let_go(&mut self, id: &str) {
        if let Some(held) = &mut self.held {
            held.order.retain(|known| known != id);
            held.came.remove(id);
        }
    }

    /// How many chats wait for the list to move.
    pub fn waiting(&self) -> usize {
        let Some(held) = &self.held else { return 0 };
        let now = &self.active.order;
        held.came
            .iter()
            .filter(|id| place(now, id) != place(&held.order, id))
            .count()
    }

    /// One row.
    pub fn row(&self, id: &str) -> Option<Arc<Chat>> {
        self.rows.get(id).cloned()
    }

    /// Is there anything known of this view?
    pub fn loaded(&self, view: ChatState) -> bool {
        self.listing(view).loaded
    }

    /// The cursor of the next page, if there is one.
    pub fn next_page(&self, view: ChatState) -> Option<Option<String>> {
        let listing = self.listing(view);
        listing.has_more.then(|| listing.cursor.clone())
    }

    /// The numbers of the marks.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Does any chat wait for somebody (B4)?
    pub fn red(&self) -> bool {
        self.counters.unread + self.counters.unanswered > 0
    }

    /// Where the live feed goes on.
    pub fn position(&self) -> Option<Position> {
        self.position.clone()
    }

    fn listing(&self, view: ChatState) -> &Listing {
        match view {
            ChatState::Active => &self.active,
            ChatState::Archived => &self.archived,
        }
    }

    fn listing_mut(&mut self, view: ChatState) -> &mut Listing {
        match view {
            ChatState::Active => &mut self.active,
            ChatState::Archived => &mut self.archived,
        }
    }
}

fn place(order: &[ChatKey], id: &str) -> Option<usize> {
    order.iter().position(|known| known == id)
}

/// The word for a mark, as tests and styles know it.
pub fn mark_word(mark: ChatMark) -> &'static str {
    match mark {
        ChatMark::Unread => "unread",
        ChatMark::Unanswered => "unanswered",
        ChatMark::None => "none",
    }
}

#[cfg(test)]
#[path = "inbox_tests.rs"]
mod tests;
