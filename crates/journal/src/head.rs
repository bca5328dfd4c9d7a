//! What this process knows of the journal's end: the last committed position and the epoch. It may lag behind the
//! database, and never runs ahead of it.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;
use uuid::Uuid;

use crate::keys::random_uuid;
use crate::pool::Statements;
use crate::tail::Tail;
use crate::{JournalError, Position};

pub(crate) struct Head {
    position: watch::Sender<Position>,
    /// The last position that this process itself appended; others are woken for these.
    appended: watch::Sender<Position>,
    epoch: Mutex<Uuid>,
    /// Grows whenever everything cached must be forgotten.
    era: AtomicU64,
    /// The events before it, as far as this process appended them just now.
    tail: Tail,
    /// How many generations of keys were ever closed, as far as this process knows.
    closings: watch::Sender<i64>,
}

impl Head {
    pub(crate) fn new(position: Position, epoch: Uuid, closings: i64) -> Self {
        Self {
            position: watch::Sender::new(position),
            appended: watch::Sender::new(position),
            epoch: Mutex::new(epoch),
            era: AtomicU64::new(0),
            tail: Tail::default(),
            closings: watch::Sender::new(closings),
        }
    }

    pub(crate) fn position(&self) -> Position {
        *self.position.borrow()
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    pub(crate) fn subscribe_appended(&self) -> watch::Receiver<Position> {
        self.appended.subscribe()
    }

    pub(crate) fn epoch(&self) -> Uuid {
        *self.epoch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tail(&self) -> &Tail {
        &self.tail
    }

    pub(crate) fn era(&self) -> u64 {
        self.era.load(Ordering::Acquire)
    }

    /// How many generations of keys were closed, to be asked before keys are looked up: what is sealed then is refused by
    /// the append if one was closed since.
    pub(crate) fn closings(&self) -> i64 {
        *self.closings.borrow()
    }

    pub(crate) fn subscribe_closings(&self) -> watch::Receiver<i64> {
        self.closings.subscribe()
    }

    /// So many generations of keys are closed, as the database or this process itself said.
    pub(crate) fn closed(&self, closings: i64) {
        // Looks may overtake each other, and what was once known to be closed stays closed.
        self.closings.send_if_modified(|known| {
            let more = closings > *known;
            *known = closings.max(*known);
            more
        });
    }

    /// Makes every cached state of this process worthless.
    pub(crate) fn forget(&self) {
        self.era.fetch_add(1, Ordering::AcqRel);
    }

    pub(crate) fn appended(&self, last: Position) {
        self.advance(last);
        self.appended.send_replace(last);
    }

    pub(crate) fn advance(&self, to: Position) {
        self.position.send_if_modified(|position| {
            let further = to > *position;
            if further {
                *position = to;
            }
            further
        });
    }

    /// Reads the head and follows it. A head behind what this process knew to be committed means that history was lost
    /// (a restore, a failover): then what was handed out before must not be taken for what comes now, so the journal
    /// gets a new epoch.
    pub(crate) async fn look(&self, conn: &mut impl Statements) -> Result<Position, JournalError> {
        // Known before the read was sent, so a read that is merely slow is never taken for a loss.
        let known = self.position();
        let (mut position, mut epoch, mut closings) = read(conn).await?;
        if position < known {
            tracing::error!(
                journal.known = known.0,
                journal.found = position.0,
                "the journal went backwards: events that were committed are gone"
            );
            take_new_epoch(conn, epoch).await?;
            (position, epoch, closings) = read(conn).await?;
            self.follow_back(position, epoch, closings);
        } else if epoch != self.epoch() {
            self.follow_back(position, epoch, closings);
        }
        self.closed(closings);
        self.advance(position);
        Ok(position)
    }

    fn follow_back(&self, position: Position, epoch: Uuid, closings: i64) {
        *self.epoch.lock().unwrap_or_else(PoisonError::into_inner) = epoch;
        self.forget();
        self.position.send_replace(position);
        self.closings.send_replace(closings);
    }
}

async fn read(conn: &mut impl Statements) -> Result<(Position, Uuid, i64), JournalError> {
    let (position, epoch, closings) =
        sqlx::query_as::<_, (i64, Uuid, i64)>("SELECT position, epoch, closings FROM journal_head")
            .fetch_one(conn.executor())
            .await
            .map_err(JournalError::database("reading the journal's head"))?;
    Ok((Position(position), epoch, closings))
}

/// Several processes may notice at once; the first one changes it for all.
pub(crate) async fn take_new_epoch(
    conn: &mut impl Statements,
    old: Uuid,
) -> Result<(), JournalError> {
    sqlx::query("UPDATE journal_head SET epoch = $1 WHERE epoch = $2")
        .bind(random_uuid()?)
        .bind(old)
        .execute(conn.executor())
        .await
        .map_err(JournalError::database("taking a new epoch"))?;
    Ok(())
}
