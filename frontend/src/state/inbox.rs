//! The list of chats: rows by id, one order per view, and the numbers of the marks. Stale state + change = fresh query.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::api::graphql::{Chat, ChatMark, ChatState, Counters, Position};
use crate::api::queries::InboxPage;
use crate::api::subscriptions::InboxChange;

/// A chat's id as text.
pub type ChatKey = String;

/// Where a row stands: the number of its last activity, then its id.
type Place = (i64, ChatKey);

/// What is known of one view (active or archived), newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    order: Vec<ChatKey>,
    cursor: Option<String>,
    end: Option<Place>,
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
    view: ChatState,
    order: Vec<ChatKey>,
    came: HashSet<ChatKey>,
}

impl Inbox {
    /// Takes in a page of the list: the one behind the cursor `after`, or the first one, which replaces what was
    /// known of that view.
    pub fn apply_page(&mut self, view: ChatState, page: InboxPage, after: Option<&str>) {
        let listing = self.listing_mut(view);
        // Behind a cursor that is no longer the end of the list there would be a gap.
        if after.is_some() && after != listing.cursor.as_deref() {
            return;
        }
        let above = listing.end.take().filter(|_| after.is_some());
        listing.has_more = page.chats.page_info.has_next_page;
        listing.end = page.chats.nodes.last().map(place).or(above.clone());
        listing.cursor = page.chats.page_info.end_cursor;
        listing.loaded = true;
        self.drop_strangers(view, above, &page.chats.nodes, &page.chats.position);
        self.show_held(view, &page.chats.nodes, after.is_none());
        for chat in page.chats.nodes {
            self.put(chat);
        }
        self.arrange();
        self.take_counters(page.counters);
        // The live feed goes on from the oldest snapshot that is on the screen.
        if self.position.is_none() || after.is_none() && view == ChatState::Active {
            self.position = Some(page.chats.position);
        }
    }

    /// A page shows at the end of a frozen order too; what a new first page brings waits like any change.
    fn show_held(&mut self, view: ChatState, page: &[Chat], fresh: bool) {
        let Some(held) = self.held.as_mut().filter(|held| held.view == view) else {
            return;
        };
        let waits = fresh && !held.order.is_empty();
        for id in page.iter().map(|chat| chat.id.inner().to_owned()) {
            if waits && !held.order.contains(&id) {
                held.came.insert(id);
            } else if !held.order.contains(&id) && !held.came.contains(&id) {
                held.order.push(id);
            }
        }
    }

    /// Takes in a change from the live feed.
    pub fn apply(&mut self, change: InboxChange) {
        for chat in change.chats {
            self.take(chat);
        }
        self.arrange();
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
        self.take(chat);
        self.arrange();
    }

    fn take(&mut self, chat: Chat) {
        let moved = self.rows.get(chat.id.inner()).is_none_or(|before| {
            before.state != chat.state || before.last_activity != chat.last_activity
        });
        let (id, state) = (chat.id.inner().to_owned(), chat.state);
        if self.put(chat)
            && moved
            && let Some(held) = &mut self.held
            && held.view == state
        {
            held.came.insert(id);
        }
    }

    /// Puts both views in the server's order: by the place of the last activity, not by its time, which may be
    /// equal or back-dated. Below the last row that was fetched there may be others that are not here yet. Chats that
    /// are put aside stand in no list but the archive's.
    fn arrange(&mut self) {
        for view in [ChatState::Active, ChatState::Archived] {
            let listing = self.listing(view);
            let end = listing.end.as_ref().filter(|_| listing.has_more);
            let mut shown: Vec<Place> = self
                .rows
                .values()
                .filter(|chat| listing.loaded && chat.state == view)
                .filter(|chat| view == ChatState::Archived || chat.snooze.is_none())
                .map(|chat| place(chat))
                .filter(|place| end.is_none_or(|end| place >= end))
                .collect();
            shown.sort_unstable_by(|one, other| other.cmp(one));
            self.listing_mut(view).order = shown.into_iter().map(|(_, id)| id).collect();
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

    /// A page tells all there is below the place `above`: what is known there and not on it has gone elsewhere,
    /// unless it is newer than the page. Rows below the page are told by the pages to come.
    fn drop_strangers(
        &mut self,
        view: ChatState,
        above: Option<Place>,
        page: &[Chat],
        position: &Position,
    ) {
        self.rows.retain(|id, chat| {
            chat.state != view
                || chat.position.number() > position.number()
                || above.as_ref().is_some_and(|above| place(chat) >= *above)
                || page.iter().any(|here| here.id.inner() == id)
        });
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
        match self.held.as_ref().filter(|held| held.view == view) {
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
        if self.held.as_ref().is_none_or(|held| held.view != view) {
            self.held = Some(Held {
                view,
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
        let now = &self.listing(held.view).order;
        held.came
            .iter()
            .filter(|id| index(now, id) != index(&held.order, id))
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

fn place(chat: &Chat) -> Place {
    (chat.last_activity.number(), chat.id.inner().to_owned())
}

fn index(order: &[ChatKey], id: &str) -> Option<usize> {
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
