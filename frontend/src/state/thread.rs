//! One open chat: its head, the newest 500 messages, its acts. Stale state + change = fresh query.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::api::graphql::{Chat, ChatAct, Direction, Message, Position};
use crate::api::queries::ThreadChat;
use crate::api::subscriptions::ChatChange;

/// The most messages that are kept (C3).
pub const KEPT: usize = 500;

/// An open chat as this client knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Thread {
    chat: Arc<Chat>,
    messages: BTreeMap<(i64, String), Arc<Message>>,
    places: BTreeMap<String, i64>,
    acts: BTreeMap<i64, Arc<ChatAct>>,
    cursor: Option<String>,
    has_older: bool,
    position: Position,
    newest_page: Start,
}

/// Where a page begins.
#[derive(Clone, Debug, Default, PartialEq)]
struct Start {
    /// Its first message.
    first: Option<(i64, String)>,
    cursor: Option<String>,
}

impl Thread {
    /// From a fresh query.
    pub fn new(fresh: ThreadChat) -> Self {
        // The head and the messages may be of two moments: going on from the older one loses nothing.
        let position = older(&fresh.head.position, &fresh.messages.position);
        let mut thread = Self {
            chat: Arc::new(fresh.head),
            messages: BTreeMap::new(),
            places: BTreeMap::new(),
            acts: BTreeMap::new(),
            cursor: fresh.messages.page_info.start_cursor,
            has_older: fresh.messages.page_info.has_previous_page,
            position,
            newest_page: Start::default(),
        };
        thread.put_all(fresh.messages.nodes, fresh.acts);
        thread.newest_page = Start {
            first: thread.messages.keys().next().cloned(),
            cursor: thread.cursor.clone(),
        };
        thread
    }

    /// Keeps no older pages: drawing them again would take longer than fetching them does when they are scrolled to.
    pub fn shorten(&mut self) {
        let Some(first) = &self.newest_page.first else {
            return;
        };
        let kept = self.messages.split_off(first);
        let older = std::mem::replace(&mut self.messages, kept);
        if !older.is_empty() {
            self.acts = self.acts.split_off(&first.0);
            for (_, id) in older.into_keys() {
                self.places.remove(&id);
            }
            self.cursor.clone_from(&self.newest_page.cursor);
            self.has_older = true;
        }
    }

    /// Takes in what changed; what is known already changes nothing.
    pub fn apply(&mut self, change: ChatChange) {
        self.apply_chat(change.chat);
        self.put_all(change.messages, change.acts);
        self.trim();
        if change.position.number() >= self.position.number() {
            self.position = change.position;
        }
    }

    /// Takes in a newer head.
    pub fn apply_chat(&mut self, chat: Chat) {
        if chat.position.number() >= self.chat.position.number() {
            self.chat = Arc::new(chat);
        }
    }

    /// Takes in one message, such as the answer to sending.
    pub fn apply_message(&mut self, message: Message) {
        self.put_all(vec![message], Vec::new());
        self.trim();
    }

    /// Takes in the page before a cursor; not where the thread begins elsewhere by now, which would leave a gap.
    pub fn prepend(&mut self, before: Option<&str>, page: ThreadChat) {
        if self.cursor.as_deref() != before {
            return;
        }
        self.cursor = page.messages.page_info.start_cursor.or(self.cursor.take());
        self.has_older =
            page.messages.page_info.has_previous_page && !page.messages.nodes.is_empty();
        self.put_all(page.messages.nodes, page.acts);
        if self.messages.len() >= KEPT {
            self.has_older = false;
        }
    }

    fn put_all(&mut self, messages: Vec<Message>, acts: Vec<ChatAct>) {
        for message in messages {
            let id = message.id.inner().to_owned();
            let place = message.position.number();
            if let Some(known) = self.places.insert(id.clone(), place)
                && known != place
            {
                self.messages.remove(&(known, id.clone()));
            }
            let slot = self
                .messages
                .entry((place, id))
                .or_insert_with(|| Arc::new(message.clone()));
            if !is_behind(&message, slot) && **slot != message {
                *slot = Arc::new(message);
            }
        }
        for act in acts {
            self.acts.insert(act.position.number(), Arc::new(act));
        }
    }

    fn trim(&mut self) {
        while self.messages.len() > KEPT {
            if let Some(((_, id), _)) = self.messages.pop_first() {
                self.places.remove(&id);
            }
            self.has_older = false;
        }
    }

    /// The chat's head.
    pub fn chat(&self) -> &Arc<Chat> {
        &self.chat
    }

    /// Messages, oldest first.
    pub fn messages(&self) -> impl Iterator<Item = &Arc<Message>> {
        self.messages.values()
    }

    /// Acts from the first message that is here on, oldest first; all of them when nothing older is to come.
    pub fn acts(&self) -> impl Iterator<Item = &Arc<ChatAct>> {
        let first = self.messages.keys().next().map_or(0, |(place, _)| *place);
        let from = if self.has_older { first } else { 0 };
        self.acts.range(from..).map(|(_, act)| act)
    }

    /// One message.
    pub fn message(&self, id: &str) -> Option<Arc<Message>> {
        let place = *self.places.get(id)?;
        self.messages.get(&(place, id.to_owned())).cloned()
    }

    /// The last of our messages that the contact has read: the time of reading stands under it (D5).
    pub fn last_read(&self) -> Option<&Arc<Message>> {
        self.messages
            .values()
            .rev()
            .find(|message| message.direction == Direction::Outbound && message.read_at.is_some())
    }

    /// The place of the last message that was read when the chat has this many unread ones; `None` when all is read.
    /// Where more is unread than is here, the line stands above everything.
    pub fn read_up_to(&self, unread: usize) -> Option<i64> {
        let inbound = |message: &&Arc<Message>| message.direction == Direction::Inbound;
        let newest = self.messages.values().rev().filter(inbound);
        let first_unread = newest.take(unread).last()?;
        Some(first_unread.position.number() - 1)
    }

    /// The place of the newest message; 0 when there is none.
    pub fn newest(&self) -> i64 {
        self.messages
            .keys()
            .next_back()
            .map_or(0, |(place, _)| *place)
    }

    /// How many messages of the contact came behind a place.
    pub fn came_since(&self, place: i64) -> usize {
        let newer = self.messages.range((place + 1, String::new())..);
        newer
            .filter(|(_, message)| message.direction == Direction::Inbound)
            .count()
    }

    /// The cursor for the next older page, if there is one.
    pub fn older_page(&self) -> Option<Option<String>> {
        self.has_older.then(|| self.cursor.clone())
    }

    /// Where the live feed goes on.
    pub fn position(&self) -> Position {
        self.position.clone()
    }
}

/// Are two heads the same but for what only the row in the list shows?
pub fn is_steady(one: &Chat, other: &Chat) -> bool {
    let alike = Chat {
        position: one.position.clone(),
        last_activity: one.last_activity.clone(),
        last_activity_at: one.last_activity_at.clone(),
        last_message: one.last_message.clone(),
        mark: one.mark,
        unread_count: one.unread_count,
        ..other.clone()
    };
    alike == *one
}

fn older(one: &Position, other: &Position) -> Position {
    if one.number() <= other.number() {
        one.clone()
    } else {
        other.clone()
    }
}

/// Is `message` an older version of `known`? States only go forwards (D2); another attempt begins anew.
fn is_behind(message: &Message, known: &Message) -> bool {
    (message.attempt, rank(message)) < (known.attempt, rank(known))
        || known.deleted_at.is_some() && message.deleted_at.is_none()
        || known.erased && !message.erased
        || known.edited_at.as_ref().map(|at| at.sort_key())
            > message.edited_at.as_ref().map(|at| at.sort_key())
}

fn rank(message: &Message) -> u8 {
    use crate::api::graphql::MessageState::{
        Delivered, Failed, Queued, Read, Received, Sent, Uncertain,
    };
    match message.state {
        Received | Queued => 0,
        Uncertain => 1,
        Sent => 2,
        Failed => 3,
        Delivered => 4,
        Read => 5,
    }
}

#[cfg(test)]
#[path = "thread_tests.rs"]
mod tests;
