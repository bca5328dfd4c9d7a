//! What an operator needs to know of the journal. Reads only.

use std::time::Duration;

use tokio::time::timeout;

use crate::{Journal, JournalError, Position};

/// How long the database may take to answer before it counts as gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// The journal's state, as one process sees it.
#[derive(Clone, Debug)]
pub struct Health {
    /// The last position known to be committed.
    pub head: Position,
    /// Every consumer that ever ran on this database; empty when the database does not answer.
    pub consumers: Vec<ConsumerHealth>,
    /// Whether the database answers.
    pub database: bool,
    /// Whether events can be stored: false from an append that failed for want of a server, of a connection or of disk
    /// space, until one goes well or a look shows that it would.
    pub appender: bool,
}

/// A consumer's state.
#[derive(Clone, Debug)]
pub struct ConsumerHealth {
    /// Its name.
    pub name: String,
    /// The last event it took.
    pub position: Position,
    /// Why it stopped, if it did: the event it cannot take and the reason.
    pub stopped: Option<String>,
    /// Whether this process runs it or follows its progress. Those of other versions of the program are not its affair.
    pub ours: bool,
}

impl Journal {
    /// Asks the database, for two seconds at most.
    pub async fn health(&self) -> Health {
        let asked = timeout(PATIENCE, async {
            self.confirmed_head().await?;
            self.consumers().await
        });
        let consumers = match asked.await {
            Ok(Ok(consumers)) => Some(consumers),
            Ok(Err(_)) | Err(_) => None,
        };
        Health {
            head: self.0.head.position(),
            database: consumers.is_some(),
            appender: self.0.appender.works(),
            consumers: consumers.unwrap_or_default(),
        }
    }

    async fn consumers(&self) -> Result<Vec<ConsumerHealth>, JournalError> {
        let rows = sqlx::query_as::<_, (String, i64, Option<String>)>(
            "SELECT name, position, stopped FROM checkpoints ORDER BY name",
        )
        .fetch_all(&self.0.pool)
        .await
        .map_err(JournalError::database("reading the checkpoints"))?;
        Ok(rows
            .into_iter()
            .map(|(name, position, stopped)| ConsumerHealth {
                ours: self.0.progresses.knows(&name),
                name,
                position: Position(position),
                stopped,
            })
            .collect())
    }
}
