//! Writing to contacts beside the plain answer: what the composer shows, a message of some purpose, once more, first.

use hilo_domain::channel::capabilities;
use hilo_domain::chat::ChatCommand;
use hilo_domain::policy::{self, Composer, Manner, Setting};
use hilo_domain::{ChannelId, ChatId, MessageId, MessageText};
use hilo_journal::Dedupe;
use hilo_read::ChatRow;
use uuid::Uuid;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::facts::ChannelEntry;
use crate::{Act, Acted, App, clock};

/// Longest handle of a contact, in bytes.
const HANDLE: usize = 320;

/// A chat to be started (C10).
#[derive(Clone)]
pub struct StartChat {
    /// Where.
    pub channel_id: ChannelId,
    /// What the messenger calls the contact.
    pub handle: String,
    /// The first message.
    pub text: String,
    /// As what it is sent.
    pub manner: Manner,
    /// Makes it start once.
    pub client_message_id: Uuid,
}

impl App {
    /// What an agent meets where they would write, now.
    #[must_use]
    pub fn composer(&self, chat: &ChatRow) -> Composer {
        let channel = self.facts().channel(chat.channel_id);
        let (connected, rules) = channel
            .as_ref()
            .map_or((false, Default::default()), |channel| {
                (channel.connected, channel.rules)
            });
        let kind = channel.map(|channel| channel.kind);
        let setting = Setting {
            // A channel that is not known here cannot be sent through; of what kind it is does not matter then.
            kind: kind.unwrap_or(hilo_domain::channel::ChannelKind::Api),
            rules,
            window: chat.window.as_ref(),
            last_inbound_at: chat.last_inbound_at,
            at: clock::now(),
        };
        policy::composer(&setting, connected)
    }

    /// The channel of a chat that the caller may see.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn channel_of_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<ChannelEntry, AppError> {
        let channel = self.visible(caller, chat).await?;
        let entry = self.sure(|facts| facts.channel(channel).cloned()).await?;
        entry.ok_or(AppError::NotFound { what: "channel" })
    }

    /// Sends a failed or uncertain message once more (P15).
    ///
    /// # Errors
    /// `NotFound`; a chat's refusal.
    pub async fn retry_message(
        &self,
        caller: &Caller,
        chat: ChatId,
        message_id: MessageId,
    ) -> Result<Acted, AppError> {
        let command = |by, at| ChatCommand::RetryMessage { message_id, by, at };
        self.act_on_chat(caller, Operation::RetryMessage, chat, command)
            .await
    }

    /// Writes to who may never have written, once however often the same `client_message_id` comes (C10, C11).
    ///
    /// # Errors
    /// `NotFound` for a channel that is not the caller's; a text's or chat's refusal; `IdempotencyConflict`.
    pub async fn start_chat(
        &self,
        caller: &Caller,
        start: StartChat,
    ) -> Result<(ChatId, MessageId, Acted), AppError> {
        authorize(caller, Operation::StartChat)?;
        let channel = self.channel(caller, start.channel_id).await?;
        let handle = start.handle.trim();
        let handle = match capabilities::of(channel.kind).starts {
            // People write numbers with spaces and signs between.
            capabilities::Starts::MobileNumber => handle
                .chars()
                .filter(|c| !matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}'))
                .collect(),
            capabilities::Starts::Never | capabilities::Starts::Handle => handle.to_owned(),
        };
        if handle.is_empty() || handle.len() > HANDLE || handle.contains('\0') {
            return Err(AppError::Invalid {
                field: "handle",
                code: "FIELD_INVALID",
                message: format!("handle has 1 to {HANDLE} bytes and no NUL."),
                limit: i64::try_from(HANDLE).ok(),
            });
        }
        let text = MessageText::parse(&start.text)?;
        let chat_id = self.chat_of_handle(channel.id, &handle);
        let message_id = self.message_id(chat_id, start.client_message_id);
        let act = Act::of(caller).once(Dedupe {
            scope: caller.dedupe_scope(),
            key: start.client_message_id.as_bytes().to_vec(),
            content: content_of(chat_id, &text, None, &start.manner),
        });
        let message = ChatCommand::SendMessage {
            message_id,
            client_message_id: Some(start.client_message_id),
            text,
            by: caller.agent_id,
            at: act.at,
            quotes: None,
            manner: start.manner,
            attachments: Vec::new(),
        };
        let command = ChatCommand::StartChat {
            chat_id,
            channel_id: channel.id,
            channel_kind: channel.kind,
            handle,
            message: Box::new(message),
            at: act.at,
        };
        let committed = self.execute_chat(chat_id, channel.id, command, act).await?;
        Ok((chat_id, message_id, self.acted(committed.position).await))
    }
}

/// What makes two sends under one key the same.
pub(crate) fn content_of(
    chat: ChatId,
    text: &MessageText,
    quotes: Option<MessageId>,
    manner: &Manner,
) -> Vec<u8> {
    let mut content = chat.as_uuid().as_bytes().to_vec();
    content.extend(
        quotes
            .map(MessageId::as_uuid)
            .iter()
            .flat_map(|id| id.as_bytes()),
    );
    content.extend(text.as_str().as_bytes());
    if *manner != Manner::default() {
        content.push(0);
        content.extend(serde_json::to_vec(manner).unwrap_or_default());
    }
    content
}
