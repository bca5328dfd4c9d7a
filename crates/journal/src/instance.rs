//! Which installation a database belongs to. A database that was copied or restored elsewhere is served, but nothing
//! touches the world from it until somebody takes it over; and what was handed out before is told from what comes now.

use std::time::Duration;

use sqlx::{PgConnection, PgPool};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::head::take_new_epoch;
use crate::keys::random_uuid;
use crate::{Cursor, Journal, JournalError, Position};

/// How often a process of the installation says that it lives.
const BEAT: Duration = Duration::from_secs(1);
/// How long to look for such a beat, and how often.
const LISTEN: Duration = Duration::from_millis(2_500);
const LOOK: Duration = Duration::from_millis(250);

/// What a process brings along from its data folder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folder {
    /// The installation it belongs to; `None` for a new folder and for a copied one.
    pub instance: Option<Uuid>,
    /// The last head that a process with this folder saw.
    pub seen: Option<Cursor>,
    /// The process that had this folder before and is gone: its leases are free at once.
    pub predecessor: Option<Uuid>,
    /// Take the database over, whoever it belongs to.
    pub adopt: bool,
}

/// Whose a database is, seen from one data folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belonging {
    /// The folder's own installation, or a new one.
    Own(Uuid),
    /// Another process of the installation runs on it just now, so this one is one more.
    Joined(Uuid),
    /// It was taken over as asked.
    Adopted(Uuid),
    /// A copy, or another's: served, but nothing touches the world.
    Copy,
}

impl Belonging {
    /// What the data folder has to remember, if it may.
    #[must_use]
    pub const fn instance(self) -> Option<Uuid> {
        match self {
            Self::Own(id) | Self::Joined(id) | Self::Adopted(id) => Some(id),
            Self::Copy => None,
        }
    }
}

/// Where a database is: another cluster or another database in it is another place.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
struct Place {
    system: String,
    database: i64,
    /// Changes where history may have branched off.
    timeline: String,
}

/// The one row.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Row {
    id: Uuid,
    #[sqlx(flatten)]
    place: Place,
}

impl Row {
    /// Whether the database is still where its installation left it, as far as that can be known.
    fn is_at(&self, place: &Place) -> bool {
        self.place.database == place.database && self.place.system == place.system
    }
}

/// Whether a head is not one that could follow what was seen before.
fn is_behind(seen: Option<Cursor>, head: Cursor) -> bool {
    seen.is_some_and(|seen| seen.fits(head.epoch) && head.position < seen.position)
}

impl Journal {
    /// Finds out whose this database is, before anything runs on it. Where history may have been lost since positions
    /// were handed out, the journal gets a new epoch.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn settle(&self, folder: Folder) -> Result<Belonging, JournalError> {
        let failed = JournalError::database("asking whose the database is");
        let mut conn = self.0.pool.direct().acquire().await.map_err(failed)?;
        let place = place(&mut conn).await?;
        let own = folder.instance.map_or_else(random_uuid, Ok)?;
        let is_new = claim(&mut conn, own, &place).await?;
        let row = row(&mut conn).await?;
        let is_own = is_new || (folder.instance == Some(row.id) && row.is_at(&place));
        let head = self.seen_head(&mut conn).await?;
        let belonging = if folder.adopt {
            let id = random_uuid()?;
            take_over(&mut conn, id, &place).await?;
            Belonging::Adopted(id)
        } else if is_own {
            Belonging::Own(row.id)
        } else if is_alive(&mut conn).await? {
            Belonging::Joined(row.id)
        } else {
            Belonging::Copy
        };
        let is_doubtful = match belonging {
            Belonging::Joined(_) => false,
            Belonging::Adopted(_) | Belonging::Copy => true,
            Belonging::Own(_) => {
                row.place.timeline != place.timeline
                    || is_behind(folder.seen, head)
                    || (folder.seen.is_some_and(|seen| !seen.fits(head.epoch))
                        && !is_alive(&mut conn).await?)
            }
        };
        if is_doubtful && head.position > Position::START {
            tracing::warn!(
                journal.position = head.position.0,
                "positions that were handed out before may name other events now: the journal gets a new epoch"
            );
            take_new_epoch(&mut *conn, head.epoch).await?;
            self.0.head.look(&mut *conn).await?;
        }
        if let Some(id) = belonging.instance() {
            if row.is_at(&place) && row.place.timeline != place.timeline {
                note_timeline(&mut conn, &place).await?;
            }
            self.begin_beating(id);
        }
        if let Some(gone) = folder.predecessor.filter(|_| is_own) {
            free_leases(&mut conn, gone).await?;
        }
        Ok(belonging)
    }

    /// Whether this database is known to be the installation's own, so that workers may touch the world.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        self.0.adopted.borrow().is_some()
    }

    /// Follows [`Journal::is_adopted`]: the installation's id while it is.
    pub(crate) fn adopted(&self) -> watch::Receiver<Option<Uuid>> {
        self.0.adopted.subscribe()
    }

    async fn seen_head(&self, conn: &mut PgConnection) -> Result<Cursor, JournalError> {
        let position = self.0.head.look(conn).await?;
        Ok(Cursor {
            epoch: self.epoch(),
            position,
        })
    }

    /// Says each second that the installation lives, until the database belongs to another.
    fn begin_beating(&self, id: Uuid) {
        let (pool, adopted) = (self.0.pool.direct().clone(), self.0.adopted.clone());
        adopted.send_replace(Some(id));
        let stop = self.0.progresses.stop.clone();
        let beating = async move {
            while beat(&pool, id).await {
                sleep(BEAT).await;
            }
            tracing::error!(
                "this database was taken over by another installation: workers stop here"
            );
            adopted.send_replace(None);
        };
        tokio::spawn(async move { stop.run_until_cancelled(beating).await });
    }
}

/// Whether the database is still the installation's; when it does not answer, that is not known to have changed.
async fn beat(pool: &PgPool, id: Uuid) -> bool {
    let beaten = sqlx::query("UPDATE instance SET seen_at = clock_timestamp() WHERE id = $1")
        .bind(id)
        .execute(pool)
        .await;
    match beaten {
        Ok(done) => done.rows_affected() == 1,
        Err(error) => {
            tracing::debug!(%error, "the installation's sign of life was not written");
            true
        }
    }
}

/// Whether the database is the installation `id`'s, in the transaction of an effect.
pub(crate) async fn holds(conn: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT FROM instance WHERE id = $1)")
        .bind(id)
        .fetch_one(conn)
        .await
}

async fn place(conn: &mut PgConnection) -> Result<Place, JournalError> {
    sqlx::query_as(
        "SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system,
                (SELECT oid::bigint FROM pg_database WHERE datname = current_database()) AS database,
                left(pg_walfile_name(pg_current_wal_lsn()), 8) AS timeline",
    )
    .fetch_one(conn)
    .await
    .map_err(JournalError::database("asking where the database is"))
}

/// A database that belongs to nobody yet belongs to whoever comes first. True when that is us.
async fn claim(conn: &mut PgConnection, id: Uuid, place: &Place) -> Result<bool, JournalError> {
    let claimed = sqlx::query(
        "INSERT INTO instance (id, system, database, timeline) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(&place.system)
    .bind(place.database)
    .bind(&place.timeline)
    .execute(conn)
    .await
    .map_err(JournalError::database("claiming the database"))?;
    Ok(claimed.rows_affected() == 1)
}

async fn row(conn: &mut PgConnection) -> Result<Row, JournalError> {
    sqlx::query_as("SELECT id, system, database, timeline FROM instance")
        .fetch_one(conn)
        .await
        .map_err(JournalError::database("asking whose the database is"))
}

async fn take_over(conn: &mut PgConnection, id: Uuid, place: &Place) -> Result<(), JournalError> {
    sqlx::query(
        "UPDATE instance SET id = $1, system = $2, database = $3, timeline = $4, adopted_at = clock_timestamp()",
    )
    .bind(id)
    .bind(&place.system)
    .bind(place.database)
    .bind(&place.timeline)
    .execute(conn)
    .await
    .map(|_| ())
    .map_err(JournalError::database("taking the database over"))
}

async fn note_timeline(conn: &mut PgConnection, place: &Place) -> Result<(), JournalError> {
    sqlx::query("UPDATE instance SET timeline = $1")
        .bind(&place.timeline)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(JournalError::database("noting the timeline"))
}

/// Whether a process of the installation is at work on this very database: its sign of life moves. A copy's stands
/// still, however young it is.
async fn is_alive(conn: &mut PgConnection) -> Result<bool, JournalError> {
    let first = sign_of_life(conn).await?;
    let asked = Instant::now();
    while asked.elapsed() < LISTEN {
        sleep(LOOK).await;
        if sign_of_life(conn).await? != first {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn sign_of_life(conn: &mut PgConnection) -> Result<String, JournalError> {
    sqlx::query_scalar("SELECT seen_at::text FROM instance")
        .fetch_one(conn)
        .await
        .map_err(JournalError::database("looking for a sign of life"))
}

/// What the last process with this folder held would else stand for some seconds: it was killed.
async fn free_leases(conn: &mut PgConnection, gone: Uuid) -> Result<(), JournalError> {
    sqlx::query("UPDATE leases SET expires = '-infinity' WHERE process = $1")
        .bind(gone)
        .execute(conn)
        .await
        .map(|_| ())
        .map_err(JournalError::database("freeing leases"))
}
