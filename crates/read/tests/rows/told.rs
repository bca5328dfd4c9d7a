//! What the projector tells while it writes: true to the rows, ahead of them, and never more than they hold for who asks.

use std::time::Duration;

use hilo_domain::chat::ChatCommand;
use hilo_journal::{Journal, Position};
use hilo_read::{ChannelScope, ReadModel};
use sqlx::{PgPool, Postgres, Transaction};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::history::{History, agent_id, channel_id, chat_id};
use crate::journaled::{PATIENCE, append, head, journal, lived, reach};
use crate::live_changes::what_was_told_is_found;

/// A process that writes rows.
struct Process {
    pool: PgPool,
    journal: Journal,
    model: ReadModel,
    history: History,
    stop: CancellationToken,
    following: JoinHandle<()>,
}

impl Process {
    async fn start(seed: u64) -> Self {
        let (pool, journal) = journal().await;
        let model = ReadModel::open(pool.clone(), &journal).await.unwrap();
        let stop = CancellationToken::new();
        let following = model.follow(journal.clone(), true, stop.clone());
        let history = History::new(seed);
        Self {
            pool,
            journal,
            model,
            history,
            stop,
            following,
        }
    }

    /// Appends what has happened behind `from`; gives where the journal ends then.
    async fn append(&self, from: usize) -> Position {
        append(&self.journal, &self.history, from).await;
        head(&self.journal).await
    }

    /// A message of a contact; gives where the journal ends then.
    async fn receive(&mut self) -> Position {
        let from = self.history.events.len();
        self.history.receive(chat_id(0), channel_id(0), "hola");
        self.append(from).await
    }

    /// Lets nothing be written until it is rolled back.
    async fn hold(&self) -> Transaction<'static, Postgres> {
        let mut holding = self.pool.begin().await.unwrap();
        let lock = format!("SELECT FROM {}.progress FOR UPDATE", self.model.name());
        sqlx::query(&lock).execute(&mut *holding).await.unwrap();
        holding
    }

    async fn told(&self, position: Position) {
        let mut told = self.model.told();
        let reached = told.wait_for(|here| *here >= position);
        timeout(PATIENCE, reached).await.unwrap().unwrap();
    }

    async fn end(self) {
        self.stop.cancel();
        self.following.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_written_is_told_and_who_asks_waits_for_it() {
    let mut process = Process::start(31).await;
    // The counters are known from what was written first.
    let before = process.receive().await;
    reach(&process.model, before).await;
    let holding = process.hold().await;
    let end = process.receive().await;
    process.told(end).await;
    assert_eq!(*process.model.progress().borrow(), before);
    let written = process.model.written(before).unwrap();
    assert_eq!(written.changes.position, end);
    assert_eq!(written.changes.chats[0].unread, 2);
    assert_eq!(written.changes.counters.channels[0].unread_messages, 2);
    let model = process.model.clone();
    let asking =
        tokio::spawn(async move { model.chat(&ChannelScope::All, chat_id(0)).await.unwrap() });
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!asking.is_finished(), "it would find less than was told");
    holding.rollback().await.unwrap();
    let found = asking.await.unwrap().unwrap();
    assert_eq!(found.value.unread, 2);
    assert_eq!(found.position, end);
    process.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_ahead_is_what_a_query_finds() {
    let mut process = Process::start(32).await;
    let (mut position, mut ahead) = (process.receive().await, 0);
    reach(&process.model, position).await;
    for round in 0..40 {
        let from = lived(&mut process.history, 1 + round % 7);
        if round == 3 {
            let (by, starred) = (agent_id(1), true);
            let star = ChatCommand::StarChat { by, starred };
            process.history.command(chat_id(0), star);
        }
        let end = process.append(from).await;
        reach(&process.model, end).await;
        let is_ahead = *process.model.told().borrow() == end;
        let told = what_was_told_is_found(&process.model, position).await;
        ahead += usize::from(told && is_ahead);
        position = end;
    }
    assert!(ahead > 20, "{ahead} of 40");
    process.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_is_told_no_more() {
    let mut process = Process::start(33).await;
    let before = process.receive().await;
    reach(&process.model, before).await;
    let chats = format!("ALTER TABLE {}.chats", process.model.name());
    let refuse = format!("{chats} ADD CONSTRAINT refused CHECK (unread < 2) NOT VALID");
    sqlx::query(&refuse).execute(&process.pool).await.unwrap();
    let holding = process.hold().await;
    let end = process.receive().await;
    process.told(end).await;
    holding.rollback().await.unwrap();
    let mut told = process.model.told();
    let taken_back = told.wait_for(|here| *here == Position::START);
    timeout(PATIENCE, taken_back).await.unwrap().unwrap();
    // Nobody waits for it.
    let found = process.model.chat(&ChannelScope::All, chat_id(0)).await;
    assert_eq!(found.unwrap().unwrap().value.unread, 1);
    let allow = format!("{chats} DROP CONSTRAINT refused");
    sqlx::query(&allow).execute(&process.pool).await.unwrap();
    process.stop.cancel();
    process.following.await.unwrap();
    let again = ReadModel::open(process.pool.clone(), &process.journal).await;
    let (again, stop) = (again.unwrap(), CancellationToken::new());
    let following = again.follow(process.journal.clone(), true, stop.clone());
    reach(&again, end).await;
    let found = again.chat(&ChannelScope::All, chat_id(0)).await.unwrap();
    assert_eq!(found.unwrap().value.unread, 2);
    stop.cancel();
    following.await.unwrap();
}
