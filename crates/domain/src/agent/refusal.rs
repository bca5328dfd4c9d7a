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
    /// A person does not become a bot, nor a bot a person.
    #[error("A bot stays a bot, and a person does not become one.")]
    RoleInvalid,
    /// Shut out.
    #[error("This agent cannot use Hilo.")]
    AgentDeactivated,
    /// Tokens are for programs.
    #[error("Tokens belong to bots, integrators and auditors.")]
    TokenNotAllowed,
    /// Not for this role, or not to be given by who asks.
    #[error("A token of this agent cannot be given the scope {scope} by you.")]
    ScopeNotAllowed {
        /// Which one, such as `journal:read`.
        scope: String,
    },
    /// A token that can do nothing.
    #[error("A token needs at least one scope.")]
    ScopesEmpty,
    /// It would be over already.
    #[error("The end of a token lies in the future, at most {limit} days from now.")]
    ExpiryInvalid {
        /// Days.
        limit: u32,
    },
    /// More than one agent needs.
    #[error("An agent has at most {limit} tokens.")]
    TooManyTokens {
        /// The most there are.
        limit: u32,
    },
    /// Never made, or revoked already by another.
    #[error("There is no such token.")]
    TokenNotFound,
    /// Empty or too long.
    #[error("The name of a view has 1 to {limit} characters.")]
    ViewNameInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Too long, or no query of an address.
    #[error("The filters of a view are one line of at most {limit} bytes.")]
    ViewQueryInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// More than anybody finds again.
    #[error("An agent keeps at most {limit} views.")]
    TooManyViews {
        /// The most.
        limit: u32,
    },
    /// Another view is called so.
    #[error("Another view has this name.")]
    ViewNameTaken,
    /// Never saved, or deleted.
    #[error("There is no such view.")]
    ViewNotFound,
    /// Nobody belongs to more than there are.
    #[error("Somebody belongs to at most {limit} groups.")]
    TooManyGroups {
        /// The most.
        limit: u32,
    },
}

impl AgentRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AgentNotFound => "AGENT_NOT_FOUND",
            Self::NameInvalid { .. } => "NAME_INVALID",
            Self::EmailInvalid => "EMAIL_INVALID",
            Self::RoleInvalid => "ROLE_INVALID",
            Self::AgentDeactivated => "AGENT_DEACTIVATED",
            Self::TokenNotAllowed => "TOKEN_NOT_ALLOWED",
            Self::ScopeNotAllowed { .. } => "SCOPE_NOT_ALLOWED",
            Self::ScopesEmpty => "SCOPES_EMPTY",
            Self::ExpiryInvalid { .. } => "EXPIRY_INVALID",
            Self::TooManyTokens { .. } => "TOO_MANY_TOKENS",
            Self::TokenNotFound => "TOKEN_NOT_FOUND",
            Self::TooManyGroups { .. } => "TOO_MANY_GROUPS",
            Self::ViewNameInvalid { .. } => "VIEW_NAME_INVALID",
            Self::ViewQueryInvalid { .. } => "VIEW_QUERY_INVALID",
            Self::TooManyViews { .. } => "TOO_MANY_VIEWS",
            Self::ViewNameTaken => "VIEW_NAME_TAKEN",
            Self::ViewNotFound => "VIEW_NOT_FOUND",
        }
    }

    /// The input field that is wrong.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::AgentNotFound
            | Self::AgentDeactivated
            | Self::TokenNotAllowed
            | Self::TooManyTokens { .. } => "agentId",
            Self::RoleInvalid => "role",
            Self::ScopeNotAllowed { .. } | Self::ScopesEmpty => "scopes",
            Self::ExpiryInvalid { .. } => "expiresAt",
            Self::TokenNotFound => "tokenId",
            Self::NameInvalid { .. }
            | Self::ViewNameInvalid { .. }
            | Self::TooManyViews { .. }
            | Self::ViewNameTaken
            | Self::ViewNotFound => "name",
            Self::ViewQueryInvalid { .. } => "query",
            Self::EmailInvalid => "email",
            Self::TooManyGroups { .. } => "groupIds",
        })
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::NameInvalid { limit }
            | Self::ExpiryInvalid { limit }
            | Self::TooManyTokens { limit }
            | Self::ViewNameInvalid { limit }
            | Self::ViewQueryInvalid { limit }
            | Self::TooManyViews { limit }
            | Self::TooManyGroups { limit } => Some(*limit as i64),
            Self::AgentNotFound
            | Self::EmailInvalid
            | Self::RoleInvalid
            | Self::AgentDeactivated
            | Self::TokenNotAllowed
            | Self::ScopeNotAllowed { .. }
            | Self::ScopesEmpty
            | Self::ViewNameTaken
            | Self::ViewNotFound
            | Self::TokenNotFound => None,
        }
    }
}
