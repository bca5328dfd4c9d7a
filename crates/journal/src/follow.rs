//! Keeps this process true to what the others append: follows the journal's head and forgets the states it has passed.

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::head::Head;
use crate::states::States;
use crate::{JournalError, Position};

/// How often the head is looked at when nobody wakes us.
const POLL: Duration = Duration::from_millis(500);
/// How long one look may take. A connection whose other end is gone may never say so: then another one is taken, and
/// following goes on from where it was.
const PATIENCE: Duration = Duration::from_secs(3);
/// Events looked at in one go.
const PAGE: i64 = 1_000;

pub(crate) struct Follower {
    pub pool: PgPool,
    pub head: Arc<Head>,
    pub states: Arc<States>,
    pub woken: Arc<Notify>,
}

impl Follower {
    pub(crate) async fn run(self, stop: CancellationToken) {
        let mut passed = self.head.position();
        let mut well = true;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.woken.notified() => {}
                () = tokio::time::sleep(POLL) => {}
            }
            let following = timeout(PATIENCE, self.follow(&mut passed)).await;
            match following.unwrap_or_else(|_| Err(no_answer())) {
                Ok(()) => well = true,
                Err(error) => {
                    if well {
                        tracing::warn!(%error, "this process does not see what others append");
                    }
                    well = false;
                }
            }
        }
    }

    async fn follow(&self, passed: &mut Position) -> Result<(), JournalError> {
        let mut conn = self
            .pool
            .acquire()
            .await
            .map_err(JournalError::database("following the journal"))?;
        let head = self.head.look(&mut *conn).await?;
        // After a loss of history every state was forgotten already.
        *passed = head.min(*passed);
        while *passed < head {
            let page = sqlx::query_as::<_, (i64, String, String, i64)>(
                "SELECT position, aggregate_type, aggregate_id, sequence FROM events
                 WHERE position > $1 ORDER BY position LIMIT $2",
            )
            .bind(passed.0)
            .bind(PAGE)
            .fetch_all(&mut *conn)
            .await
            .map_err(JournalError::database("following the journal"))?;
            if page.is_empty() {
                return Ok(());
            }
            for (position, aggregate_type, aggregate_id, sequence) in page {
                let stream = Arc::new((aggregate_type, aggregate_id));
                self.states.passed(&stream, sequence.unsigned_abs());
                *passed = Position(position);
            }
        }
        Ok(())
    }
}

fn no_answer() -> JournalError {
    JournalError::Unavailable("no answer while following the journal".to_owned())
}
