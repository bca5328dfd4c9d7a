//! The slower way, for when the fast one met a taken key: finds out which units are already stored (after a lost
//! connection) and which still fit. None fails its neighbours.

use sqlx::{PgConnection, Row as _};
use tokio::time::timeout;

use super::batch::Columns;
use super::fault::Fault;
use super::session::{PATIENCE, Session};
use super::{Outcome, Unit};
use crate::Position;

const CHECKED: &str = "
    SELECT outcome, last_position FROM journal_append_checked($1,
        $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bytea[],
        $10::integer[], $11::text[], $12::bytea[], $13::bytea[], $14::text[], $15::integer[], $16::bigint[])
    ORDER BY command";

/// Stores the units that fit, each whole.
pub(super) async fn append(session: &mut Session, units: &[Unit]) -> Result<Vec<Outcome>, Fault> {
    append_within(&mut session.conn, units).await
}

/// The same inside a transaction of the caller, who then holds the lock of the head until its end.
pub(super) async fn append_within(
    conn: &mut PgConnection,
    units: &[Unit],
) -> Result<Vec<Outcome>, Fault> {
    let columns = Columns::of(units);
    let (events, notes) = (&columns.events, &columns.notes);
    let statement = sqlx::query(CHECKED)
        .bind(columns.units)
        .bind(&events.types)
        .bind(&events.ids)
        .bind(&events.sequences)
        .bind(&events.event_types)
        .bind(&events.event_versions)
        .bind(&events.payloads)
        .bind(&events.metadatas)
        .bind(&events.digests)
        .bind(&events.owners)
        .bind(&notes.scopes)
        .bind(&notes.key_hmacs)
        .bind(&notes.content_hmacs)
        .bind(&notes.results)
        .bind(&notes.owners)
        .bind(&columns.closings);
    let rows = timeout(PATIENCE, statement.fetch_all(conn))
        .await
        .map_err(|_| Fault::Lost("no answer in time".to_owned()))??;
    if rows.len() != units.len() {
        let sent = i64::from(columns.units);
        return Err(Fault::RowsLost {
            sent,
            inserted: i64::try_from(rows.len()).unwrap_or(sent),
        });
    }
    rows.iter()
        .map(|row| {
            Ok(match row.try_get::<&str, _>("outcome")? {
                "stored" => Outcome::Stored(Position(row.try_get("last_position")?)),
                "conflict" => Outcome::Conflict,
                "closed" => Outcome::KeysClosed,
                _ => Outcome::Duplicate,
            })
        })
        .collect()
}

const STORED_EVENTS: &str = "
    SELECT wanted.owner, count(*) AS found, max(e.position) AS last_position
    FROM unnest($1::integer[], $2::text[], $3::text[], $4::bigint[], $5::bytea[])
         AS wanted(owner, type, id, sequence, digest)
    JOIN events AS e ON e.aggregate_type = wanted.type AND e.aggregate_id = wanted.id
                    AND e.sequence = wanted.sequence AND e.digest = wanted.digest
    GROUP BY wanted.owner";

const STORED_NOTES: &str = "
    SELECT wanted.owner, d.position AS last_position
    FROM unnest($1::integer[], $2::text[], $3::bytea[], $4::bytea[], $5::text[])
         AS wanted(owner, scope, key_hmac, content_hmac, result)
    JOIN dedupe AS d ON d.scope = wanted.scope AND d.key_hmac = wanted.key_hmac
                    AND d.content_hmac = wanted.content_hmac AND d.result::text = wanted.result";

/// Which units are stored already, by their digests: those of a statement whose answer was lost.
pub(super) async fn recognise(
    session: &mut Session,
    units: &[Unit],
) -> Result<Vec<Option<Outcome>>, Fault> {
    let columns = Columns::of(units);
    let (events, notes) = (&columns.events, &columns.notes);
    let mut found = vec![None; units.len()];
    let stored = sqlx::query(STORED_EVENTS)
        .bind(&events.owners)
        .bind(&events.types)
        .bind(&events.ids)
        .bind(&events.sequences)
        .bind(&events.digests);
    for row in timeout(PATIENCE, stored.fetch_all(&mut session.conn))
        .await
        .map_err(|_| Fault::Lost("no answer in time".to_owned()))??
    {
        let (at, count) = (
            index(row.try_get("owner")?),
            row.try_get::<i64, _>("found")?,
        );
        let whole = units
            .get(at)
            .is_some_and(|unit| i64::try_from(unit.rows.len()).is_ok_and(|rows| rows == count));
        if let (true, Some(slot)) = (whole, found.get_mut(at)) {
            *slot = Some(Outcome::Stored(Position(row.try_get("last_position")?)));
        }
    }
    let noted = sqlx::query(STORED_NOTES)
        .bind(&notes.owners)
        .bind(&notes.scopes)
        .bind(&notes.key_hmacs)
        .bind(&notes.content_hmacs)
        .bind(&notes.results);
    for row in timeout(PATIENCE, noted.fetch_all(&mut session.conn))
        .await
        .map_err(|_| Fault::Lost("no answer in time".to_owned()))??
    {
        let at = index(row.try_get("owner")?);
        let eventless = units.get(at).is_some_and(|unit| unit.rows.is_empty());
        if let (true, Some(slot)) = (eventless, found.get_mut(at)) {
            *slot = Some(Outcome::Stored(Position(row.try_get("last_position")?)));
        }
    }
    Ok(found)
}

fn index(owner: i32) -> usize {
    usize::try_from(owner - 1).unwrap_or(usize::MAX)
}
