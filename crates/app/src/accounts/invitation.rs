//! Invitations: a one-time link, good for 7 days, that lets one person in with a role and channels.

use hilo_domain::agent::{AgentRefusal, Role};
use hilo_domain::channel::ChannelCommand;
use hilo_domain::{AgentId, ChannelId};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use uuid::Uuid;

use super::caller::Caller;
use super::new_account::NewAccount;
use super::refusal::{AccountRefusal, NAME_MAX};
use super::session::{self, SignedIn};
use super::store::{self, Email};
use super::{Peer, token};
use crate::authorize::{Operation, authorize};
use crate::clock;
use crate::error::{AppError, Refusal, database};
use crate::{Act, App};

/// How long a link works.
const VALID: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long an invitation that is over is kept: it holds somebody's address.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whom to invite.
pub struct InviteAgent {
    /// Who is to get the link.
    pub email: String,
    /// Their name, if known; they may change it when accepting.
    pub name: Option<String>,
    /// Their role.
    pub role: Role,
    /// Channels they get access to.
    pub channel_ids: Vec<ChannelId>,
    /// Chosen by the caller, so that asking again invites nobody twice.
    pub idempotency_key: Option<Uuid>,
}

/// An invitation that was neither accepted nor withdrawn nor replaced.
#[derive(Clone, PartialEq)]
pub struct Invitation {
    /// Its id.
    pub id: Uuid,
    /// Whom it is for.
    pub email: String,
    /// Their name, if given.
    pub name: Option<String>,
    /// Their role.
    pub role: Role,
    /// Channels they get access to.
    pub channel_ids: Vec<ChannelId>,
    /// The last moment to accept it.
    pub expires_at: Timestamp,
    /// The link, only in the answer to `invite_agent`: absolute with a public URL, else a path.
    pub url: Option<String>,
}

/// What somebody with the link sees before accepting.
#[derive(Clone, Debug, PartialEq)]
pub struct InvitationPreview {
    /// Who invites.
    pub workspace_name: String,
    /// Their name, if given.
    pub name: Option<String>,
    /// The address they will sign in with.
    pub email: String,
}

#[derive(sqlx::FromRow)]
struct InvitationRow {
    id: Uuid,
    agent_id: Uuid,
    email: String,
    name: Option<String>,
    role: String,
    channel_ids: Vec<Uuid>,
    expires_at: jiff_sqlx::Timestamp,
}

impl InvitationRow {
    fn role(&self) -> Result<Role, AppError> {
        serde_json::from_value(serde_json::Value::from(self.role.as_str())).map_err(|error| {
            AppError::Unexpected(anyhow::Error::new(error).context("role of an invitation"))
        })
    }

    fn channels(&self) -> Vec<ChannelId> {
        self.channel_ids
            .iter()
            .copied()
            .map(ChannelId::from_uuid)
            .collect()
    }

    fn shown(self) -> Result<Invitation, AppError> {
        Ok(Invitation {
            id: self.id,
            role: self.role()?,
            channel_ids: self.channels(),
            expires_at: self.expires_at.to_jiff(),
            email: self.email,
            name: self.name,
            url: None,
        })
    }
}

/// A moment as it is read back: the first answer and a repeated one are the same.
fn kept(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

impl App {
    /// Invites somebody. An earlier open invitation of the same address is replaced, its link no longer works.
    ///
    /// # Errors
    /// `Forbidden`; `EMAIL_INVALID`, `EMAIL_TAKEN`, `NAME_TOO_LONG`; `NotFound` for an unknown channel;
    /// `IdempotencyConflict`.
    pub async fn invite_agent(
        &self,
        caller: &Caller,
        invite: InviteAgent,
    ) -> Result<Invitation, AppError> {
        authorize(caller, Operation::InviteAgent)?;
        if invite.role == Role::Bot {
            return Err(Refusal::Agent(AgentRefusal::RoleInvalid).into());
        }
        let email = Email::parse(&invite.email)?;
        let name = invite
            .name
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty());
        if name
            .as_ref()
            .is_some_and(|name| name.chars().count() > NAME_MAX || name.contains('\0'))
        {
            return Err(AccountRefusal::NameTooLong.into());
        }
        let known = self.sure(|facts| {
            let mut channels = invite.channel_ids.iter();
            channels
                .all(|id| facts.channels().any(|channel| channel.id == *id))
                .then_some(())
        });
        known.await?.ok_or(AppError::NotFound { what: "channel" })?;
        let (now, key) = (clock::now(), invite.idempotency_key);
        let token = key.map_or_else(token::fresh, |key| Ok(self.invitation_token(caller, key)))?;
        let invitation = Invitation {
            id: self.id_for(caller, "inviteAgent", key),
            email: email.as_str().to_owned(),
            name,
            role: invite.role,
            channel_ids: invite.channel_ids,
            expires_at: kept(now + VALID),
            url: Some(format!(
                "{}/invitation/{token}",
                self.public_url().unwrap_or_default()
            )),
        };
        if let Some(first) = self.invited_before(&invitation).await? {
            return Ok(first);
        }
        if store::by_email(self.pool(), &email).await?.is_some() {
            return Err(AccountRefusal::EmailTaken.into());
        }
        let stored = self.store_invitation(&invitation, caller, &token, now);
        match stored.await {
            Ok(()) => Ok(invitation),
            // The same request may have come twice in this instant.
            Err(error) => self.invited_before(&invitation).await?.ok_or(error),
        }
    }

    /// The answer to the same request before, if there was one.
    async fn invited_before(&self, asked: &Invitation) -> Result<Option<Invitation>, AppError> {
        let Some(first) = self.kept_invitation(asked.id).await? else {
            return Ok(None);
        };
        let again = Invitation {
            expires_at: first.expires_at,
            ..asked.clone()
        };
        let is_same = Invitation {
            url: again.url.clone(),
            ..first
        } == again;
        match is_same {
            true => Ok(Some(again)),
            false => Err(AppError::IdempotencyConflict),
        }
    }

    /// The token of an invitation that can be asked for again: only this installation can make it of the key.
    fn invitation_token(&self, caller: &Caller, key: Uuid) -> String {
        let scope = caller.dedupe_scope();
        let parts = [scope.as_bytes(), key.as_bytes()];
        token::of(&self.journal().lookup_mac("invitation token", &parts))
    }

    /// An invitation whatever became of it, while it is kept.
    async fn kept_invitation(&self, id: Uuid) -> Result<Option<Invitation>, AppError> {
        let row: Option<InvitationRow> = sqlx::query_as(
            "SELECT id, agent_id, email, name, role, channel_ids, expires_at FROM invitations WHERE id = $1",
        )
        .bind(id)
        .fetch_optional(self.pool())
        .await
        .map_err(database)?;
        row.map(InvitationRow::shown).transpose()
    }

    async fn store_invitation(
        &self,
        invitation: &Invitation,
        caller: &Caller,
        token: &str,
        now: Timestamp,
    ) -> Result<(), AppError> {
        let role = serde_json::to_value(invitation.role)
            .ok()
            .and_then(|role| role.as_str().map(str::to_owned));
        let channels: Vec<Uuid> = invitation
            .channel_ids
            .iter()
            .map(|channel| channel.as_uuid())
            .collect();
        let mut tx = self.pool().begin().await.map_err(database)?;
        sqlx::query("DELETE FROM invitations WHERE expires_at <= $1")
            .bind((now - KEPT).to_sqlx())
            .execute(&mut *tx)
            .await
            .map_err(database)?;
        sqlx::query(
            "UPDATE invitations SET withdrawn_at = $2 WHERE email = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL",
        )
        .bind(&invitation.email)
        .bind(now.to_sqlx())
        .execute(&mut *tx)
        .await
        .map_err(database)?;
        sqlx::query(
            "INSERT INTO invitations (id, token_hash, agent_id, email, name, role, channel_ids, invited_by, created_at, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(invitation.id)
        .bind(token::hash(token))
        .bind(clock::new_id())
        .bind(&invitation.email)
        .bind(&invitation.name)
        .bind(role)
        .bind(channels)
        .bind(caller.agent_id.as_uuid())
        .bind(now.to_sqlx())
        .bind(invitation.expires_at.to_sqlx())
        .execute(&mut *tx)
        .await
        .map_err(|error| match error.as_database_error() {
            // Somebody invited the same address in this instant.
            Some(unique) if unique.is_unique_violation() => AccountRefusal::EmailTaken.into(),
            Some(_) | None => database(error),
        })?;
        tx.commit().await.map_err(database)
    }

    /// The open invitations, newest first.
    ///
    /// # Errors
    /// `Forbidden` for who is no administrator.
    pub async fn invitations(&self, caller: &Caller) -> Result<Vec<Invitation>, AppError> {
        authorize(caller, Operation::SeeInvitations)?;
        let rows: Vec<InvitationRow> = sqlx::query_as(
            "SELECT id, agent_id, email, name, role, channel_ids, expires_at FROM invitations
             WHERE accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > $1 ORDER BY created_at DESC, id",
        )
        .bind(clock::now().to_sqlx())
        .fetch_all(self.pool())
        .await
        .map_err(database)?;
        rows.into_iter().map(InvitationRow::shown).collect()
    }

    /// Takes an open invitation back; its link no longer works.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` when it is not open.
    pub async fn withdraw_invitation(
        &self,
        caller: &Caller,
        invitation: Uuid,
    ) -> Result<(), AppError> {
        authorize(caller, Operation::WithdrawInvitation)?;
        let withdrawn = sqlx::query(
            "UPDATE invitations SET withdrawn_at = $2 WHERE id = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL",
        )
        .bind(invitation)
        .bind(clock::now().to_sqlx())
        .execute(self.pool())
        .await
        .map_err(database)?;
        if withdrawn.rows_affected() == 1 {
            Ok(())
        } else {
            Err(AppError::NotFound { what: "invitation" })
        }
    }

    /// What an invitation's link leads to.
    ///
    /// # Errors
    /// `NotFound` when it is unknown, used, withdrawn or too old.
    pub async fn invitation(&self, token: &str) -> Result<InvitationPreview, AppError> {
        let row = self
            .open_invitation(token)
            .await?
            .ok_or(AppError::NotFound { what: "invitation" })?;
        let workspace_name = self
            .facts()
            .workspace()
            .map(|workspace| workspace.name)
            .unwrap_or_default();
        Ok(InvitationPreview {
            workspace_name,
            name: row.name,
            email: row.email,
        })
    }

    /// Lets the invited person in, with their channels, and signs them in. The link is spent.
    ///
    /// # Errors
    /// `INVITATION_INVALID`, and what [`App::add_account`] refuses.
    pub async fn accept_invitation(
        &self,
        token: &str,
        name: &str,
        password: &str,
        _peer: &Peer,
    ) -> Result<SignedIn, AppError> {
        let invalid = AccountRefusal::InvitationInvalid;
        let row = self.open_invitation(token).await?.ok_or(invalid)?;
        let (agent_id, role, now) = (AgentId::from_uuid(row.agent_id), row.role()?, clock::now());
        let _entrance = self.entrance().await;
        // Whoever gets this row writes the account; a second click at the same time waits here and finds it spent.
        let mut tx = self.pool().begin().await.map_err(database)?;
        let spent = sqlx::query(
            "UPDATE invitations SET accepted_at = $2 WHERE id = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL",
        )
        .bind(row.id)
        .bind(now.to_sqlx())
        .execute(&mut *tx)
        .await
        .map_err(database)?;
        if spent.rows_affected() != 1 {
            return Err(invalid.into());
        }
        let channels = row.channels();
        let act = Act::by(hilo_domain::Actor::Agent { id: agent_id }).at(now);
        let account = NewAccount {
            agent_id,
            name: name.to_owned(),
            email: row.email,
            role,
            password: password.to_owned(),
            demo: false,
        };
        self.add_account(account, act.clone()).await?;
        for channel in channels {
            self.execute_channel(
                channel,
                ChannelCommand::GrantChannelAccess { agent_id },
                act.clone(),
            )
            .await?;
        }
        let opened = session::open(&mut tx, agent_id, None, now).await?;
        tx.commit().await.map_err(database)?;
        Ok(opened.for_agent(agent_id, role))
    }

    async fn open_invitation(&self, token: &str) -> Result<Option<InvitationRow>, AppError> {
        sqlx::query_as(
            "SELECT id, agent_id, email, name, role, channel_ids, expires_at FROM invitations
             WHERE token_hash = $1 AND accepted_at IS NULL AND withdrawn_at IS NULL AND expires_at > $2",
        )
        .bind(token::hash(token))
        .bind(clock::now().to_sqlx())
        .fetch_optional(self.pool())
        .await
        .map_err(database)
    }
}
