//! What an agent does to a chat, apart from writing. What the server says is shown; a refusal in words. Must not draw.

use cynic::MutationBuilder;
use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;

use super::toasts::{self, Undo};
use super::{store, thread};
use crate::api::chat_commands::*;
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, ChatPriority, ChatState, DateTime, Id, UserError};
use crate::api::mutations::{
    ArchiveChat, ArchiveChatInput, ArchiveChatVariables, MarkChatRead, MarkChatReadInput,
    MarkChatReadVariables, ReopenChat, ReopenChatInput, ReopenChatVariables,
};
use crate::api::{http, refusable};
use crate::i18n::{DateStyle, Key, date, t, tf};

/// Archives a chat and offers a way back.
pub fn archive(id: String) {
    spawn_local(async move {
        let input = ArchiveChatInput {
            chat_id: Id::new(id.clone()),
        };
        let answer = http::send(ArchiveChat::build(ArchiveChatVariables { input })).await;
        let answer = answer.map(|answer| answer.archive_chat);
        let answer = answer.map(|payload| (payload.chat, payload.undo, payload.user_errors));
        done(answer, &id, Key::ToastArchived);
    });
}

/// Reopens a chat and offers a way back.
pub fn reopen(id: String) {
    spawn_local(async move {
        let input = ReopenChatInput {
            chat_id: Id::new(id.clone()),
        };
        let answer = http::send(ReopenChat::build(ReopenChatVariables { input })).await;
        let answer = answer.map(|answer| answer.reopen_chat);
        let answer = answer.map(|payload| (payload.chat, payload.undo, payload.user_errors));
        done(answer, &id, Key::ToastReopened);
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

type Answer = (Option<Chat>, Option<Id>, Vec<UserError>);

fn done(answer: Result<Answer, Fault>, id: &str, words: Key) {
    let result =
        answer.and_then(|(chat, undo, errors)| Fault::refused(&errors).map(|()| (chat, undo)));
    match result {
        Ok((chat, undo)) => {
            store().inbox.update(|inbox| inbox.let_go(id));
            take(chat);
            toasts::say(t(words).to_owned(), Undo::of(undo));
        }
        Err(fault) => toasts::fault(&fault),
    }
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
    match http::send(MarkChatRead::build(MarkChatReadVariables { input })).await {
        Ok(answer) if answer.mark_chat_read.user_errors.is_empty() => {
            take(answer.mark_chat_read.chat)
        }
        Ok(_) => {}
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
            Ok((chat, undo)) => {
                take(chat);
                if let Some(words) = done_words(&act) {
                    toasts::say(words, Undo::of(undo));
                }
            }
            Err(fault) => {
                // What was shown too early is corrected, unless the server has told of it meanwhile.
                let position = known(&id).map(|chat| chat.position);
                take(before.filter(|before| Some(&before.position) == position.as_ref()));
                toasts::fault(&fault);
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
            chat.tags.push(tag.clone());
            chat.tags.sort();
        }
        Act::Tag(tag, false) => chat.tags.retain(|other| other != tag),
        _ => {}
    }
}

async fn send(chat_id: Id, act: Act) -> Result<(Option<Chat>, Option<Id>), Fault> {
    /// All of them answer alike.
    macro_rules! ask {
        ($document:ident, $input:ident { $($field:ident $(: $value:expr)?),* }) => {{
            let done = refusable::send::<$document>($input { $($field $(: $value)?),* }).await?;
            Ok((done.chat, done.undo))
        }};
    }
    match act {
        Act::Star(true) => ask!(StarChat, StarChatInput { chat_id }),
        Act::Star(false) => ask!(UnstarChat, UnstarChatInput { chat_id }),
        Act::Unread => ask!(MarkChatUnread, MarkChatUnreadInput { chat_id }),
        Act::Take => ask!(TakeChat, TakeChatInput { chat_id }),
        Act::Assign(agent, _) => ask!(
            AssignChat,
            AssignChatInput {
                chat_id,
                agent_id: Id::new(agent)
            }
        ),
        Act::Unassign => ask!(UnassignChat, UnassignChatInput { chat_id }),
        Act::Tag(tag, true) => ask!(
            AddChatTags,
            AddChatTagsInput {
                chat_id,
                tags: vec![tag]
            }
        ),
        Act::Tag(tag, false) => ask!(
            RemoveChatTags,
            RemoveChatTagsInput {
                chat_id,
                tags: vec![tag]
            }
        ),
        Act::Priority(priority) => {
            ask!(SetChatPriority, SetChatPriorityInput { chat_id, priority })
        }
        Act::Snooze(until) => ask!(
            SnoozeChat,
            SnoozeChatInput {
                chat_id,
                until: until.map(DateTime)
            }
        ),
        Act::Unsnooze => ask!(UnsnoozeChat, UnsnoozeChatInput { chat_id }),
        Act::Block(true) => ask!(BlockContact, BlockContactInput { chat_id }),
        Act::Block(false) => ask!(UnblockContact, UnblockContactInput { chat_id }),
        Act::Link(Some(client)) => ask!(
            LinkClient,
            LinkClientInput {
                chat_id,
                client_id: Id::new(client)
            }
        ),
        Act::Link(None) => ask!(UnlinkClient, UnlinkClientInput { chat_id }),
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
