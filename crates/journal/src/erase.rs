//! Destroys what is personal of some subjects, for good and nothing else. First the open generation of each subject's key
//! is closed; the key itself goes once no live process can still use it (see `eraser`).

use std::sync::Arc;
use std::time::Duration;

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::append::{Outcome, Row, Unit, append_within};
use crate::eraser::Eraser;
use crate::prepare::metadata_text;
use crate::{Context, EventKind, Journal, JournalError, Metadata, Position, RecordedEvent};

/// The aggregate type of the journal's own streams, one a subject, named by its uuid.
pub(crate) const SUBJECT: &str = "subject";
/// The kinds of events that the journal itself writes and every program knows.
pub(crate) const OWN_KINDS: [EventKind; 2] = [
    EventKind {
        aggregate_type: SUBJECT,
        event_type: "erasure_begun",
        event_version: "1",
    },
    EventKind {
        aggregate_type: SUBJECT,
        event_type: "erased",
        event_version: "1",
    },
];
/// How often it is tried when others erase the same.
const TRIES: usize = 5;
/// How often it is asked whether the keys are gone.
const ASK: Duration = Duration::from_millis(25);

/// What the journal itself tells about a subject. Stored for ever, so its names never change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum SubjectEvent {
    /// Everything sealed for the subject before this event is to be destroyed; nothing after it is.
    ErasureBegun {
        /// Whose.
        subject: Uuid,
        /// The last generation of keys that goes.
        generation: i32,
    },
    /// The keys up to `generation` are destroyed.
    Erased {
        /// Whose.
        subject: Uuid,
        /// The last generation that is gone.
        generation: i32,
    },
}

impl DomainEvent for SubjectEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ErasureBegun { .. } => "erasure_begun",
            Self::Erased { .. } => "erased",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl RecordedEvent {
    /// What the event says, if it is one of the journal's own about a subject.
    #[must_use]
    pub fn about_a_subject(&self) -> Option<SubjectEvent> {
        match self.aggregate_type == SUBJECT {
            true => self.decode().ok(),
            false => None,
        }
    }
}

/// How far an erasure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Where it began, or of the head when there was nothing left to erase: nothing up to here can be read.
    pub position: Position,
    /// Whether the keys are destroyed. If not, that happens by itself.
    pub done: bool,
}

impl Journal {
    /// Erases everything personal of `subjects` up to now, all in one act. Waits up to `patience` for the keys to be gone;
    /// what takes longer goes on by itself, whichever process lives. Calling again does no harm.
    ///
    /// The context's dedupe key is not used: an erasure is recognised by what is erased.
    ///
    /// # Errors
    /// When the database fails. Then it may have begun; calling again tells.
    pub async fn erase(
        &self,
        subjects: &[Uuid],
        context: &Context,
        patience: Duration,
    ) -> Result<Erasure, JournalError> {
        let since = Instant::now();
        // Before it is looked what is open: whatever is stored up to here is then closed, or was.
        let head = self.confirmed_head().await?;
        let eraser = Arc::clone(&self.0.eraser);
        let (subjects, metadata) = (subjects.to_vec(), Metadata::from(context));
        // To its end, also when the caller hangs up.
        let begun = tokio::spawn(async move {
            let begun = eraser.begin(&subjects, &metadata).await?;
            Ok::<_, JournalError>((subjects, begun))
        });
        let (subjects, begun) = begun
            .await
            .map_err(|_| JournalError::Unavailable("the program is ending".to_owned()))??;
        let position = begun.unwrap_or(head);
        loop {
            let done = !self.0.eraser.under_way(&subjects).await?;
            if done || since.elapsed() >= patience {
                return Ok(Erasure { position, done });
            }
            sleep(ASK).await;
        }
    }
}

/// A subject with the generation that is open, and the last event about it.
type Open = (Uuid, i32, i64);

impl Eraser {
    /// Closes what is open of the subjects; nothing when nothing is.
    pub(crate) async fn begin(
        &self,
        subjects: &[Uuid],
        metadata: &Metadata,
    ) -> Result<Option<Position>, JournalError> {
        for _ in 0..TRIES {
            let open = self.open_generations(subjects).await?;
            if open.is_empty() {
                return Ok(None);
            }
            if let Some((position, closings)) = self.close(&open, metadata).await? {
                self.head.closed(closings);
                self.head.appended(position);
                self.woken.notify_one();
                return Ok(Some(position));
            }
        }
        Err(JournalError::Contended)
    }

    async fn open_generations(&self, subjects: &[Uuid]) -> Result<Vec<Open>, JournalError> {
        sqlx::query_as(
            "SELECT k.subject, max(k.generation), coalesce((SELECT max(e.sequence) FROM events AS e
                 WHERE e.aggregate_type = $2 AND e.aggregate_id = k.subject::text), 0)
             FROM subject_keys AS k WHERE k.subject = ANY ($1) AND k.closed_at IS NULL
             GROUP BY k.subject ORDER BY k.subject",
        )
        .bind(subjects)
        .bind(SUBJECT)
        .fetch_all(&self.pool)
        .await
        .map_err(JournalError::database("looking for keys to close"))
    }

    /// One transaction: the events, the closing of the keys and its count. Nothing when others were faster.
    async fn close(
        &self,
        open: &[Open],
        metadata: &Metadata,
    ) -> Result<Option<(Position, i64)>, JournalError> {
        let doing = "closing keys";
        let units = open
            .iter()
            .map(|(subject, generation, last)| {
                let event = SubjectEvent::ErasureBegun {
                    subject: *subject,
                    generation: *generation,
                };
                unit(&event, *subject, last + 1, metadata)
            })
            .collect::<Result<Vec<_>, _>>()?;
        let mut tx = self
            .pool
            .begin()
            .await
            .map_err(JournalError::database(doing))?;
        hurry(&mut tx).await?;
        let Some(positions) = append_all(&mut tx, &units).await? else {
            return Ok(None);
        };
        let closings: i64 = sqlx::query_scalar(
            "UPDATE journal_head SET closings = closings + 1 RETURNING closings",
        )
        .fetch_one(&mut *tx)
        .await
        .map_err(JournalError::database(doing))?;
        let (subjects, generations): (Vec<_>, Vec<_>) = open
            .iter()
            .map(|(subject, generation, _)| (*subject, *generation))
            .unzip();
        let closed = sqlx::query(
            "UPDATE subject_keys AS k SET closed_at = clock_timestamp(), closing = $3
             FROM unnest($1::uuid[], $2::integer[]) AS o(subject, generation)
             WHERE k.subject = o.subject AND k.generation = o.generation AND k.closed_at IS NULL",
        )
        .bind(subjects)
        .bind(generations)
        .bind(closings)
        .execute(&mut *tx)
        .await
        .map_err(JournalError::database(doing))?;
        if closed.rows_affected() != open.len() as u64 {
            return Ok(None);
        }
        tx.commit().await.map_err(JournalError::database(doing))?;
        Ok(positions
            .last()
            .map(|position| (Position(*position), closings)))
    }

    /// Whether keys of these subjects are closed and still there.
    async fn under_way(&self, subjects: &[Uuid]) -> Result<bool, JournalError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM subject_keys WHERE subject = ANY ($1)
                AND closed_at IS NOT NULL AND wrapped IS NOT NULL)",
        )
        .bind(subjects)
        .fetch_one(&self.pool)
        .await
        .map_err(JournalError::database("asking whether keys are gone"))
    }
}

/// Appends in the transaction; the positions, or nothing when one does not fit.
pub(crate) async fn append_all(
    tx: &mut PgConnection,
    units: &[Unit],
) -> Result<Option<Vec<i64>>, JournalError> {
    let outcomes = append_within(tx, units).await?;
    Ok(outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Stored(position) => Some(position.0),
            Outcome::Conflict | Outcome::Duplicate | Outcome::KeysClosed => None,
        })
        .collect())
}

/// Sets limits to every wait of a transaction that holds the lock of the head.
pub(crate) async fn hurry(tx: &mut PgConnection) -> Result<(), JournalError> {
    sqlx::query(
        "SELECT set_config('lock_timeout', '1500ms', true), set_config('statement_timeout', '2000ms', true),
                set_config('idle_in_transaction_session_timeout', '2000ms', true)",
    )
    .execute(tx)
    .await
    .map(drop)
    .map_err(JournalError::database("setting an erasure's limits"))
}

/// An event about a subject as it is stored.
pub(crate) fn unit(
    event: &SubjectEvent,
    subject: Uuid,
    sequence: i64,
    metadata: &Metadata,
) -> Result<Unit, JournalError> {
    let event_type = event.event_type();
    let payload = serde_json::to_string(event).map_err(|_| JournalError::Unserializable {
        event_type: event_type.clone(),
    })?;
    let row = Row {
        aggregate_type: SUBJECT.to_owned(),
        aggregate_id: subject.to_string(),
        sequence,
        event_version: event.event_version(),
        event_type,
        payload,
        metadata: metadata_text(metadata)?,
        digest: [0; 32],
    };
    Ok(Unit {
        rows: vec![row.digested()],
        note: None,
        era: 0,
        closings: None,
        run: None,
    })
}
