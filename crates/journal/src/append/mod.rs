//! Appending: commands queue here, one thread stores them in batches; a caller whom nobody disturbs stores its own. It
//! decides nothing and looks into no payload.

mod batch;
mod careful;
mod fast;
mod fault;
mod line;
mod own;
mod run;
mod session;
mod task;
mod thread;

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgConnection;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use crate::chain::Digested;
use crate::{JournalError, Position};

use fault::Fault;
pub use fault::is_transient;
use line::{Line, Standing};
use own::Own;
pub(crate) use run::Run;
pub(crate) use thread::Opened;

/// Commands that may wait; more are refused.
const QUEUE: usize = 1024;
/// How long a command may wait in the queue before it is refused unsent.
const DEADLINE: Duration = Duration::from_secs(5);

/// An event as it will be stored.
pub(crate) struct Row {
    pub aggregate_type: String,
    pub aggregate_id: String,
    pub sequence: i64,
    pub event_type: String,
    pub event_version: String,
    pub payload: String,
    pub metadata: String,
    pub digest: [u8; 32],
}

impl Row {
    pub(crate) fn digested(mut self) -> Self {
        self.digest = Digested {
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: &self.payload,
            metadata: &self.metadata,
        }
        .digest();
        self
    }

    fn weight(&self) -> usize {
        self.payload.len() + self.metadata.len()
    }
}

/// The row by which a command is recognised when it comes again.
pub(crate) struct Note {
    pub scope: String,
    pub key_hmac: [u8; 32],
    pub content_hmac: [u8; 32],
    pub result: String,
}

/// What one command stores: whole or not at all.
pub(crate) struct Unit {
    /// Events of one stream, sequences counting up by one.
    pub rows: Vec<Row>,
    pub note: Option<Note>,
    /// The era of the state it was decided on.
    pub era: u64,
    /// How many generations of keys were closed when its keys were looked up; nothing when it seals nothing.
    pub closings: Option<i64>,
    /// The units that it was decided on and that were not durable then, if it may rest on such.
    pub run: Option<Arc<Run>>,
}

impl Unit {
    fn rests_on_failure(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.is_broken())
    }

    /// What this unit's run is to know of its outcome.
    fn settle(&self, outcome: &Result<Outcome, JournalError>) {
        let Some(run) = &self.run else { return };
        match (outcome, self.rows.last()) {
            (Ok(Outcome::Stored(_)), Some(last)) => run.stored(last.sequence.unsigned_abs()),
            (Ok(Outcome::Stored(_)), None) => {}
            (Ok(Outcome::Conflict | Outcome::Duplicate | Outcome::KeysClosed) | Err(_), _) => {
                run.give_up();
            }
        }
    }
}

/// What became of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Stored; the position of its last event, or of the head before it when it has none.
    Stored(Position),
    /// Its stream has gone on: nothing was stored.
    Conflict,
    /// Its key was used: nothing was stored.
    Duplicate,
    /// A generation of keys was closed since it was sealed: nothing was stored, it has to be sealed again.
    KeysClosed,
}

type Stored = Result<Outcome, JournalError>;

struct Queued {
    unit: Unit,
    since: Instant,
    waiting: Waiting,
}

/// Who waits for a unit.
struct Waiting {
    answer: oneshot::Sender<Stored>,
    standing: Standing,
}

impl Waiting {
    fn tell(self, outcome: Stored) {
        // Out of the line before the next command comes.
        drop(self.standing);
        drop(self.answer.send(outcome));
    }
}

/// The way to the appender's thread, which ends with its last handle.
#[derive(Clone)]
pub(crate) struct Appender {
    queue: mpsc::Sender<Queued>,
    line: Arc<Line>,
    works: Arc<watch::Sender<bool>>,
}

/// A unit's outcome, to be waited for.
pub(crate) enum Pending {
    Queued(oneshot::Receiver<Stored>),
    Own(Own),
}

impl Pending {
    /// What became of the unit, once that is durable.
    pub(crate) async fn outcome(self) -> Stored {
        match self {
            Self::Queued(answer) => answer.await.unwrap_or_else(|_| Err(stopped())),
            Self::Own(own) => own.outcome().await,
        }
    }
}

impl Appender {
    /// Connects, and refuses a server on which acknowledged would not mean durable. Nothing is appended yet.
    pub(crate) async fn connect(options: PgConnectOptions) -> Result<Opened, JournalError> {
        Opened::connect(options).await
    }

    /// Whether the last thing that it tried to store could be stored.
    pub(crate) fn works(&self) -> bool {
        *self.works.borrow()
    }

    /// Stores a unit and says what became of it, once that is durable.
    pub(crate) async fn append(&self, unit: Unit) -> Stored {
        self.queue(unit)?.outcome().await
    }

    /// Takes a unit in. Units are stored in the order in which they were taken in.
    pub(crate) fn queue(&self, unit: Unit) -> Result<Pending, JournalError> {
        let (answer, outcome) = oneshot::channel();
        let (standing, turn) = self.line.enter();
        let queued = Queued {
            unit,
            since: Instant::now(),
            waiting: Waiting { answer, standing },
        };
        if let Some(turn) = turn {
            return Ok(Pending::Own(Own::new(turn, queued, outcome)));
        }
        self.queue.try_send(queued).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => JournalError::Busy,
            mpsc::error::TrySendError::Closed(_) => stopped(),
        })?;
        Ok(Pending::Queued(outcome))
    }
}

/// Stores units in a transaction of the caller, beside the appender; nothing is durable before that is committed. It holds
/// the lock that every append takes, so the caller sets limits to every wait and hurries.
///
/// # Errors
/// When the database fails; the transaction is of no use then.
pub(crate) async fn append_within(
    conn: &mut PgConnection,
    units: &[Unit],
) -> Result<Vec<Outcome>, JournalError> {
    careful::append_within(conn, units)
        .await
        .map_err(|fault| match fault {
            Fault::Clash | Fault::Unfit => JournalError::Contended,
            Fault::Lost(reason) | Fault::Transient(reason) => JournalError::Unavailable(reason),
            Fault::Culprit(source) => JournalError::database("appending")(source),
            Fault::RowsLost { sent, inserted } => JournalError::RowsLost { sent, inserted },
        })
}

fn stopped() -> JournalError {
    JournalError::Unavailable("the appender has stopped".to_owned())
}
