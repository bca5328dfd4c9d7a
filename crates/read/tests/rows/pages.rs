//! Pages of lists in both directions, and walls between channels.

use hilo_domain::ChatId;
use hilo_domain::chat::ChatCommand;
use hilo_read::{
    ChannelScope, ChatFilter, ChatRow, ChatStateFilter, Key, Page, Paged, ReadModel, ThreadPlace,
};

use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

async fn inbox() -> (ReadModel, History) {
    let (pool, model) = read_model().await;
    let mut history = History::new(3);
    for _ in 0..700 {
        history.live(40);
    }
    project(&pool, &model, &history.events, 200).await;
    (model, history)
}

async fn page(
    model: &ReadModel,
    scope: &ChannelScope,
    state: ChatStateFilter,
    page: Page,
) -> Paged<ChatRow> {
    model
        .chats(
            scope,
            ChatFilter {
                state,
                ..ChatFilter::default()
            },
            page,
        )
        .await
        .unwrap()
}

fn ids(paged: &Paged<ChatRow>) -> Vec<ChatId> {
    paged.rows.iter().map(|(_, chat)| chat.id).collect()
}

#[tokio::test]
async fn walking_the_inbox_forward_and_backward_meets_every_chat_once() {
    let (model, history) = inbox().await;
    let two = ChannelScope::Only(vec![channel_id(0), channel_id(2)]);
    for scope in [ChannelScope::All, two] {
        for state in [
            ChatStateFilter::Active,
            ChatStateFilter::Archived,
            ChatStateFilter::All,
        ] {
            let whole = page(
                &model,
                &scope,
                state,
                Page {
                    first: Some(100),
                    ..Page::default()
                },
            )
            .await;
            assert!(!whole.has_next && !whole.has_previous);
            assert_eq!(
                whole.position.0,
                i64::try_from(history.events.len()).unwrap()
            );
            let keys = whole.rows.iter().map(|(key, _)| *key).collect::<Vec<Key>>();
            assert!(
                keys.windows(2).all(|pair| pair[0] > pair[1]),
                "newest first"
            );

            let (mut forward, mut after) = (Vec::new(), None);
            loop {
                let part = page(
                    &model,
                    &scope,
                    state,
                    Page {
                        first: Some(3),
                        after,
                        ..Page::default()
                    },
                )
                .await;
                assert_eq!(part.has_previous, after.is_some());
                after = part.rows.last().map(|(key, _)| *key);
                forward.extend(ids(&part));
                if !part.has_next {
                    break;
                }
            }
            assert_eq!(forward, ids(&whole));

            let (mut backward, mut before) = (Vec::new(), None);
            loop {
                let part = page(
                    &model,
                    &scope,
                    state,
                    Page {
                        last: Some(4),
                        before,
                        ..Page::default()
                    },
                )
                .await;
                assert_eq!(part.has_next, before.is_some());
                before = part.rows.first().map(|(key, _)| *key);
                backward.splice(0..0, ids(&part));
                if !part.has_previous {
                    break;
                }
            }
            assert_eq!(backward, ids(&whole));
        }
    }
}

#[tokio::test]
async fn messages_come_oldest_first_and_the_newest_page_by_default() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    for n in 0..120 {
        history.receive(chat_id(1), channel_id(0), &format!("{n}"));
    }
    project(&pool, &model, &history.events, 200).await;
    let texts = |paged: &Paged<hilo_read::MessageRow>| {
        paged
            .rows
            .iter()
            .map(|(_, m)| m.text.clone().unwrap().parse::<usize>().unwrap())
            .collect::<Vec<_>>()
    };
    let newest = model
        .messages(&ChannelScope::All, chat_id(1), Page::default())
        .await
        .unwrap();
    assert_eq!(texts(&newest), (70..120).collect::<Vec<_>>());
    assert!(newest.has_previous && !newest.has_next);
    let before = Page {
        last: Some(100),
        before: Some(newest.rows[0].0),
        ..Page::default()
    };
    let older = model
        .messages(&ChannelScope::All, chat_id(1), before)
        .await
        .unwrap();
    assert_eq!(texts(&older), (0..70).collect::<Vec<_>>());
    assert!(!older.has_previous && older.has_next);
    let after = Page {
        first: Some(5),
        after: Some(older.rows[9].0),
        ..Page::default()
    };
    let next = model
        .messages(&ChannelScope::All, chat_id(1), after)
        .await
        .unwrap();
    assert_eq!(texts(&next), (10..15).collect::<Vec<_>>());
}

#[tokio::test]
async fn another_channels_chat_is_as_if_it_were_not_there() {
    let (model, _) = inbox().await;
    let mine = ChannelScope::Only(vec![channel_id(1)]);
    let all = page(
        &model,
        &ChannelScope::All,
        ChatStateFilter::All,
        Page::default(),
    )
    .await;
    let foreign = all
        .rows
        .iter()
        .map(|(_, chat)| chat)
        .find(|chat| chat.channel_id == channel_id(0))
        .unwrap();
    assert!(model.chat(&mine, foreign.id).await.unwrap().is_none());
    assert!(
        model
            .chats_by_ids(&mine, &[foreign.id])
            .await
            .unwrap()
            .is_empty()
    );
    let messages = model
        .messages(&ChannelScope::All, foreign.id, Page::default())
        .await
        .unwrap();
    let message = messages.rows[0].1.id;
    assert!(
        model
            .messages(&mine, foreign.id, Page::default())
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    assert!(
        model
            .message(&mine, foreign.id, message)
            .await
            .unwrap()
            .is_none()
    );
    assert!(
        model
            .acts(&mine, foreign.id)
            .await
            .unwrap()
            .value
            .is_empty()
    );
    assert!(
        model
            .chat_changes(&mine, foreign.id, hilo_journal::Position::START)
            .await
            .unwrap()
            .chat
            .is_none()
    );
}

#[tokio::test]
async fn lists_and_counters_show_the_viewers_channels_only() {
    let (model, _) = inbox().await;
    let mine = ChannelScope::Only(vec![channel_id(1)]);
    let counted = model.counters(&mine).await.unwrap().value.channels;
    assert!(
        counted
            .iter()
            .all(|counters| counters.channel_id == channel_id(1))
    );
    let asked = ChatFilter {
        channel_ids: Some(vec![channel_id(0)]),
        ..ChatFilter::default()
    };
    assert!(
        model
            .chats(&mine, asked, Page::default())
            .await
            .unwrap()
            .rows
            .is_empty()
    );
    let none = ChannelScope::Only(Vec::new());
    assert!(
        page(&model, &none, ChatStateFilter::All, Page::default())
            .await
            .rows
            .is_empty()
    );
    assert!(
        model
            .counters(&none)
            .await
            .unwrap()
            .value
            .channels
            .is_empty()
    );
}

#[tokio::test]
async fn c3_a_thread_opens_at_a_message_or_at_the_first_unread_one() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let (chat, all) = (chat_id(1), ChannelScope::All);
    let read = ChatCommand::MarkChatRead { by: agent_id(1) };
    let mut messages = Vec::new();
    for n in 0..60 {
        messages.push(history.receive(chat, channel_id(0), &format!("{n}")));
        if n == 40 {
            history.command(chat, read.clone());
        }
    }
    project(&pool, &model, &history.events, 200).await;
    let around = async |place, size| {
        let found = model.messages_around(&all, chat, place, size).await;
        let found = found.unwrap().unwrap();
        let texts = found.rows.iter().map(|(_, m)| m.text.clone().unwrap());
        let texts = texts.map(|text| text.parse::<u64>().unwrap()).collect();
        (texts, found.has_previous, found.has_next)
    };
    let at = |n: usize| ThreadPlace::Message(messages[n]);
    let unread = ThreadPlace::FirstUnread;
    let shown = |range: std::ops::Range<u64>| range.collect::<Vec<_>>();
    assert_eq!(around(at(20), 10).await, (shown(15..25), true, true));
    assert_eq!(around(at(2), 10).await, (shown(0..7), false, true));
    assert_eq!(around(at(58), 10).await, (shown(53..60), true, false));
    assert_eq!(around(at(30), 1).await, (vec![30], true, true));
    assert_eq!(around(unread, 20).await, (shown(31..51), true, true));
    let foreign = ChannelScope::Only(vec![channel_id(1)]);
    for place in [at(1), unread] {
        let found = model.messages_around(&foreign, chat, place, 10).await;
        assert!(found.unwrap().is_none());
    }
    let unknown = ThreadPlace::Message(hilo_domain::MessageId::from_uuid(chat.as_uuid()));
    let found = model.messages_around(&all, chat, unknown, 10).await;
    assert!(found.unwrap().is_none());
    let done = history.events.len();
    history.command(chat, read);
    project(&pool, &model, &history.events[done..], 200).await;
    let end = (shown(55..60), true, false);
    assert_eq!(around(unread, 10).await, end, "all are read");
}

/// H4: of a chat that began anew agents see nothing of before, by no way; auditors see all of it.
#[tokio::test]
async fn h4_what_was_before_a_deletion_is_for_auditors_alone() {
    let (pool, model) = read_model().await;
    let mut history = History::new(1);
    let (chat, by) = (chat_id(1), agent_id(1));
    let at = "2026-11-01T09:00:00Z".parse().unwrap();
    let before = history.receive(chat, channel_id(0), "before");
    let answer = history.send(chat, by, "answer");
    history.command(chat, ChatCommand::DeleteChat { by, at });
    project(&pool, &model, &history.events, 2).await;
    let (agent, auditor) = (
        ChannelScope::All,
        ChannelScope::Audited((0..3).map(channel_id).collect()),
    );
    assert!(model.chat(&agent, chat).await.unwrap().is_none());
    assert!(
        model
            .chat(&auditor, chat)
            .await
            .unwrap()
            .unwrap()
            .value
            .is_deleted()
    );
    let channel = model.channel_of(&agent, chat).await.unwrap();
    assert_eq!(channel, Some(channel_id(0)));
    let deleted_at = model.position().await.unwrap();

    let done = history.events.len();
    let now = history.receive(chat, channel_id(0), "now");
    // A receipt for what was sent before.
    history.command(chat, ChatCommand::ReportDelivered { up_to_seq: 3 });
    project(&pool, &model, &history.events[done..], 2).await;
    for (scope, messages, acts) in [
        (&agent, vec![now], vec!["opened"]),
        (
            &auditor,
            vec![before, answer, now],
            vec!["opened", "agent_joined", "deleted", "opened"],
        ),
    ] {
        let ids = |rows: Vec<(hilo_read::Key, hilo_read::MessageRow)>| {
            rows.into_iter().map(|(_, row)| row.id).collect::<Vec<_>>()
        };
        let page = model.messages(scope, chat, Page::default()).await.unwrap();
        assert_eq!(ids(page.rows), messages);
        let place = ThreadPlace::Message(now);
        let around = model.messages_around(scope, chat, place, 50).await.unwrap();
        assert_eq!(ids(around.unwrap().rows), messages);
        let unread = ThreadPlace::FirstUnread;
        let around = model.messages_around(scope, chat, unread, 1).await.unwrap();
        assert_eq!(ids(around.unwrap().rows), [now]);
        let old = ThreadPlace::Message(before);
        let around = model.messages_around(scope, chat, old, 50).await.unwrap();
        assert_eq!(around.is_some(), messages.len() > 1);
        let message = model.message(scope, chat, before).await.unwrap();
        assert_eq!(message.is_some(), messages.len() > 1);
        let kinds = |rows: Vec<hilo_read::ActRow>| {
            rows.into_iter()
                .map(|row| row.kind.word())
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(model.acts(scope, chat).await.unwrap().value), acts);
        let history = model.history(scope, chat, Page::default()).await.unwrap();
        assert_eq!(
            kinds(history.rows.into_iter().map(|(_, act)| act).collect()),
            acts
        );
        let changes = model.chat_changes(scope, chat, deleted_at).await.unwrap();
        let changed = changes
            .messages
            .iter()
            .map(|row| row.id)
            .collect::<Vec<_>>();
        assert_eq!(changed.contains(&answer), messages.len() > 1, "{changed:?}");
        assert!(changed.contains(&now));
    }
}
