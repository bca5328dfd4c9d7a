//! Putting a chat aside until a time or until the contact writes (P13). It stays what it is, active or archived.

use jiff::{SignedDuration, Timestamp};

use super::Decision;
use super::access::{actor, may_act, opened};
use crate::actor::Actor;
use crate::chat::command::ChatFacts;
use crate::chat::event::{ChatEvent, Snooze, UnsnoozeCause};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage};
use crate::ids::AgentId;

/// A snooze ends within a year, leap years included.
const LONGEST: SignedDuration = SignedDuration::from_hours(366 * 24);

pub(super) fn snooze_chat(
    chat: &Chat,
    until: Option<Timestamp>,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    let until = until.map(stored);
    let is_possible = |until: Timestamp| until > at && until.duration_since(at) <= LONGEST;
    if !until.is_none_or(is_possible) {
        return Err(ChatRefusal::SnoozeTimeInvalid);
    }
    if chat.snooze == Some(Snooze { until }) {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::ChatSnoozed {
        until,
        was: chat.snooze,
        by: actor(by, facts),
        at,
    }])
}

pub(super) fn unsnooze_chat(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    Ok(ended(chat, actor(by, facts), UnsnoozeCause::Button))
}

/// The time came: unless somebody ended the snooze meanwhile, or set another time.
pub(super) fn end_snooze(
    chat: &Chat,
    rests_on: Timestamp,
    policy: String,
    at: Timestamp,
) -> Vec<ChatEvent> {
    let until = Some(stored(rests_on));
    if matches!(chat.stage, Stage::Deleted(_))
        || chat.snooze != Some(Snooze { until })
        || until > Some(at)
    {
        return Vec::new();
    }
    ended(chat, Actor::Policy { name: policy }, UnsnoozeCause::Time)
}

/// The event that ends the chat's snooze, if there is one to end.
pub(super) fn ended(chat: &Chat, by: Actor, cause: UnsnoozeCause) -> Vec<ChatEvent> {
    let end = |was| ChatEvent::ChatUnsnoozed { was, by, cause };
    chat.snooze.map(end).into_iter().collect()
}

/// A time as the database keeps it: the timer reads it back and must find the same one here.
fn stored(until: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(until.as_microsecond()).unwrap_or(until)
}
