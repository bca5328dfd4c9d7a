//! What happened to a client, as it is stored for ever.
//! Everything personal is sealed with the client's own key; tags and marks are the team's words and are not.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::details::{ClientDetails, DetailsChange};
use crate::actor::Actor;
use crate::channel::ChannelKind;
use crate::ids::{AgentId, ClientId};
use crate::personal::Personal;

/// A fact about one client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "ids and times are named after what they are")]
pub enum ClientEvent {
    /// There is a record of somebody (G4).
    #[serde(rename = "client_created")]
    ClientCreated {
        client_id: ClientId,
        details: Personal<ClientDetails>,
        by: Actor,
        at: Timestamp,
    },
    /// Some of the details are others now (G5).
    #[serde(rename = "client_details_changed")]
    ClientDetailsChanged {
        change: Personal<DetailsChange>,
        by: Actor,
    },
    /// Marked as VIP or BAD, or no longer (`mark` null) (G6).
    #[serde(rename = "client_marked")]
    ClientMarked { mark: Option<ClientMark>, by: Actor },
    /// A tag was put on the client.
    #[serde(rename = "client_tagged")]
    ClientTagged { tag: String, by: Actor },
    /// A tag was taken off.
    #[serde(rename = "client_untagged")]
    ClientUntagged { tag: String, by: Actor },
    /// An agent looks after the client, or nobody does (`owner` null).
    #[serde(rename = "client_owner_changed")]
    ClientOwnerChanged { owner: Option<AgentId>, by: Actor },
    /// The client wants no campaigns over channels of a kind, or allows them again (G15).
    #[serde(rename = "client_do_not_disturb_changed")]
    ClientDoNotDisturbChanged {
        channel_kind: ChannelKind,
        on: bool,
        by: Actor,
    },
    /// The record is hidden from agents for good.
    #[serde(rename = "client_deleted")]
    ClientDeleted { by: Actor },
    /// The record turned out to be the same person as another one, which stands for both from here on (G12).
    #[serde(rename = "client_merged")]
    ClientMerged { into: ClientId, by: Actor },
    /// They are two again (N7).
    #[serde(rename = "client_unmerged")]
    ClientUnmerged { from: ClientId, by: Actor },
}

impl DomainEvent for ClientEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ClientCreated { .. } => "client_created",
            Self::ClientDetailsChanged { .. } => "client_details_changed",
            Self::ClientMarked { .. } => "client_marked",
            Self::ClientTagged { .. } => "client_tagged",
            Self::ClientUntagged { .. } => "client_untagged",
            Self::ClientOwnerChanged { .. } => "client_owner_changed",
            Self::ClientDoNotDisturbChanged { .. } => "client_do_not_disturb_changed",
            Self::ClientDeleted { .. } => "client_deleted",
            Self::ClientMerged { .. } => "client_merged",
            Self::ClientUnmerged { .. } => "client_unmerged",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// How the team treats a client. One at a time: setting one takes the other away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientMark {
    /// Served first.
    Vip,
    /// Handled with care.
    Bad,
}
