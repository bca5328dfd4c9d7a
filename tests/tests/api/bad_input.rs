//! Bad input (S10): every root field with values nobody should send. A clear answer within limits, and never a fault of
//! ours.

use anyhow::Result;
use hilo_tests::company::chat_saying;
use hilo_tests::schema::{Filling, Schema};
use hilo_tests::{At as _, Client, Company};
use reqwest::StatusCode;
use serde_json::{Value, json};

/// What ends or begins a session, or is limited by tries.
const OF_THE_SESSION: [&str; 5] = [
    "signOut",
    "changePassword",
    "signIn",
    "setUp",
    "acceptInvitation",
];

async fn no_fault(client: &Client, what: &str, body: &str) -> Result<()> {
    let asked = client.post().header("content-type", "application/json");
    let response = asked.body(body.to_owned()).send().await?;
    let status = response.status();
    let text = response.text().await?;
    assert!(
        status.as_u16() < 500 && !text.contains("\"INTERNAL\""),
        "{what}: {status} {text:.500}\n{body:.500}"
    );
    Ok(())
}

/// A filling with one thing wrong.
fn with(change: impl FnOnce(&mut Filling)) -> Filling {
    let mut filling = Filling {
        optional: true,
        ..Filling::default()
    };
    change(&mut filling);
    filling
}

fn hostile_texts() -> [(&'static str, &'static str); 6] {
    [
        ("empty", ""),
        ("NUL", "a\0b"),
        ("zero-width", "\u{200b}\u{feff}\u{2060}"),
        ("right-to-left", "\u{202e}\u{2066}abc"),
        ("a made-up cursor", "Y2hhdHM6MTp4"),
        ("SQL", "'; DROP TABLE events; --"),
    ]
}

fn hostile(chat: &str) -> Vec<(&'static str, Filling)> {
    let mut all = vec![
        ("another's id", with(|it| it.id = chat.to_owned())),
        ("long text", with(|it| it.text = "é".repeat(20_000))),
        ("10,000 items", with(|it| it.items = 10_000)),
        ("no items", with(|it| it.items = 0)),
    ];
    for (what, text) in hostile_texts() {
        all.push((what, with(|it| it.text = text.to_owned())));
        all.push((what, with(|it| it.id = text.to_owned())));
    }
    for number in [-1, i64::from(i32::MAX), i64::MAX] {
        all.push(("a number", with(|it| it.number = number)));
    }
    for moment in ["0001-01-01T00:00:00Z", "9999-12-30T22:00:00Z", "yesterday"] {
        all.push(("a moment", with(|it| it.moment = moment.to_owned())));
    }
    for position in ["9223372036854775807", "1@deadbeef"] {
        all.push(("a position", with(|it| it.position = position.to_owned())));
    }
    all
}

#[tokio::test]
async fn no_value_makes_a_fault() -> Result<()> {
    let company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let schema = Schema::of(&company.admin).await?;
    for field in schema.fields() {
        if field.root == "Subscription" || OF_THE_SESSION.contains(&field.name.as_str()) {
            continue;
        }
        for (what, filling) in hostile(row.text("/id")) {
            let call = schema.call(&field, &filling)?;
            let body = json!({"query": call.query, "variables": call.variables}).to_string();
            no_fault(&company.admin, &format!("{}: {what}", field.name), &body).await?;
        }
    }
    Ok(())
}

/// JSON can hold half of a character; GraphQL text cannot.
#[tokio::test]
async fn a_lone_surrogate_is_not_json() -> Result<()> {
    let company = Company::found().await?;
    let body =
        r#"{"query":"query($id: ID!) { chat(id: $id) { id } }","variables":{"id":"\ud800"}}"#;
    let asked = company
        .admin
        .post()
        .header("content-type", "application/json");
    let response = asked.body(body).send().await?;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let answer: Value = response.json().await?;
    assert_eq!(answer.text("/errors/0/extensions/code"), "BAD_USER_INPUT");
    Ok(())
}

#[tokio::test]
async fn deep_and_wide_documents_are_refused() -> Result<()> {
    let company = Company::found().await?;
    let aliases: String = (0..1_000).map(|n| format!("a{n}: __typename ")).collect();
    let wide = "chats(first: 100) { nodes { id } } ".repeat(300);
    let deep = format!("{}id{}", "chats { nodes { ".repeat(15), "} }".repeat(15));
    for document in [aliases, wide, deep] {
        let answer = company
            .ana
            .ask(&format!("{{ {document} }}"), json!({}))
            .await?;
        let code = answer.text("/errors/0/extensions/code");
        assert_eq!(code, "BAD_USER_INPUT", "{answer}");
        assert!(answer.get("data").is_none());
    }
    Ok(())
}
