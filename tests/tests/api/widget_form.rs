//! The form before a web chat (C1): what it requires is required of whoever speaks for a visitor, and of nobody else.

use anyhow::Result;
use hilo_tests::company::chat_saying;
use hilo_tests::visitor::{Door, Visitor};
use hilo_tests::wait::until;
use hilo_tests::{At as _, Company};
use serde_json::{Value, json};

const CONFIGURE: &str = "mutation($input: ConfigureWidgetInput!) { configureWidget(input: $input) {
    channel { widget { form { asks required } } } userErrors { code field } } }";

async fn ask(company: &Company, form: Value) -> Result<()> {
    let input = json!({"channelId": company.channel_id, "form": form});
    company
        .admin
        .act(CONFIGURE, json!({"input": input}))
        .await?;
    // The server knows it as soon as it tells windows of it.
    until("the form is asked", async || {
        let door = Door::of(&company.hilo.url, &company.key)?;
        let session = door.post("session").json(&json!({})).send().await?;
        let session: Value = session.json().await?;
        let asked = session.list("/settings/form").len();
        Ok((asked == form.as_array().map_or(0, Vec::len)).then_some(()))
    })
    .await
}

fn text(text: &str) -> Value {
    Visitor::event("message.text", json!({"text": text}))
}

#[tokio::test]
async fn c1_what_a_form_requires_comes_before_the_first_message() -> Result<()> {
    let company = Company::found().await?;
    let early = company.visitor().await?;
    early.write("antes").await?;
    ask(
        &company,
        json!([{"asks": "NAME", "required": true}, {"asks": "EMAIL", "required": false},
               {"asks": "QUESTION", "required": true}]),
    )
    .await?;

    let visitor = company.visitor().await?;
    let first = text("hola");
    let refused = visitor.send(&first).await?;
    assert_eq!(refused.text("/status"), "rejected", "{refused}");
    assert_eq!(refused.text("/error/code"), "form_required", "{refused}");
    let file = json!({"upload_id": "0196f3a0-0000-7000-8000-0000000000f1", "filename": "a.png",
        "mime": "image/png", "size": 1});
    let refused = visitor
        .send(&Visitor::event("message.attachment", file))
        .await?;
    assert_eq!(refused.text("/error/code"), "form_required", "{refused}");
    for nameless in [
        json!({"email": "lucia@example.com"}),
        json!({"name": " ", "email": "lucia@example.com"}),
    ] {
        let refused = visitor
            .send(&Visitor::event("form.submit", nameless))
            .await?;
        assert_eq!(refused.text("/error/code"), "required", "{refused}");
        assert_eq!(refused.text("/error/field"), "data.name", "{refused}");
    }
    let refused = visitor.send(&text("otra vez")).await?;
    assert_eq!(refused.text("/error/code"), "form_required", "{refused}");

    // A refusal is not kept: with the form the same message is taken, under the same id, and once.
    visitor
        .accepted("form.submit", json!({"name": "Lucía"}))
        .await?;
    let taken = visitor.send(&first).await?;
    assert_eq!(taken.text("/status"), "accepted", "{taken}");
    assert_eq!(visitor.send(&first).await?.text("/status"), "duplicate");
    visitor.write("y después").await?;
    let row = chat_saying(&company.ana, "y después").await?;
    assert_eq!(row.text("/contact/name"), "Lucía");
    assert_eq!(*row.at("/lastMessage/text"), "y después", "{row}");

    // Who wrote before there was a form goes on.
    early.write("todavía").await?;
    chat_saying(&company.ana, "todavía").await?;
    Ok(())
}

#[tokio::test]
async fn c1_whom_the_site_knows_and_who_is_asked_nothing_required_simply_write() -> Result<()> {
    let company = Company::found().await?;
    let described = company.visitor().await?;
    described
        .accepted("form.submit", json!({"name": "Eva"}))
        .await?;
    ask(
        &company,
        json!([{"asks": "QUESTION", "required": true}, {"asks": "EMAIL", "required": false}]),
    )
    .await?;
    let curious = company.visitor().await?;
    curious.write("¿Tenéis merino?").await?;

    ask(&company, json!([{"asks": "PHONE", "required": true}])).await?;
    let stranger = company.visitor().await?;
    let refused = stranger.send(&text("hola")).await?;
    assert_eq!(refused.text("/error/code"), "form_required", "{refused}");
    described.write("ya lo dije").await?;
    let identity = json!({"user_id": "u-1", "hash": company.identity_hash("u-1")?});
    let known = Door::of(&company.hilo.url, &company.key)?
        .open(json!({"identity": identity}))
        .await?;
    known.write("soy yo").await?;
    chat_saying(&company.ana, "soy yo").await?;
    Ok(())
}
