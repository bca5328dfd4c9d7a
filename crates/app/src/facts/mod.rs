//! The facts in memory: each process follows the journal and folds channels, agents and the workspace.
//! At most one second behind the known head, else whoever asks is refused (fails closed). Never the read model.

mod entries;
mod fold;
mod internal;
mod stored;
mod templates;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use hilo_domain::chat::ChatFacts;
use hilo_domain::client::ClientFacts;
use hilo_domain::{AgentId, ChannelId, GroupId};
use hilo_journal::{Cursor, FactSource, FactsBehind, Journal, Position};
use hilo_read::ChannelScope;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

pub use entries::{AgentEntry, ChannelEntry, GroupEntry, Widget, WorkspaceEntry};
pub use fold::FactsFold;
pub use stored::Unreadable;
pub use templates::{TemplateEntry, Templates};

use crate::error::AppError;

/// How far behind the known head facts may be.
const PATIENCE: Duration = Duration::from_secs(1);
/// Events read at once.
const BATCH: usize = 1_000;
/// Pause after a failed read, and after one that did not reach the known head.
const AGAIN: Duration = Duration::from_millis(200);
/// Heads that became known within this time count as known with the first of them.
const MARK_EVERY: Duration = Duration::from_millis(50);
/// Marks kept; those of a second are fewer.
const MARKS: usize = 64;

/// The facts as this process knows them. Cheap to clone.
#[derive(Clone)]
pub struct Facts(Arc<Shared>);

struct Shared {
    fold: watch::Sender<Arc<FactsFold>>,
    position: watch::Sender<Position>,
    head: watch::Receiver<Position>,
    age: Mutex<Age>,
    /// Of the history that is folded.
    epoch: Mutex<Uuid>,
}

/// How old the fold is.
#[derive(Default)]
struct Age {
    /// Heads that the fold has not reached, each with when it was first known; the oldest first. While the journal
    /// grows all the time the fold is never at its head, and yet no older than the first of these.
    marks: VecDeque<(Position, Instant)>,
    /// It rests on history that the database lost: nothing of it counts until it is folded anew.
    lost: bool,
}

/// When the facts read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    Now,
    WithTheHead,
    Later,
}

impl Next {
    /// After so many events were read, up to `here`, when the head was known to be at `seen` before. Only a read that did
    /// not even reach that one is a reason to pause: a journal that never rests is always ahead of what was read.
    fn behind(count: usize, here: Position, seen: Position) -> Self {
        match count {
            BATCH.. => Self::Now,
            _ if here >= seen => Self::WithTheHead,
            _ => Self::Later,
        }
    }
}

impl Facts {
    /// Folds the journal up to its present end, then follows it until `stop`.
    ///
    /// # Errors
    /// When the journal cannot be read or holds an event that this program does not know.
    pub(crate) async fn start(
        journal: Journal,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, AppError> {
        let facts = Self::at_head(journal.head(), journal.epoch());
        let end = journal.confirmed_head().await?;
        while *facts.0.position.borrow() < end {
            if facts.read_on(&journal).await? == 0 {
                break;
            }
        }
        tasks.spawn(facts.clone().follow(journal, stop));
        Ok(facts)
    }

    fn at_head(head: watch::Receiver<Position>, epoch: Uuid) -> Self {
        Self(Arc::new(Shared {
            fold: watch::Sender::new(Arc::new(FactsFold::default())),
            position: watch::Sender::new(Position(0)),
            head,
            age: Mutex::new(Age::default()),
            epoch: Mutex::new(epoch),
        }))
    }

    async fn follow(self, journal: Journal, stop: CancellationToken) {
        let mut head = self.0.head.clone();
        let mut failing = false;
        loop {
            let seen = *head.borrow_and_update();
            let epoch = journal.epoch();
            if epoch != self.epoch() {
                self.start_over(epoch);
            }
            self.is_behind(Instant::now());
            let read = self.read_on(&journal).await;
            match &read {
                Ok(_) if failing => tracing::info!("facts follow the journal again"),
                Err(error) if !failing => {
                    tracing::error!(error = %error, "facts do not follow the journal")
                }
                Ok(_) | Err(_) => {}
            }
            failing = read.is_err();
            let next = match read {
                Ok(count) => Next::behind(count, self.position(), seen),
                Err(_) => Next::Later,
            };
            let waiting = async {
                match next {
                    Next::Now => {}
                    // What was appended while this was read has moved it already.
                    Next::WithTheHead => drop(head.changed().await),
                    Next::Later => tokio::time::sleep(AGAIN).await,
                }
            };
            if stop.run_until_cancelled(waiting).await.is_none() || head.has_changed().is_err() {
                return;
            }
        }
    }

    /// Reads and folds the next batch; how many events it had. Sealed at first: nearly all events are of chats, and
    /// opening those would ask for every contact's key.
    async fn read_on(&self, journal: &Journal) -> Result<usize, AppError> {
        let after = *self.0.position.borrow();
        let batch = journal.follow_sealed(after, BATCH).await?;
        let mut ours = batch
            .iter()
            .filter(|event| fold::heeds(&event.aggregate_type, &event.event_type));
        if let Some(first) = ours.next() {
            let last = ours.next_back().unwrap_or(first);
            let before = Position(first.position.0 - 1);
            let span = usize::try_from(last.position.0 - before.0).unwrap_or(BATCH);
            let mut fold = Arc::clone(&self.0.fold.borrow());
            for event in journal.read(before, span).await? {
                // Only these streams touch the fold: the others must not cost a copy of it.
                if fold::heeds(&event.aggregate_type, &event.event_type) {
                    let taken = Arc::make_mut(&mut fold).apply(&event);
                    taken.map_err(|error| AppError::Unexpected(anyhow::Error::new(error)))?;
                }
            }
            self.0.fold.send_replace(fold);
        }
        if let Some(last) = batch.last() {
            self.0.position.send_replace(last.position);
        }
        Ok(batch.len())
    }

    /// Whether the fold is more than a second behind what this process knows to be committed.
    fn is_behind(&self, now: Instant) -> bool {
        let mut age = self.0.age.lock().unwrap_or_else(PoisonError::into_inner);
        let here = *self.0.position.borrow();
        let head = *self.0.head.borrow();
        if here >= head {
            *age = Age::default();
            return false;
        }
        age.marks.retain(|(known, _)| *known > here);
        let full = age.marks.len() >= MARKS;
        match age.marks.back_mut() {
            Some((known, since)) if full || now.saturating_duration_since(*since) < MARK_EVERY => {
                *known = head.max(*known);
            }
            Some((known, _)) if *known >= head => {}
            Some(_) | None => age.marks.push_back((head, now)),
        }
        let since = age.marks.front().map_or(now, |(_, since)| *since);
        age.lost || now.saturating_duration_since(since) > PATIENCE
    }

    /// Starts over: the database was set back (a restore, a failover), and what was folded may never have happened.
    fn start_over(&self, epoch: Uuid) {
        tracing::warn!("the journal lost history; facts are folded anew");
        *self.0.age.lock().unwrap_or_else(PoisonError::into_inner) = Age {
            lost: true,
            ..Age::default()
        };
        self.0.fold.send_replace(Arc::new(FactsFold::default()));
        self.0.position.send_replace(Position(0));
        // Last: who finds the new epoch finds no position of the old one.
        *self.0.epoch.lock().unwrap_or_else(PoisonError::into_inner) = epoch;
    }

    /// The facts now, for permissions and decisions.
    ///
    /// # Errors
    /// `FactsBehind` when more than a second old.
    pub fn snapshot(&self) -> Result<Arc<FactsFold>, FactsBehind> {
        if self.is_behind(Instant::now()) {
            Err(FactsBehind)
        } else {
            Ok(self.latest())
        }
    }

    /// The facts with everything up to a position in them; waits a second at most.
    ///
    /// # Errors
    /// `FactsBehind` when they do not get there in time.
    pub async fn snapshot_at_least(
        &self,
        position: Position,
    ) -> Result<Arc<FactsFold>, FactsBehind> {
        // Nearly always so, and then there is nothing to set up.
        if self.position() >= position {
            return self.snapshot();
        }
        let mut here = self.0.position.subscribe();
        let waiting = tokio::time::timeout(PATIENCE, here.wait_for(|here| *here >= position));
        // What comes out of the wait holds the position's lock. Whoever looked again with it in hand would wait for a
        // writer that waits for him.
        let reached = waiting.await.is_ok_and(|waited| waited.is_ok());
        if reached {
            self.snapshot()
        } else {
            Err(FactsBehind)
        }
    }

    /// The newest fold, however old: for showing names, never for permissions.
    #[must_use]
    pub fn latest(&self) -> Arc<FactsFold> {
        Arc::clone(&self.0.fold.borrow())
    }

    /// Tells of every change of the fold: access granted or taken, agents and channels added or changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<Arc<FactsFold>> {
        self.0.fold.subscribe()
    }

    /// Up to where the journal is folded.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.0.position.borrow()
    }

    /// A position that every fold taken from now on has in it, as it is handed out.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        // The epoch first: see `start_over`.
        let epoch = self.epoch();
        Cursor {
            epoch,
            position: self.position(),
        }
    }

    fn epoch(&self) -> Uuid {
        *self.0.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A channel by id.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<ChannelEntry> {
        self.latest().channel(id).cloned()
    }

    /// All channels, by id.
    #[must_use]
    pub fn channels(&self) -> Vec<ChannelEntry> {
        self.latest().channels().cloned().collect()
    }

    /// A web chat by its widget key, unless it is out of use (A1).
    #[must_use]
    pub fn widget(&self, key: &str) -> Option<Widget> {
        self.latest().widget(key)
    }

    /// An agent by id, active or not.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<AgentEntry> {
        self.latest().agent(id).cloned()
    }

    /// A group by id.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<GroupEntry> {
        self.latest().group(id).cloned()
    }

    /// All agents, by id.
    #[must_use]
    pub fn agents(&self) -> Vec<AgentEntry> {
        self.latest().agents().cloned().collect()
    }

    /// The workspace, once it was created.
    #[must_use]
    pub fn workspace(&self) -> Option<WorkspaceEntry> {
        self.latest().workspace().cloned()
    }

    /// Which channels an agent sees; nothing at all while the facts are behind.
    #[must_use]
    pub fn scope(&self, agent: AgentId) -> ChannelScope {
        self.try_scope(agent)
            .unwrap_or(ChannelScope::Only(Vec::new()))
    }

    /// Which channels an agent sees.
    ///
    /// # Errors
    /// `FactsBehind` when more than a second old.
    pub fn try_scope(&self, agent: AgentId) -> Result<ChannelScope, FactsBehind> {
        Ok(self.snapshot()?.scope(agent))
    }

    /// The source of facts for commands on clients; `agent` is who acts, `owner` who is to look after the client.
    #[must_use]
    pub fn client_facts(
        &self,
        agent: Option<AgentId>,
        owner: Option<AgentId>,
    ) -> Arc<dyn FactSource<ClientFacts>> {
        Arc::new(ClientFactSource {
            facts: self.clone(),
            agent,
            owner,
        })
    }

    /// The source of facts for commands on chats of a channel; `agent` is who acts, if one does, and `named` are those
    /// whom the command names beside.
    #[must_use]
    pub fn chat_facts(
        &self,
        channel: ChannelId,
        agent: Option<AgentId>,
        named: Vec<AgentId>,
    ) -> Arc<dyn FactSource<ChatFacts>> {
        Arc::new(ChatFactSource {
            facts: self.clone(),
            channel,
            agent,
            named,
        })
    }
}

struct ClientFactSource {
    facts: Facts,
    agent: Option<AgentId>,
    owner: Option<AgentId>,
}

#[async_trait]
impl FactSource<ClientFacts> for ClientFactSource {
    async fn current(&self) -> Result<ClientFacts, FactsBehind> {
        Ok(self.facts.snapshot()?.client_facts(self.agent, self.owner))
    }

    async fn at_least(&self, position: Position) -> Result<ClientFacts, FactsBehind> {
        let fold = self.facts.snapshot_at_least(position).await?;
        Ok(fold.client_facts(self.agent, self.owner))
    }
}

struct ChatFactSource {
    facts: Facts,
    channel: ChannelId,
    agent: Option<AgentId>,
    named: Vec<AgentId>,
}

impl ChatFactSource {
    fn of(&self, fold: &FactsFold) -> ChatFacts {
        fold.chat_facts(self.channel, self.agent, &self.named)
    }
}

#[async_trait]
impl FactSource<ChatFacts> for ChatFactSource {
    async fn current(&self) -> Result<ChatFacts, FactsBehind> {
        Ok(self.of(&*self.facts.snapshot()?))
    }

    async fn at_least(&self, position: Position) -> Result<ChatFacts, FactsBehind> {
        Ok(self.of(&*self.facts.snapshot_at_least(position).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_a_second_behind_the_known_head_fail_closed_until_they_catch_up() {
        let (head, known) = watch::channel(Position(3));
        let facts = Facts::at_head(known, Uuid::nil());
        facts.0.position.send_replace(Position(3));
        let start = Instant::now();
        assert!(!facts.is_behind(start));
        head.send_replace(Position(4));
        assert!(
            !facts.is_behind(start + Duration::from_secs(60)),
            "just became known"
        );
        assert!(!facts.is_behind(start + Duration::from_millis(60_900)));
        assert!(facts.is_behind(start + Duration::from_millis(61_100)));
        facts.0.position.send_replace(Position(4));
        assert!(!facts.is_behind(start + Duration::from_millis(61_200)));
    }

    #[test]
    fn a_journal_that_never_rests_does_not_make_facts_old_that_follow_it_closely() {
        let (head, known) = watch::channel(Position(0));
        let facts = Facts::at_head(known, Uuid::nil());
        let start = Instant::now();
        for tick in 1..=500_i64 {
            let now = start + Duration::from_millis(10) * u32::try_from(tick).unwrap();
            head.send_replace(Position(tick));
            facts.0.position.send_replace(Position(tick - 3));
            assert!(!facts.is_behind(now), "30 ms behind, at tick {tick}");
        }
        let stuck = start + Duration::from_millis(5_000);
        for tick in 501..=590_i64 {
            head.send_replace(Position(tick));
            let now = start + Duration::from_millis(10) * u32::try_from(tick).unwrap();
            assert!(!facts.is_behind(now), "stuck for less than a second");
        }
        assert!(facts.is_behind(stuck + Duration::from_millis(1_001)));
    }

    #[test]
    fn what_is_appended_while_they_read_is_read_at_once() {
        let (here, seen) = (Position(5), Position(5));
        assert_eq!(Next::behind(2, here, seen), Next::WithTheHead);
        assert_eq!(Next::behind(BATCH, here, seen), Next::Now);
        assert_eq!(
            Next::behind(0, here, Position(6)),
            Next::Later,
            "a read that does not find what is known to be there"
        );
    }

    #[test]
    fn after_a_loss_of_history_nothing_counts_until_it_is_folded_anew() {
        let (_head, known) = watch::channel(Position(3));
        let facts = Facts::at_head(known, Uuid::nil());
        facts.0.position.send_replace(Position(5));
        assert!(facts.snapshot().is_ok());
        assert_eq!(facts.cursor().position, Position(5));
        let after = Uuid::from_u128(2);
        facts.start_over(after);
        assert!(facts.snapshot().is_err());
        let cursor = facts.cursor();
        assert_eq!((cursor.epoch, cursor.position), (after, Position(0)));
        facts.0.position.send_replace(Position(3));
        assert!(facts.snapshot().is_ok());
    }

    #[test]
    fn asking_while_the_position_moves_never_stands_still() {
        let (_head, known) = watch::channel(Position(0));
        let facts = Facts::at_head(known, Uuid::nil());
        let (done, ended) = std::sync::mpsc::channel();
        for _ in 0..2 {
            let (facts, done) = (facts.clone(), done.clone());
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_time()
                    .build()
                    .unwrap();
                let all = (0..5_000).all(|_| {
                    let next = Position(facts.position().0 + 1);
                    runtime.block_on(facts.snapshot_at_least(next)).is_ok()
                });
                done.send(all).unwrap();
            });
        }
        drop(done);
        // Moves it for as long as somebody asks.
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                facts.0.position.send_modify(|here| here.0 += 1);
            }
        });
        for _ in 0..2 {
            assert_eq!(ended.recv_timeout(Duration::from_secs(60)), Ok(true));
        }
        drop(stop);
    }

    #[tokio::test(start_paused = true)]
    async fn who_needs_a_later_position_waits_for_it_and_no_longer_than_a_second() {
        let (_head, known) = watch::channel(Position(5));
        let facts = Facts::at_head(known, Uuid::nil());
        let waiting = tokio::spawn({
            let facts = facts.clone();
            async move { facts.snapshot_at_least(Position(5)).await.is_ok() }
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        facts.0.position.send_replace(Position(5));
        assert!(waiting.await.unwrap());
        assert!(facts.snapshot_at_least(Position(6)).await.is_err());
    }
}
