//! Which page may talk to a widget. An origin is not authentication: it only keeps other sites'
//! pages from using the chat in a browser.

/// Whether a request's `Origin` is Hilo's own or on the widget's list. Absent is allowed: browsers
/// leave it out of same-origin reads, and programs outside browsers can write what they like.
pub fn is_allowed(origin: Option<&str>, own: &[&str], listed: &[String]) -> bool {
    let Some(origin) = origin else { return true };
    let Some(origin) = normalize(origin) else {
        return false;
    };
    own.iter()
        .copied()
        .chain(listed.iter().map(String::as_str))
        .any(|allowed| normalize(allowed).as_ref() == Some(&origin))
}

/// `scheme://host[:port]` in lower case without a default port; `None` for anything else,
/// the literal `null` of sandboxed pages included.
pub fn normalize(origin: &str) -> Option<String> {
    let origin = origin.trim().to_ascii_lowercase();
    let (scheme, authority) = origin.split_once("://")?;
    let default_port = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let authority = authority.strip_suffix(default_port).unwrap_or(authority);
    let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']');
    if authority.is_empty() || !authority.chars().all(is_host) {
        return None;
    }
    Some(format!("{scheme}://{authority}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(origin: &str) -> bool {
        is_allowed(
            Some(origin),
            &["http://127.0.0.1:8080"],
            &["https://www.taller-hilo.example".into()],
        )
    }

    #[test]
    fn own_and_listed_origins_may_ask() {
        assert!(allowed("http://127.0.0.1:8080"));
        assert!(allowed("https://www.taller-hilo.example"));
        assert!(allowed("https://www.taller-hilo.example:443"));
        assert!(is_allowed(None, &[], &[]));
    }

    #[test]
    fn nothing_that_only_looks_like_them_may() {
        for foreign in [
            "null",
            "",
            "https://taller-hilo.example",
            "http://www.taller-hilo.example",
            "https://www.taller-hilo.example.evil.example",
            "https://www.taller-hilo.example@evil.example",
            "https://www.taller-hilo.example:8443",
            "http://127.0.0.1:8081",
            "https://www.taller-hilo.example/path",
        ] {
            assert!(!allowed(foreign), "{foreign}");
        }
    }
}
