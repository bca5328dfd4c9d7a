//! The hub on a real PostgreSQL: what it tells, put on top of what was known, is what a fresh query answers (Zulip's
//! test); nothing skipped, nothing twice, nobody told too much.

#[path = "../../../read/tests/rows/database.rs"]
#[expect(dead_code, reason = "shared with the tests of the read model")]
mod database;
#[path = "../../../read/tests/rows/history.rs"]
mod history;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{FutureExt as _, Stream, StreamExt as _};
use hilo_domain::agent::Role;
use hilo_domain::{Actor, AgentId, ChatId};
use hilo_journal::{Cursor, FactsBehind, Position};
use hilo_read::{ChannelScope, ChatFilter, ChatRow, Counted, Page, ReadModel};
use sqlx::PgPool;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use self::history::{History, agent_id, channel_id, chat_id};
use super::hub::Surroundings;
use super::{Hub, InboxChange, Typing};
use crate::accounts::Caller;
use crate::error::AppError;

const EPOCH: Uuid = Uuid::from_u128(0x3f2a_9c1b << 96);
const SOON: Duration = Duration::from_secs(10);

/// A scope for everyone, changed at will, and a head far ahead.
struct Given(watch::Sender<ChannelScope>);

#[async_trait]
impl Surroundings for Given {
    fn epoch(&self) -> Uuid {
        EPOCH
    }

    async fn head(&self) -> Result<Position, AppError> {
        Ok(Position(1_000_000))
    }

    async fn scope(&self, _: AgentId, _: Position) -> Result<Arc<ChannelScope>, FactsBehind> {
        Ok(Arc::new(self.0.borrow().clone()))
    }

    fn belongs(&self, _: AgentId, _: Uuid) -> bool {
        false
    }
}

/// A hub over a history that is projected bit by bit.
struct World {
    pool: PgPool,
    model: ReadModel,
    /// Whose projector writes: that of the hub's process, or of another.
    projecting: ReadModel,
    hub: Hub,
    given: Arc<Given>,
    progress: watch::Sender<Position>,
    history: History,
    done: usize,
}

impl World {
    async fn new(seed: u64) -> Self {
        let (pool, model) = database::read_model().await;
        let progress = watch::Sender::new(Position::START);
        let given = Arc::new(Given(watch::Sender::new(ChannelScope::All)));
        let around = Arc::clone(&given) as Arc<dyn Surroundings>;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let followed = (progress.subscribe(), model.told());
        let hub = Hub::around(model.clone(), around, followed, &tasks, stop);
        Self {
            pool,
            projecting: model.clone(),
            model,
            hub,
            given,
            progress,
            history: History::new(seed),
            done: 0,
        }
    }

    /// The same, with the projector in another process.
    async fn projected_elsewhere(seed: u64) -> Self {
        let mut world = Self::new(seed).await;
        world.projecting = ReadModel::attach(world.pool.clone()).await.unwrap();
        world
    }

    /// Projects what happened, in batches, telling the hub after each.
    async fn project(&mut self, batch: usize) {
        for events in self.history.events[self.done..].chunks(batch) {
            database::project(&self.pool, &self.projecting, events, batch).await;
            self.progress.send_replace(events.last().unwrap().position);
        }
        self.done = self.history.events.len();
    }

    async fn live(&mut self, acts: usize, batch: usize) {
        for _ in 0..acts {
            self.history.live(12);
        }
        self.project(batch).await;
    }

    async fn fresh(&self, scope: &ChannelScope) -> (Position, BTreeMap<ChatId, ChatRow>, Counted) {
        let page = Page {
            first: Some(100),
            ..Page::default()
        };
        let paged = self
            .model
            .chats(scope, ChatFilter::default(), page)
            .await
            .unwrap();
        let counted = self.model.counted(scope, agent_id(1)).await;
        let counters = counted.unwrap().value;
        let chats = paged
            .rows
            .into_iter()
            .map(|(_, chat)| (chat.id, chat))
            .collect();
        (paged.position, chats, counters)
    }
}

fn caller() -> Caller {
    Caller {
        agent_id: agent_id(1),
        role: Role::Administrator,
        credential: crate::accounts::Credential::Session { id: Uuid::nil() },
    }
}

fn at(position: Position) -> Option<Cursor> {
    Some(Cursor {
        epoch: EPOCH,
        position,
    })
}

async fn soon<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> T {
    tokio::time::timeout(SOON, stream.next())
        .await
        .expect("nothing came")
        .expect("it ended")
}

/// Puts changes on top of chats until they tell of `end`.
async fn follow(
    stream: &mut (impl Stream<Item = InboxChange> + Unpin),
    chats: &mut BTreeMap<ChatId, ChatRow>,
    end: Position,
) -> InboxChange {
    loop {
        let change = soon(stream).await;
        assert!(!change.resync);
        chats.retain(|id, _| !change.removed.contains(id));
        for chat in &change.chats {
            let is_aside = chat.snooze.is_some() && chat.archived_at.is_none();
            chats.remove(&chat.id);
            if !is_aside {
                chats.insert(chat.id, (**chat).clone());
            }
        }
        if change.position.position >= end {
            return change;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_inbox_and_what_the_hub_tells_make_a_fresh_one_however_often_it_is_cut() {
    resume_the_inbox(World::new(21).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_they_do_where_another_process_writes_the_rows() {
    resume_the_inbox(World::projected_elsewhere(25).await).await;
}

async fn resume_the_inbox(mut world: World) {
    let scope = ChannelScope::Only(vec![channel_id(0), channel_id(2)]);
    world.given.0.send_replace(scope.clone());
    let (mut position, mut chats, _) = world.fresh(&scope).await;
    for round in 0..12 {
        world.live(15, 4).await;
        let mut stream = world.hub.inbox(&caller(), at(position)).await.unwrap();
        world.live(15, 1 + round).await;
        // The last event of the round is one that this viewer sees.
        world.history.receive(chat_id(0), channel_id(0), "the end");
        world.project(9).await;
        let (end, fresh, counters) = world.fresh(&scope).await;
        let last = follow(&mut stream, &mut chats, end).await;
        assert_eq!(chats, fresh, "round {round}");
        assert_eq!(last.counters, counters);
        position = last.position.position;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stale_thread_and_what_the_hub_tells_make_a_fresh_one() {
    let mut world = World::new(22).await;
    let chat = chat_id(0);
    world.history.receive(chat, channel_id(0), "hola");
    world.project(5).await;
    let whole = Page {
        last: Some(100),
        ..Page::default()
    };
    let thread = world
        .model
        .messages(&ChannelScope::All, chat, whole)
        .await
        .unwrap();
    let mut messages = thread
        .rows
        .into_iter()
        .map(|(_, m)| (m.position, m))
        .collect::<BTreeMap<_, _>>();
    let mut acts = world
        .model
        .acts(&ChannelScope::All, chat)
        .await
        .unwrap()
        .value;
    world.live(200, 7).await;
    let mut stream = world
        .hub
        .chat(&caller(), chat, at(thread.position))
        .await
        .unwrap();
    world.live(300, 3).await;
    world.history.receive(chat, channel_id(0), "the end");
    world.project(2).await;
    let (end, fresh, _) = world.fresh(&ChannelScope::All).await;
    loop {
        let change = soon(&mut stream).await;
        assert!(!change.resync);
        messages.extend(change.messages.iter().map(|m| (m.position, (**m).clone())));
        acts.extend(change.acts.iter().map(|act| (**act).clone()));
        if change.position.position >= end {
            assert_eq!(Some(&*change.chat), fresh.get(&chat));
            break;
        }
    }
    let thread = world
        .model
        .messages(&ChannelScope::All, chat, whole)
        .await
        .unwrap();
    assert!(!thread.has_previous, "the thread must fit one page");
    assert_eq!(
        messages.into_values().collect::<Vec<_>>(),
        thread.rows.into_iter().map(|(_, m)| m).collect::<Vec<_>>()
    );
    assert_eq!(
        acts,
        world
            .model
            .acts(&ChannelScope::All, chat)
            .await
            .unwrap()
            .value
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contacts_items_come_once_and_in_order_from_wherever_it_left_off() {
    let mut world = World::new(23).await;
    let chat = chat_id(0);
    world.live(400, 6).await;
    for after in [0_u64, 7] {
        let mut stream = Box::pin(world.hub.contact_items(chat, after));
        let first = soon(&mut stream).await;
        world.live(60, 2).await;
        world.history.receive(chat, channel_id(0), "the end");
        world.project(3).await;
        let mut told = vec![first];
        let end = i64::try_from(world.history.states[&chat].contact_seq).unwrap();
        while told.last().unwrap().seq < end {
            told.push(soon(&mut stream).await);
        }
        let numbers = told.iter().map(|item| item.seq).collect::<Vec<_>>();
        let from = i64::try_from(after).unwrap() + 1;
        assert_eq!(numbers, (from..=end).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_together_is_told_together_and_at_once() {
    let mut world = World::new(1).await;
    let mut stream = world.hub.inbox(&caller(), None).await.unwrap();
    for expected in [1, 31] {
        let channel = channel_id(0);
        while world.history.events.len() < 1 + expected {
            world.history.receive(chat_id(1), channel, "hola");
        }
        world.project(1_000).await;
        let change = soon(&mut stream).await;
        assert_eq!(change.chats[0].unread, i32::try_from(expected).unwrap());
    }
    assert!(
        stream.next().now_or_never().is_none(),
        "nothing is told twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_channel_is_told() {
    let mut world = World::new(24).await;
    world
        .given
        .0
        .send_replace(ChannelScope::Only(vec![channel_id(1)]));
    let mut stream = world
        .hub
        .inbox(&caller(), at(Position::START))
        .await
        .unwrap();
    world.live(150, 5).await;
    world.history.receive(chat_id(1), channel_id(1), "the end");
    world.project(5).await;
    let end = world.model.position().await.unwrap();
    loop {
        let change = soon(&mut stream).await;
        assert!(
            change
                .chats
                .iter()
                .all(|chat| chat.channel_id == channel_id(1))
        );
        assert!(
            change
                .counters
                .channels
                .channels
                .iter()
                .all(|counters| counters.channel_id == channel_id(1))
        );
        if change.position.position >= end {
            break;
        }
    }
    let foreign = world.hub.chat(&caller(), chat_id(0), None).await;
    assert!(matches!(foreign, Err(AppError::NotFound { what: "chat" })));
}

#[tokio::test(flavor = "multi_thread")]
async fn access_given_or_taken_ends_in_a_resync_also_while_away() {
    let mut world = World::new(1).await;
    world.history.receive(chat_id(0), channel_id(0), "hola");
    world.project(5).await;
    let before = world.model.position().await.unwrap();
    let mut inbox = world.hub.inbox(&caller(), None).await.unwrap();
    let mut thread = world.hub.chat(&caller(), chat_id(0), None).await.unwrap();
    world
        .given
        .0
        .send_replace(ChannelScope::Only(vec![channel_id(1)]));
    world.history.grant(channel_id(1), agent_id(1));
    world
        .history
        .receive(chat_id(0), channel_id(0), "no longer yours");
    world.project(5).await;
    let told = soon(&mut inbox).await;
    assert!(told.resync && told.chats.is_empty() && told.counters.channels.channels.is_empty());
    assert!(inbox.next().await.is_none());
    let told = soon(&mut thread).await;
    assert!(told.resync && told.messages.is_empty());
    assert_eq!(told.chat.unread, 1, "the row is the one shown before");
    assert!(thread.next().await.is_none());

    let mut late = world.hub.inbox(&caller(), at(before)).await.unwrap();
    let told = soon(&mut late).await;
    assert!(told.resync && told.chats.is_empty());
    let mut again = world
        .hub
        .inbox(&caller(), Some(told.position))
        .await
        .unwrap();
    assert!(
        again.next().now_or_never().is_none(),
        "going on from a resync is quiet"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_told_to_read_afresh_is_told_only_what_they_see_now() {
    let mut world = World::new(1).await;
    world.history.receive(chat_id(0), channel_id(0), "hola");
    world.history.receive(chat_id(1), channel_id(1), "hola");
    world.project(5).await;
    let mut inbox = world.hub.inbox(&caller(), None).await.unwrap();
    let left = ChannelScope::Only(vec![channel_id(1)]);
    world.given.0.send_replace(left.clone());
    drop(world.hub.0.live.send(super::hub::Live::Restart));
    let told = soon(&mut inbox).await;
    assert!(told.resync);
    assert_eq!(told.counters, world.fresh(&left).await.2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_of_another_epoch_or_of_the_future_is_unknown() {
    let world = World::new(1).await;
    let foreign = Cursor {
        epoch: Uuid::from_u128(7 << 96),
        position: Position(0),
    };
    for after in [
        foreign,
        Cursor {
            epoch: EPOCH,
            position: Position(2_000_000),
        },
    ] {
        let refused = world.hub.inbox(&caller(), Some(after)).await.err();
        assert!(matches!(refused, Some(AppError::PositionUnknown)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_ahead_of_the_rows_waits_for_what_comes_behind_it() {
    let mut world = World::new(1).await;
    let mut stream = world.hub.inbox(&caller(), at(Position(2))).await.unwrap();
    world.history.receive(chat_id(1), channel_id(0), "one");
    world.project(5).await;
    world.history.receive(chat_id(2), channel_id(0), "two");
    world.project(5).await;
    let told = soon(&mut stream).await;
    assert_eq!(
        told.chats.iter().map(|chat| chat.id).collect::<Vec<_>>(),
        [chat_id(2)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_five_thousand_rows_are_a_resync() {
    let mut world = World::new(1).await;
    for n in 0..2_600 {
        world.history.receive(chat_id(n % 7), channel_id(0), "hola");
    }
    world.project(1_000).await;
    let mut stream = world
        .hub
        .inbox(&caller(), at(Position::START))
        .await
        .unwrap();
    let told = soon(&mut stream).await;
    assert!(told.resync && told.chats.is_empty());
    assert_eq!(told.counters.channels.channels[0].unread, 7);
    assert!(stream.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_is_told_to_read_afresh() {
    let mut world = World::new(1).await;
    let mut stream = world.hub.inbox(&caller(), None).await.unwrap();
    world.history.receive(chat_id(0), channel_id(0), "hola");
    world.project(5).await;
    let changes = Arc::new(world.model.changes(Position::START, 10).await.unwrap());
    for _ in 0..1_100 {
        let live = super::hub::Live::Changes {
            after: Position::START,
            changes: Arc::clone(&changes),
        };
        drop(world.hub.0.live.send(live));
    }
    assert!(soon(&mut stream).await.resync);
    assert!(stream.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_subscription_ends_when_hilo_stops() {
    let world = World::new(1).await;
    let mut inbox = world.hub.inbox(&caller(), None).await.unwrap();
    let mut items = Box::pin(world.hub.contact_items(chat_id(0), 0));
    let mut typing = Box::pin(world.hub.typing());
    world.hub.0.stop.cancel();
    assert!(inbox.next().await.is_none());
    assert!(items.next().await.is_none());
    assert!(typing.next().await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_is_told_to_who_may_see_the_chat_and_not_to_who_types() {
    let mut world = World::new(1).await;
    world.history.receive(chat_id(0), channel_id(0), "hola");
    world.project(5).await;
    let typing = |by, state| Typing {
        chat_id: chat_id(0),
        by,
        state,
        preview: None,
    };
    let contact = Actor::Contact {
        id: hilo_domain::ContactId::of(chat_id(0)),
    };
    let mut told = world.hub.typing_of(&caller(), chat_id(0)).await.unwrap();
    world
        .hub
        .tell_typing(typing(Actor::Agent { id: agent_id(1) }, true));
    world.hub.tell_typing(typing(contact.clone(), true));
    assert_eq!(soon(&mut told).await, typing(contact.clone(), true));

    world.given.0.send_replace(ChannelScope::Only(Vec::new()));
    world.hub.tell_typing(typing(contact, false));
    tokio::task::yield_now().await;
    assert!(told.next().now_or_never().is_none());
    let refused = world.hub.typing_of(&caller(), chat_id(0)).await.err();
    assert!(matches!(refused, Some(AppError::NotFound { what: "chat" })));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_hub_did_not_tell_is_read_by_who_missed_it() {
    let mut world = World::new(1).await;
    let mut inbox = world.hub.inbox(&caller(), None).await.unwrap();
    let mut items = Box::pin(world.hub.contact_items(chat_id(1), 0));
    world.history.receive(chat_id(1), channel_id(0), "missed");
    let missed = world.history.events.last().unwrap().position;
    world.history.receive(chat_id(2), channel_id(0), "told");
    // The hub's own task is not woken: these changes begin behind what nobody was told.
    database::project(&world.pool, &world.model, &world.history.events, 10).await;
    let changes = Arc::new(world.model.changes(missed, 100).await.unwrap());
    let live = super::hub::Live::Changes {
        after: missed,
        changes,
    };
    drop(world.hub.0.live.send(live));
    let told = soon(&mut inbox).await.chats;
    let told = told.iter().map(|chat| chat.id).collect::<Vec<_>>();
    assert_eq!(told, [chat_id(1), chat_id(2)]);
    assert_eq!(soon(&mut items).await.seq, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_projector_of_this_process_wrote_is_told_without_a_question() {
    let mut world = World::new(26).await;
    let mut inbox = world.hub.inbox(&caller(), None).await.unwrap();
    let mut items = Box::pin(world.hub.contact_items(chat_id(1), 0));
    assert!(items.next().now_or_never().is_none());
    world.history.receive(chat_id(1), channel_id(0), "one");
    world.project(10).await;
    let first = soon(&mut inbox).await;
    assert_eq!(soon(&mut items).await.seq, 1);
    // From here on only the projector reaches the database.
    let another = another_pool(&world.pool).await;
    let asked = std::mem::replace(&mut world.pool, another);
    asked.close().await;
    world.history.receive(chat_id(1), channel_id(0), "two");
    world.project(10).await;
    let second = soon(&mut inbox).await;
    assert_eq!(second.behind, first.position.position);
    assert_eq!((second.resync, second.chats[0].unread), (false, 2));
    assert_eq!(second.counters.channels.channels[0].unread_messages, 2);
    assert_eq!(soon(&mut items).await.seq, 2);
}

async fn another_pool(pool: &PgPool) -> PgPool {
    let options = pool.connect_options();
    PgPool::connect_with((*options).clone()).await.unwrap()
}
