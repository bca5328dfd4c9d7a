//! The filters that an agent keeps under names (P5): theirs alone, on all their devices. Must not know what a filter says.

use hilo_domain::agent::{AgentCommand, Views};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::{Act, Acted, App};

impl App {
    /// The caller's views.
    ///
    /// # Errors
    /// `Forbidden` for a token; `Unavailable` when the facts are behind.
    pub fn views(&self, caller: &Caller) -> Result<Views, AppError> {
        authorize(caller, Operation::SeeViews)?;
        let facts = self.facts().snapshot()?;
        let agent = facts.agent(caller.agent_id);
        Ok(agent.map(|agent| agent.views.clone()).unwrap_or_default())
    }

    /// Keeps filters under a name; others under that name are forgotten.
    ///
    /// # Errors
    /// `Forbidden`; the agent's refusal of name, query or number; `Unavailable`.
    pub async fn save_view(
        &self,
        caller: &Caller,
        name: String,
        query: String,
    ) -> Result<Acted, AppError> {
        self.change_views(caller, AgentCommand::SaveView { name, query })
            .await
    }

    /// Gives a view another name.
    ///
    /// # Errors
    /// `Forbidden`; the agent's refusal; `Unavailable`.
    pub async fn rename_view(
        &self,
        caller: &Caller,
        name: String,
        to: String,
    ) -> Result<Acted, AppError> {
        self.change_views(caller, AgentCommand::RenameView { name, to })
            .await
    }

    /// Forgets a view; one that is not there is forgotten already.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn delete_view(&self, caller: &Caller, name: String) -> Result<Acted, AppError> {
        self.change_views(caller, AgentCommand::DeleteView { name })
            .await
    }

    async fn change_views(
        &self,
        caller: &Caller,
        command: AgentCommand,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::KeepViews)?;
        let committed = self
            .execute_agent(caller.agent_id, command, Act::of(caller))
            .await?;
        Ok(self.acted(committed.position).await)
    }
}
