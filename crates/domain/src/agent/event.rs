//! What happened to an agent, as it is stored for ever.
//! Name and address are sealed with the agent's own key.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::scope::Scopes;
use crate::ids::{AgentId, GroupId, TokenId};
use crate::personal::Personal;

/// A fact about one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(missing_docs, reason = "ids and names are named after what they are")]
pub enum AgentEvent {
    /// Somebody was let in.
    #[serde(rename = "agent_added")]
    AgentAdded {
        agent_id: AgentId,
        name: Personal<String>,
        email: Personal<String>,
        role: Role,
    },
    /// They have another name.
    #[serde(rename = "agent_renamed")]
    AgentRenamed { name: Personal<String> },
    /// They have another role.
    #[serde(rename = "agent_role_changed")]
    AgentRoleChanged { role: Role },
    /// They were shut out.
    #[serde(rename = "agent_deactivated")]
    AgentDeactivated {},
    /// They were let in again.
    #[serde(rename = "agent_reactivated")]
    AgentReactivated {},
    /// A program may speak for them from now on. The secret is not here, and nowhere in clear.
    #[serde(rename = "api_token_created")]
    ApiTokenCreated {
        token_id: TokenId,
        name: String,
        scopes: Scopes,
        expires_at: Option<Timestamp>,
    },
    /// That program may no longer.
    #[serde(rename = "api_token_revoked")]
    ApiTokenRevoked { token_id: TokenId },
    /// They belong to a group and have what it gives (A3).
    #[serde(rename = "agent_joined_group")]
    AgentJoinedGroup { group_id: GroupId },
    /// They belong to a group no longer.
    #[serde(rename = "agent_left_group")]
    AgentLeftGroup { group_id: GroupId },
    /// They said how they want to be seen (P9).
    #[serde(rename = "agent_presence_chosen")]
    AgentPresenceChosen { presence: PresenceChoice },
    /// They keep filters under a name; those that were under it are forgotten (P5).
    #[serde(rename = "agent_view_saved")]
    AgentViewSaved { name: String, query: String },
    /// A view of theirs has another name.
    #[serde(rename = "agent_view_renamed")]
    AgentViewRenamed { name: String, to: String },
    /// A view of theirs is forgotten.
    #[serde(rename = "agent_view_deleted")]
    AgentViewDeleted { name: String },
}

/// How somebody wants to be seen by colleagues (P9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceChoice {
    /// As they are: online while they have Hilo open.
    #[default]
    Automatic,
    /// As away while they have Hilo open; rules give them no new chats.
    Away,
    /// As not there at all; rules give them no new chats.
    Offline,
}

impl DomainEvent for AgentEvent {
    fn event_type(&self) -> String {
        match self {
            Self::AgentAdded { .. } => "agent_added",
            Self::AgentRenamed { .. } => "agent_renamed",
            Self::AgentRoleChanged { .. } => "agent_role_changed",
            Self::AgentDeactivated {} => "agent_deactivated",
            Self::AgentReactivated {} => "agent_reactivated",
            Self::ApiTokenCreated { .. } => "api_token_created",
            Self::ApiTokenRevoked { .. } => "api_token_revoked",
            Self::AgentJoinedGroup { .. } => "agent_joined_group",
            Self::AgentLeftGroup { .. } => "agent_left_group",
            Self::AgentPresenceChosen { .. } => "agent_presence_chosen",
            Self::AgentViewSaved { .. } => "agent_view_saved",
            Self::AgentViewRenamed { .. } => "agent_view_renamed",
            Self::AgentViewDeleted { .. } => "agent_view_deleted",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

/// What an agent is in Hilo for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the workspace; sees every channel (A4).
    Administrator,
    /// Answers chats of the channels granted to them.
    Agent,
    /// Replays what happened; writes to nobody.
    Auditor,
    /// Connects programs; writes to nobody by hand.
    Integrator,
    /// A program: speaks and is assigned chats under its own name, never signs in (P24).
    Bot,
}

impl Role {
    /// Whether the role may write, read and archive chats (A3).
    #[must_use]
    pub const fn has_chats_right(self) -> bool {
        match self {
            Self::Administrator | Self::Agent | Self::Bot => true,
            Self::Auditor | Self::Integrator => false,
        }
    }

    /// Whether the role can belong to chats of colleagues among themselves (A13).
    #[must_use]
    pub const fn talks_with_colleagues(self) -> bool {
        match self {
            Self::Administrator | Self::Agent => true,
            Self::Auditor | Self::Integrator | Self::Bot => false,
        }
    }

    /// Whether the role needs no grant on a customers' channel: administrators act on all (A4), auditors read all.
    #[must_use]
    pub const fn sees_every_channel(self) -> bool {
        match self {
            Self::Administrator | Self::Auditor => true,
            Self::Agent | Self::Integrator | Self::Bot => false,
        }
    }
}
