//! Snapshots: the state of a stream as it was after an event, so that loading need not begin at the first one. Written
//! behind everybody's back, ignored when they do not fit, and never needed: without any, everything is only slower.

use std::sync::Arc;

use cqrs_es::Aggregate;
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

use crate::chain::framed;
use crate::event::{STORED_COLUMNS, StoredEvent};
use crate::{Journal, JournalError};

/// A stream gets a new snapshot whenever it has grown by so many events.
const EVERY: u64 = 200;
/// Fewer events than these behind a snapshot are not worth a new one when a stream is loaded.
const WORTH: u64 = EVERY / 4;
/// Snapshots that may wait to be written; more are dropped, and taken again later.
const QUEUE: usize = 64;
/// Streams that are loaded at the same time only to take a snapshot of them.
const REFRESHING: usize = 2;

/// A state that was folded from a stream.
pub(crate) struct Folded {
    /// Its last event.
    pub sequence: u64,
    /// The digest of that event; nothing when there is no event in the state.
    pub digest: Option<[u8; 32]>,
}

/// Where loading a stream begins: a snapshot, if one fits, and the first events behind it.
pub(crate) struct Beginning {
    pub snapshot: Option<Found>,
    pub tail: Vec<StoredEvent>,
}

pub(crate) struct Found {
    pub sequence: u64,
    pub state: String,
}

impl Found {
    /// The state; nothing when its text is not one, which is no reason to fail.
    pub(crate) fn decode<A: Aggregate>(&self) -> Option<A> {
        serde_json::from_str(&self.state)
            .inspect_err(|_| {
                tracing::warn!(aggregate = A::TYPE, "a snapshot is damaged and ignored")
            })
            .ok()
    }
}

struct Snapshot {
    aggregate_type: &'static str,
    aggregate_id: String,
    last_sequence: i64,
    digest: [u8; 32],
    state: String,
}

/// The way to the task that writes snapshots.
pub(crate) struct Snapshots {
    /// Which code folded the states; without a name for it, nothing is written or read.
    code: Option<[u8; 32]>,
    queue: mpsc::Sender<Snapshot>,
    refreshing: Arc<Semaphore>,
}

impl Snapshots {
    pub(crate) fn start(pool: PgPool, code: Option<&str>, stop: CancellationToken) -> Self {
        let code =
            code.map(|code| Sha256::digest(framed(&[b"snapshot 1", code.as_bytes()])).into());
        let (queue, waiting) = mpsc::channel(QUEUE);
        if let Some(code) = code {
            tokio::spawn(write_all(pool, code, waiting, stop));
        }
        Self {
            code,
            queue,
            refreshing: Arc::new(Semaphore::new(REFRESHING)),
        }
    }

    /// Queues a snapshot if the stream has gone far enough past the one it was loaded from.
    pub(crate) fn offer<A: Aggregate>(&self, id: &str, state: &A, from: u64, end: &Folded) {
        let (Some(digest), Ok(last_sequence)) = (end.digest, i64::try_from(end.sequence)) else {
            return;
        };
        if self.code.is_none() || end.sequence.saturating_sub(from) < WORTH {
            return;
        }
        let Ok(room) = self.queue.try_reserve() else {
            return;
        };
        match serde_json::to_string(state) {
            Ok(state) => room.send(Snapshot {
                aggregate_type: A::TYPE,
                aggregate_id: id.to_owned(),
                last_sequence,
                digest,
                state,
            }),
            Err(error) => tracing::warn!(%error, aggregate = A::TYPE, "a state does not serialise"),
        }
    }
}

impl Journal {
    /// Takes a snapshot when the stream has just grown past a multiple of [`EVERY`], from what is stored and in a task of
    /// its own: what is cached may yet turn out to have failed.
    pub(crate) fn grown<A: Aggregate + 'static>(&self, id: &str, before: u64, after: u64) {
        let snapshots = &self.0.snapshots;
        if snapshots.code.is_none() || before / EVERY == after / EVERY {
            return;
        }
        let Ok(permit) = Arc::clone(&snapshots.refreshing).try_acquire_owned() else {
            return;
        };
        let (journal, id) = (self.clone(), id.to_owned());
        tokio::spawn(async move {
            if let Err(error) = journal.load::<A>(&id).await {
                tracing::debug!(%error, "no snapshot was taken");
            }
            drop(permit);
        });
    }

    /// The snapshot of a stream and up to `limit` events behind it, in one look. A snapshot fits when the same code made
    /// it and the very event it ends with is still stored there.
    pub(crate) async fn beginning(
        &self,
        aggregate_type: &str,
        id: &str,
        limit: i64,
    ) -> Result<Beginning, JournalError> {
        let doing = "reading a snapshot and what is behind it";
        let statement = format!(
            "WITH snapshot AS MATERIALIZED (
                 SELECT s.last_sequence, s.state::text AS state
                 FROM snapshots AS s
                 JOIN events AS e ON e.aggregate_type = s.aggregate_type AND e.aggregate_id = s.aggregate_id
                                 AND e.sequence = s.last_sequence AND e.digest = s.digest
                 WHERE s.aggregate_type = $1 AND s.aggregate_id = $2 AND s.schema_hash = $3
             ), tail AS (
                 SELECT {STORED_COLUMNS} FROM events
                 WHERE aggregate_type = $1 AND aggregate_id = $2
                   AND sequence > coalesce((SELECT last_sequence FROM snapshot), 0)
                 ORDER BY sequence LIMIT $4
             )
             SELECT snapshot.last_sequence, snapshot.state, tail.*
             FROM snapshot FULL JOIN tail ON false ORDER BY tail.sequence NULLS FIRST"
        );
        let rows = sqlx::query(&statement)
            .bind(aggregate_type)
            .bind(id)
            .bind(self.0.snapshots.code.as_ref().map(<[u8; 32]>::as_slice))
            .bind(limit)
            .fetch_all(&self.0.pool)
            .await
            .map_err(JournalError::database(doing))?;
        let mut beginning = Beginning {
            snapshot: None,
            tail: Vec::with_capacity(rows.len()),
        };
        for row in &rows {
            match found(row).map_err(JournalError::database(doing))? {
                Some(found) => beginning.snapshot = Some(found),
                None => beginning.tail.push(StoredEvent::from_row(row)?),
            }
        }
        Ok(beginning)
    }
}

fn found(row: &PgRow) -> Result<Option<Found>, sqlx::Error> {
    let (sequence, state): (Option<i64>, Option<String>) =
        (row.try_get("last_sequence")?, row.try_get("state")?);
    Ok(sequence.zip(state).map(|(sequence, state)| Found {
        sequence: sequence.unsigned_abs(),
        state,
    }))
}

/// Writes what is queued, one after another, until the journal ends.
async fn write_all(
    pool: PgPool,
    code: [u8; 32],
    mut waiting: mpsc::Receiver<Snapshot>,
    stop: CancellationToken,
) {
    let mut well = true;
    loop {
        let snapshot = tokio::select! {
            () = stop.cancelled() => return,
            snapshot = waiting.recv() => match snapshot {
                Some(snapshot) => snapshot,
                None => return,
            },
        };
        match write(&pool, &code, &snapshot).await {
            Ok(()) => well = true,
            Err(error) => {
                if well {
                    tracing::warn!(%error, "snapshots cannot be written; loading only gets slower");
                }
                well = false;
            }
        }
    }
}

/// A snapshot that a crash takes away again is no loss, so nothing waits for the disk.
async fn write(pool: &PgPool, code: &[u8; 32], snapshot: &Snapshot) -> Result<(), JournalError> {
    sqlx::query(
        "WITH hasty AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
         INSERT INTO snapshots (aggregate_type, aggregate_id, last_sequence, digest, schema_hash, state)
         SELECT $1, $2, $3, $4, $5, $6::json FROM hasty
         ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE SET
             last_sequence = excluded.last_sequence, digest = excluded.digest,
             schema_hash = excluded.schema_hash, state = excluded.state",
    )
    .bind(snapshot.aggregate_type)
    .bind(&snapshot.aggregate_id)
    .bind(snapshot.last_sequence)
    .bind(snapshot.digest.as_slice())
    .bind(code.as_slice())
    .bind(&snapshot.state)
    .execute(pool)
    .await
    .map_err(JournalError::database("writing a snapshot"))?;
    Ok(())
}
