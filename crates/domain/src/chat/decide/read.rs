//! What the team has read, and what an agent has seen of where they are mentioned (P3).

use super::Decision;
use super::access::{may_act, opened};
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::state::Chat;
use crate::ids::AgentId;

pub(super) fn mark_chat_read(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    let read = (chat.unread > 0).then(|| ChatEvent::ChatRead {
        by,
        up_to_seq: chat.last_inbound_seq,
        contact_seq: chat.contact_seq + 1,
    });
    let seen = chat.mentioned.contains(&by);
    let seen = seen.then_some(ChatEvent::MentionsSeen { by });
    Ok(read.into_iter().chain(seen).collect())
}
