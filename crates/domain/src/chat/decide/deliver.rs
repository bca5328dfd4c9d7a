//! What becomes of a message that was sent: delivered, read, failed. States only go forward.

use jiff::Timestamp;

use super::Decision;
use super::access::known;
use crate::chat::event::{ChatEvent, FailureCause, Receipt};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Direction};
use crate::ids::MessageId;

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

/// A message fails only while it is queued: what arrived cannot fail any more (D2, D4).
pub(super) fn report_failed(chat: &Chat, message_id: MessageId, cause: FailureCause) -> Decision {
    known(chat)?;
    let message = chat
        .message(message_id)
        .filter(|message| message.direction == Direction::Outbound)
        .ok_or(ChatRefusal::MessageNotFound)?;
    if message.failed || message.seq <= chat.delivered_up_to {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::MessageFailed { message_id, cause }])
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
