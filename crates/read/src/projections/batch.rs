//! A batch of events decoded into what the tables take: pure work, which may be done while another batch is written.

use std::collections::BTreeSet;

use hilo_domain::ChatId;
use hilo_domain::chat::ChatEvent;
use hilo_journal::{ConsumerError, Position, RecordedEvent, SubjectEvent};
use jiff::Timestamp;
use uuid::Uuid;

use super::clients::{self, ClientStep};
use super::{access, poison};

/// The aggregate whose events make rows.
const CHAT: &str = "chat";

/// A batch, cut behind each event that begins an erasure: that lies between what was written before it and what comes
/// after; and behind each that joins or parts clients.
pub(crate) struct Batch {
    pub parts: Vec<Part>,
    /// Position of the last event.
    pub last: Position,
}

/// Events that are folded together.
pub(crate) struct Part {
    pub first: Position,
    pub last: Position,
    pub steps: Vec<Step>,
    /// Chats of which it has the first event: no row can be there.
    pub begun: BTreeSet<ChatId>,
    pub access: access::Changes,
    pub clients: Vec<ClientStep>,
    /// Whose erasure the last event begins.
    pub erased: Option<Uuid>,
}

/// One event of a chat, decoded.
pub(crate) struct Step {
    pub chat_id: ChatId,
    pub position: Position,
    /// When it happened in the world, for events that carry no time of their own.
    pub occurred_at: Timestamp,
    pub event: ChatEvent,
}

impl Batch {
    /// Decodes a batch; nothing for an empty one.
    pub(crate) fn decode(events: &[RecordedEvent]) -> Result<Option<Self>, ConsumerError> {
        let Some(last) = events.last().map(|event| event.position) else {
            return Ok(None);
        };
        let parts = events
            .split_inclusive(|recorded| erased(recorded).is_some() || clients::merges(recorded))
            .filter_map(|events| Part::decode(events).transpose())
            .collect::<Result<_, _>>()?;
        Ok(Some(Self { parts, last }))
    }

    /// The batch as one part that takes no statements beside those of every part; itself where it is not.
    pub(crate) fn alone(mut self) -> Result<Part, Self> {
        match self.parts.pop() {
            Some(part)
                if self.parts.is_empty() && part.erased.is_none() && !part.is_about_clients() =>
            {
                Ok(part)
            }
            Some(part) => {
                self.parts.push(part);
                Err(self)
            }
            None => Err(self),
        }
    }

    /// The batch as one part, if it is not cut.
    pub(super) fn only_part(mut self) -> Option<Part> {
        let part = self.parts.pop()?;
        self.parts.is_empty().then_some(part)
    }
}

impl Part {
    fn decode(events: &[RecordedEvent]) -> Result<Option<Self>, ConsumerError> {
        let (Some(first), Some(last)) = (events.first(), events.last()) else {
            return Ok(None);
        };
        let chats = events
            .iter()
            .filter(|recorded| recorded.aggregate_type == CHAT);
        let of_clients = events
            .iter()
            .filter(|recorded| recorded.aggregate_type == clients::CLIENT);
        let begun = chats.clone().filter(|recorded| recorded.sequence == 1);
        Ok(Some(Self {
            first: first.position,
            last: last.position,
            begun: begun
                .filter_map(|it| it.aggregate_id.parse().ok())
                .collect(),
            steps: chats.map(step).collect::<Result<_, _>>()?,
            access: access::changes(events)?,
            clients: of_clients.map(clients::step).collect::<Result<_, _>>()?,
            erased: erased(last),
        }))
    }

    /// The chats it is about, each once.
    pub(super) fn chats(&self) -> Vec<Uuid> {
        let mut ids: Vec<_> = self
            .steps
            .iter()
            .map(|step| step.chat_id.as_uuid())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The chats that were linked to a client or unlinked.
    pub(super) fn linked(&self) -> Vec<Uuid> {
        let links = self.steps.iter().filter(|step| {
            matches!(
                step.event,
                ChatEvent::ChatLinked { .. } | ChatEvent::ChatUnlinked { .. }
            )
        });
        links.map(|step| step.chat_id.as_uuid()).collect()
    }

    /// Whether it changes clients, or what chats show of them: that takes statements of its own.
    pub(super) fn is_about_clients(&self) -> bool {
        !self.clients.is_empty() || !self.linked().is_empty()
    }

    /// Leaves out what the rows have already.
    pub(super) fn skip(&mut self, reached: Position) {
        self.steps.retain(|step| step.position > reached);
        self.access.retain(|_, position| *position > reached);
        self.clients.retain(|step| step.position > reached);
    }
}

fn step(recorded: &RecordedEvent) -> Result<Step, ConsumerError> {
    let chat_id = Uuid::try_parse(&recorded.aggregate_id)
        .map_err(|_| poison(recorded.position, "the chat's id is no uuid"))?;
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

/// Whose erasure an event begins.
fn erased(recorded: &RecordedEvent) -> Option<Uuid> {
    match recorded.about_a_subject()? {
        SubjectEvent::ErasureBegun { subject, .. } => Some(subject),
        SubjectEvent::Erased { .. } => None,
    }
}
