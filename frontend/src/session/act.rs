//! What an agent does to a chat, apart from writing. What the server says is shown; a refusal in words. Must not draw.

use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;

use super::toasts::{self, Undo};
use super::{asking, store, thread};
use crate::api::chat_commands::*;
use crate::api::done::Done;
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, ChatPriority, ChatState, DateTime, Id};
use crate::api::http::Asking;
use crate::api::mutations::{
    ArchiveChat, ArchiveChatInput, MarkChatRead, MarkChatReadInput, ReopenChat, ReopenChatInput,
};
use crate::api::request::Give;
use crate::i18n::{DateStyle, Key, date, t, tf};
use crate::state::sorted;

/// Archives a chat and offers a way back.
pub fn archive(id: String) {
    let chat_id = Id::new(&id);
    asking::give::<ArchiveChat>(ArchiveChatInput { chat_id }, move |done| {
        left(&id, done, Key::ToastArchived);
    });
}

/// Reopens a chat and offers a way back.
pub fn reopen(id: String) {
    let chat_id = Id::new(&id);
    asking::give::<ReopenChat>(ReopenChatInput { chat_id }, move |done| {
        left(&id, done, Key::ToastReopened);
    });
}

/// Archives an active chat, reopens an archived one.
pub fn toggle(id: String) {
    let state = store()
        .inbox
        .with_untracked(|inbox| inbox.row(&id).map(|chat| chat.state));
    match state.or_else(|| thread::head(&id).map(|chat| chat.state)) {
        Some(ChatState::Active) => archive(id),
        Some(ChatState::Archived) => reopen(id),
        None => {}
    }
}

/// After an act the chat is in the other list.
fn left(id: &str, done: Done, words: Key) {
    store().inbox.update(|inbox| inbox.let_go(id));
    take(done.chat);
    toasts::say(t(words).to_owned(), Undo::of(done.undo));
}

/// Takes in a chat that an answer brought, in the list and in the thread.
pub fn take(chat: Option<Chat>) {
    if let Some(chat) = chat {
        thread::apply_chat(&chat);
        store().inbox.update(|inbox| inbox.apply_chat(chat));
    }
}

/// Tells that the team has read a chat. Failing is no matter: the mark stays and the next look tries again.
pub async fn mark_read(id: String) {
    let input = MarkChatReadInput {
        chat_id: Id::new(id),
    };
    match MarkChatRead::send(input).await {
        Ok(done) => take(done.chat),
        Err(Fault::Refused { .. }) => {}
        Err(fault) => super::noticed(&fault),
    }
}

/// One act on one chat.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// Star it, or take the star away.
    Star(bool),
    /// Unread again.
    Unread,
    /// Take it.
    Take,
    /// Give it to somebody: their id and name.
    Assign(String, String),
    /// Give it up.
    Unassign,
    /// One tag more, or less.
    Tag(String, bool),
    /// Another priority.
    Priority(ChatPriority),
    /// Put it aside until a moment, or until the contact writes.
    Snooze(Option<String>),
    /// Take it back.
    Unsnooze,
    /// Hear its contact no more, or again.
    Block(bool),
    /// Link it to a client, or to none (G1).
    Link(Option<String>),
}

/// Does it; what it came to is shown.
pub fn act(id: String, act: Act) {
    let before = known(&id);
    if let Some(mut chat) = before.clone() {
        foresee(&mut chat, &act);
        take(Some(chat));
    }
    spawn_local(async move {
        match send(Id::new(id.clone()), act.clone()).await {
            Ok(done) => {
                take(done.chat);
                if let Some(words) = done_words(&act) {
                    toasts::say(words, Undo::of(done.undo));
                }
            }
            Err(fault) => {
                // What was shown too early is corrected, unless the server has told of it meanwhile.
                let position = known(&id).map(|chat| chat.position);
                take(before.filter(|before| Some(&before.position) == position.as_ref()));
                toasts::failed(&fault, move || self::act(id.clone(), act.clone()));
            }
        }
    });
}

fn known(id: &str) -> Option<Chat> {
    let head = thread::head(id);
    let row = || store().inbox.with_untracked(|inbox| inbox.row(id));
    head.or_else(row).map(|chat| (*chat).clone())
}

/// What is shown before the server has answered.
fn foresee(chat: &mut Chat, act: &Act) {
    match act {
        Act::Star(on) => chat.starred = *on,
        Act::Priority(priority) => chat.priority = *priority,
        Act::Tag(tag, true) if !chat.tags.contains(tag) => {
            sorted::put(&mut chat.tags, tag.clone(), &|one, other| one < other);
        }
        Act::Tag(tag, false) => chat.tags.retain(|other| other != tag),
        _ => {}
    }
}

fn send(chat_id: Id, act: Act) -> Asking<Done> {
    match act {
        Act::Star(true) => StarChat::send(StarChatInput { chat_id }),
        Act::Star(false) => UnstarChat::send(UnstarChatInput { chat_id }),
        Act::Unread => MarkChatUnread::send(MarkChatUnreadInput { chat_id }),
        Act::Take => TakeChat::send(TakeChatInput { chat_id }),
        Act::Assign(agent, _) => {
            let agent_id = Id::new(agent);
            AssignChat::send(AssignChatInput { chat_id, agent_id })
        }
        Act::Unassign => UnassignChat::send(UnassignChatInput { chat_id }),
        Act::Tag(tag, on) => {
            let tags = vec![tag];
            if on {
                AddChatTags::send(AddChatTagsInput { chat_id, tags })
            } else {
                RemoveChatTags::send(RemoveChatTagsInput { chat_id, tags })
            }
        }
        Act::Priority(priority) => {
            SetChatPriority::send(SetChatPriorityInput { chat_id, priority })
        }
        Act::Snooze(until) => {
            let until = until.map(DateTime);
            SnoozeChat::send(SnoozeChatInput { chat_id, until })
        }
        Act::Unsnooze => UnsnoozeChat::send(UnsnoozeChatInput { chat_id }),
        Act::Block(true) => BlockContact::send(BlockContactInput { chat_id }),
        Act::Block(false) => UnblockContact::send(UnblockContactInput { chat_id }),
        Act::Link(Some(client)) => {
            let client_id = Id::new(client);
            LinkClient::send(LinkClientInput { chat_id, client_id })
        }
        Act::Link(None) => UnlinkClient::send(UnlinkClientInput { chat_id }),
    }
}

/// What a toast says of it; nothing where the screen shows it well enough.
fn done_words(act: &Act) -> Option<String> {
    let words = match act {
        Act::Star(_) | Act::Tag(..) | Act::Priority(_) => return None,
        Act::Assign(_, name) => return Some(tf(Key::ToastAssigned, &[("who", name)])),
        Act::Snooze(Some(until)) => {
            let when = date(until, DateStyle::Exact);
            return Some(tf(Key::ToastSnoozed, &[("when", &when)]));
        }
        Act::Snooze(None) => Key::ToastSnoozedReply,
        Act::Unread => Key::ToastUnread,
        Act::Take => Key::ToastTaken,
        Act::Unassign => Key::ToastUnassigned,
        Act::Unsnooze => Key::ToastUnsnoozed,
        Act::Block(true) => Key::ToastBlocked,
        Act::Block(false) => Key::ToastUnblocked,
        Act::Link(Some(_)) => Key::ToastLinked,
        Act::Link(None) => Key::ToastUnlinked,
    };
    Some(t(words).to_owned())
}
