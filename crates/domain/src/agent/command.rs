//! What may be asked of an agent. Who may ask is decided in `app::authorize`.
//! Debug shows a command's name only: commands carry names and addresses.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use super::event::{PresenceChoice, Role};
use super::scope::Scopes;
use crate::ids::{AgentId, GroupId, TokenId};

/// A wish about one agent.
#[derive(Clone)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum AgentCommand {
    /// Let somebody in.
    AddAgent {
        agent_id: AgentId,
        name: String,
        email: String,
        role: Role,
    },
    /// Give them another name.
    RenameAgent { name: String },
    /// Give them another role.
    ChangeAgentRole { role: Role },
    /// Shut them out; what they did stays theirs.
    DeactivateAgent,
    /// Let them in again.
    ReactivateAgent,
    /// Let a program in, under a name of its own (P24).
    AddBot { agent_id: AgentId, name: String },
    /// Let a program speak for them. `by_administrator` says whether the wish comes from one; `at` is now.
    CreateApiToken {
        token_id: TokenId,
        name: String,
        scopes: Scopes,
        expires_at: Option<Timestamp>,
        by_administrator: bool,
        at: Timestamp,
    },
    /// Let that program no longer.
    RevokeApiToken { token_id: TokenId },
    /// Make these their groups, and no other.
    SetAgentGroups { group_ids: BTreeSet<GroupId> },
    /// Say how they want to be seen.
    ChoosePresence { presence: PresenceChoice },
    /// Keep filters of theirs under a name (P5).
    SaveView { name: String, query: String },
    /// Give a view another name.
    RenameView { name: String, to: String },
    /// Forget a view.
    DeleteView { name: String },
}

impl fmt::Debug for AgentCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AddAgent { .. } => "add_agent",
            Self::RenameAgent { .. } => "rename_agent",
            Self::ChangeAgentRole { .. } => "change_agent_role",
            Self::DeactivateAgent => "deactivate_agent",
            Self::ReactivateAgent => "reactivate_agent",
            Self::AddBot { .. } => "add_bot",
            Self::CreateApiToken { .. } => "create_api_token",
            Self::RevokeApiToken { .. } => "revoke_api_token",
            Self::SetAgentGroups { .. } => "set_agent_groups",
            Self::ChoosePresence { .. } => "choose_presence",
            Self::SaveView { .. } => "save_view",
            Self::RenameView { .. } => "rename_view",
            Self::DeleteView { .. } => "delete_view",
        })
    }
}
