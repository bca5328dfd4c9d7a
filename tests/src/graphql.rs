//! A caller of the GraphQL API over HTTP, with a cookie jar like a browser's.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::hilo::settled;
use crate::json::At as _;
use crate::queries::SIGN_IN;

/// How long a mutation waits for the read model before it answers `pending`.
const ROWS_WAITED_FOR: Duration = Duration::from_millis(300);
/// How long rows may take behind that on a busy machine.
const ROWS_COME_WITHIN: Duration = Duration::from_secs(5);

/// One caller: a cookie jar and an address.
#[derive(Clone)]
pub struct Client {
    /// The plain HTTP client behind it; follows no redirects.
    pub http: reqwest::Client,
    /// Hilo's address, such as `http://127.0.0.1:40001`.
    pub url: String,
    jar: Arc<Jar>,
}

impl Client {
    /// A stranger.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn stranger(url: &str) -> Result<Self> {
        let jar = Arc::new(Jar::default());
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .cookie_provider(Arc::clone(&jar))
            .build()?;
        Ok(Self {
            http,
            url: url.to_owned(),
            jar,
        })
    }

    /// Somebody who signed in.
    ///
    /// # Errors
    /// When the sign-in is refused.
    pub async fn signed_in(url: &str, email: &str, password: &str) -> Result<Self> {
        let client = Self::stranger(url)?;
        let answer = client
            .act(
                SIGN_IN,
                json!({"input": {"email": email, "password": password}}),
            )
            .await?;
        if answer.text("/viewer/agent/email") != email {
            bail!("signed in as somebody else: {answer}");
        }
        Ok(client)
    }

    /// The cookies a browser would send, as one header value.
    #[must_use]
    pub fn cookie(&self) -> Option<String> {
        let url: Url = self.url.parse().ok()?;
        self.jar.cookies(&url)?.to_str().ok().map(str::to_owned)
    }

    /// A request that is sent as written: for tests of the transport itself.
    pub fn post(&self) -> reqwest::RequestBuilder {
        self.http.post(format!("{}/graphql", self.url))
    }

    /// The whole answer, errors and all. Sends what the SPA sends.
    ///
    /// # Errors
    /// When there is no JSON answer.
    pub async fn ask(&self, query: &str, variables: Value) -> Result<Value> {
        let body = json!({"query": query, "variables": variables});
        let response = self
            .post()
            .header("accept", "application/json")
            .json(&body)
            .send()
            .await?;
        let status = response.status();
        let text = response.text().await?;
        let answer = serde_json::from_str(&text);
        answer.with_context(|| format!("the answer ({status}) is not JSON: {text}"))
    }

    /// `data` of a query.
    ///
    /// # Errors
    /// When the answer carries errors.
    pub async fn get(&self, query: &str, variables: Value) -> Result<Value> {
        let mut answer = self.ask(query, variables).await?;
        if !answer.list("/errors").is_empty() {
            bail!("the query failed: {}", answer.at("/errors"));
        }
        Ok(answer
            .pointer_mut("/data")
            .map(Value::take)
            .unwrap_or_default())
    }

    /// The payload of a mutation with one field.
    ///
    /// # Errors
    /// When the answer carries errors or user errors.
    pub async fn act(&self, mutation: &str, variables: Value) -> Result<Value> {
        let payload = self.try_act(mutation, variables).await?;
        if !payload.list("/userErrors").is_empty() {
            bail!("the mutation was refused: {}", payload.at("/userErrors"));
        }
        Ok(payload)
    }

    /// The payload of a mutation with one field, user errors and all. Where Hilo answered before its rows showed the act,
    /// as it may on a busy machine, this waits for them.
    ///
    /// # Errors
    /// When the answer carries errors.
    pub async fn try_act(&self, mutation: &str, variables: Value) -> Result<Value> {
        let asked = Instant::now();
        let data = self.get(mutation, variables).await?;
        if asked.elapsed() >= ROWS_WAITED_FOR {
            // Whatever holds the rows back may be what the caller tests.
            drop(timeout(ROWS_COME_WITHIN, settled(&self.url)).await);
        }
        let payload = data
            .as_object()
            .and_then(|data| data.values().next().cloned());
        payload.context("a mutation without a payload")
    }

    /// `extensions.code` of the first error.
    ///
    /// # Errors
    /// When the operation succeeds.
    pub async fn fault(&self, operation: &str, variables: Value) -> Result<String> {
        let answer = self.ask(operation, variables).await?;
        match answer.text("/errors/0/extensions/code") {
            "" => bail!("expected an error, got {answer}"),
            code => Ok(code.to_owned()),
        }
    }

    /// Status and body of a GET.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn page(&self, path: &str) -> Result<(StatusCode, String)> {
        let response = self.http.get(format!("{}{path}", self.url)).send().await?;
        Ok((response.status(), response.text().await?))
    }
}
