//! What may be asked of a channel. Who may ask is decided in `app::authorize`.

use super::event::{ChannelKind, WidgetSettings};
use crate::ids::{AgentId, ChannelId};

/// A wish about one channel.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum ChannelCommand {
    /// Connect it; a web chat needs a widget, no other kind has one.
    ConnectChannel {
        channel_id: ChannelId,
        kind: ChannelKind,
        name: String,
        widget: Option<WidgetSettings>,
    },
    /// Give it another name.
    RenameChannel { name: String },
    /// Change the widget's settings; its key stays.
    ConfigureWidget { widget: WidgetSettings },
    /// Let an agent see and answer its chats.
    GrantChannelAccess { agent_id: AgentId },
    /// Take that away.
    RevokeChannelAccess { agent_id: AgentId },
}
