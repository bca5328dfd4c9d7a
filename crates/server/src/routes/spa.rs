//! The pages of the SPA: one `index.html` for every address it knows, and the files it loads.

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::security_headers::PAGE_POLICY_BUT_FRAMES;
use crate::assets;
use crate::state::AppState;

const INDEX: &str = "index.html";

/// Everything no other route answers.
pub fn configure(config: &mut ServiceConfig) {
    config.default_service(web::route().to(page_or_file));
}

async fn page_or_file(request: HttpRequest, state: Data<AppState>) -> HttpResponse {
    if !matches!(request.method().as_str(), "GET" | "HEAD") {
        return HttpResponse::NotFound().body("not found\n");
    }
    let path = request.path();
    let file = path.trim_start_matches('/');
    if is_page(path) {
        return framed(index(&request, HttpResponse::Ok()), path, &state);
    }
    if !is_hidden(file)
        && let Some(response) = assets::respond(&request, file)
    {
        return response;
    }
    if wants_page(request.headers()) {
        // The SPA says in the reader's language that there is nothing here.
        return index(&request, HttpResponse::NotFound());
    }
    HttpResponse::NotFound().body("not found\n")
}

fn index(request: &HttpRequest, status: actix_web::HttpResponseBuilder) -> HttpResponse {
    assets::respond_with(status, request, INDEX).unwrap_or_else(not_built)
}

/// The pages at `/embed` may be shown in a frame: by the sites that an administrator named, by nobody else (A9).
fn framed(mut response: HttpResponse, path: &str, state: &AppState) -> HttpResponse {
    if path.split('/').nth(1) != Some("embed") {
        return response;
    }
    let sites = state.app.frame_origins().join(" ");
    // What was stored was an exact origin each time, so nothing in it can end the directive.
    let policy = format!("{PAGE_POLICY_BUT_FRAMES}; frame-ancestors 'self' {sites}");
    if let Ok(value) = HeaderValue::from_str(policy.trim_end()) {
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, value);
        // The list may be another one tomorrow, and browsers keep the policy of a page that they only asked after.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.remove(header::ETAG);
    }
    response
}

/// The addresses of `frontend/src/route.rs`.
fn is_page(path: &str) -> bool {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["embed", rest @ ..] => rest.len() <= 2,
        [] | ["settings", ..] | ["templates" | "sign-in" | "set-up"] => true,
        ["chats" | "archived" | "clients"] => true,
        ["chats" | "archived" | "clients" | "invitation", _] => true,
        ["clients", _, "chats"] => true,
        _ => false,
    }
}

/// `index.html` has its own addresses; compressed variants are chosen by the server, not by the client.
fn is_hidden(file: &str) -> bool {
    file.is_empty() || file == INDEX || file.ends_with(".br")
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn not_built() -> HttpResponse {
    HttpResponse::ServiceUnavailable()
        .content_type("text/html; charset=utf-8")
        .body(include_str!("not_built.html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_of_the_spa_is_a_page() {
        for path in [
            "/",
            "/chats",
            "/chats/0190b7a0-0000-7000-8000-000000000000",
            "/archived",
            "/clients",
            "/clients/0190b7a0-0000-7000-8000-000000000000/chats",
            "/templates",
            "/settings/channels/new",
            "/sign-in",
            "/set-up",
            "/invitation/abc",
            "/embed",
            "/embed/sign-in",
            "/embed/chats/0190b7a0-0000-7000-8000-000000000000",
        ] {
            assert!(is_page(path), "{path}");
        }
    }

    #[test]
    fn other_addresses_are_no_pages() {
        for path in [
            "/assets/app.js",
            "/chats/a/b",
            "/clients/a/b",
            "/invitation",
            "/wp-login.php",
        ] {
            assert!(!is_page(path), "{path}");
        }
    }
}
