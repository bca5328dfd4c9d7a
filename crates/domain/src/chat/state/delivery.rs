//! How far outbound messages came. A state never goes back, whatever order reports arrive in (D2): each report counts as
//! the further of what is and what it says. Only a new attempt begins anew.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Chat, Direction, MessageRef};
use crate::chat::event::{ChatEvent, EarlyReceipt, FailureCause, Reached, Receipt};

/// Most early receipts of single messages that a chat keeps; beyond, the oldest is forgotten.
const KEPT: usize = 64;

/// How far a message came, in the order in which one state replaces another. What did arrive cannot have failed, and
/// what the messenger says of a message counts more than that nobody knew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// To be sent.
    Queued,
    /// Being handed over.
    Started,
    /// Handed over or not: nobody knows.
    Uncertain,
    /// The messenger has it.
    Sent,
    /// It was not sent or did not arrive.
    Failed,
    /// The contact's device has it.
    Delivered,
    /// The contact has seen it.
    Read,
}

impl Delivery {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde hands out references"
    )]
    pub(super) const fn is_queued(&self) -> bool {
        matches!(self, Self::Queued)
    }
}

/// Receipts that came before what they speak of was known to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Early {
    /// Of single messages, oldest first.
    pub messages: VecDeque<(Uuid, Reached)>,
    /// Everything that the messenger had until then was delivered.
    pub delivered_until: Option<Timestamp>,
    /// Everything that the messenger had until then was read.
    pub read_until: Option<Timestamp>,
}

impl Early {
    /// What is known already of a message that the messenger has had since `sent_at`, furthest last.
    #[must_use]
    pub fn of(&self, reference: Option<Uuid>, sent_at: Timestamp) -> Vec<Reached> {
        let mut known: Vec<Reached> = self
            .messages
            .iter()
            .filter(|(of, _)| Some(*of) == reference)
            .map(|(_, reached)| reached.clone())
            .collect();
        let until = |until: Option<Timestamp>| until.is_some_and(|until| sent_at <= until);
        known.extend(until(self.delivered_until).then_some(Reached::Delivered));
        known.extend(until(self.read_until).then_some(Reached::Read));
        known.sort_by_key(Reached::delivery);
        known
    }

    fn keep(&mut self, of: &EarlyReceipt, reached: &Reached) {
        match (of, reached) {
            (EarlyReceipt::Message { reference }, _) => {
                self.messages.push_back((*reference, reached.clone()));
                if self.messages.len() > KEPT {
                    self.messages.pop_front();
                }
            }
            (EarlyReceipt::UpTo { time }, Reached::Delivered) => {
                self.delivered_until = self.delivered_until.max(Some(*time));
            }
            (EarlyReceipt::UpTo { time }, Reached::Read) => {
                self.read_until = self.read_until.max(Some(*time));
            }
            (EarlyReceipt::UpTo { .. }, Reached::Failed { .. }) => {}
        }
    }
}

impl Reached {
    /// The state that it says.
    #[must_use]
    pub const fn delivery(&self) -> Delivery {
        match self {
            Self::Delivered => Delivery::Delivered,
            Self::Read => Delivery::Read,
            Self::Failed { .. } => Delivery::Failed,
        }
    }

    /// Why it did not arrive, if it did not.
    #[must_use]
    pub const fn cause(&self) -> Option<&FailureCause> {
        match self {
            Self::Failed { cause } => Some(cause),
            Self::Delivered | Self::Read => None,
        }
    }
}

impl MessageRef {
    fn forward(&mut self, to: Delivery) {
        self.delivery = self.delivery.max(to);
    }

    /// Whether a keyed hash is of one of its ids at the messenger; with the attempt that it belongs to.
    #[must_use]
    pub fn attempt_of(&self, reference: Uuid) -> Option<u32> {
        let mut known = self.references.iter();
        known
            .find(|(of, _)| *of == reference)
            .map(|(_, attempt)| *attempt)
    }
}

/// Folds an event about delivery. Total, as all of `evolve`.
pub(super) fn evolve(chat: &mut Chat, event: &ChatEvent) {
    match event {
        ChatEvent::MessageDelivered { receipt } => {
            if let Receipt::UpTo { seq } = receipt {
                chat.delivered_up_to = chat.delivered_up_to.max(*seq);
            }
            forward(chat, receipt, Delivery::Delivered);
        }
        ChatEvent::MessageReadByContact { receipt, .. } => {
            if let Receipt::UpTo { seq } = receipt {
                chat.read_up_to = chat.read_up_to.max(*seq);
            }
            forward(chat, receipt, Delivery::Read);
        }
        ChatEvent::MessageFailed { message_id, .. } => {
            chat.change(*message_id, |message| message.forward(Delivery::Failed));
        }
        ChatEvent::SendStarted { message_id, .. } => {
            chat.change(*message_id, |message| message.forward(Delivery::Started));
        }
        ChatEvent::MessageUncertain { message_id, .. } => {
            chat.change(*message_id, |message| message.forward(Delivery::Uncertain));
        }
        ChatEvent::MessageSent {
            message_id,
            attempt,
            reference,
            at,
            ..
        } => {
            chat.change(*message_id, |message| {
                message.forward(Delivery::Sent);
                message.sent_at = Some(*at);
                message
                    .references
                    .extend(reference.map(|reference| (reference, *attempt)));
            });
            if let Some(reference) = reference {
                chat.early.messages.retain(|(of, _)| of != reference);
            }
        }
        ChatEvent::MessageRetried {
            message_id,
            attempt,
            ..
        } => {
            chat.change(*message_id, |message| {
                message.delivery = Delivery::Queued;
                message.attempt = *attempt;
                message.sent_at = None;
            });
        }
        ChatEvent::ReceiptKept { of, reached, .. } => chat.early.keep(of, reached),
        _of_other_matters => {}
    }
}

fn forward(chat: &mut Chat, receipt: &Receipt, to: Delivery) {
    match receipt {
        Receipt::UpTo { seq } => chat.recent.change(
            |message| {
                message.direction == Direction::Outbound
                    && message.seq <= *seq
                    && !message.has_failed()
                    && message.delivery < to
            },
            |message| message.forward(to),
        ),
        Receipt::Messages { ids } => {
            for id in ids {
                chat.change(*id, |message| message.forward(to));
            }
        }
    }
}
