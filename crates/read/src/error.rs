//! What a query of the read model can fail with. Carries ids and numbers only, never a row's content.

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
    /// The journal could not say where it stands.
    #[error("the journal's head: {0}")]
    Journal(String),
}

impl ReadError {
    /// Whether it is worth trying again, because the database was not to be reached.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Database { source, .. } if hilo_journal::is_transient(source))
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
