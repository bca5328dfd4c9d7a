//! GraphQL over HTTP: one POST per operation. Must not keep state or retry.

use std::pin::Pin;
use std::task::{Context, Poll};

use hilo_documents::reading::{self, Read};
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::{fault::Fault, json};

/// How long an answer may take, in milliseconds.
const PATIENCE: u32 = 20_000;

/// A request under way, whose answer is a tree.
pub type Exchange = Pin<Box<dyn Future<Output = Result<Value, Fault>>>>;

/// A request under way: the answer, or why there is none. The same machine for all of them; only the last step, from
/// a tree to what was asked for, is one for each type.
pub struct Asking<T> {
    exchange: Exchange,
    read: fn(Value) -> Result<T, Fault>,
}

impl<T> Future for Asking<T> {
    type Output = Result<T, Fault>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match this.exchange.as_mut().poll(context) {
            Poll::Ready(Ok(tree)) => Poll::Ready((this.read)(tree)),
            Poll::Ready(Err(fault)) => Poll::Ready(Err(fault)),
            Poll::Pending => Poll::Pending,
        }
    }
}

/// Sends a request; `part` takes what is of interest out of the data.
pub fn send<T: Read>(body: Value, part: fn(Value) -> Result<Value, Fault>) -> Asking<T> {
    Asking {
        exchange: start(body, part),
        read,
    }
}

/// Sends a request whose answer is read later.
pub fn start(body: Value, part: fn(Value) -> Result<Value, Fault>) -> Exchange {
    Box::pin(exchange(body, part))
}

/// The data of an answer as what was asked for. JSON is read to a tree first, here and on the socket: one reader for
/// all types is far less code to load than one for each.
pub fn read<T: Read>(data: Value) -> Result<T, Fault> {
    reading::read(data).map_err(|_| Fault::Server)
}

/// The `data` of an answer, or the fault behind its first error.
pub fn data_of(mut answer: Value) -> Result<Value, Fault> {
    if let Some(error) = answer.pointer("/errors/0") {
        let code = error.pointer("/extensions/code").and_then(Value::as_str);
        return Err(Fault::of_code(code.unwrap_or_default()));
    }
    answer.get_mut("data").map(Value::take).ok_or(Fault::Server)
}

async fn exchange(body: Value, part: fn(Value) -> Result<Value, Fault>) -> Result<Value, Fault> {
    let text = post(&json::text(&body)).await.map_err(|_| Fault::Network)?;
    part(data_of(json::parse(&text).ok_or(Fault::Server)?)?)
}

async fn post(body: &str) -> Result<String, wasm_bindgen::JsValue> {
    let headers = web_sys::Headers::new()?;
    headers.set("content-type", "application/json")?;
    headers.set(
        "accept",
        "application/graphql-response+json, application/json",
    )?;
    // Refusals are told in the language that is spoken here, not in the browser's.
    headers.set("accept-language", crate::i18n::current().tag())?;
    if crate::route::is_embedded() {
        // Whoever signs in there gets the cookie of a frame.
        headers.set("hilo-framed", "1")?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&body.into());
    init.set_credentials(web_sys::RequestCredentials::SameOrigin);
    // What is sent while the page goes away arrives all the same.
    let hidden = web_sys::window()
        .and_then(|window| window.document())
        .is_some_and(|page| page.visibility_state() == web_sys::VisibilityState::Hidden);
    if hidden {
        js_sys::Reflect::set(&init, &"keepalive".into(), &true.into())?;
    }
    init.set_signal(Some(&web_sys::AbortSignal::timeout_with_u32(PATIENCE)));
    let window = web_sys::window().ok_or("no window")?;
    let response = JsFuture::from(window.fetch_with_str_and_init("/graphql", &init)).await?;
    let response: web_sys::Response = response.dyn_into()?;
    // A gateway that answers with a page has no answer of ours.
    if response.status() >= 502 && response.status() <= 504 {
        return Err("no answer".into());
    }
    let text = JsFuture::from(response.text()?).await?;
    text.as_string().ok_or_else(|| "no text".into())
}
