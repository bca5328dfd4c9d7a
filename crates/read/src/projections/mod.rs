//! A batch of chat events folded in memory and written back once: the touched rows are loaded, changed, stored.
//! The rows after it do not depend on where one batch ends and the next begins.

pub(crate) mod access;
pub(crate) mod acts;
pub(crate) mod chats;
pub(crate) mod contact_items;
pub(crate) mod counters;
pub(crate) mod erased;
pub(crate) mod messages;
mod spoken;

use hilo_domain::chat::ChatEvent;
use hilo_domain::{ChatId, Personal};
use hilo_journal::{ConsumerError, Position, RecordedEvent};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::schema::Schema;

/// The aggregate whose events make rows.
const CHAT: &str = "chat";

/// One event of a chat, decoded.
pub(crate) struct Step {
    pub chat_id: ChatId,
    pub position: Position,
    /// When it happened in the world, for events that carry no time of their own.
    pub occurred_at: Timestamp,
    pub event: ChatEvent,
}

/// Decodes what a batch says about chats; other streams make no rows.
pub(crate) fn steps(batch: &[RecordedEvent]) -> Result<Vec<Step>, ConsumerError> {
    batch
        .iter()
        .filter(|recorded| recorded.aggregate_type == CHAT)
        .map(step)
        .collect()
}

fn step(recorded: &RecordedEvent) -> Result<Step, ConsumerError> {
    let chat_id = Uuid::try_parse(&recorded.aggregate_id).map_err(|_| {
        ConsumerError::Poison(format!(
            "event {}: the chat's id is no uuid",
            recorded.position
        ))
    })?;
    let event = recorded
        .decode()
        .map_err(|undecodable| ConsumerError::Poison(undecodable.to_string()))?;
    Ok(Step {
        chat_id: ChatId::from_uuid(chat_id),
        position: recorded.position,
        occurred_at: recorded.metadata.occurred_at,
        event,
    })
}

/// Writes what the steps change. All in the caller's transaction.
pub(crate) async fn apply(
    schema: &Schema,
    tx: &mut PgConnection,
    steps: &[Step],
) -> Result<(), ConsumerError> {
    if steps.is_empty() {
        return Ok(());
    }
    let mut chats = chats::Chats::load(schema, tx, steps).await?;
    let mut messages = messages::Messages::load(schema, tx, steps).await?;
    let mut acts = Vec::new();
    let mut items = contact_items::Items::default();
    for step in steps {
        chats.fold(step)?;
        messages.fold(step)?;
        acts.extend(acts::act(step)?);
        items.fold(step)?;
    }
    counters::write(schema, tx, chats.counter_changes()).await?;
    chats.write(schema, tx).await?;
    messages.write(schema, tx).await?;
    acts::write(schema, tx, &acts).await?;
    items.write(schema, tx).await?;
    messages::prune(schema, tx, &chats.over_the_limit()).await?;
    Ok(())
}

/// The readable value, None where it was erased. A sealed one on reading is a fault of the feed.
fn opened<'v, T>(step: &Step, value: &'v Personal<T>) -> Result<Option<&'v T>, ConsumerError> {
    match value {
        Personal::Open { value, .. } => Ok(Some(value)),
        Personal::Erased { .. } => Ok(None),
        Personal::Sealed(_) => Err(ConsumerError::Poison(format!(
            "event {}: a personal value came sealed",
            step.position
        ))),
    }
}

/// A number of the contact's window as its column holds it.
fn number(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
