//! Who calls, and by what: a person's session or a program's token. Looked up anew for every request.

use hilo_domain::agent::{Role, Scopes};
use hilo_domain::{Actor, AgentId, TokenId};
use hilo_read::ChannelScope;
use uuid::Uuid;

use crate::error::AppError;
use crate::facts::Facts;

/// Who calls: an active agent or bot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// Who; for a program, whose token it shows.
    pub agent_id: AgentId,
    /// Their role when the credential was looked up.
    pub role: Role,
    /// By what.
    pub credential: Credential,
}

/// What somebody showed to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    /// The cookie of a person who signed in.
    Session {
        /// The session.
        id: Uuid,
    },
    /// The token of a program.
    Token {
        /// Which.
        id: TokenId,
        /// What it may do. Those that its owner's role may not hold are not in it.
        scopes: Scopes,
    },
}

impl Credential {
    /// Its id: of the session, or of the token.
    #[must_use]
    pub const fn id(&self) -> Uuid {
        match self {
            Self::Session { id } => *id,
            Self::Token { id, .. } => id.as_uuid(),
        }
    }

    /// What a token may do; nothing to say of a session.
    #[must_use]
    pub const fn scopes(&self) -> Option<Scopes> {
        match self {
            Self::Session { .. } => None,
            Self::Token { scopes, .. } => Some(*scopes),
        }
    }
}

impl Caller {
    /// Which channels the caller sees now (A2, A4).
    #[must_use]
    pub fn scope(&self, facts: &Facts) -> ChannelScope {
        facts.scope(self.agent_id)
    }

    /// As whom they act.
    #[must_use]
    pub fn actor(&self) -> Actor {
        match (self.credential, self.role) {
            (_, Role::Bot) => Actor::Bot { id: self.agent_id },
            (Credential::Session { .. }, _) => Actor::Agent { id: self.agent_id },
            (Credential::Token { id, .. }, _) => Actor::Integration {
                name: id.to_string(),
            },
        }
    }

    /// The session, for what only people do.
    ///
    /// # Errors
    /// `Forbidden` for a program.
    pub fn session(&self) -> Result<Uuid, AppError> {
        match self.credential {
            Credential::Session { id } => Ok(id),
            Credential::Token { .. } => Err(AppError::Forbidden { needs: "session" }),
        }
    }

    /// Whose keys of idempotency these are: an agent's, in whichever session, or a token's.
    #[must_use]
    pub fn dedupe_scope(&self) -> String {
        match self.credential {
            Credential::Session { .. } => format!("agent:{}", self.agent_id),
            Credential::Token { id, .. } => format!("token:{id}"),
        }
    }
}
