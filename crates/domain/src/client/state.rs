//! What a client's stream must remember to decide, folded from its events.
//! Bounded, and holds no personal value: no name, no number, no address.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{ClientEvent, ClientMark};
use crate::channel::ChannelKind;
use crate::ids::{AgentId, ClientId};

/// The state of one client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Client {
    /// Never made.
    #[default]
    Unknown,
    /// A record of somebody.
    Present(Record),
    /// Hidden for good.
    Deleted(Record),
}

/// A record that was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Which client.
    pub client_id: ClientId,
    /// VIP or BAD.
    pub mark: Option<ClientMark>,
    /// The mark before that.
    pub mark_was: Option<ClientMark>,
    /// The team's tags, each with the version that put it on.
    pub tags: BTreeMap<String, u64>,
    /// Who looks after them.
    pub owner: Option<AgentId>,
    /// Who did before.
    pub owner_was: Option<AgentId>,
    /// Kinds of channels over which no campaigns are wanted, in the order in which they were named.
    pub do_not_disturb: Vec<ChannelKind>,
    /// The record that stands for this one.
    pub merged_into: Option<ClientId>,
    /// Events so far: the sequence of the last one.
    pub version: u64,
    /// When things that can be undone were last changed.
    pub since: Since,
}

/// The versions at which things were last changed: what was changed again cannot be undone (N6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// VIP or BAD.
    pub mark: u64,
    /// Who looks after them.
    pub owner: u64,
    /// The record that stands for this one.
    pub merge: u64,
}

impl Record {
    const fn merge(&mut self, into: Option<ClientId>) {
        self.merged_into = into;
        self.since.merge = self.version;
    }
}

impl Client {
    /// The record, once it was made.
    #[must_use]
    pub const fn record(&self) -> Option<&Record> {
        match self {
            Self::Unknown => None,
            Self::Present(record) | Self::Deleted(record) => Some(record),
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Record)) {
        match self {
            Self::Unknown => {}
            Self::Present(record) | Self::Deleted(record) => change(record),
        }
    }
}

/// Folds one event into the state. Total: what was stored was decided.
pub fn evolve(client: &mut Client, event: &ClientEvent) {
    client.change(|record| record.version += 1);
    match event {
        ClientEvent::ClientCreated { client_id, .. } => {
            *client = Client::Present(Record {
                client_id: *client_id,
                mark: None,
                mark_was: None,
                tags: BTreeMap::new(),
                owner: None,
                owner_was: None,
                do_not_disturb: Vec::new(),
                merged_into: None,
                version: 1,
                since: Since::default(),
            });
        }
        ClientEvent::ClientDetailsChanged { .. } => {}
        ClientEvent::ClientMarked { mark, .. } => client.change(|record| {
            record.mark_was = std::mem::replace(&mut record.mark, *mark);
            record.since.mark = record.version;
        }),
        ClientEvent::ClientTagged { tag, .. } => client.change(|record| {
            record.tags.insert(tag.clone(), record.version);
        }),
        ClientEvent::ClientUntagged { tag, .. } => client.change(|record| {
            record.tags.remove(tag);
        }),
        ClientEvent::ClientOwnerChanged { owner, .. } => {
            client.change(|record| {
                record.owner_was = std::mem::replace(&mut record.owner, *owner);
                record.since.owner = record.version;
            });
        }
        ClientEvent::ClientDoNotDisturbChanged {
            channel_kind, on, ..
        } => client.change(|record| {
            record.do_not_disturb.retain(|kind| kind != channel_kind);
            if *on {
                record.do_not_disturb.push(*channel_kind);
            }
        }),
        ClientEvent::ClientDeleted { .. } => {
            if let Some(record) = client.record().cloned() {
                *client = Client::Deleted(record);
            }
        }
        ClientEvent::ClientMerged { into, .. } => {
            client.change(|record| record.merge(Some(*into)));
        }
        ClientEvent::ClientUnmerged { .. } => client.change(|record| record.merge(None)),
    }
}
