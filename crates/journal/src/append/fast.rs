//! The one statement by which nearly everything is appended: the head's row gives the lock, the positions, the time and
//! the chain; events and notes go in with it. All of the batch, or nothing.

use jiff::Timestamp;
use sqlx::Row as _;
use tokio::time::timeout;

use super::batch::Columns;
use super::fault::Fault;
use super::session::{PATIENCE, Session};
use super::{Outcome, Row, Unit};
use crate::{Position, StoredEvent};

const APPEND: &str = "
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now),
    -- One look a key, whatever the planner thinks of the table's size.
    taken AS MATERIALIZED (
        SELECT FROM unnest($11::text[], $12::bytea[]) AS n(scope, key_hmac)
        CROSS JOIN LATERAL (
            SELECT FROM dedupe AS d WHERE d.scope = n.scope AND d.key_hmac = n.key_hmac LIMIT 1) AS d
    ),
    head AS (
        UPDATE journal_head AS h SET
            position = h.position + $1,
            recorded_at = CASE WHEN $1 > 0 THEN greatest(h.recorded_at, clock.now) ELSE h.recorded_at END,
            chain = CASE WHEN $1 > 0 THEN
                sha256(h.chain || int8send(h.position + 1) || int4send($1::integer)
                       || int8send((extract(epoch FROM greatest(h.recorded_at, clock.now)) * 1000000)::bigint) || $2)
                ELSE h.chain END
        FROM clock
        -- Checked on the row as it is once the lock is ours, so that nothing is stored under a key closed meanwhile.
        WHERE ($16::bigint IS NULL OR h.closings = $16) AND NOT EXISTS (SELECT FROM taken)
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
    let columns = Columns::of(units);
    let (events, notes) = (&columns.events, &columns.notes);
    let statement = sqlx::query(APPEND)
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
        .bind(columns.closings.iter().flatten().next());
    let sent = columns.event_count() + columns.note_count();
    let row = timeout(PATIENCE, statement.fetch_optional(&mut session.conn))
        .await
        .map_err(|_| Fault::Lost("no answer in time".to_owned()))??
        .ok_or(match units.iter().any(Unit::may_be_refused) {
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
    let outcomes = columns
        .ends
        .iter()
        .map(|end| Outcome::Stored(Position(place.before + end)))
        .collect();
    Ok((outcomes, place))
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
