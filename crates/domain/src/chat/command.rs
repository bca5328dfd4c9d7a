//! What may be asked of a chat, and the facts of other streams that the answer rests on.
//! Debug shows a command's name only: commands carry what people wrote.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::event::{ContactDescription, FailureCause, PageView};
use crate::agent::Role;
use crate::channel::ChannelKind;
use crate::ids::{AgentId, ChannelId, ChatId, MessageId};
use crate::text::MessageText;

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
        at: Timestamp,
    },
    /// The contact changed an own message, within 15 minutes.
    EditReceivedMessage {
        message_id: MessageId,
        text: MessageText,
        at: Timestamp,
    },
    /// The contact took an own message back, within 15 minutes.
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
}

/// The acting agent as they are now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AgentFact {
    /// Which agent.
    pub agent_id: AgentId,
    /// Their role.
    pub role: Role,
    /// False once deactivated.
    pub active: bool,
    /// Whether the chat's channel was granted to them.
    pub channel_access: bool,
}
