//! Unknown, foreign and malformed ids are all "not there", through every field that takes one (S6).

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat, hire};
use hilo_tests::queries::{
    ARCHIVE_CHAT, CHAT, CHAT_CHANGES, GRANT_CHANNEL_ACCESS, MARK_CHAT_READ, REOPEN_CHAT,
    SEND_MESSAGE, SET_TYPING,
};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

/// Every operation that names a chat.
fn operations(id: &str) -> Vec<(&'static str, Value)> {
    let chat = json!({"input": {"chatId": id}});
    vec![
        (CHAT, json!({"id": id})),
        (MARK_CHAT_READ, chat.clone()),
        (ARCHIVE_CHAT, chat.clone()),
        (REOPEN_CHAT, chat),
        (SET_TYPING, json!({"input": {"chatId": id, "typing": true}})),
        (
            SEND_MESSAGE,
            json!({"input": {"chatId": id, "text": "hola", "clientMessageId": Uuid::new_v4()}}),
        ),
    ]
}

async fn nothing_is_there(client: &Client, id: &str) -> Result<()> {
    let mut messages = Vec::new();
    for (operation, variables) in operations(id) {
        let answer = client.ask(operation, variables).await?;
        assert_eq!(
            answer.text("/errors/0/extensions/code"),
            "NOT_FOUND",
            "{id}: {answer}"
        );
        messages.push(answer.text("/errors/0/message").to_owned());
    }
    assert!(
        id.is_empty() || messages.iter().all(|message| !message.contains(id)),
        "{messages:?}"
    );
    let mut socket = Socket::open(client).await?;
    socket
        .subscribe("1", CHAT_CHANGES, json!({"id": id}))
        .await?;
    let answer = socket.receive().await?;
    assert_eq!(answer.text("/type"), "error", "{answer}");
    assert_eq!(
        answer.text("/payload/0/extensions/code"),
        "NOT_FOUND",
        "{answer}"
    );
    Ok(())
}

#[tokio::test]
async fn unknown_and_malformed_ids_are_not_found() -> Result<()> {
    let company = Company::found().await?;
    let unknown = Uuid::new_v4().to_string();
    let long = "9".repeat(500);
    for id in [
        unknown.as_str(),
        "",
        "nonsense",
        "../../etc/passwd",
        "'; drop table events; --",
        "\0",
        &long,
    ] {
        nothing_is_there(&company.ana, id).await?;
    }
    Ok(())
}

/// A2: a chat of a channel without access is as little there as one that never was.
#[tokio::test]
async fn a_foreign_chat_is_not_found() -> Result<()> {
    let company = Company::found().await?;
    let shop = connect_web_chat(&company.admin, "Otra", "otra").await?;
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[shop.text("/id")],
    )
    .await?;
    company.visitor().await?.write("solo para Ana").await?;
    let row = chat_saying(&company.ana, "solo para Ana").await?;
    nothing_is_there(&marek, row.text("/id")).await?;
    // Ana's chat is unharmed.
    assert_eq!(
        chat_saying(&company.ana, "solo para Ana")
            .await?
            .text("/mark"),
        "UNREAD"
    );
    Ok(())
}

#[tokio::test]
async fn a_channel_and_an_agent_that_are_not_there_are_not_found() -> Result<()> {
    let company = Company::found().await?;
    let query = "query($id: ID!) { channel(id: $id) { id } }";
    for id in [Uuid::new_v4().to_string(), "nonsense".to_owned()] {
        assert_eq!(
            company.admin.fault(query, json!({"id": id})).await?,
            "NOT_FOUND"
        );
        for input in [
            json!({"channelId": id, "agentId": company.ana_id}),
            json!({"channelId": company.channel_id, "agentId": id}),
        ] {
            let answer = company
                .admin
                .ask(GRANT_CHANNEL_ACCESS, json!({"input": input}))
                .await?;
            assert_eq!(
                answer.text("/errors/0/extensions/code"),
                "NOT_FOUND",
                "{answer}"
            );
        }
    }
    Ok(())
}
