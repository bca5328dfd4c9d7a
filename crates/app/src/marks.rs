//! Marks of the caller or of the team on a chat, and what is done to messages besides sending them.
//! Says nothing of what is allowed: the chat decides.

use hilo_domain::chat::{ChatCommand, Priority};
use hilo_domain::{AgentId, ChatId, MessageId, MessageText};
use jiff::Timestamp;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::{Acted, App};

/// Something that can be done to one chat or to many at once (P12).
#[derive(Clone, Debug, PartialEq)]
pub enum ChatAct {
    /// Put it away.
    Archive,
    /// Take it out of the archive.
    Reopen,
    /// The team has read it.
    MarkRead,
    /// The team shall have it unread again (H3).
    MarkUnread,
    /// The caller's own star, on or off (H2).
    Star(bool),
    /// Give it tags (P4).
    AddTags(Vec<String>),
    /// Take tags away.
    RemoveTags(Vec<String>),
    /// Say how much it presses (P4).
    Prioritize(Priority),
    /// Hear its contact no more, or again (P21).
    Block(bool),
    /// Give it to an agent or a bot, or make it nobody's (F5).
    Assign(Option<AgentId>),
    /// Put it aside until a time, or until the contact writes (P13).
    Snooze(Option<Timestamp>),
}

impl ChatAct {
    /// The command for one chat.
    #[must_use]
    pub fn command(&self, by: AgentId, at: Timestamp) -> ChatCommand {
        match self {
            Self::Archive => ChatCommand::ArchiveChat { by, at },
            Self::Reopen => ChatCommand::ReopenChat { by, at },
            Self::MarkRead => ChatCommand::MarkChatRead { by },
            Self::MarkUnread => ChatCommand::MarkChatUnread { by },
            Self::Star(starred) => ChatCommand::StarChat {
                by,
                starred: *starred,
            },
            Self::AddTags(tags) => ChatCommand::AddTags {
                by,
                tags: tags.clone(),
            },
            Self::RemoveTags(tags) => ChatCommand::RemoveTags {
                by,
                tags: tags.clone(),
            },
            Self::Prioritize(priority) => ChatCommand::Prioritize {
                by,
                priority: *priority,
            },
            Self::Block(blocked) => ChatCommand::BlockContact {
                by,
                blocked: *blocked,
            },
            Self::Assign(Some(to)) => ChatCommand::AssignChat { to: *to, by, at },
            Self::Assign(None) => ChatCommand::UnassignChat { by, at },
            Self::Snooze(until) => ChatCommand::SnoozeChat {
                until: *until,
                by,
                at,
            },
        }
    }
}

impl App {
    /// Does something to one chat.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn mark_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
        act: ChatAct,
    ) -> Result<Acted, AppError> {
        self.act_on_chat(caller, Operation::MarkChat, chat, |by, at| {
            act.command(by, at)
        })
        .await
    }

    /// Changes an own message.
    ///
    /// # Errors
    /// `NotFound`; a text's or chat's refusal.
    pub async fn edit_message(
        &self,
        caller: &Caller,
        (chat, message_id): (ChatId, MessageId),
        text: &str,
    ) -> Result<Acted, AppError> {
        let text = MessageText::parse(text)?;
        self.act_on_chat(caller, Operation::ChangeMessage, chat, |by, at| {
            ChatCommand::EditSentMessage {
                message_id,
                text,
                by,
                at,
            }
        })
        .await
    }

    /// Takes an own message back.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn delete_message(
        &self,
        caller: &Caller,
        (chat, message_id): (ChatId, MessageId),
    ) -> Result<Acted, AppError> {
        self.act_on_chat(caller, Operation::ChangeMessage, chat, |by, at| {
            ChatCommand::DeleteSentMessage { message_id, by, at }
        })
        .await
    }

    /// Puts the team's reaction on a message, or takes it away.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn react_to_message(
        &self,
        caller: &Caller,
        (chat, message_id): (ChatId, MessageId),
        emoji: Option<String>,
    ) -> Result<Acted, AppError> {
        self.act_on_chat(caller, Operation::ChangeMessage, chat, |by, _| {
            ChatCommand::ReactAsAgent {
                message_id,
                emoji,
                by,
            }
        })
        .await
    }

    /// Deletes a chat for all agents, for good (H4). Deleting again changes nothing.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn delete_chat(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        authorize(caller, Operation::DeleteChat)?;
        self.know_deleted(caller, chat).await?;
        self.act_on_chat(caller, Operation::DeleteChat, chat, |by, at| {
            ChatCommand::DeleteChat { by, at }
        })
        .await
    }
}
