//! What a chat must remember to decide, folded from its events.
//! Bounded, and holds no personal value: no text, no handle, no name.

mod delivery;
mod internal;
mod messages;
mod recent;
mod written;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use delivery::{Delivery, Early};
pub use messages::{Direction, EDIT_WINDOW_MINUTES, MessageRef, NOTES, NoteRef, RECENT};
pub use recent::Recent;

use super::event::{ChatEvent, Priority, ReopenCause, Snooze};
use super::internal::Internal;
use crate::actor::{Actor, Assignee};
use crate::channel::ChannelKind;
use crate::ids::{AgentId, ChannelId, ChatId, ClientId, ContactId};
use crate::policy::Window;

/// The state of one chat.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// Where it stands in its life.
    pub stage: Stage,
    /// The last number given out in the contact's window; 0 = none.
    pub contact_seq: u64,
    /// The newest messages, oldest first, at most [`RECENT`].
    pub recent: Recent<MessageRef>,
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
    /// Events so far: the sequence of the last one.
    pub version: u64,
    /// When things that can be undone were last changed.
    pub since: Since,
    /// Agents who starred it (H2).
    pub starred_by: BTreeSet<AgentId>,
    /// Its tags, each with the version that gave it (P4).
    pub tags: BTreeMap<String, u64>,
    /// How much it presses (P4).
    pub priority: Priority,
    /// The newest notes that are still there, oldest first, at most [`NOTES`].
    pub notes: VecDeque<NoteRef>,
    /// Agents whom notes mention, until they have seen it (P3).
    #[serde(default)]
    pub mentioned: BTreeSet<AgentId>,
    /// Agents with unsent text (F8).
    pub drafts: BTreeSet<AgentId>,
    /// The contact is not heard (P21).
    pub blocked: bool,
    /// They were erased up to this generation of keys when they last came back; 0 = never (N12).
    pub returned: i32,
    /// Who answers it; nobody in particular without. Stays through the archive (F7).
    pub assignee: Option<Assignee>,
    /// The client it was linked to (G1); merges are not followed here.
    pub client: Option<ClientId>,
    /// For how long it is put aside, if it is (P13). Stays through the archive.
    pub snooze: Option<Snooze>,
    /// When it was opened, closed or reopened, or somebody wrote, whichever was last.
    pub active_at: Option<Timestamp>,
    /// Until when the channel's policy lets one write (D7).
    pub window: Option<Window>,
    /// When the contact last wrote; comments do not count.
    pub last_inbound_at: Option<Timestamp>,
    /// Whether the contact commented.
    #[serde(default)]
    pub commented: bool,
    /// Receipts for what was not known to be sent.
    pub early: Early,
    /// Who belongs to it, where it is one of colleagues among themselves (A13).
    pub internal: Option<Box<Internal>>,
}

/// The versions at which things were last changed: what was changed again cannot be undone (N6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Since {
    /// The stage.
    pub stage: u64,
    /// What is unread.
    pub unread: u64,
    /// The priority.
    pub priority: u64,
    /// Whether the contact is blocked.
    pub blocked: u64,
    /// Who answers it.
    pub assignee: u64,
    /// The client.
    pub client: u64,
    /// Whether and how long it is put aside.
    pub snooze: u64,
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
    /// Gone for agents, until the contact writes again (H4).
    Deleted(Origin),
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
    /// What identifies the chat, once it is opened; also of one that was deleted.
    #[must_use]
    pub const fn origin(&self) -> Option<&Origin> {
        match &self.stage {
            Stage::Unopened => None,
            Stage::Open(origin) | Stage::Archived(origin) | Stage::Deleted(origin) => Some(origin),
        }
    }

    /// The chat's channel, once it is opened.
    #[must_use]
    pub fn channel_id(&self) -> Option<ChannelId> {
        self.origin().map(|origin| origin.channel_id)
    }

    /// Something came in: the team is told of it, unless the contact is blocked.
    fn hear(&mut self) {
        if !self.blocked {
            self.unanswered = true;
            self.set_unread(self.unread + 1);
        }
    }

    fn set_unread(&mut self, unread: u64) {
        self.unread = unread;
        self.since.unread = self.version;
    }

    fn set_blocked(&mut self, blocked: bool) {
        self.blocked = blocked;
        self.since.blocked = self.version;
    }

    fn set_client(&mut self, client: Option<ClientId>) {
        self.client = client;
        self.since.client = self.version;
    }

    /// What a blocked contact writes does not count (P21).
    fn rouse(&mut self, event: &ChatEvent) {
        let is_unheard = self.blocked && matches!(event, ChatEvent::MessageReceived { .. });
        if let Some(at) = event.active_at().filter(|_| !is_unheard) {
            self.active_at = Some(at);
        }
    }

    /// Nobody has to be told of what they wrote themselves.
    fn mention(&mut self, agents: &[AgentId], by: Option<&Actor>) {
        let writer = by.and_then(Actor::agent_id);
        let others = agents.iter().filter(|agent| Some(**agent) != writer);
        self.mentioned.extend(others);
    }

    fn set_snooze(&mut self, snooze: Option<Snooze>) {
        self.snooze = snooze;
        self.since.snooze = self.version;
    }

    /// Deleted: what the team had of it is gone. What the contact's window and late receipts need stays.
    fn forget(&mut self) {
        while self.forget_oldest() {}
        self.enter(Stage::Deleted);
        self.set_unread(0);
        self.unanswered = false;
        self.speaker = None;
        self.score = None;
        self.starred_by.clear();
        self.tags.clear();
        self.priority = Priority::default();
        self.since.priority = self.version;
        self.notes.clear();
        self.mentioned.clear();
        self.commented = false;
        self.drafts.clear();
        self.set_snooze(None);
    }

    fn enter(&mut self, stage: fn(Origin) -> Stage) {
        if let Some(origin) = self.origin().copied() {
            self.stage = stage(origin);
            self.since.stage = self.version;
        }
    }
}

/// Folds one event into the state. Total: what was stored was decided.
#[expect(clippy::too_many_lines, reason = "one arm an event")]
pub fn evolve(chat: &mut Chat, event: &ChatEvent) {
    chat.version += 1;
    if let Some(seq) = event.contact_seq() {
        chat.contact_seq = seq;
    }
    chat.rouse(event);
    match event {
        ChatEvent::ChatOpened {
            chat_id,
            channel_id,
            channel_kind,
            contact_id,
            ..
        } => {
            chat.since.stage = chat.version;
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
            comment,
            ..
        } => {
            chat.last_inbound_seq = *contact_seq;
            chat.remember(*message_id, None, *contact_seq, *at);
            if comment.is_some() {
                chat.commented = true;
                chat.change(*message_id, |message| message.comment = true);
            } else {
                chat.last_inbound_at = chat.last_inbound_at.max(Some(*at));
            }
            chat.hear();
        }
        ChatEvent::MessageDeleted { message_id, .. } => {
            chat.change(*message_id, |message| message.deleted = true);
        }
        ChatEvent::MessageReactionChanged {
            message_id,
            emoji,
            by,
            ..
        } => {
            let among_colleagues = chat.internal.is_some();
            chat.change(*message_id, |message| {
                message.react(by, emoji.as_ref(), among_colleagues);
            });
        }
        ChatEvent::AgentJoined { agent_id, .. } => chat.speaker = Some(*agent_id),
        ChatEvent::MessageQueued {
            message_id,
            contact_seq,
            at,
            by,
            terms,
            reply_to_comment,
            ..
        } => {
            chat.remember(*message_id, Some(*by), *contact_seq, *at);
            if reply_to_comment.is_some() {
                chat.change(*message_id, |message| {
                    message.reply_to_comment = *reply_to_comment;
                });
            }
            if let Some(terms) = terms {
                chat.change(*message_id, |message| message.manner = terms.manner());
            }
            chat.unanswered = false;
        }
        ChatEvent::MessageDelivered { .. }
        | ChatEvent::MessageReadByContact { .. }
        | ChatEvent::MessageFailed { .. }
        | ChatEvent::SendStarted { .. }
        | ChatEvent::MessageSent { .. }
        | ChatEvent::MessageUncertain { .. }
        | ChatEvent::MessageRetried { .. }
        | ChatEvent::ReceiptKept { .. } => delivery::evolve(chat, event),
        ChatEvent::ReplyWindowChanged { window } => chat.window = Some(window.clone()),
        ChatEvent::ChatRead { .. } | ChatEvent::ChatUnreadMarkRemoved { .. } => chat.set_unread(0),
        ChatEvent::ChatArchived { .. } => chat.enter(Stage::Archived),
        ChatEvent::ChatReopened { cause, .. } => {
            if *cause != ReopenCause::Undone {
                chat.speaker = None;
            }
            chat.enter(Stage::Open);
        }
        ChatEvent::ChatRated { score, .. } => chat.score = Some(*score),
        ChatEvent::ChatMarkedUnread { .. } => chat.set_unread(chat.unread.max(1)),
        ChatEvent::ChatStarred { by } => {
            chat.starred_by.insert(*by);
        }
        ChatEvent::ChatUnstarred { by } => {
            chat.starred_by.remove(by);
        }
        ChatEvent::ChatTagged { tags, .. } => {
            let version = chat.version;
            chat.tags
                .extend(tags.iter().map(|tag| (tag.clone(), version)));
        }
        ChatEvent::ChatUntagged { tags, .. } => chat.tags.retain(|tag, _| !tags.contains(tag)),
        ChatEvent::ChatPrioritized { priority, .. } => {
            chat.priority = *priority;
            chat.since.priority = chat.version;
        }
        ChatEvent::NoteAdded {
            note_id,
            mentions,
            by,
            ..
        } => {
            chat.remember_note(*note_id, by);
            chat.mention(mentions, Some(by));
        }
        ChatEvent::NoteEdited { mentions, by, .. } => chat.mention(mentions, by.as_ref()),
        ChatEvent::MentionsSeen { by } => {
            chat.mentioned.remove(by);
        }
        ChatEvent::NoteDeleted { note_id, .. } => chat.notes.retain(|note| note.id != *note_id),
        ChatEvent::DraftSaved { by, .. } => {
            chat.drafts.insert(*by);
        }
        ChatEvent::DraftDiscarded { by } => {
            chat.drafts.remove(by);
        }
        ChatEvent::ChatDeleted { .. } => chat.forget(),
        ChatEvent::ContactBlocked { .. } => chat.set_blocked(true),
        ChatEvent::ContactUnblocked { .. } => chat.set_blocked(false),
        ChatEvent::ContactReturned { generation, .. } => chat.returned = *generation,
        ChatEvent::ChatAssigned { to, .. } => {
            chat.assignee = *to;
            chat.since.assignee = chat.version;
        }
        ChatEvent::ChatLinked { client_id, .. } => chat.set_client(Some(*client_id)),
        ChatEvent::ChatUnlinked { .. } => chat.set_client(None),
        ChatEvent::ChatSnoozed { until, .. } => chat.set_snooze(Some(Snooze { until: *until })),
        ChatEvent::ChatUnsnoozed { .. } => chat.set_snooze(None),
        ChatEvent::InternalChatOpened(_)
        | ChatEvent::InternalMembersAdded(_)
        | ChatEvent::InternalMemberRemoved(_)
        | ChatEvent::InternalChatRenamed(_)
        | ChatEvent::InternalMessageSent(_)
        | ChatEvent::InternalChatRead(_)
        | ChatEvent::InternalChatMarkedUnread { .. }
        | ChatEvent::InternalChatAudited(_) => internal::evolve(chat, event),
    }
}
