//! What several tables read off an event in the same way: a new message, and the number in the contact's window.

use hilo_domain::chat::ChatEvent;
use hilo_domain::{Actor, AgentId, Attachment, ContactId, MessageId, Personal};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Step, number};
use crate::rows::{Direction, MessageState};

/// A new message, whichever way it went.
pub(crate) struct Spoken<'e> {
    pub id: MessageId,
    pub client_id: Option<Uuid>,
    pub seq: i64,
    pub at: Timestamp,
    pub author: Actor,
    pub text: &'e Personal<String>,
    pub quotes: Option<MessageId>,
    /// Members named in it, among colleagues (A13).
    pub mentions: &'e [AgentId],
    /// To colleagues: it is with them already.
    pub internal: bool,
    pub attachments: &'e [Attachment],
}

impl Spoken<'_> {
    /// The way it went and where it stands at first.
    pub(crate) const fn begins(&self) -> (Direction, MessageState) {
        match self.author {
            _ if self.internal => (Direction::Outbound, MessageState::Sent),
            Actor::Contact { .. } => (Direction::Inbound, MessageState::Received),
            Actor::Agent { .. }
            | Actor::Bot { .. }
            | Actor::Policy { .. }
            | Actor::Integration { .. }
            | Actor::System => (Direction::Outbound, MessageState::Queued),
        }
    }
}

/// The message an event brings, if it brings one.
pub(crate) fn spoken(step: &Step) -> Option<Spoken<'_>> {
    if let ChatEvent::InternalMessageSent(message) = &step.event {
        return Some(Spoken {
            id: message.message_id,
            client_id: message.client_message_id,
            seq: number(message.contact_seq),
            at: message.at,
            author: Actor::Agent { id: message.by },
            text: &message.text,
            quotes: message.quotes,
            mentions: &message.mentions,
            internal: true,
            attachments: &message.attachments,
        });
    }
    let (id, client_id, seq, at, text, attachments) = match &step.event {
        ChatEvent::MessageReceived {
            message_id,
            client_message_id,
            text,
            contact_seq,
            at,
            attachments,
            ..
        }
        | ChatEvent::MessageQueued {
            message_id,
            client_message_id,
            text,
            contact_seq,
            at,
            attachments,
            ..
        } => (
            *message_id,
            *client_message_id,
            *contact_seq,
            *at,
            text,
            attachments,
        ),
        _ => return None,
    };
    let (author, quotes) = if let ChatEvent::MessageQueued { by, quotes, .. } = &step.event {
        (Actor::Agent { id: *by }, *quotes)
    } else {
        let id = ContactId::of(step.chat_id);
        (Actor::Contact { id }, None)
    };
    Some(Spoken {
        id,
        client_id,
        seq: number(seq),
        at,
        author,
        text,
        quotes,
        mentions: &[],
        internal: false,
        attachments,
    })
}

/// The number of the contact's window that an event takes, if it shows there.
pub(crate) fn contact_seq(event: &ChatEvent) -> Option<i64> {
    event.contact_seq().map(number)
}
