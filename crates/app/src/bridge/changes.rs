//! What an integrator's program says of messages that came in before: their writer changed one, or took it away. The chat
//! decides what can be.

use hilo_domain::chat::{ChatCommand, ChatRefusal};
use hilo_domain::{Actor, ChannelId, ContactId, MessageText};
use hilo_journal::{Dedupe, Position};
use hilo_read::ChannelScope;
use jiff::Timestamp;

use super::receive::happened;
use super::{EXTERNAL_ID, HANDLE, few, found_by, sized};
use crate::accounts::Caller;
use crate::authorize::Operation;
use crate::error::AppError;
use crate::facts::ChannelEntry;
use crate::{Act, Acted, App, clock};

/// A message of a contact that is another now.
#[derive(Clone)]
pub struct ChangedMessage {
    /// What the messenger calls it.
    pub external_id: String,
    /// What the messenger calls its writer.
    pub handle: String,
    /// What it says now; nothing where it was taken away.
    pub text: Option<String>,
    /// When; now without.
    pub at: Option<Timestamp>,
}

impl App {
    /// Takes changes of messages of one bridged channel, in their order, each alone; gives what stands against each, if
    /// anything does. A change of a message that is not here yet can be told again later.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Invalid` for more than 100; `Unavailable`: then all may be told again.
    pub async fn report_changes(
        &self,
        caller: &Caller,
        channel: ChannelId,
        changes: Vec<ChangedMessage>,
    ) -> Result<(Vec<Option<AppError>>, Acted), AppError> {
        let channel = self.bridged(caller, Operation::ReceiveMessages, channel);
        let channel = channel.await?;
        few("changes", changes.len())?;
        let mut refused = Vec::with_capacity(changes.len());
        let mut last = Position::START;
        for change in changes {
            match self.take_change(&channel, change).await {
                Ok(position) => {
                    last = last.max(position);
                    refused.push(None);
                }
                Err(error @ (AppError::Refused(_) | AppError::Invalid { .. })) => {
                    refused.push(Some(error));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok((refused, self.acted(last).await))
    }

    async fn take_change(
        &self,
        channel: &ChannelEntry,
        change: ChangedMessage,
    ) -> Result<Position, AppError> {
        sized("externalId", &change.external_id, EXTERNAL_ID)?;
        sized("handle", &change.handle, HANDLE)?;
        let at = happened(change.at, clock::now())?;
        let chat = self.chat_of_handle(channel.id, &found_by(channel.kind, change.handle));
        let message_id = self.message_of_external_id(channel.id, &change.external_id);
        let act = Act::by(Actor::Contact {
            id: ContactId::of(chat),
        });
        let act = act.at(at);
        let (command, act) = match change.text {
            None => (ChatCommand::DeleteReceivedMessage { message_id, at }, act),
            Some(text) => {
                let text = MessageText::received(&text)?;
                // Nothing is remembered of what cannot be yet, so that it can be told again.
                let scope = ChannelScope::Only(vec![channel.id]);
                if !self.read().shows_message(&scope, chat, message_id).await? {
                    return Err(ChatRefusal::MessageNotFound.into());
                }
                let told = change.at.map(|at| at.as_microsecond().to_be_bytes());
                let key = [
                    b"changed\0".as_slice(),
                    change.external_id.as_bytes(),
                    b"\0",
                    told.as_ref().map_or(b"".as_slice(), |at| at.as_slice()),
                    text.as_str().as_bytes(),
                ];
                let once = Dedupe {
                    scope: format!("channel:{}", channel.id),
                    key: key.concat(),
                    content: Vec::new(),
                };
                let command = ChatCommand::EditReceivedMessage {
                    message_id,
                    text,
                    at,
                };
                (command, act.once(once))
            }
        };
        let committed = self.execute_chat(chat, channel.id, command, act).await?;
        Ok(committed.position)
    }
}
