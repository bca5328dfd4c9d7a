//! Sessions: a random token in the browser, its hash here. Idle they last 8 hours, at most 7 days.
//! Nothing is cached: a session that was ended counts as ended with the next request, in every process.

use hilo_domain::AgentId;
use hilo_domain::agent::Role;
use hilo_journal::pool::Connection;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::caller::{Caller, Credential};
use super::token;
use crate::App;
use crate::clock;
use crate::error::{AppError, database};

/// Without a request for so long, a session is over.
pub(super) const IDLE: SignedDuration = SignedDuration::from_hours(8);
/// However busy, a session is over then.
const ABSOLUTE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How exactly the last use is kept: not every request writes.
const SEEN_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Characters kept of a browser's name.
const USER_AGENT_MAX: usize = 200;

/// A session just begun.
pub struct SignedIn {
    /// For the cookie; shown nowhere else and stored nowhere.
    pub token: String,
    /// The absolute end.
    pub expires_at: Timestamp,
    /// Who it is.
    pub caller: Caller,
}

/// A session row just written.
pub(super) struct Opened {
    pub(super) id: Uuid,
    pub(super) token: String,
    pub(super) expires_at: Timestamp,
}

impl Opened {
    pub(super) fn for_agent(self, agent_id: AgentId, role: Role) -> SignedIn {
        let caller = Caller {
            agent_id,
            role,
            credential: Credential::Session { id: self.id },
        };
        SignedIn {
            token: self.token,
            expires_at: self.expires_at,
            caller,
        }
    }
}

/// Begins a session and drops those of the same account that are over.
pub(super) async fn open(
    conn: &mut Connection,
    agent: AgentId,
    user_agent: Option<&str>,
    now: Timestamp,
) -> Result<Opened, AppError> {
    let opened = Opened {
        id: clock::new_id(),
        token: token::fresh()?,
        expires_at: now + ABSOLUTE,
    };
    let user_agent: Option<String> = user_agent.map(|name| {
        name.chars()
            .filter(|c| !c.is_control())
            .take(USER_AGENT_MAX)
            .collect()
    });
    sqlx::query("DELETE FROM sessions WHERE agent_id = $1 AND (expires_at <= $2 OR seen_at <= $3)")
        .bind(agent.as_uuid())
        .bind(now.to_sqlx())
        .bind((now - IDLE).to_sqlx())
        .execute(&mut *conn)
        .await
        .map_err(database)?;
    sqlx::query(
        "INSERT INTO sessions (id, token_hash, agent_id, created_at, seen_at, expires_at, user_agent)
         VALUES ($1, $2, $3, $4, $4, $5, $6)",
    )
    .bind(opened.id)
    .bind(token::hash(&opened.token))
    .bind(agent.as_uuid())
    .bind(now.to_sqlx())
    .bind(opened.expires_at.to_sqlx())
    .bind(user_agent)
    .execute(conn)
    .await
    .map_err(database)?;
    Ok(opened)
}

impl App {
    /// Who a session token stands for, or nobody: unknown, ended, idle too long, or the agent is no longer active.
    ///
    /// # Errors
    /// `Unavailable` when the facts are behind: rights that may have been taken away do not count.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, AppError> {
        self.caller_at(token, clock::now()).await
    }

    /// [`App::caller`] as of an instant.
    ///
    /// # Errors
    /// As [`App::caller`].
    pub async fn caller_at(&self, token: &str, now: Timestamp) -> Result<Option<Caller>, AppError> {
        let row: Option<(Uuid, Uuid, jiff_sqlx::Timestamp)> = sqlx::query_as(
            "SELECT id, agent_id, seen_at FROM sessions WHERE token_hash = $1 AND expires_at > $2 AND seen_at > $3",
        )
        .bind(token::hash(token))
        .bind(now.to_sqlx())
        .bind((now - IDLE).to_sqlx())
        .fetch_optional(self.pool())
        .await
        .map_err(database)?;
        let Some((session_id, agent_id, seen_at)) = row else {
            return Ok(None);
        };
        let agent_id = AgentId::from_uuid(agent_id);
        let Some(role) = self.role_of(agent_id).await? else {
            return Ok(None);
        };
        if now.duration_since(seen_at.to_jiff()) >= SEEN_EVERY {
            sqlx::query("UPDATE sessions SET seen_at = greatest(seen_at, $2) WHERE id = $1")
                .bind(session_id)
                .bind(now.to_sqlx())
                .execute(self.pool())
                .await
                .map_err(database)?;
        }
        Ok(Some(Caller {
            agent_id,
            role,
            credential: Credential::Session { id: session_id },
        }))
    }

    /// Ends the caller's session, its open sockets within a second in every process. Ending it twice is the same.
    ///
    /// # Errors
    /// `Forbidden` for a program: its token is revoked, not signed out. `Unavailable` without a database: then the
    /// session goes on.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), AppError> {
        let session_id = caller.session()?;
        sqlx::query("DELETE FROM sessions WHERE id = $1 AND agent_id = $2")
            .bind(session_id)
            .bind(caller.agent_id.as_uuid())
            .execute(self.pool())
            .await
            .map_err(database)?;
        self.session_watch().end(session_id);
        Ok(())
    }

    /// Ends all sessions of an agent.
    pub(crate) async fn end_sessions_of(&self, agent: AgentId) -> Result<(), AppError> {
        sqlx::query("DELETE FROM sessions WHERE agent_id = $1")
            .bind(agent.as_uuid())
            .execute(self.pool())
            .await
            .map_err(database)?;
        Ok(())
    }

    /// The role of an agent who may act now. One whom this process does not know as such may have been added
    /// or let in again by another a moment ago: then the facts catch up first.
    pub(crate) async fn role_of(&self, agent: AgentId) -> Result<Option<Role>, AppError> {
        self.sure(|facts| {
            let agent = facts.agent(agent).filter(|agent| agent.active);
            agent.map(|agent| agent.role)
        })
        .await
    }
}
