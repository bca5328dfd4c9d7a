//! SIGKILL at random moments while visitors write: every acknowledged message is there exactly once (R1, R2).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use hilo_tests::export::{is_gapless, journal};
use hilo_tests::visitor::read;
use hilo_tests::{At as _, Company, Visitor};
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};

const KILLS: u64 = 10;
const VISITORS: usize = 8;

/// What a visitor was told: the message id and the number of each acknowledged text.
type Acknowledged = Arc<Mutex<HashMap<String, Value>>>;

/// Writes on and on. What is not acknowledged is sent again with its id until it is, as the widget does.
async fn write_on(
    visitor: Visitor,
    name: usize,
    acknowledged: Acknowledged,
    stop: watch::Receiver<bool>,
) -> Result<()> {
    for n in 0.. {
        let text = format!("visitante {name} mensaje {n}");
        let event = Visitor::event("message.text", json!({"text": text}));
        loop {
            if let Ok(result) = try_send(&visitor, &event).await {
                assert_ne!(result.text("/status"), "rejected", "{result}");
                acknowledged.lock().await.insert(text, result);
                break;
            }
            if *stop.borrow() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if *stop.borrow() {
            return Ok(());
        }
    }
    Ok(())
}

async fn try_send(visitor: &Visitor, event: &Value) -> Result<Value> {
    let answer = tokio::time::timeout(Duration::from_secs(5), visitor.post_events(event)).await??;
    let answer = read(answer).await?;
    answer
        .list("/results")
        .first()
        .cloned()
        .context("no result")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_acknowledged_message_is_there_once_after_ten_kills() -> Result<()> {
    let mut company = Company::found().await?;
    let acknowledged = Acknowledged::default();
    let (stop, stopped) = watch::channel(false);
    let mut writers = Vec::new();
    for name in 0..VISITORS {
        let visitor = company.visitor().await?;
        let (acknowledged, stopped) = (Arc::clone(&acknowledged), stopped.clone());
        writers.push(tokio::spawn(write_on(visitor, name, acknowledged, stopped)));
    }
    let mut before = 0;
    for kill in 0..KILLS {
        // Kill only once something new was acknowledged, at a moment that differs each time.
        hilo_tests::until("something was acknowledged", async || {
            Ok((acknowledged.lock().await.len() > before).then_some(()))
        })
        .await?;
        tokio::time::sleep(Duration::from_millis(37 * (kill % 7))).await;
        company.hilo.kill().await?;
        before = acknowledged.lock().await.len();
        company.hilo.start_again().await?;
    }
    hilo_tests::until("something was acknowledged at the end", async || {
        Ok((acknowledged.lock().await.len() > before).then_some(()))
    })
    .await?;
    stop.send(true)?;
    for writer in writers {
        writer.await??;
    }
    let acknowledged = acknowledged.lock().await.clone();
    assert!(acknowledged.len() >= usize::try_from(KILLS)?);
    judge(&company, &acknowledged).await
}

/// The journal holds each acknowledged message once, under the ids that were answered; nothing has a gap.
async fn judge(company: &Company, acknowledged: &HashMap<String, Value>) -> Result<()> {
    let events = journal(&company.hilo, true).await?;
    is_gapless(&events)?;
    let mut received: HashMap<&str, Vec<&Value>> = HashMap::new();
    let mut seqs: HashMap<&str, Vec<i64>> = HashMap::new();
    for event in &events {
        let data = event.at("/opened/data");
        if event.text("/event_type") == "message_received" {
            received
                .entry(data.text("/text/$personal/value"))
                .or_default()
                .push(data);
        }
        if event.text("/aggregate_type") == "chat" && data.get("contact_seq").is_some() {
            seqs.entry(event.text("/aggregate_id"))
                .or_default()
                .push(data.number("/contact_seq"));
        }
    }
    for (text, result) in acknowledged {
        let found = received
            .get(text.as_str())
            .map(Vec::as_slice)
            .unwrap_or_default();
        let [message] = found else {
            panic!("{text:?} is there {} times: {result}", found.len());
        };
        assert_eq!(
            message.at("/message_id"),
            result.at("/message_id"),
            "{text}"
        );
        assert_eq!(message.at("/contact_seq"), result.at("/seq"), "{text}");
    }
    for (text, found) in &received {
        assert_eq!(found.len(), 1, "{text:?} is there more than once");
    }
    for (chat, seqs) in seqs {
        let expected: Vec<i64> = (1..).take(seqs.len()).collect();
        assert_eq!(seqs, expected, "the window of {chat} has a gap");
    }
    // What agents see is what the journal holds.
    let shown = hilo_tests::until("the list has caught up", async || {
        let chats = hilo_tests::company::chats(&company.ana, None).await?;
        let unread: i64 = chats.iter().map(|chat| chat.number("/unreadCount")).sum();
        Ok((unread == i64::try_from(received.len())?).then_some(chats))
    })
    .await?;
    let ids: HashSet<_> = shown
        .iter()
        .map(|chat| chat.text("/id").to_owned())
        .collect();
    assert_eq!(ids.len(), shown.len());
    Ok(())
}
