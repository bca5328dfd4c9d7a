//! What a failed statement means for the units that were in it.

use sqlx::error::DatabaseError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// How appending failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// A sequence or a command's key was taken: some unit does not fit any more. Nothing was stored.
    Clash,
    /// A generation of keys was closed meanwhile. Nothing was stored.
    Unfit,
    /// The connection is gone: the units may have been stored or not.
    Lost(String),
    /// The server could not just now, whoever asked. Nothing was stored.
    Transient(String),
    /// The server refuses something in these units. Nothing was stored.
    Culprit(sqlx::Error),
    /// The statement did not store what was sent, which must never happen.
    RowsLost { sent: i64, inserted: i64 },
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = of_postgres(&error) else {
            return match error {
                // Values of ours that could not even be encoded, or an answer that could not be read.
                sqlx::Error::Encode(_)
                | sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_) => Self::Culprit(error),
                other => Self::Lost(other.to_string()),
            };
        };
        // A backend that is told to die may have committed just before: its last word is no proof.
        if matches!(database.severity(), PgSeverity::Fatal | PgSeverity::Panic) {
            return Self::Lost(database.message().to_owned());
        }
        if database.code() == "23505" {
            return Self::Clash;
        }
        match is_nobodys_fault(database.code()) {
            true => Self::Transient(format!("{} ({})", database.message(), database.code())),
            false => Self::Culprit(error),
        }
    }
}

/// Whether trying the same again later may go better: the connection or the server failed, not what was asked of it.
#[must_use]
pub fn is_transient(error: &sqlx::Error) -> bool {
    match of_postgres(error) {
        Some(database) => {
            matches!(database.severity(), PgSeverity::Fatal | PgSeverity::Panic)
                || is_nobodys_fault(database.code())
        }
        None => matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        ),
    }
}

fn of_postgres(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error
        .as_database_error()
        .and_then(|error: &dyn DatabaseError| error.try_downcast_ref())
}

/// Error classes that say nothing about the statement's values: connection (08), read-only (25), rollback such as a
/// deadlock (40), resources (53), not the right moment, such as a lock timeout (55), an operator (57), the system (58).
fn is_nobodys_fault(code: &str) -> bool {
    ["08", "25", "40", "53", "55", "57", "58"]
        .iter()
        .any(|class| code.starts_with(class))
}
