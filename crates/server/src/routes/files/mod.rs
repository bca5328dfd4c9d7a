//! `POST /files` and `GET /files/{id}`: what messages carry, for people and programs. Translates only; who may, and what a
//! file is, is decided in `app`.

pub mod download;
pub mod form;

use actix_web::http::header::{self, HeaderMap};
use actix_web::http::{Method, StatusCode};
use actix_web::web::{self, Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use hilo_app::files::{LARGEST_FILE, UploadError, Uploaded};
use hilo_app::{AppError, Caller};
use hilo_domain::{ChannelId, ChatId, FileId};
use hilo_graphql::{ErrorCode, Failure};
use serde::Deserialize;
use serde_json::{Value, json};

use self::form::FormError;
use super::graphql::{bearer, caller_of, origin};
use crate::state::AppState;

/// Registers the addresses of files.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/files")
                .route(web::post().to(upload))
                .default_service(web::route().to(|| async { wrong_method("POST") })),
        )
        .service(
            web::resource("/files/{id}")
                .route(web::get().to(file))
                .route(web::head().to(file))
                .default_service(web::route().to(|| async { wrong_method("GET, HEAD") })),
        );
}

/// Where a file is to go: exactly one of both.
#[derive(Deserialize)]
struct Whither {
    /// A chat, for a message that the caller will send in it.
    chat: Option<String>,
    /// A channel, for a message that came in on it.
    channel: Option<String>,
}

/// Why a request was not carried out.
enum Trouble {
    /// A page of another site asked.
    ForeignOrigin,
    /// The address names no place, or two.
    Whither,
    /// The body is not a form with a file.
    Form(FormError),
    /// The file was not taken.
    Upload(UploadError),
    /// Who asks could not be told, or a fault.
    Failure(Failure),
}

impl From<UploadError> for Trouble {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        Self::Upload(UploadError::App(error))
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<FormError> for Trouble {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

async fn upload(
    request: HttpRequest,
    state: Data<AppState>,
    whither: Query<Whither>,
    payload: Payload,
) -> HttpResponse {
    match uploaded(&request, &state, &whither, payload).await {
        Ok(uploaded) => HttpResponse::Created()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(json!({
                "fileId": uploaded.id,
                "kind": uploaded.kind,
                "mediaType": uploaded.media_type,
                "size": uploaded.size,
            })),
        Err(trouble) => refuse(trouble),
    }
}

async fn uploaded(
    request: &HttpRequest,
    state: &AppState,
    whither: &Whither,
    payload: Payload,
) -> Result<Uploaded, Trouble> {
    let caller = signed_in(request, state).await?;
    let app = &state.app;
    let headers = request.headers();
    match (&whither.chat, &whither.channel) {
        (Some(chat), None) => {
            let chat: ChatId = chat.parse().map_err(|_| no("chat"))?;
            form::first_file(headers, payload, LARGEST_FILE, async |upload| {
                app.upload_for_chat(&caller, chat, upload).await
            })
            .await?
            .map_err(Trouble::from)
        }
        (None, Some(channel)) => {
            let channel: ChannelId = channel.parse().map_err(|_| no("channel"))?;
            form::first_file(headers, payload, LARGEST_FILE, async |upload| {
                app.upload_for_channel(&caller, channel, upload).await
            })
            .await?
            .map_err(Trouble::from)
        }
        _ => Err(Trouble::Whither),
    }
}

/// Who asks. A page cannot know a token, so no page can be made to send one: origins matter for cookies only.
async fn signed_in(request: &HttpRequest, state: &AppState) -> Result<Caller, Trouble> {
    if !bearer::is_shown(request) && !origin::is_own(request.headers(), &state.settings) {
        return Err(Trouble::ForeignOrigin);
    }
    let caller = caller_of(request, state).await?;
    Ok(caller.ok_or(AppError::Unauthenticated)?)
}

async fn file(request: HttpRequest, state: Data<AppState>, id: Path<String>) -> HttpResponse {
    let asked = async {
        let caller = signed_in(&request, &state).await?;
        let id: FileId = id.parse().map_err(|_| no("file"))?;
        Ok::<_, Trouble>(state.app.file(&caller, id).await?)
    };
    match asked.await {
        Ok(file) => download::answer(file, request.headers(), *request.method() == Method::HEAD),
        Err(trouble) => refuse(trouble),
    }
}

const fn no(what: &'static str) -> AppError {
    AppError::NotFound { what }
}

fn wrong_method(methods: &'static str) -> HttpResponse {
    let message = format!("This address takes {methods} only.");
    let mut response = error(
        StatusCode::METHOD_NOT_ALLOWED,
        json!({"code": "BAD_USER_INPUT", "message": message}),
    );
    let allow = header::HeaderValue::from_static(methods);
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

/// `{"error": {"code", "message"}}`.
fn error(status: StatusCode, error: Value) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(json!({ "error": error }))
}

fn refuse(trouble: Trouble) -> HttpResponse {
    let bad = |message: &str, field: Option<&str>| {
        error(
            StatusCode::BAD_REQUEST,
            json!({"code": "BAD_USER_INPUT", "message": message, "field": field}),
        )
    };
    match trouble {
        Trouble::ForeignOrigin => error(
            StatusCode::FORBIDDEN,
            json!({"code": "FORBIDDEN", "message": "This origin may not ask."}),
        ),
        Trouble::Whither => bad(
            "Say where it goes: chat or channel, one of both.",
            Some("chat"),
        ),
        Trouble::Form(FormError::TooLarge) => refuse_upload(UploadError::TooLarge {
            limit: LARGEST_FILE,
        }),
        Trouble::Form(error) => bad(&error.to_string(), Some("file")),
        Trouble::Upload(error) => refuse_upload(error),
        Trouble::Failure(failure) => refuse_failure(failure),
    }
}

fn refuse_upload(problem: UploadError) -> HttpResponse {
    let message = problem.to_string();
    let (status, code, limit) = match problem {
        UploadError::TooLarge { limit } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "FILE_TOO_LARGE", Some(limit))
        }
        UploadError::Empty => (StatusCode::BAD_REQUEST, "FILE_EMPTY", None),
        UploadError::BrokenOff => (StatusCode::BAD_REQUEST, "FILE_BROKEN_OFF", None),
        UploadError::StorageFull => (StatusCode::INSUFFICIENT_STORAGE, "STORAGE_FULL", None),
        UploadError::App(error) => return refuse_app(error),
    };
    error(
        status,
        json!({"code": code, "message": message, "field": "file", "limit": limit}),
    )
}

fn refuse_app(problem: AppError) -> HttpResponse {
    match problem {
        AppError::Refused(refusal) => error(
            StatusCode::CONFLICT,
            json!({"code": refusal.code(), "message": refusal.message(), "field": refusal.field()}),
        ),
        AppError::Invalid {
            field,
            code,
            message,
            limit,
        } => error(
            StatusCode::BAD_REQUEST,
            json!({"code": code, "message": message, "field": field, "limit": limit}),
        ),
        other => refuse_failure(other.into()),
    }
}

fn refuse_failure(failure: Failure) -> HttpResponse {
    let status = match failure.code {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::BadUserInput | ErrorCode::BadCursor | ErrorCode::PositionUnknown => {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::IdempotencyConflict => StatusCode::CONFLICT,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let body = json!({"code": failure.code.wire(), "message": failure.message});
    let mut response = error(status, body);
    put_wait(response.headers_mut(), &failure);
    response
}

fn put_wait(headers: &mut HeaderMap, failure: &Failure) {
    if let Some(wait) = failure.retry_after {
        headers.insert(header::RETRY_AFTER, (wait.as_secs() + 1).into());
    }
}
