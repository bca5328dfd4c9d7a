//! Signing in with e-mail address and password. One answer, and one time, for every wrong try.

use std::time::Instant;

use hilo_domain::AgentId;
use uuid::Uuid;

use super::caller::Caller;
use super::limits::Try;
use super::password::NewPassword;
use super::refusal::AccountRefusal;
use super::session::SignedIn;
use super::store::{self, Email};
use super::{Peer, session};
use crate::App;
use crate::clock;
use crate::error::{AppError, database};

impl App {
    /// Begins a session.
    ///
    /// # Errors
    /// `WRONG_CREDENTIALS` for an unknown address, a wrong password, a deactivated agent and a demo account that is
    /// not on this machine; `RateLimited` after too many tries.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        peer: &Peer,
        user_agent: Option<&str>,
    ) -> Result<SignedIn, AppError> {
        // An address that can be nobody's takes the same way as an unknown one.
        let email = Email::parse(email).ok();
        let account = match &email {
            Some(email) => store::by_email(self.pool(), email).await?,
            None => None,
        };
        let typed = email.as_ref().map_or("", Email::as_str);
        // Asked for nobody too: an unknown address must not answer faster.
        let agent = account
            .as_ref()
            .map_or(AgentId::from_uuid(Uuid::nil()), |account| account.agent_id);
        let place = self.place(agent, peer);
        let known_place = store::knows_place(self.pool(), agent, &place).await?;
        let account_key = self
            .journal()
            .lookup_mac("sign_in_account", &[typed.as_bytes()]);
        let tried = Try {
            account: account_key,
            ip: peer.ip,
            known_place,
        };
        self.limits()
            .take(tried, Instant::now())
            .map_err(|retry_after| AppError::RateLimited { retry_after })?;

        let stored = account
            .as_ref()
            .map(|account| account.password_hash.as_str());
        let right = self.passwords().verify(password, stored).await?;
        let (Some(account), true) = (account, right) else {
            return Err(AccountRefusal::WrongCredentials.into());
        };
        if account.demo && !peer.loopback {
            return Err(AccountRefusal::WrongCredentials.into());
        }
        let Some(role) = self.role_of(account.agent_id).await? else {
            return Err(AccountRefusal::WrongCredentials.into());
        };
        let now = clock::now();
        let mut tx = self.pool().begin().await.map_err(database)?;
        if !store::keep_password(&mut tx, &account).await? {
            return Err(AccountRefusal::WrongCredentials.into());
        }
        self.limits().forgive(tried);
        store::remember_place(&mut tx, account.agent_id, &place, now).await?;
        let opened = session::open(&mut tx, account.agent_id, user_agent, now).await?;
        tx.commit().await.map_err(database)?;
        Ok(opened.for_agent(account.agent_id, role))
    }

    /// Sets a new password. Every session ends, also the caller's: the answer is a fresh one for its cookie.
    ///
    /// # Errors
    /// `CURRENT_PASSWORD_WRONG`, `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`; `RateLimited` after too many tries.
    pub async fn change_password(
        &self,
        caller: &Caller,
        current: &str,
        new: &str,
        peer: &Peer,
    ) -> Result<SignedIn, AppError> {
        let session_id = caller.session()?;
        let new = NewPassword::parse(new)?;
        let account = store::by_agent(self.pool(), caller.agent_id)
            .await?
            .ok_or(AppError::Unauthenticated)?;
        let key = self
            .journal()
            .lookup_mac("change_password", &[caller.agent_id.as_uuid().as_bytes()]);
        // A stolen session must not become a way to guess: the owner's own place has no count of its own here.
        let tried = Try {
            account: key,
            ip: peer.ip,
            known_place: true,
        };
        self.limits()
            .take(tried, Instant::now())
            .map_err(|retry_after| AppError::RateLimited { retry_after })?;
        if !self
            .passwords()
            .verify(current, Some(&account.password_hash))
            .await?
        {
            return Err(AccountRefusal::CurrentPasswordWrong.into());
        }
        self.limits().forgive(tried);
        let hash = self.passwords().hash(new).await?;
        let now = clock::now();
        let mut tx = self.pool().begin().await.map_err(database)?;
        store::change_password(&mut tx, caller.agent_id, &hash, now).await?;
        let opened = session::open(&mut tx, caller.agent_id, None, now).await?;
        tx.commit().await.map_err(database)?;
        self.session_watch().end(session_id);
        Ok(opened.for_agent(caller.agent_id, caller.role))
    }

    /// An address as a keyed hash: the table of places tells nobody where people are.
    fn place(&self, agent: AgentId, peer: &Peer) -> [u8; 32] {
        let ip = peer.ip.to_string();
        self.journal().lookup_mac(
            "sign_in_place",
            &[agent.as_uuid().as_bytes(), ip.as_bytes()],
        )
    }
}
