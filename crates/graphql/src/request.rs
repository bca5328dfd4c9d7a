//! The JSON of a GraphQL request, read strictly: one operation, known types, nothing guessed.

use async_graphql::Variables;
use serde_json::{Map, Value};

/// A request as a client sent it.
#[derive(Clone, Debug, Default)]
pub struct GraphqlRequest {
    /// The document.
    pub query: String,
    /// Which of its operations to run.
    pub operation_name: Option<String>,
    /// Values of its variables.
    pub variables: Variables,
}

/// Why some JSON is no GraphQL request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotARequest {
    /// Not JSON at all, or not UTF-8.
    #[error("The body is not JSON.")]
    NotJson,
    /// A list: several requests at once.
    #[error("Batches are not answered: send one request at a time.")]
    Batch,
    /// A number, a string...
    #[error("The body is not a JSON object.")]
    NotAnObject,
    /// No `query`, or it is no text.
    #[error("`query` is missing or not a string.")]
    Query,
    /// `operationName` is neither text nor null.
    #[error("`operationName` is not a string.")]
    OperationName,
    /// `variables` is neither an object nor null.
    #[error("`variables` is not an object.")]
    Variables,
    /// `extensions` is neither an object nor null.
    #[error("`extensions` is not an object.")]
    Extensions,
}

impl GraphqlRequest {
    /// Reads the body of a POST.
    pub fn from_slice(body: &[u8]) -> Result<Self, NotARequest> {
        let value = serde_json::from_slice(body).map_err(|_| NotARequest::NotJson)?;
        Self::from_value(value)
    }

    /// Reads what the body, or the payload of a `subscribe` message, says.
    pub fn from_value(value: Value) -> Result<Self, NotARequest> {
        let mut object = match value {
            Value::Object(object) => object,
            Value::Array(_) => return Err(NotARequest::Batch),
            _ => return Err(NotARequest::NotAnObject),
        };
        let query = match object.remove("query") {
            Some(Value::String(query)) => query,
            _ => return Err(NotARequest::Query),
        };
        let operation_name = match object.remove("operationName") {
            None | Some(Value::Null) => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(NotARequest::OperationName),
        };
        let variables = map(&mut object, "variables").ok_or(NotARequest::Variables)?;
        map(&mut object, "extensions").ok_or(NotARequest::Extensions)?;
        Ok(Self {
            query,
            operation_name,
            variables: Variables::from_json(Value::Object(variables)),
        })
    }
}

fn map(object: &mut Map<String, Value>, key: &str) -> Option<Map<String, Value>> {
    match object.remove(key) {
        None | Some(Value::Null) => Some(Map::new()),
        Some(Value::Object(map)) => Some(map),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &str) -> NotARequest {
        GraphqlRequest::from_slice(body.as_bytes()).unwrap_err()
    }

    #[test]
    fn a_request_is_read_with_or_without_its_optional_parts() {
        let bare = GraphqlRequest::from_slice(br#"{"query":"{ a }"}"#).unwrap();
        assert_eq!((bare.query.as_str(), bare.operation_name), ("{ a }", None));
        let nulls = br#"{"query":"{a}","operationName":null,"variables":null,"extensions":null}"#;
        assert!(GraphqlRequest::from_slice(nulls).is_ok());
        let full = br#"{"query":"query Q{a}","operationName":"Q","variables":{"x":[1]},"extensions":{},"id":1}"#;
        let full = GraphqlRequest::from_slice(full).unwrap();
        assert_eq!(full.operation_name.as_deref(), Some("Q"));
        assert!(full.variables.contains_key("x"));
    }

    #[test]
    fn what_is_no_request_says_what_is_wrong() {
        for (body, expected) in [
            ("", NotARequest::NotJson),
            ("{", NotARequest::NotJson),
            ("\"{ a }\"", NotARequest::NotAnObject),
            ("[]", NotARequest::Batch),
            (r#"[{"query":"{a}"}]"#, NotARequest::Batch),
            ("{}", NotARequest::Query),
            (r#"{"query":{}}"#, NotARequest::Query),
            (
                r#"{"query":"{a}","operationName":1}"#,
                NotARequest::OperationName,
            ),
            (
                r#"{"query":"{a}","variables":"{}"}"#,
                NotARequest::Variables,
            ),
            (r#"{"query":"{a}","variables":[]}"#, NotARequest::Variables),
            (
                r#"{"query":"{a}","extensions":true}"#,
                NotARequest::Extensions,
            ),
        ] {
            assert_eq!(refusal(body), expected, "{body}");
        }
        let bytes = GraphqlRequest::from_slice(b"{\"query\":\"\xff\"}");
        assert_eq!(bytes.unwrap_err(), NotARequest::NotJson);
    }

    #[test]
    fn deeply_nested_json_is_refused_and_never_overflows() {
        let deep = format!(
            "{{\"query\":\"{{a}}\",\"variables\":{}",
            "{\"a\":".repeat(100_000)
        );
        assert_eq!(refusal(&deep), NotARequest::NotJson);
    }
}
