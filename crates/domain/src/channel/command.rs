//! What may be asked of a channel. Who may ask is decided in `app::authorize`.

use jiff::Timestamp;

use super::event::{ChannelKind, ChannelRules, Reports, Transport, WidgetSettings};
use crate::ids::{AgentId, ChannelId, GroupId};

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
        page: Option<String>,
        transport: Transport,
        reports: Option<Reports>,
    },
    /// Give it another name.
    RenameChannel { name: String },
    /// Change the widget's settings; its key stays.
    ConfigureWidget { widget: WidgetSettings },
    /// Let an agent see and answer its chats.
    GrantChannelAccess { agent_id: AgentId },
    /// Take that away.
    RevokeChannelAccess { agent_id: AgentId },
    /// Let a group's members see and answer its chats.
    GrantToGroup { group_id: GroupId },
    /// Take that away.
    RevokeFromGroup { group_id: GroupId },
    /// Nothing can be sent through it any more.
    ReportSyncLost { cause: String, at: Timestamp },
    /// The company has no use for it for now.
    DisconnectChannel { at: Timestamp },
    /// It can be sent through again.
    ReconnectChannel { at: Timestamp },
    /// Take comments under publications in, or no longer (E1).
    SwitchComments { receive: bool },
    /// Narrow what may be written here.
    SetChannelRules { rules: ChannelRules },
}
