//! The built frontend, embedded into the program (read from disk in debug builds).
//! Serves bytes with the right headers; knows no page.

use std::borrow::Cow;

use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

#[derive(rust_embed::Embed)]
#[folder = "../../frontend/dist"]
struct Dist;

/// One file of the built frontend.
pub struct Asset {
    /// The bytes as built.
    pub bytes: Cow<'static, [u8]>,
    /// SHA-256 of the bytes.
    pub hash: [u8; 32],
}

/// The file at `path` below `frontend/dist` (`index.html`, `assets/app-1a2b3c4d.js`), if it was built.
pub fn get(path: &str) -> Option<Asset> {
    Dist::get(path).map(|file| Asset {
        hash: file.metadata.sha256_hash(),
        bytes: file.data,
    })
}

/// Answers with the file at `path`, or `None` if it was not built. Sends the brotli variant `<path>.br` to
/// clients that take it, 304 to those that have it, and lets files with a hashed name be kept for ever.
pub fn respond(request: &HttpRequest, path: &str) -> Option<HttpResponse> {
    respond_with(HttpResponse::Ok(), request, path)
}

/// Like [`respond`], with the status (and headers) of `response`.
pub fn respond_with(
    mut response: HttpResponseBuilder,
    request: &HttpRequest,
    path: &str,
) -> Option<HttpResponse> {
    let brotli = accepts_brotli(request.headers())
        .then(|| get(&format!("{path}.br")))
        .flatten();
    let is_brotli = brotli.is_some();
    let asset = brotli.or_else(|| get(path))?;
    let etag = format!(
        "\"{}\"",
        hex::encode(asset.hash.get(..16).unwrap_or_default())
    );

    response
        .insert_header((header::ETAG, etag.clone()))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header((header::CACHE_CONTROL, cache_control(path)));
    if has_etag(request.headers(), &etag) {
        return Some(
            response
                .status(actix_web::http::StatusCode::NOT_MODIFIED)
                .finish(),
        );
    }
    if is_brotli {
        response.insert_header((header::CONTENT_ENCODING, "br"));
    }
    Some(response.content_type(content_type(path)).body(asset.bytes))
}

fn content_type(path: &str) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let is_text =
        mime.type_() == "text" || matches!(mime.subtype().as_str(), "javascript" | "json");
    if is_text {
        format!("{mime}; charset=utf-8")
    } else {
        mime.to_string()
    }
}

/// A hashed name never means other bytes; everything else is asked for again (and mostly answered 304).
fn cache_control(path: &str) -> &'static str {
    if has_hashed_name(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// `app-1a2b3c4d5e6f.js`, `app.1a2b3c4d_bg.wasm`: a part of at least eight hexadecimal digits, one of them a digit.
fn has_hashed_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['-', '.', '_']).any(|part| {
        part.len() >= 8
            && part.bytes().all(|b| b.is_ascii_hexdigit())
            && part.bytes().any(|b| b.is_ascii_digit())
    })
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|coding| {
            let mut parts = coding.split(';').map(str::trim);
            let is_brotli = parts.next() == Some("br");
            is_brotli && !parts.any(|q| matches!(q, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

fn has_etag(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn accept(value: &'static str) -> HeaderMap {
        let mut map = HeaderMap::new();
        map.append(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        map
    }

    #[test]
    fn brotli_goes_only_to_those_who_take_it() {
        assert!(accepts_brotli(&accept("gzip, deflate, br")));
        assert!(accepts_brotli(&accept("br;q=0.5")));
        assert!(!accepts_brotli(&accept("gzip")));
        assert!(!accepts_brotli(&accept("br;q=0, gzip")));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(has_hashed_name("assets/hilo-1a2b3c4d5e.js"));
        assert!(has_hashed_name("assets/hilo-1a2b3c4d5e_bg.wasm"));
        assert!(!has_hashed_name("index.html"));
        assert!(
            !has_hashed_name("assets/deadbeef.css"),
            "a word, not a hash"
        );
        assert!(
            !has_hashed_name("1a2b3c4d/logo.svg"),
            "a folder is not a name"
        );
    }

    #[test]
    fn a_known_etag_is_recognised_in_a_list_and_when_weak() {
        let mut map = HeaderMap::new();
        map.append(
            header::IF_NONE_MATCH,
            HeaderValue::from_static("\"a\", W/\"b\""),
        );
        assert!(has_etag(&map, "\"b\""));
        assert!(!has_etag(&map, "\"c\""));
    }

    #[test]
    fn text_types_name_their_charset() {
        assert_eq!(content_type("a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("a.wasm"), "application/wasm");
        assert_eq!(content_type("index.html"), "text/html; charset=utf-8");
    }
}
