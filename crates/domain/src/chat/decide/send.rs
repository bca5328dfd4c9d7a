//! Writing to the contact.

use super::Decision;
use super::access::{may_write, opened};
use super::{drafts, messages};
use crate::actor::Actor;
use crate::chat::command::{ChatCommand, ChatFacts};
use crate::chat::event::{ChatEvent, ReopenCause};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage};
use crate::personal::Personal;

/// An answer takes the chat out of the archive by itself (F4).
pub(super) fn send_message(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::SendMessage {
        message_id,
        client_message_id,
        text,
        by,
        at,
        quotes,
    } = command
    else {
        return Ok(Vec::new());
    };
    let origin = opened(chat)?;
    may_write(chat, by, facts)?;
    if chat.message(message_id).is_some() {
        return Ok(Vec::new());
    }
    if !facts
        .channel
        .as_ref()
        .is_some_and(|channel| channel.connected)
    {
        return Err(ChatRefusal::ChannelDisconnected);
    }
    if chat.blocked {
        return Err(ChatRefusal::ContactBlocked);
    }
    if let Some(quoted) = quotes {
        messages::quotable(chat, quoted, origin)?;
    }
    let mut events = Vec::new();
    let mut contact_seq = chat.contact_seq;
    let mut speaker = chat.speaker;
    if let Stage::Archived(_) = chat.stage {
        let by = Actor::Agent { id: by };
        events.push(ChatEvent::ChatReopened {
            by,
            cause: ReopenCause::AgentWrote,
            at,
        });
        speaker = None;
    }
    if speaker != Some(by) {
        contact_seq += 1;
        events.push(ChatEvent::AgentJoined {
            agent_id: by,
            contact_seq,
        });
    }
    events.push(ChatEvent::MessageQueued {
        message_id,
        client_message_id,
        by,
        text: Personal::new(origin.contact_id, text.into_string()),
        contact_seq: contact_seq + 1,
        at,
        quotes,
    });
    events.extend(drafts::discarded_by_sending(chat, by));
    Ok(events)
}
