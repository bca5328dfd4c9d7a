//! Whether each stream counts 1, 2, 3: the chain holds that nothing changed, this that it was right. Pages along the
//! primary key, so that no more than one place has to be remembered.

use sqlx::{PgPool, Row as _};

use super::checker::damage;
use super::{Damage, DamageKind};
use crate::JournalError;

/// Rows in one statement.
const PAGE: i64 = 100_000;

const DOING: &str = "verifying the sequences";

/// The first row of `gap` is the first that does not follow on the one before it, if there is one; the last of `page`
/// is where the next page begins.
const STATEMENT: &str = "
    WITH page AS MATERIALIZED (
        SELECT aggregate_type, aggregate_id, sequence FROM events
        WHERE (aggregate_type, aggregate_id, sequence) > ($1, $2, $3)
        ORDER BY aggregate_type, aggregate_id, sequence LIMIT $4
    ), followed AS (
        SELECT page.*, row_number() OVER places AS place,
               coalesce(lag(aggregate_type) OVER places, $1) AS type_before,
               coalesce(lag(aggregate_id) OVER places, $2) AS id_before,
               coalesce(lag(sequence) OVER places, $3) AS sequence_before
        FROM page WINDOW places AS (ORDER BY aggregate_type, aggregate_id, sequence)
    ), gap AS (
        SELECT * FROM followed
        WHERE sequence <> 1 + CASE WHEN (aggregate_type, aggregate_id) = (type_before, id_before)
                                   THEN sequence_before ELSE 0 END
        ORDER BY place LIMIT 1
    ), last AS (
        SELECT * FROM followed ORDER BY place DESC LIMIT 1
    )
    SELECT last.aggregate_type, last.aggregate_id, last.sequence, last.place,
           CASE WHEN (gap.aggregate_type, gap.aggregate_id) = (gap.type_before, gap.id_before)
                THEN gap.sequence_before ELSE 0 END + 1 AS missing,
           (SELECT position FROM events AS e WHERE e.aggregate_type = gap.aggregate_type
               AND e.aggregate_id = gap.aggregate_id AND e.sequence = gap.sequence) AS before
    FROM last LEFT JOIN gap ON true";

/// Some place where a stream does not go on by one.
pub(super) async fn gap(pool: &PgPool) -> Result<Option<Damage>, JournalError> {
    let (mut aggregate_type, mut id, mut sequence) = (String::new(), String::new(), 0_i64);
    loop {
        let row = sqlx::query(STATEMENT)
            .bind(&aggregate_type)
            .bind(&id)
            .bind(sequence)
            .bind(PAGE)
            .fetch_optional(pool)
            .await
            .map_err(JournalError::database(DOING))?;
        let Some(row) = row else { return Ok(None) };
        let columns = || -> Result<_, sqlx::Error> {
            let gap: Option<(i64, i64)> = row
                .try_get::<Option<i64>, _>("before")?
                .zip(row.try_get("missing")?);
            let last = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
            Ok((gap, last, row.try_get::<i64, _>("place")?))
        };
        let (gap, last, rows) = columns().map_err(JournalError::database(DOING))?;
        if let Some((before, missing)) = gap {
            let kind = DamageKind::StreamGap {
                sequence: missing.unsigned_abs(),
                before: crate::Position(before),
            };
            return Ok(Some(damage(before, kind)));
        }
        if rows < PAGE {
            return Ok(None);
        }
        (aggregate_type, id, sequence) = last;
    }
}
