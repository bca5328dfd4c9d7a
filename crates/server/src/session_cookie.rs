//! The one cookie of Hilo: the agent's session token. Knows names and attributes, never what a token means.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Data;

use crate::state::{AppState, Settings};

const PLAIN: &str = "hilo_session";
/// Browsers accept a `__Host-` cookie only over HTTPS, for `/`, without a domain: no other host can set it.
const HOST_BOUND: &str = "__Host-hilo_session";

/// The session token a request carries. Over HTTPS only the host-bound name counts.
pub fn read(request: &HttpRequest) -> Option<String> {
    let is_https = request
        .app_data::<Data<AppState>>()
        .is_some_and(|state| state.settings.is_https());
    find(request.headers(), name(is_https))
}

/// The `Set-Cookie` value that signs a browser in for `lifetime`.
/// `None` if the token is not made of cookie characters; tokens made by Hilo always are.
pub fn set(settings: &Settings, token: &str, lifetime: Duration) -> Option<HeaderValue> {
    let is_token = !token.is_empty()
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.~+/=".contains(&b));
    is_token
        .then(|| header_value(settings, token, lifetime.as_secs()))
        .flatten()
}

/// The `Set-Cookie` value that signs a browser out.
pub fn clear(settings: &Settings) -> Option<HeaderValue> {
    header_value(settings, "", 0)
}

fn header_value(settings: &Settings, token: &str, max_age: u64) -> Option<HeaderValue> {
    let name = name(settings.is_https());
    let secure = if settings.is_https() { "; Secure" } else { "" };
    let text = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age}{secure}");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn name(is_https: bool) -> &'static str {
    if is_https { HOST_BOUND } else { PLAIN }
}

fn find(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(public_url: Option<&str>) -> Settings {
        Settings {
            listen: "127.0.0.1:8080".parse().unwrap(),
            public_url: public_url.map(str::to_owned),
            trusted_proxies: Vec::new(),
            demo: false,
        }
    }

    fn cookies(lines: &[&'static str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for line in lines {
            map.append(header::COOKIE, HeaderValue::from_static(line));
        }
        map
    }

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let cookie = set(&settings(None), "abc", Duration::from_secs(60)).unwrap();
        assert_eq!(
            cookie.to_str().unwrap(),
            "hilo_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60"
        );
        assert!(cookie.is_sensitive(), "never in Debug output");
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let https = settings(Some("https://chat.example.com"));
        let cookie = set(&https, "abc", Duration::from_secs(60)).unwrap();
        assert_eq!(
            cookie.to_str().unwrap(),
            "__Host-hilo_session=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure"
        );
        let gone = clear(&https).unwrap();
        assert!(gone.to_str().unwrap().contains("Max-Age=0"));
    }

    #[test]
    fn a_token_cannot_smuggle_attributes() {
        assert!(set(&settings(None), "a; Domain=evil", Duration::from_secs(1)).is_none());
        assert!(set(&settings(None), "", Duration::from_secs(1)).is_none());
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let map = cookies(&["theme=dark; hilo_session=t0k=en", "x=1"]);
        assert_eq!(find(&map, PLAIN).as_deref(), Some("t0k=en"));
        assert_eq!(find(&map, HOST_BOUND), None);
        assert_eq!(find(&cookies(&["hilo_session="]), PLAIN), None);
        assert_eq!(find(&cookies(&["xhilo_session=a"]), PLAIN), None);
    }
}
