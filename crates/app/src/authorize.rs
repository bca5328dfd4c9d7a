//! Who may do what: one table over every operation, no wildcard. Which channels somebody sees is the scope's matter,
//! and whether an act fits the chat is decided again in the domain, from facts.

use hilo_domain::agent::{Role, Scope};

use crate::accounts::Caller;
use crate::error::AppError;

/// Everything a signed-in agent can ask of Hilo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named after the functions of App")]
pub enum Operation {
    SeeChats,
    SeeDeletedChats,
    SendMessage,
    MarkChatRead,
    ArchiveChat,
    ReopenChat,
    SetTyping,
    AssignChat,
    TakeChat,
    UnassignChat,
    SeeAgentsToAssign,
    SeePresence,
    SetPresence,
    SeeViews,
    KeepViews,
    SetViewing,
    SeeGroups,
    ChangeGroups,
    SnoozeChat,
    UnsnoozeChat,
    MarkChat,
    ChangeMessage,
    WriteNote,
    KeepDraft,
    DeleteChat,
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
    SeeWorkspaceSettings,
    ChangeWorkspaceSettings,
    ConnectChannel,
    DisconnectChannel,
    ReportSyncLost,
    ReconnectChannel,
    SetChannelRules,
    SwitchComments,
    ReceiveMessages,
    CreateBot,
    CreateApiToken,
    SeeApiTokens,
    RevokeApiToken,
    ReadJournal,
    TakeOutbox,
    ReportMessages,
    RetryMessage,
    StartChat,
    SeeClients,
    ChangeClients,
    LinkClient,
    EraseClient,
    SeeTemplates,
    ChangeTemplates,
    TalkWithColleagues,
    AuditInternalChat,
}

/// What an operation asks of the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// To be signed in.
    SignedIn,
    /// A role with the Chats right (A3).
    Chats,
    /// A role with the Chats right, or the auditor's, who reads everything.
    ChatsOrAudit,
    /// The administrator's role.
    Administrator,
    /// A role that carries messages between Hilo and another messenger: integrator or administrator.
    Integration,
    /// The auditor's role, who reads everything and writes nothing.
    Auditor,
}

impl Operation {
    /// Who may.
    #[must_use]
    pub const fn needs(self) -> Need {
        match self {
            Self::SeeChats
            | Self::SeeChannels
            | Self::SeeAgents
            | Self::SeeWorkspaceSettings
            | Self::SeePresence
            | Self::SetPresence
            | Self::SeeViews
            | Self::SetViewing => Need::SignedIn,
            // Whose tokens is looked at where that is known.
            Self::CreateApiToken | Self::SeeApiTokens | Self::RevokeApiToken => Need::SignedIn,
            Self::ReadJournal | Self::AuditInternalChat | Self::SeeDeletedChats => Need::Auditor,
            Self::SendMessage
            | Self::KeepViews
            | Self::MarkChatRead
            | Self::ArchiveChat
            | Self::ReopenChat
            | Self::SetTyping
            | Self::ChangeClients
            | Self::LinkClient
            | Self::ChangeTemplates
            | Self::AssignChat
            | Self::TakeChat
            | Self::UnassignChat
            | Self::SeeAgentsToAssign
            | Self::SnoozeChat
            | Self::UnsnoozeChat
            | Self::MarkChat
            | Self::ChangeMessage
            | Self::WriteNote
            | Self::KeepDraft
            | Self::DeleteChat
            | Self::RetryMessage
            | Self::TalkWithColleagues
            | Self::StartChat => Need::Chats,
            Self::SeeClients | Self::SeeTemplates => Need::ChatsOrAudit,
            Self::EraseContact
            | Self::SeeGroups
            | Self::ChangeGroups
            | Self::EraseClient
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
            | Self::ChangeWorkspaceSettings
            | Self::ConnectChannel
            | Self::DisconnectChannel
            | Self::SetChannelRules
            | Self::SwitchComments
            | Self::CreateBot => Need::Administrator,
            Self::ReportSyncLost
            | Self::ReconnectChannel
            | Self::ReceiveMessages
            | Self::TakeOutbox
            | Self::ReportMessages => Need::Integration,
        }
    }

    /// What a program's token must have for it. None: it is for people alone.
    #[must_use]
    pub const fn scope(self) -> Option<Scope> {
        Some(match self {
            Self::SeeChats
            | Self::SeeDeletedChats
            | Self::SeeAgentsToAssign
            | Self::SeeTemplates => Scope::ChatsRead,
            Self::SeeClients => Scope::ClientsRead,
            Self::ChangeClients => Scope::ClientsWrite,
            Self::SendMessage
            | Self::MarkChatRead
            | Self::ArchiveChat
            | Self::ReopenChat
            | Self::SetTyping
            | Self::AssignChat
            | Self::TakeChat
            | Self::UnassignChat
            | Self::SnoozeChat
            | Self::UnsnoozeChat
            | Self::RetryMessage
            | Self::StartChat
            | Self::LinkClient
            | Self::ChangeTemplates
            | Self::MarkChat
            | Self::ChangeMessage
            | Self::WriteNote
            | Self::KeepDraft
            | Self::DeleteChat
            | Self::SetViewing => Scope::ChatsWrite,
            Self::SeeChannels => Scope::ChannelsRead,
            Self::ConnectWebChat
            | Self::ConfigureWidget
            | Self::RenameChannel
            | Self::GrantChannelAccess
            | Self::RevokeChannelAccess
            | Self::SeeChannelAgents
            | Self::SeeWidgetIdentitySecret
            | Self::ConnectChannel
            | Self::DisconnectChannel
            | Self::SetChannelRules
            | Self::SwitchComments => Scope::ChannelsManage,
            Self::ReportSyncLost
            | Self::ReconnectChannel
            | Self::ReceiveMessages
            | Self::TakeOutbox
            | Self::ReportMessages => Scope::MessagesIngest,
            Self::SeeAgents | Self::SeePresence => Scope::AgentsRead,
            Self::ReadJournal => Scope::JournalRead,
            Self::SetPresence
            | Self::SeeViews
            | Self::KeepViews
            | Self::SeeGroups
            | Self::ChangeGroups
            | Self::EraseContact
            | Self::EraseClient
            | Self::InviteAgent
            | Self::SeeInvitations
            | Self::WithdrawInvitation
            | Self::RenameAgent
            | Self::ChangeAgentRole
            | Self::DeactivateAgent
            | Self::ReactivateAgent
            | Self::RenameWorkspace
            | Self::SeeWorkspaceSettings
            | Self::ChangeWorkspaceSettings
            | Self::CreateBot
            | Self::CreateApiToken
            | Self::SeeApiTokens
            | Self::TalkWithColleagues
            | Self::AuditInternalChat
            | Self::RevokeApiToken => return None,
        })
    }
}

/// Whether the caller's role allows the operation, and for a program its token's scopes too.
///
/// # Errors
/// `Forbidden`, naming the right or the scope that is missing.
pub fn authorize(caller: &Caller, operation: Operation) -> Result<(), AppError> {
    if let Some(scopes) = caller.credential.scopes() {
        let scope = operation.scope();
        let needed = scope.ok_or(AppError::Forbidden { needs: "session" })?;
        if !scopes.has(needed) {
            return Err(AppError::Forbidden {
                needs: needed.name(),
            });
        }
        // These an administrator gave away with the scope.
        if needed.is_for_administrators_to_give() {
            return Ok(());
        }
    }
    let (allowed, needs) = match operation.needs() {
        Need::SignedIn => (true, "sign_in"),
        Need::Chats => (caller.role.has_chats_right(), "chats"),
        Need::ChatsOrAudit => (
            caller.role.has_chats_right() || matches!(caller.role, Role::Auditor),
            "chats",
        ),
        Need::Administrator => (matches!(caller.role, Role::Administrator), "administrator"),
        Need::Integration => (
            matches!(
                caller.role,
                Role::Administrator | Role::Integrator | Role::Bot
            ),
            "integrator",
        ),
        Need::Auditor => (matches!(caller.role, Role::Auditor), "auditor"),
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
    use crate::accounts::Credential;
    use hilo_domain::AgentId;
    use uuid::Uuid;

    fn missing(role: Role, operation: Operation) -> Option<&'static str> {
        let caller = Caller {
            agent_id: AgentId::from_uuid(Uuid::nil()),
            role,
            credential: Credential::Session { id: Uuid::nil() },
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
            let templates = missing(role, Operation::SeeTemplates);
            assert_eq!(templates.is_none(), role != Role::Integrator, "{role:?}");
            assert_eq!(missing(role, Operation::SendMessage), send, "{role:?}");
            assert_eq!(missing(role, Operation::KeepViews), send, "{role:?}");
            assert_eq!(
                missing(role, Operation::ConnectWebChat),
                connect,
                "{role:?}"
            );
        }
    }

    /// P17, P24: what the table of GraphQL opens to programs is not closed again behind it.
    #[test]
    fn a_program_that_may_write_also_marks_notes_drafts_and_changes_messages() {
        for operation in [
            Operation::MarkChat,
            Operation::ChangeMessage,
            Operation::WriteNote,
            Operation::KeepDraft,
            Operation::SetViewing,
            Operation::SendMessage,
        ] {
            assert_eq!(operation.scope(), Some(Scope::ChatsWrite), "{operation:?}");
        }
        assert_eq!(Operation::SeePresence.scope(), Some(Scope::AgentsRead));
        assert_eq!(Operation::EraseContact.scope(), None);
    }
}
