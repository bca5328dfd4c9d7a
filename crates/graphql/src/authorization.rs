//! Who may ask for each field of Query, Mutation and Subscription: one table, enforced by one guard on every root type.
//! Says nothing about which chats or channels somebody sees; that is the application's scope.

use async_graphql::{Context, Guard, Result};
use hilo_app::Caller;
use hilo_domain::agent::Role;

use crate::context::Identity;
use crate::error::{ErrorCode, Failure};

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Anybody, also strangers.
    Public,
    /// Whoever is signed in.
    SignedIn,
    /// Administrators.
    Administrator,
    /// Integrators and administrators.
    Integrator,
}

use Who::{Administrator, Integrator, Public, SignedIn};

/// Every field of the three root types. A test fails when the schema and this table differ.
pub const TABLE: &[(&str, &str, Who)] = &[
    ("Query", "agents", SignedIn),
    ("Query", "agentsToAssign", SignedIn),
    ("Query", "channel", SignedIn),
    ("Query", "channels", SignedIn),
    ("Query", "chat", SignedIn),
    ("Query", "chats", SignedIn),
    ("Query", "counters", SignedIn),
    ("Query", "invitation", Public),
    ("Query", "invitations", Administrator),
    ("Query", "viewer", Public),
    ("Query", "workspace", Public),
    ("Mutation", "acceptInvitation", Public),
    ("Mutation", "archiveChat", SignedIn),
    ("Mutation", "assignChat", SignedIn),
    ("Mutation", "changePassword", SignedIn),
    ("Mutation", "configureWidget", Administrator),
    ("Mutation", "connectChannel", Administrator),
    ("Mutation", "connectWebChat", Administrator),
    ("Mutation", "eraseContact", Administrator),
    ("Mutation", "grantChannelAccess", Administrator),
    ("Mutation", "inviteAgent", Administrator),
    ("Mutation", "markChatRead", SignedIn),
    ("Mutation", "receiveMessages", Integrator),
    ("Mutation", "reconnectChannel", Integrator),
    ("Mutation", "reopenChat", SignedIn),
    ("Mutation", "reportSyncLost", Integrator),
    ("Mutation", "revokeChannelAccess", Administrator),
    ("Mutation", "sendMessage", SignedIn),
    ("Mutation", "setChannelRules", Administrator),
    ("Mutation", "setTyping", SignedIn),
    ("Mutation", "setUp", Public),
    ("Mutation", "signIn", Public),
    ("Mutation", "signOut", SignedIn),
    ("Mutation", "takeChat", SignedIn),
    ("Mutation", "unassignChat", SignedIn),
    ("Subscription", "chat", SignedIn),
    ("Subscription", "inbox", SignedIn),
    ("Subscription", "typing", SignedIn),
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
    let missing = match (who, caller) {
        (Public, _) | (SignedIn, Some(_)) => None,
        (SignedIn | Administrator | Integrator, None) => {
            return Err(Failure::new(
                ErrorCode::Unauthenticated,
                "Nobody is signed in.",
            ));
        }
        (Administrator, Some(caller)) => {
            (caller.role != Role::Administrator).then_some("administrator")
        }
        (Integrator, Some(caller)) => {
            let carries = matches!(caller.role, Role::Administrator | Role::Integrator);
            (!carries).then_some("integrator")
        }
    };
    if let Some(right) = missing {
        let message = format!("This needs the right: {right}.");
        return Err(Failure::new(ErrorCode::Forbidden, message));
    }
    Ok(())
}

#[cfg(test)]
#[path = "authorization_tests.rs"]
mod tests;
