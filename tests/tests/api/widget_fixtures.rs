//! The recorded requests of the website chat (tests/golden/webwidget), played against the demo's widget.

use anyhow::{Context as _, Result};
use hilo_tests::company::{chat, chat_saying};
use hilo_tests::visitor::{Door, Visitor, read};
use hilo_tests::{At as _, Client, Hilo};
use reqwest::Response;
use serde_json::{Value, json};

const DEMO_KEY: &str = "demo-shop";

fn fixture(name: &str) -> Result<Value> {
    let path = format!(
        "{}/golden/webwidget/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

/// Sends a fixture as recorded, but with the demo's key and a session's token.
async fn play(door: &Door, token: &str, fixture: &Value) -> Result<Response> {
    let place = fixture.text("/path").rsplit('/').next().unwrap_or_default();
    let mut request = door.post(place);
    let headers = fixture.at("/headers").as_object().context("no headers")?;
    for (name, value) in headers.iter().filter(|(name, _)| *name != "Origin") {
        let value = value
            .as_str()
            .unwrap_or_default()
            .replace("<visitor-token>", token);
        request = request.header(name.to_lowercase(), value);
    }
    assert_eq!(fixture.text("/headers/Origin"), door.origin);
    Ok(request.body(fixture.at("/body").to_string()).send().await?)
}

async fn results(visitor: &Visitor, name: &str) -> Result<Vec<String>> {
    let answer = read(play(&visitor.door, &visitor.token, &fixture(name)?).await?).await?;
    let results = answer.list("/results").iter();
    Ok(results
        .map(|result| result.text("/status").to_owned())
        .collect())
}

async fn demo() -> Result<(Hilo, Client)> {
    let hilo = Hilo::start_demo().await?;
    let admin = Client::signed_in(&hilo.url, "admin@demo.hilo.example", "hilo-demo-2026").await?;
    Ok((hilo, admin))
}

async fn session(hilo: &Hilo, name: &str) -> Result<Visitor> {
    let door = Door::of(&hilo.url, DEMO_KEY)?;
    let answer = read(play(&door, "", &fixture(name)?).await?).await?;
    for field in ["visitor_id", "token", "expires_at", "last_seq", "settings"] {
        assert!(answer.get(field).is_some(), "{field} is missing: {answer}");
    }
    Ok(Visitor {
        id: answer.text("/visitor_id").to_owned(),
        token: answer.text("/token").to_owned(),
        last_seq: answer.number("/last_seq"),
        door,
    })
}

/// B1, C2, R2: every fixture without uploads, in its order, and again.
#[tokio::test]
async fn the_recorded_requests_do_what_they_say() -> Result<()> {
    let (hilo, admin) = demo().await?;
    let visitor = session(&hilo, "session-anonymous").await?;
    assert_eq!(visitor.last_seq, 0);
    assert_eq!(results(&visitor, "message-text-es").await?, ["accepted"]);
    let row = chat_saying(&admin, "Hola 👋 ¿tenéis esta pieza en stock?").await?;
    let id = row.text("/id");
    assert_eq!(results(&visitor, "message-text-ar").await?, ["accepted"]);
    assert_eq!(
        results(&visitor, "batch-page-view-and-text").await?,
        ["accepted", "accepted"]
    );
    assert_eq!(
        results(&visitor, "read-and-typing").await?,
        ["accepted", "accepted"]
    );
    assert_eq!(
        results(&visitor, "form-submit-offline").await?,
        ["accepted"]
    );
    assert_eq!(results(&visitor, "edit-own-message").await?, ["accepted"]);
    for again in ["message-text-es", "message-text-ar", "edit-own-message"] {
        assert_eq!(results(&visitor, again).await?, ["duplicate"], "{again}");
    }
    let chat = hilo_tests::company::chat_when(&admin, id, "all of it arrived", |chat| {
        chat.text("/messages/nodes/0/text") == "Hola 👋 ¿tenéis la pieza REF-20 en stock?"
            && chat.text("/contact/name") == "Chloé Dubois"
    })
    .await?;
    let texts: Vec<_> = chat
        .list("/messages/nodes")
        .iter()
        .map(|m| m.text("/text"))
        .collect();
    assert_eq!(
        texts,
        [
            "Hola 👋 ¿tenéis la pieza REF-20 en stock?",
            "هل توصلون إلى دبي؟",
            "¿y el precio?"
        ]
    );
    assert_eq!(chat.text("/contact/email"), "chloe@courrier.example");
    assert_eq!(*chat.at("/contact/verified"), false);
    assert_eq!(chat.text("/contact/page/title"), "Precios");
    Ok(())
}

#[tokio::test]
async fn the_recorded_identity_is_verified() -> Result<()> {
    let (hilo, admin) = demo().await?;
    let visitor = session(&hilo, "session-identified").await?;
    visitor.write("dzień dobry").await?;
    let row = chat_saying(&admin, "dzień dobry").await?;
    assert_eq!(row.text("/contact/name"), "Paweł Żółkiewski");
    assert_eq!(*row.at("/contact/verified"), true);
    let chat = chat(&admin, row.text("/id")).await?;
    assert_eq!(chat.text("/contact/locale"), "pl-PL");
    Ok(())
}

/// The demo shows every mark and state at once, on every page of the list.
#[tokio::test]
async fn the_demo_shows_every_mark_and_state() -> Result<()> {
    let (hilo, admin) = demo().await?;
    let data = admin
        .get(
            "{ counters { active archived unread unanswered } channels { name kind } }",
            json!({}),
        )
        .await?;
    let count = |name: &str| data.number(&format!("/counters/{name}"));
    assert!(count("active") + count("archived") >= 50, "{data}");
    for mark in ["archived", "unread", "unanswered"] {
        assert!(count(mark) > 0, "{mark}: {data}");
    }
    assert!(count("active") > count("unread") + count("unanswered"));
    let demo = Client::stranger(&hilo.url)?
        .get(
            "{ workspace { name demo { name email password role } } }",
            json!({}),
        )
        .await?;
    assert_eq!(demo.text("/workspace/name"), "Taller Hilo");
    assert_eq!(demo.list("/workspace/demo").len(), 3);
    Ok(())
}

/// Demo accounts are refused from anywhere but this machine.
#[tokio::test]
async fn demo_accounts_work_on_this_machine_only() -> Result<()> {
    let (hilo, _) = demo().await?;
    let stranger = Client::stranger(&hilo.url)?;
    let input = json!({"email": "admin@demo.hilo.example", "password": "hilo-demo-2026"});
    let body = json!({"query": hilo_tests::queries::SIGN_IN, "variables": {"input": input}});
    let far = stranger
        .post()
        .header("x-forwarded-for", "203.0.113.9")
        .json(&body);
    let answer: Value = far.send().await?.json().await?;
    assert!(answer.at("/data/signIn/viewer").is_null(), "{answer}");
    let listed = json!({"query": "{ workspace { demo { email } } }"});
    let far = stranger
        .post()
        .header("x-forwarded-for", "203.0.113.9")
        .json(&listed);
    let answer: Value = far.send().await?.json().await?;
    assert!(answer.list("/data/workspace/demo").is_empty(), "{answer}");
    Ok(())
}
