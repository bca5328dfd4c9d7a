//! Every filter of the list beside a plain walk over all its rows, which carry all that a filter asks.

use std::collections::BTreeMap;

use hilo_domain::chat::ChatCommand;
use hilo_domain::{AgentId, ChatId};
use hilo_read::{
    AssigneeFilter, ChannelScope, ChatFilter, ChatOrder, ChatRow, ChatState, ChatStateFilter, Page,
    ReadModel, WriterFilter,
};
use jiff::Timestamp;

use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

/// What clients do with the rows of an update: whether this one belongs into the list.
fn belongs(filter: &ChatFilter, scope: &ChannelScope, chat: &ChatRow) -> bool {
    let state = match filter.state {
        ChatStateFilter::Active => chat.state == ChatState::Active,
        ChatStateFilter::Archived => chat.state == ChatState::Archived,
        ChatStateFilter::All => true,
    };
    let channels = filter.channel_ids.as_ref();
    let assignee = chat.assignee.map(hilo_domain::Assignee::id);
    state
        && scope.allows(chat.channel_id)
        && channels.is_none_or(|channels| channels.contains(&chat.channel_id))
        && (!filter.unread || chat.unread > 0)
        && (!filter.unanswered || (chat.unread == 0 && chat.unanswered))
        && filter
            .active_since
            .is_none_or(|since| chat.last_activity_at >= since)
        && match filter.assignee {
            None => true,
            Some(AssigneeFilter::Nobody) => assignee.is_none(),
            Some(AssigneeFilter::Is(agent)) => assignee == Some(agent),
        }
}

fn filters(agent: impl Fn(u64) -> AgentId, since: Timestamp) -> Vec<ChatFilter> {
    let mut filters = Vec::new();
    for state in [
        ChatStateFilter::Active,
        ChatStateFilter::Archived,
        ChatStateFilter::All,
    ] {
        for mark in 0..3 {
            for assignee in [
                None,
                Some(AssigneeFilter::Nobody),
                Some(AssigneeFilter::Is(agent(1))),
            ] {
                for active_since in [None, Some(since)] {
                    for channel_ids in [None, Some(vec![channel_id(0), channel_id(2)])] {
                        filters.push(ChatFilter {
                            state,
                            channel_ids,
                            unread: mark == 1,
                            unanswered: mark == 2,
                            active_since,
                            assignee,
                            writer: WriterFilter::Everyone,
                            order: ChatOrder::Newest,
                        });
                    }
                }
            }
        }
    }
    filters
}

/// A random history in which chats are also taken and given up.
fn live(history: &mut History, chats: u64) {
    history.live(chats);
    let chat = chat_id(history.dice.below(chats));
    let by = agent_id(history.dice.below(3));
    let at = "2026-11-01T09:00:00Z".parse().unwrap();
    match history.dice.below(5) {
        0 => history.command(chat, ChatCommand::TakeChat { by, at }),
        1 => history.command(chat, ChatCommand::UnassignChat { by, at }),
        _ => {}
    }
}

async fn list(model: &ReadModel, scope: &ChannelScope, filter: &ChatFilter) -> Vec<ChatRow> {
    let page = Page {
        first: Some(100),
        ..Page::default()
    };
    let found = model.chats(scope, filter.clone(), page).await.unwrap();
    assert!(!found.has_next, "the test's chats fit a page");
    found.rows.into_iter().map(|(_, chat)| chat).collect()
}

fn ids(rows: &[ChatRow]) -> Vec<ChatId> {
    rows.iter().map(|chat| chat.id).collect()
}

/// B6 to B11, B14.
#[tokio::test]
async fn every_filter_shows_what_a_walk_over_all_rows_shows() {
    let (pool, model) = read_model().await;
    let mut history = History::new(5);
    for _ in 0..900 {
        live(&mut history, 60);
    }
    project(&pool, &model, &history.events, 200).await;
    let all = list(&model, &ChannelScope::All, &ChatFilter::default()).await;
    assert!(all.len() > 50, "{}", all.len());
    let since = all[all.len() / 3].last_activity_at;
    let scopes = [
        ChannelScope::All,
        ChannelScope::Only(vec![channel_id(0), channel_id(1)]),
        ChannelScope::Only(Vec::new()),
    ];
    let mut shown = 0;
    for scope in &scopes {
        for filter in filters(agent_id, since) {
            let expected = all.iter().filter(|chat| belongs(&filter, scope, chat));
            let mut expected = expected.cloned().collect::<Vec<_>>();
            let found = list(&model, scope, &filter).await;
            assert_eq!(found, expected, "{scope:?} {filter:?}");
            shown += usize::from(!found.is_empty());
            expected.reverse();
            let oldest = ChatFilter {
                order: ChatOrder::Oldest,
                ..filter
            };
            let found = list(&model, scope, &oldest).await;
            assert_eq!(found, expected, "{scope:?} {oldest:?}");
        }
    }
    assert!(shown > 100, "only {shown} lists hold anything");
}

/// B14.
#[tokio::test]
async fn the_oldest_first_is_walked_both_ways() {
    let (pool, model) = read_model().await;
    let mut history = History::new(6);
    for _ in 0..300 {
        live(&mut history, 30);
    }
    project(&pool, &model, &history.events, 200).await;
    let filter = ChatFilter {
        order: ChatOrder::Oldest,
        ..ChatFilter::default()
    };
    let whole = ids(&list(&model, &ChannelScope::All, &filter).await);
    let (mut forward, mut after) = (Vec::new(), None);
    loop {
        let page = Page {
            first: Some(4),
            after,
            ..Page::default()
        };
        let part = model.chats(&ChannelScope::All, filter.clone(), page);
        let part = part.await.unwrap();
        assert_eq!(part.has_previous, after.is_some());
        after = part.rows.last().map(|(key, _)| *key);
        forward.extend(part.rows.iter().map(|(_, chat)| chat.id));
        if !part.has_next {
            break;
        }
    }
    assert_eq!(forward, whole);
    let (mut backward, mut before) = (Vec::new(), None);
    loop {
        let page = Page {
            last: Some(3),
            before,
            ..Page::default()
        };
        let part = model.chats(&ChannelScope::All, filter.clone(), page);
        let part = part.await.unwrap();
        before = part.rows.first().map(|(key, _)| *key);
        backward.splice(0..0, part.rows.iter().map(|(_, chat)| chat.id));
        if !part.has_previous {
            break;
        }
    }
    assert_eq!(backward, whole);
}

/// Zulip's test, for every filter: a stale list and the rows that changed make the fresh one.
#[tokio::test]
async fn a_stale_list_of_any_filter_and_the_changes_make_a_fresh_one() {
    let (pool, model) = read_model().await;
    let mut history = History::new(7);
    for _ in 0..150 {
        live(&mut history, 30);
    }
    project(&pool, &model, &history.events, 50).await;
    let mut done = history.events.len();
    let scope = ChannelScope::Only(vec![channel_id(0), channel_id(1)]);
    for _ in 0..4 {
        let position = model.position().await.unwrap();
        let since = "2026-11-02T12:00:00Z".parse().unwrap();
        let mut stale = Vec::new();
        for filter in filters(agent_id, since) {
            let rows = list(&model, &scope, &filter).await.into_iter();
            let rows = rows.map(|chat| (chat.id, chat));
            stale.push((filter, rows.collect::<BTreeMap<_, _>>()));
        }
        for _ in 0..40 {
            live(&mut history, 30);
        }
        project(&pool, &model, &history.events[done..], 7).await;
        done = history.events.len();
        let changes = model.changes(position, 5_000).await.unwrap();
        assert!(changes.complete);
        for (filter, mut rows) in stale {
            for chat in &changes.chats {
                rows.remove(&chat.id);
                if belongs(&filter, &scope, chat) {
                    rows.insert(chat.id, chat.clone());
                }
            }
            let mut merged = rows.into_values().collect::<Vec<_>>();
            merged.sort_by_key(|chat| std::cmp::Reverse((chat.last_activity, chat.id)));
            assert_eq!(merged, list(&model, &scope, &filter).await, "{filter:?}");
        }
    }
}
