//! The hub: one task follows the projector, learns once what changed, and hands it to every subscription.
//! Must never decide who sees what: each subscription does, at delivery.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use hilo_domain::{AgentId, ChannelId, GroupId};
use hilo_journal::{FactsBehind, Journal, Position};
use hilo_read::{Changes, ChannelScope, CountersRow, ReadModel};
use jiff::Timestamp;
use tokio::sync::{broadcast, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use super::hearing::Hearing;
use super::scopes::Scopes;
use super::typing::Typing;
use crate::error::AppError;
use crate::facts::{Facts, FactsFold};

/// Most rows that are told one by one; beyond, reading afresh is cheaper.
pub(super) const MOST_ROWS: i64 = 5_000;
/// Bursts a slow subscription may be behind before it is told to read afresh.
const QUEUE: usize = 1_024;
/// Pause after a failed read.
const AGAIN: Duration = Duration::from_millis(200);

/// Where subscriptions come from. Cheap to clone.
#[derive(Clone)]
pub struct Hub(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) read: ReadModel,
    pub(super) around: Arc<dyn Surroundings>,
    pub(super) live: broadcast::Sender<Live>,
    pub(super) hearing: Hearing,
    pub(super) typing: broadcast::Sender<Typing>,
    pub(super) stop: CancellationToken,
}

/// What subscriptions are told.
#[derive(Clone)]
pub(super) enum Live {
    /// Everything that changed behind `after`, up to the position in it.
    Changes {
        after: Position,
        changes: Arc<Changes>,
    },
    /// Positions went backwards: nothing known before holds.
    Restart,
}

/// What the hub must know besides rows.
#[async_trait]
pub(super) trait Surroundings: Send + Sync {
    /// The journal's epoch.
    fn epoch(&self) -> Uuid;

    /// The journal's last position, as the database says.
    async fn head(&self) -> Result<Position, AppError>;

    /// What an agent may see, with everything up to a position taken into account.
    async fn scope(
        &self,
        agent: AgentId,
        at_least: Position,
    ) -> Result<Arc<ChannelScope>, FactsBehind>;

    /// Whether an agent belongs to a group.
    fn belongs(&self, agent: AgentId, group: Uuid) -> bool;

    /// The channels of the chats among colleagues that an agent belongs to, where there are any (A13).
    fn internal_channels(&self, _: AgentId) -> Vec<ChannelId> {
        Vec::new()
    }

    /// Tells of every change of channels and agents, where there are any.
    fn facts(&self) -> Option<watch::Receiver<Arc<FactsFold>>> {
        None
    }

    /// When the event at a position was recorded, if there is one.
    async fn recorded_at(&self, _: Position) -> Option<Timestamp> {
        None
    }
}

/// The journal and the facts of this process.
struct Here {
    journal: Journal,
    facts: Facts,
    scopes: Scopes,
}

#[async_trait]
impl Surroundings for Here {
    fn epoch(&self) -> Uuid {
        self.journal.epoch()
    }

    async fn head(&self) -> Result<Position, AppError> {
        Ok(self.journal.confirmed_head().await?)
    }

    async fn scope(
        &self,
        agent: AgentId,
        at_least: Position,
    ) -> Result<Arc<ChannelScope>, FactsBehind> {
        let fold = self.facts.snapshot_at_least(at_least).await?;
        Ok(self.scopes.of(&fold, agent))
    }

    fn belongs(&self, agent: AgentId, group: Uuid) -> bool {
        let agent = self.facts.agent(agent);
        agent.is_some_and(|agent| agent.groups.contains(&GroupId::from_uuid(group)))
    }

    fn internal_channels(&self, agent: AgentId) -> Vec<ChannelId> {
        self.facts.latest().internal_channels(agent)
    }

    fn facts(&self) -> Option<watch::Receiver<Arc<FactsFold>>> {
        Some(self.facts.changes())
    }

    async fn recorded_at(&self, position: Position) -> Option<Timestamp> {
        let before = Position(position.0 - 1);
        let event = self
            .journal
            .read(before, 1)
            .await
            .ok()?
            .into_iter()
            .next()?;
        Some(event.recorded_at)
    }
}

impl Hub {
    /// Follows the projector until `stop`, which also ends every subscription.
    pub(crate) fn start(
        read: ReadModel,
        journal: Journal,
        facts: Facts,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let projected = read.progress();
        let told = read.told();
        Self::around(
            read,
            Arc::new(Here {
                journal,
                facts,
                scopes: Scopes::default(),
            }),
            (projected, told),
            tasks,
            stop,
        )
    }

    /// How many subscriptions are told what changes.
    #[must_use]
    pub fn subscriptions(&self) -> usize {
        self.0.live.receiver_count()
    }

    pub(super) fn around(
        read: ReadModel,
        around: Arc<dyn Surroundings>,
        (projected, told): (watch::Receiver<Position>, watch::Receiver<Position>),
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Self {
        let hub = Self(Arc::new(Shared {
            read,
            around,
            live: broadcast::Sender::new(QUEUE),
            hearing: Hearing::default(),
            typing: broadcast::Sender::new(QUEUE),
            stop: stop.clone(),
        }));
        let following = hub.clone().follow(projected, told);
        tasks.spawn(async move { stop.run_until_cancelled(following).await });
        hub
    }

    /// `told`: how far what this process writes is known ahead of the rows.
    async fn follow(
        self,
        mut projected: watch::Receiver<Position>,
        mut told: watch::Receiver<Position>,
    ) {
        let mut last = self.start_position().await;
        // Whoever subscribed before this was known reads what came in between.
        self.tell(Live::Changes {
            after: last,
            changes: Arc::new(nothing_up_to(last)),
        });
        let mut seen = Position::START;
        loop {
            let rows = *projected.borrow_and_update();
            let here = rows.max(*told.borrow_and_update());
            if here > last {
                // What is written while this goes out makes the next item.
                last = self.read_on(last, here).await;
                self.0.hearing.most().await;
                continue;
            }
            if rows < seen && self.start_position().await < last {
                self.tell(Live::Restart);
                last = rows;
            }
            seen = rows;
            let moved = tokio::select! {
                moved = projected.changed() => moved,
                moved = told.changed() => moved,
            };
            if moved.is_err() {
                return;
            }
        }
    }

    async fn start_position(&self) -> Position {
        loop {
            match self.0.read.position().await {
                Ok(position) => return position,
                Err(error) => {
                    tracing::warn!(error = %error, "live updates wait for the read model");
                    tokio::time::sleep(AGAIN).await;
                }
            }
        }
    }

    /// Tells what changed behind `last`; returns how far that reached.
    async fn read_on(&self, last: Position, here: Position) -> Position {
        // What the projector of this process writes; where another runs it, the database is asked.
        let written = self.0.read.written(last);
        if self.subscriptions() == 0 {
            // Who comes later reads what was missed, because `after` of the next changes is ahead of them.
            return here;
        }
        if let Some(written) = written {
            return self.tell_changes(last, written.changes);
        }
        match self.0.read.changes(last, MOST_ROWS).await {
            Ok(changes) if changes.position > last => self.tell_changes(last, Arc::new(changes)),
            Ok(_) => last,
            Err(error) => {
                tracing::warn!(error = %error, "live updates could not read the changes");
                tokio::time::sleep(AGAIN).await;
                last
            }
        }
    }

    fn tell_changes(&self, after: Position, changes: Arc<Changes>) -> Position {
        let position = changes.position;
        self.tell(Live::Changes { after, changes });
        position
    }

    fn tell(&self, live: Live) {
        self.0.hearing.tells();
        // Nobody listening is no fault.
        drop(self.0.live.send(live));
    }
}

/// No change at all, up to a position.
const fn nothing_up_to(position: Position) -> Changes {
    Changes {
        position,
        chats: Vec::new(),
        messages: Vec::new(),
        acts: Vec::new(),
        items: Vec::new(),
        counters: CountersRow {
            channels: Vec::new(),
        },
        agent_counters: None,
        access: Vec::new(),
        complete: true,
    }
}
