//! The lists of chats: rows by id, an order for each filter that was looked at, and the numbers of the marks. Stale state +
//! change = fresh query.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use crate::api::graphql::{Chat, ChatMark, Counters, Position};
use crate::api::queries::{ChatConnection, InboxPage};
use crate::api::subscriptions::InboxChange;
use crate::state::drawn::Side;
use crate::state::filter::{Eye, Filter};
use crate::state::order::{ChatKey, Order, Place};

/// How many lists are kept up to date; the one that was looked at longest ago goes.
const LISTS: usize = 6;
/// Rows that are taken to be missing before the end of a list that nobody has counted, at first and at least.
const GUESS: usize = 500;
const LEAST: usize = 50;
/// What the key of a missing row begins with; no id does.
const MISSING: char = ' ';

/// Does a key stand for a row that is missing?
pub fn is_missing(key: &str) -> bool {
    key.starts_with(MISSING)
}

/// What is known of one list.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listing {
    filter: Filter,
    order: Order,
    cursor: Option<String>,
    end: Option<Place>,
    has_more: bool,
    loaded: bool,
    total: Option<usize>,
    tail: Option<Tail>,
}

/// The other end of a list, where one went before all between was here.
#[derive(Clone, Debug, PartialEq)]
struct Tail {
    start: Place,
    cursor: Option<String>,
    /// How many rows are missing before it.
    gap: usize,
}

/// Which part of a list a page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The first page; it replaces what was known.
    First,
    /// The one behind a cursor.
    After(String),
    /// The last page.
    Last,
    /// The one before a cursor.
    Before(String),
}

/// The places that a page tells all of: between these two, neither of them among them.
#[derive(Default)]
struct Span {
    above: Option<Place>,
    below: Option<Place>,
}

impl Span {
    fn holds(&self, order: &Order, place: &Place) -> bool {
        let is = |edge: &Option<Place>, side: Ordering| {
            edge.as_ref()
                .is_none_or(|edge| order.compare(place, edge) == side)
        };
        is(&self.above, Ordering::Greater) && is(&self.below, Ordering::Less)
    }
}

/// The inbox as this client knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inbox {
    rows: HashMap<ChatKey, Arc<Chat>>,
    /// The one that is shown stands last.
    lists: Vec<Listing>,
    eye: Eye,
    counters: Counters,
    position: Option<Position>,
    held: Option<Held>,
}

/// The order under a resting pointer: frozen, with where those stood that changed their place meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
struct Held {
    order: Order,
    came: HashMap<ChatKey, Option<Place>>,
}

impl Listing {
    fn new(filter: Filter) -> Self {
        Self {
            order: Order::new(filter.oldest_first),
            filter,
            ..Self::default()
        }
    }

    /// Below the last row that was fetched there may be others that are not here yet.
    fn reaches(&self, place: &Place) -> bool {
        let end = self.end.as_ref().filter(|_| self.has_more);
        let tail = self.tail.as_ref().map(|tail| &tail.start);
        let from_top = end.is_none_or(|end| self.order.compare(place, end).is_le());
        let to_end = tail.is_some_and(|start| self.order.compare(place, start).is_ge());
        self.loaded && (from_top || to_end)
    }

    /// Is a page what is missing now? Beside a cursor that is no longer an edge there would be a gap nobody knows of.
    fn fits(&self, part: &Part) -> bool {
        match part {
            Part::First => true,
            Part::After(cursor) => self.cursor.as_ref() == Some(cursor),
            Part::Last => self.loaded && self.has_more && self.tail.is_none(),
            Part::Before(cursor) => {
                let edge = self.tail.as_ref().and_then(|tail| tail.cursor.as_ref());
                edge == Some(cursor)
            }
        }
    }

    /// Moves the edges of what is known; gives what the page tells of.
    fn extend(&mut self, chats: &ChatConnection, part: &Part) -> Span {
        let info = &chats.page_info;
        let total = chats.total_count.and_then(|it| usize::try_from(it).ok());
        let span = match part {
            Part::First | Part::After(_) => {
                if *part == Part::First {
                    self.end = None;
                    self.tail = None;
                    self.order.clear();
                }
                let above = self.end.take();
                self.end = chats.nodes.last().map(place).or(above.clone());
                self.has_more = info.has_next_page;
                self.cursor.clone_from(&info.end_cursor);
                let below = self.end.clone().filter(|_| self.has_more);
                Span { above, below }
            }
            Part::Last | Part::Before(_) => {
                let gap = self.tail.as_ref().map_or(GUESS, |tail| tail.gap);
                let below = self.tail.take().map(|tail| tail.start);
                let start = chats.nodes.first().map(place).or(below.clone());
                let above = start.clone().filter(|_| info.has_previous_page);
                self.has_more = above.is_some();
                self.tail = above.clone().map(|start| Tail {
                    start,
                    cursor: info.start_cursor.clone(),
                    gap,
                });
                Span { above, below }
            }
        };
        self.loaded = true;
        self.total = total;
        self.meet();
        span
    }

    /// Both ends may have come together.
    fn meet(&mut self) {
        let (Some(end), Some(tail)) = (&self.end, &self.tail) else {
            return;
        };
        if !self.has_more || self.order.compare(&tail.start, end).is_le() {
            self.tail = None;
            self.has_more = false;
        }
    }

    /// Counts what is missing between both ends, of which so many were known before; where nobody has counted the list it is
    /// a guess, which shrinks with what comes.
    fn measure(&mut self, before: usize) {
        let known = self.order.len();
        if let Some(tail) = &mut self.tail {
            tail.gap = match self.total {
                Some(total) => total.saturating_sub(known),
                None => (tail.gap + before).saturating_sub(known).max(LEAST),
            };
        }
    }
}

impl Inbox {
    /// Says who looks, and when.
    pub fn look(&mut self, eye: Eye) {
        self.eye = eye;
    }

    /// Shows another list; its order is not frozen.
    pub fn choose(&mut self, filter: &Filter) {
        self.held = None;
        match self.lists.iter().position(|list| list.filter == *filter) {
            Some(at) => {
                let list = self.lists.remove(at);
                self.lists.push(list);
            }
            None => self.lists.push(Listing::new(filter.clone())),
        }
        let over = self.lists.len().saturating_sub(LISTS);
        self.lists.drain(..over);
    }

    /// Everything is asked anew: the other lists are forgotten, this one and its rows stay until their answer is here.
    pub fn doubt(&mut self) {
        let others = self.lists.len().saturating_sub(1);
        self.lists.drain(..others);
        self.position = None;
    }

    /// Takes in a page of a list.
    pub fn apply_page(&mut self, filter: &Filter, page: InboxPage, part: &Part) {
        let Some(at) = self.lists.iter().position(|list| list.filter == *filter) else {
            return;
        };
        let Some(list) = self.lists.get_mut(at).filter(|list| list.fits(part)) else {
            return;
        };
        let chats = page.chats;
        let before = list.order.len();
        let span = list.extend(&chats, part);
        let strangers = self.drop_strangers(filter, &span, &chats.nodes, &chats.position);
        if at + 1 == self.lists.len() {
            self.show_held(&chats.nodes, *part == Part::First);
        }
        for chat in chats.nodes {
            // What is on the page belongs there, whatever this client's clock says.
            let place = place(&chat);
            if self.put(chat)
                && let Some(list) = self.lists.get_mut(at)
            {
                list.order.insert(place);
            }
        }
        self.fill(at, &span, &strangers);
        if let Some(list) = self.lists.get_mut(at) {
            list.measure(before);
        }
        self.take_counters(page.counters);
        if self.position.is_none() {
            self.position = Some(chats.position);
        }
    }

    /// A page shows at the end of a frozen order too; what a new first page brings waits like any change.
    fn show_held(&mut self, page: &[Chat], fresh: bool) {
        let Some(held) = &mut self.held else { return };
        let waits = fresh && held.order.len() > 0;
        for place in page.iter().map(place) {
            let stood = |known: &Chat| held.order.rank(&self::place(known)).is_some();
            let moved = held.came.contains_key(&place.1);
            if moved || self.rows.get(&place.1).is_some_and(|known| stood(known)) {
                continue;
            }
            if waits {
                held.came.insert(place.1, None);
            } else {
                held.order.insert(place);
            }
        }
    }

    /// Known rows that stand in the part of a list that a page has opened.
    fn fill(&mut self, at: usize, span: &Span, but: &HashSet<ChatKey>) {
        let Some(list) = self.lists.get_mut(at) else {
            return;
        };
        for (id, chat) in &self.rows {
            let place = place(chat);
            if span.holds(&list.order, &place)
                && !but.contains(id)
                && list.filter.matches(chat, &self.eye)
            {
                list.order.insert(place);
            }
        }
    }

    /// A page tells all there is in its span: what is known there and not on it is in this list no more, unless it is newer
    /// than the page. A list without conditions tells that it is nowhere.
    fn drop_strangers(
        &mut self,
        filter: &Filter,
        span: &Span,
        page: &[Chat],
        position: &Position,
    ) -> HashSet<ChatKey> {
        let here: HashSet<&str> = page.iter().map(|chat| chat.id.inner()).collect();
        let Some(list) = self.lists.iter().find(|list| list.filter == *filter) else {
            return HashSet::new();
        };
        let strange = |id: &ChatKey, chat: &Chat| {
            let place = place(chat);
            filter.matches(chat, &self.eye)
                && chat.position.number() <= position.number()
                && span.holds(&list.order, &place)
                && !here.contains(&**id)
        };
        let strangers: HashSet<ChatKey> = self
            .rows
            .iter()
            .filter(|(id, chat)| strange(id, chat))
            .map(|(id, _)| id.clone())
            .collect();
        if !filter.narrows() {
            strangers.iter().for_each(|id| self.remove(id));
        }
        strangers
    }

    /// Takes in a change from the live feed.
    pub fn apply(&mut self, change: InboxChange) {
        for chat in change.chats {
            self.apply_chat(chat);
        }
        for id in change.removed_chat_ids {
            self.remove(id.inner());
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
        let id: ChatKey = chat.id.inner().into();
        let before = self.standing(&id);
        if self.put(chat) && self.held.is_some() {
            let after = self.standing(&id);
            if let Some(held) = &mut self.held
                && after.is_some()
                && before != after
            {
                held.came.entry(id).or_insert(before);
            }
        }
    }

    /// A chat that is in no list any more.
    pub fn remove(&mut self, id: &str) {
        if let Some(chat) = self.rows.remove(id) {
            self.let_go_of(id, Some(&chat));
            let place = place(&chat);
            for list in &mut self.lists {
                list.order.remove(&place);
            }
        }
    }

    /// Keeps the newer of two versions of a row, and its place in every list; tells whether it took this one.
    fn put(&mut self, chat: Chat) -> bool {
        let id: ChatKey = chat.id.inner().into();
        let known = self.rows.get(&id);
        if known.is_some_and(|known| known.position.number() > chat.position.number()) {
            return false;
        }
        let (before, after) = (known.map(|known| place(known)), place(&chat));
        for list in &mut self.lists {
            let stays = list.reaches(&after) && list.filter.matches(&chat, &self.eye);
            if let Some(before) = before.as_ref().filter(|it| !stays || **it != after) {
                list.order.remove(before);
            }
            if stays {
                list.order.insert(after.clone());
            }
        }
        self.rows.insert(id, Arc::new(chat));
        true
    }

    /// Where a row stands in the list that is shown.
    fn standing(&self, id: &str) -> Option<Place> {
        let place = place(self.rows.get(id)?);
        self.lists.last()?.order.rank(&place).map(|_| place)
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

    fn order(&self) -> Option<&Order> {
        let held = self.held.as_ref().map(|held| &held.order);
        held.or_else(|| self.lists.last().map(|list| &list.order))
    }

    /// How many rows are known from the top on, and how many are missing behind them before the end of the list.
    pub fn gap(&self) -> (usize, usize) {
        let Some(order) = self.order() else {
            return (0, 0);
        };
        let tail = self.lists.last().and_then(|list| list.tail.as_ref());
        tail.map_or((order.len(), 0), |tail| {
            (order.before(&tail.start), tail.gap)
        })
    }

    /// How many rows there are to show, those that are missing before the end among them.
    pub fn len(&self) -> usize {
        self.order().map_or(0, Order::len) + self.gap().1
    }

    /// Ids of the rows from one to another, from the top; the order is frozen while held.
    pub fn slice(&self, range: Range<usize>) -> Vec<ChatKey> {
        let Some(order) = self.order() else {
            return Vec::new();
        };
        let (head, gap) = self.gap();
        let behind = |rank: usize| rank.max(head + gap) - gap;
        let mut ids = order.slice(range.start.min(head)..range.end.min(head));
        ids.extend(order.slice(behind(range.start)..behind(range.end)));
        ids
    }

    /// The same with something in place of each row that is missing (`is_missing`).
    pub fn drawn(&self, range: Range<usize>) -> Vec<ChatKey> {
        let (head, gap) = self.gap();
        let missing = range.start.max(head)..range.end.min(head + gap);
        let mut ids = self.slice(range.start..missing.start.min(range.end));
        ids.extend(
            missing
                .clone()
                .map(|rank| format!("{MISSING}{rank}").into()),
        );
        ids.extend(self.slice(missing.end.max(missing.start).max(range.start)..range.end));
        ids
    }

    /// Where a row is shown, from the top.
    pub fn rank(&self, id: &str) -> Option<usize> {
        let stood = self
            .held
            .as_ref()
            .and_then(|held| held.came.get(id).cloned());
        let place = match stood {
            Some(stood) => stood?,
            None => place(self.rows.get(id)?),
        };
        let rank = self.order()?.rank(&place)?;
        let (head, gap) = self.gap();
        Some(if rank < head { rank } else { rank + gap })
    }

    /// Does a row belong where it is shown? Not when it was moved away under a frozen order.
    pub fn belongs(&self, id: &str) -> bool {
        let row = self.rows.get(id).zip(self.lists.last());
        row.is_some_and(|(chat, list)| list.filter.matches(chat, &self.eye))
    }

    /// How many there are in all, where that is known.
    pub fn total(&self) -> Option<usize> {
        let list = self.lists.last()?;
        if list.has_more && (list.tail.is_none() || list.total.is_none()) {
            list.total
        } else {
            Some(self.len())
        }
    }

    /// Freezes the order, so that nothing moves under the pointer.
    pub fn hold(&mut self) {
        if self.held.is_none()
            && let Some(list) = self.lists.last()
        {
            self.held = Some(Held {
                order: list.order.clone(),
                came: HashMap::new(),
            });
        }
    }

    /// Is it frozen?
    pub fn is_held(&self) -> bool {
        self.held.is_some()
    }

    /// Shows the order as it is.
    pub fn release(&mut self) {
        self.held = None;
    }

    /// Takes a row out of the frozen order: the reader moved it away themselves.
    pub fn let_go(&mut self, id: &str) {
        let chat = self.rows.get(id).cloned();
        self.let_go_of(id, chat.as_deref());
    }

    fn let_go_of(&mut self, id: &str, chat: Option<&Chat>) {
        if let Some(held) = &mut self.held {
            let stood = held.came.remove(id).unwrap_or_else(|| chat.map(place));
            if let Some(stood) = stood {
                held.order.remove(&stood);
            }
        }
    }

    /// How many chats wait for the list to move with something new in them: not those that only an answer moved.
    pub fn waiting(&self) -> usize {
        let (Some(held), Some(list)) = (&self.held, self.lists.last()) else {
            return 0;
        };
        let moved = |(id, stood): &(&ChatKey, &Option<Place>)| {
            let Some(chat) = self.rows.get(*id) else {
                return false;
            };
            let is_new = stood.is_none() || chat.unread_count > 0;
            let now = list.order.rank(&place(chat));
            let was = stood.as_ref().and_then(|stood| held.order.rank(stood));
            is_new && now.is_some() && now != was
        };
        held.came.iter().filter(moved).count()
    }

    /// One row.
    pub fn row(&self, id: &str) -> Option<Arc<Chat>> {
        self.rows.get(id).cloned()
    }

    /// Is there anything known of the list that is shown?
    pub fn loaded(&self) -> bool {
        self.lists.last().is_some_and(|list| list.loaded)
    }

    /// Is something of the list that is shown not here?
    pub fn has_more(&self) -> bool {
        self.lists.last().is_some_and(|list| list.has_more)
    }

    /// What to ask for next on a side, if there is more.
    pub fn next_page(&self, side: Side) -> Option<Part> {
        let list = self.lists.last().filter(|list| list.has_more)?;
        match (side, &list.tail) {
            (Side::Up, Some(tail)) => tail.cursor.clone().map(Part::Before),
            _ => list.cursor.clone().map(Part::After),
        }
    }

    /// The end of the list, where it is not here.
    pub fn last_page(&self) -> Option<Part> {
        let list = self.lists.last()?;
        (list.has_more && list.tail.is_none()).then_some(Part::Last)
    }

    /// The numbers of the marks.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Does any chat wait for somebody (B4), colleagues' among them (A13)?
    pub fn red(&self) -> bool {
        self.counters.unread + self.counters.unanswered + self.counters.colleagues.unread > 0
    }

    /// Where the live feed goes on.
    pub fn position(&self) -> Option<Position> {
        self.position.clone()
    }
}

fn place(chat: &Chat) -> Place {
    (chat.last_activity.number(), chat.id.inner().into())
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
