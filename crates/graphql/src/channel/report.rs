//! What an integrator's program says of messages it took: sent, delivered, read, failed; and of those that came in and
//! are others now.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use hilo_app::Acted;
use hilo_app::bridge::{ChangedMessage, Report, ReportedChat, ReportedMessage, ReportedOutcome};
use jiff::Timestamp;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::scalars::{Position, parse_id};

/// How far a message came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ReportedState {
    /// The messenger took it.
    Sent,
    /// The contact's device has it.
    Delivered,
    /// The contact has seen it.
    Read,
    /// It was not sent or did not arrive.
    Failed,
}

/// What became of messages of a channel.
#[derive(InputObject)]
pub struct ReportMessagesInput {
    /// The channel's id.
    channel_id: ID,
    /// The reports, at most 100. Their order does not matter, and repeating one changes nothing.
    reports: Vec<MessageReportInput>,
}

/// What became of one message, or of all up to a time. Name the chat by `chatId` or `handle`, and the messages by
/// `messageId`, `externalId` or `upTo`.
#[derive(InputObject)]
pub struct MessageReportInput {
    /// The chat's id.
    chat_id: Option<ID>,
    /// What the messenger calls the contact.
    handle: Option<String>,
    /// The message's id in Hilo. SENT needs it.
    message_id: Option<ID>,
    /// What the messenger calls the message. With SENT and `messageId` Hilo remembers it, for later receipts.
    external_id: Option<String>,
    /// Everything that the messenger had until then, by its own clock.
    up_to: Option<Timestamp>,
    /// How far it came.
    state: ReportedState,
    /// With SENT: which attempt, as the outbox said; the newest without.
    attempt: Option<i32>,
    /// With FAILED: why, in a word for programs of at most 64 characters.
    cause: Option<String>,
    /// When, by the messenger's clock; now without.
    at: Option<Timestamp>,
}

impl MessageReportInput {
    fn report(self) -> Result<Report, Failure> {
        let chat = match (self.chat_id, self.handle) {
            (Some(id), None) => ReportedChat::Chat(parse_id(&id, "chat")?),
            (None, Some(handle)) => ReportedChat::Handle(handle),
            (None, None) | (Some(_), Some(_)) => {
                return Err(Failure::bad_input("chatId", "One of chatId and handle."));
            }
        };
        let sent = self.state == ReportedState::Sent;
        let of = match (self.message_id, &self.external_id, self.up_to) {
            (Some(id), None, None) => ReportedMessage::Message(parse_id(&id, "message")?),
            (Some(id), Some(_), None) if sent => {
                ReportedMessage::Message(parse_id(&id, "message")?)
            }
            (None, Some(id), None) => ReportedMessage::External(id.clone()),
            (None, None, Some(time)) => ReportedMessage::UpTo(time),
            _ => {
                let message = "One of messageId, externalId and upTo.";
                return Err(Failure::bad_input("messageId", message));
            }
        };
        let outcome = match self.state {
            ReportedState::Sent => ReportedOutcome::Sent {
                external_id: self.external_id,
                attempt: self.attempt.and_then(|attempt| u32::try_from(attempt).ok()),
            },
            ReportedState::Delivered => ReportedOutcome::Delivered,
            ReportedState::Read => ReportedOutcome::Read,
            ReportedState::Failed => {
                ReportedOutcome::Failed(self.cause.unwrap_or_else(|| "UNKNOWN".to_owned()))
            }
        };
        Ok(Report {
            chat,
            of,
            outcome,
            at: self.at,
        })
    }
}

/// Messages of contacts that are others now.
#[derive(InputObject)]
pub struct ReportChangesInput {
    /// The channel's id.
    channel_id: ID,
    /// The changes, at most 100, in their order. Repeating one changes nothing.
    changes: Vec<MessageChangeInput>,
}

/// A message that its writer changed, or took away. Give `text` or `removed`.
#[derive(InputObject)]
pub struct MessageChangeInput {
    /// What the messenger calls the message.
    external_id: String,
    /// What the messenger calls its writer.
    handle: String,
    /// What it says now.
    text: Option<String>,
    /// True: it was taken away.
    #[graphql(default)]
    removed: bool,
    /// When, by the messenger's clock; now without.
    at: Option<Timestamp>,
}

impl MessageChangeInput {
    fn changed(self) -> Result<ChangedMessage, Failure> {
        if self.text.is_some() == self.removed {
            return Err(Failure::bad_input("text", "One of text and removed."));
        }
        Ok(ChangedMessage {
            external_id: self.external_id,
            handle: self.handle,
            text: self.text,
            at: self.at,
        })
    }
}

/// What became of a report.
#[derive(SimpleObject)]
pub struct MessageReportResult {
    /// Whether it was taken; also when it was no news.
    taken: bool,
    /// Why it was not; empty when it was.
    user_errors: Vec<UserError>,
}

/// What reporting came to.
pub struct ReportMessagesPayload {
    results: Vec<MessageReportResult>,
    acted: Option<Acted>,
    user_errors: Vec<UserError>,
}

impl ReportMessagesPayload {
    fn of(
        (done, user_errors): Outcome<(Vec<Option<hilo_app::AppError>>, Acted)>,
    ) -> Result<Self, Failure> {
        let (refused, acted) = done.unzip();
        let results = refused.unwrap_or_default().into_iter().map(|refused| {
            let user_errors = match refused {
                None => Vec::new(),
                Some(error) => refusal(error)?,
            };
            Ok(MessageReportResult {
                taken: user_errors.is_empty(),
                user_errors,
            })
        });
        Ok(Self {
            results: results.collect::<Result<_, Failure>>()?,
            acted,
            user_errors,
        })
    }
}

/// What reporting came to.
#[Object]
impl ReportMessagesPayload {
    /// What became of each report, in their order.
    fn results(&self) -> &[MessageReportResult] {
        &self.results
    }

    /// Where the last of them stands in the journal; null when none was taken.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        let acted = self.acted.filter(|acted| acted.position.0 > 0);
        crate::payload::position(ctx, acted)
    }

    /// Whether they are taken, but queries may not show it yet.
    fn pending(&self) -> bool {
        self.acted.is_some_and(|acted| acted.pending)
    }

    /// Why nothing was looked at; empty when each has its own result.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// The field of Mutation for reports.
#[derive(Default)]
pub struct ReportMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ReportMutation {
    /// Says what became of messages that were taken out of a channel. A state only ever goes forward. For integrators
    /// who have access to the channel.
    async fn report_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What became of which.")] input: ReportMessagesInput,
    ) -> Result<ReportMessagesPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let reports = input.reports.into_iter().map(MessageReportInput::report);
        let reports = reports.collect::<Result<_, _>>()?;
        let done = ctx.app()?.report_messages(ctx.caller()?, id, reports).await;
        ReportMessagesPayload::of(outcome(done)?)
    }

    /// Says that contacts changed messages or took them away that came in before, where the messenger tells. A change of
    /// a message that is not here yet is MESSAGE_NOT_FOUND, and can be told again. For integrators who have access to the
    /// channel.
    async fn report_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changed.")] input: ReportChangesInput,
    ) -> Result<ReportMessagesPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let changes = input.changes.into_iter().map(MessageChangeInput::changed);
        let changes = changes.collect::<Result<_, _>>()?;
        let done = ctx.app()?.report_changes(ctx.caller()?, id, changes).await;
        ReportMessagesPayload::of(outcome(done)?)
    }
}

/// One report's refusal as data: the others stand.
fn refusal(error: hilo_app::AppError) -> Result<Vec<UserError>, Failure> {
    if let hilo_app::AppError::NotFound { .. } = error {
        let failure = Failure::from(error);
        return Ok(vec![UserError {
            code: failure.code.wire().to_owned(),
            english: failure.message,
            field: Some("chatId".to_owned()),
            ..UserError::default()
        }]);
    }
    Ok(outcome::<()>(Err(error))?.1)
}
