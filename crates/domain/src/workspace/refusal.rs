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
    /// Never made, or deleted.
    #[error("There is no such group.")]
    GroupNotFound,
    /// Empty or too long.
    #[error("A group's name has 1 to {limit} characters.")]
    GroupNameInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Another group is called so.
    #[error("Another group has this name.")]
    GroupNameTaken,
    /// A workspace has so many at most.
    #[error("There are at most {limit} groups.")]
    TooManyGroups {
        /// The most.
        limit: u32,
    },
    /// Somebody still belongs to it.
    #[error("Somebody belongs to this group: take them out first.")]
    GroupInUse,
    /// The workspace does without chats (A14).
    #[error(
        "Chats are switched off for this workspace; an administrator can switch them on under Settings > Chats."
    )]
    ChatsOff,
    /// No origin as a browser writes it.
    #[error(
        "{origin} is no site: write scheme, name and port as a browser shows them, such as https://www.example.com."
    )]
    OriginInvalid {
        /// What was given.
        origin: String,
    },
    /// More sites than fit.
    #[error("At most {limit} sites may show the chats in a frame.")]
    TooManyOrigins {
        /// The most.
        limit: u32,
    },
    /// No time a chat could be idle for.
    #[error("A chat closes by itself after 1 to {limit} minutes without a message, or never.")]
    AutoCloseInvalid {
        /// The longest.
        limit: u32,
    },
}

impl WorkspaceRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::WorkspaceNotFound => "WORKSPACE_NOT_FOUND",
            Self::NameInvalid { .. } => "NAME_INVALID",
            Self::LanguageUnknown => "LANGUAGE_UNKNOWN",
            Self::GroupNotFound => "GROUP_NOT_FOUND",
            Self::GroupNameInvalid { .. } => "GROUP_NAME_INVALID",
            Self::GroupNameTaken => "GROUP_NAME_TAKEN",
            Self::TooManyGroups { .. } => "TOO_MANY_GROUPS",
            Self::GroupInUse => "GROUP_IN_USE",
            Self::ChatsOff => "CHATS_OFF",
            Self::AutoCloseInvalid { .. } => "AUTO_CLOSE_INVALID",
            Self::OriginInvalid { .. } => "ORIGIN_INVALID",
            Self::TooManyOrigins { .. } => "TOO_MANY_ORIGINS",
        }
    }

    /// The input field that is wrong, if one is.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::WorkspaceNotFound | Self::ChatsOff => None,
            Self::NameInvalid { .. } => Some("name"),
            Self::LanguageUnknown => Some("language"),
            Self::GroupNotFound | Self::GroupInUse => Some("groupId"),
            Self::GroupNameInvalid { .. } | Self::GroupNameTaken => Some("name"),
            Self::TooManyGroups { .. } => None,
            Self::AutoCloseInvalid { .. } => Some("autoCloseMinutes"),
            Self::OriginInvalid { .. } | Self::TooManyOrigins { .. } => Some("frameOrigins"),
        }
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::NameInvalid { limit }
            | Self::AutoCloseInvalid { limit }
            | Self::GroupNameInvalid { limit }
            | Self::TooManyOrigins { limit }
            | Self::TooManyGroups { limit } => Some(*limit as i64),
            Self::WorkspaceNotFound
            | Self::LanguageUnknown
            | Self::ChatsOff
            | Self::GroupNotFound
            | Self::GroupNameTaken
            | Self::OriginInvalid { .. }
            | Self::GroupInUse => None,
        }
    }
}
