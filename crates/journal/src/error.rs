//! What can go wrong in the journal. No text here may carry an event's content.

use crate::Position;

/// A fault of the journal or below it. Never a business refusal: those are [`ExecuteError::Refused`].
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The database failed while the journal was doing `doing`.
    #[error("the database failed while {doing}: {}", reason(source))]
    Database {
        /// What was being done, as words for a log.
        doing: &'static str,
        /// What the database said.
        source: sqlx::Error,
    },
    /// A server setting under which "acknowledged" would not mean "durable".
    #[error("PostgreSQL runs with {setting} = {value}: acknowledged events could be lost")]
    Unsafe {
        /// Name of the setting.
        setting: String,
        /// Its present value.
        value: String,
    },
    /// The server is older than what the journal needs.
    #[error("PostgreSQL {found} is too old: version 15 or newer is needed")]
    TooOld {
        /// What the server calls itself.
        found: String,
    },
    /// A table of the journal is missing.
    #[error("table {table} is missing: run the migrations first")]
    NotMigrated {
        /// The first missing table.
        table: &'static str,
    },
    /// The journal holds events that this program does not know.
    #[error(
        "the journal holds events that this program does not know: {kinds}. A newer program wrote them: run that one"
    )]
    WrittenByNewer {
        /// Aggregate type, event type, version and first position of each kind.
        kinds: String,
    },
    /// The master key cannot open what the journal wrapped with it.
    #[error("the master key does not fit this database")]
    WrongMasterKey,
    /// A master key that is not 32 bytes in hex or base64.
    #[error("a master key is 32 bytes, written as 64 hex digits or as base64")]
    MalformedMasterKey,
    /// A sealed field, secret or key does not open although its key is there: it was changed after it was written.
    #[error("{what} was changed after it was sealed")]
    Tampered {
        /// Which sealed thing.
        what: String,
    },
    /// A string of an event, its id or its metadata contains U+0000, which PostgreSQL's text cannot hold.
    #[error("a NUL character at {pointer} cannot be stored")]
    Nul {
        /// JSON pointer, or the name of the part.
        pointer: String,
    },
    /// A marked value that does not have the shape of its mark, or a mark that a new event may not carry.
    #[error("the value at {pointer} carries a mark that does not belong in a new event")]
    Mark {
        /// JSON pointer to the value.
        pointer: String,
    },
    /// An event cannot be written as JSON.
    #[error("a {event_type} event does not serialise")]
    Unserializable {
        /// Stored type name.
        event_type: String,
    },
    /// A stored event that this program cannot read: of an unknown type, of a newer version, or damaged.
    #[error(
        "event {sequence} of {aggregate_type} {aggregate_id} ({event_type} version {event_version}) does not decode: \
         it is of a newer program, which has to be run then, or damaged, which verifying the journal tells"
    )]
    Undecodable {
        /// Type of the aggregate.
        aggregate_type: String,
        /// Id of the aggregate.
        aggregate_id: String,
        /// Place in the aggregate's stream.
        sequence: u64,
        /// Stored type name.
        event_type: String,
        /// Stored version.
        event_version: String,
    },
    /// Stored metadata or a stored result does not have the journal's shape.
    #[error("{what} is damaged")]
    Damaged {
        /// What was read.
        what: String,
    },
    /// The insert did not insert what was sent: nothing was acknowledged.
    #[error("{sent} rows were sent and {inserted} inserted")]
    RowsLost {
        /// Rows in the statement.
        sent: i64,
        /// Rows the server counted.
        inserted: i64,
    },
    /// Several attempts in a row met another writer of the same stream.
    #[error("the stream changed under every attempt")]
    Contended,
    /// The journal cannot reach its database, or got no answer in time; whether the events were stored may be unknown.
    #[error("the journal is not available: {0}")]
    Unavailable(String),
    /// The queue to the appender is full, or the deadline passed in it: nothing was stored.
    #[error("the journal is busy")]
    Busy,
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    Random,
}

/// What the database said, without the values that its message may quote.
pub(crate) fn reason(error: &sqlx::Error) -> String {
    match error.as_database_error() {
        Some(database) => format!(
            "database error {}{}",
            database.code().unwrap_or_default(),
            database
                .constraint()
                .map(|name| format!(" on {name}"))
                .unwrap_or_default()
        ),
        None => match error {
            sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_) => "a column could not be read".to_owned(),
            other => other.to_string(),
        },
    }
}

impl JournalError {
    pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Database { doing, source }
    }

    /// Whether the same call may succeed later without anybody changing the data.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database { source, .. } => crate::append::is_transient(source),
            Self::Unavailable(_) | Self::Busy | Self::Contended => true,
            Self::Unsafe { .. }
            | Self::TooOld { .. }
            | Self::NotMigrated { .. }
            | Self::WrongMasterKey
            | Self::WrittenByNewer { .. }
            | Self::MalformedMasterKey
            | Self::Tampered { .. }
            | Self::Nul { .. }
            | Self::Mark { .. }
            | Self::Unserializable { .. }
            | Self::Undecodable { .. }
            | Self::Damaged { .. }
            | Self::RowsLost { .. }
            | Self::Random => false,
        }
    }
}

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<E> {
    /// The aggregate refused it; a business answer, not a fault.
    #[error("refused: {0}")]
    Refused(E),
    /// Its dedupe key was used before by a command with other content.
    #[error("this key was already used for another command")]
    DedupeConflict,
    /// What the decision rests on is not known freshly enough.
    #[error("the facts for the decision are behind")]
    FactsBehind,
    /// Too much is waiting; nothing was stored, try again.
    #[error("the journal is busy")]
    Busy,
    /// A fault.
    #[error(transparent)]
    Journal(JournalError),
}

impl<E> From<JournalError> for ExecuteError<E> {
    fn from(error: JournalError) -> Self {
        match error {
            JournalError::Busy => Self::Busy,
            other => Self::Journal(other),
        }
    }
}

/// The facts cannot be given: their source has not followed the journal closely enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the facts are behind the journal")]
pub struct FactsBehind;

/// Why a consumer did not take a batch.
#[derive(Debug, thiserror::Error)]
pub enum ConsumerError {
    /// It can never take it: the consumer stops, visibly. The text is shown to operators and must not hold content.
    #[error("{0}")]
    Poison(String),
    /// The database failed: tried again with growing pauses.
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
    /// There is nothing left for it to do, such as when others read what another consumer fills. It ends, and that is
    /// no fault.
    #[error("the consumer's work is over")]
    Over,
}

/// An event at a position could not be decoded into the asked type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {position} ({event_type} version {event_version}) does not decode")]
pub struct Undecodable {
    /// Where it stands.
    pub position: Position,
    /// Stored type name.
    pub event_type: String,
    /// Stored version.
    pub event_version: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_of_the_database_says_why_and_quotes_no_value() {
        let failed = |source| JournalError::database("looking")(source).to_string();
        let gone = failed(sqlx::Error::Io(
            std::io::ErrorKind::ConnectionRefused.into(),
        ));
        assert!(gone.ends_with("connection refused"), "{gone}");
        let unreadable = failed(sqlx::Error::Decode("the text of a message".into()));
        assert!(!unreadable.contains("message"), "{unreadable}");
    }
}
