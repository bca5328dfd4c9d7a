//! Carries out what a visitor's page sent: each event alone, in its order, once under its id.

use hilo_channels::webchat::FieldRefusal;
use hilo_channels::webchat::act::VisitorAct;
use hilo_channels::webchat::event::{RefusedEvent, VisitorEvent};
use hilo_domain::chat::ChatCommand;
use hilo_domain::{Actor, FileId, MessageId};
use hilo_journal::Dedupe;
use uuid::Uuid;

use super::{Visitor, VisitorError, command};
use crate::error::{AppError, Refusal};
use crate::files::{Claim, Claimed, WantedFile};
use crate::live::Typing;
use crate::{Act, App, clock};

/// What became of one event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventResult {
    /// As it was sent; `None` when there was none to read.
    pub client_event_id: Option<String>,
    /// The verdict.
    pub status: EventStatus,
    /// Number of what it added to the visitor's stream.
    pub seq: Option<u64>,
    /// The message it made or changed.
    pub message_id: Option<MessageId>,
}

/// The verdict on one event.
#[derive(Clone, Debug, PartialEq)]
pub enum EventStatus {
    /// Done now.
    Accepted,
    /// Done before under the same id; this is the first answer.
    Duplicate,
    /// Not done.
    Rejected(EventError),
}

/// Why one event was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub struct EventError {
    /// A word for programs, in snake_case.
    pub code: String,
    /// For people.
    pub message: String,
    /// Path of the wrong field.
    pub field: Option<String>,
    /// The limit that was passed.
    pub limit: Option<i64>,
    /// Whole seconds after which it may be sent again, under the same id.
    pub retry_after: Option<u64>,
}

impl App {
    /// Carries events out in their order. When a limit is reached in the middle, the rest is told to come later and
    /// nothing of it is done, so that the order stays.
    ///
    /// # Errors
    /// `RateLimited` when nothing at all was done; `Unavailable` and faults: then all may be sent again, what was done
    /// is known by its id.
    pub async fn receive_visitor_events(
        &self,
        visitor: &Visitor,
        events: Vec<Result<VisitorEvent, RefusedEvent>>,
    ) -> Result<Vec<EventResult>, VisitorError> {
        let mut results = Vec::with_capacity(events.len());
        let mut wait = None;
        let mut is_first = true;
        for event in events {
            let event = match event {
                Ok(event) => event,
                Err(refused) => {
                    results.push(rejected(refused.client_event_id, refused.refusal.into()));
                    continue;
                }
            };
            let id = event.client_event_id;
            if wait.is_none() {
                wait = self.count(visitor, &event).err();
            }
            if let Some(retry_after) = wait {
                if is_first {
                    return Err(VisitorError::RateLimited { retry_after });
                }
                results.push(rejected(Some(id.to_string()), limited(retry_after)));
                continue;
            }
            is_first = false;
            results.push(self.receive_event(visitor, event).await?);
        }
        Ok(results)
    }

    fn count(&self, visitor: &Visitor, event: &VisitorEvent) -> Result<(), std::time::Duration> {
        if event.act.is_message() {
            self.visitors()
                .message(visitor.chat_id, event.client_event_id)
        } else {
            self.visitors().act(visitor.chat_id)
        }
    }

    async fn receive_event(
        &self,
        visitor: &Visitor,
        event: VisitorEvent,
    ) -> Result<EventResult, VisitorError> {
        let id = event.client_event_id;
        match &event.act {
            VisitorAct::Typing { active, preview } => {
                let channel = self.facts().channel(visitor.channel_id);
                let shows = channel
                    .and_then(|channel| channel.widget)
                    .is_some_and(|widget| widget.typing_preview);
                self.tell_typing(Typing {
                    chat_id: visitor.chat_id,
                    by: Actor::Contact {
                        id: visitor.contact_id(),
                    },
                    state: *active,
                    // What is not sent yet is told only where the company switched that on.
                    preview: preview.clone().filter(|_| shows),
                });
                return Ok(accepted(id));
            }
            VisitorAct::PageView { page } => {
                let page = command::page_view(page.clone());
                self.visitors().remember_page(visitor.chat_id, page);
                // Before the first message there is no chat to note it in.
                if self.visitor_chat(visitor).await?.is_none() {
                    return Ok(accepted(id));
                }
            }
            VisitorAct::MessageText { .. }
            | VisitorAct::MessageFile { .. }
            | VisitorAct::MessageEdit { .. }
            | VisitorAct::MessageDelete { .. }
            | VisitorAct::Reaction { .. }
            | VisitorAct::Read { .. }
            | VisitorAct::FormSubmit(_)
            | VisitorAct::Rating { .. }
            | VisitorAct::End => {}
        }
        self.execute_event(visitor, event).await
    }

    async fn execute_event(
        &self,
        visitor: &Visitor,
        event: VisitorEvent,
    ) -> Result<EventResult, VisitorError> {
        let id = event.client_event_id;
        if let Some(refusal) = self.form_missing(visitor, &event.act).await? {
            return Ok(rejected(Some(id.to_string()), refusal));
        }
        let is_message = event.act.is_message();
        let act = Act::by(Actor::Contact {
            id: visitor.contact_id(),
        })
        .once(Dedupe {
            // The chat's id, not the visitor's: that one is a secret of the visitor and would outlive erasure here.
            scope: format!("visitor:{}", visitor.chat_id),
            key: id.as_bytes().to_vec(),
            content: event.content,
        });
        let claimed = match self.claim_of(visitor, &event.act, id).await {
            Err(AppError::Invalid { message, .. }) => {
                return Ok(rejected(Some(id.to_string()), file_not_found(&message)));
            }
            claimed => claimed?,
        };
        let setting = command::Setting {
            attachments: claimed.attachments.clone(),
            visitor,
            client_event_id: id,
            now: clock::now(),
            sent_at: event.sent_at,
            page: self.visitors().page(visitor.chat_id),
            message_id: &|client| self.message_id(visitor.chat_id, client),
        };
        let Some(command) = command::of_act(event.act, setting) else {
            return Ok(accepted(id));
        };
        let subject = subject(&command);
        let done = self
            .execute_chat(visitor.chat_id, visitor.channel_id, command, act)
            .await;
        match self.unless_refused(&claimed, done).await {
            Ok(committed) => {
                if is_message {
                    self.visitors().took(visitor.chat_id, id);
                }
                let (seq, message_id) = command::trace(&committed.events);
                let status = if committed.repeated {
                    EventStatus::Duplicate
                } else {
                    EventStatus::Accepted
                };
                Ok(EventResult {
                    client_event_id: Some(id.to_string()),
                    status,
                    seq,
                    message_id: message_id.or(subject),
                })
            }
            Err(AppError::Refused(refusal)) => {
                Ok(rejected(Some(id.to_string()), refusal_error(&refusal)))
            }
            Err(AppError::IdempotencyConflict) => Ok(rejected(Some(id.to_string()), conflict())),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the file that an act sends to its message.
    async fn claim_of(
        &self,
        visitor: &Visitor,
        act: &VisitorAct,
        client_event_id: Uuid,
    ) -> Result<Claimed, AppError> {
        let claim = Claim {
            channel_id: visitor.channel_id,
            chat_id: visitor.chat_id,
            message_id: self.message_id(visitor.chat_id, client_event_id),
            uploaded_by: visitor.uploads_scope(),
            field: "upload_id",
        };
        let wanted = match act {
            VisitorAct::MessageFile {
                upload_id,
                duration_ms,
                ..
            } => vec![WantedFile {
                // What is no id is the id of nothing.
                id: upload_id.parse().unwrap_or(FileId::from_uuid(Uuid::nil())),
                duration_ms: *duration_ms,
                is_sticker: false,
            }],
            _ => Vec::new(),
        };
        self.claim_files(&claim, &wanted).await
    }

    /// The visitor's page has everything up to this number.
    ///
    /// # Errors
    /// `Refused(SeqAhead)` above the last number; `RateLimited`.
    pub async fn acknowledge(&self, visitor: &Visitor, seq: u64) -> Result<(), VisitorError> {
        self.visitors()
            .act(visitor.chat_id)
            .map_err(|retry_after| VisitorError::RateLimited { retry_after })?;
        let act = Act::by(Actor::Contact {
            id: visitor.contact_id(),
        });
        let command = ChatCommand::ReportDelivered { up_to_seq: seq };
        self.execute_chat(visitor.chat_id, visitor.channel_id, command, act)
            .await?;
        Ok(())
    }
}

/// The message a command is about: its id is known also when a repetition adds nothing.
fn subject(command: &ChatCommand) -> Option<MessageId> {
    match command {
        ChatCommand::ReceiveMessage { message_id, .. }
        | ChatCommand::EditReceivedMessage { message_id, .. }
        | ChatCommand::DeleteReceivedMessage { message_id, .. }
        | ChatCommand::ReactToMessage { message_id, .. } => Some(*message_id),
        _ => None,
    }
}

fn accepted(id: Uuid) -> EventResult {
    EventResult {
        client_event_id: Some(id.to_string()),
        status: EventStatus::Accepted,
        seq: None,
        message_id: None,
    }
}

fn rejected(client_event_id: Option<String>, error: EventError) -> EventResult {
    EventResult {
        client_event_id,
        status: EventStatus::Rejected(error),
        seq: None,
        message_id: None,
    }
}

impl EventError {
    pub(super) fn new(code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            message: message.to_owned(),
            field: None,
            limit: None,
            retry_after: None,
        }
    }
}

impl From<FieldRefusal> for EventError {
    fn from(refusal: FieldRefusal) -> Self {
        Self {
            field: Some(refusal.field),
            limit: refusal.limit,
            ..Self::new(refusal.code, &refusal.message)
        }
    }
}

fn refusal_error(refusal: &Refusal) -> EventError {
    EventError {
        limit: refusal.limit(),
        ..EventError::new(&refusal.code().to_ascii_lowercase(), &refusal.message())
    }
}

fn conflict() -> EventError {
    EventError {
        field: Some("client_event_id".to_owned()),
        ..EventError::new(
            "conflict",
            "This id was used before with other content; the first one stays.",
        )
    }
}

fn file_not_found(message: &str) -> EventError {
    EventError {
        field: Some("data.upload_id".to_owned()),
        ..EventError::new("file_not_found", message)
    }
}

fn limited(retry_after: std::time::Duration) -> EventError {
    EventError {
        retry_after: Some(retry_after.as_secs() + 1),
        ..EventError::new("rate_limited", "Too many at once; send it again later.")
    }
}
