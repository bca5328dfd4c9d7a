//! What may be asked of a client, and the facts of other streams that the answer rests on.
//! Debug shows a command's name only: commands carry names and addresses.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use super::details::DetailsInput;
use super::event::{ClientEvent, ClientMark};
use super::flags::ClientFlags;
use crate::actor::Actor;
use crate::channel::ChannelKind;
use crate::chat::AgentFact;
use crate::ids::{AgentId, ClientId};

/// A wish about one client.
#[derive(Clone)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum ClientCommand {
    /// Make a record of somebody.
    CreateClient {
        client_id: ClientId,
        details: DetailsInput,
        by: Actor,
        at: Timestamp,
    },
    /// Change some of the details; what is None stays, what is empty is taken away.
    ChangeClientDetails { details: DetailsInput, by: Actor },
    /// Mark as VIP or BAD, or take the mark away.
    MarkClient { mark: Option<ClientMark>, by: Actor },
    /// Put a tag on.
    TagClient { tag: String, by: Actor },
    /// Take a tag off.
    UntagClient { tag: String, by: Actor },
    /// Say who looks after the client.
    ChangeClientOwner { owner: Option<AgentId>, by: Actor },
    /// Say whether campaigns are wanted over channels of a kind.
    SetClientDoNotDisturb {
        channel_kind: ChannelKind,
        on: bool,
        by: Actor,
    },
    /// Hide the record for good.
    DeleteClient { by: Actor },
    /// Let another record stand for this one.
    MergeClient { into: ClientId, by: Actor },
    /// Let it stand for itself again.
    UnmergeClient { by: Actor },
    /// Take acts back, the last one first (N6).
    UndoActs {
        acts: Vec<UndoneClientAct>,
        by: Actor,
    },
}

/// An event of this client that is to be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoneClientAct {
    /// Its place in the client's stream, from 1.
    pub sequence: u64,
    /// The event.
    pub event: ClientEvent,
}

impl ClientCommand {
    /// The command's name, for logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CreateClient { .. } => "create_client",
            Self::ChangeClientDetails { .. } => "change_client_details",
            Self::MarkClient { .. } => "mark_client",
            Self::TagClient { .. } => "tag_client",
            Self::UntagClient { .. } => "untag_client",
            Self::ChangeClientOwner { .. } => "change_client_owner",
            Self::SetClientDoNotDisturb { .. } => "set_client_do_not_disturb",
            Self::DeleteClient { .. } => "delete_client",
            Self::MergeClient { .. } => "merge_client",
            Self::UnmergeClient { .. } => "unmerge_client",
            Self::UndoActs { .. } => "undo_acts",
        }
    }

    /// Who asks.
    #[must_use]
    pub const fn by(&self) -> &Actor {
        match self {
            Self::CreateClient { by, .. }
            | Self::ChangeClientDetails { by, .. }
            | Self::MarkClient { by, .. }
            | Self::TagClient { by, .. }
            | Self::UntagClient { by, .. }
            | Self::ChangeClientOwner { by, .. }
            | Self::SetClientDoNotDisturb { by, .. }
            | Self::DeleteClient { by }
            | Self::MergeClient { by, .. }
            | Self::UnmergeClient { by }
            | Self::UndoActs { by, .. } => by,
        }
    }
}

impl fmt::Debug for ClientCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a decision about a client needs from other streams: folds of the journal, never the read model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClientFacts {
    /// The agent who acts, if one does.
    pub agent: Option<AgentFact>,
    /// Merges and deletions of all clients.
    pub clients: Arc<ClientFlags>,
    /// Whether the owner asked for is an agent who works here.
    pub owner_active: bool,
}
