//! What happened in a chat, as it is stored for ever. Stored names are written by hand;
//! a stored event is never changed (see tests/golden/events).

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::comment::CommentPlace;
use super::internal::{
    InternalAudit, InternalMemberRemoval, InternalMembers, InternalMessage, InternalOpening,
    InternalReading, InternalTitle,
};
pub use super::values::{
    AssignmentCause, ContactDescription, EarlyReceipt, FailureCause, PageView, Priority, Reached,
    Receipt, ReopenCause, SendWarning, Snooze, UnsnoozeCause,
};
use crate::actor::{Actor, Assignee};
use crate::attachment::Attachment;
use crate::channel::ChannelKind;
use crate::ids::{AgentId, ChannelId, ChatId, ClientId, ContactId, MessageId, TemplateId};
use crate::personal::Personal;
use crate::policy::{Terms, Window};

/// A fact about one chat. `contact_seq` numbers what the contact's own window shows: 1, 2, 3, without a gap.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data")]
#[expect(
    missing_docs,
    reason = "ids, times and numbers are named after what they are"
)]
pub enum ChatEvent {
    /// The first message made the chat (B1).
    #[serde(rename = "chat_opened")]
    ChatOpened {
        chat_id: ChatId,
        channel_id: ChannelId,
        channel_kind: ChannelKind,
        contact_id: ContactId,
        handle: Personal<String>,
        page: Option<Personal<PageView>>,
        locale: Option<String>,
        at: Timestamp,
        /// Who wrote first, where it was not the contact (C10).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// Somebody said who the contact is; `verified` only with a proof of identity.
    #[serde(rename = "contact_described")]
    ContactDescribed {
        contact_id: ContactId,
        description: Personal<ContactDescription>,
        verified: bool,
    },
    /// The contact went to another page of the site.
    #[serde(rename = "contact_page_viewed")]
    ContactPageViewed { page: Personal<PageView> },
    /// The contact wrote.
    #[serde(rename = "message_received")]
    MessageReceived {
        message_id: MessageId,
        client_message_id: Option<Uuid>,
        text: Personal<String>,
        contact_seq: u64,
        at: Timestamp,
        /// What it carries beside its text (C16).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
        /// Where it stands, if it is a comment under a publication (E2).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comment: Option<Personal<CommentPlace>>,
    },
    /// Its writer changed a message; the one before stays in the journal. `by` is missing where the contact did.
    #[serde(rename = "message_edited")]
    MessageEdited {
        message_id: MessageId,
        text: Personal<String>,
        contact_seq: u64,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// Its writer took a message back. `by` is missing where the contact did.
    #[serde(rename = "message_deleted")]
    MessageDeleted {
        message_id: MessageId,
        contact_seq: u64,
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// A reaction was put on a message, changed, or taken away (`emoji` null).
    #[serde(rename = "message_reaction_changed")]
    MessageReactionChanged {
        message_id: MessageId,
        by: Actor,
        emoji: Option<String>,
        contact_seq: u64,
    },
    /// An agent speaks here for the first time since the chat opened or another agent spoke.
    #[serde(rename = "agent_joined")]
    AgentJoined { agent_id: AgentId, contact_seq: u64 },
    /// An agent wrote; not yet with the contact.
    #[serde(rename = "message_queued")]
    MessageQueued {
        message_id: MessageId,
        client_message_id: Option<Uuid>,
        by: AgentId,
        text: Personal<String>,
        contact_seq: u64,
        at: Timestamp,
        /// The message of this chat that it answers (C6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quotes: Option<MessageId>,
        /// The comment that it answers for everybody to read (E3).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to_comment: Option<MessageId>,
        /// On what terms the channel's policy let it through; none where there is none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        terms: Option<Terms>,
        /// What it carries beside its text (C16).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
        /// The template that it was written with (H9).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        template_id: Option<TemplateId>,
        /// What stood against it, and did not stop it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<SendWarning>,
    },
    /// The contact's device has the messages that the receipt covers.
    #[serde(rename = "message_delivered")]
    MessageDelivered { receipt: Receipt },
    /// The contact has seen the messages that the receipt covers.
    #[serde(rename = "message_read_by_contact")]
    MessageReadByContact { receipt: Receipt, at: Timestamp },
    /// A message could not be handed over.
    #[serde(rename = "message_failed")]
    MessageFailed {
        message_id: MessageId,
        cause: FailureCause,
    },
    /// An agent has seen all inbound messages up to `up_to_seq`.
    #[serde(rename = "chat_read")]
    ChatRead {
        by: AgentId,
        up_to_seq: u64,
        contact_seq: u64,
    },
    /// The chat was put away.
    #[serde(rename = "chat_archived")]
    ChatArchived {
        by: Actor,
        contact_seq: u64,
        at: Timestamp,
    },
    /// The chat is active again.
    #[serde(rename = "chat_reopened")]
    ChatReopened {
        by: Actor,
        cause: ReopenCause,
        at: Timestamp,
    },
    /// Somebody else answers the chat from here on, or nobody in particular (F5). A rule says whom it chose among.
    #[serde(rename = "chat_assigned")]
    ChatAssigned {
        to: Option<Assignee>,
        from: Option<Assignee>,
        by: Actor,
        cause: AssignmentCause,
        candidates: Vec<AgentId>,
        at: Timestamp,
    },
    /// The contact rated the conversation.
    #[serde(rename = "chat_rated")]
    ChatRated {
        score: u8,
        comment: Option<Personal<String>>,
    },
    /// The team has it unread again, though all was read (H3).
    #[serde(rename = "chat_marked_unread")]
    ChatMarkedUnread { by: Actor },
    /// That mark was taken back.
    #[serde(rename = "chat_unread_mark_removed")]
    ChatUnreadMarkRemoved { by: Actor },
    /// An agent starred it, for themselves alone (H2).
    #[serde(rename = "chat_starred")]
    ChatStarred { by: AgentId },
    /// An agent took their star away.
    #[serde(rename = "chat_unstarred")]
    ChatUnstarred { by: AgentId },
    /// It got tags that it had not (P4).
    #[serde(rename = "chat_tagged")]
    ChatTagged { tags: Vec<String>, by: Actor },
    /// It lost tags that it had.
    #[serde(rename = "chat_untagged")]
    ChatUntagged { tags: Vec<String>, by: Actor },
    /// It got another priority (P4).
    #[serde(rename = "chat_prioritized")]
    ChatPrioritized {
        priority: Priority,
        was: Priority,
        by: Actor,
    },
    /// Somebody wrote a note that the contact never sees (P3).
    #[serde(rename = "note_added")]
    NoteAdded {
        note_id: MessageId,
        text: Personal<String>,
        mentions: Vec<AgentId>,
        by: Actor,
        at: Timestamp,
    },
    /// Its writer changed a note; the one before stays in the journal.
    #[serde(rename = "note_edited")]
    NoteEdited {
        note_id: MessageId,
        text: Personal<String>,
        mentions: Vec<AgentId>,
        at: Timestamp,
        /// Missing in what was stored before a mention told of its writer.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Actor>,
    },
    /// Its writer took a note back.
    #[serde(rename = "note_deleted")]
    NoteDeleted { note_id: MessageId, at: Timestamp },
    /// An agent has seen where notes mention them (P3).
    #[serde(rename = "mentions_seen")]
    MentionsSeen { by: AgentId },
    /// An agent's unsent text, kept for them alone (F8-F10).
    #[serde(rename = "draft_saved")]
    DraftSaved {
        by: AgentId,
        text: Personal<String>,
        quotes: Option<MessageId>,
        at: Timestamp,
    },
    /// It was sent or thrown away.
    #[serde(rename = "draft_discarded")]
    DraftDiscarded { by: AgentId },
    /// It is gone for agents; auditors still read it (H4).
    #[serde(rename = "chat_deleted")]
    ChatDeleted { by: Actor, at: Timestamp },
    /// What the contact writes is kept, but nobody is told (P21).
    #[serde(rename = "contact_blocked")]
    ContactBlocked { by: Actor },
    /// The contact is heard again.
    #[serde(rename = "contact_unblocked")]
    ContactUnblocked { by: Actor },
    /// The contact writes again after they were erased: from here on they are known anew (N12).
    #[serde(rename = "contact_returned")]
    ContactReturned {
        /// Where they write from.
        handle: Personal<String>,
        /// The last generation of keys that was destroyed.
        generation: i32,
    },
    /// The contact is this client from here on (G1); `was` = the client before.
    #[serde(rename = "chat_linked")]
    ChatLinked {
        client_id: ClientId,
        was: Option<ClientId>,
        by: Actor,
    },
    /// The contact is no known client any more.
    #[serde(rename = "chat_unlinked")]
    ChatUnlinked { client_id: ClientId, by: Actor },
    /// Somebody put it aside, until a time or else until the contact writes (P13).
    #[serde(rename = "chat_snoozed")]
    ChatSnoozed {
        until: Option<Timestamp>,
        was: Option<Snooze>,
        by: Actor,
        at: Timestamp,
    },
    /// It is back.
    #[serde(rename = "chat_unsnoozed")]
    ChatUnsnoozed {
        was: Snooze,
        by: Actor,
        cause: UnsnoozeCause,
    },
    /// One may write until another instant now (D7).
    #[serde(rename = "reply_window_changed")]
    ReplyWindowChanged { window: Window },
    /// A message is being handed to the messenger; without a result it is uncertain, and never sent again by itself.
    #[serde(rename = "send_started")]
    SendStarted {
        message_id: MessageId,
        attempt: u32,
        /// Whose turn it was to send.
        epoch: i64,
        at: Timestamp,
    },
    /// The messenger has a message. `reference` is a keyed hash of its id there, by which receipts find it.
    #[serde(rename = "message_sent")]
    MessageSent {
        message_id: MessageId,
        attempt: u32,
        provider_id: Option<Personal<String>>,
        reference: Option<Uuid>,
        at: Timestamp,
    },
    /// Nobody knows whether the messenger has a message.
    #[serde(rename = "message_uncertain")]
    MessageUncertain {
        message_id: MessageId,
        attempt: u32,
        at: Timestamp,
    },
    /// An agent has a message sent once more (P15).
    #[serde(rename = "message_retried")]
    MessageRetried {
        message_id: MessageId,
        attempt: u32,
        by: AgentId,
        terms: Option<Terms>,
        at: Timestamp,
    },
    /// A receipt came before what it speaks of was known to be sent; it counts as soon as that is (D2).
    #[serde(rename = "receipt_kept")]
    ReceiptKept {
        of: EarlyReceipt,
        reached: Reached,
        at: Timestamp,
    },
    /// Colleagues have a chat of their own (A13).
    #[serde(rename = "internal_chat_opened")]
    InternalChatOpened(InternalOpening),
    /// Others came to it.
    #[serde(rename = "internal_members_added")]
    InternalMembersAdded(InternalMembers),
    /// A member was taken out of it, or left.
    #[serde(rename = "internal_member_removed")]
    InternalMemberRemoved(InternalMemberRemoval),
    /// A group has another title.
    #[serde(rename = "internal_chat_renamed")]
    InternalChatRenamed(InternalTitle),
    /// A member wrote to the others.
    #[serde(rename = "internal_message_sent")]
    InternalMessageSent(InternalMessage),
    /// A member has seen everything up to a number.
    #[serde(rename = "internal_chat_read")]
    InternalChatRead(InternalReading),
    /// A member has it unread again, for themselves alone (H3).
    #[serde(rename = "internal_chat_marked_unread")]
    InternalChatMarkedUnread { by: AgentId },
    /// An auditor looked into it; its members see that.
    #[serde(rename = "internal_chat_audited")]
    InternalChatAudited(InternalAudit),
}

impl ChatEvent {
    /// Its number in the contact's window, if the contact is shown anything.
    #[must_use]
    pub const fn contact_seq(&self) -> Option<u64> {
        match self {
            Self::MessageReceived { contact_seq, .. }
            | Self::MessageEdited { contact_seq, .. }
            | Self::MessageDeleted { contact_seq, .. }
            | Self::MessageReactionChanged { contact_seq, .. }
            | Self::AgentJoined { contact_seq, .. }
            | Self::MessageQueued { contact_seq, .. }
            | Self::ChatRead { contact_seq, .. }
            | Self::ChatArchived { contact_seq, .. } => Some(*contact_seq),
            Self::InternalMessageSent(message) => Some(message.contact_seq),
            Self::ChatOpened { .. }
            | Self::ContactDescribed { .. }
            | Self::ContactPageViewed { .. }
            | Self::MessageDelivered { .. }
            | Self::MessageReadByContact { .. }
            | Self::MessageFailed { .. }
            | Self::ChatReopened { .. }
            | Self::ChatAssigned { .. }
            | Self::ChatRated { .. }
            | Self::ReplyWindowChanged { .. }
            | Self::SendStarted { .. }
            | Self::MessageSent { .. }
            | Self::MessageUncertain { .. }
            | Self::MessageRetried { .. }
            | Self::ReceiptKept { .. }
            | Self::ChatMarkedUnread { .. }
            | Self::ChatUnreadMarkRemoved { .. }
            | Self::ChatStarred { .. }
            | Self::ChatUnstarred { .. }
            | Self::ChatTagged { .. }
            | Self::ChatUntagged { .. }
            | Self::ChatPrioritized { .. }
            | Self::NoteAdded { .. }
            | Self::NoteEdited { .. }
            | Self::NoteDeleted { .. }
            | Self::MentionsSeen { .. }
            | Self::DraftSaved { .. }
            | Self::DraftDiscarded { .. }
            | Self::ChatDeleted { .. }
            | Self::ContactBlocked { .. }
            | Self::ContactUnblocked { .. }
            | Self::ContactReturned { .. }
            | Self::ChatLinked { .. }
            | Self::ChatUnlinked { .. }
            | Self::ChatSnoozed { .. }
            | Self::ChatUnsnoozed { .. }
            | Self::InternalChatOpened(_)
            | Self::InternalMembersAdded(_)
            | Self::InternalMemberRemoved(_)
            | Self::InternalChatRenamed(_)
            | Self::InternalChatRead(_)
            | Self::InternalChatAudited(_)
            | Self::InternalChatMarkedUnread { .. } => None,
        }
    }

    /// Whether only chats of colleagues among themselves have such events (A13).
    #[must_use]
    pub const fn is_internal(&self) -> bool {
        matches!(
            self,
            Self::InternalChatOpened(_)
                | Self::InternalMembersAdded(_)
                | Self::InternalMemberRemoved(_)
                | Self::InternalChatRenamed(_)
                | Self::InternalMessageSent(_)
                | Self::InternalChatRead(_)
                | Self::InternalChatMarkedUnread { .. }
                | Self::InternalChatAudited(_)
        )
    }

    /// When it happened, if it keeps the chat from being idle.
    #[must_use]
    pub const fn active_at(&self) -> Option<Timestamp> {
        match self {
            Self::ChatOpened { at, .. }
            | Self::MessageReceived { at, .. }
            | Self::MessageQueued { at, .. }
            | Self::ChatArchived { at, .. }
            | Self::ChatReopened { at, .. } => Some(*at),
            Self::InternalChatOpened(opening) => Some(opening.at),
            Self::InternalMessageSent(message) => Some(message.at),
            Self::ContactDescribed { .. }
            | Self::ContactPageViewed { .. }
            | Self::MessageEdited { .. }
            | Self::MessageDeleted { .. }
            | Self::MessageReactionChanged { .. }
            | Self::AgentJoined { .. }
            | Self::MessageDelivered { .. }
            | Self::MessageReadByContact { .. }
            | Self::MessageFailed { .. }
            | Self::ChatRead { .. }
            | Self::ChatAssigned { .. }
            | Self::ChatRated { .. }
            | Self::ReplyWindowChanged { .. }
            | Self::SendStarted { .. }
            | Self::MessageSent { .. }
            | Self::MessageUncertain { .. }
            | Self::MessageRetried { .. }
            | Self::ReceiptKept { .. }
            | Self::ChatMarkedUnread { .. }
            | Self::ChatUnreadMarkRemoved { .. }
            | Self::ChatStarred { .. }
            | Self::ChatUnstarred { .. }
            | Self::ChatTagged { .. }
            | Self::ChatUntagged { .. }
            | Self::ChatPrioritized { .. }
            | Self::NoteAdded { .. }
            | Self::NoteEdited { .. }
            | Self::NoteDeleted { .. }
            | Self::MentionsSeen { .. }
            | Self::DraftSaved { .. }
            | Self::DraftDiscarded { .. }
            | Self::ChatDeleted { .. }
            | Self::ContactBlocked { .. }
            | Self::ContactUnblocked { .. }
            | Self::ContactReturned { .. }
            | Self::ChatLinked { .. }
            | Self::ChatUnlinked { .. }
            | Self::ChatSnoozed { .. }
            | Self::ChatUnsnoozed { .. }
            | Self::InternalMembersAdded(_)
            | Self::InternalMemberRemoved(_)
            | Self::InternalChatRenamed(_)
            | Self::InternalChatRead(_)
            | Self::InternalChatAudited(_)
            | Self::InternalChatMarkedUnread { .. } => None,
        }
    }
}

impl DomainEvent for ChatEvent {
    fn event_type(&self) -> String {
        match self {
            Self::ChatOpened { .. } => "chat_opened",
            Self::ContactDescribed { .. } => "contact_described",
            Self::ContactPageViewed { .. } => "contact_page_viewed",
            Self::MessageReceived { .. } => "message_received",
            Self::MessageEdited { .. } => "message_edited",
            Self::MessageDeleted { .. } => "message_deleted",
            Self::MessageReactionChanged { .. } => "message_reaction_changed",
            Self::AgentJoined { .. } => "agent_joined",
            Self::MessageQueued { .. } => "message_queued",
            Self::MessageDelivered { .. } => "message_delivered",
            Self::MessageReadByContact { .. } => "message_read_by_contact",
            Self::MessageFailed { .. } => "message_failed",
            Self::ChatRead { .. } => "chat_read",
            Self::ChatArchived { .. } => "chat_archived",
            Self::ChatReopened { .. } => "chat_reopened",
            Self::ChatAssigned { .. } => "chat_assigned",
            Self::ChatRated { .. } => "chat_rated",
            Self::ReplyWindowChanged { .. } => "reply_window_changed",
            Self::SendStarted { .. } => "send_started",
            Self::MessageSent { .. } => "message_sent",
            Self::MessageUncertain { .. } => "message_uncertain",
            Self::MessageRetried { .. } => "message_retried",
            Self::ReceiptKept { .. } => "receipt_kept",
            Self::ChatMarkedUnread { .. } => "chat_marked_unread",
            Self::ChatUnreadMarkRemoved { .. } => "chat_unread_mark_removed",
            Self::ChatStarred { .. } => "chat_starred",
            Self::ChatUnstarred { .. } => "chat_unstarred",
            Self::ChatTagged { .. } => "chat_tagged",
            Self::ChatUntagged { .. } => "chat_untagged",
            Self::ChatPrioritized { .. } => "chat_prioritized",
            Self::NoteAdded { .. } => "note_added",
            Self::NoteEdited { .. } => "note_edited",
            Self::NoteDeleted { .. } => "note_deleted",
            Self::MentionsSeen { .. } => "mentions_seen",
            Self::DraftSaved { .. } => "draft_saved",
            Self::DraftDiscarded { .. } => "draft_discarded",
            Self::ChatDeleted { .. } => "chat_deleted",
            Self::ContactBlocked { .. } => "contact_blocked",
            Self::ContactUnblocked { .. } => "contact_unblocked",
            Self::ContactReturned { .. } => "contact_returned",
            Self::ChatLinked { .. } => "chat_linked",
            Self::ChatUnlinked { .. } => "chat_unlinked",
            Self::ChatSnoozed { .. } => "chat_snoozed",
            Self::ChatUnsnoozed { .. } => "chat_unsnoozed",
            Self::InternalChatOpened(_) => "internal_chat_opened",
            Self::InternalMembersAdded(_) => "internal_members_added",
            Self::InternalMemberRemoved(_) => "internal_member_removed",
            Self::InternalChatRenamed(_) => "internal_chat_renamed",
            Self::InternalMessageSent(_) => "internal_message_sent",
            Self::InternalChatRead(_) => "internal_chat_read",
            Self::InternalChatMarkedUnread { .. } => "internal_chat_marked_unread",
            Self::InternalChatAudited(_) => "internal_chat_audited",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}
