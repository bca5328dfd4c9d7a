//! The rules of graphql-transport-ws: what is answered, and with which code a rule breaker is closed (R10).

use anyhow::Result;
use hilo_tests::queries::{INBOX_CHANGES, VIEWER};
use hilo_tests::socket::{Next, Socket};
use hilo_tests::{At as _, Client, Company};
use serde_json::json;

#[tokio::test]
async fn a_query_over_the_socket_answers_and_completes() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("q", VIEWER, json!({})).await?;
    let answer = socket.receive().await?;
    assert_eq!((answer.text("/id"), answer.text("/type")), ("q", "next"));
    assert_eq!(answer.text("/payload/data/viewer/role"), "AGENT");
    let end = socket.receive().await?;
    assert_eq!((end.text("/id"), end.text("/type")), ("q", "complete"));
    Ok(())
}

#[tokio::test]
async fn pings_are_answered_with_their_payload() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket
        .send(json!({"type": "ping", "payload": {"n": 1}}))
        .await?;
    assert_eq!(socket.receive().await?.text("/type"), "pong");
    socket.send(json!({"type": "pong"})).await?;
    socket.subscribe("q", VIEWER, json!({})).await?;
    assert_eq!(socket.receive().await?.text("/type"), "next");
    Ok(())
}

#[tokio::test]
async fn a_wrong_operation_is_an_error_and_the_socket_stays() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    for wrong in [
        "subscription { nothing }",
        "subscription {",
        "subscription { chat(id: 7) { id } }",
    ] {
        socket.subscribe("w", wrong, json!({})).await?;
        let answer = socket.receive().await?;
        assert_eq!(
            (answer.text("/id"), answer.text("/type")),
            ("w", "error"),
            "{answer}"
        );
        assert!(!answer.text("/payload/0/message").is_empty());
    }
    socket.subscribe("w", VIEWER, json!({})).await?;
    assert_eq!(socket.receive().await?.text("/type"), "next");
    Ok(())
}

#[tokio::test]
async fn completing_an_operation_frees_its_id() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("s", INBOX_CHANGES, json!({})).await?;
    socket.send(json!({"id": "s", "type": "complete"})).await?;
    socket.subscribe("s", VIEWER, json!({})).await?;
    loop {
        let answer = socket.receive().await?;
        if answer.at("/payload/data/viewer").is_object() {
            return Ok(());
        }
        assert_eq!(answer.text("/type"), "next", "{answer}");
    }
}

#[tokio::test]
async fn speaking_before_the_acknowledgement_closes_4401() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::dial(&company.ana, Some(&company.hilo.url)).await?;
    socket.subscribe("1", VIEWER, json!({})).await?;
    assert_eq!(socket.close_code().await?, 4401);
    Ok(())
}

#[tokio::test]
async fn a_stranger_gets_no_subscription() -> Result<()> {
    let company = Company::found().await?;
    let stranger = Client::stranger(&company.hilo.url)?;
    let mut socket = Socket::dial(&stranger, Some(&company.hilo.url)).await?;
    socket.send(json!({"type": "connection_init"})).await?;
    match socket.next(hilo_tests::wait::PATIENCE).await? {
        Next::Closed(code) => assert!(matches!(code, Some(4401 | 4403)), "{code:?}"),
        Next::Message(ack) => {
            assert_eq!(ack.text("/type"), "connection_ack");
            socket.subscribe("1", INBOX_CHANGES, json!({})).await?;
            let answer = socket.receive().await?;
            assert_eq!(
                answer.text("/payload/0/extensions/code"),
                "UNAUTHENTICATED",
                "{answer}"
            );
        }
        Next::Silence => panic!("neither refused nor acknowledged"),
    }
    Ok(())
}

#[tokio::test]
async fn silence_closes_4408() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::dial(&company.ana, Some(&company.hilo.url)).await?;
    assert_eq!(socket.close_code().await?, 4408);
    Ok(())
}

#[tokio::test]
async fn an_id_in_use_closes_4409() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("1", INBOX_CHANGES, json!({})).await?;
    socket.subscribe("1", INBOX_CHANGES, json!({})).await?;
    assert_eq!(socket.close_code().await?, 4409);
    Ok(())
}

#[tokio::test]
async fn a_second_greeting_closes_4429() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.send(json!({"type": "connection_init"})).await?;
    assert_eq!(socket.close_code().await?, 4429);
    Ok(())
}

#[tokio::test]
async fn nonsense_closes_4400() -> Result<()> {
    let company = Company::found().await?;
    for nonsense in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"type":"dance"}"#,
        r#"{"type":"subscribe"}"#,
        r#"{"type":"subscribe","id":"1","payload":{}}"#,
        r#"{"type":"complete"}"#,
    ] {
        let mut socket = Socket::open(&company.ana).await?;
        socket.send_text(nonsense).await?;
        assert_eq!(socket.close_code().await?, 4400, "{nonsense}");
    }
    Ok(())
}

/// Without the answer a client waits half a minute before it opens its next socket.
#[tokio::test]
async fn a_goodbye_is_answered_at_once_with_its_own_code() -> Result<()> {
    let company = Company::found().await?;
    for (said, answered) in [(1000, 1000), (4499, 4499), (1001, 1000)] {
        let mut socket = Socket::open(&company.ana).await?;
        socket.subscribe("i", INBOX_CHANGES, json!({})).await?;
        socket.say_goodbye(said).await?;
        assert_eq!(socket.close_code().await?, answered, "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn text_that_is_not_utf8_closes_1007() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.send_bytes_as_text(b"{\"type\":\"\xff\"}").await?;
    assert_eq!(socket.close_code().await?, 1007);
    Ok(())
}

/// R10, S10: a socket has a bounded number of operations and takes no endless message.
#[tokio::test]
async fn a_socket_has_limits() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    for n in 0..40 {
        if socket
            .subscribe(&n.to_string(), INBOX_CHANGES, json!({}))
            .await
            .is_err()
        {
            break;
        }
    }
    let mut refused = false;
    while !refused {
        match socket.next(hilo_tests::wait::PATIENCE).await? {
            Next::Closed(code) => {
                assert!(matches!(code, Some(4429 | 4400)), "{code:?}");
                refused = true;
            }
            Next::Message(message) => refused = message.text("/type") == "error",
            Next::Silence => panic!("40 subscriptions on one socket"),
        }
    }
    let mut socket = Socket::open(&company.ana).await?;
    let _ = socket.subscribe("1", &" ".repeat(8 << 20), json!({})).await;
    while let Next::Message(_) = socket.next(hilo_tests::wait::PATIENCE).await? {}
    Ok(())
}

/// A page of another site cannot open a socket with the agent's cookie.
#[tokio::test]
async fn another_sites_origin_is_refused() -> Result<()> {
    let company = Company::found().await?;
    for origin in [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
    ] {
        match Socket::dial(&company.ana, Some(origin)).await {
            Err(_) => {}
            Ok(mut socket) => assert_eq!(socket.close_code().await?, 4403, "{origin}"),
        }
    }
    Ok(())
}
