//! What decisions about other streams must know of clients: merges, deletions and do-not-disturb, folded from all their
//! events. Holds only clients of which one of these is true, so it stays small however many clients there are.

use std::collections::{BTreeMap, BTreeSet};

use super::event::ClientEvent;
use crate::channel::ChannelKind;
use crate::ids::ClientId;

/// Merges, deletions and do-not-disturb of all clients.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientFlags {
    merged: BTreeMap<ClientId, ClientId>,
    deleted: BTreeSet<ClientId>,
    do_not_disturb: BTreeMap<ClientId, Vec<ChannelKind>>,
}

impl ClientFlags {
    /// Takes one event of a client; true where it changed something. Total: a merge that would close a circle, or that of
    /// a client merged already, is ignored. Both can only come from two merges at the same instant.
    pub fn apply(&mut self, client: ClientId, event: &ClientEvent) -> bool {
        match event {
            ClientEvent::ClientMerged { into, .. } => {
                let counts = !self.merged.contains_key(&client) && self.root(*into) != client;
                if counts {
                    self.merged.insert(client, *into);
                }
                counts
            }
            ClientEvent::ClientUnmerged { .. } => self.merged.remove(&client).is_some(),
            ClientEvent::ClientDeleted { .. } => self.deleted.insert(client),
            ClientEvent::ClientDoNotDisturbChanged {
                channel_kind, on, ..
            } => {
                let kinds = self.do_not_disturb.entry(client).or_default();
                kinds.retain(|kind| kind != channel_kind);
                if *on {
                    kinds.push(*channel_kind);
                }
                if kinds.is_empty() {
                    self.do_not_disturb.remove(&client);
                }
                true
            }
            ClientEvent::ClientCreated { .. }
            | ClientEvent::ClientDetailsChanged { .. }
            | ClientEvent::ClientMarked { .. }
            | ClientEvent::ClientTagged { .. }
            | ClientEvent::ClientUntagged { .. }
            | ClientEvent::ClientOwnerChanged { .. } => false,
        }
    }

    /// The record that stands for a client after all merges, be it deleted or not.
    #[must_use]
    pub fn root(&self, client: ClientId) -> ClientId {
        self.chain(client).last().unwrap_or(client)
    }

    /// The record that stands for a client; None once that is deleted.
    #[must_use]
    pub fn effective(&self, client: ClientId) -> Option<ClientId> {
        Some(self.root(client)).filter(|root| !self.deleted.contains(root))
    }

    /// Whether the record itself was deleted.
    #[must_use]
    pub fn is_deleted(&self, client: ClientId) -> bool {
        self.deleted.contains(&client)
    }

    /// Whether no campaigns are wanted over channels of this kind (G15). What was said of one record before a merge goes
    /// on to count for its chats, and what is said of the surviving one counts for all.
    #[must_use]
    pub fn do_not_disturb(&self, client: ClientId, kind: ChannelKind) -> bool {
        self.chain(client).any(|client| {
            let kinds = self.do_not_disturb.get(&client);
            kinds.is_some_and(|kinds| kinds.contains(&kind))
        })
    }

    /// The client, what it was merged into, what that was merged into, and so on. Ends: there are no circles.
    fn chain(&self, client: ClientId) -> impl Iterator<Item = ClientId> {
        std::iter::successors(Some(client), |client| self.merged.get(client).copied())
    }
}
