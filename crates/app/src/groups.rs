//! Groups of agents: named sets of rights, and the channels they open (A2, A3).

use std::collections::BTreeSet;

use hilo_domain::agent::{AgentCommand, Role};
use hilo_domain::channel::ChannelCommand;
use hilo_domain::workspace::{WorkspaceCommand, WorkspaceRefusal};
use hilo_domain::{AgentId, ChannelId, GroupId};
use serde_json::json;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::{AppError, Refusal};
use crate::facts::GroupEntry;
use crate::{Act, Acted, App};

const NO_GROUP: AppError = AppError::NotFound { what: "group" };

/// What is to change of an agent; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct UpdateAgent {
    /// Another name.
    pub name: Option<String>,
    /// Another role.
    pub role: Option<Role>,
    /// Their groups, and no other.
    pub groups: Option<BTreeSet<GroupId>>,
}

impl App {
    /// All groups, by name, for administrators.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable` when the facts are behind.
    pub fn groups(&self, caller: &Caller) -> Result<Vec<GroupEntry>, AppError> {
        authorize(caller, Operation::SeeGroups)?;
        let mut groups: Vec<GroupEntry> = self.facts().snapshot()?.groups().cloned().collect();
        groups.sort_by_cached_key(|group| (group.name.to_lowercase(), group.id));
        Ok(groups)
    }

    /// Makes a group, once for each key of the caller.
    ///
    /// # Errors
    /// `Forbidden`; the workspace's refusals; `IdempotencyConflict`.
    pub async fn create_group(
        &self,
        caller: &Caller,
        name: &str,
        chats: bool,
        key: Uuid,
    ) -> Result<(GroupId, Acted), AppError> {
        authorize(caller, Operation::ChangeGroups)?;
        let group_id = GroupId::from_uuid(self.id_for(caller, "createGroup", Some(key)));
        let content = json!([name, chats]);
        let act = Act::of(caller).idempotent(caller, "createGroup", Some(key), &content);
        let command = WorkspaceCommand::CreateGroup {
            group_id,
            name: name.to_owned(),
            chats,
        };
        let position = self.execute_workspace(command, act).await?.position;
        Ok((group_id, self.acted(position).await))
    }

    /// Changes what is given of a group: its members' rights follow at once.
    ///
    /// # Errors
    /// `Forbidden`; the workspace's refusals.
    pub async fn update_group(
        &self,
        caller: &Caller,
        group_id: GroupId,
        name: Option<String>,
        chats: Option<bool>,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeGroups)?;
        let command = WorkspaceCommand::UpdateGroup {
            group_id,
            name,
            chats,
        };
        let committed = self.execute_workspace(command, Act::of(caller)).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Deletes a group that nobody belongs to. Who is put into it at the same instant keeps the membership, and a group
    /// that is gone gives no right.
    ///
    /// # Errors
    /// `Forbidden`; `GROUP_IN_USE`.
    pub async fn delete_group(
        &self,
        caller: &Caller,
        group_id: GroupId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeGroups)?;
        let facts = self.confirmed_facts().await?;
        if facts.agents().any(|agent| agent.groups.contains(&group_id)) {
            return Err(Refusal::Workspace(WorkspaceRefusal::GroupInUse).into());
        }
        let command = WorkspaceCommand::DeleteGroup { group_id };
        let committed = self.execute_workspace(command, Act::of(caller)).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Changes name, role and groups of an agent, each that is given.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `LAST_ADMINISTRATOR`; the agent's refusals. What was done before one of them stays.
    pub async fn update_agent(
        &self,
        caller: &Caller,
        agent: AgentId,
        update: UpdateAgent,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeAgentRole)?;
        let known = self.sure(|facts| facts.agent(agent).map(drop)).await?;
        known.ok_or(AppError::NotFound { what: "agent" })?;
        for group in update.groups.iter().flatten() {
            self.known_group(*group).await?;
        }
        let mut acted = self.acted(self.facts().position()).await;
        if let Some(name) = update.name {
            acted = self.rename_agent(caller, agent, &name).await?;
        }
        if let Some(role) = update.role {
            acted = self.change_agent_role(caller, agent, role).await?;
        }
        if let Some(group_ids) = update.groups {
            let command = AgentCommand::SetAgentGroups { group_ids };
            let committed = self.execute_agent(agent, command, Act::of(caller)).await?;
            acted = self.acted(committed.position).await;
        }
        Ok(acted)
    }

    /// Opens a channel to the members of a group.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for an unknown channel or group.
    pub async fn grant_channel_to_group(
        &self,
        caller: &Caller,
        channel: ChannelId,
        group_id: GroupId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::GrantChannelAccess)?;
        self.channel(caller, channel).await?;
        self.known_group(group_id).await?;
        let command = ChannelCommand::GrantToGroup { group_id };
        self.act_on_channel(caller, channel, command).await
    }

    /// Closes a channel to the members of a group, unless they were granted it themselves.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for an unknown channel.
    pub async fn revoke_channel_from_group(
        &self,
        caller: &Caller,
        channel: ChannelId,
        group_id: GroupId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::RevokeChannelAccess)?;
        self.channel(caller, channel).await?;
        let command = ChannelCommand::RevokeFromGroup { group_id };
        self.act_on_channel(caller, channel, command).await
    }

    async fn known_group(&self, group: GroupId) -> Result<(), AppError> {
        let known = self.sure(|facts| facts.group(group).map(drop)).await?;
        known.ok_or(NO_GROUP)
    }
}
