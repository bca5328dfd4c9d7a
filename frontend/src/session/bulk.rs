//! Acts on one chat or on many at once, each with one way back. Must not draw.

use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;

use super::act::{self, Act};
use super::store;
use super::toasts::{self, Undo};
use crate::api::acts::{
    BulkActOnChats, BulkActOnChatsInput, ChatActInput, ChatAssigneeInput, ChatResult,
    ChatSnoozeInput,
};
use crate::api::chat_queries::ChatTagsQuery;
use crate::api::fault::Fault;
use crate::api::graphql::{Chat, DateTime, Id};
use crate::api::request::{Ask, Give};
use crate::i18n::{Count, tn};
use crate::state::selection::MOST;

/// Read or not.
pub fn read(read: bool) -> ChatActInput {
    ChatActInput {
        read: Some(read),
        ..ChatActInput::default()
    }
}

/// Archives or reopens.
pub fn archive(ids: Vec<String>, archived: bool) {
    let act = ChatActInput {
        archived: Some(archived),
        ..ChatActInput::default()
    };
    let words = if archived {
        Count::BulkArchived
    } else {
        Count::BulkReopened
    };
    act_or(ids, (act, words), Act::Archive(archived), None);
}

/// Puts a tag on chats.
pub fn tag(ids: Vec<String>, tag: String) {
    let act = ChatActInput {
        add_tags: Some(vec![tag.clone()]),
        ..ChatActInput::default()
    };
    act_or(ids, (act, Count::BulkTagged), Act::Tag(tag, true), None);
}

/// Does one thing to chats, which shows as `shown` at once; when it changed nothing, the other thing, which switches back.
pub fn act_or(
    ids: Vec<String>,
    (act, words): (ChatActInput, Count),
    shown: Act,
    other: Option<(ChatActInput, Count)>,
) {
    if ids.is_empty() {
        return;
    }
    let before = act::foresee(&ids, &shown);
    let under_way = toasts::begin();
    spawn_local(async move {
        // The first try may have arrived: another one never switches back.
        let again = |ids: Vec<String>, act: ChatActInput, words| {
            let shown = shown.clone();
            move || act_or(ids.clone(), (act.clone(), words), shown.clone(), None)
        };
        match (send(&ids, act.clone()).await, other) {
            (Ok(done), Some((act, words))) if done.changed == 0 && done.fault.is_none() => {
                match send(&ids, act.clone()).await {
                    Ok(done) => told(under_way, done, words, before),
                    Err(fault) => failed(under_way, &fault, again(ids, act, words), before),
                }
            }
            (Ok(done), _) => told(under_way, done, words, before),
            (Err(fault), _) => failed(under_way, &fault, again(ids, act, words), before),
        }
    });
}

/// What became of an act on many.
struct Done {
    changed: usize,
    refused: Vec<Id>,
    undo: Vec<Id>,
    fault: Option<Fault>,
}

async fn send(ids: &[String], act: ChatActInput) -> Result<Done, Fault> {
    let chat_ids = ids.iter().map(Id::new).collect();
    let payload = BulkActOnChats::send(BulkActOnChatsInput { chat_ids, act }).await?;
    let refused = payload.results.iter();
    let refused = refused.filter(|result| !result.user_errors.is_empty());
    Ok(Done {
        changed: changed(&payload.results),
        refused: refused.map(|result| result.chat_id.clone()).collect(),
        fault: refusal(&payload.results),
        undo: payload.undo.into_iter().collect(),
    })
}

/// How many chats an act changed.
pub fn changed(results: &[ChatResult]) -> usize {
    results.iter().filter(|result| result.changed).count()
}

/// The first refusal among them.
pub fn refusal(results: &[ChatResult]) -> Option<Fault> {
    results
        .iter()
        .find_map(|result| Fault::refused(&result.user_errors).err())
}

fn failed(under_way: u32, fault: &Fault, again: impl Fn() + 'static, before: Vec<Chat>) {
    toasts::end(under_way, None, None);
    act::correct(before);
    toasts::failed(fault, again);
}

fn told(under_way: u32, done: Done, words: Count, mut before: Vec<Chat>) {
    before.retain(|chat| done.refused.contains(&chat.id));
    act::correct(before);
    if done.changed > 0 || done.fault.is_none() {
        store().selection.update(|selection| selection.clear());
        let count = i64::try_from(done.changed).unwrap_or(i64::MAX);
        toasts::end(under_way, Some(tn(words, count)), Undo::of(done.undo));
    } else {
        toasts::end(under_way, None, None);
    }
    if let Some(fault) = done.fault {
        toasts::fault(&fault);
    }
}

/// Gives chats to somebody (id, name), or to nobody.
pub fn assign(ids: Vec<String>, to: Option<(String, String)>) {
    let (words, shown) = match to.clone() {
        Some((agent, name)) => (Count::BulkAssigned, Act::Assign(agent, name)),
        None => (Count::BulkUnassigned, Act::Unassign),
    };
    let agent_id = to.map(|(agent, _)| Id::new(agent));
    let act = ChatActInput {
        assignee: Some(ChatAssigneeInput { agent_id }),
        ..ChatActInput::default()
    };
    act_or(ids, (act, words), shown, None);
}

/// Puts chats aside until a moment, or until the contact writes.
pub fn snooze(ids: Vec<String>, until: Option<String>) {
    let shown = Act::Snooze(until.clone());
    let until = until.map(DateTime);
    let act = ChatActInput {
        snooze: Some(ChatSnoozeInput { until }),
        ..ChatActInput::default()
    };
    act_or(ids, (act, Count::BulkSnoozed), shown, None);
}

/// Selects all that the list shows, or nothing.
pub fn select_all() {
    let store = store();
    let shown = store.inbox.with_untracked(|inbox| inbox.slice(0..MOST));
    store.selection.update(|selection| selection.all(&shown));
}

/// The tags in use, to choose from.
pub async fn known_tags() -> Result<Vec<String>, Fault> {
    let known = ChatTagsQuery::ask(()).await?;
    Ok(known
        .chat_tags
        .nodes
        .into_iter()
        .map(|tag| tag.name)
        .collect())
}
