//! Visitors of a website. Each may write 20 messages at once and 20 a minute, so a load takes many of them.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result, bail};
use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use uuid::Uuid;

use super::company::{Company, Desk, SITE};
use super::http::{Connection, find};
use super::marks;

/// Messages that a visitor may send without a pause.
pub(super) const MESSAGES_EACH: usize = 20;
/// Sessions opened at once.
const AT_ONCE: usize = 16;

static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

/// Visitors of one channel, who write one after the other.
pub(super) struct Visitors {
    path: String,
    headers: Vec<String>,
    each: usize,
    sent: usize,
}

impl Visitors {
    /// As many visitors as it takes to send so many messages, each as many as they may.
    pub(super) async fn come(company: &Company, desk: &Desk, messages: usize) -> Result<Self> {
        Self::each(company, desk, messages, MESSAGES_EACH).await
    }

    /// The same where each sends at most `each`.
    pub(super) async fn each(
        company: &Company,
        desk: &Desk,
        messages: usize,
        each: usize,
    ) -> Result<Self> {
        let each = each.clamp(1, MESSAGES_EACH);
        let visitors = messages.div_ceil(each);
        let headers = futures_util::stream::iter(0..visitors)
            .map(|_| session(company, desk))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(Self {
            path: format!("/widget/v1/{}/events", desk.key),
            headers,
            each,
            sent: 0,
        })
    }

    /// Whose turn it is writes; returns once that is acknowledged. False when all have written what they were to.
    pub(super) async fn write(&mut self, http: &mut Connection, number: u64) -> Result<bool> {
        let Some(headers) = self.headers.get(self.sent / self.each) else {
            return Ok(false);
        };
        self.sent += 1;
        let body = format!(
            r#"{{"client_event_id":"{}","type":"message.text","data":{{"text":"{}"}}}}"#,
            Uuid::new_v4(),
            marks::text(number)
        );
        let answer = http.post(&self.path, headers, &body).await?.ok()?;
        if find(&answer.body, b"\"accepted\"").is_none() {
            bail!("not accepted: {}", String::from_utf8_lossy(&answer.body));
        }
        Ok(true)
    }
}

/// Opens a session from an address of its own; the headers of its requests.
async fn session(company: &Company, desk: &Desk) -> Result<String> {
    let mut http = Connection::open(&company.address).await?;
    let [_, a, b, c] = NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let from = format!("origin: {SITE}\r\nx-forwarded-for: 10.{a}.{b}.{c}\r\n");
    let page = json!({"url": format!("{SITE}/contacto"), "title": "Contacto", "referrer": ""});
    let body = json!({"page": page, "locale": "es-ES", "timezone": "Europe/Madrid"}).to_string();
    let path = format!("/widget/v1/{}/session", desk.key);
    let answer = http.post(&path, &from, &body).await?.ok()?;
    let session: Value = serde_json::from_slice(&answer.body)?;
    let token = session.pointer("/token").and_then(Value::as_str);
    let token = token.context("no token")?;
    Ok(format!("{from}authorization: Bearer {token}\r\n"))
}
