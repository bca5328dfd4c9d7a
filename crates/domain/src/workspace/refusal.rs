//! Why a workspace refuses a command: data for programs, words for people.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rule that stopped a command on the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum WorkspaceRefusal {
    /// Never created.
    #[error("There is no workspace yet.")]
    WorkspaceNotFound,
    /// Empty or too long.
    #[error("A workspace's name has 1 to {limit} characters.")]
    NameInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Not a language of Hilo.
    #[error("Hilo speaks en, es, pl and fr.")]
    LanguageUnknown,
}

impl WorkspaceRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WorkspaceNotFound => "WORKSPACE_NOT_FOUND",
            Self::NameInvalid { .. } => "NAME_INVALID",
            Self::LanguageUnknown => "LANGUAGE_UNKNOWN",
        }
    }

    /// The input field that is wrong, if one is.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::WorkspaceNotFound => None,
            Self::NameInvalid { .. } => Some("name"),
            Self::LanguageUnknown => Some("language"),
        }
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::NameInvalid { limit } => Some(*limit as i64),
            Self::WorkspaceNotFound | Self::LanguageUnknown => None,
        }
    }
}
