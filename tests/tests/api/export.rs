//! `hilo export`: the whole journal as it is stored, and opened beside it with `--open`.

use anyhow::Result;
use hilo_tests::company::chat_saying;
use hilo_tests::export::{is_gapless, journal};
use hilo_tests::queries::SEND_MESSAGE;
use hilo_tests::{At as _, Company};
use serde_json::{Value, json};
use uuid::Uuid;

const FIELDS: [&str; 11] = [
    "position",
    "recorded_at",
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "payload",
    "metadata",
    "digest",
    "chain",
];

#[tokio::test]
async fn the_export_holds_every_field_and_no_readable_words() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("palabras de la visita").await?;
    let row = chat_saying(&company.ana, "palabras de la visita").await?;
    let input = json!({"chatId": row.at("/id"), "text": "palabras de Ana", "clientMessageId": Uuid::new_v4()});
    company
        .ana
        .act(SEND_MESSAGE, json!({"input": input}))
        .await?;

    let events = journal(&company.hilo, false).await?;
    is_gapless(&events)?;
    for event in &events {
        for field in FIELDS {
            assert!(event.get(field).is_some(), "{field} is missing: {event}");
        }
        assert!(event.get("opened").is_none());
    }
    let last = events.last().map(|event| !event.at("/chain").is_null());
    assert_eq!(
        last,
        Some(true),
        "the last event of an append carries the chain"
    );
    let text = serde_json::to_string(&events)?;
    for secret in [
        "palabras",
        "Irene",
        "ana@taller.example",
        "contacto",
        "$personal",
    ] {
        assert!(!text.contains(secret), "{secret} can be read in the export");
    }
    assert!(text.contains("$sealed"));
    Ok(())
}

#[tokio::test]
async fn opened_payloads_stand_beside_the_stored_ones() -> Result<()> {
    let company = Company::found().await?;
    company
        .visitor()
        .await?
        .write("palabras de la visita")
        .await?;
    let events = journal(&company.hilo, true).await?;
    let received = events
        .iter()
        .find(|event| event.text("/event_type") == "message_received");
    let received = received.unwrap_or(&Value::Null);
    let opened = received.at("/opened").to_string();
    assert!(opened.contains("palabras de la visita"), "{received}");
    assert!(
        received.at("/payload").to_string().contains("$sealed"),
        "{received}"
    );
    assert!(
        !received.at("/payload").to_string().contains("palabras"),
        "{received}"
    );
    Ok(())
}

/// Opening what people wrote is an act like any other: the journal tells of it.
#[tokio::test]
async fn who_opens_the_journal_stands_in_it() -> Result<()> {
    let company = Company::found().await?;
    let before = journal(&company.hilo, false).await?.len();
    assert_eq!(
        journal(&company.hilo, false).await?.len(),
        before,
        "sealed it is no look"
    );
    let opened = journal(&company.hilo, true).await?;
    let after = journal(&company.hilo, false).await?;
    let last = after.last().unwrap_or(&Value::Null);
    assert_eq!(last.text("/event_type"), "journal_exported");
    assert_eq!(last.at("/payload/data/up_to"), &json!(opened.len()));
    assert_eq!(last.at("/metadata/actor/kind"), "system");
    Ok(())
}

/// R1: after a clean restart everything is there, and the export is the same.
#[tokio::test]
async fn a_restart_changes_nothing() -> Result<()> {
    let mut company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let before = journal(&company.hilo, false).await?;
    company.hilo.kill().await?;
    company.hilo.start_again().await?;
    assert_eq!(chat_saying(&company.ana, "hola").await?, row);
    let after = journal(&company.hilo, false).await?;
    assert_eq!(after.get(..before.len()), Some(before.as_slice()));
    Ok(())
}

/// Logs carry ids, never words, names or tokens.
#[tokio::test]
async fn the_console_never_shows_what_people_wrote() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("palabras muy privadas").await?;
    let row = chat_saying(&company.ana, "palabras muy privadas").await?;
    let input = json!({"chatId": row.at("/id"), "text": "respuesta privada", "clientMessageId": Uuid::new_v4()});
    company
        .ana
        .act(SEND_MESSAGE, json!({"input": input}))
        .await?;
    let said = company.hilo.said().join("\n");
    let token = visitor.token.as_str();
    for secret in [
        "palabras",
        "respuesta",
        "irene@",
        "ana@taller",
        token,
        &company.identity_secret,
    ] {
        assert!(!said.contains(secret), "the console shows {secret}");
    }
    Ok(())
}
