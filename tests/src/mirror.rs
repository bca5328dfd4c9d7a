//! What a client holds: the answer of a query, changed by the updates of a subscription.
//! The promise under test is Zulip's: stale state + updates = a fresh query (N5, R9).

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::company;
use crate::graphql::Client;
use crate::json::At as _;
use crate::queries::INBOX;

/// Rows by id; an update replaces whole rows, because it carries absolute values.
#[derive(Debug, PartialEq)]
pub struct Mirror {
    rows: BTreeMap<String, Value>,
    extra: Value,
    position: String,
}

impl Mirror {
    /// The list of all chats with its counters.
    ///
    /// # Errors
    /// When the query fails.
    pub async fn of_inbox(client: &Client) -> Result<Self> {
        let data = client.get(INBOX, json!({"first": 100})).await?;
        ensure!(
            *data.at("/chats/pageInfo/hasNextPage") == false,
            "more chats than a page"
        );
        let mut mirror = Self::empty(data.text("/chats/position"));
        mirror.put("chat", data.list("/chats/nodes"));
        mirror.extra = data.at("/counters").clone();
        Ok(mirror)
    }

    /// One chat with its messages and acts.
    ///
    /// # Errors
    /// When the query fails.
    pub async fn of_chat(client: &Client, id: &str) -> Result<Self> {
        let mut chat = company::chat(client, id).await?;
        let mut mirror = Self::empty(chat.text("/messages/position"));
        mirror.put("message", chat.list("/messages/nodes"));
        mirror.put("act", chat.list("/acts"));
        if let Some(row) = chat.as_object_mut() {
            row.retain(|name, _| !matches!(name.as_str(), "messages" | "acts" | "position"));
        }
        mirror.extra = chat;
        Ok(mirror)
    }

    fn empty(position: &str) -> Self {
        Self {
            rows: BTreeMap::new(),
            extra: Value::Null,
            position: position.to_owned(),
        }
    }

    /// The last position applied.
    #[must_use]
    pub fn position(&self) -> &str {
        &self.position
    }

    /// Its number: what stands before the `@`.
    #[must_use]
    pub fn position_number(&self) -> i64 {
        number_of(&self.position)
    }

    /// Takes an update of the inbox subscription.
    ///
    /// # Errors
    /// When the update goes backwards or asks for a fresh start.
    pub fn apply_inbox(&mut self, update: &Value) -> Result<()> {
        self.go_on(update)?;
        self.put("chat", update.list("/chats"));
        self.extra = update.at("/counters").clone();
        Ok(())
    }

    /// Takes an update of the chat subscription.
    ///
    /// # Errors
    /// As [`Mirror::apply_inbox`].
    pub fn apply_chat(&mut self, update: &Value) -> Result<()> {
        self.go_on(update)?;
        self.put("message", update.list("/messages"));
        self.put("act", update.list("/acts"));
        self.extra = update.at("/chat").clone();
        Ok(())
    }

    /// Whether both show the same, whatever their positions are.
    #[must_use]
    pub fn shows_the_same_as(&self, other: &Self) -> bool {
        self.rows == other.rows && self.extra == other.extra
    }

    /// How many rows it holds.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }

    fn go_on(&mut self, update: &Value) -> Result<()> {
        ensure!(
            *update.at("/resync") == false,
            "the server gave up after {}",
            self.position
        );
        let position = update.text("/position");
        ensure!(
            number_of(position) > self.position_number(),
            "an update at {position} came after {}",
            self.position
        );
        self.position = position.to_owned();
        Ok(())
    }

    fn put(&mut self, kind: &str, rows: &[Value]) {
        for row in rows {
            // Acts have no id of their own: their place in the journal names them.
            let name = match row.text("/id") {
                "" => number_of(row.text("/position")).to_string(),
                id => id.to_owned(),
            };
            self.rows.insert(format!("{kind} {name}"), row.clone());
        }
    }
}

/// The number of a position such as `1042@3f2a9c1b`.
#[must_use]
pub fn number_of(position: &str) -> i64 {
    let number = position.split('@').next().unwrap_or_default();
    number.parse().unwrap_or(-1)
}
