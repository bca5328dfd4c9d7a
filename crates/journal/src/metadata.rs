//! Who acted, why and when: given with each command, stored beside each event. Holds no personal content.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{JournalError, Position};

/// What made a command happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An event that a policy or worker answered.
    Position(Position),
    /// A request from outside, by its id.
    Request(String),
}

/// The key by which a command is recognised when it comes again. Only keyed hashes of its parts are stored.
#[derive(Clone)]
pub struct Dedupe {
    /// Who made the key: a channel, a token, an agent, a consumer. Keys of different scopes never meet. Not secret.
    pub scope: String,
    /// The key, unique in its scope.
    pub key: Vec<u8>,
    /// What the command said; the same key with other content is an error, not a repetition.
    pub content: Vec<u8>,
}

impl std::fmt::Debug for Dedupe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dedupe")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Everything about a command that is not the command.
#[derive(Clone, Debug)]
pub struct Context {
    /// Who acts, as the domain writes it.
    pub actor: Value,
    /// Why.
    pub cause: Cause,
    /// Shared by everything that follows from one request.
    pub correlation_id: Uuid,
    /// When it happened in the world; may lie in the past for imports.
    pub occurred_at: Timestamp,
    /// By what it is recognised when it comes again; without one, each call is a new command.
    pub dedupe: Option<Dedupe>,
}

/// What is stored beside an event's payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who acted, as the domain writes it.
    pub actor: Value,
    /// Why.
    pub cause: Cause,
    /// Shared by everything that follows from one request.
    pub correlation_id: Uuid,
    /// When it happened in the world, UTC.
    pub occurred_at: Timestamp,
}

impl From<&Context> for Metadata {
    fn from(context: &Context) -> Self {
        Self {
            actor: context.actor.clone(),
            cause: context.cause.clone(),
            correlation_id: context.correlation_id,
            occurred_at: context.occurred_at,
        }
    }
}

impl Metadata {
    pub(crate) fn from_json(text: &str) -> Result<Self, JournalError> {
        serde_json::from_str(text).map_err(|_| JournalError::Damaged {
            what: "the metadata of an event".to_owned(),
        })
    }

    /// As the map that cqrs-es hands around: strings stay, everything else becomes its JSON text.
    pub(crate) fn to_map(&self) -> HashMap<String, String> {
        let Ok(Value::Object(fields)) = serde_json::to_value(self) else {
            return HashMap::new();
        };
        fields
            .into_iter()
            .map(|(name, value)| match value {
                Value::String(text) => (name, text),
                other => (name, other.to_string()),
            })
            .collect()
    }

    /// The way back from [`Self::to_map`]; every field must be there.
    pub(crate) fn from_map(map: &HashMap<String, String>) -> Result<Self, JournalError> {
        let fields = map
            .iter()
            .map(|(name, text)| {
                let value =
                    serde_json::from_str(text).unwrap_or_else(|_| Value::from(text.as_str()));
                (name.clone(), value)
            })
            .collect();
        serde_json::from_value(Value::Object(fields)).map_err(|_| JournalError::Damaged {
            what: "the metadata map (actor, cause, correlation_id and occurred_at are needed)"
                .to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn metadata_survives_the_map_of_strings() {
        let metadata = Metadata {
            actor: json!({"kind": "agent", "id": "7"}),
            cause: Cause::Position(Position(9)),
            correlation_id: Uuid::from_u128(5),
            occurred_at: "2026-11-20T10:00:00.123Z".parse().unwrap(),
        };
        assert_eq!(Metadata::from_map(&metadata.to_map()).unwrap(), metadata);
        assert!(Metadata::from_map(&HashMap::new()).is_err());
    }

    #[test]
    fn the_stored_form_is_plain_json() {
        let metadata = Metadata {
            actor: json!({"kind": "system"}),
            cause: Cause::Request("r1".to_owned()),
            correlation_id: Uuid::nil(),
            occurred_at: Timestamp::UNIX_EPOCH,
        };
        assert_eq!(
            serde_json::to_value(&metadata).unwrap(),
            json!({
                "actor": {"kind": "system"},
                "cause": {"request": "r1"},
                "correlation_id": "00000000-0000-0000-0000-000000000000",
                "occurred_at": "1970-01-01T00:00:00Z",
            })
        );
    }
}
