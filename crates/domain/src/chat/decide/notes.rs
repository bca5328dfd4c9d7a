//! Private notes (P3). A note never reaches the contact, changes no mark and needs no reply window.

use jiff::Timestamp;

use super::Decision;
use super::access::{actor, may_act, opened};
use crate::chat::command::{ChatCommand, ChatFacts};
use crate::chat::event::ChatEvent;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::Chat;
use crate::ids::{AgentId, MessageId};
use crate::personal::Personal;

/// Most colleagues mentioned in one note.
const MOST_MENTIONS: usize = 50;

pub(super) fn add_note(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::AddNote {
        note_id,
        text,
        mentions,
        by,
        at,
    } = command
    else {
        return Ok(Vec::new());
    };
    let origin = opened(chat)?;
    may_act(origin, by, facts)?;
    if chat.note(note_id).is_some() {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::NoteAdded {
        note_id,
        text: Personal::new(origin.contact_id, text.into_string()),
        mentions: mentionable(mentions, facts)?,
        by: actor(by, facts),
        at,
    }])
}

/// The same edit sent twice is caught by its dedupe key: the state keeps no text to compare with.
pub(super) fn edit_note(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::EditNote {
        note_id,
        text,
        mentions,
        by,
        at,
    } = command
    else {
        return Ok(Vec::new());
    };
    let origin = opened(chat)?;
    may_act(origin, by, facts)?;
    own_note(chat, note_id, by)?;
    Ok(vec![ChatEvent::NoteEdited {
        note_id,
        text: Personal::new(origin.contact_id, text.into_string()),
        mentions: mentionable(mentions, facts)?,
        at,
        by: Some(actor(by, facts)),
    }])
}

pub(super) fn delete_note(
    chat: &Chat,
    note_id: MessageId,
    by: AgentId,
    at: Timestamp,
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    own_note(chat, note_id, by)?;
    Ok(vec![ChatEvent::NoteDeleted { note_id, at }])
}

fn own_note(chat: &Chat, id: MessageId, by: AgentId) -> Result<(), ChatRefusal> {
    let note = chat.note(id).ok_or(ChatRefusal::MessageNotFound)?;
    match note.by.agent_id() == Some(by) {
        true => Ok(()),
        false => Err(ChatRefusal::NotOwnMessage),
    }
}

/// Each once, and only who can read the chat: a mention tells of it.
fn mentionable(mut mentions: Vec<AgentId>, facts: &ChatFacts) -> Result<Vec<AgentId>, ChatRefusal> {
    if mentions.len() > MOST_MENTIONS {
        return Err(ChatRefusal::TooManyMentions {
            limit: MOST_MENTIONS as u32,
        });
    }
    mentions.sort_unstable();
    mentions.dedup();
    let reads = |id: &AgentId| {
        facts.named.iter().any(|agent| {
            agent.agent_id == *id
                && agent.active
                && (agent.role.sees_every_channel() || agent.channel_access)
        })
    };
    match mentions.iter().all(reads) {
        true => Ok(mentions),
        false => Err(ChatRefusal::MentionedWithoutAccess),
    }
}
