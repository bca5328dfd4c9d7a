//! What an agent does with a message besides sending it: quote, react, edit, take back (C6).
//! Each needs that the channel can.

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, may_write, opened};
use super::receive::{valid_emoji, within_edit_window};
use crate::channel::capabilities::{self, MessageAction};
use crate::chat::command::ChatFacts;
use crate::chat::event::ChatEvent;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Direction, MessageRef, Origin};
use crate::ids::{AgentId, MessageId};
use crate::personal::Personal;
use crate::text::MessageText;

/// Whether a message of this chat may be quoted.
pub(super) fn quotable(chat: &Chat, quoted: MessageId, origin: &Origin) -> Result<(), ChatRefusal> {
    let message = chat
        .message(quoted)
        .ok_or(ChatRefusal::QuotedMessageNotFound)?;
    if message.deleted {
        return Err(ChatRefusal::QuotedMessageNotFound);
    }
    between_the_two(message)?;
    channel_can(origin, MessageAction::Quote)
}

pub(super) fn edit_sent_message(
    chat: &Chat,
    message_id: MessageId,
    text: MessageText,
    (by, at): (AgentId, Timestamp),
    facts: &ChatFacts,
) -> Decision {
    let origin = opened(chat)?;
    may_write(chat, by, facts)?;
    let message = own_message(chat, message_id, by)?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    between_the_two(message)?;
    channel_can(origin, MessageAction::Edit)?;
    within_edit_window(message, at)?;
    Ok(vec![ChatEvent::MessageEdited {
        message_id,
        text: Personal::new(origin.contact_id, text.into_string()),
        contact_seq: chat.contact_seq + 1,
        at,
        by: Some(actor(by, facts)),
    }])
}

pub(super) fn delete_sent_message(
    chat: &Chat,
    message_id: MessageId,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    let origin = opened(chat)?;
    may_write(chat, by, facts)?;
    let message = own_message(chat, message_id, by)?;
    if message.deleted {
        return Ok(Vec::new());
    }
    between_the_two(message)?;
    channel_can(origin, MessageAction::Delete)?;
    within_edit_window(message, at)?;
    Ok(vec![ChatEvent::MessageDeleted {
        message_id,
        contact_seq: chat.contact_seq + 1,
        at,
        by: Some(actor(by, facts)),
    }])
}

/// A messenger knows the company as one: the team has one reaction on a message, whoever put it.
pub(super) fn react_as_agent(
    chat: &Chat,
    message_id: MessageId,
    emoji: Option<String>,
    by: AgentId,
    facts: &ChatFacts,
) -> Decision {
    let origin = opened(chat)?;
    may_write(chat, by, facts)?;
    let message = chat
        .message(message_id)
        .ok_or(ChatRefusal::MessageNotFound)?;
    valid_emoji(emoji.as_deref())?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    between_the_two(message)?;
    channel_can(origin, MessageAction::React)?;
    if message.own_reaction == emoji {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::MessageReactionChanged {
        message_id,
        by: actor(by, facts),
        emoji,
        contact_seq: chat.contact_seq + 1,
    }])
}

fn own_message(chat: &Chat, id: MessageId, by: AgentId) -> Result<&MessageRef, ChatRefusal> {
    let message = chat.message(id).ok_or(ChatRefusal::MessageNotFound)?;
    match message.direction == Direction::Outbound && message.by == Some(by) {
        true => Ok(message),
        false => Err(ChatRefusal::NotOwnMessage),
    }
}

/// What the table says of messages does not hold for what stands under a publication.
const fn between_the_two(message: &MessageRef) -> Result<(), ChatRefusal> {
    match message.is_public() {
        true => Err(ChatRefusal::OnlyReplyToComment),
        false => Ok(()),
    }
}

/// The table of the channel's kind says so, whatever kind it is.
fn channel_can(origin: &Origin, action: MessageAction) -> Result<(), ChatRefusal> {
    match capabilities::of(origin.channel_kind).can(action) {
        true => Ok(()),
        false => Err(ChatRefusal::ChannelCannot { action }),
    }
}
