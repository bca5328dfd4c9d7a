//! Putting a chat away and taking it out again.

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, may_act, opened};
use crate::actor::Actor;
use crate::chat::command::ChatFacts;
use crate::chat::event::{ChatEvent, ReopenCause};
use crate::chat::state::{Chat, Stage};
use crate::ids::AgentId;

pub(super) fn end_chat(chat: &Chat, at: Timestamp) -> Vec<ChatEvent> {
    match &chat.stage {
        Stage::Open(origin) => vec![ChatEvent::ChatArchived {
            by: Actor::Contact {
                id: origin.contact_id,
            },
            contact_seq: chat.contact_seq + 1,
            at,
        }],
        Stage::Unopened | Stage::Archived(_) | Stage::Deleted(_) => Vec::new(),
    }
}

pub(super) fn archive_chat(chat: &Chat, by: AgentId, at: Timestamp, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    match chat.stage {
        Stage::Open(_) => Ok(vec![ChatEvent::ChatArchived {
            by: actor(by, facts),
            contact_seq: chat.contact_seq + 1,
            at,
        }]),
        Stage::Unopened | Stage::Archived(_) | Stage::Deleted(_) => Ok(Vec::new()),
    }
}

pub(super) fn reopen_chat(chat: &Chat, by: AgentId, at: Timestamp, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    match chat.stage {
        Stage::Archived(_) => Ok(vec![ChatEvent::ChatReopened {
            by: actor(by, facts),
            cause: ReopenCause::Button,
            at,
        }]),
        Stage::Unopened | Stage::Open(_) | Stage::Deleted(_) => Ok(Vec::new()),
    }
}
