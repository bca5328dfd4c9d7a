//! Who answers a chat: given by hand, taken, given up, given out by a rule (F5, F6, A10).

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, can_answer, is_administrator, may_act, may_write, opened};
use crate::actor::{Actor, Assignee};
use crate::chat::command::ChatFacts;
use crate::chat::event::{AssignmentCause, ChatEvent};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Stage};
use crate::ids::AgentId;

/// Only the assignee and administrators give a chat away; an unassigned one must be taken first (F6). One whose assignee
/// was deactivated can be taken as if it were nobody's: else only administrators could free it.
pub(super) fn assign_chat(
    chat: &Chat,
    to: AgentId,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    let origin = opened(chat)?;
    may_act(origin, by, facts)?;
    if answers(chat, to) {
        return Ok(Vec::new());
    }
    let is_orphaned = has_left(chat, facts) && to == by;
    if !is_orphaned {
        may_write(chat, by, facts)?;
    }
    if chat.assignee.is_none() && to != by && !is_administrator(by, facts) {
        return Err(ChatRefusal::NotAssignee);
    }
    let assignee = can_answer(origin, to, facts)?;
    let cause = match chat.assignee {
        None if to == by => AssignmentCause::Taken,
        Some(_) if is_orphaned => AssignmentCause::Taken,
        None | Some(_) => AssignmentCause::ByHand,
    };
    Ok(vec![assigned(
        chat,
        Some(assignee),
        actor(by, facts),
        cause,
        at,
    )])
}

pub(super) fn unassign_chat(
    chat: &Chat,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    if chat.assignee.is_none() {
        return Ok(Vec::new());
    }
    may_write(chat, by, facts)?;
    let cause = AssignmentCause::ByHand;
    Ok(vec![assigned(chat, None, actor(by, facts), cause, at)])
}

/// A rule gives out what is active and nobody's; what somebody took meanwhile stays theirs.
pub(super) fn distribute_chat(
    chat: &Chat,
    to: AgentId,
    (policy, candidates): (String, Vec<AgentId>),
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    let origin = opened(chat)?;
    if chat.assignee.is_some() || !matches!(chat.stage, Stage::Open(_)) {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::ChatAssigned {
        to: Some(can_answer(origin, to, facts)?),
        from: None,
        by: Actor::Policy { name: policy },
        cause: AssignmentCause::Distribution,
        candidates,
        at,
    }])
}

/// Takes an assignment back: for who made it, besides those who may reassign.
pub(super) fn give_back(
    chat: &Chat,
    to: Option<Assignee>,
    assigned_by: &Actor,
    (by, at): (AgentId, Timestamp),
    facts: &ChatFacts,
) -> Decision {
    if assigned_by.agent_id() != Some(by) {
        may_write(chat, by, facts)?;
    }
    if let Some(to) = to {
        can_answer(opened(chat)?, to.id(), facts)?;
    }
    let cause = AssignmentCause::Undone;
    Ok(vec![assigned(chat, to, actor(by, facts), cause, at)])
}

/// Whether the assignee was deactivated.
fn has_left(chat: &Chat, facts: &ChatFacts) -> bool {
    chat.assignee
        .is_some_and(|assignee| facts.deactivated.contains(&assignee.id()))
}

fn answers(chat: &Chat, agent: AgentId) -> bool {
    chat.assignee.is_some_and(|assignee| assignee.id() == agent)
}

const fn assigned(
    chat: &Chat,
    to: Option<Assignee>,
    by: Actor,
    cause: AssignmentCause,
    at: Timestamp,
) -> ChatEvent {
    ChatEvent::ChatAssigned {
        to,
        from: chat.assignee,
        by,
        cause,
        candidates: Vec::new(),
        at,
    }
}
