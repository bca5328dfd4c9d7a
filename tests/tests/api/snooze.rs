//! Snooze (P13): put aside until a time or until the contact writes, by hand and by the clock.

use anyhow::Result;
use hilo_tests::company::chat_saying;
use hilo_tests::queries::{INBOX_CHANGES, SNOOZE, SNOOZE_CHAT, UNSNOOZE_CHAT};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company, Visitor, until};
use serde_json::{Value, json};

async fn company_with_a_chat() -> Result<(Company, Visitor, String)> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let id = chat_saying(&company.ana, "hola")
        .await?
        .text("/id")
        .to_owned();
    Ok((company, visitor, id))
}

async fn shown(client: &Client, id: &str) -> Result<Value> {
    let data = client.get(SNOOZE, json!({"id": id})).await?;
    Ok(data.at("/chat").clone())
}

/// Kind, detail and actor of the acts about snoozing.
fn acts(chat: &Value) -> Vec<[String; 3]> {
    let acts = chat.list("/acts").iter();
    acts.filter(|act| act.text("/kind").ends_with("SNOOZED"))
        .map(|act| {
            let detail = act.at("/detail").as_str().unwrap_or_default();
            let actor = act.text("/actor/kind");
            [act.text("/kind"), detail, actor].map(str::to_owned)
        })
        .collect()
}

fn snooze(id: &str, until: Option<&str>) -> Value {
    json!({"input": {"chatId": id, "until": until}})
}

#[tokio::test]
async fn p13_a_chat_is_put_aside_until_the_contact_writes_or_the_button_is_pressed() -> Result<()> {
    let (company, visitor, id) = company_with_a_chat().await?;
    assert!(shown(&company.ana, &id).await?.at("/snooze").is_null());
    let put = company.ana.act(SNOOZE_CHAT, snooze(&id, None)).await?;
    assert_eq!(*put.at("/chat/snooze"), json!({"until": null}));
    assert_eq!(put.text("/chat/state"), "ACTIVE");

    visitor.write("¿sigues ahí?").await?;
    chat_saying(&company.ana, "¿sigues ahí?").await?;
    let back = shown(&company.ana, &id).await?;
    assert!(back.at("/snooze").is_null());
    company.ana.act(SNOOZE_CHAT, snooze(&id, None)).await?;
    let button = json!({"input": {"chatId": id}});
    let back = company.ana.act(UNSNOOZE_CHAT, button).await?;
    assert!(back.at("/chat/snooze").is_null());
    let said = acts(&shown(&company.ana, &id).await?);
    let expected = [
        ["SNOOZED", "", "AGENT"],
        ["UNSNOOZED", "reply", "CONTACT"],
        ["SNOOZED", "", "AGENT"],
        ["UNSNOOZED", "button", "AGENT"],
    ];
    assert_eq!(said, expected.map(|act| act.map(str::to_owned)));
    Ok(())
}

#[tokio::test]
async fn p13_a_snooze_ends_at_its_time_by_itself_and_the_inbox_hears_of_it() -> Result<()> {
    let (company, _visitor, id) = company_with_a_chat().await?;
    let soon = (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(2)).to_string();
    let put = company
        .ana
        .act(SNOOZE_CHAT, snooze(&id, Some(&soon)))
        .await?;
    assert!(put.at("/chat/snooze/until").is_string());
    let mut socket = Socket::open(&company.ana).await?;
    let after = json!({"after": put.text("/position")});
    socket.subscribe("1", INBOX_CHANGES, after).await?;
    let update = socket.update().await?;
    assert!(update.to_string().contains(&id), "{update}");
    let back = until("the snooze is over", async || {
        let chat = shown(&company.ana, &id).await?;
        Ok(chat.at("/snooze").is_null().then_some(chat))
    })
    .await?;
    let said = acts(&back);
    assert_eq!(said.len(), 2, "{back}");
    let expected = ["UNSNOOZED", "time", "POLICY"].map(str::to_owned);
    assert_eq!(said.last(), Some(&expected));
    Ok(())
}

#[tokio::test]
async fn p13_a_time_that_is_over_or_more_than_a_year_ahead_is_refused() -> Result<()> {
    let (company, _visitor, id) = company_with_a_chat().await?;
    for wrong in [
        "1969-12-31T23:59:59Z",
        "2026-01-01T00:00:00Z",
        "9999-12-30T00:00:00Z",
    ] {
        let refused = company
            .ana
            .try_act(SNOOZE_CHAT, snooze(&id, Some(wrong)))
            .await?;
        assert_eq!(refused.text("/userErrors/0/code"), "SNOOZE_TIME_INVALID");
        assert_eq!(refused.text("/userErrors/0/field"), "until");
        assert!(refused.at("/chat").is_null());
    }
    let not_a_time = company
        .ana
        .fault(SNOOZE_CHAT, snooze(&id, Some("tomorrow")));
    assert_eq!(not_a_time.await?, "BAD_USER_INPUT");
    Ok(())
}
