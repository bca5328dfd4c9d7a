//! Every filter of the list beside a plain walk over all its rows, which carry all that a filter asks.

use std::collections::BTreeMap;

use hilo_domain::chat::{ChatCommand, Priority};
use hilo_domain::client::ClientEvent;
use hilo_domain::{Actor, AgentId, ChatId};
use hilo_read::{
    AssigneeFilter, ChannelScope, ChatFilter, ChatOrder, ChatRow, ChatState, ChatStateFilter, Page,
    ReadModel, WriterFilter,
};
use jiff::Timestamp;

use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

/// What clients do with the rows of an update: whether this one belongs into the list.
fn belongs(filter: &ChatFilter, scope: &ChannelScope, chat: &ChatRow) -> bool {
    let is_aside = chat.state == ChatState::Active && chat.snooze.is_some();
    let in_state = match filter.state {
        ChatStateFilter::Active => chat.state == ChatState::Active,
        ChatStateFilter::Archived => chat.state == ChatState::Archived,
        ChatStateFilter::All => true,
    };
    let state = match filter.deleted {
        true => chat.is_deleted(),
        false => {
            let everywhere = filter.mentioned.is_some() && filter.state == ChatStateFilter::All;
            let beside = is_aside == filter.snoozed || (everywhere && !filter.snoozed);
            in_state && !chat.is_deleted() && beside
        }
    };
    let owner = chat.client.as_ref().and_then(|client| client.owner);
    let tags = &filter.tags;
    let priorities = &filter.priorities;
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
        && filter
            .starred_by
            .is_none_or(|agent| chat.own.get(&agent).is_some_and(|own| own.starred))
        && filter.mentioned.is_none_or(|agent| {
            let own = chat.own.get(&agent);
            own.is_some_and(|own| !own.mentions.is_empty())
        })
        && (tags.is_empty() || tags.iter().any(|tag| chat.tags.contains(tag)))
        && (priorities.is_empty() || priorities.contains(&chat.priority))
        && match filter.writer {
            WriterFilter::Everyone => true,
            WriterFilter::Colleagues => chat.internal.is_some(),
            WriterFilter::RegisteredClients => chat.client.is_some(),
            WriterFilter::ClientsOf(agent) => owner == Some(agent),
        }
        && filter.owner.is_none_or(|agent| owner == Some(agent))
}

/// Every condition alone and beside every other one, in each state.
fn filters(agent: impl Fn(u64) -> AgentId, since: Timestamp) -> Vec<ChatFilter> {
    type Condition = Box<dyn Fn(&mut ChatFilter)>;
    let (me, other) = (agent(1), agent(2));
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|&word| word.to_owned())
            .collect::<Vec<_>>()
    };
    let (one_tag, tags) = (words(&["vip"]), words(&["new", "vip", "Garantía"]));
    let conditions: Vec<Condition> = vec![
        Box::new(|_| {}),
        Box::new(|it| it.unread = true),
        Box::new(|it| it.unanswered = true),
        Box::new(|it| it.assignee = Some(AssigneeFilter::Nobody)),
        Box::new(move |it| it.assignee = Some(AssigneeFilter::Is(me))),
        Box::new(move |it| it.active_since = Some(since)),
        Box::new(|it| it.channel_ids = Some(vec![channel_id(0), channel_id(2)])),
        Box::new(|it| it.snoozed = true),
        Box::new(move |it| it.starred_by = Some(me)),
        Box::new(move |it| it.mentioned = Some(me)),
        Box::new(move |it| it.tags.clone_from(&one_tag)),
        Box::new(move |it| it.tags.clone_from(&tags)),
        Box::new(|it| it.priorities = vec![Priority::Urgent, Priority::Low]),
        Box::new(|it| it.priorities = vec![Priority::Normal, Priority::Urgent]),
        Box::new(|it| it.writer = WriterFilter::RegisteredClients),
        Box::new(move |it| it.writer = WriterFilter::ClientsOf(me)),
        Box::new(move |it| it.owner = Some(other)),
        Box::new(|it| it.deleted = true),
    ];
    let mut filters = Vec::new();
    for state in [
        ChatStateFilter::Active,
        ChatStateFilter::Archived,
        ChatStateFilter::All,
    ] {
        for (at, one) in conditions.iter().enumerate() {
            for another in conditions.iter().skip(at) {
                let mut filter = ChatFilter {
                    state,
                    ..ChatFilter::default()
                };
                one(&mut filter);
                another(&mut filter);
                filters.push(filter);
            }
        }
    }
    filters
}

/// Three clients, of whom the third was merged into the second; agents look after the first and the second.
fn clients(history: &mut History) {
    for n in 0..3 {
        history.make_client(n, "Eva", "+34600123456");
    }
    for (n, owner) in [(0, 1), (1, 2), (2, 1)] {
        let owner = Some(agent_id(owner));
        let by = Actor::System;
        history.of_client(n, &ClientEvent::ClientOwnerChanged { owner, by });
    }
    history.merge(2, 1);
}

/// A random history in which chats are also taken, given up and linked.
fn live(history: &mut History, chats: u64) {
    if history.events.is_empty() {
        clients(history);
    }
    history.live(chats);
    if history.dice.below(9) == 0 {
        let chat = chat_id(history.dice.below(chats));
        let n = history.dice.below(3);
        history.link(chat, n);
    }
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

/// Every chat, whatever became of it, the newest activity first.
async fn everything(model: &ReadModel) -> Vec<ChatRow> {
    let scope = ChannelScope::Audited((0..3).map(channel_id).collect());
    let mut all = list(model, &scope, &ChatFilter::default()).await;
    for (snoozed, deleted) in [(true, false), (false, true)] {
        let filter = ChatFilter {
            snoozed,
            deleted,
            ..ChatFilter::default()
        };
        let some = list(model, &scope, &filter).await;
        assert!(!some.is_empty(), "{filter:?}");
        all.extend(some);
    }
    all.sort_by_key(|chat| std::cmp::Reverse((chat.last_activity, chat.id)));
    all
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
    let (by, at) = (agent_id(1), "2026-11-01T09:00:00Z".parse().unwrap());
    for n in 0..8 {
        let until = None;
        history.command(chat_id(n), ChatCommand::SnoozeChat { until, by, at });
        history.command(chat_id(50 + n), ChatCommand::DeleteChat { by, at });
    }
    project(&pool, &model, &history.events, 200).await;
    let all = everything(&model).await;
    assert!(all.len() > 50, "{}", all.len());
    let since = all[all.len() / 3].last_activity_at;
    let scopes = [
        ChannelScope::All,
        ChannelScope::Only(vec![channel_id(0), channel_id(1)]),
        ChannelScope::Only(Vec::new()),
        ChannelScope::Audited((0..3).map(channel_id).collect()),
    ];
    let mut shown = 0;
    for scope in &scopes {
        for filter in filters(agent_id, since) {
            let sees = |chat: &&ChatRow| scope.sees_deleted() || !chat.is_deleted();
            let expected = all.iter().filter(sees);
            let expected = expected.filter(|chat| belongs(&filter, scope, chat));
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
    assert!(shown > 500, "only {shown} lists hold anything");
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
                if belongs(&filter, &scope, chat) && !chat.is_deleted() {
                    rows.insert(chat.id, (**chat).clone());
                }
            }
            let mut merged = rows.into_values().collect::<Vec<_>>();
            merged.sort_by_key(|chat| std::cmp::Reverse((chat.last_activity, chat.id)));
            assert_eq!(merged, list(&model, &scope, &filter).await, "{filter:?}");
        }
    }
}

/// What is kept by differences, and what a count over all chats says.
const KEPT: [(&str, &str); 3] = [
    (
        "SELECT channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned, deleted
         FROM {read}.counters",
        "SELECT channel_id, count(*) FILTER (WHERE state = 'active'), count(*) FILTER (WHERE state = 'archived'),
             count(*) FILTER (WHERE state = 'active' AND unread > 0),
             count(*) FILTER (WHERE state = 'active' AND unread = 0 AND unanswered),
             coalesce(sum(unread) FILTER (WHERE state = 'active'), 0), count(*) FILTER (WHERE state = 'snoozed'),
             count(*) FILTER (WHERE state = 'active' AND assignee_id IS NULL), count(*) FILTER (WHERE state = 'deleted')
         FROM {read}.chats WHERE state <> 'unopened' GROUP BY channel_id",
    ),
    (
        "SELECT agent_id, channel_id, assigned, starred, mentioned FROM {read}.agent_counters",
        "SELECT agent, channel_id, sum(assigned)::int8, sum(starred)::int8, sum(mentioned)::int8 FROM (
             SELECT assignee_id AS agent, channel_id, 1 AS assigned, 0 AS starred, 0 AS mentioned FROM {read}.chats
             WHERE state = 'active' AND assignee_id IS NOT NULL
             UNION ALL SELECT star::uuid, channel_id, 0, 1, 0
             FROM {read}.chats, jsonb_array_elements_text(starred_by) AS star WHERE state = 'active'
             UNION ALL SELECT agent::uuid, channel_id, 0, 0, 1 FROM {read}.chats, jsonb_each(own) AS o (agent, has)
             WHERE state IN ('active', 'snoozed', 'archived') AND has @> '{\"mentions\": [{\"seen\": false}]}') AS shares
         GROUP BY agent, channel_id",
    ),
    (
        "SELECT label, channel_id, state, last_activity, chat_id FROM {read}.chat_labels",
        "SELECT label, channel_id, state, last_activity, id FROM (
             SELECT 't' || tag AS label, c.* FROM {read}.chats AS c, jsonb_array_elements_text(tags) AS tag
             UNION ALL SELECT 's' || replace(star, '-', ''), c.*
             FROM {read}.chats AS c, jsonb_array_elements_text(starred_by) AS star
             UNION ALL SELECT 'm' || replace(agent, '-', ''), c.*
             FROM {read}.chats AS c, jsonb_each(own) AS o (agent, has) WHERE has ? 'mentions') AS listed
         WHERE state IN ('active', 'snoozed', 'archived')",
    ),
];

/// B4, B10: whatever happens, the numbers and the lists that are kept are those that counting would find.
#[tokio::test]
async fn numbers_and_lists_that_are_kept_are_a_recount_of_the_rows() {
    let mut held = [0; KEPT.len()];
    for seed in 31..34 {
        let (pool, model) = read_model().await;
        let mut history = History::new(seed);
        for _ in 0..500 {
            live(&mut history, 25);
        }
        project(&pool, &model, &history.events, 13).await;
        for ((kept, counted), held) in KEPT.into_iter().zip(&mut held) {
            let sql = format!(
                "SELECT count(*) FROM ({kept}) AS k
                 UNION ALL SELECT count(*) FROM ({kept} EXCEPT ALL ({counted})) AS more
                 UNION ALL SELECT count(*) FROM (({counted}) EXCEPT ALL {kept}) AS less"
            );
            let sql = sql.replace("{read}", &model.name());
            let counts = sqlx::query_scalar::<_, i64>(&sql).fetch_all(&pool);
            let counts = counts.await.unwrap();
            *held += counts[0];
            assert_eq!(counts[1..], [0, 0], "seed {seed}: {kept}");
        }
    }
    assert!(held.iter().all(|rows| *rows > 0), "{held:?}");
}
