//! Writing to who may never have written (C10, C11).

use super::Decision;
use super::access::actor;
use super::send::send_message;
use crate::channel::capabilities::{self, Starts};
use crate::chat::command::{ChatCommand, ChatFacts};
use crate::chat::event::ChatEvent;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage, evolve};
use crate::ids::ContactId;
use crate::personal::Personal;

/// Opens the chat where nobody wrote yet, and writes the first message in it. Who may, and whether the policy lets it
/// through, is decided as for any message.
pub(super) fn start_chat(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::StartChat {
        chat_id,
        channel_id,
        channel_kind,
        handle,
        message,
        at,
    } = command
    else {
        return Ok(Vec::new());
    };
    let ChatCommand::SendMessage { by, .. } = &*message else {
        return Ok(Vec::new());
    };
    if matches!(chat.stage, Stage::Open(_) | Stage::Archived(_)) {
        return send_message(chat, *message, facts);
    }
    match capabilities::of(channel_kind).starts {
        Starts::Never => return Err(ChatRefusal::CannotStartChat),
        Starts::MobileNumber if !is_mobile_number(&handle) => {
            return Err(ChatRefusal::MobileNumberNeeded);
        }
        Starts::MobileNumber | Starts::Handle => {}
    }
    let contact_id = ContactId::of(chat_id);
    let opening = ChatEvent::ChatOpened {
        chat_id,
        channel_id,
        channel_kind,
        contact_id,
        handle: Personal::new(contact_id, handle.replace('\0', "")),
        page: None,
        locale: None,
        at,
        by: Some(actor(*by, facts)),
    };
    let mut opened = chat.clone();
    evolve(&mut opened, &opening);
    let mut events = vec![opening];
    events.extend(send_message(&opened, *message, facts)?);
    Ok(events)
}

/// International form: a plus, no zero behind it, 8 to 15 digits (E.164).
fn is_mobile_number(handle: &str) -> bool {
    let digits = handle.strip_prefix('+').unwrap_or_default();
    (8..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|digit| digit.is_ascii_digit())
}
