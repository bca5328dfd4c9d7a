//! Who is here (P9), who looks at a chat and who writes in it (P7, P8): live, and told to nobody who may not see the chat.

use anyhow::Result;
use hilo_tests::company::{chat_saying, hire};
use hilo_tests::queries::{SET_PRESENCE, SET_VIEWING};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company, until};
use serde_json::{Value, json};

const PRESENCE: &str = "{ presence { agent { id } presence } }";
const PRESENCE_CHANGES: &str = "subscription { presence { agent { id } presence } }";
const CHAT_PRESENCE: &str = "query($chatId: ID!) {
  chatPresence(chatId: $chatId) { chatId contactWriting viewers { agent { id } writing } } }";
const CHAT_PRESENCE_CHANGES: &str = "subscription($chatId: ID!) {
  chatPresence(chatId: $chatId) { viewers { agent { id } writing } contactWriting } }";

/// Waits until somebody is seen so.
async fn seen_as(client: &Client, agent: &str, presence: &str) -> Result<()> {
    until(presence, async || {
        let all = client.get(PRESENCE, json!({})).await?;
        let mut all = all.list("/presence").iter();
        let is = all.any(|one| one.text("/agent/id") == agent && one.text("/presence") == presence);
        Ok(is.then_some(()))
    })
    .await
}

fn look(chat: &str, viewing: bool, writing: bool) -> Value {
    json!({"input": {"chatId": chat, "viewing": viewing, "writing": writing}})
}

#[tokio::test]
async fn p9_a_colleague_is_online_while_hilo_is_open_and_as_they_chose() -> Result<()> {
    let company = Company::found().await?;
    seen_as(&company.admin, &company.ana_id, "OFFLINE").await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("1", PRESENCE_CHANGES, json!({})).await?;
    let first = socket.update().await?;
    assert_eq!(first.list("/data/presence").len(), 2, "all, at first");
    seen_as(&company.admin, &company.ana_id, "ONLINE").await?;

    for (choice, seen) in [
        ("AWAY", "AWAY"),
        ("OFFLINE", "OFFLINE"),
        ("AUTOMATIC", "ONLINE"),
    ] {
        let input = json!({"input": {"presence": choice}});
        let set = company.ana.act(SET_PRESENCE, input).await?;
        assert_eq!(set.text("/presence"), seen);
        seen_as(&company.admin, &company.ana_id, seen).await?;
    }
    socket.cut();
    seen_as(&company.admin, &company.ana_id, "OFFLINE").await
}

#[tokio::test]
async fn p7_who_else_looks_at_a_chat_and_writes_there_is_seen_in_every_process() -> Result<()> {
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    company.visitor().await?.write("hola").await?;
    let id = chat_saying(&company.ana, "hola")
        .await?
        .text("/id")
        .to_owned();
    let mut elsewhere = company.admin.clone();
    elsewhere.url.clone_from(&second.url);
    let mut socket = Socket::open(&company.admin).await?;
    socket
        .subscribe("1", CHAT_PRESENCE_CHANGES, json!({"chatId": id}))
        .await?;
    let nobody = socket.update().await?;
    assert!(nobody.list("/data/chatPresence/viewers").is_empty());

    company.ana.act(SET_VIEWING, look(&id, true, true)).await?;
    let there = socket.update().await?;
    let there = there.at("/data/chatPresence/viewers/0");
    assert_eq!(there.text("/agent/id"), company.ana_id);
    assert_eq!(*there.at("/writing"), true);
    let viewers = async |client: &Client| -> Result<Vec<Value>> {
        let seen = client.get(CHAT_PRESENCE, json!({"chatId": id})).await?;
        Ok(seen.list("/chatPresence/viewers").to_vec())
    };
    until("seen in the other process", async || {
        Ok((viewers(&elsewhere).await?.len() == 1).then_some(()))
    })
    .await?;
    assert!(
        viewers(&company.ana).await?.is_empty(),
        "oneself is not another"
    );

    company
        .ana
        .act(SET_VIEWING, look(&id, false, false))
        .await?;
    let gone = socket.update().await?;
    assert!(gone.list("/data/chatPresence/viewers").is_empty());

    // Nobody learns of a chat they may not see.
    let (olga, _) = hire(&company.admin, "Olga", "olga@taller.example", "AGENT", &[]).await?;
    assert_eq!(
        olga.fault(CHAT_PRESENCE, json!({"chatId": id})).await?,
        "NOT_FOUND"
    );
    assert_eq!(
        olga.fault(SET_VIEWING, look(&id, true, false)).await?,
        "NOT_FOUND"
    );
    Ok(())
}

#[tokio::test]
async fn p8_a_visitor_who_types_at_one_process_is_seen_at_the_other() -> Result<()> {
    const TYPING: &str =
        "subscription($chatId: ID!) { typing(chatId: $chatId) { typing by { kind } } }";
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let id = chat_saying(&company.ana, "hola")
        .await?
        .text("/id")
        .to_owned();
    let mut elsewhere = company.ana.clone();
    elsewhere.url.clone_from(&second.url);
    let mut socket = Socket::open(&elsewhere).await?;
    socket.subscribe("1", TYPING, json!({"chatId": id})).await?;
    // Who listens is not known here: typed until it is heard.
    let heard = until("typing is heard", async || {
        visitor
            .accepted("typing", json!({"state": "start"}))
            .await?;
        let soon = std::time::Duration::from_secs(2);
        Ok(tokio::time::timeout(soon, socket.update()).await.ok())
    })
    .await??;
    assert_eq!(*heard.at("/data/typing/typing"), true);
    assert_eq!(heard.text("/data/typing/by/kind"), "CONTACT");
    visitor.accepted("typing", json!({"state": "stop"})).await?;
    let stopped = socket.update().await?;
    assert_eq!(*stopped.at("/data/typing/typing"), false);
    Ok(())
}
