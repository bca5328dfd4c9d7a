//! /graphiql: a page to try the API on. GraphiQL where the web build has put it, else a small page of our own.
//! Sends nothing by itself: what it asks runs in the browser, as who is signed in there.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, ServiceConfig};

use crate::assets;

/// One of GraphiQL's files, as the build names it.
const EXPLORER: &str = "graphiql/graphiql.js";
/// The policy of all pages, but for styles: the editor writes them into the page.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; \
    frame-ancestors 'none'; form-action 'self'";

/// Registers the page and its script. GraphiQL's own files are served with the built frontend.
pub fn configure(config: &mut ServiceConfig) {
    config
        .route("/graphiql", web::get().to(page))
        .route("/graphiql/start.js", web::get().to(start));
}

async fn page() -> HttpResponse {
    let (html, _) = parts();
    answer("text/html; charset=utf-8", html)
}

async fn start() -> HttpResponse {
    let (_, script) = parts();
    answer("text/javascript; charset=utf-8", script)
}

fn parts() -> (&'static str, &'static str) {
    match assets::get(EXPLORER) {
        Some(_) => (
            include_str!("graphiql/explorer.html"),
            include_str!("graphiql/explorer.js"),
        ),
        None => (
            include_str!("graphiql/small.html"),
            include_str!("graphiql/small.js"),
        ),
    }
}

fn answer(content_type: &str, body: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(body)
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::test::{TestRequest, call_service, init_service, read_body};

    use super::*;

    #[actix_web::test]
    async fn the_page_has_no_script_of_its_own_so_that_its_policy_can_be_strict() {
        let app = init_service(App::new().configure(configure)).await;
        let response = call_service(&app, TestRequest::get().uri("/graphiql").to_request()).await;
        let policy = response
            .headers()
            .get(header::CONTENT_SECURITY_POLICY)
            .unwrap()
            .to_str()
            .unwrap();
        assert!(policy.contains("script-src 'self';"), "{policy}");
        let page = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        assert!(page.contains("/graphiql/start.js"));
        for html in [
            include_str!("graphiql/explorer.html"),
            include_str!("graphiql/small.html"),
        ] {
            assert!(!html.contains("<script>") && !html.contains("onclick"));
        }
    }
}
