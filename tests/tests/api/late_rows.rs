//! Rows that come late: what is done is never told as an error, only as `pending` (R9).

use anyhow::{Context as _, Result};
use hilo_tests::company::{chat_saying, hire};
use hilo_tests::hilo::settled;
use hilo_tests::queries::SEND_MESSAGE;
use hilo_tests::{At as _, Company};
use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection};
use uuid::Uuid;

const OPEN: &str = "mutation($input: OpenInternalChatInput!) { openInternalChat(input: $input) {
  chat { id } position pending userErrors { code } } }";

/// Holds the rows back for as long as it lives: they can be read, and not written.
async fn hold(database_url: &str) -> Result<PgConnection> {
    let mut connection = PgConnection::connect(database_url).await?;
    let name = "SELECT nspname::text FROM pg_namespace WHERE nspname ~ '^read_[0-9a-f]+_[0-9]+$'";
    let schema: String = sqlx::query_scalar(name).fetch_one(&mut connection).await?;
    let lock = format!("BEGIN; LOCK TABLE {schema}.progress IN EXCLUSIVE MODE");
    sqlx::raw_sql(&lock).execute(&mut connection).await?;
    Ok(connection)
}

#[tokio::test]
async fn an_act_whose_rows_are_late_is_pending_and_no_error() -> Result<()> {
    let company = Company::found().await?;
    let (ana, shop) = (&company.ana, company.channel_id.as_str());
    let marek = ("Marek", "marek@taller.example");
    let (_, marek) = hire(&company.admin, marek.0, marek.1, "AGENT", &[shop]).await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(ana, "hola").await?;
    let words = json!({"input": {"chatId": row.at("/id"), "text": "un momento",
        "clientMessageId": Uuid::new_v4()}});
    let with = json!({"input": {"agentIds": [marek]}});

    let held = hold(company.hilo.database_url()).await?;
    let (sent, opened) = tokio::join!(
        ana.ask(SEND_MESSAGE, words.clone()),
        ana.ask(OPEN, with.clone())
    );
    let (sent, opened) = (sent?, opened?);
    for (answer, name) in [(&sent, "sendMessage"), (&opened, "openInternalChat")] {
        assert!(answer.list("/errors").is_empty(), "{answer}");
        let payload = answer.pointer(&format!("/data/{name}"));
        let payload = payload.context("no payload")?;
        assert_eq!(*payload.at("/pending"), true, "{answer}");
        assert_ne!(*payload.at("/position"), Value::Null, "{answer}");
        assert!(payload.list("/userErrors").is_empty(), "{answer}");
    }
    assert_eq!(*sent.at("/data/sendMessage/message"), Value::Null);
    assert_eq!(sent.at("/data/sendMessage/chat/id"), row.at("/id"));
    assert_eq!(*opened.at("/data/openInternalChat/chat"), Value::Null);
    held.close().await?;

    settled(&company.hilo.url).await?;
    let again = ana.act(SEND_MESSAGE, words).await?;
    assert_eq!(again.text("/message/text"), "un momento");
    assert_eq!(again.at("/position"), sent.at("/data/sendMessage/position"));
    let again = ana.act(OPEN, with).await?;
    assert_ne!(again.text("/chat/id"), "");
    Ok(())
}
