//! Who may do what: one table over every operation, no wildcard. Which channels somebody sees is the scope's matter,
//! and whether an act fits the chat is decided again in the domain, from facts.

use hilo_domain::agent::Role;

use crate::accounts::Caller;
use crate::error::AppError;

/// Everything a signed-in agent can ask of Hilo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the functions of App")]
pub enum Operation {
    SeeChats,
    SendMessage,
    MarkChatRead,
    ArchiveChat,
    ReopenChat,
    SetTyping,
    AssignChat,
    TakeChat,
    UnassignChat,
    SeeAgentsToAssign,
    EraseContact,
    SeeChannels,
    ConnectWebChat,
    ConfigureWidget,
    RenameChannel,
    GrantChannelAccess,
    RevokeChannelAccess,
    SeeChannelAgents,
    SeeWidgetIdentitySecret,
    SeeAgents,
    InviteAgent,
    SeeInvitations,
    WithdrawInvitation,
    RenameAgent,
    ChangeAgentRole,
    DeactivateAgent,
    ReactivateAgent,
    RenameWorkspace,
    ConnectChannel,
    ReportSyncLost,
    ReconnectChannel,
    SetChannelRules,
    ReceiveMessages,
}

/// What an operation asks of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To be signed in.
    SignedIn,
    /// A role with the Chats right (A3).
    Chats,
    /// The administrator's role.
    Administrator,
    /// A role that carries messages between Hilo and another messenger: integrator or administrator.
    Integration,
}

impl Operation {
    /// Who may.
    #[must_use]
    pub const fn needs(self) -> Need {
        match self {
            Self::SeeChats | Self::SeeChannels | Self::SeeAgents => Need::SignedIn,
            Self::SendMessage
            | Self::MarkChatRead
            | Self::ArchiveChat
            | Self::ReopenChat
            | Self::SetTyping
            | Self::AssignChat
            | Self::TakeChat
            | Self::UnassignChat
            | Self::SeeAgentsToAssign => Need::Chats,
            Self::EraseContact
            | Self::ConnectWebChat
            | Self::ConfigureWidget
            | Self::RenameChannel
            | Self::GrantChannelAccess
            | Self::RevokeChannelAccess
            | Self::SeeChannelAgents
            | Self::SeeWidgetIdentitySecret
            | Self::InviteAgent
            | Self::SeeInvitations
            | Self::WithdrawInvitation
            | Self::RenameAgent
            | Self::ChangeAgentRole
            | Self::DeactivateAgent
            | Self::ReactivateAgent
            | Self::RenameWorkspace
            | Self::ConnectChannel
            | Self::SetChannelRules => Need::Administrator,
            Self::ReportSyncLost | Self::ReconnectChannel | Self::ReceiveMessages => {
                Need::Integration
            }
        }
    }
}

/// Whether the caller's role allows the operation.
///
/// # Errors
/// `Forbidden`, naming the right that is missing.
pub fn authorize(caller: &Caller, operation: Operation) -> Result<(), AppError> {
    let (allowed, needs) = match operation.needs() {
        Need::SignedIn => (true, "sign_in"),
        Need::Chats => (caller.role.has_chats_right(), "chats"),
        Need::Administrator => (matches!(caller.role, Role::Administrator), "administrator"),
        Need::Integration => (
            matches!(caller.role, Role::Administrator | Role::Integrator),
            "integrator",
        ),
    };
    if allowed {
        Ok(())
    } else {
        Err(AppError::Forbidden { needs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hilo_domain::AgentId;
    use uuid::Uuid;

    fn missing(role: Role, operation: Operation) -> Option<&'static str> {
        let caller = Caller {
            agent_id: AgentId::from_uuid(Uuid::nil()),
            role,
            session_id: Uuid::nil(),
        };
        match authorize(&caller, operation) {
            Ok(()) => None,
            Err(AppError::Forbidden { needs }) => Some(needs),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn agents_write_but_do_not_administer_and_auditors_only_look() {
        for (role, see, send, connect) in [
            (Role::Administrator, None, None, None),
            (Role::Agent, None, None, Some("administrator")),
            (Role::Auditor, None, Some("chats"), Some("administrator")),
            (Role::Integrator, None, Some("chats"), Some("administrator")),
        ] {
            assert_eq!(missing(role, Operation::SeeChats), see, "{role:?}");
            assert_eq!(missing(role, Operation::SendMessage), send, "{role:?}");
            assert_eq!(
                missing(role, Operation::ConnectWebChat),
                connect,
                "{role:?}"
            );
        }
    }
}
