//! The text rule through both doors (C9): 1000 characters pass, 1001, blanks and NUL are refused.

use anyhow::Result;
use hilo_tests::company::{chat, chat_saying};
use hilo_tests::queries::SEND_MESSAGE;
use hilo_tests::{At as _, Company, Visitor};
use serde_json::{Value, json};
use uuid::Uuid;

/// The vectors that server, SPA and widget share.
fn vectors() -> Result<Vec<Value>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/message_text.json");
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

#[tokio::test]
async fn an_agents_text_is_judged_by_the_shared_vectors() -> Result<()> {
    let company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let mut sent = vec!["hola".to_owned()];
    for vector in vectors()? {
        let input = json!({"chatId": row.at("/id"), "text": vector.at("/text"),
                           "clientMessageId": Uuid::new_v4()});
        let payload = company
            .ana
            .try_act(SEND_MESSAGE, json!({"input": input}))
            .await?;
        let code = payload.text("/userErrors/0/code");
        match vector.text("/result") {
            "ok" => {
                assert_eq!(code, "", "{vector}");
                assert_eq!(payload.at("/message/text"), vector.at("/trimmed"));
                sent.push(vector.text("/trimmed").to_owned());
            }
            "too_long" => {
                assert_eq!(code, "TEXT_TOO_LONG", "{vector}");
                assert_eq!(payload.number("/userErrors/0/limit"), 1000);
            }
            "empty" => assert_eq!(code, "TEXT_EMPTY", "{vector}"),
            _ => assert_eq!(code, "TEXT_HAS_NUL", "{vector}"),
        }
        if !code.is_empty() {
            assert_eq!(payload.text("/userErrors/0/field"), "text");
            assert!(!payload.text("/userErrors/0/message").is_empty());
            assert!(payload.at("/message").is_null());
        }
    }
    let chat = chat(&company.ana, row.text("/id")).await?;
    let kept: Vec<_> = chat
        .list("/messages/nodes")
        .iter()
        .map(|m| m.text("/text"))
        .collect();
    assert_eq!(kept, sent);
    Ok(())
}

#[tokio::test]
async fn a_visitors_text_is_judged_by_the_shared_vectors() -> Result<()> {
    let company = Company::found().await?;
    for vectors in vectors()?.chunks(10) {
        // A new visitor for each batch: one may write 20 messages a minute.
        let visitor = company.visitor().await?;
        for vector in vectors {
            let result = visitor
                .send(&Visitor::event(
                    "message.text",
                    json!({"text": vector.at("/text")}),
                ))
                .await?;
            let expected = if vector.text("/result") == "ok" {
                "accepted"
            } else {
                "rejected"
            };
            assert_eq!(result.text("/status"), expected, "{vector} {result}");
            if expected == "rejected" {
                assert!(!result.at("/error").is_null(), "{result}");
            }
        }
    }
    Ok(())
}
