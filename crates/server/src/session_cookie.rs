//! The cookie of Hilo: the agent's session token. In a frame on another site it has another name and the attributes that
//! such a frame needs. Knows names and attributes, never what a token means.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::web::Data;

use crate::state::{AppState, Settings};

const PLAIN: &str = "hilo_session";
/// Browsers accept a `__Host-` cookie only over HTTPS, for `/`, without a domain: no other host can set it.
const HOST_BOUND: &str = "__Host-hilo_session";

const FRAMED_PLAIN: &str = "hilo_framed";
const FRAMED_HOST_BOUND: &str = "__Host-hilo_framed";

/// The SPA sends it with every request while it runs at `/embed`. A page of another site cannot: it would have to be
/// allowed to by a preflight, and none is.
pub const FRAMED: HeaderName = HeaderName::from_static("hilo-framed");

/// Where the browser that signs in shows Hilo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a tab of its own.
    Tab,
    /// In a frame of another site, which has a jar of cookies of its own there.
    Frame,
}

/// Where a request says that it comes from.
pub fn place(headers: &HeaderMap) -> Place {
    if headers.contains_key(FRAMED) {
        Place::Frame
    } else {
        Place::Tab
    }
}

/// The session token a request carries. Over HTTPS only the host-bound names count. A browser has one of the two:
/// whoever is signed in by one loses the other.
pub fn read(request: &HttpRequest) -> Option<String> {
    let is_https = request
        .app_data::<Data<AppState>>()
        .is_some_and(|state| state.settings.is_https());
    let found = |place| find(request.headers(), name(is_https, place));
    found(Place::Tab).or_else(|| found(Place::Frame))
}

/// The `Set-Cookie` values that sign a browser in for `lifetime`: one sets, the other takes away what was there.
/// Empty if the token is not made of cookie characters; tokens made by Hilo always are.
pub fn set(settings: &Settings, place: Place, token: &str, lifetime: Duration) -> Vec<HeaderValue> {
    let is_token = !token.is_empty()
        && token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.~+/=".contains(&b));
    if !is_token {
        return Vec::new();
    }
    let other = match place {
        Place::Tab => Place::Frame,
        Place::Frame => Place::Tab,
    };
    let set = header_value(settings, place, token, lifetime.as_secs());
    set.into_iter()
        .chain(header_value(settings, other, "", 0))
        .collect()
}

/// The `Set-Cookie` values that sign a browser out.
pub fn clear(settings: &Settings) -> Vec<HeaderValue> {
    let places = [Place::Tab, Place::Frame].into_iter();
    places
        .filter_map(|place| header_value(settings, place, "", 0))
        .collect()
}

fn header_value(
    settings: &Settings,
    place: Place,
    token: &str,
    max_age: u64,
) -> Option<HeaderValue> {
    let name = name(settings.is_https(), place);
    let attributes = match place {
        Place::Tab if settings.is_https() => "SameSite=Lax; Secure",
        Place::Tab => "SameSite=Lax",
        // Browsers take it only over HTTPS, or from the computer they run on.
        Place::Frame => "SameSite=None; Secure; Partitioned",
    };
    let text = format!("{name}={token}; Path=/; HttpOnly; Max-Age={max_age}; {attributes}");
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn name(is_https: bool, place: Place) -> &'static str {
    match (place, is_https) {
        (Place::Tab, false) => PLAIN,
        (Place::Tab, true) => HOST_BOUND,
        (Place::Frame, false) => FRAMED_PLAIN,
        (Place::Frame, true) => FRAMED_HOST_BOUND,
    }
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

    fn texts(values: &[HeaderValue]) -> Vec<&str> {
        assert!(
            values.iter().all(HeaderValue::is_sensitive),
            "never in Debug output"
        );
        values.iter().map(|value| value.to_str().unwrap()).collect()
    }

    const HTTPS: Option<&str> = Some("https://chat.example.com");
    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn the_cookie_is_out_of_reach_for_scripts_and_other_sites() {
        let cookies = set(&settings(None), Place::Tab, "abc", MINUTE);
        assert_eq!(
            texts(&cookies),
            [
                "hilo_session=abc; Path=/; HttpOnly; Max-Age=60; SameSite=Lax",
                "hilo_framed=; Path=/; HttpOnly; Max-Age=0; SameSite=None; Secure; Partitioned",
            ]
        );
    }

    #[test]
    fn over_https_the_cookie_is_bound_to_the_host() {
        let cookies = set(&settings(HTTPS), Place::Tab, "abc", MINUTE);
        assert_eq!(
            texts(&cookies).first().unwrap(),
            &"__Host-hilo_session=abc; Path=/; HttpOnly; Max-Age=60; SameSite=Lax; Secure"
        );
    }

    /// A9.
    #[test]
    fn in_a_frame_the_cookie_belongs_to_the_site_around_it() {
        let cookies = set(&settings(HTTPS), Place::Frame, "abc", MINUTE);
        assert_eq!(
            texts(&cookies),
            [
                "__Host-hilo_framed=abc; Path=/; HttpOnly; Max-Age=60; SameSite=None; Secure; Partitioned",
                "__Host-hilo_session=; Path=/; HttpOnly; Max-Age=0; SameSite=Lax; Secure",
            ]
        );
    }

    #[test]
    fn signing_out_takes_both_away() {
        let gone = clear(&settings(HTTPS));
        let gone = texts(&gone);
        assert_eq!(gone.len(), 2);
        assert!(gone.iter().all(|cookie| cookie.contains("Max-Age=0")));
    }

    #[test]
    fn a_token_cannot_smuggle_attributes() {
        for token in ["a; Domain=evil", ""] {
            assert!(set(&settings(None), Place::Tab, token, MINUTE).is_empty());
        }
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
