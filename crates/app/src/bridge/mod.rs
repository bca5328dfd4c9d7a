//! Channels that an integrator's program carries (A7): what it pushes in, and what it takes out. Decides nothing about
//! a chat, knows no wire format. Whoever asks must be an integrator or administrator who sees the channel.

mod changes;
mod outbox;
mod receive;
mod report;

use hilo_domain::channel::{ChannelKind, Transport};
use hilo_domain::client::parse_email;
use hilo_domain::{ChannelId, ChatId, MessageId, ids};
use hilo_read::ChannelScope;

use crate::App;
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::chats::NO_CHAT;
use crate::error::AppError;
use crate::facts::ChannelEntry;

pub use changes::ChangedMessage;
pub use receive::{InboundMessage, Received, ReceivedStatus};
pub use report::{Report, ReportedChat, ReportedMessage, ReportedOutcome};

/// Most items of one request.
pub const MOST_ITEMS: usize = 100;
/// Longest id that an integrator gives a message, in bytes.
const EXTERNAL_ID: usize = 512;
/// Longest handle of a contact, in bytes.
const HANDLE: usize = 320;

impl App {
    /// The bridged channel, if the caller may carry its messages.
    pub(crate) async fn bridged(
        &self,
        caller: &Caller,
        operation: Operation,
        channel: ChannelId,
    ) -> Result<ChannelEntry, AppError> {
        authorize(caller, operation)?;
        let entry = self.channel(caller, channel).await?;
        match entry.transport {
            Transport::Bridge => Ok(entry),
            Transport::Own => Err(AppError::Invalid {
                field: "channelId",
                code: "CHANNEL_NOT_BRIDGED",
                message: "Hilo carries this channel's messages itself.".to_owned(),
                limit: None,
            }),
        }
    }

    /// Whether a chat is one of a channel that the caller carries, also while agents see none (A14).
    ///
    /// # Errors
    /// `NotFound`.
    async fn of_channel(&self, channel: ChannelId, chat: ChatId) -> Result<(), AppError> {
        let known = match self.0.chat_channels.get(&chat) {
            Some(known) => Some(known),
            None => {
                let scope = ChannelScope::Only(vec![channel]);
                self.read().channel_of(&scope, chat).await?
            }
        };
        match known == Some(channel) {
            true => Ok(()),
            false => Err(NO_CHAT),
        }
    }

    /// The chat of a handle on a channel, opened or not.
    #[must_use]
    pub fn chat_of_handle(&self, channel: ChannelId, handle: &str) -> ChatId {
        let channel = channel.as_uuid();
        let mac = self
            .journal()
            .lookup_mac("chat", &[channel.as_bytes(), handle.as_bytes()]);
        ChatId::from_uuid(ids::from_mac(&mac))
    }

    /// The id of a message that came from outside, from what it is called there.
    #[must_use]
    pub(crate) fn message_of_external_id(&self, channel: ChannelId, external: &str) -> MessageId {
        let channel = channel.as_uuid();
        let mac = self.journal().lookup_mac(
            "external message",
            &[channel.as_bytes(), external.as_bytes()],
        );
        MessageId::from_uuid(ids::from_mac(&mac))
    }
}

/// A handle by which a chat is found: an address is the same in large and small letters.
fn found_by(kind: ChannelKind, handle: String) -> String {
    let address = (kind == ChannelKind::Email).then(|| parse_email(&handle));
    match address.flatten() {
        Some(address) => address.normal,
        None => handle,
    }
}

/// Refuses what is empty or longer than an id can be.
fn sized(field: &'static str, text: &str, most: usize) -> Result<(), AppError> {
    if (1..=most).contains(&text.len()) && !text.contains('\0') {
        return Ok(());
    }
    Err(AppError::Invalid {
        field,
        code: "FIELD_INVALID",
        message: format!("{field} has 1 to {most} bytes and no NUL."),
        limit: i64::try_from(most).ok(),
    })
}

/// Refuses more items than one request may have.
fn few(field: &'static str, count: usize) -> Result<(), AppError> {
    if count <= MOST_ITEMS {
        return Ok(());
    }
    Err(AppError::Invalid {
        field,
        code: "TOO_MANY_ITEMS",
        message: format!("At most {MOST_ITEMS} at once."),
        limit: i64::try_from(MOST_ITEMS).ok(),
    })
}
