//! What follows the feed.

use async_trait::async_trait;
use sqlx::PgConnection;

use crate::{ConsumerError, Position, RecordedEvent};

/// Takes the events of the journal in order, each batch in one transaction with its own effects.
#[async_trait]
pub trait Consumer: Send + Sync {
    /// Its name: the key of its checkpoint, never to be changed.
    fn name(&self) -> String;

    /// Where it starts when it has no checkpoint yet; the beginning unless it says otherwise.
    ///
    /// # Errors
    /// When the database cannot tell.
    async fn start_at(&self, _: &mut PgConnection) -> Result<Position, ConsumerError> {
        Ok(Position::START)
    }

    /// Takes a batch. What it writes through `tx` is committed together with its checkpoint, or not at all.
    ///
    /// # Errors
    /// `Poison` stops the consumer; `Database` is tried again.
    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError>;
}
