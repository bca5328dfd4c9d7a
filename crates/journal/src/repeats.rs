//! Finds the commands that came before, by their keys: those of many callers in one look, by a task of its own. Decides
//! nothing; the table of keys itself is the last guard.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::Row;
use sqlx::postgres::PgRow;
use tokio::sync::{mpsc, oneshot};

use crate::dedupe::{FirstResult, damaged};
use crate::event::{STORED_COLUMNS, StoredEvent};
use crate::{JournalError, Pool, Position};

/// Keys in one look.
const BATCH: usize = 256;
/// Keys that may wait; more are refused.
const QUEUE: usize = 1024;
/// For so many commands after a repeated one each key is looked up before anything is decided.
const WARY: u32 = 1_000;
/// And for so many after the start, when what was cut off comes again.
const WARY_AT_FIRST: u32 = 50;

/// What an earlier call with a key left.
pub(crate) struct Earlier {
    pub content_hmac: [u8; 32],
    pub position: Position,
    pub result: FirstResult,
    /// The events that it appended, sealed.
    pub events: Vec<StoredEvent>,
}

type Looked = Result<Option<Earlier>, JournalError>;

struct Asked {
    scope: String,
    key_hmac: [u8; 32],
    answer: oneshot::Sender<Looked>,
}

/// The way to the looking task, which ends with it.
pub(crate) struct Repeats {
    queue: mpsc::Sender<Asked>,
    wary: AtomicU32,
}

impl Repeats {
    pub(crate) fn start(pool: Pool) -> Self {
        let (sender, queue) = mpsc::channel(QUEUE);
        tokio::spawn(run(pool, queue));
        Self {
            queue: sender,
            wary: AtomicU32::new(WARY_AT_FIRST),
        }
    }

    /// Whether the next command may well be a repeated one. A wrong guess costs time only: the append refuses a taken key.
    pub(crate) fn is_likely(&self) -> bool {
        self.wary
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(1)
            })
            .is_ok()
    }

    pub(crate) async fn look_up(&self, (scope, key_hmac): (&str, [u8; 32])) -> Looked {
        let (answer, looked) = oneshot::channel();
        let asked = Asked {
            scope: scope.to_owned(),
            key_hmac,
            answer,
        };
        self.queue.try_send(asked).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => JournalError::Busy,
            mpsc::error::TrySendError::Closed(_) => stopped(),
        })?;
        let found = looked.await.unwrap_or_else(|_| Err(stopped()))?;
        if found.is_some() {
            self.wary.store(WARY, Ordering::Relaxed);
        }
        Ok(found)
    }
}

fn stopped() -> JournalError {
    JournalError::Unavailable("the look-up of keys has stopped".to_owned())
}

async fn run(pool: Pool, mut queue: mpsc::Receiver<Asked>) {
    let mut batch = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut batch, BATCH).await > 0 {
        match find(&pool, &batch).await {
            Ok(found) => {
                for (asked, earlier) in batch.drain(..).zip(found) {
                    drop(asked.answer.send(Ok(earlier)));
                }
            }
            // One of them may be what the server refuses: none fails its neighbours.
            Err(_) => {
                for asked in batch.drain(..) {
                    let found = find(&pool, std::slice::from_ref(&asked)).await;
                    drop(
                        asked
                            .answer
                            .send(found.map(|mut found| found.pop().flatten())),
                    );
                }
            }
        }
    }
}

/// One look a key and one an event, whatever the planner thinks of the tables' sizes.
const KEYS: &str = "
    SELECT wanted.place, d.content_hmac, d.position, d.result
    FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS wanted(scope, key_hmac, place)
    CROSS JOIN LATERAL (
        SELECT content_hmac, position, result::text AS result FROM dedupe
        WHERE dedupe.scope = wanted.scope AND dedupe.key_hmac = wanted.key_hmac LIMIT 1) AS d";

async fn find(pool: &Pool, batch: &[Asked]) -> Result<Vec<Option<Earlier>>, JournalError> {
    let scopes: Vec<&str> = batch.iter().map(|asked| asked.scope.as_str()).collect();
    let keys: Vec<&[u8]> = batch
        .iter()
        .map(|asked| asked.key_hmac.as_slice())
        .collect();
    let rows = sqlx::query(KEYS)
        .bind(&scopes)
        .bind(&keys)
        .fetch_all(pool)
        .await
        .map_err(JournalError::database("looking for commands' keys"))?;
    let mut found: Vec<Option<Earlier>> = batch.iter().map(|_| None).collect();
    for row in &rows {
        let (place, earlier) = earlier(row)?;
        if let Some(slot) = found.get_mut(place) {
            *slot = Some(earlier);
        }
    }
    add_events(pool, found.iter_mut().flatten()).await?;
    Ok(found)
}

fn earlier(row: &PgRow) -> Result<(usize, Earlier), JournalError> {
    let columns = || -> Result<(i64, Vec<u8>, i64, String), sqlx::Error> {
        Ok((
            row.try_get("place")?,
            row.try_get("content_hmac")?,
            row.try_get("position")?,
            row.try_get("result")?,
        ))
    };
    let doing = JournalError::database("reading a command's key");
    let (place, content_hmac, position, result) = columns().map_err(doing)?;
    Ok((
        usize::try_from(place - 1).map_err(|_| damaged())?,
        Earlier {
            content_hmac: content_hmac.try_into().map_err(|_| damaged())?,
            position: Position(position),
            result: serde_json::from_str(&result).map_err(|_| damaged())?,
            events: Vec::new(),
        },
    ))
}

async fn add_events(
    pool: &Pool,
    found: impl Iterator<Item = &mut Earlier>,
) -> Result<(), JournalError> {
    let found: Vec<_> = found.map(|earlier| (positions(earlier), earlier)).collect();
    let wanted: Vec<i64> = found.iter().flat_map(|(own, _)| own.clone()).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let statement = format!(
        "SELECT e.* FROM unnest($1::bigint[]) AS wanted(place) CROSS JOIN LATERAL (
             SELECT {STORED_COLUMNS} FROM events WHERE events.position = wanted.place LIMIT 1) AS e"
    );
    let rows = sqlx::query(&statement)
        .bind(&wanted)
        .fetch_all(pool)
        .await
        .map_err(JournalError::database("reading commands' events"))?;
    let mut events = HashMap::with_capacity(rows.len());
    for row in &rows {
        let event = StoredEvent::from_row(row)?;
        events.insert(event.position.0, event);
    }
    for (own, earlier) in found {
        // Two callers may ask for the same command at once.
        earlier.events = own
            .filter_map(|place| events.get(&place).cloned())
            .collect();
    }
    Ok(())
}

/// Where the events of a command stand: they end at its position.
fn positions(earlier: &Earlier) -> std::ops::Range<i64> {
    let behind = earlier.position.0 + 1;
    let events = match earlier.result {
        FirstResult::Stored { events, .. } => i64::from(events),
        FirstResult::Nothing { .. } | FirstResult::Refused(_) => 0,
    };
    behind - events..behind
}
