//! A stand-in for any messenger: a bridged channel of some kind, with contacts who write through it and a program that
//! takes what goes out. Everything by GraphQL, as an integrator does it.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::graphql::Client;
use crate::json::At as _;
use crate::queries::{CONNECT_CHANNEL, RECEIVE_MESSAGES};

/// A bridged channel and the session that carries it.
#[derive(Clone)]
pub struct Bridge {
    /// The channel.
    pub channel_id: String,
    /// Who carries it: an administrator, or an integrator with access.
    pub by: Client,
}

impl Bridge {
    /// Connects a channel of a kind such as `MESSENGER`; `agent_ids` get access.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn connect(
        admin: &Client,
        kind: &str,
        name: &str,
        agent_ids: &[&str],
    ) -> Result<Self> {
        let input = json!({"kind": kind, "name": name, "page": "Taller Hilo", "agentIds": agent_ids,
            "idempotencyKey": Uuid::new_v4()});
        let payload = admin.act(CONNECT_CHANNEL, json!({"input": input})).await?;
        Ok(Self {
            channel_id: payload.text("/channel/id").to_owned(),
            by: admin.clone(),
        })
    }

    /// A contact writes now; gives the chat's id once the read model has it.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn write(&self, handle: &str, text: &str) -> Result<String> {
        let message =
            json!({"externalId": Uuid::new_v4().to_string(), "handle": handle, "text": text});
        let result = self.push(message).await?;
        Ok(result.text("/chatId").to_owned())
    }

    /// A contact wrote at some time in RFC 3339; gives the chat's id.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn wrote_at(&self, handle: &str, text: &str, at: &str) -> Result<String> {
        let message = json!({"externalId": Uuid::new_v4().to_string(), "handle": handle, "text": text, "at": at});
        let result = self.push(message).await?;
        Ok(result.text("/chatId").to_owned())
    }

    /// Pushes one message of any shape and gives its result.
    ///
    /// # Errors
    /// When the request is refused as a whole, or the read model lags.
    pub async fn push(&self, message: Value) -> Result<Value> {
        let input = json!({"channelId": self.channel_id, "messages": [message]});
        let payload = self
            .by
            .act(RECEIVE_MESSAGES, json!({"input": input}))
            .await?;
        let result = payload.list("/results").first().cloned();
        result.context("no result")
    }
}
