//! Taking acts back (N6): each by what is its opposite, and only while nothing later stands against it.
//! Both stay in the journal: what was done, and that it was undone.

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, may_act, opened};
use super::{assign, link, marks, snooze};
use crate::chat::command::{ChatFacts, UndoneAct};
use crate::chat::event::{ChatEvent, ReopenCause, Snooze, UnsnoozeCause};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage, evolve};
use crate::ids::AgentId;

/// The last act first, each against the chat as it is then. All of them or none.
pub(super) fn undo_acts(
    chat: &Chat,
    acts: &[UndoneAct],
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    let mut now = chat.clone();
    let mut events = Vec::new();
    for act in acts.iter().rev() {
        for event in opposite(&now, act, (by, at), facts)? {
            evolve(&mut now, &event);
            events.push(event);
        }
    }
    Ok(events)
}

/// Whether there is an opposite of an event.
#[must_use]
pub const fn is_undoable(event: &ChatEvent) -> bool {
    match event {
        ChatEvent::ChatArchived { .. }
        | ChatEvent::ChatReopened {
            cause: ReopenCause::Button | ReopenCause::Undone,
            ..
        }
        | ChatEvent::ChatMarkedUnread { .. }
        | ChatEvent::ChatUnreadMarkRemoved { .. }
        | ChatEvent::ChatStarred { .. }
        | ChatEvent::ChatUnstarred { .. }
        | ChatEvent::ChatTagged { .. }
        | ChatEvent::ChatUntagged { .. }
        | ChatEvent::ChatPrioritized { .. }
        | ChatEvent::ContactBlocked { .. }
        | ChatEvent::ContactUnblocked { .. }
        | ChatEvent::ChatAssigned { .. }
        | ChatEvent::ChatLinked { .. }
        | ChatEvent::ChatUnlinked { .. }
        | ChatEvent::ChatSnoozed { .. }
        | ChatEvent::ChatUnsnoozed {
            cause: UnsnoozeCause::Button | UnsnoozeCause::Undone,
            ..
        } => true,
        ChatEvent::ChatOpened { .. }
        | ChatEvent::ContactDescribed { .. }
        | ChatEvent::ContactPageViewed { .. }
        | ChatEvent::MessageReceived { .. }
        | ChatEvent::MessageEdited { .. }
        | ChatEvent::MessageDeleted { .. }
        | ChatEvent::MessageReactionChanged { .. }
        | ChatEvent::AgentJoined { .. }
        | ChatEvent::MessageQueued { .. }
        | ChatEvent::MessageDelivered { .. }
        | ChatEvent::MessageReadByContact { .. }
        | ChatEvent::MessageFailed { .. }
        | ChatEvent::ChatRead { .. }
        | ChatEvent::ChatReopened { .. }
        | ChatEvent::ChatRated { .. }
        | ChatEvent::ReplyWindowChanged { .. }
        | ChatEvent::SendStarted { .. }
        | ChatEvent::MessageSent { .. }
        | ChatEvent::MessageUncertain { .. }
        | ChatEvent::MessageRetried { .. }
        | ChatEvent::ReceiptKept { .. }
        | ChatEvent::ContactReturned { .. }
        | ChatEvent::NoteAdded { .. }
        | ChatEvent::NoteEdited { .. }
        | ChatEvent::NoteDeleted { .. }
        | ChatEvent::MentionsSeen { .. }
        | ChatEvent::DraftSaved { .. }
        | ChatEvent::DraftDiscarded { .. }
        | ChatEvent::ChatDeleted { .. }
        | ChatEvent::ChatUnsnoozed { .. }
        | ChatEvent::InternalChatOpened(_)
        | ChatEvent::InternalMembersAdded(_)
        | ChatEvent::InternalMemberRemoved(_)
        | ChatEvent::InternalChatRenamed(_)
        | ChatEvent::InternalMessageSent(_)
        | ChatEvent::InternalChatRead(_)
        | ChatEvent::InternalChatAudited(_)
        | ChatEvent::InternalChatMarkedUnread { .. } => false,
    }
}

/// The events that take an act back. The chat remembers when each thing was last changed: where that is not the act
/// itself, something later stands against it.
#[expect(clippy::too_many_lines, reason = "one arm an act")]
fn opposite(
    chat: &Chat,
    act: &UndoneAct,
    (agent, at): (AgentId, Timestamp),
    facts: &ChatFacts,
) -> Decision {
    let by = actor(agent, facts);
    let (since, sequence) = (chat.since, act.sequence);
    let event = match &act.event {
        ChatEvent::ChatArchived { .. } => {
            unless_changed(since.stage == sequence && matches!(chat.stage, Stage::Archived(_)))?;
            ChatEvent::ChatReopened {
                by,
                cause: ReopenCause::Undone,
                at,
            }
        }
        ChatEvent::ChatReopened {
            cause: ReopenCause::Button | ReopenCause::Undone,
            ..
        } => {
            unless_changed(since.stage == sequence && matches!(chat.stage, Stage::Open(_)))?;
            ChatEvent::ChatArchived {
                by,
                contact_seq: chat.contact_seq + 1,
                at,
            }
        }
        ChatEvent::ChatMarkedUnread { .. } => {
            unless_changed(since.unread == sequence)?;
            ChatEvent::ChatUnreadMarkRemoved { by }
        }
        ChatEvent::ChatUnreadMarkRemoved { .. } => {
            unless_changed(since.unread == sequence)?;
            ChatEvent::ChatMarkedUnread { by }
        }
        ChatEvent::ChatStarred { by: owner } => {
            unless_changed(chat.starred_by.contains(owner))?;
            ChatEvent::ChatUnstarred { by: *owner }
        }
        ChatEvent::ChatUnstarred { by: owner } => {
            unless_changed(!chat.starred_by.contains(owner))?;
            ChatEvent::ChatStarred { by: *owner }
        }
        ChatEvent::ChatTagged { tags, .. } => {
            unless_changed(tags.iter().all(|tag| chat.tags.get(tag) == Some(&sequence)))?;
            let tags = tags.clone();
            ChatEvent::ChatUntagged { tags, by }
        }
        ChatEvent::ChatUntagged { tags, .. } => {
            unless_changed(tags.iter().all(|tag| !chat.tags.contains_key(tag)))?;
            return marks::tagged(chat, tags.clone(), by);
        }
        ChatEvent::ChatPrioritized { priority, was, .. } => {
            unless_changed(since.priority == sequence)?;
            ChatEvent::ChatPrioritized {
                priority: *was,
                was: *priority,
                by,
            }
        }
        ChatEvent::ContactBlocked { .. } => {
            unless_changed(since.blocked == sequence)?;
            ChatEvent::ContactUnblocked { by }
        }
        ChatEvent::ContactUnblocked { .. } => {
            unless_changed(since.blocked == sequence)?;
            ChatEvent::ContactBlocked { by }
        }
        ChatEvent::ChatAssigned { from, by: who, .. } => {
            unless_changed(since.assignee == sequence)?;
            return assign::give_back(chat, *from, who, (agent, at), facts);
        }
        ChatEvent::ChatLinked { client_id, was, .. } => {
            unless_changed(since.client == sequence)?;
            link::unlinked(*client_id, *was, by)
        }
        ChatEvent::ChatUnlinked { client_id, .. } => {
            unless_changed(since.client == sequence)?;
            ChatEvent::ChatLinked {
                client_id: *client_id,
                was: None,
                by,
            }
        }
        ChatEvent::ChatSnoozed { was, .. } => {
            unless_changed(since.snooze == sequence)?;
            match *was {
                // The time of the one before may be over: then the timer ends it at once.
                Some(Snooze { until }) => ChatEvent::ChatSnoozed {
                    until,
                    was: chat.snooze,
                    by,
                    at,
                },
                None => return Ok(snooze::ended(chat, by, UnsnoozeCause::Undone)),
            }
        }
        ChatEvent::ChatUnsnoozed {
            was: Snooze { until },
            cause: UnsnoozeCause::Button | UnsnoozeCause::Undone,
            ..
        } => {
            unless_changed(since.snooze == sequence)?;
            ChatEvent::ChatSnoozed {
                until: *until,
                was: None,
                by,
                at,
            }
        }
        ChatEvent::ChatOpened { .. }
        | ChatEvent::ContactDescribed { .. }
        | ChatEvent::ContactPageViewed { .. }
        | ChatEvent::MessageReceived { .. }
        | ChatEvent::MessageEdited { .. }
        | ChatEvent::MessageDeleted { .. }
        | ChatEvent::MessageReactionChanged { .. }
        | ChatEvent::AgentJoined { .. }
        | ChatEvent::MessageQueued { .. }
        | ChatEvent::MessageDelivered { .. }
        | ChatEvent::MessageReadByContact { .. }
        | ChatEvent::MessageFailed { .. }
        | ChatEvent::ChatRead { .. }
        | ChatEvent::ChatReopened { .. }
        | ChatEvent::ChatRated { .. }
        | ChatEvent::ReplyWindowChanged { .. }
        | ChatEvent::SendStarted { .. }
        | ChatEvent::MessageSent { .. }
        | ChatEvent::MessageUncertain { .. }
        | ChatEvent::MessageRetried { .. }
        | ChatEvent::ReceiptKept { .. }
        | ChatEvent::ContactReturned { .. }
        | ChatEvent::NoteAdded { .. }
        | ChatEvent::NoteEdited { .. }
        | ChatEvent::NoteDeleted { .. }
        | ChatEvent::MentionsSeen { .. }
        | ChatEvent::DraftSaved { .. }
        | ChatEvent::DraftDiscarded { .. }
        | ChatEvent::ChatDeleted { .. }
        | ChatEvent::ChatUnsnoozed { .. }
        | ChatEvent::InternalChatOpened(_)
        | ChatEvent::InternalMembersAdded(_)
        | ChatEvent::InternalMemberRemoved(_)
        | ChatEvent::InternalChatRenamed(_)
        | ChatEvent::InternalMessageSent(_)
        | ChatEvent::InternalChatRead(_)
        | ChatEvent::InternalChatAudited(_)
        | ChatEvent::InternalChatMarkedUnread { .. } => return Err(ChatRefusal::NotUndoable),
    };
    Ok(vec![event])
}

const fn unless_changed(still: bool) -> Result<(), ChatRefusal> {
    match still {
        true => Ok(()),
        false => Err(ChatRefusal::ChangedSince),
    }
}
