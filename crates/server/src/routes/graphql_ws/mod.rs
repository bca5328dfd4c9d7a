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
use super::graphql::media::Media;
use super::graphql::{bearer, context_of, failed, opens_socket, origin};
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
    if !bearer::is_shown(&request) && !origin::is_own(request.headers(), &state.settings) {
        return Ok(HttpResponse::Forbidden().body("This origin may not ask.\n"));
    }
    let context = match context_of(&request, &state, CookieJar::for_socket()).await {
        Ok(context) => context,
        Err(failure) => return Ok(failed(Media::Json, failure)),
    };
    let offered = offered(&request);
    let is_spoken = offered.contains(&SUBPROTOCOL);
    // Many clients hang up on a handshake without a subprotocol before they could hear why: the first one they offer
    // is taken, only to say 4406.
    let spoken = if is_spoken {
        &[SUBPROTOCOL]
    } else {
        offered.get(..1).unwrap_or_default()
    };
    let (response, session, incoming) = actix_ws::handle_with_protocols(&request, body, spoken)?;
    if !is_spoken {
        socket::close_with(session, Close::subprotocol());
        return Ok(response);
    }
    let incoming = incoming
        .max_frame_size(MESSAGE_LIMIT)
        .aggregate_continuations()
        .max_continuation_size(MESSAGE_LIMIT);
    actix_web::rt::spawn(Socket::new(session, incoming, context).run());
    Ok(response)
}

/// The subprotocols a client offers, in its order.
fn offered(request: &HttpRequest) -> Vec<&str> {
    let lines = request.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn offered_subprotocols_are_read_from_every_line_in_order() {
        let request = TestRequest::get()
            .append_header((header::SEC_WEBSOCKET_PROTOCOL, "graphql-ws , ,x"))
            .append_header((header::SEC_WEBSOCKET_PROTOCOL, "graphql-transport-ws"))
            .to_http_request();
        assert_eq!(
            offered(&request),
            ["graphql-ws", "x", "graphql-transport-ws"]
        );
        assert!(offered(&TestRequest::get().to_http_request()).is_empty());
    }
}
