//! The door of a widget: does the key exist, may this origin ask, whose token is it; and every answer's outer form:
//! errors as JSON, CORS for exactly the origin that asked.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use futures_util::StreamExt as _;
use hilo_app::files::{LARGEST_VISITOR_FILE, UploadError};
use hilo_app::receive::{Visitor, VisitorError};
use hilo_app::{AppError, Widget};
use hilo_channels::webchat::origin;
use hilo_channels::webchat::session::{BODY_LIMIT, BodyRefusal};
use serde_json::json;
use uuid::Uuid;

use crate::routes::files::form::FormError;
use crate::state::{AppState, Settings};

const PREFLIGHT: [(header::HeaderName, &str); 3] = [
    (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
    (
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "authorization, content-type, last-event-id",
    ),
    (header::ACCESS_CONTROL_MAX_AGE, "600"),
];

/// An address of a widget, asked by somebody who may.
pub(super) struct Door {
    pub state: Data<AppState>,
    pub widget: Widget,
    origin: Option<HeaderValue>,
}

/// Why a request went no further.
pub(super) enum Trouble {
    /// The body cannot be read as what it should be.
    Body(BodyRefusal),
    /// A parameter of the address or a header is wrong.
    Parameter { field: &'static str },
    /// The body is no form with a file.
    Form(FormError),
    /// The file was not taken.
    Upload(UploadError),
    /// There is no such file, or it is not the visitor's.
    NoFile,
    /// What the application says.
    Visitor(VisitorError),
}

impl From<BodyRefusal> for Trouble {
    fn from(refusal: BodyRefusal) -> Self {
        Self::Body(refusal)
    }
}

impl From<FormError> for Trouble {
    fn from(error: FormError) -> Self {
        Self::Form(error)
    }
}

impl From<UploadError> for Trouble {
    fn from(error: UploadError) -> Self {
        Self::Upload(error)
    }
}

impl From<VisitorError> for Trouble {
    fn from(error: VisitorError) -> Self {
        Self::Visitor(error)
    }
}

impl Door {
    /// Checks key and origin.
    pub async fn of(
        request: &HttpRequest,
        state: Data<AppState>,
        key: &str,
    ) -> Result<Self, Box<HttpResponse>> {
        let widget = match state.app.widget(key).await {
            Ok(widget) => widget,
            Err(error) => return Err(Box::new(refuse(&Trouble::Visitor(error)))),
        };
        let given = request.headers().get(header::ORIGIN).cloned();
        // A header that is no text is an origin nobody listed.
        let name = given.as_ref().map(|value| value.to_str().unwrap_or("null"));
        let own = own_origins(request, &state.settings);
        let own: Vec<_> = own.iter().map(String::as_str).collect();
        if !origin::is_allowed(name, &own, &widget.settings.origins) {
            let mut response = HttpResponse::Forbidden();
            let message = "This site is not on the widget's list.";
            return Err(Box::new(error(&mut response, "origin", message)));
        }
        Ok(Self {
            state,
            widget,
            origin: given,
        })
    }

    /// The visitor of the request's `Authorization: Bearer` token; a token in the address is never read.
    pub fn visitor(&self, request: &HttpRequest) -> Result<Visitor, VisitorError> {
        let token = request
            .headers()
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or(VisitorError::TokenInvalid)?;
        self.state.app.visitor(token, &self.widget)
    }

    /// Puts on the answer what a browser needs to hand it to the page that asked.
    pub fn answer(&self, result: Result<HttpResponse, Trouble>) -> HttpResponse {
        let mut response = result.unwrap_or_else(|trouble| refuse(&trouble));
        self.allow(response.headers_mut());
        response
    }

    fn allow(&self, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = &self.origin {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers.insert(
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                HeaderValue::from_static("retry-after, hilo-epoch"),
            );
        }
        if !headers.contains_key(header::CACHE_CONTROL) {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }
}

/// Hilo's own origins: the public address, or else whatever name this request came to.
pub(super) fn own_origins(request: &HttpRequest, settings: &Settings) -> Vec<String> {
    if let Some(url) = &settings.public_url {
        let mut parts = url.splitn(4, '/');
        let (scheme, _, host) = (parts.next(), parts.next(), parts.next());
        return scheme
            .zip(host)
            .map(|(scheme, host)| format!("{scheme}//{host}"))
            .into_iter()
            .collect();
    }
    request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .map(|host| vec![format!("http://{host}"), format!("https://{host}")])
        .unwrap_or_default()
}

/// Answers a browser that asks whether a page may ask.
pub(super) async fn preflight(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    let key = request.match_info().get("key").unwrap_or_default();
    match Door::of(&request, state, key).await {
        Err(refused) => *refused,
        Ok(door) => {
            let mut response = HttpResponse::NoContent();
            for allowed in PREFLIGHT {
                response.insert_header(allowed);
            }
            door.answer(Ok(response.finish()))
        }
    }
}

/// The whole body, if it is no larger than the contract allows; stops reading where it is.
pub(super) async fn body(mut payload: Payload) -> Result<Vec<u8>, Trouble> {
    let mut body = Vec::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| BodyRefusal::Malformed {
            reason: "it ended too early".to_owned(),
        })?;
        if body.len() + piece.len() > BODY_LIMIT {
            return Err(BodyRefusal::TooLarge { limit: BODY_LIMIT }.into());
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// `{"error": {"code", "message"}}`.
pub(super) fn error(response: &mut HttpResponseBuilder, code: &str, message: &str) -> HttpResponse {
    response.json(json!({"error": {"code": code, "message": message}}))
}

fn refuse(trouble: &Trouble) -> HttpResponse {
    match trouble {
        Trouble::Body(refusal) => refuse_body(refusal),
        Trouble::Parameter { field } => HttpResponse::BadRequest().json(json!({"error": {
            "code": "invalid",
            "message": format!("{field} must be a whole number from 0 up."),
            "field": field,
        }})),
        Trouble::Form(FormError::TooLarge) => refuse_upload(&UploadError::TooLarge {
            limit: LARGEST_VISITOR_FILE,
        }),
        Trouble::Form(problem) => error(
            &mut HttpResponse::BadRequest(),
            "malformed",
            &problem.to_string(),
        ),
        Trouble::Upload(problem) => refuse_upload(problem),
        Trouble::NoFile => error(
            &mut HttpResponse::NotFound(),
            "file_not_found",
            "There is no such file.",
        ),
        Trouble::Visitor(error) => refuse_visitor(error),
    }
}

fn refuse_body(refusal: &BodyRefusal) -> HttpResponse {
    let mut response = if refusal.is_too_large() {
        HttpResponse::PayloadTooLarge()
    } else {
        HttpResponse::BadRequest()
    };
    let (field, limit) = match refusal {
        BodyRefusal::Field(refusal) => (Some(refusal.field.as_str()), refusal.limit),
        BodyRefusal::TooLarge { limit } | BodyRefusal::TooManyEvents { limit } => {
            (None, i64::try_from(*limit).ok())
        }
        BodyRefusal::Malformed { .. } => (None, None),
    };
    response.json(json!({"error": {
        "code": refusal.code(),
        "message": refusal.to_string(),
        "field": field,
        "limit": limit,
    }}))
}

fn refuse_upload(problem: &UploadError) -> HttpResponse {
    let message = problem.to_string();
    match problem {
        UploadError::TooLarge { limit } => HttpResponse::PayloadTooLarge().json(json!({"error": {
            "code": "too_large",
            "message": message,
            "limit": limit,
        }})),
        UploadError::Empty => error(&mut HttpResponse::BadRequest(), "empty", &message),
        UploadError::BrokenOff => error(&mut HttpResponse::BadRequest(), "malformed", &message),
        UploadError::StorageFull => error(
            &mut HttpResponse::build(StatusCode::INSUFFICIENT_STORAGE),
            "storage_full",
            &message,
        ),
        UploadError::App(problem) => refuse_app(problem),
    }
}

fn refuse_visitor(problem: &VisitorError) -> HttpResponse {
    let message = problem.to_string();
    match problem {
        VisitorError::UnknownWidget => {
            error(&mut HttpResponse::NotFound(), "unknown_widget", &message)
        }
        VisitorError::IdentityInvalid => {
            error(&mut HttpResponse::Forbidden(), "identity_invalid", &message)
        }
        VisitorError::TokenInvalid => error(
            HttpResponse::Unauthorized().insert_header((header::WWW_AUTHENTICATE, "Bearer")),
            "token",
            &message,
        ),
        VisitorError::RateLimited { retry_after } => error(
            HttpResponse::TooManyRequests()
                .insert_header((header::RETRY_AFTER, (retry_after.as_secs() + 1).to_string())),
            "rate_limited",
            &message,
        ),
        VisitorError::App(problem) => refuse_app(problem),
    }
}

fn refuse_app(problem: &AppError) -> HttpResponse {
    match problem {
        AppError::Refused(refusal) => error(
            &mut HttpResponse::Conflict(),
            &refusal.code().to_ascii_lowercase(),
            &refusal.message(),
        ),
        AppError::IdempotencyConflict => error(
            &mut HttpResponse::Conflict(),
            "conflict",
            &problem.to_string(),
        ),
        AppError::Unavailable => error(
            HttpResponse::ServiceUnavailable().insert_header((header::RETRY_AFTER, "1")),
            "unavailable",
            "Hilo is not available just now; nothing is lost, try again.",
        ),
        AppError::RateLimited { retry_after } => error(
            HttpResponse::TooManyRequests()
                .insert_header((header::RETRY_AFTER, (retry_after.as_secs() + 1).to_string())),
            "rate_limited",
            &problem.to_string(),
        ),
        // None of these can come from a visitor's request; if one does, it is a fault of ours.
        AppError::Unauthenticated
        | AppError::Forbidden { .. }
        | AppError::NotFound { .. }
        | AppError::Invalid { .. }
        | AppError::PositionUnknown
        | AppError::Unexpected(_) => {
            let id = Uuid::now_v7();
            tracing::error!(correlation.id = %id, error = ?problem, "a visitor's request failed");
            let message = format!("Something broke on our side; its number is {id}.");
            error(
                &mut HttpResponse::build(StatusCode::INTERNAL_SERVER_ERROR),
                "internal",
                &message,
            )
        }
    }
}
