//! A request before it is sent: the text of its document, which was printed while the SPA was built, and its variables.
//! Must not send anything.

use hilo_documents::{Command, Operation};
use serde::Serialize;
use serde_json::{Map, Value};

use super::fault::Fault;
use super::http::{self, Asking};

/// The text of a document.
pub trait Document {
    /// In GraphQL, one line.
    const TEXT: &'static str;
}

include!(concat!(env!("OUT_DIR"), "/documents.rs"));

/// A query or subscription that can be asked.
pub trait Ask: Operation + Document {
    /// The body of the request.
    fn body(variables: Self::Variables) -> Value {
        body(Self::TEXT, tree(&variables))
    }

    /// Asks over HTTP.
    fn ask(variables: Self::Variables) -> Asking<Self> {
        http::send(Self::body(variables), Ok)
    }
}

impl<Q: Operation + Document> Ask for Q {}

/// A command that can be given.
pub trait Give: Command + Document {
    /// The body of the request.
    fn order(input: Self::Input) -> Value {
        body(Self::TEXT, with_input(tree(&input)))
    }

    /// Gives it; a refusal is a fault.
    fn send(input: Self::Input) -> Asking<Self::Payload> {
        http::send(Self::order(input), payload)
    }
}

impl<C: Command + Document> Give for C {}

fn tree<T: Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

fn with_input(input: Value) -> Value {
    let mut variables = Map::new();
    variables.insert("input".to_owned(), input);
    Value::Object(variables)
}

fn body(text: &str, variables: Value) -> Value {
    let mut body = Map::new();
    body.insert("query".to_owned(), text.into());
    if !variables.is_null() {
        body.insert("variables".to_owned(), variables);
    }
    Value::Object(body)
}

/// What one field of a mutation answered, or its first refusal.
///
/// # Errors
/// When a rule said no, or the answer is none of ours.
pub fn payload(data: Value) -> Result<Value, Fault> {
    let Value::Object(fields) = data else {
        return Err(Fault::Server);
    };
    let payload = fields.into_iter().next().map(|(_, payload)| payload);
    let payload = payload.ok_or(Fault::Server)?;
    payload
        .pointer("/userErrors/0")
        .map_or(Ok(()), |refusal| Err(Fault::refusal(refusal)))?;
    Ok(payload)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::api::chat_commands::StarChat;
    use crate::api::queries::{InvitationQuery, InvitationVariables};

    #[test]
    fn a_document_goes_out_with_its_variables() {
        let token = "t".to_owned();
        let body = InvitationQuery::body(InvitationVariables { token });
        assert_eq!(body["variables"], json!({"token": "t"}));
        assert_eq!(body["query"], InvitationQuery::TEXT);
        assert!(StarChat::TEXT.contains("starChat(input:$input)"));
    }

    #[test]
    fn a_refusal_in_a_payload_is_a_fault() {
        let refused = json!({"starChat": {"chat": null, "userErrors": [
            {"code": "NO_CHATS_RIGHT", "message": "No.", "field": null, "limit": null}]}});
        let Err(Fault::Refused { code, message, .. }) = payload(refused) else {
            panic!("not refused");
        };
        assert_eq!((code.as_str(), message.as_str()), ("NO_CHATS_RIGHT", "No."));
        let done = payload(json!({"starChat": {"chat": null, "userErrors": []}}));
        assert_eq!(done, Ok(json!({"chat": null, "userErrors": []})));
        assert_eq!(payload(json!({})), Err(Fault::Server));
    }
}
