//! Why a channel refuses a command: data for programs, words for people.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rule that stopped a command on a channel.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChannelRefusal {
    /// Never connected.
    #[error("There is no such channel.")]
    ChannelNotFound,
    /// Empty or too long.
    #[error("A channel's name has 1 to {limit} characters.")]
    NameInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// A web chat came without widget settings.
    #[error("A web chat needs widget settings.")]
    WidgetMissing,
    /// The channel is of a kind that has no widget.
    #[error("Only a web chat has a widget.")]
    WidgetNotAllowed,
    /// Not 3 to 64 of `a-z 0-9 _ -`.
    #[error("A widget key has 3 to 64 of the characters a-z 0-9 _ -.")]
    WidgetKeyInvalid,
    /// Sites already carry the old key.
    #[error("A widget's key cannot be changed.")]
    WidgetKeyFixed,
    /// Not an exact origin.
    #[error("'{origin}' is not an origin such as https://www.example.com.")]
    OriginInvalid {
        /// What was given.
        origin: String,
    },
    /// Too many sites.
    #[error("A widget has at most {limit} sites.")]
    TooManyOrigins {
        /// The most that fit.
        limit: u32,
    },
    /// Title too long.
    #[error("A widget's title has at most {limit} characters.")]
    TitleTooLong {
        /// The most that fits.
        limit: u32,
    },
    /// Greeting too long.
    #[error("A widget's greeting has at most {limit} characters.")]
    GreetingTooLong {
        /// The most that fits.
        limit: u32,
    },
    /// Not `#rrggbb`.
    #[error("A colour is written #rrggbb.")]
    ColorInvalid,
    /// Nobody can connect one of this kind.
    #[error("A channel of this kind cannot be connected so.")]
    KindNotConnectable,
    /// The account's name is too long.
    #[error("A page's name has at most {limit} characters.")]
    PageTooLong {
        /// The most that fits.
        limit: u32,
    },
    /// Not a word for programs.
    #[error("A cause is a word of 1 to {limit} of the characters A-Z a-z 0-9 _ . : -.")]
    CauseInvalid {
        /// The most that fits.
        limit: u32,
    },
    /// Nobody comments there.
    #[error("There are no comments on messengers of this kind.")]
    CommentsNotThere,
    /// No hours, or more than a year.
    #[error("A reply window has 1 to {limit} hours.")]
    ReplyHoursInvalid {
        /// The most there can be.
        limit: u32,
    },
}

impl ChannelRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChannelNotFound => "CHANNEL_NOT_FOUND",
            Self::NameInvalid { .. } => "NAME_INVALID",
            Self::WidgetMissing => "WIDGET_MISSING",
            Self::WidgetNotAllowed => "WIDGET_NOT_ALLOWED",
            Self::WidgetKeyInvalid => "WIDGET_KEY_INVALID",
            Self::WidgetKeyFixed => "WIDGET_KEY_FIXED",
            Self::OriginInvalid { .. } => "ORIGIN_INVALID",
            Self::TooManyOrigins { .. } => "TOO_MANY_ORIGINS",
            Self::TitleTooLong { .. } => "TITLE_TOO_LONG",
            Self::GreetingTooLong { .. } => "GREETING_TOO_LONG",
            Self::ColorInvalid => "COLOR_INVALID",
            Self::KindNotConnectable => "KIND_NOT_CONNECTABLE",
            Self::PageTooLong { .. } => "PAGE_TOO_LONG",
            Self::CauseInvalid { .. } => "CAUSE_INVALID",
            Self::CommentsNotThere => "COMMENTS_NOT_THERE",
            Self::ReplyHoursInvalid { .. } => "REPLY_HOURS_INVALID",
        }
    }

    /// The input field that is wrong, if one is.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::ChannelNotFound => Some("channelId"),
            Self::NameInvalid { .. } => Some("name"),
            Self::WidgetMissing | Self::WidgetNotAllowed => None,
            Self::WidgetKeyInvalid | Self::WidgetKeyFixed => Some("key"),
            Self::OriginInvalid { .. } | Self::TooManyOrigins { .. } => Some("origins"),
            Self::TitleTooLong { .. } => Some("title"),
            Self::GreetingTooLong { .. } => Some("greeting"),
            Self::ColorInvalid => Some("color"),
            Self::KindNotConnectable => Some("kind"),
            Self::PageTooLong { .. } => Some("page"),
            Self::CauseInvalid { .. } => Some("cause"),
            Self::CommentsNotThere => Some("receive"),
            Self::ReplyHoursInvalid { .. } => Some("replyHours"),
        }
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::NameInvalid { limit }
            | Self::TooManyOrigins { limit }
            | Self::TitleTooLong { limit }
            | Self::GreetingTooLong { limit }
            | Self::PageTooLong { limit }
            | Self::CauseInvalid { limit }
            | Self::ReplyHoursInvalid { limit } => Some(*limit as i64),
            Self::ChannelNotFound
            | Self::WidgetMissing
            | Self::WidgetNotAllowed
            | Self::WidgetKeyInvalid
            | Self::WidgetKeyFixed
            | Self::OriginInvalid { .. }
            | Self::ColorInvalid
            | Self::CommentsNotThere
            | Self::KindNotConnectable => None,
        }
    }
}
