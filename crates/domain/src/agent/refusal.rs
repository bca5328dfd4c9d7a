//! Why an agent's stream refuses a command: data for programs, words for people.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rule that stopped a command on an agent.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AgentRefusal {
    /// Never added.
    #[error("There is no such agent.")]
    AgentNotFound,
    /// Empty or too long.
    #[error("A name has 1 to {limit} characters.")]
    NameInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Not an address.
    #[error("That is not an e-mail address.")]
    EmailInvalid,
}

impl AgentRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AgentNotFound => "AGENT_NOT_FOUND",
            Self::NameInvalid { .. } => "NAME_INVALID",
            Self::EmailInvalid => "EMAIL_INVALID",
        }
    }

    /// The input field that is wrong.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::AgentNotFound => "agentId",
            Self::NameInvalid { .. } => "name",
            Self::EmailInvalid => "email",
        })
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::NameInvalid { limit } => Some(*limit as i64),
            Self::AgentNotFound | Self::EmailInvalid => None,
        }
    }
}
