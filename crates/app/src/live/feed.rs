//! One subscription's place in the stream of changes: nothing skipped, nothing told twice, nobody told too much.
//! Knows no shape of an item; the inbox and the thread make theirs of it.

use std::convert::Infallible;
use std::future::pending;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hilo_domain::{AgentId, ChannelId};
use hilo_journal::{Cursor, FactsBehind, Position};
use hilo_read::{AgentCounters, Changes, ChannelScope, Counted, CountersRow, EVERYBODY, ReadError};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::WaitForCancellationFutureOwned;
use uuid::Uuid;

use super::hub::{Hub, Live, MOST_ROWS};
use crate::error::AppError;

/// How often the facts and the rows are asked again before a subscription gives up, and the pause between.
const ASKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);

/// Where a subscription stands.
pub(super) struct Feed {
    pub(super) hub: Hub,
    pub(super) scope: Arc<ChannelScope>,
    /// Everything up to here was told.
    pub(super) last: Position,
    epoch: Uuid,
    pub(super) agent: AgentId,
    /// The one channel it is about, if it is.
    channel: Option<ChannelId>,
    live: broadcast::Receiver<Live>,
    /// The agent's own counters of all channels, as of `last`.
    own: Vec<AgentCounters>,
    /// Waited for all the time: made once.
    stopped: Pin<Box<WaitForCancellationFutureOwned>>,
    over: bool,
}

/// What a subscription hears.
pub(super) enum Heard {
    /// Rows changed; those with `changed` of at most `since` were told before.
    Changes {
        changes: Arc<Changes>,
        since: Position,
    },
    /// It cannot be told row by row: read afresh. The last that is heard.
    Resync,
    /// The end.
    Over,
}

impl Feed {
    /// Listens first, so that nothing falls between what is read now and what is heard later.
    pub(super) async fn open(
        hub: &Hub,
        agent: AgentId,
        after: Option<Cursor>,
    ) -> Result<Self, AppError> {
        let live = hub.0.live.subscribe();
        let epoch = hub.0.around.epoch();
        let last = match after {
            None => hub.0.read.position().await?,
            Some(cursor) => known(hub, cursor, epoch).await?,
        };
        let scope = hub.0.around.scope(agent, last).await?;
        Ok(Self {
            hub: hub.clone(),
            scope,
            last,
            epoch,
            agent,
            channel: None,
            live,
            own: Vec::new(),
            stopped: Box::pin(hub.0.stop.clone().cancelled_owned()),
            over: false,
        })
    }

    /// Only access to this channel matters.
    pub(super) fn about(&mut self, channel: ChannelId) {
        self.channel = Some(channel);
    }

    /// Reads the agent's own counters. What changed since `last` is told with its own position: values are absolute.
    pub(super) async fn count(&mut self) -> Result<(), AppError> {
        let all = ChannelScope::All;
        let counted = self.hub.0.read.counted(&all, self.agent).await?;
        self.own = counted.value.own;
        Ok(())
    }

    /// Takes in the agent's own counters, where they may have changed.
    pub(super) fn take_own(&mut self, changes: &Changes) {
        if let Some(all) = &changes.agent_counters {
            let own = all.iter().filter(|it| it.agent_id == self.agent);
            self.own = own.copied().collect();
        }
    }

    /// All counters that the viewer may see, beside those of the channels.
    pub(super) fn counted(&self, channels: &CountersRow) -> Counted {
        let all = Counted {
            channels: channels.clone(),
            own: self.own.clone(),
        };
        all.within(&self.scope, self.agent)
    }

    /// A position as this subscription hands it out.
    pub(super) fn cursor(&self, position: Position) -> Cursor {
        Cursor {
            epoch: self.hub.0.around.epoch(),
            position,
        }
    }

    /// Nothing more will be told.
    pub(super) fn end(&mut self) {
        self.over = true;
    }

    /// Waits for what comes next.
    pub(super) async fn next(&mut self) -> Heard {
        match self.next_unless(pending::<Infallible>()).await {
            Ok(heard) => heard,
            Err(never) => match never {},
        }
    }

    /// Waits for what comes next, or for something else that comes before it. What was heard is never lost to that.
    pub(super) async fn next_unless<T>(
        &mut self,
        interrupt: impl Future<Output = T>,
    ) -> Result<Heard, T> {
        let mut interrupt = pin!(interrupt);
        let heard = loop {
            if self.over {
                return Ok(Heard::Over);
            }
            let live = tokio::select! {
                biased;
                () = &mut self.stopped => break Heard::Over,
                live = self.live.recv() => live,
                told = &mut interrupt => return Err(told),
            };
            if let Some(heard) = self.hear(live).await {
                break heard;
            }
        };
        self.over = !matches!(heard, Heard::Changes { .. });
        Ok(heard)
    }

    async fn hear(&mut self, live: Result<Live, RecvError>) -> Option<Heard> {
        self.hub.0.hearing.hears();
        match live {
            Ok(Live::Changes { after, changes }) => self.take(after, changes).await,
            Ok(Live::Restart) | Err(RecvError::Lagged(_)) => Some(Heard::Resync),
            Err(RecvError::Closed) => Some(Heard::Over),
        }
    }

    async fn take(&mut self, after: Position, changes: Arc<Changes>) -> Option<Heard> {
        if self.epoch != self.hub.0.around.epoch() {
            return Some(Heard::Resync);
        }
        if changes.position <= self.last {
            return None;
        }
        let changes = if after > self.last {
            match self.missed(changes.position).await {
                Ok(Some(missed)) => Arc::new(missed),
                Ok(None) => return Some(Heard::Resync),
                Err(error) => {
                    tracing::warn!(error = %error, "a subscription could not catch up");
                    return Some(Heard::Over);
                }
            }
        } else {
            changes
        };
        if !changes.complete {
            return Some(Heard::Resync);
        }
        let Some(scope) = self.scope_at(changes.position).await else {
            return Some(Heard::Over);
        };
        let since = std::mem::replace(&mut self.last, changes.position);
        self.scope = scope;
        if self.rescoped(&changes, since) {
            return Some(Heard::Resync);
        }
        Some(Heard::Changes { changes, since })
    }

    /// What changed since `last`, with everything up to a position that was told; nothing where the rows do not get there.
    async fn missed(&self, told: Position) -> Result<Option<Changes>, ReadError> {
        for _ in 0..ASKS {
            let changes = self.hub.0.read.changes(self.last, MOST_ROWS).await?;
            if changes.position >= told {
                return Ok(Some(changes));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(None)
    }

    /// Whether what the subscription is about came or went. The scope itself may already know of later changes;
    /// those count when their position comes, as everything does.
    pub(super) fn rescoped(&self, changes: &Changes, since: Position) -> bool {
        let own = |whose: Uuid| {
            whose == self.agent.as_uuid()
                || whose == EVERYBODY
                || self.hub.0.around.belongs(self.agent, whose)
        };
        let mut access = changes.access.iter().filter(|(_, at)| *at > since);
        match self.channel {
            None => access.any(|(whose, _)| own(*whose)),
            Some(channel) => !self.scope.allows(channel),
        }
    }

    /// What the agent may see, as of a position or later. Nothing is told while that is not known.
    pub(super) async fn scope_at(&self, position: Position) -> Option<Arc<ChannelScope>> {
        for _ in 0..ASKS {
            match self.hub.0.around.scope(self.agent, position).await {
                Ok(scope) => return Some(scope),
                Err(FactsBehind) => tokio::time::sleep(PAUSE).await,
            }
        }
        None
    }
}

/// The position of a cursor that this journal handed out.
async fn known(hub: &Hub, cursor: Cursor, epoch: Uuid) -> Result<Position, AppError> {
    if !cursor.fits(epoch) {
        return Err(AppError::PositionUnknown);
    }
    // A mutation's position may be ahead of the rows, never of the journal.
    let ahead = cursor.position > hub.0.read.position().await?;
    if ahead && cursor.position > hub.0.around.head().await? {
        return Err(AppError::PositionUnknown);
    }
    Ok(cursor.position)
}
