//! What the team has read.

use super::Decision;
use super::access::{may_act, opened};
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::state::Chat;
use crate::ids::AgentId;

pub(super) fn mark_chat_read(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    if chat.unread == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::ChatRead {
        by,
        up_to_seq: chat.last_inbound_seq,
        contact_seq: chat.contact_seq + 1,
    }])
}
