//! What the journal says about channels, agents, the workspace, templates and merged clients, folded. A plain struct: no clock, no journal, no lock.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use hilo_domain::agent::{AgentEvent, PresenceChoice, Role, Views};
use hilo_domain::channel::{ChannelEvent, ChannelKind, ChannelRules};
use hilo_domain::chat::{AgentFact, ChannelFact, ChatFacts};
use hilo_domain::client::{ClientEvent, ClientFacts, ClientFlags};
use hilo_domain::workspace::{WorkspaceEvent, WorkspaceSettings};
use hilo_domain::{AgentId, ChannelId, ContactId, GroupId, Personal, TokenId};
use hilo_journal::{RecordedEvent, SubjectEvent};
use hilo_read::ChannelScope;

use super::entries::{AgentEntry, ChannelEntry, GroupEntry, Widget, WorkspaceEntry};
use super::internal::{self, InternalChats};
use super::stored::{Unreadable, decoded, id};
use super::templates::Templates;

/// The streams that the fold is made of.
const STREAMS: [&str; 4] = ["channel", "agent", "workspace", "template"];
/// Of clients, only what decisions about other streams need: there are too many to keep all.
const OF_CLIENTS: [&str; 4] = [
    "client_merged",
    "client_unmerged",
    "client_deleted",
    "client_do_not_disturb_changed",
];

/// Of the journal's own streams: that somebody was erased.
const ERASURE: (&str, &str) = ("subject", "erasure_begun");

/// Whether the fold takes an event of this stream and type.
pub(super) fn heeds(aggregate_type: &str, event_type: &str) -> bool {
    STREAMS.contains(&aggregate_type)
        || (aggregate_type == "client" && OF_CLIENTS.contains(&event_type))
        || (aggregate_type == "chat" && internal::heeds(event_type))
        || (aggregate_type, event_type) == ERASURE
}

/// The facts that decisions and permissions rest on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FactsFold {
    channels: BTreeMap<ChannelId, ChannelEntry>,
    agents: BTreeMap<AgentId, AgentEntry>,
    groups: BTreeMap<GroupId, GroupEntry>,
    workspace: Option<WorkspaceEntry>,
    widgets: HashMap<String, ChannelId>,
    clients: Arc<ClientFlags>,
    deactivated: Arc<BTreeSet<AgentId>>,
    erased: Arc<BTreeMap<ContactId, i32>>,
    templates: Templates,
    internal: Arc<InternalChats>,
    token_names: HashMap<TokenId, String>,
}

impl FactsFold {
    /// Takes one event of the journal; those of other streams change nothing.
    ///
    /// # Errors
    /// When an event of a channel, agent or workspace does not decode.
    pub fn apply(&mut self, event: &RecordedEvent) -> Result<(), Unreadable> {
        match event.aggregate_type.as_str() {
            "channel" => self.channel_event(id(event)?, &decoded(event)?),
            "agent" => self.agent_event(id(event)?, &decoded(event)?),
            "workspace" => self.workspace_event(&decoded(event)?),
            "template" => self.templates.apply(id(event)?, &decoded(event)?),
            "client" => {
                let taken: ClientEvent = decoded(event)?;
                Arc::make_mut(&mut self.clients).apply(id(event)?, &taken);
            }
            "chat" if internal::heeds(&event.event_type) => {
                Arc::make_mut(&mut self.internal).apply(id(event)?, &decoded(event)?);
            }
            _other_streams => self.erasure(event),
        }
        Ok(())
    }

    fn erasure(&mut self, event: &RecordedEvent) {
        let about = event.about_a_subject();
        if let Some(SubjectEvent::ErasureBegun {
            subject,
            generation,
        }) = about
        {
            let erased = Arc::make_mut(&mut self.erased);
            erased.insert(ContactId::from_uuid(subject), generation);
        }
    }

    /// The last generation of a contact's keys that was destroyed; none where they never were erased.
    #[must_use]
    pub fn erased_up_to(&self, contact: ContactId) -> Option<i32> {
        self.erased.get(&contact).copied()
    }

    /// Merges, deletions and do-not-disturb of all clients.
    #[must_use]
    pub const fn clients(&self) -> &Arc<ClientFlags> {
        &self.clients
    }

    /// All templates.
    #[must_use]
    pub const fn templates(&self) -> &Templates {
        &self.templates
    }

    /// What a decision about a client needs; `agent` is who acts, `owner` who is to look after the client.
    #[must_use]
    pub fn client_facts(&self, agent: Option<AgentId>, owner: Option<AgentId>) -> ClientFacts {
        let owner = owner.and_then(|owner| self.agents.get(&owner));
        ClientFacts {
            agent: agent.and_then(|agent| self.agent_fact(agent, None)),
            clients: Arc::clone(&self.clients),
            owner_active: owner.is_some_and(|owner| owner.active),
        }
    }

    fn channel_event(&mut self, id: ChannelId, event: &ChannelEvent) {
        match event {
            ChannelEvent::ChannelConnected { .. } => self.channel_connected(id, event),
            ChannelEvent::ChannelRenamed { name } => {
                self.with_channel(id, |channel| channel.name.clone_from(name))
            }
            ChannelEvent::WidgetConfigured { widget } => {
                self.widgets.retain(|_, channel| *channel != id);
                self.widgets.insert(widget.key.clone(), id);
                self.with_channel(id, |channel| channel.widget = Some(widget.clone()));
            }
            ChannelEvent::ChannelAccessGranted { agent_id } => {
                self.with_channel(id, |channel| {
                    channel.access.insert(*agent_id);
                });
            }
            ChannelEvent::ChannelGrantedToGroup { group_id } => {
                self.with_channel(id, |channel| {
                    channel.groups.insert(*group_id);
                });
            }
            ChannelEvent::ChannelRevokedFromGroup { group_id } => {
                self.with_channel(id, |channel| {
                    channel.groups.remove(group_id);
                });
            }
            ChannelEvent::ChannelAccessRevoked { agent_id } => {
                self.with_channel(id, |channel| {
                    channel.access.remove(agent_id);
                });
            }
            ChannelEvent::ChannelSyncLost { cause, .. } => {
                self.with_channel(id, |channel| {
                    channel.connected = false;
                    channel.sync_lost = Some(cause.clone());
                });
            }
            ChannelEvent::ChannelDisconnected { .. } => {
                self.with_channel(id, |channel| {
                    channel.connected = false;
                    channel.sync_lost = None;
                });
            }
            ChannelEvent::ChannelReconnected { .. } => {
                self.with_channel(id, |channel| {
                    channel.connected = true;
                    channel.sync_lost = None;
                });
            }
            ChannelEvent::ChannelCommentsSwitched { receive } => {
                self.with_channel(id, |channel| channel.receives_comments = *receive);
            }
            ChannelEvent::ChannelRulesSet { rules } => {
                self.with_channel(id, |channel| channel.rules = *rules);
            }
        }
    }

    fn channel_connected(&mut self, id: ChannelId, event: &ChannelEvent) {
        let ChannelEvent::ChannelConnected {
            channel_id,
            kind,
            name,
            widget,
            page,
            transport,
            reports,
        } = event
        else {
            return;
        };
        let known = self.channels.remove(&id);
        let known = known.map(|channel| (channel.access, channel.groups));
        let (access, groups) = known.unwrap_or_default();
        if let Some(widget) = widget {
            self.widgets.insert(widget.key.clone(), id);
        }
        let entry = ChannelEntry {
            id: *channel_id,
            kind: *kind,
            name: name.clone(),
            connected: true,
            sync_lost: None,
            page: page.clone(),
            transport: *transport,
            reports: *reports,
            rules: ChannelRules::default(),
            receives_comments: false,
            widget: widget.clone(),
            access,
            groups,
        };
        self.channels.insert(id, entry);
    }

    fn with_channel(&mut self, id: ChannelId, change: impl FnOnce(&mut ChannelEntry)) {
        if let Some(channel) = self.channels.get_mut(&id) {
            change(channel);
        }
    }

    fn agent_event(&mut self, id: AgentId, event: &AgentEvent) {
        match event {
            AgentEvent::AgentAdded {
                agent_id,
                name,
                email,
                role,
            } => {
                let entry = AgentEntry {
                    id: *agent_id,
                    name: opened(name),
                    email: opened(email),
                    role: *role,
                    active: true,
                    groups: BTreeSet::new(),
                    presence: PresenceChoice::default(),
                    views: Views::default(),
                };
                self.agents.insert(id, entry);
            }
            AgentEvent::AgentRenamed { name } => {
                self.with_agent(id, |agent| agent.name = opened(name))
            }
            AgentEvent::AgentRoleChanged { role } => {
                self.with_agent(id, |agent| agent.role = *role)
            }
            AgentEvent::AgentDeactivated {} => {
                Arc::make_mut(&mut self.deactivated).insert(id);
                self.with_agent(id, |agent| agent.active = false);
            }
            AgentEvent::AgentReactivated {} => {
                Arc::make_mut(&mut self.deactivated).remove(&id);
                self.with_agent(id, |agent| agent.active = true);
            }
            AgentEvent::ApiTokenCreated { token_id, name, .. } => {
                self.token_names.insert(*token_id, name.clone());
            }
            AgentEvent::ApiTokenRevoked { .. } => {}
            AgentEvent::AgentJoinedGroup { group_id } => self.with_agent(id, |agent| {
                agent.groups.insert(*group_id);
            }),
            AgentEvent::AgentLeftGroup { group_id } => self.with_agent(id, |agent| {
                agent.groups.remove(group_id);
            }),
            AgentEvent::AgentPresenceChosen { presence } => {
                self.with_agent(id, |agent| agent.presence = *presence);
            }
            AgentEvent::AgentViewSaved { .. }
            | AgentEvent::AgentViewRenamed { .. }
            | AgentEvent::AgentViewDeleted { .. } => {
                self.with_agent(id, |agent| agent.views.take_in(event));
            }
        }
    }

    fn with_agent(&mut self, id: AgentId, change: impl FnOnce(&mut AgentEntry)) {
        if let Some(agent) = self.agents.get_mut(&id) {
            change(agent);
        }
    }

    fn workspace_event(&mut self, event: &WorkspaceEvent) {
        match event {
            WorkspaceEvent::WorkspaceCreated {
                workspace_id: _,
                name,
                language,
            } => {
                self.workspace = Some(WorkspaceEntry {
                    name: name.clone(),
                    language: language.clone(),
                    settings: WorkspaceSettings::default(),
                    chats_on: true,
                });
            }
            WorkspaceEvent::GroupCreated {
                group_id: id,
                name,
                chats,
            } => {
                let entry = GroupEntry {
                    id: *id,
                    name: name.clone(),
                    chats: *chats,
                };
                self.groups.insert(*id, entry);
            }
            WorkspaceEvent::GroupRenamed { group_id, name } => {
                if let Some(group) = self.groups.get_mut(group_id) {
                    group.name.clone_from(name);
                }
            }
            WorkspaceEvent::GroupRightsChanged { group_id, chats } => {
                if let Some(group) = self.groups.get_mut(group_id) {
                    group.chats = *chats;
                }
            }
            WorkspaceEvent::GroupDeleted { group_id } => drop(self.groups.remove(group_id)),
            WorkspaceEvent::WorkspaceRenamed { name } => {
                if let Some(workspace) = &mut self.workspace {
                    workspace.name.clone_from(name);
                }
            }
            WorkspaceEvent::WorkspaceSettingsChanged { settings } => {
                if let Some(workspace) = &mut self.workspace {
                    workspace.settings.clone_from(settings);
                }
            }
            WorkspaceEvent::ChatsSwitched { on } => {
                if let Some(workspace) = &mut self.workspace {
                    workspace.chats_on = *on;
                }
            }
            WorkspaceEvent::JournalExported { .. } => {}
        }
    }

    /// A channel by id, also one of colleagues among themselves.
    #[must_use]
    pub fn channel(&self, id: ChannelId) -> Option<&ChannelEntry> {
        self.channels.get(&id).or_else(|| self.internal.channel(id))
    }

    /// The channels of the chats among colleagues that an agent belongs to (A13).
    #[must_use]
    pub fn internal_channels(&self, agent: AgentId) -> Vec<ChannelId> {
        let agent = self.agents.get(&agent).filter(|agent| agent.active);
        match agent {
            Some(agent) if agent.role.talks_with_colleagues() => self.internal.of(agent.id),
            Some(_) | None => Vec::new(),
        }
    }

    /// Names of the others in an agent's chats among colleagues, by the chat's channel (A13).
    #[must_use]
    pub fn colleagues(&self, agent: AgentId) -> BTreeMap<ChannelId, Vec<String>> {
        let chats = self.internal_channels(agent).into_iter();
        let chats = chats.filter_map(|id| {
            let others = self.internal.channel(id)?.access.iter();
            let others = others.filter(|other| **other != agent);
            let names = others.filter_map(|other| Some(self.agents.get(other)?.name.clone()));
            Some((id, names.collect()))
        });
        chats.collect()
    }

    /// All channels that customers write to, by id.
    pub fn channels(&self) -> impl Iterator<Item = &ChannelEntry> {
        self.channels.values()
    }

    /// A web chat by its widget key, unless it is out of use (A1).
    #[must_use]
    pub fn widget(&self, key: &str) -> Option<Widget> {
        let channel = self.channel(*self.widgets.get(key)?)?;
        // Nobody begins to wait where nobody can answer.
        if channel.is_out_of_use() {
            return None;
        }
        Some(Widget {
            channel_id: channel.id,
            settings: channel.widget.clone()?,
        })
    }

    /// An agent by id, active or not.
    #[must_use]
    pub fn agent(&self, id: AgentId) -> Option<&AgentEntry> {
        self.agents.get(&id)
    }

    /// What a token was made for, also after it was revoked.
    #[must_use]
    pub fn token_name(&self, id: TokenId) -> Option<&str> {
        self.token_names.get(&id).map(String::as_str)
    }

    /// All agents, by id.
    pub fn agents(&self) -> impl Iterator<Item = &AgentEntry> {
        self.agents.values()
    }

    /// The workspace, once it was created.
    #[must_use]
    pub fn workspace(&self) -> Option<&WorkspaceEntry> {
        self.workspace.as_ref()
    }

    /// After so many minutes without activity a chat closes by itself; never without (A10).
    #[must_use]
    pub fn auto_close_minutes(&self) -> Option<u32> {
        let workspace = self.workspace.as_ref()?;
        workspace.settings.auto_close_minutes
    }

    /// Whether it stays open while its contact waits for an answer (A10).
    #[must_use]
    pub fn keep_unanswered_open(&self) -> bool {
        let workspace = self.workspace.as_ref();
        workspace.is_some_and(|workspace| workspace.settings.keep_unanswered_open)
    }

    /// Which channels an agent sees: of customers' ones all for administrators (A4), the granted ones for others (A2); of
    /// colleagues' ones those of the chats that they belong to, whatever their role (A13). None for who is unknown or
    /// deactivated, and none at all while chats are switched off (A14).
    #[must_use]
    pub fn scope(&self, agent: AgentId) -> ChannelScope {
        match self.workspace.as_ref().is_some_and(|it| !it.chats_on) {
            true => ChannelScope::Only(Vec::new()),
            false => self.access(agent),
        }
    }

    /// The same, whether or not chats are switched on: channels go on receiving, and have settings (A14).
    #[must_use]
    pub fn access(&self, agent: AgentId) -> ChannelScope {
        match self.agents.get(&agent).filter(|agent| agent.active) {
            None => ChannelScope::Only(Vec::new()),
            Some(agent) => {
                let seen = self
                    .channels
                    .values()
                    .filter(|channel| self.has_access(channel, agent));
                let seen = seen.map(|channel| channel.id);
                let internal = self.internal_channels(agent.id);
                let channels = seen.chain(internal).collect();
                match agent.role {
                    Role::Auditor => ChannelScope::Audited(channels),
                    Role::Administrator | Role::Agent | Role::Integrator | Role::Bot => {
                        ChannelScope::Only(channels)
                    }
                }
            }
        }
    }

    /// What a decision about a chat of this channel needs; `agent` is who acts, if one does, and `named` are those whom
    /// the command names beside.
    #[must_use]
    pub fn chat_facts(
        &self,
        channel: ChannelId,
        agent: Option<AgentId>,
        named: &[AgentId],
    ) -> ChatFacts {
        let channel = self.channel(channel);
        let fact = |id: &AgentId| self.agent_fact(*id, channel);
        ChatFacts {
            channel: channel.map(|channel| ChannelFact {
                channel_id: channel.id,
                kind: channel.kind,
                name: channel.name.clone(),
                connected: channel.connected,
                rules: channel.rules,
                reports: channel.reports,
                receives_comments: channel.receives_comments,
            }),
            agent: agent.as_ref().and_then(fact),
            named: named.iter().filter_map(fact).collect(),
            clients: Arc::clone(&self.clients),
            deactivated: Arc::clone(&self.deactivated),
            erased: Arc::clone(&self.erased),
            auto_close_minutes: self.auto_close_minutes(),
            keep_unanswered_open: self.keep_unanswered_open(),
        }
    }

    /// An agent in respect of a channel.
    fn agent_fact(&self, agent: AgentId, channel: Option<&ChannelEntry>) -> Option<AgentFact> {
        let agent = self.agents.get(&agent)?;
        Some(AgentFact {
            agent_id: agent.id,
            role: agent.role,
            active: agent.active,
            chats_right: self.has_chats_right(agent),
            channel_access: match channel {
                Some(channel) => self.has_access(channel, agent),
                None => agent.role.sees_every_channel(),
            },
        })
    }

    /// By the role and, for who belongs to groups, by one of them (A3); administrators whatever their group says (A4).
    /// A group that was deleted gives nothing.
    fn has_chats_right(&self, agent: &AgentEntry) -> bool {
        let mut groups = agent.groups.iter().map(|group| self.groups.get(group));
        let by_group =
            agent.groups.is_empty() || groups.any(|group| group.is_some_and(|group| group.chats));
        agent.role.has_chats_right() && (by_group || agent.role.sees_every_channel())
    }

    /// Whether the role needs no grant on a channel, or it was granted to the agent or to a group of theirs that is still
    /// there. Colleagues' chats are their members' alone.
    fn has_access(&self, channel: &ChannelEntry, agent: &AgentEntry) -> bool {
        if channel.kind == ChannelKind::Internal {
            return agent.role.talks_with_colleagues() && channel.access.contains(&agent.id);
        }
        if agent.role.sees_every_channel() {
            return true;
        }
        let by_group =
            |group: &GroupId| channel.groups.contains(group) && self.groups.contains_key(group);
        channel.access.contains(&agent.id) || agent.groups.iter().any(by_group)
    }

    /// A group by id.
    #[must_use]
    pub fn group(&self, id: GroupId) -> Option<&GroupEntry> {
        self.groups.get(&id)
    }

    /// All groups, by id.
    pub fn groups(&self) -> impl Iterator<Item = &GroupEntry> {
        self.groups.values()
    }

    /// Who could answer a chat of this channel now: active, with the right to chats and access (A3, F5). By id.
    pub fn who_can_answer(&self, channel: ChannelId) -> impl Iterator<Item = &AgentEntry> {
        let channel = self.channel(channel);
        self.agents.values().filter(move |agent| {
            self.agent_fact(agent.id, channel)
                .is_some_and(|fact| fact.active && fact.chats_right && fact.channel_access)
        })
    }
}

/// A name or address in clear; empty once its key was destroyed.
pub(super) fn opened(value: &Personal<String>) -> String {
    value.open().cloned().unwrap_or_default()
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
