//! The one table of wire error codes, and the one place where faults become words for callers.
//! Never lets an internal text out: the caller gets a correlation id, the log gets the chain.

use std::collections::BTreeMap;
use std::time::Duration;

use async_graphql::{ComplexObject, Context, ErrorExtensionValues, ServerError, SimpleObject};
use hilo_app::{AppError, Refusal};
use serde_json::Value;
use uuid::Uuid;

use crate::context::Asked as _;
use crate::language::Language;

/// Codes of `errors[].extensions.code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// Nobody is signed in, or no longer.
    Unauthenticated,
    /// Signed in, but the role does not allow it.
    Forbidden,
    /// Unknown, malformed and foreign ids alike.
    NotFound,
    /// The request or one of its values can never be right.
    BadUserInput,
    /// A cursor that was made up, or one of another list or of another order.
    BadCursor,
    /// Too many tries; `extensions.retryAfter` says how many seconds to wait.
    RateLimited,
    /// A client-made id came again with other content.
    IdempotencyConflict,
    /// A position of another database, or one that is not there yet: read afresh.
    PositionUnknown,
    /// Try again later; nothing was changed, or it is not known whether it was.
    Unavailable,
    /// A fault of ours; `extensions.correlationId` finds it in the log.
    Internal,
}

impl ErrorCode {
    /// Every code there is.
    pub const ALL: [Self; 10] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::BadUserInput,
        Self::BadCursor,
        Self::RateLimited,
        Self::IdempotencyConflict,
        Self::PositionUnknown,
        Self::Unavailable,
        Self::Internal,
    ];

    /// As it stands on the wire.
    #[must_use]
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::BadCursor => "BAD_CURSOR",
            Self::RateLimited => "RATE_LIMITED",
            Self::IdempotencyConflict => "IDEMPOTENCY_CONFLICT",
            Self::PositionUnknown => "POSITION_UNKNOWN",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// Why a field has no value. Deliberately not `Display`: only `From` below turns it into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The wire code.
    pub code: ErrorCode,
    /// In words for the caller.
    pub message: String,
    /// The argument or input field it is about.
    pub field: Option<&'static str>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// Finds the fault in the log.
    pub correlation_id: Option<Uuid>,
}

impl Failure {
    /// A failure with nothing but a code and words.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
            retry_after: None,
            correlation_id: None,
        }
    }

    /// A value that can never be right, in the argument or input field `field`.
    #[must_use]
    pub fn bad_input(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::new(ErrorCode::BadUserInput, message)
        }
    }

    /// A cursor in `field` that this list did not hand out.
    #[must_use]
    pub fn bad_cursor(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::new(ErrorCode::BadCursor, message)
        }
    }

    /// There is no such `what`, or it is not the caller's to see.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}."))
    }

    /// A fault of ours: `fault` goes to the log, the caller gets an id to ask about.
    #[must_use]
    pub fn internal(fault: impl std::fmt::Display) -> Self {
        let correlation_id = Uuid::new_v4();
        tracing::error!(error.correlation_id = %correlation_id, error.chain = %fault, "request failed inside");
        Self {
            correlation_id: Some(correlation_id),
            ..Self::new(ErrorCode::Internal, "Something went wrong inside Hilo.")
        }
    }

    /// The `extensions` of the error.
    #[must_use]
    pub fn extensions(&self) -> ErrorExtensionValues {
        let mut values = ErrorExtensionValues::default();
        values.set("code", self.code.wire());
        if let Some(field) = self.field {
            values.set("field", field);
        }
        if let Some(wait) = self.retry_after {
            // Rounded up: who waits as long as told is not told to wait again.
            values.set("retryAfter", wait.as_millis().div_ceil(1000) as u64);
        }
        if let Some(id) = self.correlation_id {
            values.set("correlationId", id.to_string());
        }
        values
    }

    /// As an error of the whole request, without a path.
    #[must_use]
    pub fn into_server_error(self) -> ServerError {
        let mut error = ServerError::new(self.message.clone(), None);
        error.extensions = Some(self.extensions());
        error
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(failure: Failure) -> Self {
        let mut error = Self::new(failure.message.clone());
        error.extensions = Some(failure.extensions());
        error
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        match error {
            AppError::Unauthenticated => {
                Self::new(ErrorCode::Unauthenticated, "Nobody is signed in.")
            }
            AppError::Forbidden { needs } => Self::new(
                ErrorCode::Forbidden,
                format!("This needs the right: {needs}."),
            ),
            AppError::NotFound { what } => Self::not_found(what),
            AppError::Invalid { field, message, .. } => Self::bad_input(field, message),
            AppError::Refused(refusal) => Self {
                field: refusal.field(),
                ..Self::new(ErrorCode::BadUserInput, refusal.message())
            },
            AppError::RateLimited { retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(ErrorCode::RateLimited, "Too many tries. Wait a while.")
            },
            AppError::IdempotencyConflict => Self::new(
                ErrorCode::IdempotencyConflict,
                "This client id came before with other content.",
            ),
            AppError::PositionUnknown => Self::new(
                ErrorCode::PositionUnknown,
                "This position is not known here. Read afresh and go on from there.",
            ),
            AppError::Unavailable => Self::new(
                ErrorCode::Unavailable,
                "Hilo cannot do this just now. Try again in a moment.",
            ),
            AppError::Unexpected(fault) => Self::internal(format!("{fault:#}")),
        }
    }
}

/// Why something was not done, for the person who asked. A rule said no: this is data, not a fault.
#[derive(Clone, Debug, Default, PartialEq, Eq, SimpleObject)]
#[graphql(complex)]
pub struct UserError {
    /// What it was, in SCREAMING_SNAKE_CASE: stable, for programs.
    pub code: String,
    /// What it was, in English.
    #[graphql(skip)]
    pub english: String,
    /// The input field it is about.
    pub field: Option<String>,
    /// The limit that was passed, where there is one.
    pub limit: Option<i32>,
    /// What stands in its words, by name.
    #[graphql(skip)]
    pub values: BTreeMap<String, Value>,
}

impl UserError {
    /// What it was, for people who read this language.
    pub(crate) fn words(&self, language: Language) -> String {
        let words = language.words(&self.code, &self.values);
        words.unwrap_or_else(|| self.english.clone())
    }
}

#[ComplexObject]
impl UserError {
    /// What it was, for people: in the first of en, es, pl and fr that the request's `Accept-Language` names, in English
    /// when it names none.
    async fn message(&self, ctx: &Context<'_>) -> Result<String, Failure> {
        Ok(self.words(ctx.identity()?.language))
    }
}

/// What stands in the words of a refusal, by name.
fn values(refusal: &Refusal) -> BTreeMap<String, Value> {
    let mut values: BTreeMap<String, Value> = match refusal.values() {
        Value::Object(fields) => fields.into_iter().collect(),
        _ => BTreeMap::new(),
    };
    if let Some(limit) = refusal.limit() {
        values.insert("limit".to_owned(), limit.into());
    }
    values
}

/// Calls a field of a refusal by the name it has in this mutation's input.
pub fn rename_field(user_errors: &mut [UserError], rule: &str, input: &str) {
    for error in user_errors {
        if error.field.as_deref() == Some(rule) {
            error.field = Some(input.to_owned());
        }
    }
}

/// What a command came to: done, or refused with words for the person who asked.
pub type Outcome<T> = (Option<T>, Vec<UserError>);

/// Takes refusals out as data; everything else stays a fault.
pub fn outcome<T>(result: Result<T, AppError>) -> Result<Outcome<T>, Failure> {
    let user_error = match result {
        Ok(done) => return Ok((Some(done), Vec::new())),
        Err(AppError::Refused(refusal)) => UserError {
            code: refusal.code().to_owned(),
            english: refusal.message(),
            field: refusal.field().map(str::to_owned),
            limit: refusal.limit().and_then(|limit| i32::try_from(limit).ok()),
            values: values(&refusal),
        },
        Err(AppError::Invalid {
            field,
            code,
            message,
            limit,
        }) => UserError {
            code: code.to_owned(),
            english: message,
            field: Some(field.to_owned()),
            limit: limit.and_then(|limit| i32::try_from(limit).ok()),
            values: limit
                .map(|limit| ("limit".to_owned(), limit.into()))
                .into_iter()
                .collect(),
        },
        Err(fault) => return Err(fault.into()),
    };
    Ok((None, vec![user_error]))
}

/// Gives every error a code. What has none by now is the library's word about the request itself.
pub fn complete(errors: &mut [ServerError]) {
    for error in errors {
        let values = error.extensions.get_or_insert_default();
        if values.get("code").is_none() {
            values.set("code", ErrorCode::BadUserInput.wire());
        }
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
