//! What may be asked of an agent. Who may ask is decided in `app::authorize`.
//! Debug shows a command's name only: commands carry names and addresses.

use std::fmt;

use super::event::Role;
use crate::ids::AgentId;

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
}

impl fmt::Debug for AgentCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AddAgent { .. } => "add_agent",
            Self::RenameAgent { .. } => "rename_agent",
            Self::ChangeAgentRole { .. } => "change_agent_role",
            Self::DeactivateAgent => "deactivate_agent",
            Self::ReactivateAgent => "reactivate_agent",
        })
    }
}
