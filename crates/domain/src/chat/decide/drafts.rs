//! Unsent text of an agent (F8-F10). It is theirs alone, and sending takes it away.

use jiff::Timestamp;

use super::Decision;
use super::access::{may_act, opened};
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::Chat;
use crate::ids::{AgentId, MessageId};
use crate::personal::Personal;
use crate::text;

/// Most characters of a draft: more than can be sent, because somebody may still have to cut it.
const DRAFT_LIMIT: usize = 10_000;

/// Kept as it was typed, spaces and all. The same text saved twice is two events: the state keeps no text.
pub(super) fn save_draft(
    chat: &Chat,
    text: String,
    quotes: Option<MessageId>,
    (by, at): (AgentId, Timestamp),
    facts: &ChatFacts,
) -> Decision {
    let origin = opened(chat)?;
    may_act(origin, by, facts)?;
    let text = text.replace('\0', "");
    if !text::shows(&text) && quotes.is_none() {
        return Ok(discarded_by_sending(chat, by).into_iter().collect());
    }
    let length = text.chars().count();
    if length > DRAFT_LIMIT {
        return Err(ChatRefusal::DraftTooLong {
            limit: DRAFT_LIMIT as u32,
            length: length as u64,
        });
    }
    if quotes.is_some_and(|quoted| chat.message(quoted).is_none()) {
        return Err(ChatRefusal::QuotedMessageNotFound);
    }
    Ok(vec![ChatEvent::DraftSaved {
        by,
        text: Personal::new(origin.contact_id, text),
        quotes,
        at,
    }])
}

pub(super) fn discard_draft(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    Ok(discarded_by_sending(chat, by).into_iter().collect())
}

/// The end of an agent's draft, if they have one.
pub(super) fn discarded_by_sending(chat: &Chat, by: AgentId) -> Option<ChatEvent> {
    chat.drafts
        .contains(&by)
        .then_some(ChatEvent::DraftDiscarded { by })
}
