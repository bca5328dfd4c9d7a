//! `hilo admin reset-password`: a new password for somebody who is locked out. Only for who can run Hilo's program.

use super::password::NewPassword;
use super::store::{self, Email};
use super::token;
use crate::App;
use crate::clock;
use crate::error::{AppError, database};

/// Characters of a password made here: 120 random bits.
const LENGTH: usize = 20;

impl App {
    /// Gives an account a random password, returned once, and ends its sessions. `None` without such an account.
    ///
    /// # Errors
    /// `EMAIL_INVALID`; `Unavailable` without a database.
    pub async fn reset_password(&self, email: &str) -> Result<Option<String>, AppError> {
        let email = Email::parse(email)?;
        let Some(account) = store::by_email(self.pool(), &email).await? else {
            return Ok(None);
        };
        let password: String = token::fresh()?.chars().take(LENGTH).collect();
        let hash = self
            .passwords()
            .hash(NewPassword::parse(&password)?)
            .await?;
        let mut tx = self.pool().begin().await.map_err(database)?;
        store::change_password(&mut tx, account.agent_id, &hash, clock::now()).await?;
        tx.commit().await.map_err(database)?;
        Ok(Some(password))
    }
}
