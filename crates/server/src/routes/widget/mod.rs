//! The website chat over HTTP, by the contract of the web chat: sessions, events, stream, acknowledgements, and the
//! files that sites embed. Translates only; what happens is decided in `app`.

mod door;
mod events;
mod pages;
mod session;
mod stream;
mod uploads;

#[cfg(test)]
mod tests;

use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpResponse, Resource, Route};

/// Registers the addresses of the web chat.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/widget/v1/{key}.js", web::get().to(pages::loader))
        .route("/widget/v1/{key}/frame", web::get().to(pages::frame))
        .route("/widget/v1/assets/{file}", web::get().to(pages::asset))
        .service(shared("session", "POST, OPTIONS").route(web::post().to(session::open)))
        .service(
            shared("events", "GET, POST, OPTIONS")
                .route(web::post().to(events::receive))
                .route(web::get().to(events::poll)),
        )
        .service(shared("ack", "POST, OPTIONS").route(web::post().to(events::acknowledge)))
        .service(shared("stream", "GET, OPTIONS").route(web::get().to(stream::follow)))
        .service(shared("uploads", "POST, OPTIONS").route(web::post().to(uploads::upload)))
        .service(shared("files/{id}", "GET, OPTIONS").route(web::get().to(uploads::file)));
}

/// An address that other sites' pages may use too, after the browser asked whether they may.
/// `methods` are those it takes, as the `Allow` header lists them.
fn shared(name: &str, methods: &'static str) -> Resource {
    web::resource(format!("/widget/v1/{{key}}/{name}"))
        .route(preflight())
        .default_service(web::route().to(move || wrong_method(methods)))
}

fn preflight() -> Route {
    web::method(actix_web::http::Method::OPTIONS).to(door::preflight)
}

async fn wrong_method(methods: &'static str) -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((header::ALLOW, methods));
    let message = format!("This address takes {methods} only.");
    door::error(&mut response, "method", &message)
}
