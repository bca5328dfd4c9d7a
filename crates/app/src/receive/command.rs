//! A visitor's act as a command on their chat, and an answer out of what it did. Pure: clock and ids are given.

use hilo_channels::webchat::act::{Form, VisitorAct};
use hilo_channels::webchat::session::Page;
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{ChatCommand, ChatEvent, ContactDescription, PageView};
use hilo_domain::{Attachment, MessageId};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Visitor;

/// How far a visitor's clock may be off before it is not believed at all.
const BELIEVED: SignedDuration = SignedDuration::from_mins(5);

/// What one event needs to become a command.
pub(super) struct Setting<'a> {
    pub visitor: &'a Visitor,
    pub client_event_id: Uuid,
    /// Server time.
    pub now: Timestamp,
    /// The visitor's time.
    pub sent_at: Option<Timestamp>,
    /// Where the visitor is.
    pub page: Option<PageView>,
    /// The id of the message that the visitor calls so.
    pub message_id: &'a dyn Fn(Uuid) -> MessageId,
    /// What the message carries.
    pub attachments: Vec<Attachment>,
}

/// The command of an act, or `None` for what is never stored.
pub(super) fn of_act(act: VisitorAct, setting: Setting<'_>) -> Option<ChatCommand> {
    let Setting {
        visitor,
        client_event_id,
        now,
        sent_at,
        page,
        message_id,
        attachments,
    } = setting;
    Some(match act {
        VisitorAct::MessageText { text } | VisitorAct::MessageFile { caption: text, .. } => {
            ChatCommand::ReceiveMessage {
                chat_id: visitor.chat_id,
                message_id: message_id(client_event_id),
                client_message_id: Some(client_event_id),
                channel_id: visitor.channel_id,
                channel_kind: ChannelKind::WebChat,
                handle: visitor.visitor_id.to_string(),
                text,
                page,
                locale: visitor.locale.clone(),
                advert_until: None,
                at: shown_time(sent_at, now),
                comment: None,
                attachments,
            }
        }
        VisitorAct::MessageEdit {
            client_message_id,
            text,
        } => ChatCommand::EditReceivedMessage {
            message_id: message_id(client_message_id),
            text,
            at: now,
        },
        VisitorAct::MessageDelete { client_message_id } => ChatCommand::DeleteReceivedMessage {
            message_id: message_id(client_message_id),
            at: now,
        },
        VisitorAct::Reaction { message_id, emoji } => ChatCommand::ReactToMessage {
            message_id: MessageId::from_uuid(message_id),
            emoji,
            at: now,
        },
        VisitorAct::Read { up_to_seq } => ChatCommand::ReportReadByContact { up_to_seq, at: now },
        VisitorAct::PageView { page } => ChatCommand::RecordPageView {
            page: page_view(page),
        },
        VisitorAct::FormSubmit(form) => ChatCommand::DescribeContact {
            chat_id: visitor.chat_id,
            description: description(form),
            verified: false,
        },
        VisitorAct::Rating { score, comment } => ChatCommand::RateChat { score, comment },
        VisitorAct::End => ChatCommand::EndChat { at: now },
        VisitorAct::Typing { .. } => return None,
    })
}

/// The visitor's time when it is near the server's, never one to come; else the server's.
fn shown_time(sent_at: Option<Timestamp>, now: Timestamp) -> Timestamp {
    sent_at
        .filter(|sent| now.duration_since(*sent).abs() <= BELIEVED)
        .map_or(now, |sent| sent.min(now))
}

pub(super) fn page_view(page: Page) -> PageView {
    PageView {
        url: page.url,
        title: page.title,
    }
}

fn description(form: Form) -> ContactDescription {
    ContactDescription {
        name: form.name,
        email: form.email,
        phone: form.phone,
        fields: form.fields.into_iter().collect(),
    }
}

/// Number and id of what an act added to the visitor's stream.
pub(super) fn trace(events: &[ChatEvent]) -> (Option<u64>, Option<MessageId>) {
    events
        .iter()
        .rev()
        .find_map(|event| match event {
            ChatEvent::MessageReceived {
                message_id,
                contact_seq,
                ..
            }
            | ChatEvent::MessageEdited {
                message_id,
                contact_seq,
                ..
            }
            | ChatEvent::MessageDeleted {
                message_id,
                contact_seq,
                ..
            }
            | ChatEvent::MessageReactionChanged {
                message_id,
                contact_seq,
                ..
            } => Some((Some(*contact_seq), Some(*message_id))),
            ChatEvent::ChatArchived { contact_seq, .. } => Some((Some(*contact_seq), None)),
            _ => None,
        })
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_clock_that_is_nearly_right_is_believed_for_display_only() {
        let now = at(10_000);
        assert_eq!(shown_time(None, now), now);
        assert_eq!(shown_time(Some(at(9_700)), now), at(9_700));
        assert_eq!(shown_time(Some(at(9_699)), now), now);
        assert_eq!(
            shown_time(Some(at(10_100)), now),
            now,
            "never a time to come"
        );
        assert_eq!(shown_time(Some(at(20_000)), now), now);
    }
}
