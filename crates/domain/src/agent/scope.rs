//! What a program may be allowed to do with a token: a small, closed set. Which fields of the API each opens is said in
//! one table above; who may be given which is said here.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::event::Role;

/// One permission of a token. Stored by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// See chats, messages, counters and search, of the channels its owner has access to.
    ChatsRead,
    /// Write and act in those chats, under the bot's name.
    ChatsWrite,
    /// See clients.
    ClientsRead,
    /// Change clients.
    ClientsWrite,
    /// See channels.
    ChannelsRead,
    /// Connect and change channels, and who has access.
    ChannelsManage,
    /// Bring in what contacts write and receipts, on API channels its owner has access to.
    MessagesIngest,
    /// Read every event there is.
    JournalRead,
    /// See who works here.
    AgentsRead,
}

impl Scope {
    /// All there are.
    pub const ALL: [Self; 9] = [
        Self::ChatsRead,
        Self::ChatsWrite,
        Self::ClientsRead,
        Self::ClientsWrite,
        Self::ChannelsRead,
        Self::ChannelsManage,
        Self::MessagesIngest,
        Self::JournalRead,
        Self::AgentsRead,
    ];

    /// Its name, as it is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChatsRead => "chats:read",
            Self::ChatsWrite => "chats:write",
            Self::ClientsRead => "clients:read",
            Self::ClientsWrite => "clients:write",
            Self::ChannelsRead => "channels:read",
            Self::ChannelsManage => "channels:manage",
            Self::MessagesIngest => "messages:ingest",
            Self::JournalRead => "journal:read",
            Self::AgentsRead => "agents:read",
        }
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }

    /// Whether it passes the walls between channels, or moves them: only an administrator gives it away.
    #[must_use]
    pub const fn is_for_administrators_to_give(self) -> bool {
        matches!(self, Self::JournalRead | Self::ChannelsManage)
    }
}

impl Role {
    /// Whether a token of an agent of this role may have the scope. People act by hand: a program that writes in chats
    /// is a bot, so that everybody sees who spoke.
    #[must_use]
    pub const fn may_hold(self, scope: Scope) -> bool {
        match (self, scope) {
            (Self::Administrator | Self::Agent, _) => false,
            (Self::Bot, Scope::ChannelsManage | Scope::JournalRead) => false,
            (Self::Bot, _) => true,
            (Self::Integrator, Scope::ChatsWrite) => false,
            (Self::Integrator, _) => true,
            (
                Self::Auditor,
                Scope::ChatsRead
                | Scope::ClientsRead
                | Scope::ChannelsRead
                | Scope::JournalRead
                | Scope::AgentsRead,
            ) => true,
            (
                Self::Auditor,
                Scope::ChatsWrite
                | Scope::ClientsWrite
                | Scope::ChannelsManage
                | Scope::MessagesIngest,
            ) => false,
        }
    }
}

/// A set of scopes. JSON: a list of names, always in the same order.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct Scopes(u16);

/// Not the name of a scope.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("there is no scope `{0}`")]
pub struct UnknownScope(pub String);

impl Scopes {
    /// Whether it has the scope.
    #[must_use]
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether it has none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Those it has.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

impl fmt::Debug for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Scope::name)).finish()
    }
}

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(name: &str) -> Result<Self, UnknownScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.name() == name);
        found.ok_or_else(|| UnknownScope(name.to_owned()))
    }
}

impl TryFrom<Vec<String>> for Scopes {
    type Error = UnknownScope;

    fn try_from(names: Vec<String>) -> Result<Self, UnknownScope> {
        names.iter().map(|name| name.parse::<Scope>()).collect()
    }
}

impl From<Scopes> for Vec<String> {
    fn from(scopes: Scopes) -> Self {
        scopes.iter().map(|scope| scope.name().to_owned()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_stored_as_names_and_reads_back() {
        let scopes: Scopes = [Scope::JournalRead, Scope::ChatsRead].into_iter().collect();
        let json = serde_json::to_value(scopes).unwrap();
        assert_eq!(json, serde_json::json!(["chats:read", "journal:read"]));
        assert_eq!(serde_json::from_value::<Scopes>(json).unwrap(), scopes);
        assert!(serde_json::from_str::<Scopes>("[\"everything\"]").is_err());
        let all: Scopes = Scope::ALL.into_iter().collect();
        assert_eq!(all.iter().count(), Scope::ALL.len());
    }

    #[test]
    fn only_bots_write_in_chats_and_people_who_work_here_have_no_tokens() {
        for role in [Role::Administrator, Role::Agent] {
            assert!(!Scope::ALL.into_iter().any(|scope| role.may_hold(scope)));
        }
        for role in [Role::Auditor, Role::Integrator] {
            assert!(!role.may_hold(Scope::ChatsWrite) && role.may_hold(Scope::ChatsRead));
        }
        assert!(Role::Bot.may_hold(Scope::ChatsWrite));
        assert!(!Role::Bot.may_hold(Scope::JournalRead));
        assert!(!Role::Auditor.may_hold(Scope::ClientsWrite));
    }
}
