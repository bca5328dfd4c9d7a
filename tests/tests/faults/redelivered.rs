//! Every delivery three times, in another order, through kills: each message is there once (R2).

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use hilo_tests::load::{Acknowledged, send};
use hilo_tests::whole::check_everything;
use hilo_tests::{At as _, Company, Fault, Visitor};
use serde_json::{Value, json};
use tokio::sync::Mutex;

const DELIVERIES: usize = 3;
/// A visitor may write this many in one go.
const MESSAGES_EACH: usize = 15;
const SENDERS: usize = 8;
const SHORT_KILLS: usize = 4;
const LONG_KILLS: usize = 20;
/// From here on a run is a long one.
const LONG: usize = 5_000;

type Deliveries = Arc<Mutex<VecDeque<(Visitor, Value)>>>;

/// Delivers what is left. What is not answered is put back, as a provider tries again.
async fn deliver(left: Deliveries, answers: Arc<Mutex<Vec<(String, Value)>>>) -> Result<()> {
    loop {
        let Some((visitor, event)) = left.lock().await.pop_front() else {
            return Ok(());
        };
        match send(&visitor, &event).await {
            Ok(result) => {
                ensure!(result.text("/status") != "rejected", "{result}");
                let text = event.text("/data/text").to_owned();
                answers.lock().await.push((text, result));
            }
            Err(_) => {
                left.lock().await.push_back((visitor, event));
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn redelivered() -> Result<()> {
    let mut fault = Fault::times("redelivered", 600);
    let messages = fault.count;
    let kills = if messages < LONG {
        SHORT_KILLS
    } else {
        LONG_KILLS
    };
    let mut company = Company::found().await?;
    let mut deliveries = Vec::new();
    for first in (0..messages).step_by(MESSAGES_EACH) {
        let visitor = company.visitor().await?;
        for n in first..messages.min(first + MESSAGES_EACH) {
            let event = Visitor::event("message.text", json!({"text": format!("mensaje {n}")}));
            deliveries.extend(vec![(visitor.clone(), event); DELIVERIES]);
        }
    }
    fault.shuffle(&mut deliveries);
    let all = deliveries.len();
    let left: Deliveries = Arc::new(Mutex::new(deliveries.into()));
    let answers = Arc::new(Mutex::new(Vec::new()));
    let mut senders = Vec::new();
    for _ in 0..SENDERS {
        senders.push(tokio::spawn(deliver(
            Arc::clone(&left),
            Arc::clone(&answers),
        )));
    }
    for kill in 0..kills {
        let due = all * (kill + 1) / (kills + 1);
        hilo_tests::until("a part is delivered", async || {
            Ok((answers.lock().await.len() >= due).then_some(()))
        })
        .await?;
        company.hilo.kill().await?;
        company.hilo.start_again().await?;
    }
    for sender in senders {
        sender.await??;
    }
    let answers = answers.lock().await.clone();
    ensure!(
        answers.len() == all,
        "{} of {all} were answered",
        answers.len()
    );
    let acknowledged = same_answers(answers)?;
    ensure!(acknowledged.len() == messages);
    check_everything(&mut company.hilo, &acknowledged).await?;
    let received = hilo_tests::export::journal(&company.hilo, false).await?;
    let received = received
        .iter()
        .filter(|event| event.text("/event_type") == "message_received");
    let received = received.count();
    ensure!(
        received == messages,
        "{messages} messages became {received}"
    );
    fault.tell(&format!(
        "{messages} messages delivered {DELIVERIES} times each, shuffled, {kills} kills: {received} messages"
    ));
    Ok(())
}

/// Every delivery of a message was answered alike.
fn same_answers(answers: Vec<(String, Value)>) -> Result<Acknowledged> {
    let mut acknowledged = Acknowledged::new();
    for (text, result) in answers {
        let first = acknowledged.entry(text).or_insert_with(|| result.clone());
        for field in ["/message_id", "/seq"] {
            ensure!(first.at(field) == result.at(field), "{first} and {result}");
        }
    }
    Ok(acknowledged)
}
