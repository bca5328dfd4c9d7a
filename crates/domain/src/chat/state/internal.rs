//! How a chat of colleagues among themselves changes (A13): who belongs to it and how far each has read.

use super::{Chat, Origin, Stage};
use crate::channel::ChannelKind;
use crate::chat::event::ChatEvent;
use crate::chat::internal::Internal;
use crate::ids::{ChannelId, ContactId};

/// Folds an event of such a chat. Total, as all of `evolve`.
pub(super) fn evolve(chat: &mut Chat, event: &ChatEvent) {
    if let ChatEvent::InternalChatOpened(opening) = event {
        chat.since.stage = chat.version;
        chat.stage = Stage::Open(Origin {
            chat_id: opening.chat_id,
            contact_id: ContactId::of(opening.chat_id),
            channel_id: ChannelId::of_internal(opening.chat_id),
            channel_kind: ChannelKind::Internal,
        });
        let mut internal = Internal {
            direct: opening.direct,
            ..Internal::default()
        };
        internal.add(&opening.members, 0);
        chat.internal = Some(Box::new(internal));
    }
    if let ChatEvent::InternalMessageSent(message) = event {
        chat.remember(
            message.message_id,
            Some(message.by),
            message.contact_seq,
            message.at,
        );
    }
    let seen = chat.contact_seq;
    let Some(internal) = chat.internal.as_deref_mut() else {
        return;
    };
    match event {
        ChatEvent::InternalMembersAdded(added) => internal.add(&added.members, seen),
        ChatEvent::InternalMemberRemoved(removed) => {
            internal.members.remove(&removed.agent_id);
        }
        ChatEvent::InternalMessageSent(message) => internal.write(message),
        ChatEvent::InternalChatRead(reading) => internal.read(reading),
        ChatEvent::InternalChatMarkedUnread { by } => internal.mark_unread(*by),
        _of_the_chat_itself => {}
    }
}
