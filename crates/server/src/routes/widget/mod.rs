//! The website chat over HTTP, by the contract of the web chat: sessions, events, stream, acknowledgements, and the
//! files that sites embed. Translates only; what happens is decided in `app`.

mod door;
mod events;
mod pages;
mod session;
mod stream;

#[cfg(test)]
mod tests;

use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource, Route};

/// Registers the addresses of the web chat.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/widget/v1/{key}.js", web::get().to(pages::loader))
        .route("/widget/v1/{key}/frame", web::get().to(pages::frame))
        .route("/widget/v1/assets/{file}", web::get().to(pages::asset))
        .service(shared("session").route(web::post().to(session::open)))
        .service(
            shared("events")
                .route(web::post().to(events::receive))
                .route(web::get().to(events::poll)),
        )
        .service(shared("ack").route(web::post().to(events::acknowledge)))
        .service(shared("stream").route(web::get().to(stream::follow)));
}

/// An address that other sites' pages may use too, after the browser asked whether they may.
fn shared(name: &str) -> Resource {
    web::resource(format!("/widget/v1/{{key}}/{name}"))
        .route(preflight())
        .default_service(web::route().to(wrong_method))
}

fn preflight() -> Route {
    web::method(actix_web::http::Method::OPTIONS).to(door::preflight)
}

async fn wrong_method() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    door::error(
        &mut response,
        "method",
        "This address does not take that method.",
    )
}
