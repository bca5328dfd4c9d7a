//! The WebSocket at /graphql: who may open one, and what it is opened with. The conversation is in `socket`.

mod outbox;
mod protocol;
mod socket;

use actix_web::guard;
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use hilo_graphql::CookieJar;

use self::protocol::{Close, SUBPROTOCOL};
use self::socket::Socket;
use super::graphql::{context_of, opens_socket, origin};
use crate::state::AppState;

/// The largest message a client may send.
const MESSAGE_LIMIT: usize = 256 << 10;

/// Registers the opening of sockets at `/graphql`.
pub fn configure(config: &mut ServiceConfig) {
    let resource = web::resource("/graphql")
        .guard(guard::fn_guard(opens_socket))
        .route(web::get().to(open));
    config.service(resource);
}

async fn open(
    request: HttpRequest,
    body: web::Payload,
    state: Data<AppState>,
) -> actix_web::Result<HttpResponse> {
    if !origin::is_own(request.headers(), &state.settings) {
        return Ok(HttpResponse::Forbidden().body("This origin may not ask.\n"));
    }
    let Ok(context) = context_of(&request, &state, CookieJar::for_socket()).await else {
        return Ok(HttpResponse::ServiceUnavailable().body("Try again in a moment.\n"));
    };
    let (response, session, incoming) =
        actix_ws::handle_with_protocols(&request, body, &[SUBPROTOCOL])?;
    if !response
        .headers()
        .contains_key(header::SEC_WEBSOCKET_PROTOCOL)
    {
        socket::close_with(session, Close::subprotocol());
        return Ok(response);
    }
    let incoming = incoming
        .max_frame_size(MESSAGE_LIMIT)
        .aggregate_continuations()
        .max_continuation_size(MESSAGE_LIMIT);
    let caller = context.identity.caller;
    let session_end = caller.map(|caller| state.app.session_end(&caller));
    let context = caller.map(|_| context);
    actix_web::rt::spawn(Socket::new(session, incoming, context, session_end).run());
    Ok(response)
}
