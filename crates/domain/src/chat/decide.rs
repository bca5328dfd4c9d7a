//! The rules of a chat: a state, a command and facts in; events or a refusal out. Pure.

use jiff::{SignedDuration, Timestamp};

use super::command::{ChatCommand, ChatFacts};
use super::event::{ChatEvent, ContactDescription, FailureCause, PageView, Receipt, ReopenCause};
use super::refusal::ChatRefusal;
use super::state::{Chat, Direction, EDIT_WINDOW_MINUTES, MessageRef, Origin, Stage};
use crate::actor::Actor;
use crate::ids::{AgentId, ContactId, MessageId};
use crate::personal::Personal;
use crate::text::{self, MESSAGE_LIMIT, MessageText};

type Decision = Result<Vec<ChatEvent>, ChatRefusal>;

/// Decides a command. Repeating one that already took effect yields no event.
///
/// # Errors
/// The rule that stands against it.
pub fn decide(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    match command {
        command @ ChatCommand::ReceiveMessage { .. } => Ok(receive_message(chat, command)),
        ChatCommand::EditReceivedMessage {
            message_id,
            text,
            at,
        } => edit_received_message(chat, message_id, text, at),
        ChatCommand::DeleteReceivedMessage { message_id, at } => {
            delete_received_message(chat, message_id, at)
        }
        ChatCommand::ReactToMessage {
            message_id, emoji, ..
        } => react_to_message(chat, message_id, emoji),
        ChatCommand::DescribeContact {
            chat_id,
            description,
            verified,
        } => Ok(describe_contact(
            ContactId::of(chat_id),
            &description,
            verified,
        )),
        ChatCommand::RecordPageView { page } => Ok(record_page_view(chat, &page)),
        ChatCommand::RateChat { score, comment } => rate_chat(chat, score, comment.as_deref()),
        ChatCommand::EndChat { at } => Ok(end_chat(chat, at)),
        command @ ChatCommand::SendMessage { .. } => send_message(chat, command, facts),
        ChatCommand::ReportDelivered { up_to_seq } => report_delivered(chat, up_to_seq),
        ChatCommand::ReportReadByContact { up_to_seq, at } => {
            report_read_by_contact(chat, up_to_seq, at)
        }
        ChatCommand::ReportFailed { message_id, cause } => report_failed(chat, message_id, cause),
        ChatCommand::MarkChatRead { by } => mark_chat_read(chat, by, facts),
        ChatCommand::ArchiveChat { by, at } => archive_chat(chat, by, at, facts),
        ChatCommand::ReopenChat { by, at } => reopen_chat(chat, by, at, facts),
    }
}

/// What comes in is never refused: not for a closed chat, not for a lost channel (B1, F3).
fn receive_message(chat: &Chat, command: ChatCommand) -> Vec<ChatEvent> {
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
        at,
    } = command
    else {
        return Vec::new();
    };
    if chat.message(message_id).is_some() {
        return Vec::new();
    }
    let contact = ContactId::of(chat_id);
    let mut events = Vec::new();
    match &chat.stage {
        Stage::Unopened => events.push(ChatEvent::ChatOpened {
            chat_id,
            channel_id,
            channel_kind,
            contact_id: contact,
            handle: Personal::new(contact, handle.replace('\0', "")),
            page: page
                .and_then(|page| clean_page(&page))
                .map(|page| Personal::new(contact, page)),
            locale: locale.and_then(|locale| text::attribute(&locale, 35)),
            at,
        }),
        Stage::Open(_) => {}
        Stage::Archived(_) => events.push(ChatEvent::ChatReopened {
            by: Actor::Contact { id: contact },
            cause: ReopenCause::ContactWrote,
            at,
        }),
    }
    events.push(ChatEvent::MessageReceived {
        message_id,
        client_message_id,
        text: Personal::new(contact, text.into_string()),
        contact_seq: chat.contact_seq + 1,
        at,
    });
    events
}

/// The same edit sent twice is caught by its dedupe key: the state keeps no text to compare with.
fn edit_received_message(
    chat: &Chat,
    message_id: MessageId,
    text: MessageText,
    at: Timestamp,
) -> Decision {
    let (origin, message) = own_message(chat, message_id)?;
    if message.deleted {
        return Err(ChatRefusal::MessageDeleted);
    }
    within_edit_window(message, at)?;
    Ok(vec![ChatEvent::MessageEdited {
        message_id,
        text: Personal::new(origin.contact_id, text.into_string()),
        contact_seq: chat.contact_seq + 1,
        at,
    }])
}

fn delete_received_message(chat: &Chat, message_id: MessageId, at: Timestamp) -> Decision {
    let (_, message) = own_message(chat, message_id)?;
    if message.deleted {
        return Ok(Vec::new());
    }
    within_edit_window(message, at)?;
    Ok(vec![ChatEvent::MessageDeleted {
        message_id,
        contact_seq: chat.contact_seq + 1,
        at,
    }])
}

fn react_to_message(chat: &Chat, message_id: MessageId, emoji: Option<String>) -> Decision {
    let origin = opened(chat)?;
    let message = chat
        .message(message_id)
        .ok_or(ChatRefusal::MessageNotFound)?;
    if emoji.as_deref().is_some_and(|emoji| !is_emoji(emoji)) {
        return Err(ChatRefusal::EmojiInvalid);
    }
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

fn describe_contact(
    contact: ContactId,
    description: &ContactDescription,
    verified: bool,
) -> Vec<ChatEvent> {
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

fn record_page_view(chat: &Chat, page: &PageView) -> Vec<ChatEvent> {
    match (chat.origin(), clean_page(page)) {
        (Some(origin), Some(page)) => {
            vec![ChatEvent::ContactPageViewed {
                page: Personal::new(origin.contact_id, page),
            }]
        }
        (None, _) | (_, None) => Vec::new(),
    }
}

fn rate_chat(chat: &Chat, score: u8, comment: Option<&str>) -> Decision {
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

fn end_chat(chat: &Chat, at: Timestamp) -> Vec<ChatEvent> {
    match &chat.stage {
        Stage::Open(origin) => vec![ChatEvent::ChatArchived {
            by: Actor::Contact {
                id: origin.contact_id,
            },
            contact_seq: chat.contact_seq + 1,
            at,
        }],
        Stage::Unopened | Stage::Archived(_) => Vec::new(),
    }
}

/// An answer takes the chat out of the archive by itself (F4).
fn send_message(chat: &Chat, command: ChatCommand, facts: &ChatFacts) -> Decision {
    let ChatCommand::SendMessage {
        message_id,
        client_message_id,
        text,
        by,
        at,
    } = command
    else {
        return Ok(Vec::new());
    };
    let origin = opened(chat)?;
    may_act(origin, by, facts)?;
    if chat.message(message_id).is_some() {
        return Ok(Vec::new());
    }
    if !facts
        .channel
        .as_ref()
        .is_some_and(|channel| channel.connected)
    {
        return Err(ChatRefusal::ChannelDisconnected);
    }
    let mut events = Vec::new();
    let mut contact_seq = chat.contact_seq;
    let mut speaker = chat.speaker;
    if let Stage::Archived(_) = chat.stage {
        let by = Actor::Agent { id: by };
        events.push(ChatEvent::ChatReopened {
            by,
            cause: ReopenCause::AgentWrote,
            at,
        });
        speaker = None;
    }
    if speaker != Some(by) {
        contact_seq += 1;
        events.push(ChatEvent::AgentJoined {
            agent_id: by,
            contact_seq,
        });
    }
    events.push(ChatEvent::MessageQueued {
        message_id,
        client_message_id,
        by,
        text: Personal::new(origin.contact_id, text.into_string()),
        contact_seq: contact_seq + 1,
        at,
    });
    Ok(events)
}

/// Delivered and read are watermarks, so a late or repeated receipt changes nothing (D2).
fn report_delivered(chat: &Chat, up_to_seq: u64) -> Decision {
    let seq = receipt_covers(chat, up_to_seq)?;
    Ok(delivered(chat, seq).into_iter().collect())
}

fn report_read_by_contact(chat: &Chat, up_to_seq: u64, at: Timestamp) -> Decision {
    let seq = receipt_covers(chat, up_to_seq)?;
    if seq <= chat.read_up_to {
        return Ok(Vec::new());
    }
    let mut events: Vec<_> = delivered(chat, seq).into_iter().collect();
    events.push(ChatEvent::MessageReadByContact {
        receipt: Receipt::UpTo { seq },
        at,
    });
    Ok(events)
}

/// A message fails only while it is queued: what arrived cannot fail any more (D2, D4).
fn report_failed(chat: &Chat, message_id: MessageId, cause: FailureCause) -> Decision {
    opened(chat)?;
    let message = chat
        .message(message_id)
        .filter(|message| message.direction == Direction::Outbound)
        .ok_or(ChatRefusal::MessageNotFound)?;
    if message.failed || message.seq <= chat.delivered_up_to {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::MessageFailed { message_id, cause }])
}

fn mark_chat_read(chat: &Chat, by: AgentId, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    if chat.unread == 0 {
        return Ok(Vec::new());
    }
    Ok(vec![ChatEvent::ChatRead {
        by,
        up_to_seq: chat.last_inbound_seq,
        contact_seq: chat.contact_seq + 1,
    }])
}

fn archive_chat(chat: &Chat, by: AgentId, at: Timestamp, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    match chat.stage {
        Stage::Open(_) => Ok(vec![ChatEvent::ChatArchived {
            by: Actor::Agent { id: by },
            contact_seq: chat.contact_seq + 1,
            at,
        }]),
        Stage::Unopened | Stage::Archived(_) => Ok(Vec::new()),
    }
}

fn reopen_chat(chat: &Chat, by: AgentId, at: Timestamp, facts: &ChatFacts) -> Decision {
    may_act(opened(chat)?, by, facts)?;
    match chat.stage {
        Stage::Archived(_) => Ok(vec![ChatEvent::ChatReopened {
            by: Actor::Agent { id: by },
            cause: ReopenCause::Button,
            at,
        }]),
        Stage::Unopened | Stage::Open(_) => Ok(Vec::new()),
    }
}

fn opened(chat: &Chat) -> Result<&Origin, ChatRefusal> {
    chat.origin().ok_or(ChatRefusal::ChatNotFound)
}

/// The role's right and the channel's grant are both needed, and the refusal says which is missing (A3);
/// administrators need no grant (A4). Facts about someone or something else count as none.
fn may_act(origin: &Origin, by: AgentId, facts: &ChatFacts) -> Result<(), ChatRefusal> {
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

fn own_message(chat: &Chat, id: MessageId) -> Result<(&Origin, &MessageRef), ChatRefusal> {
    let origin = opened(chat)?;
    let message = chat.message(id).ok_or(ChatRefusal::MessageNotFound)?;
    match message.direction {
        Direction::Inbound => Ok((origin, message)),
        Direction::Outbound => Err(ChatRefusal::NotOwnMessage),
    }
}

fn within_edit_window(message: &MessageRef, at: Timestamp) -> Result<(), ChatRefusal> {
    let window = SignedDuration::from_mins(i64::from(EDIT_WINDOW_MINUTES));
    if at.duration_since(message.at) > window {
        return Err(ChatRefusal::EditWindowClosed {
            minutes: EDIT_WINDOW_MINUTES,
        });
    }
    Ok(())
}

/// The last outbound message that a receipt speaks of.
fn receipt_covers(chat: &Chat, up_to_seq: u64) -> Result<u64, ChatRefusal> {
    if up_to_seq > chat.contact_seq {
        return Err(ChatRefusal::SeqAhead {
            last: chat.contact_seq,
        });
    }
    Ok(chat.outbound_up_to(up_to_seq))
}

fn delivered(chat: &Chat, seq: u64) -> Option<ChatEvent> {
    (seq > chat.delivered_up_to).then_some(ChatEvent::MessageDelivered {
        receipt: Receipt::UpTo { seq },
    })
}

fn clean_page(page: &PageView) -> Option<PageView> {
    Some(PageView {
        url: text::attribute(&page.url, 2048)?,
        title: page
            .title
            .as_deref()
            .and_then(|title| text::attribute(title, 300)),
    })
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
