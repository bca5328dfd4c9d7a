//! Rights that change at one process hold at the other: taken away within a second, given at once (S6, S8).

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use hilo_tests::company::{PASSWORD, chat_saying};
use hilo_tests::queries::{
    CHAT, GRANT_CHANNEL_ACCESS, INBOX_CHANGES, REVOKE_CHANNEL_ACCESS, SEND_MESSAGE, VIEWER,
};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{at, visitor_at};

const ROUNDS: usize = 10;
/// Within which what was taken away is gone everywhere.
const SOON: Duration = Duration::from_secs(1);

fn message(chat: &str) -> Value {
    json!({"input": {"chatId": chat, "text": "hola", "clientMessageId": Uuid::new_v4()}})
}

/// Asks until the chat is refused.
async fn refused(ana: &Client, chat: &str) -> Result<()> {
    loop {
        let answer = ana.ask(SEND_MESSAGE, message(chat)).await?;
        match answer.text("/errors/0/extensions/code") {
            "NOT_FOUND" => return Ok(()),
            "" => {}
            other => bail!("{other}: {answer}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn access_given_at_one_process_counts_at_once_at_the_other_and_taken_within_a_second()
-> Result<()> {
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let ana = at(&company.ana, &second);
    let chat = chat_saying(&ana, "hola").await?.text("/id").to_owned();
    let access = json!({"input": {"channelId": company.channel_id, "agentId": company.ana_id}});
    for round in 0..ROUNDS {
        company
            .admin
            .act(REVOKE_CHANNEL_ACCESS, access.clone())
            .await?;
        let gone = timeout(SOON, refused(&ana, &chat)).await;
        gone.with_context(|| format!("round {round}: still there after {SOON:?}"))??;
        company
            .admin
            .act(GRANT_CHANNEL_ACCESS, access.clone())
            .await?;
        // No waiting: what was answered at one process is known at the other.
        if round % 2 == 0 {
            ana.act(SEND_MESSAGE, message(&chat)).await?;
        } else {
            let seen = ana.get(CHAT, json!({"id": chat})).await?;
            assert_eq!(seen.text("/chat/id"), chat, "round {round}: {seen}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_at_one_process_closes_the_sockets_at_the_other() -> Result<()> {
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    for _ in 0..3 {
        let ana = Client::signed_in(&company.hilo.url, "ana@taller.example", PASSWORD).await?;
        let there = at(&ana, &second);
        assert_eq!(
            there.get(VIEWER, json!({})).await?.text("/viewer/role"),
            "AGENT"
        );
        let mut socket = Socket::open(&there).await?;
        socket.subscribe("1", INBOX_CHANGES, json!({})).await?;
        let cookie = ana.cookie().context("no cookie")?;
        ana.get("mutation { signOut { ok } }", json!({})).await?;
        timeout(SOON, socket.close_code())
            .await
            .context("the socket stays open")??;
        // The old token is dead there with the next request.
        let stranger = Client::stranger(&second.url)?;
        let request = stranger.post().header("cookie", &cookie);
        let answer: Value = request
            .json(&json!({"query": VIEWER}))
            .send()
            .await?
            .json()
            .await?;
        assert!(answer.at("/data/viewer").is_null(), "{answer}");
    }
    Ok(())
}

/// A widget made at one process is there at the other with the next request.
#[tokio::test(flavor = "multi_thread")]
async fn a_web_chat_made_at_one_process_is_known_at_the_other() -> Result<()> {
    let company = Company::found().await?;
    let second = company.hilo.beside().await?;
    for n in 0..ROUNDS {
        let key = format!("tienda-{n}");
        hilo_tests::company::connect_web_chat(&company.admin, "Otra", &key).await?;
        let visitor = hilo_tests::Visitor::arrive(&second.url, &key).await?;
        visitor_at(&visitor, &company.hilo, &key)
            .write("hola")
            .await?;
    }
    Ok(())
}
