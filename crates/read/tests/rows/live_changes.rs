//! What changed behind a position, put on top of what was known there, is what a fresh query answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use hilo_journal::Position;
use hilo_read::{Changes, ChannelScope, ChatFilter, Page, ReadModel};

use crate::database::{project, read_model};
use crate::history::{History, agent_id, channel_id, chat_id};

type Inbox = BTreeMap<hilo_domain::ChatId, hilo_read::ChatRow>;

async fn inbox(model: &ReadModel) -> (Position, Inbox) {
    let page = Page {
        first: Some(100),
        ..Page::default()
    };
    let paged = model
        .chats(&ChannelScope::All, ChatFilter::default(), page)
        .await
        .unwrap();
    (
        paged.position,
        paged
            .rows
            .into_iter()
            .map(|(_, chat)| (chat.id, chat))
            .collect(),
    )
}

#[tokio::test]
async fn a_stale_inbox_and_the_changes_make_a_fresh_one() {
    let (pool, model) = read_model().await;
    let mut history = History::new(8);
    let mut done = 0;
    for _ in 0..25 {
        let (position, mut stale) = inbox(&model).await;
        for _ in 0..20 {
            history.live(12);
        }
        project(&pool, &model, &history.events[done..], 6).await;
        done = history.events.len();
        let changes = model.changes(position, 5_000).await.unwrap();
        assert!(changes.complete);
        assert!(changes.chats.iter().all(|chat| chat.changed > position));
        for chat in &changes.chats {
            stale.remove(&chat.id);
            if !chat.is_deleted() && (chat.snooze.is_none() || chat.archived_at.is_some()) {
                stale.insert(chat.id, (**chat).clone());
            }
        }
        let (fresh_position, fresh) = inbox(&model).await;
        assert_eq!((changes.position, stale), (fresh_position, fresh));
        assert_eq!(
            changes.counters,
            model
                .counters(&ChannelScope::Audited((0..3).map(channel_id).collect()))
                .await
                .unwrap()
                .value
        );
    }
}

#[tokio::test]
async fn a_stale_thread_and_its_changes_make_a_fresh_one() {
    let (pool, model) = read_model().await;
    let mut history = History::new(9);
    let chat = crate::history::chat_id(0);
    history.receive(chat, crate::history::channel_id(0), "hola");
    project(&pool, &model, &history.events, 10).await;
    let mut done = history.events.len();
    let whole = Page {
        last: Some(100),
        ..Page::default()
    };
    for _ in 0..10 {
        let thread = model
            .messages(&ChannelScope::All, chat, whole)
            .await
            .unwrap();
        let mut stale = thread
            .rows
            .into_iter()
            .map(|(key, message)| (key.position, message))
            .collect::<BTreeMap<_, _>>();
        for _ in 0..12 {
            history.live(2);
        }
        project(&pool, &model, &history.events[done..], 5).await;
        done = history.events.len();
        let changes = model
            .chat_changes(&ChannelScope::All, chat, thread.position)
            .await
            .unwrap();
        stale.extend(
            changes
                .messages
                .into_iter()
                .map(|message| (message.position.0, (*message).clone())),
        );
        let fresh = model
            .messages(&ChannelScope::All, chat, whole)
            .await
            .unwrap();
        let fresh = fresh
            .rows
            .into_iter()
            .map(|(key, message)| (key.position, message))
            .collect::<BTreeMap<_, _>>();
        assert!(fresh.len() < 100, "the thread must fit one page");
        assert_eq!(stale, fresh);
    }
}

/// What was written behind a position, told from memory, beside what a query finds there. Not everything is told so;
/// gives whether it was.
pub async fn what_was_told_is_found(model: &ReadModel, position: Position) -> bool {
    let mut found = model.changes(position, 5_000).await.unwrap();
    let Some(written) = model.written(position) else {
        return false;
    };
    if written.changes.agent_counters.is_none() {
        found.agent_counters = None;
    }
    assert_eq!(*written.changes, found);
    true
}

#[tokio::test]
async fn what_the_projector_wrote_is_what_a_query_finds() {
    let (pool, model) = read_model().await;
    let mut history = History::new(11);
    let mut done = 0;
    let mut before = Some(Vec::new());
    for round in 0..60 {
        let position = model.position().await.unwrap();
        for _ in 0..=round % 7 {
            history.live(3);
        }
        if round % 10 == 0 {
            history.grant(channel_id(0), agent_id(1));
        }
        if done == history.events.len() {
            continue;
        }
        project(&pool, &model, &history.events[done..], 100).await;
        done = history.events.len();
        let written = model.written(position).unwrap();
        let mut found = model.changes(position, 5_000).await.unwrap();
        let counted = found.agent_counters.clone();
        if written.changes.agent_counters.is_none() {
            // Nothing is said where nothing moved.
            assert_eq!(found.agent_counters.take(), before);
        }
        before = counted;
        assert_eq!(*written.changes, found);
        assert!(model.written(position).is_none(), "it is told once");
    }
}

#[tokio::test]
async fn what_the_projector_wrote_in_many_batches_is_told_as_one() {
    let (pool, model) = read_model().await;
    let mut history = History::new(14);
    let (mut done, mut joined) = (0, 0);
    for round in 0..30 {
        let position = model.position().await.unwrap();
        for _ in 0..=round % 9 {
            history.live(3);
        }
        if round % 5 == 0 {
            history.grant(channel_id(0), agent_id(1));
        }
        let events = &history.events[done..];
        if events.is_empty() {
            continue;
        }
        project(&pool, &model, events, 2).await;
        joined += usize::from(events.len() > 2);
        done = history.events.len();
        let mut written = Arc::unwrap_or_clone(model.written(position).unwrap().changes);
        let mut found = model.changes(position, 5_000).await.unwrap();
        if written.agent_counters.is_none() {
            found.agent_counters = None;
        }
        // Text that was taken back in a later batch was told in an earlier one, and then that it is gone.
        let places = |changes: &mut Changes| {
            let items = std::mem::take(&mut changes.items);
            let places = items.iter().map(|item| (item.chat_id, item.seq));
            places.collect::<Vec<_>>()
        };
        assert_eq!(places(&mut written), places(&mut found));
        assert_eq!(written, found);
        assert!(model.written(position).is_none(), "it is told once");
    }
    assert!(joined > 10, "{joined}");
}

#[tokio::test]
async fn what_was_written_and_never_committed_is_not_told() {
    let (pool, model) = read_model().await;
    let mut history = History::new(12);
    history.receive(chat_id(0), channel_id(0), "hola");
    let projector = model.projector();
    let mut tx = pool.begin().await.unwrap();
    projector.handle(&mut tx, &history.events).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(model.written(Position::START).is_none());
    project(&pool, &model, &history.events[..1], 1).await;
    let written = model.written(Position::START).unwrap();
    assert_eq!(written.changes.position, Position(1));
}

#[tokio::test]
async fn what_may_have_been_taken_back_is_not_told() {
    let (pool, model) = read_model().await;
    let mut history = History::new(13);
    history.receive(chat_id(0), channel_id(0), "hola");
    project(&pool, &model, &history.events, 1).await;
    // As the runner says after a lost connection, behind which the history may be another one.
    model.projector().resume();
    assert!(model.written(Position::START).is_none());
}

#[tokio::test]
async fn too_many_changes_are_said_to_be_incomplete() {
    let (pool, model) = read_model().await;
    let mut history = History::new(4);
    for _ in 0..100 {
        history.live(10);
    }
    project(&pool, &model, &history.events, 100).await;
    assert!(!model.changes(Position::START, 20).await.unwrap().complete);
    assert!(
        model
            .changes(Position::START, 2_000)
            .await
            .unwrap()
            .complete
    );
    let end = model.position().await.unwrap();
    let nothing = model.changes(end, 20).await.unwrap();
    assert!(
        nothing.complete
            && nothing.chats.is_empty()
            && nothing.messages.is_empty()
            && nothing.items.is_empty()
    );
}
