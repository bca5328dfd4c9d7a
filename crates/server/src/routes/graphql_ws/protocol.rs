//! graphql-transport-ws as a machine: text in, the next step out. No socket, no clock, no schema.
//! The protocol: <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>

use std::collections::HashSet;

use hilo_graphql::{ErrorCode, Event, Failure, GraphqlRequest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::graphql::bearer;

/// The subprotocol.
pub const SUBPROTOCOL: &str = "graphql-transport-ws";
/// Operations that may run at once on one socket.
pub const MAX_OPERATIONS: usize = 16;
/// The longest id of an operation.
const MAX_ID: usize = 128;

/// Why a socket is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code of the close frame.
    pub code: u16,
    /// The reason beside it.
    pub reason: String,
}

impl Close {
    fn new(code: u16, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
        }
    }

    /// What was sent is no message of the protocol.
    pub fn invalid(why: &str) -> Self {
        Self::new(4400, format!("Invalid message: {why}"))
    }

    /// The client offers another subprotocol, or none.
    pub fn subprotocol() -> Self {
        Self::new(4406, "Subprotocol not acceptable")
    }

    /// No `connection_init` in time.
    pub fn init_timeout() -> Self {
        Self::new(4408, "Connection initialisation timeout")
    }

    /// Nobody is signed in, or no longer.
    pub fn forbidden() -> Self {
        Self::new(4403, "Forbidden")
    }

    /// The client reads too slowly: it comes back and goes on from its last position.
    pub fn resync() -> Self {
        Self::new(4008, "resync")
    }

    /// The client closes: its own code comes back to it, plain words for those of other layers.
    pub fn goodbye(code: Option<u16>) -> Self {
        let own = code.filter(|code| (3000..5000).contains(code));
        Self::new(own.unwrap_or(1000), "")
    }

    /// The token asks more often than it may.
    pub fn too_often() -> Self {
        Self::new(4429, "Too many requests")
    }

    /// Who the client is cannot be found out just now.
    pub fn unavailable() -> Self {
        Self::new(1013, "Try again in a moment")
    }

    /// A text that is not UTF-8.
    pub fn not_utf8() -> Self {
        Self::new(1007, "Text is not UTF-8")
    }

    /// A message is larger than anybody needs.
    pub fn too_big() -> Self {
        Self::new(1009, "Message too big")
    }

    /// The client is gone without a word.
    pub fn away() -> Self {
        Self::new(1001, "No sign of life")
    }
}

/// What a program shows. Never printed.
pub struct Token(pub String);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token")
    }
}

/// What the socket has to do next.
#[derive(Debug)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Find out who the client is, by the token it shows if it shows one, then call [`Protocol::acknowledge`] or close
    /// with [`Close::forbidden`].
    Authorize(Option<Token>),
    /// Send this text.
    Send(String),
    /// Run an operation under this id.
    Start(String, GraphqlRequest),
    /// Stop the operation of this id.
    Stop(String),
    /// Close the socket.
    Close(Close),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Opened,
    Initialising,
    Ready,
}

/// One socket's side of the conversation.
#[derive(Debug)]
pub struct Protocol {
    phase: Phase,
    running: HashSet<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    id: Option<Value>,
    payload: Option<Value>,
}

impl Protocol {
    /// A socket that has just been opened.
    pub fn new() -> Self {
        Self {
            phase: Phase::Opened,
            running: HashSet::new(),
        }
    }

    /// Whether the client has yet to introduce itself.
    pub fn awaits_init(&self) -> bool {
        self.phase == Phase::Opened
    }

    /// Takes a text message of the client.
    pub fn receive(&mut self, text: &str) -> Step {
        let Ok(message) = serde_json::from_str::<Message>(text) else {
            return Step::Close(Close::invalid("not a JSON object with a type"));
        };
        match message.kind.as_str() {
            "connection_init" => self.init(message.payload.as_ref()),
            "ping" => pong(message.payload.as_ref()),
            "pong" => Step::Nothing,
            "subscribe" => self.subscribe(message),
            "complete" => self.complete(&message),
            _ => Step::Close(Close::invalid("unknown type")),
        }
    }

    fn init(&mut self, payload: Option<&Value>) -> Step {
        if self.phase != Phase::Opened {
            return Step::Close(Close::new(4429, "Too many initialisation requests"));
        }
        if !is_map_or_absent(payload) {
            return Step::Close(Close::invalid("the payload is no object"));
        }
        let shown = payload.and_then(|payload| {
            let names = ["authorization", "Authorization"];
            names.iter().find_map(|name| payload.get(name))
        });
        let token = match shown {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => match bearer::token(text) {
                Some(token) => Some(Token(token.to_owned())),
                None => return Step::Close(Close::forbidden()),
            },
            Some(_) => return Step::Close(Close::invalid("`authorization` is no text")),
        };
        self.phase = Phase::Initialising;
        Step::Authorize(token)
    }

    /// The client is somebody: tells it so.
    pub fn acknowledge(&mut self) -> String {
        self.phase = Phase::Ready;
        json!({ "type": "connection_ack" }).to_string()
    }

    fn subscribe(&mut self, message: Message) -> Step {
        if self.phase != Phase::Ready {
            return Step::Close(Close::new(4401, "Unauthorized"));
        }
        let Some(id) = id_of(&message) else {
            return Step::Close(Close::invalid("the id is missing"));
        };
        let request = match GraphqlRequest::from_value(message.payload.unwrap_or_default()) {
            Ok(request) => request,
            Err(reason) => return Step::Close(Close::invalid(&reason.to_string())),
        };
        if self.running.contains(&id) {
            return Step::Close(Close::new(
                4409,
                format!("Subscriber for {id} already exists"),
            ));
        }
        if self.running.len() >= MAX_OPERATIONS {
            let message = format!("At most {MAX_OPERATIONS} operations run on one socket.");
            let error = Failure::new(ErrorCode::RateLimited, message).into_server_error();
            return Step::Send(
                json!({ "id": id, "type": "error", "payload": [error] }).to_string(),
            );
        }
        self.running.insert(id.clone());
        Step::Start(id, request)
    }

    fn complete(&mut self, message: &Message) -> Step {
        let Some(id) = id_of(message) else {
            return Step::Close(Close::invalid("the id is missing"));
        };
        // One that has just ended by itself is no mistake of the client's.
        match self.running.remove(&id) {
            true => Step::Stop(id),
            false => Step::Nothing,
        }
    }

    /// What to send for an event of an operation. An error is the operation's last word.
    pub fn tell(&mut self, id: &str, event: Event) -> Option<String> {
        let (kind, payload) = match &event {
            Event::Next(payload) if self.running.contains(id) => ("next", &**payload),
            Event::Error(payload) if self.running.remove(id) => ("error", payload.as_str()),
            Event::Next(_) | Event::Error(_) => return None,
        };
        // The payload is JSON already; parsing it to print it again would cost as much as making it.
        Some(format!(
            "{{\"id\":{},\"type\":\"{kind}\",\"payload\":{payload}}}",
            Value::from(id)
        ))
    }

    /// What to send when an operation ended, if the client does not know yet.
    pub fn end(&mut self, id: &str) -> Option<String> {
        self.running
            .remove(id)
            .then(|| json!({ "id": id, "type": "complete" }).to_string())
    }
}

fn pong(payload: Option<&Value>) -> Step {
    match payload {
        _ if !is_map_or_absent(payload) => Step::Close(Close::invalid("the payload is no object")),
        Some(Value::Null) | None => Step::Send(json!({ "type": "pong" }).to_string()),
        Some(payload) => Step::Send(json!({ "type": "pong", "payload": payload }).to_string()),
    }
}

fn is_map_or_absent(payload: Option<&Value>) -> bool {
    matches!(payload, None | Some(Value::Null | Value::Object(_)))
}

fn id_of(message: &Message) -> Option<String> {
    let id = message.id.as_ref()?.as_str()?;
    let is_usable = !id.is_empty() && id.len() <= MAX_ID;
    is_usable.then(|| id.to_owned())
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
