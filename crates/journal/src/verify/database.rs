//! Verifies the tables of a journal: pages by position in short statements, so that a running server is not held up,
//! hashes on another thread, and meanwhile counts the streams. Needs no key, and none of the journal's tasks.

use futures_util::TryStreamExt;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};
use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking};

use super::checker::{Checker, damage};
use super::{Anchor, Chunk, Damage, DamageKind, Seen, Verdict, Verified, sequences};
use crate::chain::{Digested, GENESIS};
use crate::{JournalError, Position};

/// Events in one statement.
const PAGE: i64 = 20_000;
/// Events handed over in one go.
const CHUNK: usize = 1_000;
/// Chunks that may wait to be hashed.
const AHEAD: usize = 4;

const DOING: &str = "reading what is verified";

struct Head {
    position: i64,
    chain: Vec<u8>,
    recorded_at: Timestamp,
}

/// Verifies what is stored now; what is appended meanwhile is not looked at.
///
/// # Errors
/// When the database fails: then nothing is said about the journal.
pub async fn database(pool: &PgPool, checkpoint: Option<Anchor>) -> Result<Verdict, JournalError> {
    let (head, newest) = ends(pool).await?;
    let end = head.as_ref().map_or(newest, |head| head.position);
    let checker = Checker::new(Position::START, Some(GENESIS), checkpoint);
    // Ends with this call: whoever finds damage elsewhere does not wait for it.
    let mut counting = JoinSet::new();
    let streams = pool.clone();
    counting.spawn(async move { sequences::gap(&streams).await });
    let (sender, receiver) = mpsc::channel(AHEAD);
    let hashing = spawn_blocking(move || check(checker, receiver, Position(end)));
    read(pool, end, sender).await?;
    let verified = match hashing.await.map_err(|_| stopped())? {
        Ok(verified) => verified,
        // A row whose successors were moved up shows as a chain that does not fit.
        Err(found) if found.kind == DamageKind::Rewritten => {
            let kind = gap(counting).await?.map_or(found.kind, |gap| gap.kind);
            return Ok(Verdict::Damaged(Damage { kind, ..found }));
        }
        Err(found) => return Ok(Verdict::Damaged(found)),
    };
    if let Some(differs) = head_differs(head.as_ref(), newest, &verified) {
        return Ok(Verdict::Damaged(differs));
    }
    Ok(match gap(counting).await? {
        Some(gap) => Verdict::Damaged(gap),
        None => Verdict::Fits(verified),
    })
}

/// What counting the streams has found.
async fn gap(
    mut counting: JoinSet<Result<Option<Damage>, JournalError>>,
) -> Result<Option<Damage>, JournalError> {
    match counting.join_next().await {
        Some(Ok(counted)) => counted,
        Some(Err(_)) | None => Err(stopped()),
    }
}

fn stopped() -> JournalError {
    JournalError::Unavailable("verifying has stopped".to_owned())
}

/// The head, if there is one, and the last position in the table at the same moment.
async fn ends(pool: &PgPool) -> Result<(Option<Head>, i64), JournalError> {
    let ends = async {
        let row = sqlx::query(
            "SELECT h.position, h.chain, h.recorded_at, (SELECT coalesce(max(position), 0) FROM events) AS newest
             FROM (SELECT) AS one LEFT JOIN journal_head AS h ON true",
        )
        .fetch_one(pool)
        .await?;
        let position: Option<i64> = row.try_get("position")?;
        let head = match position {
            None => None,
            Some(position) => Some(Head {
                position,
                chain: row.try_get("chain")?,
                recorded_at: row
                    .try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?
                    .to_jiff(),
            }),
        };
        Ok((head, row.try_get("newest")?))
    };
    ends.await.map_err(JournalError::database(DOING))
}

/// The head must describe the last event that was appended with it.
fn head_differs(head: Option<&Head>, newest: i64, verified: &Verified) -> Option<Damage> {
    let Some(head) = head else {
        // A journal that was never opened has neither.
        return (newest > 0).then(|| damage(newest, DamageKind::Head));
    };
    if newest > head.position {
        return Some(damage(head.position + 1, DamageKind::Head));
    }
    let time_differs = verified
        .recorded_at
        .is_some_and(|recorded_at| recorded_at != head.recorded_at);
    (time_differs || head.chain != verified.chain)
        .then(|| damage(verified.last.0, DamageKind::Head))
}

/// Sends the rows up to `end` on, in order. Ends early when nobody wants more.
async fn read(pool: &PgPool, end: i64, sender: mpsc::Sender<Chunk>) -> Result<(), JournalError> {
    let mut after = 0;
    let mut chunk = Chunk::default();
    loop {
        let began = after;
        let mut rows = sqlx::query(
            "SELECT position, recorded_at, aggregate_type, aggregate_id, sequence, event_type, event_version,
                    payload, metadata, digest, chain
             FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
        )
        .bind(after)
        .bind(end)
        .bind(PAGE)
        .fetch(pool);
        while let Some(row) = rows
            .try_next()
            .await
            .map_err(JournalError::database(DOING))?
        {
            after = add(&mut chunk, &row).map_err(JournalError::database(DOING))?;
            if chunk.events.len() >= CHUNK && sender.send(std::mem::take(&mut chunk)).await.is_err()
            {
                return Ok(());
            }
        }
        if after == began || after >= end {
            // Nobody wants it any more when this fails.
            drop(sender.send(chunk).await);
            return Ok(());
        }
    }
}

fn add(chunk: &mut Chunk, row: &PgRow) -> Result<i64, sqlx::Error> {
    let position = row.try_get(0)?;
    let recorded_at: jiff_sqlx::Timestamp = row.try_get(1)?;
    // Sent as its stored bytes: as text they would be copied twice more.
    let json = |column: usize| {
        row.try_get_raw(column)?
            .as_str()
            .map_err(sqlx::Error::Decode)
    };
    let digested = Digested {
        aggregate_type: row.try_get(2)?,
        aggregate_id: row.try_get(3)?,
        sequence: row.try_get(4)?,
        event_type: row.try_get(5)?,
        event_version: row.try_get(6)?,
        payload: json(7)?,
        metadata: json(8)?,
    };
    let seen = Seen {
        position,
        recorded_at: recorded_at.to_jiff().as_microsecond(),
        digest: row.try_get(9)?,
        chain: row.try_get(10)?,
    };
    chunk.push(seen, &digested);
    Ok(position)
}

fn check(
    mut checker: Checker,
    mut chunks: mpsc::Receiver<Chunk>,
    end: Position,
) -> Result<Verified, Damage> {
    while let Some(chunk) = chunks.blocking_recv() {
        let mut start = 0;
        for (seen, stop) in chunk.events {
            let digested = chunk.bytes.get(start..stop).unwrap_or_default();
            checker.take(seen, &Sha256::digest(digested).into())?;
            start = stop;
        }
    }
    checker.finish(Some(end))
}
