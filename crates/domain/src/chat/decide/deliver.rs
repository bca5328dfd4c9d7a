//! What becomes of a message that was sent: delivered, read, failed. States only go forward.

use jiff::Timestamp;
use uuid::Uuid;

use super::Decision;
use super::access::{known, may_write};
use super::comments::let_through;
use crate::channel::capabilities::{self, Capabilities};
use crate::chat::command::{ChatFacts, ProviderMessage, ReceiptOf};
use crate::chat::event::{ChatEvent, EarlyReceipt, FailureCause, Reached, Receipt};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Delivery, Direction, MessageRef};
use crate::ids::{AgentId, MessageId};
use crate::personal::Personal;

/// Delivered and read are watermarks, so a late or repeated receipt changes nothing (D2).
pub(super) fn report_delivered(chat: &Chat, up_to_seq: u64) -> Decision {
    let seq = receipt_covers(chat, up_to_seq)?;
    Ok(delivered(chat, seq).into_iter().collect())
}

pub(super) fn report_read_by_contact(chat: &Chat, up_to_seq: u64, at: Timestamp) -> Decision {
    let seq = receipt_covers(chat, up_to_seq)?;
    if seq <= chat.read_up_to {
        return Ok(Vec::new());
    }
    let mut events: Vec<_> = delivered(chat, seq).into_iter().collect();
    events.push(ChatEvent::MessageReadByContact {
        receipt: Receipt::UpTo { seq },
        at,
    });
    Ok(events)
}

/// What arrived cannot fail any more (D2, D4).
pub(super) fn report_failed(chat: &Chat, message_id: MessageId, cause: FailureCause) -> Decision {
    let message = outbound(chat, message_id)?;
    Ok((message.delivery < Delivery::Failed)
        .then_some(ChatEvent::MessageFailed { message_id, cause })
        .into_iter()
        .collect())
}

/// Each attempt is started once: who finds it started was not the one who did, and must not send.
pub(super) fn start_send(
    chat: &Chat,
    message_id: MessageId,
    attempt: u32,
    epoch: i64,
    at: Timestamp,
) -> Decision {
    let message = outbound(chat, message_id)?;
    if message.attempt != attempt || message.delivery != Delivery::Queued {
        return Err(ChatRefusal::SendStartedBefore);
    }
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    Ok(vec![ChatEvent::SendStarted {
        message_id,
        attempt,
        epoch,
        at,
    }])
}

/// The messenger's answer, and with it the receipts that were faster.
pub(super) fn report_sent(
    chat: &Chat,
    message_id: MessageId,
    attempt: Option<u32>,
    provider: Option<ProviderMessage>,
    at: Timestamp,
) -> Decision {
    let contact = known(chat)?.contact_id;
    let message = outbound(chat, message_id)?;
    let attempt = attempt.unwrap_or(message.attempt);
    let (provider_id, reference) = provider.map_or((None, None), |provider| {
        let id = Personal::new(contact, provider.id);
        (Some(id), Some(provider.reference))
    });
    let told = match reference {
        Some(reference) => message.attempt_of(reference).is_some(),
        None => message.delivery >= Delivery::Sent,
    };
    if told || attempt > message.attempt {
        return Ok(Vec::new());
    }
    let mut events = vec![ChatEvent::MessageSent {
        message_id,
        attempt,
        provider_id,
        reference,
        at,
    }];
    let mut delivery = message.delivery.max(Delivery::Sent);
    for reached in chat.early.of(reference, at) {
        let late = attempt < message.attempt && reached.cause().is_some();
        if reached.delivery() > delivery && !late && message.can_reach(&reached) {
            delivery = reached.delivery();
            events.push(arrived(vec![message_id], reached, at));
        }
    }
    Ok(events)
}

/// Only an attempt that nothing was heard of is uncertain.
pub(super) fn report_uncertain(
    chat: &Chat,
    message_id: MessageId,
    attempt: u32,
    at: Timestamp,
) -> Decision {
    let message = outbound(chat, message_id)?;
    let unheard = message.attempt == attempt && message.delivery == Delivery::Started;
    Ok(unheard
        .then_some(ChatEvent::MessageUncertain {
            message_id,
            attempt,
            at,
        })
        .into_iter()
        .collect())
}

/// A receipt of the messenger, for one message or for all up to a time; what is not known to be sent is kept (D2).
pub(super) fn report_receipt(
    chat: &Chat,
    of: ReceiptOf,
    reached: Reached,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    let kind = known(chat)?.channel_kind;
    let reports = facts.channel.as_ref().and_then(|channel| channel.reports);
    let Some(reached) = believed(capabilities::of_channel(kind, reports), reached) else {
        return Ok(Vec::new());
    };
    let to = reached.delivery();
    match of {
        ReceiptOf::Message(id) => {
            let message = outbound(chat, id)?;
            let ahead = message.delivery < to && message.can_reach(&reached);
            Ok(ahead
                .then(|| arrived(vec![id], reached, at))
                .into_iter()
                .collect())
        }
        ReceiptOf::Reference(reference) => Ok(of_reference(chat, reference, reached, at)),
        ReceiptOf::UpTo(time) => Ok(of_time(chat, time, reached, at)),
    }
}

fn of_reference(chat: &Chat, reference: Uuid, reached: Reached, at: Timestamp) -> Vec<ChatEvent> {
    let mut newest = chat.recent.iter().rev();
    let found = newest.find_map(|message| Some((message, message.attempt_of(reference)?)));
    if let Some((message, attempt)) = found {
        // An attempt that was given up cannot fail the one that followed it.
        let late = attempt < message.attempt && reached.cause().is_some();
        let ahead = message.delivery < reached.delivery();
        let news = ahead && !late && message.can_reach(&reached);
        return news
            .then(|| arrived(vec![message.id], reached, at))
            .into_iter()
            .collect();
    }
    let mut kept = chat.early.messages.iter();
    if kept.any(|(of, known)| *of == reference && known.delivery() >= reached.delivery()) {
        return Vec::new();
    }
    vec![ChatEvent::ReceiptKept {
        of: EarlyReceipt::Message { reference },
        reached,
        at,
    }]
}

fn of_time(chat: &Chat, time: Timestamp, reached: Reached, at: Timestamp) -> Vec<ChatEvent> {
    let to = reached.delivery();
    let outbound = || {
        let recent = chat.recent.iter();
        recent.filter(|message| {
            message.direction == Direction::Outbound && message.can_reach(&reached)
        })
    };
    let covered = outbound()
        .filter(|message| message.sent_at.is_some_and(|sent| sent <= time) && message.delivery < to)
        .map(|message| message.id)
        .collect::<Vec<_>>();
    let mut events = Vec::new();
    let kept_until = match reached {
        Reached::Delivered => chat.early.delivered_until,
        Reached::Read => chat.early.read_until,
        Reached::Failed { .. } => return events,
    };
    let awaited = outbound().any(|message| message.sent_at.is_none() && message.delivery < to);
    if awaited && kept_until < Some(time) {
        events.push(ChatEvent::ReceiptKept {
            of: EarlyReceipt::UpTo { time },
            reached: reached.clone(),
            at,
        });
    }
    if !covered.is_empty() {
        events.push(arrived(covered, reached, at));
    }
    events
}

/// What a receipt says where the channel can know it; reading is shown only where it is reported (D3).
fn believed(can: Capabilities, reached: Reached) -> Option<Reached> {
    match reached {
        Reached::Failed { .. } => Some(reached),
        Reached::Read if can.reports_read => Some(Reached::Read),
        Reached::Read | Reached::Delivered => can.reports_delivered.then_some(Reached::Delivered),
    }
}

fn arrived(ids: Vec<MessageId>, reached: Reached, at: Timestamp) -> ChatEvent {
    let one = ids.first().copied();
    let receipt = Receipt::Messages { ids };
    match (reached, one) {
        (Reached::Failed { cause }, Some(message_id)) => {
            ChatEvent::MessageFailed { message_id, cause }
        }
        (Reached::Read, _) => ChatEvent::MessageReadByContact { receipt, at },
        (Reached::Delivered | Reached::Failed { .. }, _) => ChatEvent::MessageDelivered { receipt },
    }
}

/// Sends once more what failed, or what nobody knows of: the agent's choice, judged as a new message is (P15).
pub(super) fn retry_message(
    chat: &Chat,
    message_id: MessageId,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    may_write(chat, by, facts)?;
    let message = outbound(chat, message_id)?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    if !matches!(message.delivery, Delivery::Failed | Delivery::Uncertain) {
        return Err(ChatRefusal::MessageNotFailed);
    }
    let comment = message.reply_to_comment;
    let terms = let_through(chat, comment, &message.manner, (by, at), facts)?;
    Ok(vec![ChatEvent::MessageRetried {
        message_id,
        attempt: message.attempt + 1,
        by,
        terms,
        at,
    }])
}

fn outbound(chat: &Chat, id: MessageId) -> Result<&MessageRef, ChatRefusal> {
    known(chat)?;
    chat.message(id)
        .filter(|message| message.direction == Direction::Outbound)
        .ok_or(ChatRefusal::MessageNotFound)
}

/// The last outbound message that a receipt speaks of.
fn receipt_covers(chat: &Chat, up_to_seq: u64) -> Result<u64, ChatRefusal> {
    if up_to_seq > chat.contact_seq {
        return Err(ChatRefusal::SeqAhead {
            last: chat.contact_seq,
        });
    }
    Ok(chat.outbound_up_to(up_to_seq))
}

fn delivered(chat: &Chat, seq: u64) -> Option<ChatEvent> {
    (seq > chat.delivered_up_to).then_some(ChatEvent::MessageDelivered {
        receipt: Receipt::UpTo { seq },
    })
}
