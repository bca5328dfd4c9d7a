//! Which kinds of events are stored, and whether this program knows them all. A kind is written down before its first
//! event, so that an older program finds it at its start, and not only when it meets the event.

use std::sync::{PoisonError, RwLock};

use crate::erase::OWN_KINDS;
use crate::{Journal, JournalError, Pool};

/// So many of the newest events are looked at as well, for those that other means than this journal wrote.
const NEWEST: i64 = 10_000;
/// So many unknown kinds are told of.
const TOLD: usize = 10;

/// A type and version of events, as stored. All events of a kind have one shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKind {
    /// Type of the aggregate.
    pub aggregate_type: &'static str,
    /// Type name.
    pub event_type: &'static str,
    /// Version.
    pub event_version: &'static str,
}

/// Aggregate type, event type and version.
type Kind = (String, String, String);

/// What is known to be written down, in the era in which that was seen.
#[derive(Default)]
pub(crate) struct Kinds(RwLock<(u64, Vec<Kind>)>);

impl Kinds {
    fn has(&self, era: u64, kind: (&str, &str, &str)) -> bool {
        let written = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let same = |it: &Kind| (it.0.as_str(), it.1.as_str(), it.2.as_str()) == kind;
        written.0 == era && written.1.iter().any(same)
    }

    fn add(&self, era: u64, (aggregate_type, event_type, event_version): (&str, &str, &str)) {
        let mut written = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if written.0 != era {
            *written = (era, Vec::new());
        }
        written.1.push((
            aggregate_type.to_owned(),
            event_type.to_owned(),
            event_version.to_owned(),
        ));
    }
}

impl Journal {
    /// Writes a kind down before an event of it is stored, once an era: in another one the database may not have it.
    pub(crate) async fn announce(
        &self,
        aggregate_type: &str,
        event_type: &str,
        event_version: &str,
    ) -> Result<(), JournalError> {
        let (era, kind) = (
            self.0.head.era(),
            (aggregate_type, event_type, event_version),
        );
        if self.0.kinds.has(era, kind) {
            return Ok(());
        }
        sqlx::query(
            "INSERT INTO event_kinds (aggregate_type, event_type, event_version) VALUES ($1, $2, $3)
             ON CONFLICT DO NOTHING",
        )
        .bind(aggregate_type)
        .bind(event_type)
        .bind(event_version)
        .execute(&self.0.pool)
        .await
        .map_err(JournalError::database("writing down a kind of events"))?;
        self.0.kinds.add(era, kind);
        Ok(())
    }
}

/// Refuses a journal that holds events of a kind that is not among the known ones.
pub(crate) async fn check(pool: &Pool, known: &[EventKind]) -> Result<(), JournalError> {
    let doing = "looking for kinds of events";
    let stored: Vec<Kind> = sqlx::query_as(
        "SELECT aggregate_type, event_type, event_version FROM event_kinds
         UNION SELECT aggregate_type, event_type, event_version
         FROM (SELECT * FROM events ORDER BY position DESC LIMIT $1) AS newest
         ORDER BY 1, 2, 3",
    )
    .bind(NEWEST)
    .fetch_all(pool)
    .await
    .map_err(JournalError::database(doing))?;
    let mut unknown = Vec::new();
    for (aggregate_type, event_type, event_version) in stored {
        let same = |it: &&EventKind| {
            (it.aggregate_type, it.event_type, it.event_version)
                == (
                    aggregate_type.as_str(),
                    event_type.as_str(),
                    event_version.as_str(),
                )
        };
        if unknown.len() >= TOLD || known.iter().chain(&OWN_KINDS).any(|it| same(&it)) {
            continue;
        }
        let first: Option<i64> = sqlx::query_scalar(
            "SELECT min(position) FROM events
             WHERE aggregate_type = $1 AND event_type = $2 AND event_version = $3",
        )
        .bind(&aggregate_type)
        .bind(&event_type)
        .bind(&event_version)
        .fetch_one(pool)
        .await
        .map_err(JournalError::database(doing))?;
        if let Some(first) = first {
            unknown.push(format!(
                "{aggregate_type}/{event_type} version {event_version} (first at position {first})"
            ));
        }
    }
    match unknown.is_empty() {
        true => Ok(()),
        false => Err(JournalError::WrittenByNewer {
            kinds: unknown.join(", "),
        }),
    }
}
