//! What a channel must remember to decide, folded from its events.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::event::{ChannelEvent, ChannelKind, ChannelRules, Transport, WidgetSettings};
use crate::ids::{AgentId, ChannelId, GroupId};

/// The state of one channel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Never connected.
    #[default]
    Unknown,
    /// Connected.
    Connected(Box<Connected>),
}

/// A connected channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connected {
    /// Which channel.
    pub channel_id: ChannelId,
    /// Of what kind.
    pub kind: ChannelKind,
    /// Its given name.
    pub name: String,
    /// Its widget, if it is a web chat.
    pub widget: Option<WidgetSettings>,
    /// Who may use it, besides administrators.
    pub agents: BTreeSet<AgentId>,
    /// Groups whose members may use it.
    pub groups: BTreeSet<GroupId>,
    /// Who carries its messages.
    pub transport: Transport,
    /// Why nothing can be sent now; none while it can (A5).
    pub sync_lost: Option<String>,
    /// Whether the company took it out of use (A1).
    #[serde(default)]
    pub disconnected: bool,
    /// The company's own rules for writing here.
    pub rules: ChannelRules,
    /// Whether comments under publications are taken in (E1).
    #[serde(default)]
    pub receives_comments: bool,
}

impl Channel {
    /// The channel, once it is connected.
    #[must_use]
    pub const fn connected(&self) -> Option<&Connected> {
        match self {
            Self::Unknown => None,
            Self::Connected(connected) => Some(connected),
        }
    }
}

/// Folds one event into the state. Total: what was stored was decided.
pub fn evolve(channel: &mut Channel, event: &ChannelEvent) {
    match (&mut *channel, event) {
        (
            _,
            ChannelEvent::ChannelConnected {
                channel_id,
                kind,
                name,
                widget,
                page: _,
                transport,
                reports: _,
            },
        ) => {
            *channel = Channel::Connected(Box::new(Connected {
                channel_id: *channel_id,
                kind: *kind,
                name: name.clone(),
                widget: widget.clone(),
                agents: BTreeSet::new(),
                groups: BTreeSet::new(),
                transport: *transport,
                sync_lost: None,
                disconnected: false,
                rules: ChannelRules::default(),
                receives_comments: false,
            }));
        }
        (Channel::Connected(it), ChannelEvent::ChannelRenamed { name }) => {
            it.name.clone_from(name);
        }
        (Channel::Connected(it), ChannelEvent::WidgetConfigured { widget }) => {
            it.widget = Some(widget.clone());
        }
        (Channel::Connected(it), ChannelEvent::ChannelAccessGranted { agent_id }) => {
            it.agents.insert(*agent_id);
        }
        (Channel::Connected(it), ChannelEvent::ChannelAccessRevoked { agent_id }) => {
            it.agents.remove(agent_id);
        }
        (Channel::Connected(it), ChannelEvent::ChannelGrantedToGroup { group_id }) => {
            it.groups.insert(*group_id);
        }
        (Channel::Connected(it), ChannelEvent::ChannelRevokedFromGroup { group_id }) => {
            it.groups.remove(group_id);
        }
        (Channel::Connected(it), ChannelEvent::ChannelSyncLost { cause, .. }) => {
            it.sync_lost = Some(cause.clone());
        }
        (Channel::Connected(it), ChannelEvent::ChannelDisconnected { .. }) => {
            (it.disconnected, it.sync_lost) = (true, None);
        }
        (Channel::Connected(it), ChannelEvent::ChannelReconnected { .. }) => {
            (it.disconnected, it.sync_lost) = (false, None);
        }
        (Channel::Connected(it), ChannelEvent::ChannelCommentsSwitched { receive }) => {
            it.receives_comments = *receive;
        }
        (Channel::Connected(it), ChannelEvent::ChannelRulesSet { rules }) => it.rules = *rules,
        (
            Channel::Unknown,
            ChannelEvent::ChannelRenamed { .. }
            | ChannelEvent::WidgetConfigured { .. }
            | ChannelEvent::ChannelAccessGranted { .. }
            | ChannelEvent::ChannelAccessRevoked { .. }
            | ChannelEvent::ChannelGrantedToGroup { .. }
            | ChannelEvent::ChannelRevokedFromGroup { .. }
            | ChannelEvent::ChannelSyncLost { .. }
            | ChannelEvent::ChannelDisconnected { .. }
            | ChannelEvent::ChannelReconnected { .. }
            | ChannelEvent::ChannelCommentsSwitched { .. }
            | ChannelEvent::ChannelRulesSet { .. },
        ) => {}
    }
}
