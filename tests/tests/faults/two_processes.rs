//! Two processes on one database race on the same chats, and each is killed in turn (R1, R2, R4).

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use hilo_tests::load::{Acknowledged, send_until_answered};
use hilo_tests::whole::check_everything;
use hilo_tests::{At as _, Company, Fault, Hilo, Visitor};
use serde_json::json;
use tokio::sync::Mutex;

const CHATS: usize = 4;
/// Messages to one chat in one go; a visitor may write this many.
const MESSAGES: usize = 8;

/// The same visitor, seen by another process.
fn at(visitor: &Visitor, hilo: &Hilo, key: &str) -> Visitor {
    let mut visitor = visitor.clone();
    visitor.door.url = format!("{}/widget/v1/{key}", hilo.url);
    visitor
}

async fn until_sent(
    visitor: Visitor,
    text: String,
    acknowledged: Arc<Mutex<Acknowledged>>,
) -> Result<()> {
    let event = Visitor::event("message.text", json!({"text": text}));
    let result = send_until_answered(&visitor, &event).await?;
    ensure!(result.text("/status") != "rejected", "{result}");
    acknowledged.lock().await.insert(text, result);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes() -> Result<()> {
    let mut fault = Fault::times("two_processes", 4);
    let mut company = Company::found().await?;
    let mut second = company.hilo.beside().await?;
    let acknowledged: Arc<Mutex<Acknowledged>> = Arc::default();
    for round in 0..fault.count {
        let mut sending = Vec::new();
        for chat in 0..CHATS {
            let visitor = company.visitor().await?;
            for n in 0..MESSAGES {
                let hilo = if n % 2 == 0 { &company.hilo } else { &second };
                let text = format!("ronda {round} chat {chat} mensaje {n}");
                let visitor = at(&visitor, hilo, &company.key);
                sending.push(tokio::spawn(until_sent(
                    visitor,
                    text,
                    Arc::clone(&acknowledged),
                )));
            }
        }
        tokio::time::sleep(Duration::from_millis(fault.below(60))).await;
        let victim = if round % 2 == 0 {
            &mut second
        } else {
            &mut company.hilo
        };
        victim.kill().await?;
        victim.start_again().await?;
        for sent in sending {
            sent.await??;
        }
    }
    second.kill().await?;
    let acknowledged = acknowledged.lock().await.clone();
    ensure!(acknowledged.len() == fault.count * CHATS * MESSAGES);
    let events = check_everything(&mut company.hilo, &acknowledged).await?;
    fault.tell(&format!(
        "{} kills of one of two processes, {} messages acknowledged, {events} events, none lost, none twice",
        fault.count,
        acknowledged.len()
    ));
    Ok(())
}
