//! What a client's stream must remember to decide, folded from its events.
//! Bounded, and holds no personal value: no name, no number, no address.

use std::collections::BTreeSet;

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
    /// The team's tags.
    pub tags: BTreeSet<String>,
    /// Who looks after them.
    pub owner: Option<AgentId>,
    /// Kinds of channels over which no campaigns are wanted, in the order in which they were named.
    pub do_not_disturb: Vec<ChannelKind>,
    /// The record that stands for this one.
    pub merged_into: Option<ClientId>,
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
    match event {
        ClientEvent::ClientCreated { client_id, .. } => {
            *client = Client::Present(Record {
                client_id: *client_id,
                mark: None,
                tags: BTreeSet::new(),
                owner: None,
                do_not_disturb: Vec::new(),
                merged_into: None,
            });
        }
        ClientEvent::ClientDetailsChanged { .. } => {}
        ClientEvent::ClientMarked { mark, .. } => client.change(|record| record.mark = *mark),
        ClientEvent::ClientTagged { tag, .. } => client.change(|record| {
            record.tags.insert(tag.clone());
        }),
        ClientEvent::ClientUntagged { tag, .. } => client.change(|record| {
            record.tags.remove(tag);
        }),
        ClientEvent::ClientOwnerChanged { owner, .. } => {
            client.change(|record| record.owner = *owner);
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
            client.change(|record| record.merged_into = Some(*into));
        }
        ClientEvent::ClientUnmerged { .. } => client.change(|record| record.merged_into = None),
    }
}
