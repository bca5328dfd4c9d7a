//! Who belongs to which chat of colleagues (A13), folded: each is on a channel of its own, which only its members see.
//! A plain struct: no clock, no journal, no lock.

use std::collections::{BTreeMap, BTreeSet};

use hilo_domain::channel::{ChannelKind, ChannelRules, Transport};
use hilo_domain::chat::ChatEvent;
use hilo_domain::{AgentId, ChannelId, ChatId, Personal};

use super::entries::ChannelEntry;
use super::fold::opened;

/// The events of chats that say who belongs to one; nearly all others are not looked at.
const HEEDED: [&str; 4] = [
    "internal_chat_opened",
    "internal_members_added",
    "internal_member_removed",
    "internal_chat_renamed",
];

/// Whether the fold takes an event of a chat.
pub(super) fn heeds(event_type: &str) -> bool {
    HEEDED.contains(&event_type)
}

/// All chats of colleagues.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct InternalChats {
    channels: BTreeMap<ChannelId, ChannelEntry>,
    /// The channels of each agent's chats: asked for with every request.
    of: BTreeMap<AgentId, BTreeSet<ChannelId>>,
}

impl InternalChats {
    /// The channel of a chat.
    pub(super) fn channel(&self, id: ChannelId) -> Option<&ChannelEntry> {
        self.channels.get(&id)
    }

    /// The channels of an agent's chats.
    pub(super) fn of(&self, agent: AgentId) -> Vec<ChannelId> {
        let channels = self.of.get(&agent).into_iter().flatten();
        channels.copied().collect()
    }

    /// Takes one event of a chat.
    pub(super) fn apply(&mut self, chat: ChatId, event: &ChatEvent) {
        let id = ChannelId::of_internal(chat);
        match event {
            ChatEvent::InternalChatOpened(opening) => {
                self.channels.insert(id, entry(id, opening.title.as_ref()));
                self.add(id, &opening.members);
            }
            ChatEvent::InternalMembersAdded(added) => self.add(id, &added.members),
            ChatEvent::InternalMemberRemoved(removed) => {
                if let Some(channel) = self.channels.get_mut(&id) {
                    channel.access.remove(&removed.agent_id);
                }
                if let Some(of) = self.of.get_mut(&removed.agent_id) {
                    of.remove(&id);
                }
            }
            ChatEvent::InternalChatRenamed(renamed) => {
                if let Some(channel) = self.channels.get_mut(&id) {
                    channel.name = name(renamed.title.as_ref());
                }
            }
            _not_heeded => {}
        }
    }

    fn add(&mut self, id: ChannelId, agents: &[AgentId]) {
        let Some(channel) = self.channels.get_mut(&id) else {
            return;
        };
        for agent in agents {
            channel.access.insert(*agent);
            self.of.entry(*agent).or_default().insert(id);
        }
    }
}

/// A channel that is always there and carries nothing anywhere.
fn entry(id: ChannelId, title: Option<&Personal<String>>) -> ChannelEntry {
    ChannelEntry {
        id,
        kind: ChannelKind::Internal,
        name: name(title),
        connected: true,
        sync_lost: None,
        page: None,
        transport: Transport::Own,
        reports: None,
        receives_comments: false,
        rules: ChannelRules::default(),
        widget: None,
        access: BTreeSet::new(),
        groups: BTreeSet::new(),
    }
}

fn name(title: Option<&Personal<String>>) -> String {
    title.map(opened).unwrap_or_default()
}
