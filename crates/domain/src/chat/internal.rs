//! Chats of colleagues among themselves (A13): what may be asked of one, what happened in it, who belongs to it.
//! Decides nothing: that is `decide/internal.rs`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::attachment::Attachment;
use crate::ids::{AgentId, ChatId, MessageId};
use crate::personal::Personal;
use crate::text::MessageText;

/// Most members of a chat, whoever opened it included.
pub const MOST_MEMBERS: usize = 100;
/// Most characters of a group's title.
pub const TITLE_LIMIT: usize = 80;

/// A wish about a chat of colleagues. `at` is the time it happened, given by the edge.
#[derive(Clone)]
#[expect(
    missing_docs,
    reason = "the fields are the events' fields and documented there"
)]
pub enum InternalCommand {
    /// An agent opens a chat with others; one that is open already stays as it is.
    OpenInternalChat {
        chat_id: ChatId,
        /// Between two, who have only this one. Else a group.
        direct: bool,
        title: Option<String>,
        /// The others.
        with: Vec<AgentId>,
        by: AgentId,
        at: Timestamp,
    },
    /// A member takes others into the group.
    AddInternalMembers {
        members: Vec<AgentId>,
        by: AgentId,
        at: Timestamp,
    },
    /// A member takes somebody out of the group, or leaves it.
    RemoveInternalMember {
        agent_id: AgentId,
        by: AgentId,
        at: Timestamp,
    },
    /// A member gives the group another title, or none.
    RenameInternalChat {
        title: Option<String>,
        by: AgentId,
        at: Timestamp,
    },
    /// A member writes to the others.
    SendInternalMessage {
        message_id: MessageId,
        client_message_id: Option<Uuid>,
        text: MessageText,
        mentions: Vec<AgentId>,
        by: AgentId,
        at: Timestamp,
        quotes: Option<MessageId>,
        /// What it carries beside its text (C16); the text may be none then.
        attachments: Vec<Attachment>,
    },
    /// An auditor is about to look into it.
    AuditInternalChat { by: AgentId, at: Timestamp },
}

impl InternalCommand {
    /// The command's name, for logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OpenInternalChat { .. } => "open_internal_chat",
            Self::AddInternalMembers { .. } => "add_internal_members",
            Self::RemoveInternalMember { .. } => "remove_internal_member",
            Self::RenameInternalChat { .. } => "rename_internal_chat",
            Self::SendInternalMessage { .. } => "send_internal_message",
            Self::AuditInternalChat { .. } => "audit_internal_chat",
        }
    }

    /// Agents whom it names beside the one who acts.
    #[must_use]
    pub fn named(&self) -> Vec<AgentId> {
        match self {
            Self::OpenInternalChat { with, .. } => with.clone(),
            Self::AddInternalMembers { members, .. } => members.clone(),
            Self::SendInternalMessage { mentions, .. } => mentions.clone(),
            Self::RemoveInternalMember { .. }
            | Self::RenameInternalChat { .. }
            | Self::AuditInternalChat { .. } => Vec::new(),
        }
    }
}

/// The chat as it was opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InternalOpening {
    /// Which chat; its channel has the same uuid.
    pub chat_id: ChatId,
    /// Between two, for good. Else a group.
    pub direct: bool,
    /// What the group is called, if it is.
    pub title: Option<Personal<String>>,
    /// All members, sorted, whoever opened it included.
    pub members: Vec<AgentId>,
    /// Who opened it.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// Who came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalMembers {
    /// The new ones, sorted.
    pub members: Vec<AgentId>,
    /// Who took them in.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// Who went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalMemberRemoval {
    /// Who is no member any more.
    pub agent_id: AgentId,
    /// Who took them out: themselves where they left.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// What the group is called from here on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InternalTitle {
    /// None: it is named after its members.
    pub title: Option<Personal<String>>,
    /// Who says so.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// A message to colleagues. It is with them as soon as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InternalMessage {
    /// Which.
    pub message_id: MessageId,
    /// What its writer's program called it.
    pub client_message_id: Option<Uuid>,
    /// Who wrote it.
    pub by: AgentId,
    /// What they wrote.
    pub text: Personal<String>,
    /// Members named in it, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<AgentId>,
    /// The message of this chat that it answers (C6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<MessageId>,
    /// Its number in the chat.
    pub contact_seq: u64,
    /// Whoever writes has read what was before: up to this number all members have now, where that is news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_by_all_seq: Option<u64>,
    /// When.
    pub at: Timestamp,
    /// What it carries beside its text, in order (C16).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// How far a member has read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalReading {
    /// Who.
    pub by: AgentId,
    /// Everything up to this number.
    pub up_to_seq: u64,
    /// Up to this number all members have now, where that is news.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_by_all_seq: Option<u64>,
}

/// A look into a chat by somebody who does not belong to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InternalAudit {
    /// The auditor.
    pub by: AgentId,
    /// When.
    pub at: Timestamp,
}

/// What a chat of colleagues remembers beside what every chat does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Internal {
    /// Between two, for good. Else a group.
    pub direct: bool,
    /// Who belongs to it, at most [`MOST_MEMBERS`].
    pub members: BTreeMap<AgentId, Member>,
    /// Up to this number all members have read.
    pub read_by_all: u64,
}

/// A member.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// They have read up to this number.
    pub read_up_to: u64,
    /// What others wrote since; at least one while they have it unread by hand.
    pub unread: u64,
}

impl Internal {
    /// Up to where all have read once one of them has read up to a number, where that is further than before.
    #[must_use]
    pub fn read_by_all_when(&self, reader: AgentId, up_to: u64) -> Option<u64> {
        let read = self.members.iter().map(|(id, member)| match *id == reader {
            true => member.read_up_to.max(up_to),
            false => member.read_up_to,
        });
        read.min().filter(|all| *all > self.read_by_all)
    }

    pub(super) fn add(&mut self, agents: &[AgentId], read_up_to: u64) {
        for agent in agents {
            let unread = 0;
            self.members
                .entry(*agent)
                .or_insert(Member { read_up_to, unread });
        }
    }

    /// Somebody wrote, who so has read everything before.
    pub(super) fn write(&mut self, message: &InternalMessage) {
        for (id, member) in &mut self.members {
            if *id == message.by {
                (member.read_up_to, member.unread) = (message.contact_seq, 0);
            } else {
                member.unread += 1;
            }
        }
        self.read_by_all = message.read_by_all_seq.unwrap_or(self.read_by_all);
    }

    pub(super) fn read(&mut self, reading: &InternalReading) {
        if let Some(member) = self.members.get_mut(&reading.by) {
            (member.read_up_to, member.unread) = (reading.up_to_seq, 0);
        }
        self.read_by_all = reading.read_by_all_seq.unwrap_or(self.read_by_all);
    }

    pub(super) fn mark_unread(&mut self, by: AgentId) {
        if let Some(member) = self.members.get_mut(&by) {
            member.unread = member.unread.max(1);
        }
    }
}
