//! Who may ask for each field of Query, Mutation and Subscription: one table, enforced by one guard on every root type.
//! Says nothing about which chats or channels somebody sees; that is the application's scope.

use async_graphql::{Context, Guard, Result};
use hilo_app::Caller;
use hilo_domain::agent::{Role, Scope, Scopes};

use crate::context::Identity;
use crate::error::{ErrorCode, Failure};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, also strangers.
    Public,
    /// Whoever says who they are: people who are signed in, and programs whatever their token's scopes.
    Known,
    /// People who are signed in. No program.
    SignedIn,
    /// People who are signed in, and programs whose token has the scope.
    Scoped(Scope),
    /// Administrators. No program.
    Administrator,
    /// Administrators, and programs whose token has the scope.
    AdministratorOr(Scope),
    /// Auditors. No program.
    Auditor,
    /// Auditors, and programs whose token has the scope.
    AuditorOr(Scope),
    /// Integrators and administrators, and programs whose token has the scope.
    IntegratorOr(Scope),
}

use Scope::{
    AgentsRead, ChannelsManage, ChannelsRead, ChatsRead, ChatsWrite, ClientsRead, ClientsWrite,
    JournalRead, MessagesIngest,
};
use Who::{
    Administrator, AdministratorOr, Auditor, AuditorOr, IntegratorOr, Known, Public, Scoped,
    SignedIn,
};

const MANAGES_CHANNELS: Who = AdministratorOr(ChannelsManage);

/// Every field of the three root types. A test fails when the schema and this table differ.
pub const TABLE: &[(&str, &str, Who)] = &[
    ("Query", "agents", Scoped(AgentsRead)),
    ("Query", "agentsToAssign", Scoped(ChatsRead)),
    ("Query", "channel", Scoped(ChannelsRead)),
    ("Query", "channels", Scoped(ChannelsRead)),
    ("Query", "chat", Scoped(ChatsRead)),
    ("Query", "chats", Scoped(ChatsRead)),
    ("Query", "counters", Scoped(ChatsRead)),
    ("Query", "chatTags", Scoped(ChatsRead)),
    ("Query", "invitation", Public),
    ("Query", "invitations", Administrator),
    ("Query", "journal", AuditorOr(JournalRead)),
    ("Query", "measureText", Scoped(ChannelsRead)),
    ("Query", "outbox", IntegratorOr(MessagesIngest)),
    ("Query", "apiTokens", SignedIn),
    ("Query", "chatPresence", Scoped(ChatsRead)),
    ("Query", "groups", Administrator),
    ("Query", "position", Known),
    ("Query", "presence", Scoped(AgentsRead)),
    ("Query", "savedViews", SignedIn),
    ("Query", "searchChats", Scoped(ChatsRead)),
    ("Query", "searchMessages", Scoped(ChatsRead)),
    ("Query", "searchClients", Scoped(ClientsRead)),
    ("Query", "viewer", Public),
    ("Query", "workspace", Public),
    ("Query", "workspaceSettings", SignedIn),
    ("Query", "client", Scoped(ClientsRead)),
    ("Query", "clients", Scoped(ClientsRead)),
    ("Query", "clientsByPhone", Scoped(ClientsRead)),
    ("Query", "templates", Scoped(ChatsRead)),
    ("Query", "renderTemplate", Scoped(ChatsRead)),
    ("Mutation", "acceptInvitation", Public),
    ("Mutation", "archiveChat", Scoped(ChatsWrite)),
    ("Mutation", "assignChat", Scoped(ChatsWrite)),
    ("Mutation", "changePassword", SignedIn),
    ("Mutation", "changeWorkspaceSettings", Administrator),
    ("Mutation", "renameWorkspace", Administrator),
    ("Mutation", "configureWidget", MANAGES_CHANNELS),
    ("Mutation", "createApiToken", SignedIn),
    ("Mutation", "createBot", Administrator),
    ("Mutation", "revokeApiToken", SignedIn),
    ("Mutation", "connectChannel", MANAGES_CHANNELS),
    ("Mutation", "connectWebChat", MANAGES_CHANNELS),
    ("Mutation", "eraseContact", Administrator),
    ("Mutation", "grantChannelAccess", MANAGES_CHANNELS),
    ("Mutation", "inviteAgent", Administrator),
    ("Mutation", "markChatRead", Scoped(ChatsWrite)),
    ("Mutation", "receiveMessages", IntegratorOr(MessagesIngest)),
    ("Mutation", "disconnectChannel", MANAGES_CHANNELS),
    ("Mutation", "reconnectChannel", IntegratorOr(MessagesIngest)),
    ("Mutation", "reportChanges", IntegratorOr(MessagesIngest)),
    ("Mutation", "reportMessages", IntegratorOr(MessagesIngest)),
    ("Mutation", "reportSyncLost", IntegratorOr(MessagesIngest)),
    ("Mutation", "retryMessage", Scoped(ChatsWrite)),
    ("Mutation", "startChat", Scoped(ChatsWrite)),
    ("Mutation", "setChannelRules", MANAGES_CHANNELS),
    ("Mutation", "switchComments", MANAGES_CHANNELS),
    ("Mutation", "renameChannel", MANAGES_CHANNELS),
    ("Mutation", "reopenChat", Scoped(ChatsWrite)),
    ("Mutation", "revokeChannelAccess", MANAGES_CHANNELS),
    ("Mutation", "sendMessage", Scoped(ChatsWrite)),
    ("Mutation", "setTyping", Scoped(ChatsWrite)),
    ("Mutation", "createGroup", Administrator),
    ("Mutation", "deactivateAgent", Administrator),
    ("Mutation", "deleteGroup", Administrator),
    ("Mutation", "grantChannelToGroup", MANAGES_CHANNELS),
    ("Mutation", "reactivateAgent", Administrator),
    ("Mutation", "revokeChannelFromGroup", MANAGES_CHANNELS),
    ("Mutation", "setPresence", SignedIn),
    ("Mutation", "saveView", SignedIn),
    ("Mutation", "renameView", SignedIn),
    ("Mutation", "deleteView", SignedIn),
    ("Mutation", "updateAgent", Administrator),
    ("Mutation", "updateGroup", Administrator),
    ("Mutation", "markChatUnread", Scoped(ChatsWrite)),
    ("Mutation", "starChat", Scoped(ChatsWrite)),
    ("Mutation", "unstarChat", Scoped(ChatsWrite)),
    ("Mutation", "addChatTags", Scoped(ChatsWrite)),
    ("Mutation", "removeChatTags", Scoped(ChatsWrite)),
    ("Mutation", "setChatPriority", Scoped(ChatsWrite)),
    ("Mutation", "blockContact", Scoped(ChatsWrite)),
    ("Mutation", "unblockContact", Scoped(ChatsWrite)),
    ("Mutation", "bulkActOnChats", Scoped(ChatsWrite)),
    ("Mutation", "undo", Scoped(ChatsWrite)),
    ("Mutation", "saveDraft", Scoped(ChatsWrite)),
    ("Mutation", "deleteChat", Scoped(ChatsWrite)),
    ("Mutation", "discardDraft", Scoped(ChatsWrite)),
    ("Mutation", "editMessage", Scoped(ChatsWrite)),
    ("Mutation", "deleteMessage", Scoped(ChatsWrite)),
    ("Mutation", "reactToMessage", Scoped(ChatsWrite)),
    ("Mutation", "addNote", Scoped(ChatsWrite)),
    ("Mutation", "editNote", Scoped(ChatsWrite)),
    ("Mutation", "deleteNote", Scoped(ChatsWrite)),
    ("Mutation", "setUp", Public),
    ("Mutation", "setViewing", Scoped(ChatsWrite)),
    ("Mutation", "signIn", Public),
    ("Mutation", "signOut", SignedIn),
    ("Mutation", "snoozeChat", Scoped(ChatsWrite)),
    ("Mutation", "takeChat", Scoped(ChatsWrite)),
    ("Mutation", "unassignChat", Scoped(ChatsWrite)),
    ("Mutation", "unsnoozeChat", Scoped(ChatsWrite)),
    ("Mutation", "createClient", Scoped(ClientsWrite)),
    ("Mutation", "changeClientDetails", Scoped(ClientsWrite)),
    ("Mutation", "markClient", Scoped(ClientsWrite)),
    ("Mutation", "tagClient", Scoped(ClientsWrite)),
    ("Mutation", "untagClient", Scoped(ClientsWrite)),
    ("Mutation", "changeClientOwner", Scoped(ClientsWrite)),
    ("Mutation", "setClientDoNotDisturb", Scoped(ClientsWrite)),
    ("Mutation", "deleteClient", Scoped(ClientsWrite)),
    ("Mutation", "mergeClients", Scoped(ClientsWrite)),
    ("Mutation", "unmergeClient", Scoped(ClientsWrite)),
    ("Mutation", "linkClient", Scoped(ChatsWrite)),
    ("Mutation", "unlinkClient", Scoped(ChatsWrite)),
    ("Mutation", "createTemplate", Scoped(ChatsWrite)),
    ("Mutation", "changeTemplate", Scoped(ChatsWrite)),
    ("Mutation", "deleteTemplate", Scoped(ChatsWrite)),
    ("Mutation", "eraseClient", Administrator),
    ("Mutation", "openInternalChat", SignedIn),
    ("Mutation", "addInternalChatMembers", SignedIn),
    ("Mutation", "removeInternalChatMember", SignedIn),
    ("Mutation", "renameInternalChat", SignedIn),
    ("Mutation", "auditInternalChat", Auditor),
    ("Subscription", "chat", Scoped(ChatsRead)),
    ("Subscription", "journal", AuditorOr(JournalRead)),
    ("Subscription", "inbox", Scoped(ChatsRead)),
    ("Subscription", "chatPresence", Scoped(ChatsRead)),
    ("Subscription", "presence", Scoped(AgentsRead)),
    ("Subscription", "outbox", IntegratorOr(MessagesIngest)),
    ("Subscription", "typing", Scoped(ChatsRead)),
];

/// Guards every field of the root type it names.
pub struct Allowed(
    /// `Query`, `Mutation` or `Subscription`.
    pub &'static str,
);

impl Guard for Allowed {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        let caller = ctx.data::<Identity>()?.caller.as_ref();
        Ok(allow(rule(self.0, ctx.field().name()), caller)?)
    }
}

/// Guards a field of another type that only administrators may read.
pub struct AdministratorOnly;

impl Guard for AdministratorOnly {
    async fn check(&self, ctx: &Context<'_>) -> Result<()> {
        Ok(allow(
            Administrator,
            ctx.data::<Identity>()?.caller.as_ref(),
        )?)
    }
}

/// A field the table misses is for administrators; the closed-loop test keeps that from happening.
fn rule(root: &str, field: &str) -> Who {
    TABLE
        .iter()
        .find(|(on, name, _)| *on == root && *name == field)
        .map_or(Administrator, |(_, _, who)| *who)
}

fn allow(who: Who, caller: Option<&Caller>) -> Result<(), Failure> {
    let Some(caller) = caller else {
        return match who {
            Public => Ok(()),
            Known | SignedIn | Scoped(_) | Administrator | AdministratorOr(_) | Auditor
            | AuditorOr(_) | IntegratorOr(_) => Err(Failure::new(
                ErrorCode::Unauthenticated,
                "Nobody is signed in.",
            )),
        };
    };
    let missing = match caller.credential.scopes() {
        None => missing_of_person(who, caller.role),
        Some(scopes) => missing_of_program(who, scopes),
    };
    match missing {
        None => Ok(()),
        Some(needs) => Err(Failure::new(
            ErrorCode::Forbidden,
            format!("This needs the right: {needs}."),
        )),
    }
}

fn missing_of_person(who: Who, role: Role) -> Option<&'static str> {
    match who {
        Public | Known | SignedIn | Scoped(_) => None,
        Administrator | AdministratorOr(_) => {
            (role != Role::Administrator).then_some("administrator")
        }
        Auditor | AuditorOr(_) => (role != Role::Auditor).then_some("auditor"),
        IntegratorOr(_) => {
            let carries = matches!(role, Role::Administrator | Role::Integrator);
            (!carries).then_some("integrator")
        }
    }
}

fn missing_of_program(who: Who, scopes: Scopes) -> Option<&'static str> {
    match who {
        Public | Known => None,
        SignedIn | Administrator | Auditor => Some("session"),
        Scoped(scope) | AdministratorOr(scope) | AuditorOr(scope) | IntegratorOr(scope) => {
            (!scopes.has(scope)).then(|| scope.name())
        }
    }
}

#[cfg(test)]
#[path = "authorization_tests.rs"]
mod tests;
