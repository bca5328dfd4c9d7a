//! What a chat must remember to decide, folded from its events.
//! Bounded, and holds no personal value: no text, no handle, no name.

mod messages;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

pub use messages::{Direction, EDIT_WINDOW_MINUTES, MessageRef, RECENT};

use super::event::{ChatEvent, Receipt};
use crate::channel::ChannelKind;
use crate::ids::{AgentId, ChannelId, ChatId, ContactId};

/// The state of one chat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// Where it stands in its life.
    pub stage: Stage,
    /// The last number given out in the contact's window; 0 = none.
    pub contact_seq: u64,
    /// The newest messages, oldest first, at most [`RECENT`].
    pub recent: VecDeque<MessageRef>,
    /// Inbound messages since an agent read the chat (B2, B5).
    pub unread: u64,
    /// Whether the last message is the contact's (B3).
    pub unanswered: bool,
    /// Number of the last inbound message; 0 = none.
    pub last_inbound_seq: u64,
    /// Outbound messages up to this number are with the contact.
    pub delivered_up_to: u64,
    /// Outbound messages up to this number were seen by the contact.
    pub read_up_to: u64,
    /// Highest number of an outbound message that is no longer among the recent ones.
    pub forgotten_outbound_seq: u64,
    /// The agent who speaks, until the chat is reopened or another one speaks.
    pub speaker: Option<AgentId>,
    /// The last rating.
    pub score: Option<u8>,
}

/// The life of a chat. What identifies it exists from its opening on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody wrote yet.
    #[default]
    Unopened,
    /// Active.
    Open(Origin),
    /// Put away.
    Archived(Origin),
}

/// What identifies a chat once it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The chat.
    pub chat_id: ChatId,
    /// Its contact.
    pub contact_id: ContactId,
    /// Its channel.
    pub channel_id: ChannelId,
    /// The channel's kind.
    pub channel_kind: ChannelKind,
}

impl Chat {
    /// What identifies the chat, once it is opened.
    #[must_use]
    pub const fn origin(&self) -> Option<&Origin> {
        match &self.stage {
            Stage::Unopened => None,
            Stage::Open(origin) | Stage::Archived(origin) => Some(origin),
        }
    }

    /// The chat's channel, once it is opened.
    #[must_use]
    pub fn channel_id(&self) -> Option<ChannelId> {
        self.origin().map(|origin| origin.channel_id)
    }

    fn enter(&mut self, stage: fn(Origin) -> Stage) {
        if let Some(origin) = self.origin().copied() {
            self.stage = stage(origin);
        }
    }
}

/// Folds one event into the state. Total: what was stored was decided.
pub fn evolve(chat: &mut Chat, event: &ChatEvent) {
    if let Some(seq) = event.contact_seq() {
        chat.contact_seq = seq;
    }
    match event {
        ChatEvent::ChatOpened {
            chat_id,
            channel_id,
            channel_kind,
            contact_id,
            ..
        } => {
            chat.stage = Stage::Open(Origin {
                chat_id: *chat_id,
                contact_id: *contact_id,
                channel_id: *channel_id,
                channel_kind: *channel_kind,
            });
        }
        ChatEvent::ContactDescribed { .. }
        | ChatEvent::ContactPageViewed { .. }
        | ChatEvent::MessageEdited { .. } => {}
        ChatEvent::MessageReceived {
            message_id,
            contact_seq,
            at,
            ..
        } => {
            chat.last_inbound_seq = *contact_seq;
            chat.unread += 1;
            chat.remember(*message_id, Direction::Inbound, *contact_seq, *at);
        }
        ChatEvent::MessageDeleted { message_id, .. } => {
            chat.change(*message_id, |message| message.deleted = true);
        }
        ChatEvent::MessageReactionChanged {
            message_id, emoji, ..
        } => {
            chat.change(*message_id, |message| message.reaction.clone_from(emoji));
        }
        ChatEvent::AgentJoined { agent_id, .. } => chat.speaker = Some(*agent_id),
        ChatEvent::MessageQueued {
            message_id,
            contact_seq,
            at,
            ..
        } => {
            chat.remember(*message_id, Direction::Outbound, *contact_seq, *at);
        }
        ChatEvent::MessageDelivered {
            receipt: Receipt::UpTo { seq },
        } => {
            chat.delivered_up_to = chat.delivered_up_to.max(*seq);
        }
        ChatEvent::MessageReadByContact {
            receipt: Receipt::UpTo { seq },
            ..
        } => {
            chat.read_up_to = chat.read_up_to.max(*seq);
        }
        ChatEvent::MessageFailed { message_id, .. } => {
            chat.change(*message_id, |message| message.failed = true);
        }
        ChatEvent::ChatRead { .. } => chat.unread = 0,
        ChatEvent::ChatArchived { .. } => chat.enter(Stage::Archived),
        ChatEvent::ChatReopened { .. } => {
            chat.speaker = None;
            chat.enter(Stage::Open);
        }
        ChatEvent::ChatRated { score, .. } => chat.score = Some(*score),
    }
}
