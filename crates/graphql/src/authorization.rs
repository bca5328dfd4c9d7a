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
}

use Who::{Administrator, Public, SignedIn};

/// Every field of the three root types. A test fails when the schema and this table differ.
pub const TABLE: &[(&str, &str, Who)] = &[
    ("Query", "agents", SignedIn),
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
    ("Mutation", "changePassword", SignedIn),
    ("Mutation", "configureWidget", Administrator),
    ("Mutation", "connectWebChat", Administrator),
    ("Mutation", "eraseContact", Administrator),
    ("Mutation", "grantChannelAccess", Administrator),
    ("Mutation", "inviteAgent", Administrator),
    ("Mutation", "markChatRead", SignedIn),
    ("Mutation", "reopenChat", SignedIn),
    ("Mutation", "revokeChannelAccess", Administrator),
    ("Mutation", "sendMessage", SignedIn),
    ("Mutation", "setTyping", SignedIn),
    ("Mutation", "setUp", Public),
    ("Mutation", "signIn", Public),
    ("Mutation", "signOut", SignedIn),
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
    let needs_administrator = match (who, caller) {
        (Public, _) => false,
        (SignedIn | Administrator, None) => {
            return Err(Failure::new(
                ErrorCode::Unauthenticated,
                "Nobody is signed in.",
            ));
        }
        (SignedIn, Some(_)) => false,
        (Administrator, Some(caller)) => caller.role != Role::Administrator,
    };
    if needs_administrator {
        let message = "This needs the right: administrator.";
        return Err(Failure::new(ErrorCode::Forbidden, message));
    }
    Ok(())
}

#[cfg(test)]
#[path = "authorization_tests.rs"]
mod tests;
