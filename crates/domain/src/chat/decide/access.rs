//! Who may do something in a chat. Rests on facts only; what is done is not its matter.

use crate::actor::{Actor, Assignee};
use crate::agent::Role;
use crate::channel::ChannelKind;
use crate::chat::command::{AgentFact, ChatFacts};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Origin, Stage};
use crate::ids::AgentId;

/// A chat that is there for agents.
pub(super) fn opened(chat: &Chat) -> Result<&Origin, ChatRefusal> {
    match &chat.stage {
        Stage::Open(origin) | Stage::Archived(origin) => Ok(origin),
        Stage::Unopened | Stage::Deleted(_) => Err(ChatRefusal::ChatNotFound),
    }
}

/// A chat that was ever opened: for what becomes of messages that were sent before it was deleted.
pub(super) fn known(chat: &Chat) -> Result<&Origin, ChatRefusal> {
    chat.origin().ok_or(ChatRefusal::ChatNotFound)
}

/// The right to chats and the channel's grant are both needed, and the refusal says which is missing (A3);
/// administrators need no grant (A4). Facts about someone or something else count as none.
pub(super) fn may_act(origin: &Origin, by: AgentId, facts: &ChatFacts) -> Result<(), ChatRefusal> {
    let agent = about(facts.agent.as_ref(), by).ok_or(ChatRefusal::AgentInactive)?;
    if !agent.chats_right {
        return Err(ChatRefusal::NoChatsRight);
    }
    if has_access(origin, agent, facts) {
        Ok(())
    } else {
        Err(ChatRefusal::NoChannelAccess)
    }
}

/// Who may act may also write while nobody in particular answers the chat; else the assignee and administrators (F7).
pub(super) fn may_write(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Result<(), ChatRefusal> {
    against_writing(opened(chat)?, chat.assignee, by, facts)
}

/// What stands against writing in a chat, on the side of who would.
pub(in crate::chat) fn against_writing(
    origin: &Origin,
    assignee: Option<Assignee>,
    by: AgentId,
    facts: &ChatFacts,
) -> Result<(), ChatRefusal> {
    may_act(origin, by, facts)?;
    match assignee {
        Some(assignee) if assignee.id() != by && !is_administrator(by, facts) => {
            Err(ChatRefusal::AssignedToAnother { assignee })
        }
        Some(_) | None => Ok(()),
    }
}

/// Whether the one to answer a chat can: the refusal says what they lack (A3).
pub(super) fn can_answer(
    origin: &Origin,
    to: AgentId,
    facts: &ChatFacts,
) -> Result<Assignee, ChatRefusal> {
    let named = facts.named.iter().find_map(|fact| about(Some(fact), to));
    let agent = named.ok_or(ChatRefusal::AssigneeInactive)?;
    if !agent.chats_right {
        return Err(ChatRefusal::AssigneeWithoutChatsRight);
    }
    if !has_access(origin, agent, facts) {
        return Err(ChatRefusal::AssigneeWithoutChannelAccess);
    }
    Ok(match agent.role {
        Role::Bot => Assignee::Bot { id: to },
        Role::Administrator | Role::Agent | Role::Auditor | Role::Integrator => {
            Assignee::Agent { id: to }
        }
    })
}

pub(super) fn is_administrator(by: AgentId, facts: &ChatFacts) -> bool {
    about(facts.agent.as_ref(), by).is_some_and(|agent| matches!(agent.role, Role::Administrator))
}

/// Whoever acts, as events name them: a bot is no employee (P24).
pub(super) fn actor(by: AgentId, facts: &ChatFacts) -> Actor {
    match is_bot(by, facts) {
        true => Actor::Bot { id: by },
        false => Actor::Agent { id: by },
    }
}

pub(super) fn is_bot(by: AgentId, facts: &ChatFacts) -> bool {
    about(facts.agent.as_ref(), by).is_some_and(|agent| matches!(agent.role, Role::Bot))
}

fn about(fact: Option<&AgentFact>, agent: AgentId) -> Option<&AgentFact> {
    fact.filter(|fact| fact.agent_id == agent && fact.active)
}

fn has_access(origin: &Origin, agent: &AgentFact, facts: &ChatFacts) -> bool {
    // Among colleagues only the chat itself says who belongs to it: whoever is here was asked for that.
    if origin.channel_kind == ChannelKind::Internal {
        return true;
    }
    let about_this_channel = facts
        .channel
        .as_ref()
        .is_none_or(|channel| channel.channel_id == origin.channel_id);
    about_this_channel && (agent.role.sees_every_channel() || agent.channel_access)
}
