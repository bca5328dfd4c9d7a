//! Deleting a whole chat (H4) and blocking its contact (P21).

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, may_act, may_write};
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage};
use crate::ids::AgentId;

/// Deleting again changes nothing. That needs the same rights: who has none is not told that the chat was there.
pub(super) fn delete_chat(chat: &Chat, by: AgentId, at: Timestamp, facts: &ChatFacts) -> Decision {
    if let Stage::Deleted(origin) = &chat.stage {
        may_act(origin, by, facts).map_err(|_| ChatRefusal::ChatNotFound)?;
        return Ok(Vec::new());
    }
    may_write(chat, by, facts)?;
    Ok(vec![ChatEvent::ChatDeleted {
        by: actor(by, facts),
        at,
    }])
}

pub(super) fn block_contact(
    chat: &Chat,
    by: AgentId,
    blocked: bool,
    facts: &ChatFacts,
) -> Decision {
    may_write(chat, by, facts)?;
    let by = actor(by, facts);
    Ok(match (chat.blocked, blocked) {
        (false, true) => vec![ChatEvent::ContactBlocked { by }],
        (true, false) => vec![ChatEvent::ContactUnblocked { by }],
        (true, true) | (false, false) => Vec::new(),
    })
}
