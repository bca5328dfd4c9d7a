//! Acts on one chat or on many at once, each with one way back. Must not draw.

use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;

use super::store;
use super::toasts::{self, Undo};
use crate::api::acts::{
    BulkActOnChats, BulkActOnChatsInput, ChatActInput, ChatAssigneeInput, ChatResult,
    ChatSnoozeInput,
};
use crate::api::chat_queries::ChatTagsQuery;
use crate::api::fault::Fault;
use crate::api::graphql::{DateTime, Id};
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
    act_or(ids, act, words, None);
}

/// Puts a tag on chats.
pub fn tag(ids: Vec<String>, tag: String) {
    let act = ChatActInput {
        add_tags: Some(vec![tag]),
        ..ChatActInput::default()
    };
    act_or(ids, act, Count::BulkTagged, None);
}

/// Does one thing to chats; when it changed nothing, the other thing, which switches back.
pub fn act_or(
    ids: Vec<String>,
    act: ChatActInput,
    words: Count,
    other: Option<(ChatActInput, Count)>,
) {
    if ids.is_empty() {
        return;
    }
    spawn_local(async move {
        let leaves = act.archived.is_some();
        // The first try may have arrived: another one never switches back.
        let again = |ids: Vec<String>, act: ChatActInput, words| {
            move || act_or(ids.clone(), act.clone(), words, None)
        };
        match (send(&ids, act.clone()).await, other) {
            (Ok(done), Some((act, words))) if done.changed == 0 && done.fault.is_none() => {
                match send(&ids, act.clone()).await {
                    Ok(done) => told(&ids, done, words, leaves),
                    Err(fault) => toasts::failed(&fault, again(ids, act, words)),
                }
            }
            (Ok(done), _) => told(&ids, done, words, leaves),
            (Err(fault), _) => toasts::failed(&fault, again(ids, act, words)),
        }
    });
}

/// What became of an act on many.
struct Done {
    changed: usize,
    undo: Vec<Id>,
    fault: Option<Fault>,
}

async fn send(ids: &[String], act: ChatActInput) -> Result<Done, Fault> {
    let chat_ids = ids.iter().map(Id::new).collect();
    let payload = BulkActOnChats::send(BulkActOnChatsInput { chat_ids, act }).await?;
    Ok(Done {
        changed: changed(&payload.results),
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

fn told(ids: &[String], done: Done, words: Count, leaves: bool) {
    let store = store();
    if leaves {
        store
            .inbox
            .update(|inbox| ids.iter().for_each(|id| inbox.let_go(id)));
    }
    if done.changed > 0 || done.fault.is_none() {
        store.selection.update(|selection| selection.clear());
        let count = i64::try_from(done.changed).unwrap_or(i64::MAX);
        toasts::say(tn(words, count), Undo::of(done.undo));
    }
    if let Some(fault) = done.fault {
        toasts::fault(&fault);
    }
}

/// Gives chats to somebody (id, name), or to nobody.
pub fn assign(ids: Vec<String>, to: Option<(String, String)>) {
    let words = if to.is_some() {
        Count::BulkAssigned
    } else {
        Count::BulkUnassigned
    };
    let agent_id = to.map(|(agent, _)| Id::new(agent));
    let act = ChatActInput {
        assignee: Some(ChatAssigneeInput { agent_id }),
        ..ChatActInput::default()
    };
    act_or(ids, act, words, None);
}

/// Puts chats aside until a moment, or until the contact writes.
pub fn snooze(ids: Vec<String>, until: Option<String>) {
    let until = until.map(DateTime);
    let act = ChatActInput {
        snooze: Some(ChatSnoozeInput { until }),
        ..ChatActInput::default()
    };
    act_or(ids, act, Count::BulkSnoozed, None);
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
