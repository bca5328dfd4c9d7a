//! The headers every answer carries (S5). A route that sets one of them itself keeps its own value:
//! the widget's frame names the sites that may embed it.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, HeaderValue, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::state::AppState;

/// The policy of S5 without its word on frames: `/embed` has its own.
pub const PAGE_POLICY_BUT_FRAMES: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    object-src 'none'; base-uri 'none'; form-action 'self'";

/// The policy of S5, word for word.
pub const PAGE_POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; \
    object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

const ALWAYS: [(HeaderName, &str); 4] = [
    (CONTENT_SECURITY_POLICY, PAGE_POLICY),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "same-origin"),
    (OPENER_POLICY, "same-origin"),
];

/// One year, also for names below ours: nothing below Hilo's own name is anything but Hilo.
const HSTS: &str = "max-age=31536000; includeSubDomains";

/// actix middleware, for `actix_web::middleware::from_fn`.
pub async fn add<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let is_https = request
        .app_data::<Data<AppState>>()
        .is_some_and(|state| state.settings.is_https());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    let hsts = is_https.then_some((STRICT_TRANSPORT_SECURITY, HSTS));
    for (name, value) in ALWAYS.into_iter().chain(hsts) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
    Ok(response)
}
