//! Whether each stream counts 1, 2, 3: the chain holds that nothing changed, this that it was right. Pages along the
//! primary key, each of which the server counts by stream, so that no more than one place has to be remembered.

use sqlx::postgres::PgRow;
use sqlx::{PgPool, Row as _};

use super::checker::damage;
use super::{Damage, DamageKind};
use crate::{JournalError, Position};

/// Rows in one statement.
const PAGE: i64 = 100_000;

const DOING: &str = "verifying the sequences";

/// The streams of a page, in order. The rows come from the index in the order in which they are counted.
const STREAMS: &str = "
    SELECT aggregate_type, aggregate_id, max(sequence) AS last, count(*) AS events FROM (
        SELECT aggregate_type, aggregate_id, sequence FROM events
        WHERE (aggregate_type, aggregate_id, sequence) > ($1, $2, $3)
        ORDER BY aggregate_type, aggregate_id, sequence LIMIT $4
    ) AS page GROUP BY aggregate_type, aggregate_id ORDER BY aggregate_type, aggregate_id";

/// The first event of a stream behind a sequence that is not the next one.
const FIRST_BEHIND: &str = "
    SELECT expected, position FROM (
        SELECT sequence, position, $3 + row_number() OVER (ORDER BY sequence) AS expected FROM events
        WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3
    ) AS numbered WHERE sequence <> expected ORDER BY sequence LIMIT 1";

/// A stream, or what a page holds of it.
#[derive(Default)]
struct Stream {
    aggregate_type: String,
    id: String,
    /// Sequence of its last event.
    last: i64,
    events: i64,
}

impl Stream {
    fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            aggregate_type: row.try_get(0)?,
            id: row.try_get(1)?,
            last: row.try_get(2)?,
            events: row.try_get(3)?,
        })
    }

    /// The sequence that its first event here follows on, where the page before ended with `previous`.
    fn begins_behind(&self, previous: &Self) -> i64 {
        let goes_on = (&self.aggregate_type, &self.id) == (&previous.aggregate_type, &previous.id);
        if goes_on { previous.last } else { 0 }
    }
}

/// Some place where a stream does not go on by one.
pub(super) async fn gap(pool: &PgPool) -> Result<Option<Damage>, JournalError> {
    let mut end = Stream::default();
    loop {
        let page = sqlx::query(STREAMS)
            .bind(&end.aggregate_type)
            .bind(&end.id)
            .bind(end.last)
            .bind(PAGE)
            .fetch_all(pool)
            .await
            .and_then(|rows| rows.iter().map(Stream::read).collect::<Result<Vec<_>, _>>())
            .map_err(JournalError::database(DOING))?;
        let mut events = 0;
        for stream in page {
            let begin = stream.begins_behind(&end);
            // No sequence is there twice, so that many of them reach so far only when none is left out.
            if stream.last - begin != stream.events
                && let Some(gap) = first_gap(pool, &stream, begin).await?
            {
                return Ok(Some(gap));
            }
            events += stream.events;
            end = stream;
        }
        if events < PAGE {
            return Ok(None);
        }
    }
}

async fn first_gap(
    pool: &PgPool,
    stream: &Stream,
    begin: i64,
) -> Result<Option<Damage>, JournalError> {
    let doing = JournalError::database(DOING);
    let row = sqlx::query_as::<_, (i64, i64)>(FIRST_BEHIND)
        .bind(&stream.aggregate_type)
        .bind(&stream.id)
        .bind(begin)
        .fetch_optional(pool)
        .await
        .map_err(doing)?;
    Ok(row.map(|(missing, before)| {
        let kind = DamageKind::StreamGap {
            sequence: missing.unsigned_abs(),
            before: Position(before),
        };
        damage(before, kind)
    }))
}
