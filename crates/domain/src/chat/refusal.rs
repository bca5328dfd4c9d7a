//! Why a chat refuses a command: data for programs, words for people.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The rule that stopped a command on a chat.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum ChatRefusal {
    /// Nobody wrote here yet.
    #[error("There is no such chat.")]
    ChatNotFound,
    /// The acting agent is unknown or was deactivated.
    #[error("This agent is not active.")]
    AgentInactive,
    /// The role has no right to chats (A3).
    #[error("Your role does not include chats.")]
    NoChatsRight,
    /// The channel was not granted to the agent (A3).
    #[error("You have no access to this chat's channel.")]
    NoChannelAccess,
    /// Hilo cannot send through the channel now (A5).
    #[error("The channel is disconnected; connect it again under Settings > Chats.")]
    ChannelDisconnected,
    /// Not a message of this chat, or too old to be touched.
    #[error("There is no such message in this chat.")]
    MessageNotFound,
    /// Somebody else wrote it.
    #[error("Only its writer can change a message.")]
    NotOwnMessage,
    /// It was taken back.
    #[error("This message was deleted.")]
    MessageDeleted,
    /// Too late to change or take back.
    #[error("A message can be changed for {minutes} minutes only.")]
    EditWindowClosed {
        /// How long it could be.
        minutes: u32,
    },
    /// Not one emoji.
    #[error("A reaction is one emoji.")]
    EmojiInvalid,
    /// Not 1 to 5.
    #[error("A rating is a number from 1 to 5.")]
    ScoreOutOfRange,
    /// The comment of a rating is too long.
    #[error("The comment is {length} characters long; at most {limit} fit.")]
    CommentTooLong {
        /// The most that fits.
        limit: u32,
        /// What it had.
        length: u64,
    },
    /// A receipt for what was never shown.
    #[error("Nothing was sent after number {last}.")]
    SeqAhead {
        /// The last number given out.
        last: u64,
    },
}

impl ChatRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ChatNotFound => "CHAT_NOT_FOUND",
            Self::AgentInactive => "AGENT_INACTIVE",
            Self::NoChatsRight => "NO_CHATS_RIGHT",
            Self::NoChannelAccess => "NO_CHANNEL_ACCESS",
            Self::ChannelDisconnected => "CHANNEL_DISCONNECTED",
            Self::MessageNotFound => "MESSAGE_NOT_FOUND",
            Self::NotOwnMessage => "NOT_OWN_MESSAGE",
            Self::MessageDeleted => "MESSAGE_DELETED",
            Self::EditWindowClosed { .. } => "EDIT_WINDOW_CLOSED",
            Self::EmojiInvalid => "EMOJI_INVALID",
            Self::ScoreOutOfRange => "SCORE_OUT_OF_RANGE",
            Self::CommentTooLong { .. } => "COMMENT_TOO_LONG",
            Self::SeqAhead { .. } => "SEQ_AHEAD",
        }
    }

    /// The input field that is wrong, if one is.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::ChatNotFound => Some("chatId"),
            Self::MessageNotFound
            | Self::NotOwnMessage
            | Self::MessageDeleted
            | Self::EditWindowClosed { .. } => Some("messageId"),
            Self::EmojiInvalid => Some("emoji"),
            Self::ScoreOutOfRange => Some("score"),
            Self::CommentTooLong { .. } => Some("comment"),
            Self::SeqAhead { .. } => Some("upToSeq"),
            _ => None,
        }
    }

    /// The limit that was passed, if one was.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::EditWindowClosed { minutes } => Some(*minutes as i64),
            Self::CommentTooLong { limit, .. } => Some(*limit as i64),
            Self::SeqAhead { last } => Some(*last as i64),
            Self::ScoreOutOfRange => Some(5),
            _ => None,
        }
    }
}
