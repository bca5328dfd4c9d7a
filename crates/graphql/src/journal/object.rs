//! An event as it is in the journal, opened.

use async_graphql::{Context, ID, Object, SimpleObject};
use hilo_app::JournalPage;
use hilo_domain::Actor as DomainActor;
use hilo_journal::{Cause, RecordedEvent};
use jiff::Timestamp;
use serde_json::Value;

use crate::actor::Actor;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::Position;

/// One event of the journal. It never changes, except that personal content can be destroyed.
pub struct JournalEvent(pub RecordedEvent);

/// One event of the journal. It never changes, except that personal content can be destroyed.
#[Object]
impl JournalEvent {
    /// Its place in the one order of everything.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }

    /// What happened, such as `message_received`.
    #[graphql(name = "type")]
    fn event_type(&self) -> &str {
        &self.0.event_type
    }

    /// The version of its form.
    fn version(&self) -> &str {
        &self.0.event_version
    }

    /// What it happened to: `chat`, `client`, `channel`, `agent`, `workspace`...
    fn aggregate_type(&self) -> &str {
        &self.0.aggregate_type
    }

    /// The id of what it happened to.
    fn aggregate_id(&self) -> ID {
        ID(self.0.aggregate_id.clone())
    }

    /// Its place in the history of what it happened to, from 1.
    fn sequence(&self) -> Result<i32, Failure> {
        i32::try_from(self.0.sequence).map_err(Failure::internal)
    }

    /// What it says: `{"type": ..., "data": {...}}`. Personal values are `{"$personal": {"subject": ..., "value": ...}}`;
    /// those that were erased are `{"$erased": {"subject": ...}}`. Of chats among colleagues every `value` is null:
    /// `auditInternalChat` shows what was said there.
    fn payload(&self) -> Value {
        self.0.payload.clone()
    }

    /// Who did it; null for a kind of actor that this program does not know.
    fn actor(&self) -> Option<Actor> {
        let actor = serde_json::from_value::<DomainActor>(self.0.metadata.actor.clone());
        actor.ok().map(Actor)
    }

    /// The event that a rule answered with this one, if it was a rule.
    fn cause(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        match &self.0.metadata.cause {
            Cause::Position(position) => ctx.position(*position).map(Some),
            Cause::Request(_) => Ok(None),
        }
    }

    /// Shared by everything that follows from one request.
    fn correlation_id(&self) -> ID {
        ID(self.0.metadata.correlation_id.to_string())
    }

    /// When it happened in the world.
    fn occurred_at(&self) -> Timestamp {
        self.0.metadata.occurred_at
    }

    /// When it was recorded; never goes back along the positions.
    fn recorded_at(&self) -> Timestamp {
        self.0.recorded_at
    }
}

/// Events in their order.
#[derive(SimpleObject)]
pub struct JournalEvents {
    /// Oldest first.
    events: Vec<JournalEvent>,
    /// Give it back as `after` to go on from exactly here.
    position: Position,
    /// Whether there were more when it was read.
    has_next: bool,
}

impl From<JournalPage> for JournalEvents {
    fn from(page: JournalPage) -> Self {
        Self {
            events: page.events.into_iter().map(JournalEvent).collect(),
            position: Position(page.position),
            has_next: page.has_next,
        }
    }
}
