//! Media types of GraphQL over HTTP: what a body must be, and how the answer is labelled.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};

/// How an answer is labelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status says whether the request was right.
    Response,
    /// `application/json`: 200 for everything that is a GraphQL request.
    Json,
}

impl Media {
    /// The `Content-Type` of the answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Response => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }

    /// The status of an answer to a well-formed request.
    pub const fn status(self, is_request_error: bool) -> StatusCode {
        match (self, is_request_error) {
            (Self::Response, true) => StatusCode::BAD_REQUEST,
            (Self::Response, false) | (Self::Json, _) => StatusCode::OK,
        }
    }
}

/// Whether the body is `application/json`, in UTF-8 if it says so.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts
        .next()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    is_json && headers.get_all(header::CONTENT_TYPE).count() == 1 && parts.all(is_utf8)
}

fn is_utf8(parameter: &str) -> bool {
    match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            let value = value.trim().trim_matches('"');
            value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
        }
        _ => true,
    }
}

/// The label the client likes best; plain JSON for those who do not say, `None` if it takes neither.
pub fn accepted(headers: &HeaderMap) -> Option<Media> {
    let ranges: Vec<_> = headers
        .get_all(header::ACCEPT)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .collect();
    if ranges.is_empty() {
        return Some(Media::Json);
    }
    let response = quality(&ranges, "application/graphql-response+json");
    let json = quality(&ranges, "application/json").or(wildcard(&ranges));
    match (response.unwrap_or(0.0), json.unwrap_or(0.0)) {
        (response, json) if response > 0.0 && response >= json => Some(Media::Response),
        (_, json) if json > 0.0 => Some(Media::Json),
        _ => None,
    }
}

fn wildcard(ranges: &[&str]) -> Option<f32> {
    quality(ranges, "application/*").or(quality(ranges, "*/*"))
}

/// The `q` of a media range that is named, 1 without one.
fn quality(ranges: &[&str], kind: &str) -> Option<f32> {
    ranges.iter().find_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let is_it = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(kind));
        let q = parts.find_map(|parameter| {
            parameter
                .strip_prefix("q=")
                .or(parameter.strip_prefix("Q="))
        });
        is_it.then(|| q.map_or(1.0, |q| q.parse().unwrap_or(0.0)))
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, values: &[&'static str]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for value in values {
            map.append(name.clone(), HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn only_json_in_utf8_is_a_body() {
        let json = |values: &[&'static str]| is_json(&headers(header::CONTENT_TYPE, values));
        for good in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=\"utf-8\"",
            "application/json; profile=x",
        ] {
            assert!(json(&[good]), "{good}");
        }
        for bad in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
            "application/graphql",
            "application/json; charset=latin1",
            "application/jsonp",
            "text/plain; application/json",
        ] {
            assert!(!json(&[bad]), "{bad}");
        }
        assert!(!json(&[]));
        assert!(!json(&["application/json", "text/plain"]));
    }

    #[test]
    fn the_client_chooses_the_label() {
        let label = |accept: &[&'static str]| accepted(&headers(header::ACCEPT, accept));
        assert_eq!(label(&[]), Some(Media::Json));
        assert_eq!(label(&["*/*"]), Some(Media::Json));
        assert_eq!(label(&["application/*"]), Some(Media::Json));
        assert_eq!(label(&["application/json"]), Some(Media::Json));
        assert_eq!(
            label(&["application/graphql-response+json"]),
            Some(Media::Response)
        );
        let both = "application/graphql-response+json, application/json;q=0.9";
        assert_eq!(label(&[both]), Some(Media::Response));
        assert_eq!(
            label(&["application/json, application/graphql-response+json"]),
            Some(Media::Response)
        );
        assert_eq!(
            label(&["application/graphql-response+json;q=0.5, */*"]),
            Some(Media::Json)
        );
        assert_eq!(
            label(&["text/html", "application/json;q=0.1"]),
            Some(Media::Json)
        );
        assert_eq!(label(&["text/html"]), None);
        assert_eq!(label(&["application/json;q=0"]), None);
    }

    #[test]
    fn only_the_newer_label_says_by_its_status_that_a_request_was_wrong() {
        assert_eq!(Media::Response.status(true), StatusCode::BAD_REQUEST);
        assert_eq!(Media::Response.status(false), StatusCode::OK);
        assert_eq!(Media::Json.status(true), StatusCode::OK);
    }
}
