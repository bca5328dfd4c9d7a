//! Stores units in one statement on a connection of its own, and finds out what happened when that failed.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join};
use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep, timeout};

use super::fast::Place;
use super::fault::Fault;
use super::line::Line;
use super::session::Session;
use super::{DEADLINE, Outcome, Queued, Stored, Unit, Waiting, careful, fast};
use crate::JournalError;
use crate::head::Head;

/// Most events in a statement.
const BATCH_EVENTS: usize = 256;
/// Most bytes of payload and metadata in a statement.
const BATCH_BYTES: usize = 1 << 20;
/// How long storing one batch is tried across lost connections.
const PERSISTENCE: Duration = Duration::from_secs(10);
/// Pause between tries to connect.
const PAUSE: Duration = Duration::from_millis(100);
/// Pause between looks whether a server that could not store can do so again.
const PROBE: Duration = Duration::from_secs(1);

/// What all who append know together.
#[derive(Clone)]
pub(super) struct Known {
    pub options: PgConnectOptions,
    pub head: Arc<Head>,
    /// Whether the last thing that was tried could be stored.
    pub works: Arc<watch::Sender<bool>>,
}

pub(super) struct Task {
    known: Known,
    session: Option<Session>,
    /// Where the session lives, whoever uses it.
    home: Handle,
    /// The last units that the fast way stored.
    whole: Option<Whole>,
}

/// Units that were stored by one statement, one behind the other.
struct Whole {
    /// How many.
    units: usize,
    place: Place,
    era: u64,
}

/// What became of a batch, before anybody is told.
struct Done {
    units: Vec<Unit>,
    waiting: Vec<Waiting>,
    outcomes: Vec<Stored>,
    /// Where all of them stand, if they were stored together.
    whole: Option<Whole>,
}

impl Done {
    /// Tells who follows the journal, then who waits for an answer.
    fn tell(self, head: &Head) {
        if let Some(whole) = self.whole {
            let events = fast::stored(self.units, whole.place);
            head.tail().push(events, whole.era);
        }
        let last = self.outcomes.iter().filter_map(|outcome| match outcome {
            Ok(Outcome::Stored(position)) => Some(*position),
            Ok(Outcome::Conflict | Outcome::Duplicate | Outcome::KeysClosed) | Err(_) => None,
        });
        if let Some(last) = last.max() {
            head.appended(last);
        }
        for (waiting, outcome) in self.waiting.into_iter().zip(self.outcomes) {
            waiting.tell(outcome);
        }
    }
}

impl Task {
    /// On a session of the runtime that this is called in.
    pub(super) fn new(known: Known, session: Session) -> Self {
        Self {
            known,
            session: Some(session),
            home: Handle::current(),
            whole: None,
        }
    }

    pub(super) fn home(&self) -> &Handle {
        &self.home
    }

    /// Stores one unit and tells of it.
    pub(super) async fn append_alone(&mut self, queued: Queued) {
        if let Some(done) = self.append(vec![queued]).await {
            done.tell(&self.known.head);
        }
    }

    /// Stores what is queued, in batches, whenever it is its turn in the line. Ends when nobody can queue any more.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Queued>, line: Arc<Line>) {
        let (mut carried, mut done, mut turn) = (None, None::<Done>, None);
        loop {
            let first = match carried.take().or_else(|| queue.try_recv().ok()) {
                Some(queued) => queued,
                None => {
                    if let Some(done) = done.take() {
                        done.tell(&self.known.head);
                    }
                    drop(turn.take());
                    match self.next(&mut queue).await {
                        Some(queued) => queued,
                        None => break,
                    }
                }
            };
            if turn.is_none() {
                turn = Some(line.turn().await);
            }
            let batch;
            (batch, carried) = gather(first, &mut queue);
            line.found(batch.len());
            // The server has its next statement before anybody is told of the last one.
            let head = Arc::clone(&self.known.head);
            let telling = async move {
                if let Some(done) = done {
                    done.tell(&head);
                }
            };
            (done, ()) = join(self.append(batch), telling).await;
        }
        self.close().await;
        line.turn().await.close().await;
    }

    async fn close(&mut self) {
        if let Some(session) = self.session.take() {
            session.close().await;
        }
    }

    /// Waits for work. While nothing can be stored, it tries now and then whether that is so still.
    async fn next(&mut self, queue: &mut mpsc::Receiver<Queued>) -> Option<Queued> {
        let mut works = self.known.works.subscribe();
        loop {
            if *works.borrow_and_update() {
                tokio::select! {
                    biased;
                    next = queue.recv() => return next,
                    // Somebody else may find that out.
                    _ = works.changed() => {}
                }
            } else {
                if let Ok(next) = timeout(PROBE, queue.recv()).await {
                    return next;
                }
                self.probe().await;
            }
        }
    }

    async fn probe(&mut self) {
        let probed = match self.connect().await {
            Ok(()) => match &mut self.session {
                Some(session) => session.probe().await,
                None => Ok(()),
            },
            Err(fault) => Err(fault),
        };
        match probed {
            Ok(()) => drop(self.known.works.send_replace(true)),
            Err(Fault::Lost(_)) => self.session = None,
            Err(_) => {}
        }
    }

    /// Stores a batch. Nobody is told of it yet, but what rests on it can be appended; nothing when all came too late.
    async fn append(&mut self, batch: Vec<Queued>) -> Option<Done> {
        let (mut units, mut waiting) = (
            Vec::with_capacity(batch.len()),
            Vec::with_capacity(batch.len()),
        );
        for queued in batch {
            if queued.since.elapsed() > DEADLINE {
                // Nobody may be waiting any more; either way nothing was sent.
                let outcome = Err(JournalError::Busy);
                queued.unit.settle(&outcome);
                queued.waiting.tell(outcome);
                continue;
            }
            units.push(queued.unit);
            waiting.push(queued.waiting);
        }
        self.whole = None;
        let outcomes = self.store(&units).await;
        self.note_health(&outcomes);
        (!units.is_empty()).then(|| Done {
            whole: self.whole.take().filter(|whole| whole.units == units.len()),
            units,
            waiting,
            outcomes,
        })
    }

    /// A server that could store none of them says so of all.
    fn note_health(&self, outcomes: &[Stored]) {
        let failed = outcomes
            .iter()
            .filter_map(|outcome| outcome.as_ref().err())
            .filter(|error| matches!(error, JournalError::Unavailable(_)));
        if outcomes.is_empty() {
            return;
        }
        let works = failed.count() < outcomes.len();
        let changes = |known: &mut bool| std::mem::replace(known, works) != works;
        if self.known.works.send_if_modified(changes) {
            tracing::warn!(works, "whether the appender can store has changed");
        }
    }

    /// Stores what fits and lets those know that build on it.
    async fn store(&mut self, units: &[Unit]) -> Vec<Stored> {
        let outcomes = self.try_to_store(units).await;
        for (unit, outcome) in units.iter().zip(&outcomes) {
            unit.settle(outcome);
        }
        outcomes
    }

    /// One outcome a unit. Whatever is answered with a position is durable; after a lost connection the same rows are
    /// sent again until it is known whether they were stored.
    async fn try_to_store(&mut self, units: &[Unit]) -> Vec<Stored> {
        if units.is_empty() {
            return Vec::new();
        }
        let started = Instant::now();
        let (mut way, mut uncertain) = (Way::Fast, false);
        loop {
            let fault = match self.attempt(units, way, uncertain).await {
                Ok(outcomes) => return outcomes.into_iter().map(Ok).collect(),
                Err(fault) => fault,
            };
            match fault {
                // The careful way says of each unit whether it still fits.
                Fault::Clash | Fault::Unfit => way = Way::Careful,
                Fault::Lost(reason) => {
                    tracing::warn!(
                        reason,
                        units = units.len(),
                        "the appender lost its connection"
                    );
                    self.session = None;
                    uncertain = true;
                }
                Fault::Transient(reason) if !uncertain => {
                    return all(units, || unavailable(&reason));
                }
                Fault::Transient(reason) => {
                    tracing::warn!(reason, "what became of a batch is still unknown");
                    sleep(PAUSE).await;
                }
                Fault::RowsLost { sent, inserted } => {
                    tracing::error!(sent, inserted, "an append did not insert what was sent");
                    return all(units, || JournalError::RowsLost { sent, inserted });
                }
                Fault::Culprit(error) => return self.find_culprit(units, error).await,
            }
            if started.elapsed() > PERSISTENCE {
                return all(units, || {
                    unavailable("it is not known whether the events were stored")
                });
            }
        }
    }

    async fn attempt(
        &mut self,
        units: &[Unit],
        way: Way,
        uncertain: bool,
    ) -> Result<Vec<Outcome>, Fault> {
        self.connect().await?;
        let era = self.known.head.era();
        let Some(session) = &mut self.session else {
            return Err(Fault::Transient("no connection".to_owned()));
        };
        match way {
            _ if uncertain => settle(session, units).await,
            Way::Careful => careful::append(session, units).await,
            // The fast way sees that a sequence is free, not that the one before it is there still.
            Way::Fast
                if !sealed_alike(units)
                    || units
                        .iter()
                        .any(|unit| unit.era != era || unit.rests_on_failure()) =>
            {
                careful::append(session, units).await
            }
            Way::Fast => {
                let (outcomes, place) = fast::append(session, units).await?;
                self.whole = Some(Whole {
                    units: units.len(),
                    place,
                    era,
                });
                Ok(outcomes)
            }
        }
    }

    /// Connects unless connected. Whatever was known before a new connection may have been undone: it is forgotten.
    async fn connect(&mut self) -> Result<(), Fault> {
        if self.session.is_some() {
            return Ok(());
        }
        let known = self.known.clone();
        let opening = self.home.spawn(async move {
            let mut session = Session::open(&known.options).await?;
            known.head.forget();
            session.look(&known.head).await?;
            Ok::<_, JournalError>(session)
        });
        let opened = opening.await;
        match opened.unwrap_or_else(|_| Err(unavailable("the program is ending"))) {
            Ok(session) => {
                self.session = Some(session);
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, "the appender has no connection");
                sleep(PAUSE).await;
                Err(Fault::Transient(error.to_string()))
            }
        }
    }

    /// Halves the units until the one that the server refuses stands alone.
    fn find_culprit<'a>(
        &'a mut self,
        units: &'a [Unit],
        error: sqlx::Error,
    ) -> BoxFuture<'a, Vec<Stored>> {
        async move {
            if units.len() <= 1 {
                let source = error;
                return vec![Err(JournalError::Database {
                    doing: "appending",
                    source,
                })];
            }
            let (left, right) = units.split_at(units.len() / 2);
            let mut outcomes = self.store(left).await;
            outcomes.extend(self.store(right).await);
            outcomes
        }
        .boxed()
    }
}

#[derive(Clone, Copy)]
enum Way {
    Fast,
    Careful,
}

/// Whether all units that are sealed were sealed under the same count of closings.
fn sealed_alike(units: &[Unit]) -> bool {
    let mut counts = units.iter().filter_map(|unit| unit.closings);
    counts
        .next()
        .is_none_or(|first| counts.all(|other| other == first))
}

/// Sends the same rows again after an answer was lost. The lock comes first: once it is ours, the lost statement is
/// either visible or will meet our rows and fail. What then does not fit is looked for among what is stored.
async fn settle(session: &mut Session, units: &[Unit]) -> Result<Vec<Outcome>, Fault> {
    let outcomes = careful::append(session, units).await?;
    if outcomes
        .iter()
        .all(|outcome| matches!(outcome, Outcome::Stored(_)))
    {
        return Ok(outcomes);
    }
    let known = careful::recognise(session, units).await?;
    Ok(outcomes
        .into_iter()
        .zip(known)
        .map(|(outcome, known)| known.unwrap_or(outcome))
        .collect())
}

/// What is queued now, up to a full statement, and the unit that did not fit any more.
fn gather(first: Queued, queue: &mut mpsc::Receiver<Queued>) -> (Vec<Queued>, Option<Queued>) {
    let (mut events, mut bytes) = size(&first.unit);
    let mut batch = vec![first];
    while let Ok(next) = queue.try_recv() {
        let (more_events, more_bytes) = size(&next.unit);
        (events, bytes) = (events + more_events, bytes + more_bytes);
        if events > BATCH_EVENTS || bytes > BATCH_BYTES {
            return (batch, Some(next));
        }
        batch.push(next);
    }
    (batch, None)
}

/// Events, of which a bare note counts as one, and bytes.
fn size(unit: &Unit) -> (usize, usize) {
    let noted = unit.note.as_ref().map_or(0, |note| note.result.len());
    let bytes = unit.rows.iter().map(super::Row::weight).sum::<usize>();
    (unit.rows.len().max(1), bytes + noted)
}

fn unavailable(reason: &str) -> JournalError {
    JournalError::Unavailable(reason.to_owned())
}

fn all(units: &[Unit], error: impl Fn() -> JournalError) -> Vec<Stored> {
    units.iter().map(|_| Err(error())).collect()
}
