//! Connecting a channel that an integrator's program carries, its rules, and whether it can be sent through.
//! Never speaks to a messenger.

use hilo_domain::channel::{ChannelCommand, ChannelKind, ChannelRules, Reports, Transport};
use hilo_domain::{AgentId, ChannelId, ids};
use hilo_journal::Dedupe;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::{Act, Acted, App};

/// A channel to be that an integrator's program carries (A7).
#[derive(Clone, Debug)]
pub struct ConnectChannel {
    /// What it speaks.
    pub kind: ChannelKind,
    /// Its name, 1 to 80 characters.
    pub name: String,
    /// The account on the platform that contacts write to.
    pub page: Option<String>,
    /// What its messenger reports, where that is another than its kind's (D1, D3).
    pub reports: Option<Reports>,
    /// Agents and integrators who get access, beside who connects it.
    pub agent_ids: Vec<AgentId>,
}

impl App {
    /// Connects a channel that an integrator's program carries, once for each key of the caller; the caller and the
    /// agents named get access.
    ///
    /// # Errors
    /// `Forbidden`; the channel's refusals; `NotFound` for an unknown agent; `IdempotencyConflict`.
    pub async fn connect_channel(
        &self,
        caller: &Caller,
        connect: ConnectChannel,
        key: Uuid,
    ) -> Result<(ChannelId, Acted), AppError> {
        authorize(caller, Operation::ConnectChannel)?;
        let known = self.sure(|facts| {
            let mut agents = connect.agent_ids.iter();
            agents
                .all(|agent| facts.agent(*agent).is_some())
                .then_some(())
        });
        known.await?.ok_or(AppError::NotFound { what: "agent" })?;
        let channel = self.channel_of_key(caller, key);
        let ConnectChannel {
            kind,
            name,
            page,
            reports,
            agent_ids,
        } = connect;
        let word = serde_json::to_string(&kind).unwrap_or_default();
        let mut content = [word.as_str(), &name, page.as_deref().unwrap_or_default()].join("\n");
        if let Some(reports) = reports {
            content.push_str(&format!("\n{}{}", reports.delivered, reports.read));
        }
        let act = Act::of(caller).once(Dedupe {
            scope: format!("agent:{}", caller.agent_id),
            key: key.as_bytes().to_vec(),
            content: content.into_bytes(),
        });
        let command = ChannelCommand::ConnectChannel {
            channel_id: channel,
            kind,
            name,
            widget: None,
            page,
            transport: Transport::Bridge,
            reports,
        };
        let mut position = self.execute_channel(channel, command, act).await?.position;
        for agent_id in std::iter::once(caller.agent_id).chain(agent_ids) {
            let grant = ChannelCommand::GrantChannelAccess { agent_id };
            position = self
                .execute_channel(channel, grant, Act::of(caller))
                .await?
                .position;
        }
        Ok((channel, self.acted(position).await))
    }

    /// A repeated request names the same channel, so that it can be answered alike.
    fn channel_of_key(&self, caller: &Caller, key: Uuid) -> ChannelId {
        let agent = caller.agent_id.as_uuid();
        let mac = self
            .journal()
            .lookup_mac("channel", &[agent.as_bytes(), key.as_bytes()]);
        ChannelId::from_uuid(ids::from_mac(&mac))
    }

    /// Says that nothing can be sent through a channel any more, and why in a word for programs (A5).
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; the channel's refusals.
    pub async fn report_sync_lost(
        &self,
        caller: &Caller,
        channel: ChannelId,
        cause: &str,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ReportSyncLost)?;
        self.channel(caller, channel).await?;
        let act = Act::of(caller);
        let command = ChannelCommand::ReportSyncLost {
            cause: cause.to_owned(),
            at: act.at,
        };
        let position = self.execute_channel(channel, command, act).await?.position;
        Ok(self.acted(position).await)
    }

    /// Takes a channel out of use: its chats stay, nothing is sent, and a web chat is shown on no site (A1). What comes in
    /// through a bridge is still taken.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub async fn disconnect_channel(
        &self,
        caller: &Caller,
        channel: ChannelId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::DisconnectChannel)?;
        self.channel(caller, channel).await?;
        let act = Act::of(caller);
        let command = ChannelCommand::DisconnectChannel { at: act.at };
        let position = self.execute_channel(channel, command, act).await?.position;
        Ok(self.acted(position).await)
    }

    /// Says that a channel can be sent through again (A5). What an administrator took out of use, an administrator takes
    /// back.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`.
    pub async fn reconnect_channel(
        &self,
        caller: &Caller,
        channel: ChannelId,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ReconnectChannel)?;
        if self.channel(caller, channel).await?.is_out_of_use() {
            authorize(caller, Operation::DisconnectChannel)?;
        }
        let act = Act::of(caller);
        let command = ChannelCommand::ReconnectChannel { at: act.at };
        let position = self.execute_channel(channel, command, act).await?.position;
        Ok(self.acted(position).await)
    }

    /// Narrows what may be written through a channel (D10).
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; the channel's refusals.
    pub async fn set_channel_rules(
        &self,
        caller: &Caller,
        channel: ChannelId,
        rules: ChannelRules,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::SetChannelRules)?;
        self.channel(caller, channel).await?;
        let command = ChannelCommand::SetChannelRules { rules };
        self.act_on_channel(caller, channel, command).await
    }

    /// Takes comments under publications in, or no longer (E1).
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; the channel's refusals.
    pub async fn switch_comments(
        &self,
        caller: &Caller,
        channel: ChannelId,
        receive: bool,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::SwitchComments)?;
        self.channel(caller, channel).await?;
        let command = ChannelCommand::SwitchComments { receive };
        self.act_on_channel(caller, channel, command).await
    }
}
