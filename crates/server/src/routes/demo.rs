//! The shop page of the demo: a site that carries the widget as a real one would. Only with `--demo`.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Data, ServiceConfig};

use crate::state::AppState;

const PAGE: &str = include_str!("../../../../frontend/widget/demo/shop.html");
const STYLES: &str = include_str!("../../../../frontend/widget/demo/shop.css");

/// Nothing but this server: the chat comes from it too.
const POLICY: &str = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Registers the addresses of this module.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/demo/shop", web::get().to(shop))
        .route("/demo/shop.css", web::get().to(styles));
}

async fn shop(state: Data<AppState>) -> HttpResponse {
    only_in_the_demo(&state, "text/html; charset=utf-8", PAGE)
}

async fn styles(state: Data<AppState>) -> HttpResponse {
    only_in_the_demo(&state, "text/css; charset=utf-8", STYLES)
}

fn only_in_the_demo(state: &AppState, kind: &str, body: &'static str) -> HttpResponse {
    if !state.settings.demo {
        return HttpResponse::NotFound().body("not found\n");
    }
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .body(body)
}
