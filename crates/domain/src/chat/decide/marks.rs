//! Marks that the team or one agent puts on a chat: unread, star, tags, priority. The contact sees none of them.

use super::Decision;
use super::access::{actor, may_act, opened};
use crate::actor::Actor;
use crate::chat::command::ChatFacts;
use crate::chat::event::{ChatEvent, Priority};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::Chat;
use crate::ids::AgentId;
use crate::text;

/// Most tags of a chat.
pub const MOST_TAGS: usize = 20;
/// Most characters of a tag.
pub const TAG_LIMIT: usize = 50;

/// Where something is unread already there is nothing to mark (H3).
pub(super) fn mark_chat_unread(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    if chat.unread > 0 {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::ChatMarkedUnread {
        by: actor(by, facts),
    }])
}

/// Each agent has their own star (H2).
pub(super) fn star_chat(chat: &Chat, by: AgentId, starred: bool, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    Ok(match (chat.starred_by.contains(&by), starred) {
        (false, true) => vec![ChatEvent::ChatStarred { by }],
        (true, false) => vec![ChatEvent::ChatUnstarred { by }],
        (true, true) | (false, false) => Vec::new(),
    })
}

pub(super) fn add_tags(chat: &Chat, by: AgentId, tags: &[String], facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    let mut new = Vec::new();
    for tag in clean(tags)? {
        if !chat.tags.contains_key(&tag) && !new.contains(&tag) {
            new.push(tag);
        }
    }
    tagged(chat, new, actor(by, facts))
}

/// The event of tags that the chat has not, if there are any.
pub(super) fn tagged(chat: &Chat, new: Vec<String>, by: Actor) -> Decision {
    if chat.tags.len() + new.len() > MOST_TAGS {
        return Err(ChatRefusal::TooManyTags {
            limit: MOST_TAGS as u32,
        });
    }
    Ok(match new.is_empty() {
        true => Vec::new(),
        false => vec![ChatEvent::ChatTagged { tags: new, by }],
    })
}

pub(super) fn remove_tags(
    chat: &Chat,
    by: AgentId,
    tags: &[String],
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    let tags = clean(tags)?;
    let gone: Vec<_> = chat
        .tags
        .keys()
        .filter(|tag| tags.contains(tag))
        .cloned()
        .collect();
    Ok(match gone.is_empty() {
        true => Vec::new(),
        false => vec![ChatEvent::ChatUntagged {
            tags: gone,
            by: actor(by, facts),
        }],
    })
}

pub(super) fn prioritize(
    chat: &Chat,
    by: AgentId,
    priority: Priority,
    facts: &ChatFacts,
) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    if chat.priority == priority {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::ChatPrioritized {
        priority,
        was: chat.priority,
        by: actor(by, facts),
    }])
}

/// Tags as they are stored. How many come is looked at first: 10,000 are not looked at one by one.
fn clean(tags: &[String]) -> Result<Vec<String>, ChatRefusal> {
    if tags.len() > MOST_TAGS {
        return Err(ChatRefusal::TooManyTags {
            limit: MOST_TAGS as u32,
        });
    }
    tags.iter().map(|tag| label(tag)).collect()
}

/// One line that can be seen, not too long. A tag is stored unsealed: it is the team's word, not the contact's.
fn label(tag: &str) -> Result<String, ChatRefusal> {
    let tag = tag.trim();
    let fits =
        text::shows(tag) && !tag.contains(char::is_control) && tag.chars().count() <= TAG_LIMIT;
    match fits {
        true => Ok(tag.to_owned()),
        false => Err(ChatRefusal::TagInvalid {
            limit: TAG_LIMIT as u32,
        }),
    }
}
