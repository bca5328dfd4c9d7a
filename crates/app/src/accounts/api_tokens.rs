//! API tokens (P17): what a program shows instead of a password. Shown once, stored as a hash; which there are and what
//! they may do is in the journal too, on the stream of the agent they belong to.

use std::num::NonZeroU32;

use governor::Quota;
use hilo_domain::agent::{AgentCommand, Role, Scope, Scopes};
use hilo_domain::{AgentId, TokenId};
use hilo_journal::pool::Connection;
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use serde_json::json;
use uuid::Uuid;

use super::caller::{Caller, Credential};
use super::token;
use crate::authorize::{Operation, authorize};
use crate::clock;
use crate::error::{AppError, database};
use crate::receive::Buckets;
use crate::{Act, Acted, App};

/// What every token begins with, so that one left lying about is recognised by scanners.
const PREFIX: &str = "hilo_";
/// How exactly the last use is kept: not every request writes.
const USED_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Requests a second of one token that are always answered, and how many may come at once. In each process.
const REQUESTS_A_SECOND: NonZeroU32 = NonZeroU32::new(50).unwrap();
const REQUESTS_AT_ONCE: NonZeroU32 = NonZeroU32::new(200).unwrap();
/// Tokens that are over are shown for so long.
const SHOWN: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A token to make.
#[derive(Clone, Debug)]
pub struct CreateApiToken {
    /// Whose rights it gets: a bot, an integrator or an auditor.
    pub agent_id: AgentId,
    /// What it is for, 1 to 80 characters.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Its end, if it has one.
    pub expires_at: Option<Timestamp>,
}

/// A token as it is listed. Its secret is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiToken {
    /// Its id.
    pub id: TokenId,
    /// Whose rights it has.
    pub agent_id: AgentId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Who made it.
    pub created_by: AgentId,
    /// When.
    pub created_at: Timestamp,
    /// Its end, if it has one.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
    /// When it was used last, to about a minute.
    pub last_used_at: Option<Timestamp>,
}

/// A token just made.
pub struct CreatedApiToken {
    /// The token.
    pub token: ApiToken,
    /// What the program shows. Never to be had again: nothing in the answer to a repetition.
    pub secret: Option<String>,
    /// Where it stands in the journal.
    pub acted: Acted,
}

/// How often programs may ask.
pub(crate) struct TokenLimits(Buckets<Uuid>);

impl TokenLimits {
    pub(crate) fn new() -> Self {
        let quota = Quota::per_second(REQUESTS_A_SECOND).allow_burst(REQUESTS_AT_ONCE);
        Self(Buckets::new(quota))
    }
}

#[derive(sqlx::FromRow)]
struct TokenRow {
    id: Uuid,
    agent_id: Uuid,
    name: String,
    scopes: Vec<String>,
    created_by: Uuid,
    created_at: jiff_sqlx::Timestamp,
    expires_at: Option<jiff_sqlx::Timestamp>,
    revoked_at: Option<jiff_sqlx::Timestamp>,
    last_used_at: Option<jiff_sqlx::Timestamp>,
}

const SELECT: &str = "SELECT id, agent_id, name, scopes, created_by, created_at, expires_at, revoked_at, last_used_at
     FROM api_tokens";

impl From<TokenRow> for ApiToken {
    fn from(row: TokenRow) -> Self {
        Self {
            id: TokenId::from_uuid(row.id),
            agent_id: AgentId::from_uuid(row.agent_id),
            name: row.name,
            scopes: known(&row.scopes),
            created_by: AgentId::from_uuid(row.created_by),
            created_at: row.created_at.to_jiff(),
            expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
            revoked_at: row.revoked_at.map(jiff_sqlx::Timestamp::to_jiff),
            last_used_at: row.last_used_at.map(jiff_sqlx::Timestamp::to_jiff),
        }
    }
}

/// Scopes by name; those that this program does not know allow nothing here.
fn known(names: &[String]) -> Scopes {
    names
        .iter()
        .filter_map(|name| name.parse::<Scope>().ok())
        .collect()
}

impl App {
    /// Makes a token. Integrators make their own, administrators anybody's.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for an unknown agent; the agent's refusals of owner, name, scopes and end;
    /// `IdempotencyConflict`.
    pub async fn create_api_token(
        &self,
        caller: &Caller,
        create: CreateApiToken,
        key: Option<Uuid>,
    ) -> Result<CreatedApiToken, AppError> {
        let by_administrator =
            self.may_manage(caller, Operation::CreateApiToken, create.agent_id)?;
        let known = self.sure(|facts| facts.agent(create.agent_id).map(drop));
        known.await?.ok_or(AppError::NotFound { what: "agent" })?;
        let token_id = TokenId::from_uuid(self.id_for(caller, "createApiToken", key));
        let content = json!([
            create.agent_id,
            create.name,
            create.scopes,
            create.expires_at
        ]);
        let act = Act::of(caller).idempotent(caller, "createApiToken", key, &content);
        let command = AgentCommand::CreateApiToken {
            token_id,
            name: create.name.clone(),
            scopes: create.scopes,
            expires_at: create.expires_at,
            by_administrator,
            at: act.at,
        };
        let at = act.at;
        let committed = self.execute_agent(create.agent_id, command, act).await?;
        let token = ApiToken {
            id: token_id,
            agent_id: create.agent_id,
            name: create.name.trim().to_owned(),
            scopes: create.scopes,
            created_by: caller.agent_id,
            created_at: at,
            expires_at: create.expires_at,
            revoked_at: None,
            last_used_at: None,
        };
        let secret = format!("{PREFIX}{}", token::fresh()?);
        let is_new = self.store_token(&token, &secret).await?;
        let token = match is_new {
            true => token,
            false => self.api_token(token_id).await?,
        };
        Ok(CreatedApiToken {
            token,
            secret: is_new.then_some(secret),
            acted: self.acted(committed.position).await,
        })
    }

    /// Whether it was written: a repetition finds the row of the first time.
    async fn store_token(&self, token: &ApiToken, secret: &str) -> Result<bool, AppError> {
        let written = sqlx::query(
            "INSERT INTO api_tokens (id, token_hash, agent_id, name, scopes, created_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
        )
        .bind(token.id.as_uuid())
        .bind(token::hash(secret))
        .bind(token.agent_id.as_uuid())
        .bind(&token.name)
        .bind(Vec::<String>::from(token.scopes))
        .bind(token.created_by.as_uuid())
        .bind(token.created_at.to_sqlx())
        .bind(token.expires_at.map(ToSqlx::to_sqlx))
        .execute(self.pool())
        .await
        .map_err(database)?;
        Ok(written.rows_affected() == 1)
    }

    async fn api_token(&self, id: TokenId) -> Result<ApiToken, AppError> {
        let row: Option<TokenRow> = sqlx::query_as(&format!("{SELECT} WHERE id = $1"))
            .bind(id.as_uuid())
            .fetch_optional(self.pool())
            .await
            .map_err(database)?;
        row.map(ApiToken::from)
            .ok_or(AppError::NotFound { what: "token" })
    }

    /// The tokens the caller may manage, newest first: all for administrators, their own for integrators. Those that
    /// are over stay for 90 days.
    ///
    /// # Errors
    /// `Forbidden` for who has nothing to do with tokens.
    pub async fn api_tokens(&self, caller: &Caller) -> Result<Vec<ApiToken>, AppError> {
        let all = self.may_manage(caller, Operation::SeeApiTokens, caller.agent_id)?;
        let rows: Vec<TokenRow> = sqlx::query_as(&format!(
            "{SELECT} WHERE ($1 OR agent_id = $2) AND least(revoked_at, expires_at, 'infinity') > $3
             ORDER BY created_at DESC, id LIMIT 1000"
        ))
        .bind(all)
        .bind(caller.agent_id.as_uuid())
        .bind((clock::now() - SHOWN).to_sqlx())
        .fetch_all(self.pool())
        .await
        .map_err(database)?;
        Ok(rows.into_iter().map(ApiToken::from).collect())
    }

    /// Takes a token back: its next request is refused, its open sockets close within a second in every process. Taking
    /// it back twice is the same.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for a token that is not there or not the caller's to manage.
    pub async fn revoke_api_token(
        &self,
        caller: &Caller,
        id: TokenId,
    ) -> Result<(ApiToken, Acted), AppError> {
        let all = self.may_manage(caller, Operation::RevokeApiToken, caller.agent_id)?;
        let token = self.api_token(id).await?;
        if !all && token.agent_id != caller.agent_id {
            return Err(AppError::NotFound { what: "token" });
        }
        // The row first: whatever happens then, the token is dead.
        let mut conn = self.pool().acquire().await.map_err(database)?;
        revoke(&mut conn, id, clock::now()).await?;
        drop(conn);
        self.session_watch().end(id.as_uuid());
        let command = AgentCommand::RevokeApiToken { token_id: id };
        let committed = self
            .execute_agent(token.agent_id, command, Act::of(caller))
            .await?;
        Ok((
            self.api_token(id).await?,
            self.acted(committed.position).await,
        ))
    }

    /// Whether the caller manages everybody's tokens; only people do, so that a token cannot make another.
    fn may_manage(
        &self,
        caller: &Caller,
        operation: Operation,
        owner: AgentId,
    ) -> Result<bool, AppError> {
        caller.session()?;
        authorize(caller, operation)?;
        match caller.role {
            Role::Administrator => Ok(true),
            Role::Integrator if owner == caller.agent_id => Ok(false),
            Role::Integrator | Role::Agent | Role::Auditor | Role::Bot => {
                Err(AppError::Forbidden {
                    needs: "administrator",
                })
            }
        }
    }

    /// Counts an operation that a program runs over an open socket; people's are not counted here.
    ///
    /// # Errors
    /// `RateLimited` when its token asks too often.
    pub fn count_operation(&self, caller: &Caller) -> Result<(), AppError> {
        match caller.credential {
            Credential::Session { .. } => Ok(()),
            Credential::Token { id, .. } => self.count_request(id.as_uuid()),
        }
    }

    fn count_request(&self, token: Uuid) -> Result<(), AppError> {
        let counted = self.token_limits().0.take(&token);
        counted.map_err(|retry_after| AppError::RateLimited { retry_after })
    }

    /// Whom a token speaks for, or nobody: unknown, revoked, over, or its owner is no longer active.
    ///
    /// # Errors
    /// `RateLimited` when it asks too often; `Unavailable` when the facts are behind.
    pub async fn caller_by_token(&self, secret: &str) -> Result<Option<Caller>, AppError> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let now = clock::now();
        let row: Option<(Uuid, Uuid, Vec<String>, Option<jiff_sqlx::Timestamp>)> = sqlx::query_as(
            "SELECT id, agent_id, scopes, last_used_at FROM api_tokens
             WHERE token_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)",
        )
        .bind(token::hash(secret))
        .bind(now.to_sqlx())
        .fetch_optional(self.pool())
        .await
        .map_err(database)?;
        let Some((id, agent_id, scopes, last_used_at)) = row else {
            return Ok(None);
        };
        self.count_request(id)?;
        let agent_id = AgentId::from_uuid(agent_id);
        let Some(role) = self.role_of(agent_id).await? else {
            return Ok(None);
        };
        let used = last_used_at.map(jiff_sqlx::Timestamp::to_jiff);
        if used.is_none_or(|used| now.duration_since(used) >= USED_EVERY) {
            sqlx::query(
                "UPDATE api_tokens SET last_used_at = greatest(last_used_at, $2) WHERE id = $1",
            )
            .bind(id)
            .bind(now.to_sqlx())
            .execute(self.pool())
            .await
            .map_err(database)?;
        }
        // The owner may have another role since: what that may not hold is gone.
        let scopes = known(&scopes).iter().filter(|scope| role.may_hold(*scope));
        Ok(Some(Caller {
            agent_id,
            role,
            credential: Credential::Token {
                id: TokenId::from_uuid(id),
                scopes: scopes.collect(),
            },
        }))
    }
}

async fn revoke(conn: &mut Connection, id: TokenId, at: Timestamp) -> Result<(), AppError> {
    sqlx::query("UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL")
        .bind(id.as_uuid())
        .bind(at.to_sqlx())
        .execute(conn)
        .await
        .map_err(database)?;
    Ok(())
}
