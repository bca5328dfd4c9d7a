//! Why something Hilo was asked to do did not happen. One enum for callers; what to say on the wire is decided above.

use std::time::Duration;

use hilo_domain::TextRefusal;
use hilo_domain::agent::AgentRefusal;
use hilo_domain::channel::ChannelRefusal;
use hilo_domain::chat::ChatRefusal;
use hilo_domain::client::ClientRefusal;
use hilo_domain::template::TemplateRefusal;
use hilo_domain::workspace::WorkspaceRefusal;
use hilo_journal::{ExecuteError, FactsBehind, JournalError};
use hilo_read::{PageRefusal, ReadError};
use thiserror::Error;

use crate::accounts::AccountRefusal;

/// What every function of [`crate::App`] can fail with.
#[derive(Debug, Error)]
pub enum AppError {
    /// Nobody is signed in, or no longer.
    #[error("not signed in")]
    Unauthenticated,
    /// Signed in, but the role does not allow it.
    #[error("this needs the right: {needs}")]
    Forbidden {
        /// The right that is missing: `administrator` or `chats`.
        needs: &'static str,
    },
    /// There is no such thing, or it is not the caller's to see: never told apart.
    #[error("no such {what}")]
    NotFound {
        /// The noun: `chat`, `channel`, `agent`, `invitation`.
        what: &'static str,
    },
    /// An input value that can never be right.
    #[error("{message}")]
    Invalid {
        /// Input field as the API names it (camelCase).
        field: &'static str,
        /// SCREAMING_SNAKE code.
        code: &'static str,
        /// In words for people.
        message: String,
        /// The limit that was passed, where there is one.
        limit: Option<i64>,
    },
    /// A rule said no: data for the person who asked, not a fault.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Too many tries.
    #[error("too many tries, again in {} seconds", retry_after.as_secs())]
    RateLimited {
        /// When the next try may be made.
        retry_after: Duration,
    },
    /// The same client id came with other content.
    #[error("this id was used before with other content")]
    IdempotencyConflict,
    /// A position of another database, or one that is not there yet.
    #[error("unknown position")]
    PositionUnknown,
    /// The journal, its facts or the database are not to be reached just now: try again.
    #[error("not available just now")]
    Unavailable,
    /// A fault of ours; the text is for the log only.
    #[error("unexpected: {0:#}")]
    Unexpected(anyhow::Error),
}

/// Refusals of every aggregate and of accounts, with one face.
#[derive(Clone, Debug, Error, PartialEq)]
pub enum Refusal {
    /// A chat's rule.
    #[error(transparent)]
    Chat(#[from] ChatRefusal),
    /// A channel's rule.
    #[error(transparent)]
    Channel(#[from] ChannelRefusal),
    /// An agent's rule.
    #[error(transparent)]
    Agent(#[from] AgentRefusal),
    /// The workspace's rule.
    #[error(transparent)]
    Workspace(#[from] WorkspaceRefusal),
    /// A client's rule.
    #[error(transparent)]
    Client(#[from] ClientRefusal),
    /// A template's rule.
    #[error(transparent)]
    Template(#[from] TemplateRefusal),
    /// The rule about what a message may be.
    #[error(transparent)]
    Text(#[from] TextRefusal),
    /// A rule of sign-in, passwords, invitations, set-up and widget keys.
    #[error(transparent)]
    Account(#[from] AccountRefusal),
}

impl Refusal {
    /// SCREAMING_SNAKE code of the wire.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chat(refusal) => refusal.code(),
            Self::Channel(refusal) => refusal.code(),
            Self::Agent(refusal) => refusal.code(),
            Self::Workspace(refusal) => refusal.code(),
            Self::Client(refusal) => refusal.code(),
            Self::Template(refusal) => refusal.code(),
            Self::Text(refusal) => refusal.code(),
            Self::Account(refusal) => refusal.code(),
        }
    }

    /// What it says, as an object of its fields: those of a sign-in's rule are its limit alone.
    #[must_use]
    pub fn values(&self) -> serde_json::Value {
        let values = match self {
            Self::Chat(refusal) => serde_json::to_value(refusal),
            Self::Channel(refusal) => serde_json::to_value(refusal),
            Self::Agent(refusal) => serde_json::to_value(refusal),
            Self::Workspace(refusal) => serde_json::to_value(refusal),
            Self::Client(refusal) => serde_json::to_value(refusal),
            Self::Template(refusal) => serde_json::to_value(refusal),
            Self::Text(refusal) => serde_json::to_value(refusal),
            Self::Account(_) => return serde_json::Value::Null,
        };
        values.unwrap_or_default()
    }

    /// In words for people.
    #[must_use]
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// The input field it is about, as the API names it.
    #[must_use]
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Chat(refusal) => refusal.field(),
            Self::Channel(refusal) => refusal.field(),
            Self::Agent(refusal) => refusal.field(),
            Self::Workspace(refusal) => refusal.field(),
            Self::Client(refusal) => refusal.field(),
            Self::Template(refusal) => refusal.field(),
            Self::Text(refusal) => refusal.field(),
            Self::Account(refusal) => refusal.field(),
        }
    }

    /// The limit that was passed, where there is one.
    #[must_use]
    pub fn limit(&self) -> Option<i64> {
        match self {
            Self::Chat(refusal) => refusal.limit(),
            Self::Channel(refusal) => refusal.limit(),
            Self::Agent(refusal) => refusal.limit(),
            Self::Workspace(refusal) => refusal.limit(),
            Self::Client(refusal) => refusal.limit(),
            Self::Template(refusal) => refusal.limit(),
            Self::Text(refusal) => refusal.limit(),
            Self::Account(refusal) => refusal.limit(),
        }
    }
}

impl From<AccountRefusal> for AppError {
    fn from(refusal: AccountRefusal) -> Self {
        Self::Refused(Refusal::Account(refusal))
    }
}

impl From<ChatRefusal> for AppError {
    fn from(refusal: ChatRefusal) -> Self {
        Self::Refused(Refusal::Chat(refusal))
    }
}

impl From<TextRefusal> for AppError {
    fn from(refusal: TextRefusal) -> Self {
        Self::Refused(Refusal::Text(refusal))
    }
}

impl From<FactsBehind> for AppError {
    fn from(_: FactsBehind) -> Self {
        Self::Unavailable
    }
}

impl<E: Into<Refusal>> From<ExecuteError<E>> for AppError {
    fn from(error: ExecuteError<E>) -> Self {
        match error {
            ExecuteError::Refused(refusal) => Self::Refused(refusal.into()),
            ExecuteError::DedupeConflict => Self::IdempotencyConflict,
            ExecuteError::FactsBehind | ExecuteError::Busy => Self::Unavailable,
            ExecuteError::Journal(error) => error.into(),
        }
    }
}

impl From<JournalError> for AppError {
    fn from(error: JournalError) -> Self {
        if error.is_transient() {
            tracing::warn!(error = %anyhow::Error::new(error), "the journal is not available");
            return Self::Unavailable;
        }
        Self::Unexpected(anyhow::Error::new(error).context("journal"))
    }
}

impl From<ReadError> for AppError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Page(refusal) => {
                let limit = match refusal {
                    PageRefusal::TooMany { limit } => i64::try_from(limit).ok(),
                    PageRefusal::BothDirections => None,
                };
                Self::Invalid {
                    field: "first",
                    code: "PAGE_INVALID",
                    message: refusal.to_string(),
                    limit,
                }
            }
            error if error.is_unavailable() => Self::Unavailable,
            error @ (ReadError::Database { .. }
            | ReadError::AheadOfJournal { .. }
            | ReadError::Journal(_)
            | ReadError::NotLive
            | ReadError::Rebuilding
            | ReadError::LeaseLost
            | ReadError::Poison(_)) => {
                Self::Unexpected(anyhow::Error::new(error).context("read model"))
            }
        }
    }
}

/// A failed statement on the account tables: no database is "try again", the rest is our fault.
pub(crate) fn database(error: sqlx::Error) -> AppError {
    if hilo_journal::is_transient(&error) {
        tracing::warn!(%error, "the account tables are not available");
        return AppError::Unavailable;
    }
    AppError::Unexpected(anyhow::Error::new(error).context("account tables"))
}
