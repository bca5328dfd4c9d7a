//! What stands between a consumer and the world: a worker runs only while the database is known to be the
//! installation's own. Knows no lease and no checkpoint.

use std::future::pending;

use sqlx::PgConnection;
use tokio::sync::watch;
use uuid::Uuid;

use crate::{Character, instance};

/// The gate of one consumer; open for all but workers.
#[derive(Clone)]
pub(crate) struct Gate {
    /// `None` for a consumer that may always run.
    adopted: Option<watch::Receiver<Option<Uuid>>>,
}

impl Gate {
    pub(crate) fn of(character: Character, adopted: watch::Receiver<Option<Uuid>>) -> Self {
        Self {
            adopted: (character == Character::Worker).then_some(adopted),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        match &self.adopted {
            Some(adopted) => adopted.borrow().is_some(),
            None => true,
        }
    }

    /// Waits until the consumer may run.
    pub(crate) async fn opens(&mut self) {
        if let Some(adopted) = &mut self.adopted
            && adopted.wait_for(Option::is_some).await.is_err()
        {
            // The journal is gone, and with it whoever could open.
            pending().await
        }
    }

    /// Waits until it may not run any more.
    pub(crate) async fn closes(&mut self) {
        match &mut self.adopted {
            Some(adopted) => drop(adopted.wait_for(Option::is_none).await),
            None => pending().await,
        }
    }

    /// Whether a batch may be committed: asked in its own transaction, since another installation may just have taken
    /// the database over.
    pub(crate) async fn lets_through(&self, tx: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let Some(adopted) = &self.adopted else {
            return Ok(true);
        };
        let id = *adopted.borrow();
        match id {
            Some(id) => instance::holds(tx, id).await,
            None => Ok(false),
        }
    }
}
