//! The request that opens a visitor's session. Says what was sent; whether an identity holds is
//! judged by `identity`, whether an origin may ask by `origin`.

use serde_json::Value;
use uuid::Uuid;

use super::field::{FieldRefusal, Fields};

/// Longest request body of the web chat, in bytes.
pub const BODY_LIMIT: usize = 64 * 1024;

/// What the visitor's page told about itself. Nothing in it is proven.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionRequest {
    /// The id an earlier session was given.
    pub visitor_id: Option<Uuid>,
    /// Where the visitor is now.
    pub page: Option<Page>,
    /// Language tag, as `es-ES`.
    pub locale: Option<String>,
    /// IANA zone name.
    pub timezone: Option<String>,
    /// Who the site says the visitor is, with the site's signature.
    pub identity: Option<Identity>,
}

/// A page of the site. Only `http` and `https`, so that a link to it is safe to show.
#[derive(Clone, PartialEq, Eq)]
pub struct Page {
    /// At most 2048 characters.
    pub url: String,
    /// At most 300 characters.
    pub title: Option<String>,
}

impl std::fmt::Debug for Page {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Page(..)")
    }
}

/// An identity as claimed by the site; good only once its hash was checked.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The site's own id of the person.
    pub user_id: String,
    /// Name, at most 100 characters.
    pub name: Option<String>,
    /// E-mail, at most 254 characters.
    pub email: Option<String>,
    /// Phone, at most 32 characters.
    pub phone: Option<String>,
    /// Lowercase hex HMAC-SHA256 of `user_id`; empty when none was sent.
    pub hash: String,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(..)")
    }
}

/// Why a whole request body was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyRefusal {
    /// More bytes than [`BODY_LIMIT`].
    #[error("The body may have at most {limit} bytes.")]
    TooLarge {
        /// In bytes.
        limit: usize,
    },
    /// More events than a batch may have.
    #[error("A request may carry at most {limit} events.")]
    TooManyEvents {
        /// Number of events.
        limit: usize,
    },
    /// Not JSON, with the parser's reason.
    #[error("The body is not valid JSON: {reason}.")]
    Malformed {
        /// Place and kind of the fault, never a piece of the body.
        reason: String,
    },
    /// JSON of a wrong shape.
    #[error(transparent)]
    Field(#[from] FieldRefusal),
}

impl BodyRefusal {
    /// The code on the wire.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooManyEvents { .. } => "too_many_events",
            Self::Malformed { .. } => "malformed",
            Self::Field(refusal) => refusal.code,
        }
    }

    /// Whether the answer is 413 rather than 400.
    pub fn is_too_large(&self) -> bool {
        matches!(self, Self::TooLarge { .. } | Self::TooManyEvents { .. })
    }
}

/// Reads the body as JSON of at most [`BODY_LIMIT`] bytes.
pub fn parse_json(body: &[u8]) -> Result<Value, BodyRefusal> {
    if body.len() > BODY_LIMIT {
        return Err(BodyRefusal::TooLarge { limit: BODY_LIMIT });
    }
    serde_json::from_slice(body).map_err(|fault| BodyRefusal::Malformed {
        reason: fault.to_string(),
    })
}

/// Reads a session request; an empty body is an anonymous visitor who tells nothing.
pub fn parse_session(body: &[u8]) -> Result<SessionRequest, BodyRefusal> {
    if body.is_empty() {
        return Ok(SessionRequest::default());
    }
    let value = parse_json(body)?;
    let Value::Object(map) = &value else {
        return Err(FieldRefusal::invalid("body", "an object").into());
    };
    let fields = Fields::new(map, "");
    Ok(SessionRequest {
        visitor_id: fields.uuid("visitor_id")?,
        page: match fields.object("page", "page.")? {
            None => None,
            Some(page) => Some(parse_page(&page)?),
        },
        locale: parse_locale(&fields)?,
        timezone: fields.text("timezone", 64)?,
        identity: match fields.object("identity", "identity.")? {
            None => None,
            Some(identity) => Some(parse_identity(&identity)?),
        },
    })
}

/// Reads `{seq}` of an acknowledgement.
pub fn parse_acknowledgement(body: &[u8]) -> Result<u64, BodyRefusal> {
    let value = parse_json(body)?;
    let Value::Object(map) = &value else {
        return Err(FieldRefusal::invalid("body", "an object").into());
    };
    let fields = Fields::new(map, "");
    Ok(fields.required("seq", fields.whole_number("seq")?)?)
}

pub(crate) fn parse_page(fields: &Fields<'_>) -> Result<Page, FieldRefusal> {
    let url = fields.required("url", fields.text("url", 2048)?)?;
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return Err(FieldRefusal::invalid(
            &fields.name("url"),
            "an http or https address",
        ));
    }
    Ok(Page {
        url,
        title: fields.text("title", 300)?,
    })
}

fn parse_locale(fields: &Fields<'_>) -> Result<Option<String>, FieldRefusal> {
    let locale = fields.text("locale", 35)?;
    let fits = |tag: &String| {
        tag.chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if locale.as_ref().is_some_and(|tag| !fits(tag)) {
        return Err(FieldRefusal::invalid("locale", "a language tag"));
    }
    Ok(locale)
}

fn parse_identity(fields: &Fields<'_>) -> Result<Identity, FieldRefusal> {
    // Not trimmed: the site signed these very characters.
    let user_id = fields.required("user_id", fields.raw_text("user_id")?)?;
    if user_id.is_empty() || user_id.chars().count() > 200 {
        return Err(FieldRefusal::too_long(
            "identity.user_id",
            200,
            "characters (and one at least)",
        ));
    }
    Ok(Identity {
        user_id: user_id.to_owned(),
        name: fields.text("name", 100)?,
        email: fields.text("email", 254)?,
        phone: fields.text("phone", 32)?,
        hash: fields.raw_text("hash")?.unwrap_or_default().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> (&'static str, String) {
        match parse_session(body.as_bytes()) {
            Err(BodyRefusal::Field(refusal)) => (refusal.code, refusal.field),
            other => panic!("expected a field refusal, got {other:?}"),
        }
    }

    #[test]
    fn an_empty_body_is_an_anonymous_visitor() {
        assert_eq!(parse_session(b"").unwrap(), SessionRequest::default());
        assert_eq!(parse_session(b"{}").unwrap(), SessionRequest::default());
    }

    #[test]
    fn each_wrong_field_is_named() {
        assert_eq!(
            refusal(r#"{"visitor_id":"me"}"#),
            ("invalid", "visitor_id".into())
        );
        assert_eq!(
            refusal(r#"{"page":{"title":"x"}}"#),
            ("missing", "page.url".into())
        );
        assert_eq!(
            refusal(r#"{"page":{"url":"javascript:alert(1)"}}"#),
            ("invalid", "page.url".into())
        );
        assert_eq!(
            refusal(r#"{"locale":"es ES"}"#),
            ("invalid", "locale".into())
        );
        assert_eq!(refusal(r#"{"timezone":4}"#), ("invalid", "timezone".into()));
        assert_eq!(
            refusal(r#"{"identity":{}}"#),
            ("missing", "identity.user_id".into())
        );
        assert_eq!(
            refusal(r#"{"identity":{"user_id":"a","name":"b\u0000"}}"#),
            ("nul", "identity.name".into())
        );
        assert_eq!(refusal("[]"), ("invalid", "body".into()));
    }

    #[test]
    fn a_body_that_is_not_json_says_where() {
        let Err(BodyRefusal::Malformed { reason }) = parse_session(b"{\"a\":") else {
            panic!("expected a malformed body");
        };
        assert!(reason.contains("line 1"), "{reason}");
    }

    #[test]
    fn a_body_above_the_limit_is_too_large() {
        let body = format!("{{\"x\":\"{}\"}}", "y".repeat(BODY_LIMIT));
        assert_eq!(
            parse_session(body.as_bytes()),
            Err(BodyRefusal::TooLarge { limit: BODY_LIMIT })
        );
    }

    #[test]
    fn an_acknowledgement_is_a_whole_number() {
        assert_eq!(parse_acknowledgement(br#"{"seq":7}"#), Ok(7));
        for wrong in [
            r#"{"seq":-1}"#,
            r#"{"seq":1.5}"#,
            r#"{"seq":"7"}"#,
            "{}",
            "7",
        ] {
            assert!(parse_acknowledgement(wrong.as_bytes()).is_err(), "{wrong}");
        }
    }
}
