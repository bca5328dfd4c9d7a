//! The statements by which nearly everything is appended, for many units and for one: the head's row gives the lock, the
//! positions, the time and the chain; events and notes go in with it. All of the batch, or nothing: a key that is taken
//! fails the statement, so none is looked for before.

use jiff::Timestamp;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Postgres, Row as _};
use tokio::time::timeout;

use super::batch::Columns;
use super::fault::Fault;
use super::session::{PATIENCE, Session};
use super::{Note, Outcome, Row, Unit};
use crate::{Position, StoredEvent};

const APPEND: &str = "
    WITH head AS (
        UPDATE journal_head AS h SET
            position = h.position + $1,
            recorded_at = CASE WHEN $1 > 0 THEN greatest(h.recorded_at, statement_timestamp()) ELSE h.recorded_at END,
            chain = CASE WHEN $1 > 0 THEN
                sha256(h.chain || int8send(h.position + 1) || int4send($1::integer)
                       || int8send((extract(epoch FROM greatest(h.recorded_at, statement_timestamp())) * 1000000)::bigint)
                       || $2)
                ELSE h.chain END
        -- Checked on the row as it is once the lock is ours, so that nothing is stored under a key closed meanwhile.
        WHERE $16::bigint IS NULL OR h.closings = $16
        RETURNING h.position - $1 AS before, h.recorded_at, h.chain
    ), stored AS (
        INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                            digest, position, recorded_at, chain)
        SELECT e.type, e.id, e.sequence, e.event_type, e.event_version, e.payload::json, e.metadata::json,
               e.digest, head.before + e.number, head.recorded_at, CASE WHEN e.number = $1 THEN head.chain END
        FROM head, unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[],
                          $10::bytea[])
             WITH ORDINALITY AS e(type, id, sequence, event_type, event_version, payload, metadata, digest, number)
        RETURNING 1
    ), noted AS (
        INSERT INTO dedupe (scope, key_hmac, content_hmac, position, result)
        SELECT n.scope, n.key_hmac, n.content_hmac, head.before + n.last, n.result::json
        FROM head, unnest($11::text[], $12::bytea[], $13::bytea[], $14::text[], $15::bigint[])
             AS n(scope, key_hmac, content_hmac, result, last)
        RETURNING 1
    )
    SELECT head.before, head.recorded_at, head.chain, (SELECT count(*) FROM stored) AS stored, (SELECT count(*) FROM noted) AS noted FROM head";

/// The same for one event with the key of its command, which is what comes where nobody waits for anybody: without arrays
/// it takes PostgreSQL a third less.
const APPEND_ONE: &str = "
    WITH head AS (
        UPDATE journal_head AS h SET
            position = h.position + 1,
            recorded_at = greatest(h.recorded_at, statement_timestamp()),
            chain = sha256(h.chain || int8send(h.position + 1) || int4send(1)
                           || int8send((extract(epoch FROM greatest(h.recorded_at, statement_timestamp())) * 1000000)::bigint)
                           || $8)
        WHERE $13::bigint IS NULL OR h.closings = $13
        RETURNING h.position - 1 AS before, h.recorded_at, h.chain
    ), stored AS (
        INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata,
                            digest, position, recorded_at, chain)
        SELECT $1, $2, $3, $4, $5, $6::text::json, $7::text::json, $8, head.before + 1, head.recorded_at, head.chain
        FROM head
        RETURNING 1
    ), noted AS (
        INSERT INTO dedupe (scope, key_hmac, content_hmac, position, result)
        SELECT $9, $10, $11, head.before + 1, $12::text::json FROM head
        RETURNING 1
    )
    SELECT head.before, head.recorded_at, head.chain,
           coalesce((SELECT 1::bigint FROM stored), 0) AS stored, coalesce((SELECT 1::bigint FROM noted), 0) AS noted
    FROM head";

/// What the head was when units were stored behind it.
#[derive(Clone, Copy)]
pub(super) struct Place {
    before: i64,
    recorded_at: Timestamp,
    chain: [u8; 32],
}

/// Stores all units, or none. Those that are sealed must all have been sealed under the same count of closings.
pub(super) async fn append(
    session: &mut Session,
    units: &[Unit],
) -> Result<(Vec<Outcome>, Place), Fault> {
    let columns;
    let (statement, ends, sent) = match units {
        [unit] if let ([row], Some(note)) = (&*unit.rows, &unit.note) => {
            (one(unit, row, note), vec![1], 2)
        }
        units => {
            columns = Columns::of(units);
            let sent = columns.event_count() + columns.note_count();
            (all(&columns), columns.ends.clone(), sent)
        }
    };
    let row = timeout(PATIENCE, statement.fetch_optional(&mut session.conn))
        .await
        .map_err(|_| Fault::Lost("no answer in time".to_owned()))??
        .ok_or(match units.iter().any(|unit| unit.closings.is_some()) {
            true => Fault::Unfit,
            false => Fault::RowsLost { sent, inserted: 0 },
        })?;
    let place = Place {
        before: row.try_get("before")?,
        recorded_at: row
            .try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?
            .to_jiff(),
        chain: row.try_get("chain")?,
    };
    let inserted = row.try_get::<i64, _>("stored")? + row.try_get::<i64, _>("noted")?;
    if inserted != sent {
        return Err(Fault::RowsLost { sent, inserted });
    }
    let stored = |end| Outcome::Stored(Position(place.before + end));
    Ok((ends.into_iter().map(stored).collect(), place))
}

type Statement<'q> = Query<'q, Postgres, PgArguments>;

fn all<'q>(columns: &'q Columns<'q>) -> Statement<'q> {
    let (events, notes) = (&columns.events, &columns.notes);
    sqlx::query(APPEND)
        .bind(columns.event_count())
        .bind(columns.joined_digests())
        .bind(&events.types)
        .bind(&events.ids)
        .bind(&events.sequences)
        .bind(&events.event_types)
        .bind(&events.event_versions)
        .bind(&events.payloads)
        .bind(&events.metadatas)
        .bind(&events.digests)
        .bind(&notes.scopes)
        .bind(&notes.key_hmacs)
        .bind(&notes.content_hmacs)
        .bind(&notes.results)
        .bind(&notes.ends)
        .bind(columns.closings.iter().flatten().next())
}

fn one<'q>(unit: &'q Unit, row: &'q Row, note: &'q Note) -> Statement<'q> {
    sqlx::query(APPEND_ONE)
        .bind(&row.aggregate_type)
        .bind(&row.aggregate_id)
        .bind(row.sequence)
        .bind(&row.event_type)
        .bind(&row.event_version)
        .bind(&row.payload)
        .bind(&row.metadata)
        .bind(row.digest.as_slice())
        .bind(&note.scope)
        .bind(note.key_hmac.as_slice())
        .bind(note.content_hmac.as_slice())
        .bind(&note.result)
        .bind(unit.closings)
}

/// The events of units as they are stored now, all of them in one statement.
pub(super) fn stored(units: Vec<Unit>, place: Place) -> impl Iterator<Item = StoredEvent> {
    let count = units.iter().map(|unit| unit.rows.len()).sum::<usize>();
    let rows = units.into_iter().flat_map(|unit| unit.rows);
    let event = move |((position, number), row): ((i64, usize), Row)| StoredEvent {
        position: Position(position),
        recorded_at: place.recorded_at,
        aggregate_type: row.aggregate_type,
        aggregate_id: row.aggregate_id,
        sequence: row.sequence.unsigned_abs(),
        event_type: row.event_type,
        event_version: row.event_version,
        payload: row.payload,
        metadata: row.metadata,
        digest: row.digest,
        chain: (number == count).then_some(place.chain),
    };
    (place.before + 1..).zip(1..=count).zip(rows).map(event)
}
