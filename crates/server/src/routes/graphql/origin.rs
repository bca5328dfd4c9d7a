//! Whether a browser's request comes from one of Hilo's own pages. Programs send no Origin and are not asked for one.

use actix_web::http::header::{self, HeaderMap};

use crate::state::Settings;

/// True without an `Origin`, and for the origin of `public_url` or of the host that was asked.
/// A page that points its own name here asks with its own name, and has no cookie of ours.
pub fn is_own(headers: &HeaderMap, settings: &Settings) -> bool {
    let mut origins = headers.get_all(header::ORIGIN);
    let Some(origin) = origins.next() else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let is_base = origin.eq_ignore_ascii_case(&origin_of(&settings.base_url()));
    origins.next().is_none() && (is_base || is_host(origin, headers))
}

/// Whether the origin is the host that was asked. Over HTTPS a proxy may stand between: only host and port count.
fn is_host(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let (Some(host), Some((scheme, authority))) = (host, origin.split_once("://")) else {
        return false;
    };
    let port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |name: &str| name.strip_suffix(port).unwrap_or(name).to_ascii_lowercase();
    !authority.is_empty() && bare(authority) == bare(host)
}

/// `https://chat.example.com` of `https://chat.example.com/inbox`.
fn origin_of(url: &str) -> String {
    let end = url.find("://").map_or(0, |at| at + 3);
    let length = url
        .get(end..)
        .and_then(|rest| rest.find('/'))
        .unwrap_or(url.len() - end);
    url.get(..end + length).unwrap_or(url).to_owned()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn allowed(public_url: Option<&str>, host: &'static str, origin: Option<&'static str>) -> bool {
        let settings = Settings {
            listen: "127.0.0.1:8080".parse().unwrap(),
            public_url: public_url.map(str::to_owned),
            trusted_proxies: Vec::new(),
            demo: false,
        };
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        is_own(&headers, &settings)
    }

    #[test]
    fn own_pages_and_programs_may_ask() {
        let public = Some("https://chat.example.com");
        assert!(allowed(None, "127.0.0.1:8080", None));
        assert!(allowed(
            None,
            "localhost:8080",
            Some("http://localhost:8080")
        ));
        assert!(allowed(
            None,
            "chat.example.com",
            Some("https://chat.example.com")
        ));
        assert!(allowed(
            None,
            "chat.example.com:443",
            Some("https://chat.example.com")
        ));
        assert!(allowed(
            public,
            "10.0.0.5:8080",
            Some("https://chat.example.com")
        ));
        assert!(allowed(
            public,
            "127.0.0.1:8080",
            Some("http://127.0.0.1:8080")
        ));
    }

    #[test]
    fn other_pages_may_not() {
        for origin in [
            "https://evil.example",
            "http://localhost:8081",
            "http://localhost",
            "https://localhost:8080.evil.example",
            "null",
            "",
            "localhost:8080",
            "file://localhost:8080",
            "http://",
        ] {
            assert!(!allowed(None, "localhost:8080", Some(origin)), "{origin}");
        }
        assert!(!allowed(
            Some("https://a.example/x"),
            "b.example",
            Some("https://a.example.evil")
        ));
    }

    #[test]
    fn two_origins_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::HOST, HeaderValue::from_static("a"));
        headers.append(header::ORIGIN, HeaderValue::from_static("http://a"));
        headers.append(header::ORIGIN, HeaderValue::from_static("http://a"));
        let settings = Settings {
            listen: "127.0.0.1:1".parse().unwrap(),
            public_url: None,
            trusted_proxies: Vec::new(),
            demo: false,
        };
        assert!(!is_own(&headers, &settings));
    }

    #[test]
    fn the_path_is_no_part_of_an_origin() {
        assert_eq!(origin_of("https://a.example/inbox/x"), "https://a.example");
        assert_eq!(origin_of("https://a.example"), "https://a.example");
        assert_eq!(
            origin_of("https://a.example:8443/"),
            "https://a.example:8443"
        );
    }
}
