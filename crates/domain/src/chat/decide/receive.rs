//! What comes from the contact: messages, their changes, who they are, where they look, what they think.

use jiff::{SignedDuration, Timestamp};

use super::access::opened;
use super::send::erased_up_to;
use super::{Decision, carry, comments, snooze};
use crate::actor::Actor;
use crate::channel::ChannelKind;
use crate::chat::command::{ChatCommand, ChatFacts};
use crate::chat::comment::CommentPlace;
use crate::chat::event::{ChatEvent, ContactDescription, PageView, ReopenCause, UnsnoozeCause};
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Direction, EDIT_WINDOW_MINUTES, MessageRef, Origin, Stage};
use crate::ids::{ChatId, ContactId, MessageId};
use crate::personal::Personal;
use crate::policy;
use crate::text::{self, MESSAGE_LIMIT, MessageText};

/// What comes in is never refused: not for a closed chat, not for a lost channel (B1, F3). Only comments are, where the
/// channel was not told to take them (E1).
pub(super) fn receive_message(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::ReceiveMessage {
        chat_id,
        message_id,
        client_message_id,
        channel_id,
        channel_kind,
        handle,
        text,
        page,
        locale,
        advert_until,
        at,
        attachments,
        comment,
    } = command
    else {
        return Ok(Vec::new());
    };
    if chat.message(message_id).is_some() || (text.is_none() && attachments.is_empty()) {
        return Ok(Vec::new());
    }
    if comment.is_some() {
        comments::taken_in(facts)?;
    }
    let contact = ContactId::of(chat_id);
    let handle = Personal::new(contact, handle.replace('\0', ""));
    let mut events = Vec::new();
    if let Some(generation) = erased_up_to(chat, contact, facts) {
        let handle = handle.clone();
        events.push(ChatEvent::ContactReturned { handle, generation });
    }
    match &chat.stage {
        Stage::Open(_) => {}
        // Kept, but nothing moves for a blocked contact (P21).
        Stage::Archived(_) | Stage::Deleted(_) if chat.blocked => {}
        // A deleted chat begins anew with what comes now (H4).
        Stage::Unopened | Stage::Deleted(_) => events.push(ChatEvent::ChatOpened {
            chat_id,
            channel_id,
            channel_kind,
            contact_id: contact,
            handle,
            page: page
                .and_then(|page| clean_page(&page))
                .map(|page| Personal::new(contact, page)),
            locale: locale.and_then(|locale| text::attribute(&locale, 35)),
            at,
            by: None,
        }),
        Stage::Archived(_) => events.push(ChatEvent::ChatReopened {
            by: Actor::Contact { id: contact },
            cause: ReopenCause::ContactWrote,
            at,
        }),
    }
    if !chat.blocked {
        let by = Actor::Contact { id: contact };
        events.extend(snooze::ended(chat, by, UnsnoozeCause::Reply));
    }
    // A comment is no action in the conversation that a messenger's window counts from.
    let window = match comment {
        None => policy::opened(channel_kind, at, advert_until, chat.window.as_ref()),
        Some(_) => None,
    };
    let comment = comment.map(CommentPlace::clean);
    events.push(ChatEvent::MessageReceived {
        message_id,
        client_message_id,
        text: Personal::new(contact, text.into_string()),
        contact_seq: chat.contact_seq + 1,
        at,
        attachments: carry::received(attachments),
        comment: comment.map(|place| Personal::new(contact, place)),
    });
    events.extend(window.map(|window| ChatEvent::ReplyWindowChanged { window }));
    Ok(events)
}

/// The same edit sent twice is caught by its dedupe key: the state keeps no text to compare with.
pub(super) fn edit_received_message(
    chat: &Chat,
    message_id: MessageId,
    text: MessageText,
    at: Timestamp,
) -> Decision {
    let (origin, message) = own_message(chat, message_id)?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    within_own_window(origin, message, at)?;
    Ok(vec![ChatEvent::MessageEdited {
        message_id,
        text: Personal::new(origin.contact_id, text.into_string()),
        contact_seq: chat.contact_seq + 1,
        at,
        by: None,
    }])
}

pub(super) fn delete_received_message(
    chat: &Chat,
    message_id: MessageId,
    at: Timestamp,
) -> Decision {
    let (origin, message) = own_message(chat, message_id)?;
    if message.deleted {
        return Ok(Vec::new());
    }
    within_own_window(origin, message, at)?;
    Ok(vec![ChatEvent::MessageDeleted {
        message_id,
        contact_seq: chat.contact_seq + 1,
        at,
        by: None,
    }])
}

pub(super) fn react_to_message(
    chat: &Chat,
    message_id: MessageId,
    emoji: Option<String>,
) -> Decision {
    let origin = opened(chat)?;
    let message = chat
        .message(message_id)
        .ok_or(ChatRefusal::MessageNotFound)?;
    valid_emoji(emoji.as_deref())?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    if message.reaction == emoji {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::MessageReactionChanged {
        message_id,
        by: Actor::Contact {
            id: origin.contact_id,
        },
        emoji,
        contact_seq: chat.contact_seq + 1,
    }])
}

pub(super) fn describe_contact(
    chat: ChatId,
    description: &ContactDescription,
    verified: bool,
) -> Vec<ChatEvent> {
    let contact = ContactId::of(chat);
    let clean = |text: &Option<String>, limit| {
        text.as_deref()
            .and_then(|text| text::attribute(text, limit))
    };
    let description = ContactDescription {
        name: clean(&description.name, 200),
        email: clean(&description.email, 254),
        phone: clean(&description.phone, 50),
        fields: description
            .fields
            .iter()
            .filter_map(|(name, value)| {
                Some((
                    text::attribute(name, 100)?,
                    text::attribute(value, MESSAGE_LIMIT)?,
                ))
            })
            .take(50)
            .collect(),
    };
    if description == ContactDescription::default() && !verified {
        return Vec::new();
    }
    vec![ChatEvent::ContactDescribed {
        contact_id: contact,
        description: Personal::new(contact, description),
        verified,
    }]
}

pub(super) fn record_page_view(chat: &Chat, page: &PageView) -> Vec<ChatEvent> {
    match (chat.origin(), clean_page(page)) {
        (Some(origin), Some(page)) => {
            vec![ChatEvent::ContactPageViewed {
                page: Personal::new(origin.contact_id, page),
            }]
        }
        (None, _) | (_, None) => Vec::new(),
    }
}

pub(super) fn rate_chat(chat: &Chat, score: u8, comment: Option<&str>) -> Decision {
    let origin = opened(chat)?;
    if !(1..=5).contains(&score) {
        return Err(ChatRefusal::ScoreOutOfRange);
    }
    let comment = comment.map(|comment| comment.trim().replace('\0', ""));
    let comment = comment.filter(|comment| !comment.is_empty());
    if let Some(comment) = &comment {
        let length = comment.chars().count();
        if length > MESSAGE_LIMIT {
            return Err(ChatRefusal::CommentTooLong {
                limit: MESSAGE_LIMIT as u32,
                length: length as u64,
            });
        }
    }
    if chat.score == Some(score) && comment.is_none() {
        return Ok(Vec::new());
    }
    let comment = comment.map(|comment| Personal::new(origin.contact_id, comment));
    Ok(vec![ChatEvent::ChatRated { score, comment }])
}

fn own_message(chat: &Chat, id: MessageId) -> Result<(&Origin, &MessageRef), ChatRefusal> {
    let origin = opened(chat)?;
    let message = chat.message(id).ok_or(ChatRefusal::MessageNotFound)?;
    match message.direction {
        Direction::Inbound => Ok((origin, message)),
        Direction::Outbound => Err(ChatRefusal::NotOwnMessage),
    }
}

/// A messenger has limits of its own, and what it says happened.
fn within_own_window(
    origin: &Origin,
    message: &MessageRef,
    at: Timestamp,
) -> Result<(), ChatRefusal> {
    match origin.channel_kind {
        ChannelKind::WebChat => within_edit_window(message, at),
        _of_a_messenger => Ok(()),
    }
}

pub(super) fn within_edit_window(message: &MessageRef, at: Timestamp) -> Result<(), ChatRefusal> {
    let window = SignedDuration::from_mins(i64::from(EDIT_WINDOW_MINUTES));
    if at.duration_since(message.at) > window {
        return Err(ChatRefusal::EditWindowClosed {
            minutes: EDIT_WINDOW_MINUTES,
        });
    }
    Ok(())
}

pub(super) fn clean_page(page: &PageView) -> Option<PageView> {
    Some(PageView {
        url: text::attribute(&page.url, 2048)?,
        title: page
            .title
            .as_deref()
            .and_then(|title| text::attribute(title, 300)),
    })
}

/// A reaction is one emoji, or none.
pub(super) fn valid_emoji(emoji: Option<&str>) -> Result<(), ChatRefusal> {
    match emoji {
        Some(emoji) if !is_emoji(emoji) => Err(ChatRefusal::EmojiInvalid),
        Some(_) | None => Ok(()),
    }
}

/// One emoji, its modifiers and joiners; never letters, because a reaction is stored unsealed.
fn is_emoji(text: &str) -> bool {
    let keycap = text.ends_with('\u{20E3}');
    let base = |c: char| {
        matches!(c,
            '\u{1F000}'..='\u{1FAFF}' | '\u{2190}'..='\u{2BFF}' | '\u{A9}' | '\u{AE}' | '\u{203C}'
            | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}')
            || (keycap && (c.is_ascii_digit() || matches!(c, '#' | '*')))
    };
    let joint = |c: char| {
        matches!(
            c,
            '\u{200D}' | '\u{FE0E}' | '\u{FE0F}' | '\u{20E3}' | '\u{E0020}'..='\u{E007F}'
        )
    };
    let most = if keycap { 3 } else { 12 };
    text.chars().next().is_some_and(base)
        && text.chars().all(|c| base(c) || joint(c))
        && text.chars().count() <= most
}
