//! Closing a chat in which nothing happens any more (A10).

use jiff::{SignedDuration, Timestamp};

use crate::actor::Actor;
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::state::{Chat, Stage};

/// Whatever a timer saw, the chat itself says when something last happened in it. Nothing is closed when the setting is
/// another by now, or while the chat is snoozed: that has a time of its own. A chat that waits for an answer stays open where
/// the company wants that.
pub(super) fn close_idle_chat(
    chat: &Chat,
    policy: String,
    at: Timestamp,
    facts: &ChatFacts,
) -> Vec<ChatEvent> {
    let (Stage::Open(_), Some(active_at), Some(minutes)) =
        (&chat.stage, chat.active_at, facts.auto_close_minutes)
    else {
        return Vec::new();
    };
    let is_idle = at.duration_since(active_at) >= SignedDuration::from_mins(i64::from(minutes));
    let waits = facts.keep_unanswered_open && chat.unanswered;
    if !is_idle || waits || chat.snooze.is_some() {
        return Vec::new();
    }
    vec![ChatEvent::ChatArchived {
        by: Actor::Policy { name: policy },
        contact_seq: chat.contact_seq + 1,
        at,
    }]
}
