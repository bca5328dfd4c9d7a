//! Channels and who may see them. What a channel says and hears is not here.

mod connect;
pub(crate) mod secrets;
mod web_chat;

use futures_util::future::BoxFuture;
use hilo_domain::channel::{Channel, ChannelCommand, ChannelEvent, ChannelKind};
use hilo_domain::{AgentId, ChannelId};
use hilo_journal::{Committed, no_facts};

pub use connect::ConnectChannel;
pub use web_chat::{ConfigureWidget, ConnectWebChat};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::facts::{AgentEntry, ChannelEntry};
use crate::{Act, Acted, App};

/// The answer for every channel that is not there or not the caller's.
const NO_CHANNEL: AppError = AppError::NotFound { what: "channel" };

impl App {
    /// The caller's channels that customers write to, by name; also while chats are switched off (A14).
    ///
    /// # Errors
    /// `Unavailable` when the facts are behind.
    pub fn channels(&self, caller: &Caller) -> Result<Vec<ChannelEntry>, AppError> {
        authorize(caller, Operation::SeeChannels)?;
        let facts = self.facts().snapshot()?;
        let access = facts.access(caller.agent_id);
        let mut channels: Vec<ChannelEntry> = facts
            .channels()
            .filter(|channel| access.allows(channel.id))
            .cloned()
            .collect();
        channels.sort_by_cached_key(|channel| (channel.name.to_lowercase(), channel.id));
        Ok(channels)
    }

    /// One of the caller's channels that customers write to.
    ///
    /// # Errors
    /// `NotFound` when it is not there or not the caller's.
    pub async fn channel(
        &self,
        caller: &Caller,
        channel: ChannelId,
    ) -> Result<ChannelEntry, AppError> {
        authorize(caller, Operation::SeeChannels)?;
        let entry = self.sure(|facts| {
            let entry = facts.channel(channel);
            entry
                .filter(|entry| entry.kind != ChannelKind::Internal)
                .filter(|_| facts.access(caller.agent_id).allows(channel))
                .cloned()
        });
        entry.await?.ok_or(NO_CHANNEL)
    }

    /// Agents the channel was granted to, for administrators.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub fn channel_agents(
        &self,
        caller: &Caller,
        channel: ChannelId,
    ) -> Result<Vec<AgentEntry>, AppError> {
        authorize(caller, Operation::SeeChannelAgents)?;
        let facts = self.facts().snapshot()?;
        let entry = facts.channel(channel).ok_or(NO_CHANNEL)?;
        Ok(entry
            .access
            .iter()
            .filter_map(|agent| facts.agent(*agent).cloned())
            .collect())
    }

    /// Gives a channel another name.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; the channel's refusal of a name.
    pub async fn rename_channel(
        &self,
        caller: &Caller,
        channel: ChannelId,
        name: &str,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::RenameChannel)?;
        self.channel(caller, channel).await?;
        self.act_on_channel(
            caller,
            channel,
            ChannelCommand::RenameChannel {
                name: name.to_owned(),
            },
        )
        .await
    }

    /// Lets an agent see and answer a channel's chats.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for an unknown channel or agent.
    pub async fn grant_channel_access(
        &self,
        caller: &Caller,
        channel: ChannelId,
        agent: AgentId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::GrantChannelAccess)?;
        self.channel(caller, channel).await?;
        let known = self.sure(|facts| facts.agent(agent).map(drop)).await?;
        known.ok_or(AppError::NotFound { what: "agent" })?;
        self.act_on_channel(
            caller,
            channel,
            ChannelCommand::GrantChannelAccess { agent_id: agent },
        )
        .await
    }

    /// Takes a channel from an agent: its chats are gone for them with the next request and from open sockets.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for an unknown channel or agent.
    pub async fn revoke_channel_access(
        &self,
        caller: &Caller,
        channel: ChannelId,
        agent: AgentId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::RevokeChannelAccess)?;
        self.channel(caller, channel).await?;
        let known = self.sure(|facts| facts.agent(agent).map(drop)).await?;
        known.ok_or(AppError::NotFound { what: "agent" })?;
        self.act_on_channel(
            caller,
            channel,
            ChannelCommand::RevokeChannelAccess { agent_id: agent },
        )
        .await
    }

    pub(crate) async fn act_on_channel(
        &self,
        caller: &Caller,
        channel: ChannelId,
        command: ChannelCommand,
    ) -> Result<Acted, AppError> {
        let committed = self
            .execute_channel(channel, command, Act::of(caller))
            .await?;
        Ok(self.acted(committed.position).await)
    }

    /// Executes a command on a channel and waits for this process's facts to have it. Checks no caller.
    ///
    /// # Errors
    /// The channel's refusal; `Unavailable`.
    pub fn execute_channel(
        &self,
        channel: ChannelId,
        command: ChannelCommand,
        act: Act,
    ) -> BoxFuture<'_, Result<Committed<ChannelEvent>, AppError>> {
        Box::pin(async move {
            let committed = self
                .journal()
                .execute::<Channel>(&channel.to_string(), command, no_facts(), act.context()?)
                .await?;
            self.facts().snapshot_at_least(committed.position).await?;
            Ok(committed)
        })
    }
}
