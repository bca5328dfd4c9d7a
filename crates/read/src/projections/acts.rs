//! Table `acts`: rows of the timeline that are no messages (C5). Written once, never changed.

use hilo_domain::chat::{ChatEvent, Priority, ReopenCause, UnsnoozeCause};
use hilo_domain::{Actor, AgentId, ContactId};
use hilo_journal::ConsumerError;
use jiff::Timestamp;
use sqlx::types::Json;

use super::store::Bound;
use super::{Step, opened};
use crate::columns::{bound, column};
use crate::rows::{ActKind, ActRow};

/// The act an event is, if it is one.
pub(crate) fn act(step: &Step) -> Result<Option<ActRow>, ConsumerError> {
    let contact = Actor::Contact {
        id: ContactId::of(step.chat_id),
    };
    let (kind, actor, detail, at) = match &step.event {
        ChatEvent::ChatOpened {
            channel_kind,
            at,
            by,
            ..
        } => {
            let kind = serde_json::to_value(channel_kind)
                .ok()
                .and_then(|kind| kind.as_str().map(str::to_owned));
            let actor = by.clone().unwrap_or(contact);
            (ActKind::Opened, actor, kind, *at)
        }
        ChatEvent::ChatArchived { by, at, .. } => (ActKind::Archived, by.clone(), None, *at),
        ChatEvent::ChatReopened { by, cause, at } => (
            ActKind::Reopened,
            by.clone(),
            Some(cause_word(*cause).to_owned()),
            *at,
        ),
        ChatEvent::AgentJoined { agent_id, .. } => (
            ActKind::AgentJoined,
            Actor::Agent { id: *agent_id },
            None,
            step.occurred_at,
        ),
        ChatEvent::ChatRated { score, comment } => {
            let comment = comment
                .as_ref()
                .map(|comment| opened(step, comment))
                .transpose()?
                .flatten();
            let detail = comment.map_or_else(
                || score.to_string(),
                |comment| format!("{score}\n{comment}"),
            );
            (ActKind::Rated, contact, Some(detail), step.occurred_at)
        }
        ChatEvent::ChatDeleted { by, at } => (ActKind::Deleted, by.clone(), None, *at),
        ChatEvent::ChatAssigned { to, by, at, .. } => {
            let detail = to.map(|assignee| assignee.id().to_string());
            (ActKind::Reassigned, by.clone(), detail, *at)
        }
        ChatEvent::ChatSnoozed { until, by, at, .. } => {
            let until = until.map(|until| until.to_string());
            (ActKind::Snoozed, by.clone(), until, *at)
        }
        ChatEvent::ChatUnsnoozed { by, cause, .. } => {
            let cause = Some(unsnooze_word(*cause).to_owned());
            (ActKind::Unsnoozed, by.clone(), cause, step.occurred_at)
        }
        event if event.is_internal() => match among_colleagues(event) {
            Some((kind, by, detail, at)) => (kind, Actor::Agent { id: by }, detail, at),
            None => return Ok(None),
        },
        event => match marked(event) {
            Some((kind, by, detail)) => (kind, by.clone(), detail, step.occurred_at),
            None => return Ok(None),
        },
    };
    Ok(Some(ActRow {
        chat_id: step.chat_id,
        position: step.position,
        kind,
        actor,
        detail,
        at,
    }))
}

/// What was done to a chat by a mark: what, who, and more about it.
fn marked(event: &ChatEvent) -> Option<(ActKind, &Actor, Option<String>)> {
    Some(match event {
        ChatEvent::ChatMarkedUnread { by } => (ActKind::MarkedUnread, by, None),
        ChatEvent::ChatUnreadMarkRemoved { by } => (ActKind::UnreadMarkRemoved, by, None),
        ChatEvent::ChatTagged { tags, by } => (ActKind::Tagged, by, Some(tags.join("\n"))),
        ChatEvent::ChatUntagged { tags, by } => (ActKind::Untagged, by, Some(tags.join("\n"))),
        ChatEvent::ChatPrioritized { priority, was, by } => {
            let words = [*priority, *was].map(priority_word).join("\n");
            (ActKind::Prioritized, by, Some(words))
        }
        ChatEvent::ContactBlocked { by } => (ActKind::Blocked, by, None),
        ChatEvent::ContactUnblocked { by } => (ActKind::Unblocked, by, None),
        _ => return None,
    })
}

/// What was done to a chat of colleagues (A13).
fn among_colleagues(event: &ChatEvent) -> Option<(ActKind, AgentId, Option<String>, Timestamp)> {
    Some(match event {
        ChatEvent::InternalChatOpened(opening) => {
            let kind = Some("internal".to_owned());
            (ActKind::Opened, opening.by, kind, opening.at)
        }
        ChatEvent::InternalMembersAdded(added) => {
            let ids = added.members.iter().map(AgentId::to_string);
            let ids = Some(ids.collect::<Vec<_>>().join("\n"));
            (ActKind::MembersAdded, added.by, ids, added.at)
        }
        ChatEvent::InternalMemberRemoved(removed) => {
            let id = Some(removed.agent_id.to_string());
            (ActKind::MemberRemoved, removed.by, id, removed.at)
        }
        ChatEvent::InternalChatRenamed(renamed) => (ActKind::Renamed, renamed.by, None, renamed.at),
        ChatEvent::InternalChatAudited(audit) => (ActKind::Audited, audit.by, None, audit.at),
        _ => return None,
    })
}

const fn priority_word(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => "low",
        Priority::Normal => "normal",
        Priority::High => "high",
        Priority::Urgent => "urgent",
    }
}

const fn cause_word(cause: ReopenCause) -> &'static str {
    match cause {
        ReopenCause::Button => "button",
        ReopenCause::AgentWrote => "agent_wrote",
        ReopenCause::ContactWrote => "contact_wrote",
        ReopenCause::Undone => "undone",
    }
}

const fn unsnooze_word(cause: UnsnoozeCause) -> &'static str {
    match cause {
        UnsnoozeCause::Time => "time",
        UnsnoozeCause::Reply => "reply",
        UnsnoozeCause::Button => "button",
        UnsnoozeCause::Undone => "undone",
    }
}

/// Writes rows as [`bind`] binds them.
pub(crate) const WRITE: &str = "acts_written AS (
    INSERT INTO {read}.acts (chat_id, position, kind, actor, detail, at)
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::jsonb[], $5::text[], $6::timestamptz[]))";

/// Binds the acts of a batch, for [`WRITE`].
pub(crate) fn bind<'q>(acts: &'q [ActRow], query: Bound<'q>) -> Bound<'q> {
    query
        .bind(column(acts, |act| act.chat_id.as_uuid()))
        .bind(column(acts, |act| act.position.0))
        .bind(column(acts, |act| act.kind.word()))
        .bind(column(acts, |act| Json(&act.actor)))
        .bind(column(acts, |act| act.detail.as_deref()))
        .bind(column(acts, |act| bound(act.at)))
}
