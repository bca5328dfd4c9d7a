//! Lets somebody in: the agent in the journal, the credentials beside it. Made so that it can be repeated after a
//! crash between the two.

use hilo_domain::AgentId;
use hilo_domain::agent::{AgentCommand, Role};

use super::password::NewPassword;
use super::refusal::AccountRefusal;
use super::store::{self, AccountRow, Email};
use crate::error::{AppError, database};
use crate::{Act, App};

/// Somebody to let in. No `Debug`: it holds a password.
pub struct NewAccount {
    /// The agent's id; the same again means the same person again.
    pub agent_id: AgentId,
    /// 1 to 80 characters.
    pub name: String,
    /// To sign in with.
    pub email: String,
    /// What for.
    pub role: Role,
    /// 10 to 200 characters.
    pub password: String,
    /// A demo account: works from loopback only.
    pub demo: bool,
}

impl App {
    /// Adds an agent with credentials. Checks no caller: for set-up, invitations and the demo.
    ///
    /// # Errors
    /// `EMAIL_INVALID`, `EMAIL_TAKEN`, `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`; the agent's refusal of a name.
    pub async fn add_account(&self, new: NewAccount, act: Act) -> Result<(), AppError> {
        let email = Email::parse(&new.email)?;
        let password = NewPassword::parse(&new.password)?;
        let taken = store::by_email(self.pool(), &email).await?;
        if taken.is_some_and(|account| account.agent_id != new.agent_id) {
            return Err(AccountRefusal::EmailTaken.into());
        }
        let password_hash = self.passwords().hash(password).await?;
        let name = new.name;
        let (agent_id, role, at) = (new.agent_id, new.role, act.at);
        let add = AgentCommand::AddAgent {
            agent_id,
            name: name.clone(),
            email: email.as_str().to_owned(),
            role,
        };
        let added = self.execute_agent(agent_id, add, act.clone()).await?;
        // Added by an attempt that did not get to its end: what is typed now counts.
        if added.events.is_empty() {
            self.execute_agent(agent_id, AgentCommand::RenameAgent { name }, act)
                .await?;
        }
        let mut conn = self.pool().acquire().await.map_err(database)?;
        let row = AccountRow {
            agent_id,
            email: &email,
            password_hash: &password_hash,
            demo: new.demo,
            at,
        };
        store::put(&mut conn, &row).await
    }
}
