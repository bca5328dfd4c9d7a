//! What an integrator's program says of messages it took: sent, delivered, read, failed. In any order, any number of
//! times; the chat decides what is news.

use futures_util::future::join_all;
use hilo_domain::chat::{ChatCommand, FailureCause, ProviderMessage, Reached, ReceiptOf};
use hilo_domain::{Actor, ChannelId, ChatId, MessageId, ids};
use hilo_journal::Position;
use jiff::Timestamp;

use super::receive::happened;
use super::{EXTERNAL_ID, HANDLE, few, found_by, sized};
use crate::accounts::Caller;
use crate::authorize::Operation;
use crate::error::AppError;
use crate::facts::ChannelEntry;
use crate::{Act, Acted, App, clock};

/// Longest word for a cause, in bytes.
const CAUSE: usize = 64;

/// Whose messages a report is about.
#[derive(Clone)]
pub enum ReportedChat {
    /// A chat by its id.
    Chat(ChatId),
    /// The chat of a handle.
    Handle(String),
}

/// One report.
#[derive(Clone)]
pub struct Report {
    /// Whose messages.
    pub chat: ReportedChat,
    /// Which of them.
    pub of: ReportedMessage,
    /// What became of them.
    pub outcome: ReportedOutcome,
    /// When, by the messenger's clock; now without.
    pub at: Option<Timestamp>,
}

/// Which messages a report speaks of.
#[derive(Clone)]
pub enum ReportedMessage {
    /// One, by Hilo's id.
    Message(MessageId),
    /// One, by what the messenger calls it.
    External(String),
    /// All that the messenger had until then, by its own clock.
    UpTo(Timestamp),
}

/// What became of messages.
#[derive(Clone)]
pub enum ReportedOutcome {
    /// The messenger took it, and calls it so; with the attempt's number, else the newest attempt.
    Sent {
        /// What the messenger calls it.
        external_id: Option<String>,
        /// Which attempt.
        attempt: Option<u32>,
    },
    /// The contact's device has it.
    Delivered,
    /// The contact has seen it.
    Read,
    /// It was not sent or did not arrive, with a word for programs.
    Failed(String),
}

impl App {
    /// Takes reports of one bridged channel, each alone; gives what stands against each, if anything does.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Invalid` for more than 100; `Unavailable`: then all may be reported again.
    pub async fn report_messages(
        &self,
        caller: &Caller,
        channel: ChannelId,
        reports: Vec<Report>,
    ) -> Result<(Vec<Option<AppError>>, Acted), AppError> {
        let channel = self.bridged(caller, Operation::ReportMessages, channel);
        let channel = channel.await?;
        few("reports", reports.len())?;
        let done = reports
            .into_iter()
            .map(|report| self.report(&channel, report));
        let mut refused = Vec::new();
        let mut last = Position::START;
        for one in join_all(done).await {
            match one {
                Ok(position) => {
                    last = last.max(position);
                    refused.push(None);
                }
                Err(
                    error @ (AppError::Refused(_)
                    | AppError::Invalid { .. }
                    | AppError::NotFound { .. }),
                ) => {
                    refused.push(Some(error));
                }
                Err(fault) => return Err(fault),
            }
        }
        Ok((refused, self.acted(last).await))
    }

    async fn report(&self, channel: &ChannelEntry, report: Report) -> Result<Position, AppError> {
        let chat = match report.chat {
            // A chat of another channel is none of this channel's: its reports would be anybody's.
            ReportedChat::Chat(chat) => {
                self.of_channel(channel.id, chat).await?;
                chat
            }
            ReportedChat::Handle(handle) => {
                sized("handle", &handle, HANDLE)?;
                self.chat_of_handle(channel.id, &found_by(channel.kind, handle))
            }
        };
        let at = happened(report.at, clock::now())?;
        let command = self.reported(channel.id, report.of, report.outcome, at)?;
        let act = Act::by(Actor::Integration {
            name: "bridge".to_owned(),
        });
        let committed = self
            .execute_chat(chat, channel.id, command, act.at(at))
            .await?;
        Ok(committed.position)
    }

    fn reported(
        &self,
        channel: ChannelId,
        of: ReportedMessage,
        outcome: ReportedOutcome,
        at: Timestamp,
    ) -> Result<ChatCommand, AppError> {
        let reached = match outcome {
            ReportedOutcome::Sent {
                external_id,
                attempt,
            } => {
                let ReportedMessage::Message(message_id) = of else {
                    return Err(invalid(
                        "messageId",
                        "What was sent is named by its messageId.",
                    ));
                };
                if let Some(id) = &external_id {
                    sized("externalId", id, EXTERNAL_ID)?;
                }
                let provider = external_id.map(|id| ProviderMessage {
                    reference: self.provider_reference(channel, &id),
                    id,
                });
                return Ok(ChatCommand::ReportSent {
                    message_id,
                    attempt,
                    provider,
                    at,
                });
            }
            ReportedOutcome::Delivered => Reached::Delivered,
            ReportedOutcome::Read => Reached::Read,
            ReportedOutcome::Failed(code) => {
                sized("cause", &code, CAUSE)?;
                if !code.bytes().all(|c| c.is_ascii_graphic()) {
                    return Err(invalid("cause", "A cause is a word for programs."));
                }
                Reached::Failed {
                    cause: FailureCause { code },
                }
            }
        };
        let of = match of {
            ReportedMessage::Message(id) => ReceiptOf::Message(id),
            ReportedMessage::External(id) => {
                sized("externalId", &id, EXTERNAL_ID)?;
                ReceiptOf::Reference(self.provider_reference(channel, &id))
            }
            ReportedMessage::UpTo(_) if matches!(reached, Reached::Failed { .. }) => {
                return Err(invalid("upTo", "What failed is named one by one."));
            }
            ReportedMessage::UpTo(time) => ReceiptOf::UpTo(time),
        };
        Ok(ChatCommand::ReportReceipt { of, reached, at })
    }

    /// A keyed hash of what a messenger calls a message: that may hold a telephone number.
    pub(crate) fn provider_reference(&self, channel: ChannelId, id: &str) -> uuid::Uuid {
        let channel = channel.as_uuid();
        let mac = self
            .journal()
            .lookup_mac("provider message", &[channel.as_bytes(), id.as_bytes()]);
        ids::from_mac(&mac)
    }
}

fn invalid(field: &'static str, message: &str) -> AppError {
    AppError::Invalid {
        field,
        code: "REPORT_INVALID",
        message: message.to_owned(),
        limit: None,
    }
}
