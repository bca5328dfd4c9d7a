//! What may be asked of a chat, and the facts of other streams that the answer rests on.
//! Debug shows a command's name only: commands carry what people wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::comment::CommentPlace;
use super::event::{ChatEvent, ContactDescription, FailureCause, PageView, Priority, Reached};
use super::internal::InternalCommand;
use crate::actor::Assignee;
use crate::agent::Role;
use crate::attachment::Attachment;
use crate::channel::{ChannelKind, ChannelRules, Reports};
use crate::client::ClientFlags;
use crate::ids::{AgentId, ChannelId, ChatId, ClientId, ContactId, MessageId, TemplateId};
use crate::policy::Manner;
use crate::text::{MessageText, NoteText};

/// A wish about one chat. `at` is the time it happened, given by the edge.
#[derive(Clone)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum ChatCommand {
    /// The contact wrote. Opens the chat, or opens it again.
    ReceiveMessage {
        chat_id: ChatId,
        message_id: MessageId,
        client_message_id: Option<Uuid>,
        channel_id: ChannelId,
        channel_kind: ChannelKind,
        handle: String,
        text: MessageText,
        page: Option<PageView>,
        locale: Option<String>,
        /// Until when an advert lets anyone write, if the messenger says so.
        advert_until: Option<Timestamp>,
        at: Timestamp,
        /// What it carries beside its text (C16); the text may be none then.
        attachments: Vec<Attachment>,
        /// Where it stands, if it is a comment under a publication (E2).
        comment: Option<CommentPlace>,
    },
    /// The contact changed an own message; in Hilo's own window within 15 minutes.
    EditReceivedMessage {
        message_id: MessageId,
        text: MessageText,
        at: Timestamp,
    },
    /// The contact took an own message back; in Hilo's own window within 15 minutes.
    DeleteReceivedMessage {
        message_id: MessageId,
        at: Timestamp,
    },
    /// The contact put a reaction on a message, or took it away.
    ReactToMessage {
        message_id: MessageId,
        emoji: Option<String>,
        at: Timestamp,
    },
    /// Somebody said who the contact is; allowed before the chat is opened.
    DescribeContact {
        chat_id: ChatId,
        description: ContactDescription,
        verified: bool,
    },
    /// The contact looks at a page.
    RecordPageView { page: PageView },
    /// The contact rated the conversation, 1 to 5.
    RateChat { score: u8, comment: Option<String> },
    /// The contact closed the conversation.
    EndChat { at: Timestamp },
    /// An agent writes. Opens an archived chat again.
    SendMessage {
        message_id: MessageId,
        client_message_id: Option<Uuid>,
        text: MessageText,
        by: AgentId,
        at: Timestamp,
        /// The message of this chat that it answers (C6).
        quotes: Option<MessageId>,
        /// The comment that it answers for everybody to read (E3).
        reply_to_comment: Option<MessageId>,
        /// As what; a plain reply unless it says otherwise.
        manner: Manner,
        /// What it carries beside its text (C16); the text may be none then.
        attachments: Vec<Attachment>,
        /// The template that its text was made with (H9).
        template_id: Option<TemplateId>,
    },
    /// The contact's device has everything up to this number.
    ReportDelivered { up_to_seq: u64 },
    /// The contact has seen everything up to this number.
    ReportReadByContact { up_to_seq: u64, at: Timestamp },
    /// A message could not be handed over.
    ReportFailed {
        message_id: MessageId,
        cause: FailureCause,
    },
    /// An agent has seen all that the contact wrote.
    MarkChatRead { by: AgentId },
    /// An agent puts the chat away.
    ArchiveChat { by: AgentId, at: Timestamp },
    /// An agent takes the chat out of the archive.
    ReopenChat { by: AgentId, at: Timestamp },
    /// A message is about to be handed to the messenger, by whoever's turn `epoch` is.
    StartSend {
        message_id: MessageId,
        attempt: u32,
        epoch: i64,
        at: Timestamp,
    },
    /// The messenger took a message; the newest attempt without a number.
    ReportSent {
        message_id: MessageId,
        attempt: Option<u32>,
        provider: Option<ProviderMessage>,
        at: Timestamp,
    },
    /// A started attempt ended without a result.
    ReportUncertain {
        message_id: MessageId,
        attempt: u32,
        at: Timestamp,
    },
    /// The messenger says how far messages came; before or after it was known to have them.
    ReportReceipt {
        of: ReceiptOf,
        reached: Reached,
        at: Timestamp,
    },
    /// An agent wants a failed or uncertain message sent once more.
    RetryMessage {
        message_id: MessageId,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent writes to who may never have written (C10, C11).
    StartChat {
        chat_id: ChatId,
        channel_id: ChannelId,
        channel_kind: ChannelKind,
        handle: String,
        message: Box<ChatCommand>,
        at: Timestamp,
    },
    /// The team shall have it unread again.
    MarkChatUnread { by: AgentId },
    /// An agent stars the chat, or takes their star away.
    StarChat { by: AgentId, starred: bool },
    /// An agent gives the chat tags.
    AddTags { by: AgentId, tags: Vec<String> },
    /// An agent takes tags away; those that it has not are left out.
    RemoveTags { by: AgentId, tags: Vec<String> },
    /// An agent says how much the chat presses.
    Prioritize { by: AgentId, priority: Priority },
    /// An agent writes a note that the contact never sees.
    AddNote {
        note_id: MessageId,
        text: NoteText,
        mentions: Vec<AgentId>,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent changes an own note.
    EditNote {
        note_id: MessageId,
        text: NoteText,
        mentions: Vec<AgentId>,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent takes an own note back.
    DeleteNote {
        note_id: MessageId,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent changes an own message, within 15 minutes, where the channel can.
    EditSentMessage {
        message_id: MessageId,
        text: MessageText,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent takes an own message back, within 15 minutes, where the channel can.
    DeleteSentMessage {
        message_id: MessageId,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent puts a reaction on a message or takes it away, where the channel can.
    ReactAsAgent {
        message_id: MessageId,
        emoji: Option<String>,
        by: AgentId,
    },
    /// An agent leaves unsent text behind; nothing that can be seen throws the one before away.
    SaveDraft {
        text: String,
        quotes: Option<MessageId>,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent throws their unsent text away.
    DiscardDraft { by: AgentId },
    /// An agent deletes the chat for all agents.
    DeleteChat { by: AgentId, at: Timestamp },
    /// An agent wants to hear no more of the contact, or to hear them again.
    BlockContact { by: AgentId, blocked: bool },
    /// An agent says which client the contact is (G1).
    LinkClient { client_id: ClientId, by: AgentId },
    /// An agent wrote to a client first: the contact is that client, unless it is known to be another (C10).
    LinkIfUnlinked { client_id: ClientId, by: AgentId },
    /// An agent says that the contact is no known client.
    UnlinkClient { by: AgentId },
    /// Acts are taken back, the last one first (N6).
    UndoActs {
        acts: Vec<UndoneAct>,
        by: AgentId,
        at: Timestamp,
    },
    /// Somebody gives the chat to an agent or a bot (F5, F6).
    AssignChat {
        to: AgentId,
        by: AgentId,
        at: Timestamp,
    },
    /// Somebody takes the chat for themselves (F6).
    TakeChat { by: AgentId, at: Timestamp },
    /// Somebody gives the chat up: whoever has access may answer it.
    UnassignChat { by: AgentId, at: Timestamp },
    /// A rule gives an unassigned chat out (A10).
    DistributeChat {
        to: AgentId,
        policy: String,
        candidates: Vec<AgentId>,
        at: Timestamp,
    },
    /// An agent puts the chat aside, until a time or until the contact writes (P13).
    SnoozeChat {
        until: Option<Timestamp>,
        by: AgentId,
        at: Timestamp,
    },
    /// An agent wants it back at once.
    UnsnoozeChat { by: AgentId },
    /// A rule ends the snooze whose time it saw.
    EndSnooze {
        rests_on: Timestamp,
        policy: String,
        at: Timestamp,
    },
    /// A rule closes the chat if nothing happened in it for as long as the setting says (A10).
    CloseIdleChat { policy: String, at: Timestamp },
    /// About a chat of colleagues among themselves (A13).
    Internal(InternalCommand),
}

/// An event of this chat that is to be taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct UndoneAct {
    /// Its place in the chat's stream, from 1.
    pub sequence: u64,
    /// The event.
    pub event: ChatEvent,
}

impl UndoneAct {
    /// Whom taking it back would give the chat to.
    fn former(&self) -> Option<AgentId> {
        match &self.event {
            ChatEvent::ChatAssigned { from, .. } => from.map(Assignee::id),
            _ => None,
        }
    }
}

/// What the messenger calls a message.
#[derive(Clone)]
pub struct ProviderMessage {
    /// Its id there, which may hold a telephone number.
    pub id: String,
    /// A keyed hash of it.
    pub reference: Uuid,
}

/// Which messages a receipt speaks of.
#[derive(Clone, Debug)]
pub enum ReceiptOf {
    /// One, by Hilo's own id.
    Message(MessageId),
    /// One, by the keyed hash of its id at the messenger.
    Reference(Uuid),
    /// All that the messenger had until then, by its own clock.
    UpTo(Timestamp),
}

impl ChatCommand {
    /// The command's name, for logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ReceiveMessage { .. } => "receive_message",
            Self::EditReceivedMessage { .. } => "edit_received_message",
            Self::DeleteReceivedMessage { .. } => "delete_received_message",
            Self::ReactToMessage { .. } => "react_to_message",
            Self::DescribeContact { .. } => "describe_contact",
            Self::RecordPageView { .. } => "record_page_view",
            Self::RateChat { .. } => "rate_chat",
            Self::EndChat { .. } => "end_chat",
            Self::SendMessage { .. } => "send_message",
            Self::ReportDelivered { .. } => "report_delivered",
            Self::ReportReadByContact { .. } => "report_read_by_contact",
            Self::ReportFailed { .. } => "report_failed",
            Self::MarkChatRead { .. } => "mark_chat_read",
            Self::ArchiveChat { .. } => "archive_chat",
            Self::ReopenChat { .. } => "reopen_chat",
            Self::StartSend { .. } => "start_send",
            Self::ReportSent { .. } => "report_sent",
            Self::ReportUncertain { .. } => "report_uncertain",
            Self::ReportReceipt { .. } => "report_receipt",
            Self::RetryMessage { .. } => "retry_message",
            Self::StartChat { .. } => "start_chat",
            Self::MarkChatUnread { .. } => "mark_chat_unread",
            Self::StarChat { .. } => "star_chat",
            Self::AddTags { .. } => "add_tags",
            Self::RemoveTags { .. } => "remove_tags",
            Self::Prioritize { .. } => "prioritize",
            Self::AddNote { .. } => "add_note",
            Self::EditNote { .. } => "edit_note",
            Self::DeleteNote { .. } => "delete_note",
            Self::EditSentMessage { .. } => "edit_sent_message",
            Self::DeleteSentMessage { .. } => "delete_sent_message",
            Self::ReactAsAgent { .. } => "react_as_agent",
            Self::SaveDraft { .. } => "save_draft",
            Self::DiscardDraft { .. } => "discard_draft",
            Self::DeleteChat { .. } => "delete_chat",
            Self::BlockContact { .. } => "block_contact",
            Self::LinkClient { .. } => "link_client",
            Self::LinkIfUnlinked { .. } => "link_if_unlinked",
            Self::UnlinkClient { .. } => "unlink_client",
            Self::UndoActs { .. } => "undo_acts",
            Self::AssignChat { .. } => "assign_chat",
            Self::TakeChat { .. } => "take_chat",
            Self::UnassignChat { .. } => "unassign_chat",
            Self::DistributeChat { .. } => "distribute_chat",
            Self::SnoozeChat { .. } => "snooze_chat",
            Self::UnsnoozeChat { .. } => "unsnooze_chat",
            Self::EndSnooze { .. } => "end_snooze",
            Self::CloseIdleChat { .. } => "close_idle_chat",
            Self::Internal(command) => command.name(),
        }
    }
}

impl ChatCommand {
    /// Agents whom it names beside the one who acts: the facts must know them.
    #[must_use]
    pub fn named(&self) -> Vec<AgentId> {
        match self {
            Self::AddNote { mentions, .. } | Self::EditNote { mentions, .. } => mentions.clone(),
            Self::AssignChat { to, .. } | Self::DistributeChat { to, .. } => vec![*to],
            Self::TakeChat { by, .. } => vec![*by],
            Self::Internal(command) => command.named(),
            Self::UndoActs { acts, .. } => acts.iter().filter_map(UndoneAct::former).collect(),
            Self::ReceiveMessage { .. }
            | Self::EditReceivedMessage { .. }
            | Self::DeleteReceivedMessage { .. }
            | Self::ReactToMessage { .. }
            | Self::DescribeContact { .. }
            | Self::RecordPageView { .. }
            | Self::RateChat { .. }
            | Self::EndChat { .. }
            | Self::SendMessage { .. }
            | Self::ReportDelivered { .. }
            | Self::ReportReadByContact { .. }
            | Self::ReportFailed { .. }
            | Self::MarkChatRead { .. }
            | Self::ArchiveChat { .. }
            | Self::ReopenChat { .. }
            | Self::StartSend { .. }
            | Self::ReportSent { .. }
            | Self::ReportUncertain { .. }
            | Self::ReportReceipt { .. }
            | Self::RetryMessage { .. }
            | Self::StartChat { .. }
            | Self::MarkChatUnread { .. }
            | Self::StarChat { .. }
            | Self::AddTags { .. }
            | Self::RemoveTags { .. }
            | Self::Prioritize { .. }
            | Self::DeleteNote { .. }
            | Self::EditSentMessage { .. }
            | Self::DeleteSentMessage { .. }
            | Self::ReactAsAgent { .. }
            | Self::SaveDraft { .. }
            | Self::DiscardDraft { .. }
            | Self::DeleteChat { .. }
            | Self::BlockContact { .. }
            | Self::LinkClient { .. }
            | Self::LinkIfUnlinked { .. }
            | Self::UnlinkClient { .. }
            | Self::UnassignChat { .. }
            | Self::SnoozeChat { .. }
            | Self::UnsnoozeChat { .. }
            | Self::EndSnooze { .. }
            | Self::CloseIdleChat { .. } => Vec::new(),
        }
    }
}

impl fmt::Debug for ChatCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a decision about a chat needs from other streams: folds of the journal, never the read model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChatFacts {
    /// The chat's channel.
    pub channel: Option<ChannelFact>,
    /// The agent who acts, if one does.
    pub agent: Option<AgentFact>,
    /// Agents whom the command names beside, such as those mentioned in a note.
    pub named: Vec<AgentFact>,
    /// Merges, deletions and do-not-disturb of all clients.
    #[serde(skip)]
    pub clients: Arc<ClientFlags>,
    /// All agents and bots that were deactivated.
    #[serde(skip)]
    pub deactivated: Arc<BTreeSet<AgentId>>,
    /// Everybody who was erased, with the last generation of keys that was destroyed (N12).
    #[serde(skip)]
    pub erased: Arc<BTreeMap<ContactId, i32>>,
    /// After so many minutes without activity a chat closes by itself; never without (A10).
    pub auto_close_minutes: Option<u32>,
    /// But not while its contact waits for an answer.
    pub keep_unanswered_open: bool,
}

/// The chat's channel as it is now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelFact {
    /// Which channel.
    pub channel_id: ChannelId,
    /// Of what kind.
    pub kind: ChannelKind,
    /// Its given name.
    pub name: String,
    /// Whether Hilo can send through it.
    pub connected: bool,
    /// The company's own rules for writing here.
    pub rules: ChannelRules,
    /// What its messenger reports, where that is another than its kind's.
    pub reports: Option<Reports>,
    /// Whether comments under publications are taken in (E1).
    pub receives_comments: bool,
}

/// An agent or bot as they are now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentFact {
    /// Which agent.
    pub agent_id: AgentId,
    /// Their role.
    pub role: Role,
    /// False once deactivated.
    pub active: bool,
    /// Whether role and groups together include chats (A3); always for administrators (A4).
    pub chats_right: bool,
    /// Whether the chat's channel was granted to them.
    pub channel_access: bool,
}
