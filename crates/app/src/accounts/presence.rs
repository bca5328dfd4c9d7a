//! Table `presence`: who is in Hilo just now, in which chat, and whether they write there. Rows expire by the database's
//! clock alone, so that processes with different clocks agree. Decides nothing, keeps no history.

use hilo_domain::{AgentId, ChatId};
use hilo_journal::Pool;
use sqlx::Row as _;
use uuid::Uuid;

use crate::error::{AppError, database};

/// In which chat, who, in which window. A nil chat: in Hilo at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub chat: Uuid,
    pub who: Uuid,
    pub window: Uuid,
}

/// What is said of a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Sign {
    pub contact: bool,
    /// The writing is told to the other end, too.
    pub told: bool,
    pub writing: bool,
    /// Seconds for which it is good.
    pub seconds: f64,
}

/// Somebody in a place now, whatever the number of their windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Present {
    pub chat: ChatId,
    pub who: Uuid,
    pub contact: bool,
    pub writing: bool,
    /// They write, by what another process says, and the other end is to know.
    pub writing_elsewhere: bool,
}

/// Says that somebody is in these places.
pub(crate) async fn say(
    pool: &Pool,
    process: Uuid,
    signs: &[(Place, Sign)],
) -> Result<(), AppError> {
    let column = |value: fn(&(Place, Sign)) -> Uuid| signs.iter().map(value).collect::<Vec<_>>();
    let flag = |value: fn(&(Place, Sign)) -> bool| signs.iter().map(value).collect::<Vec<_>>();
    let seconds: Vec<f64> = signs.iter().map(|(_, sign)| sign.seconds).collect();
    sqlx::query(
        "INSERT INTO presence (chat_id, who, window_id, contact, process, told, writing_until, expires_at)
         SELECT chat_id, who, window_id, contact, $1, told,
                CASE WHEN writing THEN clock_timestamp() + least(seconds, 10) * interval '1 second' END,
                clock_timestamp() + seconds * interval '1 second'
         FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bool[], $6::bool[], $7::bool[], $8::float8[])
              AS s (chat_id, who, window_id, contact, told, writing, seconds)
         ON CONFLICT (chat_id, who, window_id) DO UPDATE SET process = excluded.process, told = excluded.told,
             writing_until = excluded.writing_until, expires_at = excluded.expires_at",
    )
    .bind(process)
    .bind(column(|(place, _)| place.chat))
    .bind(column(|(place, _)| place.who))
    .bind(column(|(place, _)| place.window))
    .bind(flag(|(_, sign)| sign.contact))
    .bind(flag(|(_, sign)| sign.told))
    .bind(flag(|(_, sign)| sign.writing))
    .bind(seconds)
    .execute(pool.direct())
    .await
    .map_err(database)?;
    Ok(())
}

/// Says that nobody is in these places any more.
pub(crate) async fn leave(pool: &Pool, places: &[Place]) -> Result<(), AppError> {
    let column = |value: fn(&Place) -> Uuid| places.iter().map(value).collect::<Vec<_>>();
    sqlx::query(
        "DELETE FROM presence p USING unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS g (chat_id, who, window_id)
         WHERE p.chat_id = g.chat_id AND p.who = g.who AND p.window_id = g.window_id",
    )
    .bind(column(|place| place.chat))
    .bind(column(|place| place.who))
    .bind(column(|place| place.window))
    .execute(pool.direct())
    .await
    .map_err(database)?;
    Ok(())
}

/// Everybody who is anywhere now. `process` asks.
pub(crate) async fn everybody(pool: &Pool, process: Uuid) -> Result<Vec<Present>, AppError> {
    let rows = sqlx::query(
        "SELECT chat_id, who, contact,
                coalesce(bool_or(writing_until > clock_timestamp()), false) AS writing,
                coalesce(bool_or(told AND process <> $1 AND writing_until > clock_timestamp()), false) AS elsewhere
         FROM presence WHERE expires_at > clock_timestamp() GROUP BY chat_id, who, contact",
    )
    .bind(process)
    .fetch_all(pool.direct())
    .await
    .map_err(database)?;
    let present = rows.iter().map(|row| {
        Ok(Present {
            chat: ChatId::from_uuid(row.try_get("chat_id")?),
            who: row.try_get("who")?,
            contact: row.try_get("contact")?,
            writing: row.try_get("writing")?,
            writing_elsewhere: row.try_get("elsewhere")?,
        })
    });
    present
        .collect::<Result<_, sqlx::Error>>()
        .map_err(database)
}

/// Agents who have Hilo open now, in any process.
pub(crate) async fn agents(pool: &Pool) -> Result<Vec<AgentId>, AppError> {
    let agents: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT who FROM presence WHERE chat_id = $1 AND NOT contact AND expires_at > clock_timestamp()",
    )
    .bind(Uuid::nil())
    .fetch_all(pool)
    .await
    .map_err(database)?;
    Ok(agents.into_iter().map(AgentId::from_uuid).collect())
}

/// Takes away what expired a while ago.
pub(crate) async fn sweep(pool: &Pool) -> Result<(), AppError> {
    sqlx::query("DELETE FROM presence WHERE expires_at < clock_timestamp() - interval '1 minute'")
        .execute(pool.direct())
        .await
        .map_err(database)?;
    Ok(())
}
