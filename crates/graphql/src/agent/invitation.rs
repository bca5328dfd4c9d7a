//! Invitations, as administrators and the invited see them.

use async_graphql::{ID, SimpleObject};
use jiff::Timestamp;

use super::object::AgentRole;

/// A place that waits for somebody.
#[derive(Clone, SimpleObject)]
pub struct Invitation {
    /// The invitation's id.
    id: ID,
    /// Whom it was made for.
    email: String,
    /// What they are called; empty when it was not said.
    name: String,
    /// What they will be allowed to do.
    role: AgentRole,
    /// When it ends by itself.
    expires_at: Timestamp,
    /// The link to give to them. Shown once, in the answer to the invitation; not kept.
    url: Option<String>,
}

impl From<hilo_app::Invitation> for Invitation {
    fn from(invitation: hilo_app::Invitation) -> Self {
        Self {
            id: ID(invitation.id.to_string()),
            email: invitation.email,
            name: invitation.name.unwrap_or_default(),
            role: invitation.role.into(),
            expires_at: invitation.expires_at,
            url: invitation.url,
        }
    }
}

/// What the invited see before they accept.
#[derive(Clone, SimpleObject)]
pub struct InvitationPreview {
    /// The company they are invited to.
    workspace_name: String,
    /// What they are called there; empty when it was not said.
    name: String,
    /// The address they will sign in with.
    email: String,
}

impl From<hilo_app::InvitationPreview> for InvitationPreview {
    fn from(preview: hilo_app::InvitationPreview) -> Self {
        Self {
            workspace_name: preview.workspace_name,
            name: preview.name.unwrap_or_default(),
            email: preview.email,
        }
    }
}
