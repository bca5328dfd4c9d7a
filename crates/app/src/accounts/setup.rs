//! The first run: a one-time token on the console, and who has it makes the workspace and its administrator.

use hilo_domain::agent::Role;
use hilo_domain::workspace::WorkspaceCommand;
use hilo_domain::{Actor, AgentId, WorkspaceId, ids};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;

use super::new_account::NewAccount;
use super::refusal::AccountRefusal;
use super::session::{self, SignedIn};
use super::{Peer, token};
use crate::clock;
use crate::error::{AppError, Refusal, database};
use crate::{Act, App};

/// How long a set-up token works; a restart prints a new one.
const VALID: SignedDuration = SignedDuration::from_hours(24);

/// What the first-run page asks for. No `Debug`: it holds a token and a password.
pub struct SetUp {
    /// From the console.
    pub token: String,
    /// The company's name, 1 to 80 characters.
    pub workspace_name: String,
    /// The administrator's name, 1 to 80 characters.
    pub name: String,
    /// The administrator's e-mail address.
    pub email: String,
    /// The administrator's password, 10 to 200 characters.
    pub password: String,
    /// `en`, `es`, `pl` or `fr`.
    pub language: String,
}

impl App {
    /// Whether there is no workspace yet.
    #[must_use]
    pub fn needs_set_up(&self) -> bool {
        self.facts().workspace().is_none()
    }

    /// A fresh set-up token to print on the console; `None` once there is a workspace. Only its hash is stored.
    ///
    /// # Errors
    /// `Unavailable` without a database.
    pub async fn set_up_token(&self) -> Result<Option<String>, AppError> {
        if !self.needs_set_up() {
            return Ok(None);
        }
        let (token, now) = (token::fresh()?, clock::now());
        sqlx::query("DELETE FROM setup_tokens WHERE expires_at <= $1")
            .bind(now.to_sqlx())
            .execute(self.pool())
            .await
            .map_err(database)?;
        sqlx::query(
            "INSERT INTO setup_tokens (token_hash, created_at, expires_at) VALUES ($1, $2, $3)",
        )
        .bind(token::hash(&token))
        .bind(now.to_sqlx())
        .bind((now + VALID).to_sqlx())
        .execute(self.pool())
        .await
        .map_err(database)?;
        Ok(Some(token))
    }

    /// Makes the workspace and its administrator, signs them in and spends the token.
    ///
    /// # Errors
    /// `SET_UP_TOKEN_INVALID`, `ALREADY_SET_UP`, and what [`App::add_account`] and a workspace's name refuse.
    pub async fn set_up(&self, set_up: SetUp, _peer: &Peer) -> Result<SignedIn, AppError> {
        let now = clock::now();
        let _entrance = self.entrance().await;
        // The row is locked to the end: a second set-up with the same token waits and then finds it spent.
        let mut tx = self.pool().begin().await.map_err(database)?;
        let token: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT token_hash FROM setup_tokens WHERE token_hash = $1 AND expires_at > $2 FOR UPDATE",
        )
        .bind(token::hash(&set_up.token))
        .bind(now.to_sqlx())
        .fetch_optional(&mut *tx)
        .await
        .map_err(database)?;
        self.facts()
            .snapshot_at_least(self.journal().confirmed_head().await?)
            .await?;
        if !self.needs_set_up() {
            return Err(AccountRefusal::AlreadySetUp.into());
        }
        if token.is_none() {
            return Err(AccountRefusal::SetUpTokenInvalid.into());
        }
        let agent_id = self.first_agent();
        let act = Act::by(Actor::System).at(now);
        let SetUp {
            token: _,
            workspace_name,
            name,
            email,
            password,
            language,
        } = set_up;
        let create = WorkspaceCommand::CreateWorkspace {
            workspace_id: WorkspaceId::ONLY,
            name: workspace_name,
            language,
        };
        self.check_workspace(&create).map_err(named_as_asked)?;
        let account = NewAccount {
            agent_id,
            name,
            email,
            role: Role::Administrator,
            password,
            demo: false,
        };
        // The workspace comes last: without it the first-run page is still there after a crash in between.
        self.add_account(account, act.clone()).await?;
        self.execute_workspace(create, act).await?;
        sqlx::query("DELETE FROM setup_tokens")
            .execute(&mut *tx)
            .await
            .map_err(database)?;
        let opened = session::open(&mut tx, agent_id, None, now).await?;
        tx.commit().await.map_err(database)?;
        Ok(opened.for_agent(agent_id, Role::Administrator))
    }

    /// The first administrator has the same id in every attempt, so that a set-up broken off leaves nobody behind.
    fn first_agent(&self) -> AgentId {
        AgentId::from_uuid(ids::from_mac(
            &self.journal().lookup_mac("first_agent", &[]),
        ))
    }
}

/// The first-run page asks for two names; the workspace's has a name of its own there.
fn named_as_asked(error: AppError) -> AppError {
    match error {
        AppError::Refused(Refusal::Workspace(refusal)) if refusal.field() == Some("name") => {
            AppError::Invalid {
                field: "workspaceName",
                code: refusal.code(),
                message: refusal.to_string(),
                limit: refusal.limit(),
            }
        }
        other => other,
    }
}
