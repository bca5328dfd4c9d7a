//! The token that a program shows: `Authorization: Bearer hilo_...`. Knows how it is written, never what it means. A
//! token is never logged and never repeated in an answer.

use actix_web::HttpRequest;
use actix_web::http::header;
use hilo_app::{App, Caller};
use hilo_graphql::{ErrorCode, Failure};

/// The longest that is looked at.
const LONGEST: usize = 200;

/// Whether a request shows a token, right or wrong. One that says who it is in another way shows none.
pub fn is_shown(request: &HttpRequest) -> bool {
    of(request).is_some()
}

/// The token of a request; an empty one, which is nobody's, where the header cannot be read.
pub fn of(request: &HttpRequest) -> Option<String> {
    let mut shown = request.headers().get_all(header::AUTHORIZATION);
    let first = shown.next()?;
    if shown.next().is_some() {
        return Some(String::new());
    }
    let Ok(text) = first.to_str() else {
        return Some(String::new());
    };
    // A proxy before Hilo may ask for a password of its own.
    let scheme = text.split(' ').next()?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token(text).unwrap_or_default().to_owned())
}

/// What stands behind `Bearer`.
pub fn token(text: &str) -> Option<&str> {
    let (scheme, token) = text.split_once(' ')?;
    let token = token.trim();
    let is_token = scheme.eq_ignore_ascii_case("bearer")
        && (1..=LONGEST).contains(&token.len())
        && token.bytes().all(|b| b.is_ascii_graphic());
    is_token.then_some(token)
}

/// Whom a token speaks for. Unknown, revoked and over are one answer.
pub async fn caller(app: &App, token: &str) -> Result<Caller, Failure> {
    let found = app.caller_by_token(token).await?;
    found.ok_or_else(|| Failure::new(ErrorCode::Unauthenticated, "This token is not valid."))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn shown(values: &[&str]) -> Option<String> {
        let mut request = TestRequest::get();
        for value in values {
            request = request.append_header((header::AUTHORIZATION, *value));
        }
        of(&request.to_http_request())
    }

    #[test]
    fn a_token_stands_behind_bearer_in_any_case() {
        for text in ["Bearer hilo_x", "bearer hilo_x", "BEARER  hilo_x "] {
            assert_eq!(shown(&[text]).as_deref(), Some("hilo_x"), "{text}");
        }
    }

    #[test]
    fn what_is_no_token_is_nobodys_and_another_scheme_is_none() {
        assert_eq!(shown(&[]), None);
        assert_eq!(shown(&["Basic aGk6aGk="]), None);
        let long = format!("Bearer {}", "x".repeat(201));
        for text in ["Bearer ", "Bearer a b", &long] {
            assert_eq!(shown(&[text]).as_deref(), Some(""), "{text}");
        }
        assert_eq!(shown(&["Bearer a", "Bearer b"]).as_deref(), Some(""));
    }
}
