//! Private notes in a chat (P3): written, changed and taken back by agents, never seen by the contact.

use hilo_domain::chat::ChatCommand;
use hilo_domain::text::NoteText;
use hilo_domain::{AgentId, ChatId, MessageId};
use hilo_journal::Dedupe;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::{Act, Acted, App};

impl App {
    /// Adds a note once, however often the same key comes.
    ///
    /// # Errors
    /// `NotFound`; a text's or chat's refusal; `IdempotencyConflict` when the key came with other content.
    pub async fn add_note(
        &self,
        caller: &Caller,
        chat: ChatId,
        (text, mentions): (&str, Vec<AgentId>),
        key: Uuid,
    ) -> Result<(MessageId, Acted), AppError> {
        authorize(caller, Operation::WriteNote)?;
        let channel = self.visible(caller, chat).await?;
        let text = NoteText::parse(text)?;
        let note_id = self.message_id(chat, key);
        let mut content = vec![chat.as_uuid().as_bytes().to_vec()];
        content.extend(mentions.iter().map(|id| id.as_uuid().as_bytes().to_vec()));
        content.push(text.clone().into_string().into_bytes());
        let act = Act::of(caller).once(Dedupe {
            scope: caller.dedupe_scope(),
            key: key.as_bytes().to_vec(),
            content: content.concat(),
        });
        let command = ChatCommand::AddNote {
            note_id,
            text,
            mentions,
            by: caller.agent_id,
            at: act.at,
        };
        let committed = self.execute_chat(chat, channel, command, act).await?;
        Ok((note_id, self.acted(committed.position).await))
    }

    /// Changes an own note.
    ///
    /// # Errors
    /// `NotFound`; a text's or chat's refusal.
    pub async fn edit_note(
        &self,
        caller: &Caller,
        (chat, note_id): (ChatId, MessageId),
        (text, mentions): (&str, Vec<AgentId>),
    ) -> Result<Acted, AppError> {
        let text = NoteText::parse(text)?;
        self.act_on_chat(caller, Operation::WriteNote, chat, |by, at| {
            ChatCommand::EditNote {
                note_id,
                text,
                mentions,
                by,
                at,
            }
        })
        .await
    }

    /// Takes an own note back.
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn delete_note(
        &self,
        caller: &Caller,
        (chat, note_id): (ChatId, MessageId),
    ) -> Result<Acted, AppError> {
        self.act_on_chat(caller, Operation::WriteNote, chat, |by, at| {
            ChatCommand::DeleteNote { note_id, by, at }
        })
        .await
    }
}
