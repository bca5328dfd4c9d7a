//! Connecting a web chat: a key nobody else has, a sealed identity secret, settings, and who may see it.

use hilo_domain::channel::{
    self, Channel, ChannelCommand, ChannelKind, FormField, Transport, WidgetSettings,
};
use hilo_domain::{AgentId, ChannelId};
use jiff::Timestamp;
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{NO_CHANNEL, secrets};
use crate::accounts::{AccountRefusal, Caller, token};
use crate::authorize::{Operation, authorize};
use crate::clock;
use crate::error::{AppError, Refusal, database};
use crate::{Act, Acted, App};

/// A web chat to be.
#[derive(Clone, Default)]
pub struct ConnectWebChat {
    /// The channel's name, 1 to 80 characters.
    pub name: String,
    /// Exact origins of the sites that may show it.
    pub origins: Vec<String>,
    /// Its public key; one is made without.
    pub key: Option<String>,
    /// Heading of its window.
    pub title: Option<String>,
    /// Words before the first message.
    pub greeting: Option<String>,
    /// Main colour, `#rrggbb`.
    pub color: Option<String>,
    /// What visitors are asked before their first message.
    pub form: Vec<FormField>,
    /// Agents see what a visitor writes before it is sent.
    pub typing_preview: bool,
    /// Agents who get access, beside who connects it.
    pub agent_ids: Vec<AgentId>,
    /// The secret that sites sign their users' ids with; a random one is made without.
    pub identity_secret: Option<String>,
    /// Chosen by the caller, so that asking again connects nothing twice.
    pub idempotency_key: Option<Uuid>,
}

/// New settings of a web chat's widget; its key stays.
#[derive(Clone, Default)]
pub struct ConfigureWidget {
    /// Another name of the channel, or the same.
    pub name: Option<String>,
    /// Exact origins of the sites that may show it.
    pub origins: Vec<String>,
    /// Heading of its window.
    pub title: Option<String>,
    /// Words before the first message.
    pub greeting: Option<String>,
    /// Main colour, `#rrggbb`.
    pub color: Option<String>,
    /// What visitors are asked before their first message.
    pub form: Vec<FormField>,
    /// Agents see what a visitor writes before it is sent.
    pub typing_preview: bool,
}

impl App {
    /// Connects a web chat; the caller and the agents named get access.
    ///
    /// # Errors
    /// `Forbidden`; `WIDGET_KEY_TAKEN`; the channel's refusals; `NotFound` for an unknown agent.
    pub async fn connect_web_chat(
        &self,
        caller: &Caller,
        mut connect: ConnectWebChat,
    ) -> Result<(ChannelId, Acted), AppError> {
        authorize(caller, Operation::ConnectWebChat)?;
        // A program is not the actor of its own acts: the integrator behind it gets to see what it connected.
        if caller.credential.scopes().is_some() {
            connect.agent_ids.push(caller.agent_id);
        }
        let known = self.sure(|facts| {
            let mut agents = connect.agent_ids.iter();
            agents
                .all(|agent| facts.agent(*agent).is_some())
                .then_some(())
        });
        known.await?.ok_or(AppError::NotFound { what: "agent" })?;
        let (mutation, key) = ("connectWebChat", connect.idempotency_key);
        let channel = ChannelId::from_uuid(self.id_for(caller, mutation, key));
        let content = json!([
            connect.name,
            connect.origins,
            connect.key,
            connect.title,
            connect.greeting,
            connect.color,
            connect.form,
            connect.typing_preview
        ]);
        let act = Act::of(caller).idempotent(caller, mutation, key, &content);
        self.connect_web_chat_as(channel, connect, act).await
    }

    /// [`App::connect_web_chat`] with a given id and act. Checks no caller: for the demo. Repeated with the same id,
    /// it changes nothing.
    ///
    /// # Errors
    /// `WIDGET_KEY_TAKEN`; the channel's refusals; `Unavailable`.
    pub async fn connect_web_chat_as(
        &self,
        channel_id: ChannelId,
        connect: ConnectWebChat,
        act: Act,
    ) -> Result<(ChannelId, Acted), AppError> {
        // A repetition that names no key finds the one that was made for it.
        let made = || {
            let known = self.facts().channel(channel_id)?;
            known.widget.map(|widget| widget.key)
        };
        let key = connect
            .key
            .clone()
            .or_else(made)
            .map_or_else(fresh_key, Ok)?;
        let widget = WidgetSettings {
            key: key.clone(),
            origins: connect.origins,
            title: connect.title,
            greeting: connect.greeting,
            color: connect.color,
            form: connect.form,
            typing_preview: connect.typing_preview,
        };
        let (kind, name) = (ChannelKind::WebChat, connect.name);
        let command = ChannelCommand::ConnectChannel {
            channel_id,
            kind,
            name,
            widget: Some(widget),
            page: None,
            transport: Transport::Own,
            reports: None,
        };
        // What the channel would refuse anyway must not claim a key first.
        channel::decide(&Channel::default(), command.clone(), &()).map_err(Refusal::Channel)?;
        self.claim(&key, channel_id, connect.identity_secret, act.at)
            .await?;
        let mut position = match self.execute_channel(channel_id, command, act.clone()).await {
            Ok(committed) => committed.position,
            Err(AppError::Refused(refusal)) => {
                secrets::release_key(self.pool(), &key, channel_id).await?;
                return Err(AppError::Refused(refusal));
            }
            // Whether it happened is not known: the claim stays, and is free again in a minute if it did not.
            Err(error) => return Err(error),
        };
        let creator = act.actor.agent_id();
        for agent_id in creator.into_iter().chain(connect.agent_ids) {
            let grant = ChannelCommand::GrantChannelAccess { agent_id };
            position = self
                .execute_channel(channel_id, grant, act.further())
                .await?
                .position;
        }
        Ok((channel_id, self.acted(position).await))
    }

    /// Makes the key the channel's own, and gives the channel its secret, in one transaction.
    async fn claim(
        &self,
        key: &str,
        channel: ChannelId,
        secret: Option<String>,
        at: Timestamp,
    ) -> Result<(), AppError> {
        let secret = Zeroizing::new(secret.map_or_else(token::fresh, Ok)?);
        let now = clock::now();
        let mut tx = self.pool().begin().await.map_err(database)?;
        if let Some(holder) = secrets::claim_key(&mut tx, key, channel, now).await? {
            let facts = self
                .facts()
                .snapshot_at_least(self.journal().confirmed_head().await?)
                .await?;
            let abandoned = facts.channel(holder.channel).is_none() && holder.is_stale(now);
            if !abandoned || !secrets::take_over_key(&mut tx, key, &holder, channel, now).await? {
                return Err(AccountRefusal::WidgetKeyTaken.into());
            }
        }
        let name = secrets::WIDGET_IDENTITY;
        secrets::put(
            &mut tx,
            self.journal(),
            channel,
            name,
            secret.as_bytes(),
            at,
        )
        .await?;
        tx.commit().await.map_err(database)
    }

    /// Changes how a web chat presents itself, and its name if one is given.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; the channel's refusals.
    pub async fn configure_widget(
        &self,
        caller: &Caller,
        channel_id: ChannelId,
        configure: ConfigureWidget,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ConfigureWidget)?;
        let entry = self.channel(caller, channel_id).await?;
        let key = entry.widget.map(|widget| widget.key).ok_or(NO_CHANNEL)?;
        let ConfigureWidget {
            name,
            origins,
            title,
            greeting,
            color,
            form,
            typing_preview,
        } = configure;
        let command = ChannelCommand::ConfigureWidget {
            widget: WidgetSettings {
                key,
                origins,
                title,
                greeting,
                color,
                form,
                typing_preview,
            },
        };
        // Two commands, one answer: what the second would refuse is asked for before the first is done.
        if let Some(name) = name.filter(|name| name.trim() != entry.name) {
            self.check_channel(channel_id, &command).await?;
            self.act_on_channel(caller, channel_id, ChannelCommand::RenameChannel { name })
                .await?;
        }
        self.act_on_channel(caller, channel_id, command).await
    }

    async fn check_channel(
        &self,
        channel: ChannelId,
        command: &ChannelCommand,
    ) -> Result<(), AppError> {
        let (state, _) = self.journal().load::<Channel>(&channel.to_string()).await?;
        channel::decide(&state, command.clone(), &()).map_err(Refusal::Channel)?;
        Ok(())
    }

    /// The secret that a site signs its users' ids with, for an administrator who sets that up.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for an unknown channel or one that is no web chat.
    pub async fn widget_identity_secret(
        &self,
        caller: &Caller,
        channel: ChannelId,
    ) -> Result<String, AppError> {
        authorize(caller, Operation::SeeWidgetIdentitySecret)?;
        self.channel(caller, channel).await?;
        let secret = self.identity_secret(channel).await?.ok_or(NO_CHANNEL)?;
        String::from_utf8(secret.to_vec()).map_err(|_| {
            AppError::Unexpected(anyhow::anyhow!(
                "the identity secret of channel {channel} is no text"
            ))
        })
    }

    /// The same secret, to check a visitor's identity with. Never to be shown.
    ///
    /// # Errors
    /// `Unavailable` without a database.
    pub async fn identity_secret(
        &self,
        channel: ChannelId,
    ) -> Result<Option<Zeroizing<Vec<u8>>>, AppError> {
        secrets::get(
            self.pool(),
            self.journal(),
            channel,
            secrets::WIDGET_IDENTITY,
        )
        .await
    }
}

/// A random key: `wk_` and 8 hex digits.
fn fresh_key() -> Result<String, AppError> {
    Ok(format!(
        "wk_{:08x}",
        u32::from_be_bytes(clock::random_bytes::<4>()?)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_key_is_one_that_a_channel_accepts() {
        let key = fresh_key().unwrap();
        let widget = WidgetSettings {
            key: key.clone(),
            ..WidgetSettings::default()
        };
        let command = ChannelCommand::ConnectChannel {
            channel_id: ChannelId::from_uuid(uuid::Uuid::nil()),
            kind: ChannelKind::WebChat,
            name: "Shop".to_owned(),
            widget: Some(widget),
            page: None,
            transport: Transport::Own,
            reports: None,
        };
        assert_eq!(key.len(), 11);
        channel::decide(&Channel::default(), command, &()).unwrap();
    }
}
