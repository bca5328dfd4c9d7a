//! POST /graphql: one JSON request in, one JSON response out. Decides on headers, sizes and origins, never on what is asked.

pub mod bearer;
pub mod media;
pub mod origin;

use std::sync::Arc;
use std::time::Duration;

use actix_web::guard::{self, GuardContext};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::middleware::Compress;
use actix_web::web::{self, BytesMut, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::StreamExt;
use hilo_app::{Caller, clock};
use hilo_graphql::{
    CookieChange, CookieJar, ErrorCode, Failure, GraphqlRequest, Identity, Language, Pace,
    RequestContext, Surroundings,
};
use uuid::Uuid;

use self::media::Media;
use crate::commands::demo;
use crate::session_cookie::Place;
use crate::state::AppState;
use crate::{peer, session_cookie};

/// The largest body that is read.
const BODY_LIMIT: usize = 1 << 20;
/// How long a client may take to send it.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Characters of a browser's name that are kept.
const USER_AGENT_LIMIT: usize = 300;

/// Registers `/graphql` for everything that is not the opening of a socket.
pub fn configure(config: &mut ServiceConfig) {
    let resource = web::resource("/graphql")
        .guard(guard::fn_guard(|context| !opens_socket(context)))
        .route(web::post().to(answer))
        .default_service(web::route().to(only_post))
        // Pages of the inbox and of a thread are long, and much in them is alike.
        .wrap(Compress::default());
    config.service(resource);
}

/// Whether a request wants to become a WebSocket.
pub fn opens_socket(context: &GuardContext<'_>) -> bool {
    let upgrade = context.head().headers().get(header::UPGRADE);
    upgrade
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.to_ascii_lowercase().contains("websocket"))
}

/// Who asks, if anybody says so.
pub async fn caller_of(request: &HttpRequest, state: &AppState) -> Result<Option<Caller>, Failure> {
    match (bearer::of(request), session_cookie::read(request)) {
        // Whoever shows a token is who the token says, or nobody; a cookie beside it counts for nothing.
        (Some(token), _) => Ok(Some(bearer::caller(&state.app, &token).await?)),
        (None, Some(session)) => Ok(state.app.caller(&session).await?),
        (None, None) => Ok(None),
    }
}

/// What one request or socket carries into the schema.
pub async fn context_of(
    request: &HttpRequest,
    state: &AppState,
    cookies: CookieJar,
) -> Result<RequestContext, Failure> {
    let caller = caller_of(request, state).await?;
    let user_agent = text_header(request.headers(), header::USER_AGENT)
        .map(|name| name.chars().take(USER_AGENT_LIMIT).collect());
    Ok(RequestContext {
        app: state.app.clone(),
        identity: Identity {
            caller,
            peer: peer::of(request, &state.settings),
            user_agent,
            language: text_header(request.headers(), header::ACCEPT_LANGUAGE)
                .map(Language::of_header)
                .unwrap_or_default(),
            request_id: Uuid::now_v7(),
        },
        surroundings: Arc::new(Surroundings {
            base_url: state.settings.base_url(),
            demo_password: state.settings.demo.then(|| demo::PASSWORD.to_owned()),
        }),
        cookies,
        executions: state.executions.clone(),
        pace: Pace::default(),
    })
}

async fn answer(request: HttpRequest, body: web::Payload, state: Data<AppState>) -> HttpResponse {
    let Some(media) = media::accepted(request.headers()) else {
        let message = "Answers are application/graphql-response+json or application/json.";
        return refuse(Media::Json, StatusCode::NOT_ACCEPTABLE, message);
    };
    match answer_in(media, &request, body, &state).await {
        Ok(response) => response,
        Err((status, message)) => refuse(media, status, &message),
    }
}

type Refusal = (StatusCode, String);

async fn answer_in(
    media: Media,
    request: &HttpRequest,
    body: web::Payload,
    state: &AppState,
) -> Result<HttpResponse, Refusal> {
    let headers = request.headers();
    if !media::is_json(headers) {
        let message = "Send application/json in UTF-8.".to_owned();
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    // A page cannot know a token, so no page can be made to send one: origins matter for cookies only.
    if !bearer::is_shown(request) && !origin::is_own(headers, &state.settings) {
        return Err((StatusCode::FORBIDDEN, "This origin may not ask.".to_owned()));
    }
    let body = read(headers, body).await?;
    let asked = GraphqlRequest::from_slice(&body)
        .map_err(|reason| (StatusCode::BAD_REQUEST, reason.to_string()))?;
    let context = match context_of(request, state, CookieJar::for_http()).await {
        Ok(context) => context,
        Err(failure) => return Ok(failed(media, failure)),
    };
    let answer = state.aside(hilo_graphql::execute(asked, context)).await;
    let answer = answer.ok_or_else(ending)?;
    let mut response = HttpResponse::build(media.status(answer.is_request_error));
    response
        .content_type(media.content_type())
        .insert_header((header::CACHE_CONTROL, "no-store"));
    let cookies = answer
        .cookie
        .map(|change| cookies(state, place_of(headers, state), change));
    for value in cookies.into_iter().flatten() {
        response.append_header((header::SET_COOKIE, value));
    }
    Ok(response.body(answer.body))
}

fn ending() -> Refusal {
    let message = "Hilo is ending; ask again.".to_owned();
    (StatusCode::SERVICE_UNAVAILABLE, message)
}

/// Reads the body up to the limit; never more, whatever the client announces.
async fn read(headers: &HeaderMap, mut body: web::Payload) -> Result<BytesMut, Refusal> {
    let too_large = || {
        let message = format!("The body is larger than {BODY_LIMIT} bytes.");
        (StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let announced =
        text_header(headers, header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if announced.is_some_and(|length: u64| length > BODY_LIMIT as u64) {
        return Err(too_large());
    }
    let reading = async {
        let mut bytes = BytesMut::new();
        while let Some(chunk) = body.next().await {
            let chunk =
                chunk.map_err(|_| (StatusCode::BAD_REQUEST, "The body broke off.".to_owned()))?;
            if bytes.len() + chunk.len() > BODY_LIMIT {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    tokio::time::timeout(BODY_TIME, reading)
        .await
        .unwrap_or_else(|_| {
            Err((
                StatusCode::REQUEST_TIMEOUT,
                "The body took longer than 10 seconds.".to_owned(),
            ))
        })
}

/// A frame is believed in only while there is a site that may show one.
fn place_of(headers: &HeaderMap, state: &AppState) -> Place {
    match session_cookie::place(headers) {
        Place::Frame if !state.app.frame_origins().is_empty() => Place::Frame,
        Place::Frame | Place::Tab => Place::Tab,
    }
}

fn cookies(state: &AppState, place: Place, change: CookieChange) -> Vec<header::HeaderValue> {
    match change {
        CookieChange::Set { token, expires_at } => {
            let lifetime = expires_at.duration_since(clock::now());
            let lifetime = Duration::try_from(lifetime).unwrap_or_default();
            session_cookie::set(&state.settings, place, &token, lifetime)
        }
        CookieChange::Clear => session_cookie::clear(&state.settings),
    }
}

async fn only_post(request: HttpRequest) -> HttpResponse {
    let media = media::accepted(request.headers()).unwrap_or(Media::Json);
    let mut response = refuse(
        media,
        StatusCode::METHOD_NOT_ALLOWED,
        "Ask with POST, or over a WebSocket.",
    );
    let allow = header::HeaderValue::from_static("POST");
    response.headers_mut().insert(header::ALLOW, allow);
    response
}

fn refuse(media: Media, status: StatusCode, message: &str) -> HttpResponse {
    errors(
        media,
        status,
        Failure::new(ErrorCode::BadUserInput, message),
    )
}

/// Who asks could not be found out, is not believed, or asks too often.
pub fn failed(media: Media, failure: Failure) -> HttpResponse {
    let status = match failure.code {
        ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let wait = failure.retry_after;
    let mut response = errors(media, status, failure);
    let headers = response.headers_mut();
    if status == StatusCode::UNAUTHORIZED {
        let scheme = header::HeaderValue::from_static("Bearer");
        headers.insert(header::WWW_AUTHENTICATE, scheme);
    }
    if let Some(wait) = wait {
        let seconds = wait.as_millis().div_ceil(1000);
        let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

fn errors(media: Media, status: StatusCode, failure: Failure) -> HttpResponse {
    let body = serde_json::json!({ "errors": [failure.into_server_error()] });
    HttpResponse::build(status)
        .content_type(media.content_type())
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(body.to_string())
}

fn text_header(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{self, TestRequest};

    use super::*;

    #[actix_web::test]
    async fn everything_but_post_is_not_allowed_and_says_what_is() {
        let app = test::init_service(App::new().configure(configure)).await;
        for request in [
            TestRequest::get(),
            TestRequest::put(),
            TestRequest::delete(),
        ] {
            let request = request.uri("/graphql?query={__typename}").to_request();
            let response = test::call_service(&app, request).await;
            assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(response.headers().get(header::ALLOW).unwrap(), "POST");
        }
    }

    #[actix_web::test]
    async fn the_opening_of_a_socket_is_left_to_another_handler() {
        let app = test::init_service(App::new().configure(configure)).await;
        let request = TestRequest::get()
            .uri("/graphql")
            .insert_header((header::UPGRADE, "WebSocket"));
        let response = test::call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[actix_web::test]
    async fn a_body_is_read_up_to_the_limit_and_not_beyond() {
        for (length, expected) in [
            (BODY_LIMIT, None),
            (BODY_LIMIT + 1, Some(StatusCode::PAYLOAD_TOO_LARGE)),
        ] {
            let (request, payload) = TestRequest::post()
                .set_payload(vec![b' '; length])
                .to_http_parts();
            let body = web::Payload::from_request_parts(&request, payload).await;
            let refused = read(&HeaderMap::new(), body)
                .await
                .err()
                .map(|(status, _)| status);
            assert_eq!(refused, expected, "{length}");
        }
    }

    trait FromParts {
        async fn from_request_parts(
            request: &HttpRequest,
            payload: actix_web::dev::Payload,
        ) -> web::Payload;
    }

    impl FromParts for web::Payload {
        async fn from_request_parts(
            request: &HttpRequest,
            mut payload: actix_web::dev::Payload,
        ) -> web::Payload {
            use actix_web::FromRequest;
            web::Payload::from_request(request, &mut payload)
                .await
                .unwrap()
        }
    }
}
