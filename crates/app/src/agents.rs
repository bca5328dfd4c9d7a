//! What an administrator does with agents. Credentials and invitations are in `accounts/`.

use futures_util::future::BoxFuture;
use hilo_domain::agent::{Agent, AgentCommand, AgentEvent, Role};
use hilo_domain::channel::ChannelCommand;
use hilo_domain::{AgentId, ChannelId};
use hilo_journal::{Committed, no_facts};
use serde_json::json;
use uuid::Uuid;

use crate::accounts::{AccountRefusal, Caller};
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::facts::AgentEntry;
use crate::{Act, Acted, App};

impl App {
    /// All agents, by name.
    ///
    /// # Errors
    /// `Unavailable` when the facts are behind.
    pub fn agents(&self, caller: &Caller) -> Result<Vec<AgentEntry>, AppError> {
        authorize(caller, Operation::SeeAgents)?;
        let mut agents: Vec<AgentEntry> = self.facts().snapshot()?.agents().cloned().collect();
        agents.sort_by_cached_key(|agent| (agent.name.to_lowercase(), agent.id));
        Ok(agents)
    }

    /// Gives an agent another name.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; the agent's refusal of a name.
    pub async fn rename_agent(
        &self,
        caller: &Caller,
        agent: AgentId,
        name: &str,
    ) -> Result<Acted, AppError> {
        let command = AgentCommand::RenameAgent {
            name: name.to_owned(),
        };
        self.act_on_agent(caller, Operation::RenameAgent, agent, command)
            .await
    }

    /// Gives an agent another role; their open sockets close and come back with it.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `LAST_ADMINISTRATOR`.
    pub async fn change_agent_role(
        &self,
        caller: &Caller,
        agent: AgentId,
        role: Role,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeAgentRole)?;
        if role != Role::Administrator {
            self.spare_last_administrator(agent)?;
        }
        self.act_on_agent(
            caller,
            Operation::ChangeAgentRole,
            agent,
            AgentCommand::ChangeAgentRole { role },
        )
        .await
    }

    /// Shuts an agent out: their sessions end at once. What they did stays theirs.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `LAST_ADMINISTRATOR`.
    pub async fn deactivate_agent(
        &self,
        caller: &Caller,
        agent: AgentId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::DeactivateAgent)?;
        self.spare_last_administrator(agent)?;
        let command = AgentCommand::DeactivateAgent;
        let acted = self
            .act_on_agent(caller, Operation::DeactivateAgent, agent, command)
            .await?;
        self.end_sessions_of(agent).await?;
        Ok(acted)
    }

    /// Lets an agent in again, with the password they had.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub async fn reactivate_agent(
        &self,
        caller: &Caller,
        agent: AgentId,
    ) -> Result<Acted, AppError> {
        self.act_on_agent(
            caller,
            Operation::ReactivateAgent,
            agent,
            AgentCommand::ReactivateAgent,
        )
        .await
    }

    /// Lets a program in that speaks and is assigned chats under a name of its own (P24). It sees no channel until it
    /// is granted one, and needs a token to be heard.
    ///
    /// # Errors
    /// `Forbidden`; the agent's refusal of a name; `NotFound` for an unknown channel; `IdempotencyConflict`.
    pub async fn create_bot(
        &self,
        caller: &Caller,
        name: &str,
        channels: &[ChannelId],
        key: Option<Uuid>,
    ) -> Result<(AgentId, Acted), AppError> {
        authorize(caller, Operation::CreateBot)?;
        for channel in channels {
            self.channel(caller, *channel).await?;
        }
        let agent_id = AgentId::from_uuid(self.id_for(caller, "createBot", key));
        let act = Act::of(caller).idempotent(caller, "createBot", key, &json!([name, channels]));
        let further = act.further();
        let command = AgentCommand::AddBot {
            agent_id,
            name: name.to_owned(),
        };
        let mut position = self.execute_agent(agent_id, command, act).await?.position;
        for channel in channels {
            let grant = ChannelCommand::GrantChannelAccess { agent_id };
            let granted = self
                .execute_channel(*channel, grant, further.clone())
                .await?;
            position = granted.position;
        }
        Ok((agent_id, self.acted(position).await))
    }

    async fn act_on_agent(
        &self,
        caller: &Caller,
        operation: Operation,
        agent: AgentId,
        command: AgentCommand,
    ) -> Result<Acted, AppError> {
        authorize(caller, operation)?;
        let known = self.sure(|facts| facts.agent(agent).map(drop)).await?;
        known.ok_or(AppError::NotFound { what: "agent" })?;
        let committed = self.execute_agent(agent, command, Act::of(caller)).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Two administrators who shut each other out at the same instant could both pass; `hilo admin` then helps.
    fn spare_last_administrator(&self, agent: AgentId) -> Result<(), AppError> {
        let facts = self.facts().snapshot()?;
        let mut others = facts
            .agents()
            .filter(|other| other.active && other.role == Role::Administrator && other.id != agent);
        let is_one = facts
            .agent(agent)
            .is_some_and(|agent| agent.active && agent.role == Role::Administrator);
        if is_one && others.next().is_none() {
            Err(AccountRefusal::LastAdministrator.into())
        } else {
            Ok(())
        }
    }

    /// Executes a command on an agent and waits for this process's facts to have it. Checks no caller.
    ///
    /// # Errors
    /// The agent's refusal; `Unavailable`.
    pub fn execute_agent(
        &self,
        agent: AgentId,
        command: AgentCommand,
        act: Act,
    ) -> BoxFuture<'_, Result<Committed<AgentEvent>, AppError>> {
        Box::pin(async move {
            let committed = self
                .journal()
                .execute::<Agent>(&agent.to_string(), command, no_facts(), act.context()?)
                .await?;
            self.facts().snapshot_at_least(committed.position).await?;
            Ok(committed)
        })
    }
}
