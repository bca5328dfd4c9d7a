//! A visitor of a website, as the widget's frame or a site's own script speaks (channels/webwidget.md).

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{Stream, StreamExt as _};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::json::At as _;
use crate::wait::PATIENCE;

/// A site that every test's widget allows.
pub const SITE: &str = "https://www.taller-hilo.example";

static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

/// One visitor with a session.
#[derive(Clone)]
pub struct Visitor {
    /// The visitor's id.
    pub id: String,
    /// The session's token.
    pub token: String,
    /// The last number when the session was opened.
    pub last_seq: i64,
    /// The door they came through.
    pub door: Door,
}

/// A widget's address, seen from one network address of a visitor.
#[derive(Clone)]
pub struct Door {
    /// Such as `http://127.0.0.1:40001/widget/v1/demo-shop`.
    pub url: String,
    /// The site that asks.
    pub origin: String,
    address: String,
    http: reqwest::Client,
}

impl Door {
    /// The door of a widget, from an address that no other test uses.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn of(hilo: &str, key: &str) -> Result<Self> {
        let n = NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            url: format!("{hilo}/widget/v1/{key}"),
            origin: SITE.to_owned(),
            address: format!("198.18.{}.{}", n / 250 % 250, n % 250 + 1),
            http: reqwest::Client::builder().no_proxy().build()?,
        })
    }

    /// A POST to `/session`, `/events` or `/ack` with everything but the token.
    pub fn post(&self, place: &str) -> RequestBuilder {
        self.dress(self.http.post(format!("{}/{place}", self.url)))
    }

    /// A GET of `/stream` or `/events` with everything but the token.
    pub fn get(&self, place: &str) -> RequestBuilder {
        self.dress(self.http.get(format!("{}/{place}", self.url)))
    }

    fn dress(&self, request: RequestBuilder) -> RequestBuilder {
        request
            .header("origin", &self.origin)
            .header("x-forwarded-for", &self.address)
    }

    /// Opens a session with this request.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn open(self, request: Value) -> Result<Visitor> {
        let answer = read(self.post("session").json(&request).send().await?).await?;
        Ok(Visitor {
            id: answer.text("/visitor_id").to_owned(),
            token: answer.text("/token").to_owned(),
            last_seq: answer.number("/last_seq"),
            door: self,
        })
    }
}

impl Visitor {
    /// An anonymous visitor on the contact page.
    ///
    /// # Errors
    /// When the session is refused.
    pub async fn arrive(hilo: &str, key: &str) -> Result<Self> {
        let page = json!({"url": format!("{SITE}/contacto"), "title": "Contacto", "referrer": ""});
        let request = json!({"page": page, "locale": "es-ES", "timezone": "Europe/Madrid"});
        Door::of(hilo, key)?.open(request).await
    }

    /// One event of the contract with an id of its own.
    #[must_use]
    pub fn event(kind: &str, data: Value) -> Value {
        json!({"client_event_id": Uuid::new_v4(), "type": kind, "sent_at": "2026-11-16T09:00:00Z",
               "data": data})
    }

    /// Sends a body to `/events`, as it is.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post_events(&self, body: &Value) -> Result<Response> {
        Ok(self
            .door
            .post("events")
            .bearer_auth(&self.token)
            .json(body)
            .send()
            .await?)
    }

    /// Sends one event and gives its result; waits where the server asks to.
    ///
    /// # Errors
    /// When the whole request is refused.
    pub async fn send(&self, event: &Value) -> Result<Value> {
        loop {
            let response = self.post_events(event).await?;
            if response.status() == StatusCode::TOO_MANY_REQUESTS {
                tokio::time::sleep(retry_after(&response)).await;
                continue;
            }
            let mut answer = read(response).await?;
            let result = answer.pointer_mut("/results/0").map(Value::take);
            return result.context("an event without a result");
        }
    }

    /// Sends one event that must be accepted.
    ///
    /// # Errors
    /// When it is not.
    pub async fn accepted(&self, kind: &str, data: Value) -> Result<Value> {
        let result = self.send(&Self::event(kind, data)).await?;
        if result.text("/status") != "accepted" {
            bail!("{kind} was not accepted: {result}");
        }
        Ok(result)
    }

    /// Writes a message.
    ///
    /// # Errors
    /// When it is not accepted.
    pub async fn write(&self, text: &str) -> Result<Value> {
        self.accepted("message.text", json!({"text": text})).await
    }

    /// Says that everything up to `seq` arrived.
    ///
    /// # Errors
    /// When that is refused.
    pub async fn acknowledge(&self, seq: i64) -> Result<()> {
        let request = self
            .door
            .post("ack")
            .bearer_auth(&self.token)
            .json(&json!({"seq": seq}));
        let response = request.send().await?;
        if !response.status().is_success() {
            bail!("the acknowledgement was refused: {}", response.status());
        }
        Ok(())
    }

    /// What the visitor's window shows after `seq`, as it comes.
    ///
    /// # Errors
    /// When the stream is refused.
    pub async fn stream(&self, after: i64) -> Result<Items> {
        self.stream_after(&after.to_string()).await
    }

    /// The same behind a number as a page writes it, which may carry an epoch: `12@3f2a9c1b`.
    ///
    /// # Errors
    /// When the stream is refused.
    pub async fn stream_after(&self, reached: &str) -> Result<Items> {
        let request = self.door.get("stream").bearer_auth(&self.token);
        let request = request.header("accept", "text/event-stream");
        let response = request.header("last-event-id", reached).send().await?;
        if !response.status().is_success() {
            bail!("the stream was refused: {}", response.status());
        }
        let bytes = response
            .bytes_stream()
            .map(|part| part.map(|part| part.to_vec()));
        Ok(Items {
            bytes: Box::pin(bytes),
            buffer: Vec::new(),
            ready: VecDeque::new(),
        })
    }
}

/// JSON of a successful answer.
///
/// # Errors
/// When the answer is no success.
pub async fn read(response: Response) -> Result<Value> {
    let status = response.status();
    let text = response.text().await?;
    if !status.is_success() {
        bail!("{status}: {text}");
    }
    Ok(serde_json::from_str(&text)?)
}

/// How long the server asks to wait.
#[must_use]
pub fn retry_after(response: &Response) -> Duration {
    let header = response
        .headers()
        .get("retry-after")
        .and_then(|value| value.to_str().ok());
    Duration::from_secs(header.and_then(|seconds| seconds.parse().ok()).unwrap_or(1))
}

/// A stream of server-sent events.
pub struct Items {
    bytes: std::pin::Pin<Box<dyn Stream<Item = reqwest::Result<Vec<u8>>> + Send>>,
    buffer: Vec<u8>,
    ready: VecDeque<Value>,
}

impl Items {
    /// The next item `{seq, type, data}`.
    ///
    /// # Errors
    /// When the stream ends or nothing comes in time.
    pub async fn next(&mut self) -> Result<Value> {
        self.within(PATIENCE)
            .await?
            .with_context(|| format!("no item for {PATIENCE:?}"))
    }

    /// The next item of this type; others are passed over.
    ///
    /// # Errors
    /// As [`Items::next`].
    pub async fn next_of(&mut self, kind: &str) -> Result<Value> {
        loop {
            let item = self.next().await?;
            if item.text("/type") == kind {
                return Ok(item);
            }
        }
    }

    /// The next item, or `None` when nothing comes for `patience`.
    ///
    /// # Errors
    /// When the stream ends.
    pub async fn within(&mut self, patience: Duration) -> Result<Option<Value>> {
        let end = tokio::time::Instant::now() + patience;
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Ok(Some(item));
            }
            let Ok(part) = tokio::time::timeout_at(end, self.bytes.next()).await else {
                return Ok(None);
            };
            let part = part.context("the stream ended")??;
            self.buffer
                .extend(part.into_iter().filter(|&byte| byte != b'\r'));
            while let Some(at) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.buffer.drain(..at + 2).collect();
                self.ready
                    .extend(item_of(&String::from_utf8_lossy(&block))?);
            }
        }
    }
}

/// One block of a stream; comments and blocks without data are nothing.
fn item_of(block: &str) -> Result<Option<Value>> {
    let mut data = String::new();
    let (mut id, mut kind) = (None, None);
    for line in block.lines() {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match name {
            "data" => data.push_str(value),
            "id" => id = Some(value.to_owned()),
            "event" => kind = Some(value.to_owned()),
            _ => {}
        }
    }
    if data.is_empty() {
        return Ok(None);
    }
    let item: Value = serde_json::from_str(&data)?;
    // A number stands in the item and in the block's id, so that Last-Event-ID works.
    if let (Some(id), seq) = (&id, item.number("/seq"))
        && *id != seq.to_string()
    {
        bail!("the block's id {id} is not the item's number {seq}");
    }
    if kind.is_some_and(|kind| kind != "message" && kind != item.text("/type")) {
        bail!("the block's event is not the item's type: {block}");
    }
    Ok(Some(item))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_an_item_and_a_comment_is_nothing() {
        let item = item_of("id: 3\ndata: {\"seq\":3,\"type\":\"read\",\"data\":{}}\n\n").unwrap();
        assert_eq!(item.unwrap().number("/seq"), 3);
        assert_eq!(item_of(": still here\n\n").unwrap(), None);
        assert!(item_of("id: 4\ndata: {\"seq\":3}\n\n").is_err());
    }
}
