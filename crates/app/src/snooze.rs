//! Putting a chat aside until a time, or until the contact writes, and taking it back (P13).

use hilo_domain::ChatId;
use hilo_domain::chat::ChatCommand;
use jiff::Timestamp;

use crate::accounts::Caller;
use crate::authorize::Operation;
use crate::error::AppError;
use crate::{Acted, App};

impl App {
    /// Puts a chat aside until a time; until the contact writes without.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal, also of the time.
    pub async fn snooze_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
        until: Option<Timestamp>,
    ) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::SnoozeChat { until, by, at };
        self.act_on_chat(caller, Operation::SnoozeChat, chat, command)
            .await
    }

    /// Takes a chat back that was put aside.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn unsnooze_chat(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        let command = |by, _| ChatCommand::UnsnoozeChat { by };
        self.act_on_chat(caller, Operation::UnsnoozeChat, chat, command)
            .await
    }
}
