//! Who may do something in a chat. Rests on facts only; what is done is not its matter.

use crate::chat::command::ChatFacts;
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

/// The role's right and the channel's grant are both needed, and the refusal says which is missing (A3);
/// administrators need no grant (A4). Facts about someone or something else count as none.
pub(super) fn may_act(origin: &Origin, by: AgentId, facts: &ChatFacts) -> Result<(), ChatRefusal> {
    let agent = facts
        .agent
        .as_ref()
        .filter(|agent| agent.agent_id == by && agent.active);
    let agent = agent.ok_or(ChatRefusal::AgentInactive)?;
    if !agent.role.has_chats_right() {
        return Err(ChatRefusal::NoChatsRight);
    }
    let about_this_channel = facts
        .channel
        .as_ref()
        .is_none_or(|channel| channel.channel_id == origin.channel_id);
    let granted = agent.role.sees_every_channel() || agent.channel_access;
    if about_this_channel && granted {
        Ok(())
    } else {
        Err(ChatRefusal::NoChannelAccess)
    }
}
