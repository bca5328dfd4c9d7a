//! Visitors who write on and on, as the widget does: what is not acknowledged is sent again under its id until it is.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::json::At as _;
use crate::until;
use crate::visitor::{Visitor, read};
use crate::wait::PATIENCE;

/// Messages after which another visitor takes over, since one may only write so many a minute.
const MESSAGES_EACH: usize = 15;
/// How long one request may hang.
const HANGING: Duration = Duration::from_secs(5);
/// Pause before what failed is tried again.
const AGAIN: Duration = Duration::from_millis(50);

/// What was acknowledged: the server's answer by the text that was sent.
pub type Acknowledged = HashMap<String, Value>;

/// Writers at work.
pub struct Load {
    acknowledged: Arc<Mutex<Acknowledged>>,
    stop: watch::Sender<bool>,
    writers: Vec<JoinHandle<Result<()>>>,
}

impl Load {
    /// One writer an address: each Hilo of the list gets `writers` of them.
    ///
    /// # Errors
    /// When a first visitor is refused.
    pub async fn start(urls: &[&str], key: &str, writers: usize) -> Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let mut load = Self {
            acknowledged: Arc::default(),
            stop,
            writers: Vec::new(),
        };
        for url in urls {
            for _ in 0..writers {
                let writer = Writer {
                    name: format!("{}", load.writers.len()),
                    url: (*url).to_owned(),
                    key: key.to_owned(),
                    acknowledged: Arc::clone(&load.acknowledged),
                    stop: stopped.clone(),
                };
                let visitor = Visitor::arrive(url, key).await?;
                load.writers.push(tokio::spawn(writer.write_on(visitor)));
            }
        }
        Ok(load)
    }

    /// How many messages were acknowledged so far.
    pub async fn count(&self) -> usize {
        self.acknowledged.lock().await.len()
    }

    /// Waits until more was acknowledged than `before`.
    ///
    /// # Errors
    /// When nothing is for too long.
    pub async fn moves_on(&self, before: usize) -> Result<usize> {
        until("something more is acknowledged", async || {
            let count = self.count().await;
            Ok((count > before).then_some(count))
        })
        .await
    }

    /// Ends the writers and gives what was acknowledged. A message under way is sent until it is answered.
    ///
    /// # Errors
    /// When a writer met what it cannot take.
    pub async fn finish(self) -> Result<Acknowledged> {
        self.stop.send(true)?;
        for writer in self.writers {
            writer.await??;
        }
        Ok(self.acknowledged.lock().await.clone())
    }
}

struct Writer {
    name: String,
    url: String,
    key: String,
    acknowledged: Arc<Mutex<Acknowledged>>,
    stop: watch::Receiver<bool>,
}

impl Writer {
    async fn write_on(self, mut visitor: Visitor) -> Result<()> {
        for n in 1.. {
            let text = format!("visitante {} mensaje {n}", self.name);
            let event = Visitor::event("message.text", json!({"text": text}));
            while !self.is_over() {
                if let Ok(result) = send(&visitor, &event).await {
                    ensure!(result.text("/status") != "rejected", "{text}: {result}");
                    self.acknowledged.lock().await.insert(text, result);
                    break;
                }
                tokio::time::sleep(AGAIN).await;
            }
            if self.is_over() {
                return Ok(());
            }
            if n % MESSAGES_EACH == 0 {
                visitor = self.another().await.unwrap_or(visitor);
            }
        }
        Ok(())
    }

    async fn another(&self) -> Option<Visitor> {
        while !self.is_over() {
            if let Ok(visitor) = Visitor::arrive(&self.url, &self.key).await {
                return Some(visitor);
            }
            tokio::time::sleep(AGAIN).await;
        }
        None
    }

    fn is_over(&self) -> bool {
        *self.stop.borrow()
    }
}

/// Sends one event once and gives its result.
///
/// # Errors
/// When there is no answer that acknowledges or refuses it.
pub async fn send(visitor: &Visitor, event: &Value) -> Result<Value> {
    let answer = tokio::time::timeout(HANGING, visitor.post_events(event)).await??;
    let answer = read(answer).await?;
    answer
        .list("/results")
        .first()
        .cloned()
        .context("no result")
}

/// Sends one event until it is answered.
///
/// # Errors
/// When no answer comes for too long.
pub async fn send_until_answered(visitor: &Visitor, event: &Value) -> Result<Value> {
    let end = Instant::now() + PATIENCE;
    loop {
        match send(visitor, event).await {
            Ok(result) => return Ok(result),
            Err(error) if Instant::now() > end => return Err(error.context("tried in vain")),
            Err(_) => tokio::time::sleep(AGAIN).await,
        }
    }
}
