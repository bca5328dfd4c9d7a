//! Why a client's stream refuses a command: data for programs, words for people. Holds nothing personal.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ids::ClientId;

/// The rule that stopped a command on a client.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ClientRefusal {
    /// Never made, or deleted.
    #[error("There is no such client.")]
    ClientNotFound,
    /// The acting agent is unknown or was deactivated.
    #[error("This agent is not active.")]
    AgentInactive,
    /// The role has no right to chats (A3).
    #[error("Your role does not include chats.")]
    NoChatsRight,
    /// A record without anything in it.
    #[error("A client needs a name, a phone number, an e-mail address or an address.")]
    DetailsEmpty,
    /// First or last name too long.
    #[error("A name has at most {limit} characters.")]
    ClientNameTooLong {
        /// The most that fits.
        limit: u32,
    },
    /// Not a telephone number.
    #[error("A phone number has 5 to 15 digits, best with + and the country code.")]
    PhoneInvalid,
    /// Not an e-mail address.
    #[error("That is not an e-mail address.")]
    ClientEmailInvalid,
    /// More numbers or addresses than are kept.
    #[error("A client has at most {limit} phone numbers and as many e-mail addresses.")]
    DetailsTooMany {
        /// The most that fits.
        limit: u32,
    },
    /// The postal address is too long.
    #[error("An address has at most {limit} characters.")]
    AddressTooLong {
        /// The most that fits.
        limit: u32,
    },
    /// Not a tag.
    #[error("A tag has 1 to {limit} characters.")]
    ClientTagInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// One tag too many.
    #[error("A client has at most {limit} tags.")]
    ClientTagsTooMany {
        /// The most that fits.
        limit: u32,
    },
    /// Nobody active has that id.
    #[error("The owner is not an active agent.")]
    OwnerNotFound,
    /// Another record stands for this one.
    #[error("This client was merged into another one; change that one, or undo the merge.")]
    ClientIsMerged {
        /// The other record.
        into: ClientId,
    },
    /// Into itself, or into one that stands behind it.
    #[error("A client cannot be merged into itself.")]
    MergeCircle,
    /// The other record is not there.
    #[error("There is no such client to merge into.")]
    MergeTargetNotFound,
    /// What would be taken back was changed again (N6).
    #[error("This was changed since and cannot be undone any more.")]
    ChangedSince,
    /// Not one of the acts that can be taken back.
    #[error("This cannot be undone.")]
    NotUndoable,
}

impl ClientRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ClientNotFound => "CLIENT_NOT_FOUND",
            Self::AgentInactive => "AGENT_INACTIVE",
            Self::NoChatsRight => "NO_CHATS_RIGHT",
            Self::DetailsEmpty => "DETAILS_EMPTY",
            Self::ClientNameTooLong { .. } => "CLIENT_NAME_TOO_LONG",
            Self::PhoneInvalid => "PHONE_INVALID",
            Self::ClientEmailInvalid => "CLIENT_EMAIL_INVALID",
            Self::DetailsTooMany { .. } => "DETAILS_TOO_MANY",
            Self::AddressTooLong { .. } => "ADDRESS_TOO_LONG",
            Self::ClientTagInvalid { .. } => "CLIENT_TAG_INVALID",
            Self::ClientTagsTooMany { .. } => "CLIENT_TAGS_TOO_MANY",
            Self::OwnerNotFound => "OWNER_NOT_FOUND",
            Self::ClientIsMerged { .. } => "CLIENT_IS_MERGED",
            Self::MergeCircle => "MERGE_CIRCLE",
            Self::MergeTargetNotFound => "MERGE_TARGET_NOT_FOUND",
            Self::ChangedSince => "CHANGED_SINCE",
            Self::NotUndoable => "NOT_UNDOABLE",
        }
    }

    /// The input field that is wrong, if one is.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::ClientNotFound | Self::ClientIsMerged { .. } => Some("clientId"),
            Self::AgentInactive | Self::NoChatsRight | Self::ChangedSince | Self::NotUndoable => {
                None
            }
            Self::DetailsEmpty | Self::ClientNameTooLong { .. } => Some("firstName"),
            Self::PhoneInvalid | Self::DetailsTooMany { .. } => Some("phones"),
            Self::ClientEmailInvalid => Some("emails"),
            Self::AddressTooLong { .. } => Some("address"),
            Self::ClientTagInvalid { .. } | Self::ClientTagsTooMany { .. } => Some("tag"),
            Self::OwnerNotFound => Some("ownerId"),
            Self::MergeCircle | Self::MergeTargetNotFound => Some("intoClientId"),
        }
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::ClientNameTooLong { limit }
            | Self::DetailsTooMany { limit }
            | Self::AddressTooLong { limit }
            | Self::ClientTagInvalid { limit }
            | Self::ClientTagsTooMany { limit } => Some(*limit as i64),
            _ => None,
        }
    }
}
