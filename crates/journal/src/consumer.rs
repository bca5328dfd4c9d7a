//! What follows the feed.

use async_trait::async_trait;
use sqlx::PgConnection;

use crate::{Advance, ConsumerError, Position, RecordedEvent};

/// What a consumer does to the world, and so when it may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Character {
    /// Writes rows that can be made again: runs always.
    Projection,
    /// Gives commands, each once by its dedupe key: runs always.
    Policy,
    /// Touches the world, such as sending a message: runs only where the database is known to be the installation's own
    /// and no copy of it (see [`Journal::settle`](crate::Journal::settle)).
    Worker,
}

/// Takes the events of the journal in order, each batch in one transaction with its own effects.
#[async_trait]
pub trait Consumer: Send + Sync {
    /// Its name: the key of its checkpoint, never to be changed.
    fn name(&self) -> String;

    /// What it does to the world.
    fn character(&self) -> Character {
        Character::Projection
    }

    /// Where it starts when it has no checkpoint yet; the beginning unless it says otherwise. Asked once, when the
    /// consumer first exists on this database: "from now" is from there, never from a later start of the process.
    ///
    /// # Errors
    /// When the database cannot tell.
    async fn start_at(&self, _: &mut PgConnection) -> Result<Position, ConsumerError> {
        Ok(Position::START)
    }

    /// Whether it may have to do with events of these stored types. Others are passed: they are not opened for it, and
    /// its checkpoint follows them within a second.
    fn heeds(&self, _aggregate_type: &str, _event_type: &str) -> bool {
        true
    }

    /// It goes on from its checkpoint: at first, and after every failure. What it remembers of its own effects may not
    /// hold any more.
    fn resume(&self) {}

    /// Takes the events of a batch that it heeds. What it writes through `tx` is committed together with its checkpoint, or not at all.
    ///
    /// # Errors
    /// `Poison` stops the consumer; `Database` is tried again.
    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError>;

    /// Takes a batch and the step of its checkpoint in one statement, outside of any transaction: saves a projection the
    /// way to the server and back that each part of a transaction costs. False when nothing was taken: it is handled then.
    ///
    /// # Errors
    /// As [`Consumer::handle`].
    async fn take_at_once(
        &self,
        _: &mut PgConnection,
        _: &[RecordedEvent],
        _: &Advance<'_>,
    ) -> Result<bool, ConsumerError> {
        Ok(false)
    }

    /// The batch handled last is committed. Not called for one that may or may not be.
    fn committed(&self) {}
}
