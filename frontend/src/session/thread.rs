//! Fetches the open chat and keeps it live; chats seen before open at once and catch up. Must not draw.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::{GetUntracked, Memo, Set, Update, With, WithUntracked, set_timeout};
use leptos::task::spawn_local;
use serde_json::Value;

use super::{ahead, sending, store};
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, Direction, Id, Message};
use crate::api::http;
use crate::api::live::{self, Incoming, Subscription};
use crate::api::queries::{ThreadPage, ThreadVariables};
use crate::api::request::Ask;
use crate::api::subscriptions::{
    ChatSubscription, ChatVariables, TypingSubscription, TypingVariables,
};
use crate::remote::Remote;
use crate::state::thread::{Thread, is_steady};

/// Messages a page.
const PAGE: i32 = 50;
/// How many chats are kept at hand.
const AT_HAND: usize = 30;

/// The chat that is open, and how far it has come.
#[derive(Clone, Debug, Default)]
pub struct OpenThread {
    /// Its id; empty when none is open.
    pub id: String,
    /// What is known of it.
    pub thread: Remote<Thread>,
}

#[derive(Default)]
struct Open {
    feed: Option<Subscription>,
    typing: Option<Subscription>,
    seen: Vec<(String, Thread)>,
}

thread_local! {
    static OPEN: RefCell<Open> = RefCell::default();
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Opens a chat.
pub fn open(id: &str) {
    let store = store();
    if store
        .thread
        .with_untracked(|open| open.id == id && open.thread.ready().is_some())
    {
        return;
    }
    close();
    let known = OPEN.with_borrow_mut(|open| {
        let place = open.seen.iter().position(|(seen, _)| seen == id)?;
        Some(open.seen.remove(place).1)
    });
    let known = known.or_else(|| ahead::take(id));
    let is_known = known.is_some();
    if let Some(thread) = &known {
        let row = store.inbox.with_untracked(|inbox| inbox.row(id));
        let here = match row.map(|chat| chat.unread_count) {
            // Somebody else may have read it since it was fetched.
            Some(0) => None,
            Some(_) => first_unread(thread).or_else(|| Some(thread.newest())),
            None => first_unread(thread),
        };
        store.desk.read_up_to.set(here);
    }
    let thread = known.map_or(Remote::Loading, Remote::Ready);
    store.thread.set(OpenThread {
        id: id.to_owned(),
        thread,
    });
    if is_known {
        listen(id);
    } else if ahead::is_coming(id) {
        say_when_slow(id.to_owned());
    } else {
        load(id.to_owned());
    }
}

/// What the page already has of a chat was unread behind here.
fn first_unread(thread: &Thread) -> Option<i64> {
    thread.read_up_to(usize::try_from(thread.chat().unread_count).unwrap_or_default())
}

/// Closes the open chat and keeps it at hand.
pub fn close() {
    let store = store();
    let mut old = OpenThread::default();
    store.thread.update(|open| old = std::mem::take(open));
    store.typing.set(None);
    store.desk.clear();
    OPEN.with_borrow_mut(|open| {
        open.feed = None;
        open.typing = None;
        if let Remote::Ready(mut thread) = old.thread {
            thread.shorten();
            open.seen.push((old.id, thread));
            if open.seen.len() > AT_HAND {
                open.seen.remove(0);
            }
        }
    });
}

/// Forgets all chats.
pub fn forget() {
    close();
    ahead::forget();
    OPEN.with_borrow_mut(|open| open.seen.clear());
}

/// Fetches the open chat anew.
pub fn load(id: String) {
    say_when_slow(id.clone());
    spawn_local(async move {
        let answer = newest_page(&id).await;
        if store().thread.with_untracked(|open| open.id == id) {
            arrived(id, answer);
        }
    });
}

fn say_when_slow(id: String) {
    let store = store();
    let slow = move || {
        if store
            .thread
            .with_untracked(|open| open.id == id && matches!(open.thread, Remote::Loading))
        {
            store.thread.update(|open| open.thread = Remote::Slow);
        }
    };
    set_timeout(slow, Duration::from_millis(150));
}

/// Asks for the newest messages of a chat.
pub async fn newest_page(id: &str) -> Result<ThreadPage, Fault> {
    let variables = ThreadVariables {
        id: Id::new(id.to_owned()),
        last: PAGE,
        before: None,
    };
    ThreadPage::ask(variables).await
}

/// A thread out of what the server told; its own messages in it are on their way no more.
pub fn taken_in(page: ThreadPage) -> Thread {
    sending::settle(&page.chat.messages.nodes);
    Thread::new(page.chat)
}

/// The chat is open, shown already, or at hand.
pub fn is_at_hand(id: &str) -> bool {
    store().thread.with_untracked(|open| open.id == id)
        || OPEN.with_borrow(|open| open.seen.iter().any(|(seen, _)| seen == id))
}

/// The chat is the open one, and nothing of it is here yet.
pub fn waits_for(id: &str) -> bool {
    store()
        .thread
        .with_untracked(|open| open.id == id && open.thread.ready().is_none())
}

/// The newest messages of the open chat are here, or why they are not.
pub fn arrived(id: String, answer: Result<ThreadPage, Fault>) {
    let store = store();
    match answer {
        Ok(page) => {
            let thread = taken_in(page);
            if waits_for(&id) {
                store.desk.read_up_to.set(first_unread(&thread));
            }
            store
                .thread
                .update(|open| open.thread = Remote::Ready(thread));
            resume(&id);
        }
        Err(fault) => {
            super::noticed(&fault);
            // What is on the screen stays: an old thread is better than none.
            if waits_for(&id) {
                store
                    .thread
                    .update(|open| open.thread = Remote::Failed(fault));
            } else {
                set_timeout(move || reload(&id), Duration::from_secs(3));
            }
        }
    }
}

fn reload(id: &str) {
    if store().thread.with_untracked(|open| open.id == id) {
        load(id.to_owned());
    }
}

fn resume(id: &str) {
    match OPEN.with_borrow(|open| open.feed.as_ref().map(Subscription::id)) {
        Some(feed) => live::restart(feed),
        None => listen(id),
    }
}

fn listen(id: &str) {
    let chat = id.to_owned();
    let start = move || {
        let after = store()
            .thread
            .with_untracked(|open| open.thread.ready().map(Thread::position));
        let variables = ChatVariables {
            id: Id::new(chat.clone()),
            after,
        };
        ChatSubscription::body(variables)
    };
    let chat = id.to_owned();
    let feed = live::subscribe(start, move |incoming| match incoming {
        Incoming::Next(payload) => next(&chat, payload),
        Incoming::Resync | Incoming::Ended(Fault::PositionUnknown) => reload(&chat),
        Incoming::Ended(Fault::SignedOut) => super::noticed(&Fault::SignedOut),
        Incoming::Ended(Fault::NotFound | Fault::Forbidden) => {
            store()
                .thread
                .update(|open| open.thread = Remote::Failed(Fault::NotFound));
        }
        Incoming::Ended(_) => {
            let chat = chat.clone();
            set_timeout(move || reload(&chat), Duration::from_secs(3));
        }
    });
    let chat = id.to_owned();
    let start = move || {
        let variables = TypingVariables {
            chat_id: Id::new(chat.clone()),
        };
        TypingSubscription::body(variables)
    };
    let typing = live::subscribe(start, move |incoming| {
        if let Incoming::Next(payload) = incoming {
            typed(payload);
        }
    });
    OPEN.with_borrow_mut(|open| {
        open.feed = Some(feed);
        open.typing = Some(typing);
    });
}

fn next(id: &str, payload: Value) {
    let store = store();
    let answer = http::data_of(payload).and_then(http::read::<ChatSubscription>);
    let Some(data) = answer.ok().filter(|data| !data.chat.resync) else {
        return reload(id);
    };
    let change = data.chat;
    sending::settle(&change.messages);
    announce(&change.messages, &change.chat);
    store
        .inbox
        .update(|inbox| inbox.apply_chat(change.chat.clone()));
    store.thread.update(|open| {
        if open.id == id
            && let Some(thread) = open.thread.ready_mut()
        {
            thread.apply(change);
        }
    });
}

/// A new message of the contact is read out, and ends "is writing".
fn announce(messages: &[Message], chat: &Chat) {
    let store = store();
    let is_new = |message: &Message| {
        let known = store.thread.with_untracked(|open| {
            open.thread
                .ready()
                .is_some_and(|thread| thread.message(message.id.inner()).is_some())
        });
        message.direction == Direction::Inbound && !known
    };
    if let Some(message) = messages.iter().rev().find(|message| is_new(message)) {
        store.typing.set(None);
        // Who looks away finds where they were.
        if !store.looked_at.get_untracked() && store.desk.read_up_to.get_untracked().is_none() {
            let newest = store
                .thread
                .with_untracked(|open| open.thread.ready().map(Thread::newest));
            store.desk.read_up_to.set(newest);
        }
        let name = crate::ui::names::contact(&chat.contact);
        store
            .said
            .set(format!("{name}: {}", crate::ui::names::gist(message)));
    }
}

fn typed(payload: Value) {
    let store = store();
    let answer = http::data_of(payload).and_then(http::read::<TypingSubscription>);
    let Some(typing) = answer.ok().map(|data| data.typing) else {
        return;
    };
    let mine = store.viewer().is_some_and(|viewer| {
        typing
            .by
            .agent
            .as_ref()
            .is_some_and(|agent| agent.id == viewer.agent.id)
    });
    if !mine {
        store.typing.set(typing.typing.then_some(typing));
    }
}

/// Fetches the next older page of the open chat, one at a time.
pub fn older() {
    let store = store();
    let wanted = store.thread.with_untracked(|open| {
        let before = open.thread.ready()?.older_page()?;
        Some((open.id.clone(), before))
    });
    let Some((id, before)) = wanted else { return };
    if BUSY.replace(true) {
        return;
    }
    spawn_local(async move {
        let variables = ThreadVariables {
            id: Id::new(id.clone()),
            last: PAGE,
            before: before.clone(),
        };
        let answer = ThreadPage::ask(variables).await;
        BUSY.set(false);
        match answer {
            Ok(page) => store.thread.update(|open| {
                if open.id == id
                    && let Some(thread) = open.thread.ready_mut()
                {
                    thread.prepend(before.as_deref(), page.chat);
                }
            }),
            Err(fault) => super::toasts::failed(&fault, older),
        }
    });
}

/// The head of a chat, if it is the open one.
pub fn head(id: &str) -> Option<Arc<Chat>> {
    store().thread.with_untracked(|open| {
        open.thread
            .ready()
            .filter(|_| open.id == id)
            .map(|thread| thread.chat().clone())
    })
}

/// The head of the open chat; when its messages take long, the one that its row in the list has. It stays the same while
/// only what the row shows changes, as with every message, and that of the chat before stays for the moment in which
/// nothing is known yet.
pub fn steady_head() -> Memo<Option<Arc<Chat>>> {
    Memo::new(move |before: Option<&Option<Arc<Chat>>>| {
        let store = store();
        let known = before.and_then(Option::as_ref);
        let now = store.thread.with(|open| match &open.thread {
            Remote::Ready(thread) => Some(thread.chat().clone()),
            Remote::Loading if open.id.is_empty() => None,
            Remote::Loading => known.cloned(),
            Remote::Slow => store.inbox.with(|inbox| inbox.row(&open.id)),
            Remote::Failed(_) => None,
        });
        let same = known.filter(|known| now.as_ref().is_some_and(|now| is_steady(known, now)));
        same.cloned().or(now)
    })
}

/// Takes in a newer head of a chat, if it is the open one.
pub fn apply_chat(chat: &Chat) {
    let store = store();
    if head(chat.id.inner()).is_some() {
        store.thread.update(|open| {
            if let Some(thread) = open.thread.ready_mut() {
                thread.apply_chat(chat.clone());
            }
        });
    }
}

/// Takes in one message of a chat, if it is the open one.
pub fn apply_message(chat: &str, message: Message) {
    let store = store();
    if head(chat).is_some() {
        store.thread.update(|open| {
            if let Some(thread) = open.thread.ready_mut() {
                thread.apply_message(message);
            }
        });
    }
}
