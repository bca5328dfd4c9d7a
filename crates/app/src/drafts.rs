//! Unsent text of the caller in a chat (F8-F10): kept for them on every device, shown to nobody else.

use hilo_domain::chat::ChatCommand;
use hilo_domain::{ChatId, MessageId};

use crate::accounts::Caller;
use crate::authorize::Operation;
use crate::error::AppError;
use crate::{Acted, App};

impl App {
    /// Keeps what the caller has typed; nothing that can be seen throws the draft away.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn save_draft(
        &self,
        caller: &Caller,
        chat: ChatId,
        text: String,
        quotes: Option<MessageId>,
    ) -> Result<Acted, AppError> {
        self.act_on_chat(caller, Operation::KeepDraft, chat, |by, at| {
            ChatCommand::SaveDraft {
                text,
                quotes,
                by,
                at,
            }
        })
        .await
    }

    /// Throws the caller's draft away.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn discard_draft(&self, caller: &Caller, chat: ChatId) -> Result<Acted, AppError> {
        self.act_on_chat(caller, Operation::KeepDraft, chat, |by, _| {
            ChatCommand::DiscardDraft { by }
        })
        .await
    }
}
