//! What sites embed: the loader, the frame's page and the files the page loads. Sets no cookie.

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use hilo_app::Widget;
use hilo_channels::webchat::origin;
use serde_json::json;

use super::door;
use crate::assets;
use crate::state::AppState;

/// The loader asks again after five minutes; with an unchanged file that costs one empty answer.
const LOADER_CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");
const RESOURCE_POLICY: &str = "cross-origin-resource-policy";
const CROSS_ORIGIN: HeaderValue = HeaderValue::from_static("cross-origin");

pub(super) async fn loader(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
) -> HttpResponse {
    if state.app.widget(&key).await.is_err() {
        return unknown();
    }
    let mut response = assets::respond(&request, "widget/loader.js").unwrap_or_else(not_built);
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, LOADER_CACHE);
    // Other sites run it: that is its purpose.
    headers.insert(
        header::HeaderName::from_static(RESOURCE_POLICY),
        CROSS_ORIGIN,
    );
    response
}

pub(super) async fn asset(request: HttpRequest, file: Path<String>) -> HttpResponse {
    let is_frame = file.starts_with("frame-") && !file.ends_with(".br");
    is_frame
        .then(|| assets::respond(&request, &format!("widget/{file}")))
        .flatten()
        .unwrap_or_else(unknown)
}

/// The frame's page, with the widget's settings in it and its own list of sites that may embed it.
pub(super) async fn frame(
    request: HttpRequest,
    state: Data<AppState>,
    key: Path<String>,
) -> HttpResponse {
    let Ok(widget) = state.app.widget(&key).await else {
        return unknown();
    };
    let Some(page) = assets::get("widget/frame.html") else {
        return not_built();
    };
    let own = door::own_origins(&request, &state.settings);
    let settings = state.app.visitor_settings(&widget);
    let shown = json!({
        "key": widget.settings.key,
        "title": settings.title,
        "greeting": settings.greeting,
        "color": settings.color,
        "form": settings.form,
        "typing_preview": settings.typing_preview,
        "origins": own.iter().chain(&widget.settings.origins).filter_map(|site| origin::normalize(site)).collect::<Vec<_>>(),
    });
    let page =
        String::from_utf8_lossy(&page.bytes).replace("{{widget}}", &escaped(&shown.to_string()));
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::CONTENT_SECURITY_POLICY, policy(&widget, &own)))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .insert_header((RESOURCE_POLICY, "cross-origin"))
        .body(page)
}

/// Nothing from elsewhere, nothing inline, pictures and sounds from memory only; embedded only by Hilo itself and the widget's sites (S5).
pub(super) fn policy(widget: &Widget, own: &[String]) -> String {
    let sites: Vec<_> = own
        .iter()
        .chain(&widget.settings.origins)
        // Normalized origins hold no character that could end the directive.
        .filter_map(|site| origin::normalize(site))
        .collect();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob:; media-src blob:; base-uri 'none'; \
         form-action 'none'; require-trusted-types-for 'script'; frame-ancestors 'self' {}",
        sites.join(" ")
    )
}

/// Text for a double-quoted attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn unknown() -> HttpResponse {
    door::error(
        &mut HttpResponse::NotFound(),
        "unknown_widget",
        "There is no such widget.",
    )
}

fn not_built() -> HttpResponse {
    door::error(
        &mut HttpResponse::ServiceUnavailable(),
        "not_built",
        "The widget was not built into this program: run `just web`.",
    )
}
