//! Who answers a chat: giving it, taking it, giving it up, and whom it can be given to (F5, F6).

use hilo_domain::chat::ChatCommand;
use hilo_domain::{AgentId, ChatId};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::facts::AgentEntry;
use crate::{Acted, App};

impl App {
    /// Gives a chat to an agent or a bot.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal, which says who answers it or what the other lacks.
    pub async fn assign_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
        to: AgentId,
    ) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::AssignChat { to, by, at };
        self.act_on_chat(caller, Operation::AssignChat, chat, command)
            .await
    }

    /// Makes the caller the one who answers a chat.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal, which says who answers it.
    pub async fn take_chat(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::TakeChat { by, at };
        self.act_on_chat(caller, Operation::TakeChat, chat, command)
            .await
    }

    /// Makes a chat nobody's: everyone with access may answer it.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal, which says who answers it.
    pub async fn unassign_chat(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::UnassignChat { by, at };
        self.act_on_chat(caller, Operation::UnassignChat, chat, command)
            .await
    }

    /// Whom a chat can be given to, by name: active, with the right to chats and access to its channel (F5).
    ///
    /// # Errors
    /// `NotFound`; `Unavailable` when the facts are behind.
    pub async fn agents_to_assign(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<Vec<AgentEntry>, AppError> {
        authorize(caller, Operation::SeeAgentsToAssign)?;
        let channel = self.visible(caller, chat).await?;
        let facts = self.facts().snapshot()?;
        let mut agents: Vec<AgentEntry> = facts.who_can_answer(channel).cloned().collect();
        agents.sort_by_cached_key(|agent| (agent.name.to_lowercase(), agent.id));
        Ok(agents)
    }
}
