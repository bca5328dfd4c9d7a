//! What a query of the read model can fail with. Carries ids and numbers only, never a row's content.

use sqlx::error::DatabaseError;
use thiserror::Error;

/// Why a query or the opening of the read model failed.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The page asked for cannot be given.
    #[error(transparent)]
    Page(#[from] PageRefusal),
    /// PostgreSQL failed or is not to be reached.
    #[error("read model: {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// The driver's error.
        #[source]
        source: sqlx::Error,
    },
    /// The rows know of more events than the journal has: not the same database.
    #[error("the read model stands at {read}, the journal at {journal}")]
    AheadOfJournal {
        /// Position of the rows.
        read: i64,
        /// Position of the journal's head.
        journal: i64,
    },
    /// The journal could not say where it stands, or could not be read.
    #[error("the journal: {0}")]
    Journal(String),
    /// No schema of this program's version is live.
    #[error("no schema of this version of the read model is live")]
    NotLive,
    /// Another process is at it.
    #[error("another process is rebuilding the read model")]
    Rebuilding,
    /// The lease of a rebuild went to another process.
    #[error("the rebuild was stopped: its lease is lost")]
    LeaseLost,
    /// An event that no row can be made of.
    #[error("{0}")]
    Poison(String),
}

impl ReadError {
    /// Whether it is worth trying again, because the database was not to be reached or no schema is live yet.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Database { source, .. } => hilo_journal::is_transient(source),
            Self::NotLive => true,
            Self::Page(_)
            | Self::AheadOfJournal { .. }
            | Self::Journal(_)
            | Self::Rebuilding
            | Self::LeaseLost
            | Self::Poison(_) => false,
        }
    }

    /// Whether the schema was dropped.
    pub(crate) fn is_gone(&self) -> bool {
        matches!(self, Self::Database { source, .. } if Self::means_gone(source))
    }

    /// Whether a statement failed because its schema or table was dropped.
    pub(crate) fn means_gone(error: &sqlx::Error) -> bool {
        let code = error.as_database_error().and_then(DatabaseError::code);
        matches!(code.as_deref(), Some("42P01" | "3F000"))
    }
}

/// Why a page is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PageRefusal {
    /// Forward and backward at once.
    #[error("give first (with after) or last (with before), not both")]
    BothDirections,
    /// More rows than one page may have.
    #[error("a page has at most {limit} rows")]
    TooMany {
        /// The most.
        limit: usize,
    },
}

/// Names what failed, for `map_err`.
pub(crate) fn database(doing: &'static str) -> impl FnOnce(sqlx::Error) -> ReadError {
    move |source| ReadError::Database { doing, source }
}
