//! What a company settles for its whole workspace (A9, A10), as plain values. The rules are in `decide`.

use serde::{Deserialize, Serialize};

use crate::ids::AgentId;

/// The longest idle time after which chats close by themselves: a year, in minutes.
pub const LONGEST_IDLE_MINUTES: u32 = 365 * 24 * 60;

/// The most sites that may show the chats in a frame.
pub const FRAME_ORIGINS_LIMIT: u32 = 20;

/// The settings of a workspace. Each has a value from the beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct WorkspaceSettings {
    /// Where the chats are shown (A9).
    pub display: ChatDisplay,
    /// Minutes without a message after which a chat closes by itself; None = never (A10).
    pub auto_close_minutes: Option<u32>,
    /// Whether a chat whose contact waits for an answer stays open all the same (A10).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_unanswered_open: bool,
    /// To whom new chats go (A10).
    pub distribution: Distribution,
    /// The bot that distributes instead; while there is one, `distribution` is ignored (A10).
    pub distribution_bot: Option<AgentId>,
    /// Whether a new message is heard, unless an agent turns that off for themselves (B15).
    pub message_sound: bool,
    /// Exact origins of the sites that may show the chats in a frame of theirs; none at first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub frame_origins: Vec<String>,
}

impl Default for WorkspaceSettings {
    fn default() -> Self {
        Self {
            display: ChatDisplay::default(),
            auto_close_minutes: None,
            keep_unanswered_open: false,
            distribution: Distribution::default(),
            distribution_bot: None,
            message_sound: true,
            frame_origins: Vec::new(),
        }
    }
}

/// Where the chats are shown; only the place changes (A9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatDisplay {
    /// In a window over the workspace.
    #[default]
    PopUp,
    /// In a section of their own.
    Section,
}

/// To whom a new chat goes, of the agents who have access to its channel and are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Distribution {
    /// To nobody: agents take it.
    #[default]
    Nobody,
    /// To one after the other.
    RoundRobin,
    /// To who has the fewest open chats.
    LeastBusy,
}

/// What to change of the settings; what is None stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsChange {
    /// Where the chats are shown.
    pub display: Option<ChatDisplay>,
    /// Minutes; `Some(None)` turns closing by itself off.
    pub auto_close_minutes: Option<Option<u32>>,
    /// Whether chats that wait for an answer stay open all the same.
    pub keep_unanswered_open: Option<bool>,
    /// To whom new chats go.
    pub distribution: Option<Distribution>,
    /// `Some(None)` takes the bot away.
    pub distribution_bot: Option<Option<AgentId>>,
    /// Whether agents work with chats at all; channels receive either way (A14).
    pub chats_on: Option<bool>,
    /// Sound on or off.
    pub message_sound: Option<bool>,
    /// All sites that may show the chats in a frame of theirs.
    pub frame_origins: Option<Vec<String>>,
}

impl SettingsChange {
    /// The settings after the change. That chats are on is told apart: it changes what everybody sees.
    pub(super) fn applied(self, settings: &WorkspaceSettings) -> WorkspaceSettings {
        let Self {
            display,
            auto_close_minutes,
            keep_unanswered_open,
            distribution,
            distribution_bot,
            chats_on: _,
            message_sound,
            frame_origins,
        } = self;
        WorkspaceSettings {
            display: display.unwrap_or(settings.display),
            auto_close_minutes: auto_close_minutes.unwrap_or(settings.auto_close_minutes),
            keep_unanswered_open: keep_unanswered_open.unwrap_or(settings.keep_unanswered_open),
            distribution: distribution.unwrap_or(settings.distribution),
            distribution_bot: distribution_bot.unwrap_or(settings.distribution_bot),
            message_sound: message_sound.unwrap_or(settings.message_sound),
            frame_origins: frame_origins.unwrap_or_else(|| settings.frame_origins.clone()),
        }
    }
}
