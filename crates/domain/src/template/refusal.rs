//! Why a template's stream refuses a command, or a template cannot be filled in: data for programs, words for people.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rule that stopped something with a template.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TemplateRefusal {
    /// Never written, deleted, or another agent's own.
    #[error("There is no such template.")]
    TemplateNotFound,
    /// Everybody's templates are the administrators' to change.
    #[error("A shared template can be changed by its administrators only.")]
    TemplateIsShared,
    /// Empty or too long.
    #[error("A template's name has 1 to {limit} characters.")]
    TemplateNameInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Empty or too long.
    #[error("A template's text has 1 to {limit} characters.")]
    TemplateBodyInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Between the braces stands no field.
    #[error("There is no field {field:?}; there are {known}.")]
    TemplateFieldUnknown {
        /// What stands there, shortened.
        field: String,
        /// The fields there are.
        known: String,
    },
    /// Braces that are not closed.
    #[error("A field begins with {{{{ and ends with }}}}.")]
    TemplateFieldOpen,
    /// The provider's name or language is missing, too long, or none that a provider gives.
    #[error(
        "An approved template needs its name and language as the messenger has them, without spaces, such as order_sent and en; {limit} characters at most."
    )]
    TemplateApprovalInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Nothing is known that could stand there, and no replacement was given.
    #[error(
        "{field} is not known of this client; give the field a replacement, as in {{{{{field}|friend}}}}."
    )]
    TemplateFieldMissing {
        /// The field.
        field: String,
    },
    /// Made for other channels.
    #[error("This template is not made for this kind of channel.")]
    TemplateNotForChannel,
}

impl TemplateRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TemplateNotFound => "TEMPLATE_NOT_FOUND",
            Self::TemplateIsShared => "TEMPLATE_IS_SHARED",
            Self::TemplateNameInvalid { .. } => "TEMPLATE_NAME_INVALID",
            Self::TemplateBodyInvalid { .. } => "TEMPLATE_BODY_INVALID",
            Self::TemplateFieldUnknown { .. } => "TEMPLATE_FIELD_UNKNOWN",
            Self::TemplateFieldOpen => "TEMPLATE_FIELD_OPEN",
            Self::TemplateApprovalInvalid { .. } => "TEMPLATE_APPROVAL_INVALID",
            Self::TemplateFieldMissing { .. } => "TEMPLATE_FIELD_MISSING",
            Self::TemplateNotForChannel => "TEMPLATE_NOT_FOR_CHANNEL",
        }
    }

    /// The input field that is wrong.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::TemplateNotFound
            | Self::TemplateIsShared
            | Self::TemplateFieldMissing { .. }
            | Self::TemplateNotForChannel => "templateId",
            Self::TemplateNameInvalid { .. } => "name",
            Self::TemplateBodyInvalid { .. }
            | Self::TemplateFieldUnknown { .. }
            | Self::TemplateFieldOpen => "body",
            Self::TemplateApprovalInvalid { .. } => "approved",
        })
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::TemplateNameInvalid { limit }
            | Self::TemplateBodyInvalid { limit }
            | Self::TemplateApprovalInvalid { limit } => Some(*limit as i64),
            _ => None,
        }
    }
}
