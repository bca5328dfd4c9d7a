//! What the facts keep of a channel, an agent, a group and the workspace. Plain rows: how they come about is the fold's.

use std::collections::BTreeSet;

use hilo_domain::agent::{PresenceChoice, Role, Views};
use hilo_domain::channel::capabilities::{self, Capabilities};
use hilo_domain::channel::{ChannelKind, ChannelRules, Reports, Transport, WidgetSettings};
use hilo_domain::workspace::WorkspaceSettings;
use hilo_domain::{AgentId, ChannelId, GroupId};

/// A channel as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelEntry {
    /// Which.
    pub id: ChannelId,
    /// What it speaks.
    pub kind: ChannelKind,
    /// Its given name (A8).
    pub name: String,
    /// Whether Hilo can send through it (A5).
    pub connected: bool,
    /// Why it cannot, while it cannot: a word for programs. None too where the company disconnected it.
    pub sync_lost: Option<String>,
    /// The account on the platform that contacts write to.
    pub page: Option<String>,
    /// Who carries its messages.
    pub transport: Transport,
    /// What its messenger reports, where that is another than its kind's.
    pub reports: Option<Reports>,
    /// The company's own rules for writing here.
    pub rules: ChannelRules,
    /// Whether comments under publications are taken in (E1).
    pub receives_comments: bool,
    /// Its widget, for a web chat.
    pub widget: Option<WidgetSettings>,
    /// Agents it was granted to; administrators see it without.
    pub access: BTreeSet<AgentId>,
    /// Groups whose members it was granted to.
    pub groups: BTreeSet<GroupId>,
}

impl ChannelEntry {
    /// Whether the company disconnected it, instead of its messenger (A1).
    #[must_use]
    pub const fn is_out_of_use(&self) -> bool {
        !self.connected && self.sync_lost.is_none()
    }

    /// What can be done on it.
    #[must_use]
    pub const fn capabilities(&self) -> Capabilities {
        capabilities::of_channel(self.kind, self.reports)
    }
}

/// An agent as they are now.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentEntry {
    /// Who.
    pub id: AgentId,
    /// Their name; empty once erased.
    pub name: String,
    /// Their e-mail address; empty once erased.
    pub email: String,
    /// Their role.
    pub role: Role,
    /// False once deactivated.
    pub active: bool,
    /// Groups they belong to, those included that are deleted.
    pub groups: BTreeSet<GroupId>,
    /// How they want to be seen.
    pub presence: PresenceChoice,
    /// Filters they keep (P5).
    pub views: Views,
}

/// A group of agents as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupEntry {
    /// Which.
    pub id: GroupId,
    /// Its name.
    pub name: String,
    /// Whether it gives the right to chats (A3).
    pub chats: bool,
}

/// The workspace as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkspaceEntry {
    /// Its name.
    pub name: String,
    /// Language tag of the workspace, such as `es`.
    pub language: String,
    /// How it works.
    pub settings: WorkspaceSettings,
    /// Whether agents work with chats (A14).
    pub chats_on: bool,
}

/// A web chat by its public key.
#[derive(Clone, Debug, PartialEq)]
pub struct Widget {
    /// The channel it belongs to.
    pub channel_id: ChannelId,
    /// Its settings.
    pub settings: WidgetSettings,
}
