//! The main job, end to end (issue steps 1 to 3): a visitor writes, an agent answers, archives, reopens.

use anyhow::Result;
use hilo_tests::company::{chat, chat_saying, chat_when, chats};
use hilo_tests::queries::{ARCHIVE_CHAT, MARK_CHAT_READ, REOPEN_CHAT, SEND_MESSAGE};
use hilo_tests::{At as _, Company, until};
use serde_json::{Value, json};
use uuid::Uuid;

fn send(chat_id: &str, text: &str) -> Value {
    json!({"input": {"chatId": chat_id, "text": text, "clientMessageId": Uuid::new_v4()}})
}

fn of(chat_id: &str) -> Value {
    json!({"input": {"chatId": chat_id}})
}

/// B1, B2, B3, B4, B5, C1, D1, D5, D6.
#[tokio::test]
async fn a_visitor_writes_and_an_agent_answers() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("Hola 👋").await?;
    visitor.write("¿tenéis esta pieza?").await?;

    let row = chat_saying(&company.ana, "¿tenéis esta pieza?").await?;
    assert_eq!(row.text("/state"), "ACTIVE");
    assert_eq!(row.text("/mark"), "UNREAD");
    assert_eq!(row.number("/unreadCount"), 2);
    assert_eq!(row.text("/channel/kind"), "WEB_CHAT");
    assert_eq!(row.text("/channel/name"), "Tienda");
    let id = row.text("/id");
    let opened = chat(&company.ana, id).await?;
    assert_eq!(opened.text("/contact/page/title"), "Contacto");
    assert_eq!(opened.text("/contact/locale"), "es-ES");
    let texts: Vec<_> = opened
        .list("/messages/nodes")
        .iter()
        .map(|m| m.text("/text"))
        .collect();
    assert_eq!(texts, ["Hola 👋", "¿tenéis esta pieza?"]);

    // The agent looks: grey for the team, "read" for the visitor.
    let mut window = visitor.stream(0).await?;
    let read = company.ana.act(MARK_CHAT_READ, of(id)).await?;
    assert_eq!(read.text("/chat/mark"), "UNANSWERED");
    assert_eq!(read.number("/chat/unreadCount"), 0);
    let item = window.next_of("read").await?;
    assert_eq!(item.number("/data/up_to_seq"), 2);

    // The agent answers: clock, one tick, two ticks.
    let sent = company
        .ana
        .act(SEND_MESSAGE, send(id, "Sí,\nmañana"))
        .await?;
    assert_eq!(sent.text("/message/state"), "QUEUED");
    assert_eq!(sent.text("/message/text"), "Sí,\nmañana");
    assert_eq!(sent.text("/chat/mark"), "NONE");
    let joined = window.next_of("agent.joined").await?;
    assert_eq!(joined.text("/data/agent/name"), "Ana");
    let answer = window.next_of("message").await?;
    assert_eq!(answer.text("/data/text"), "Sí,\nmañana");
    assert_eq!(answer.text("/data/author"), "agent");
    let seq = answer.number("/seq");

    visitor.acknowledge(seq).await?;
    let state = |chat: &Value| chat.text("/messages/nodes/2/state").to_owned();
    let delivered = chat_when(&company.ana, id, "one tick", |it| state(it) == "DELIVERED").await?;
    assert!(delivered.at("/messages/nodes/2/readAt").is_null());
    visitor.accepted("read", json!({"up_to_seq": seq})).await?;
    let seen = chat_when(&company.ana, id, "two ticks", |it| state(it) == "READ").await?;
    assert!(seen.at("/messages/nodes/2/readAt").is_string());
    assert!(seen.at("/messages/nodes/2/deliveredAt").is_string());

    // A late receipt changes nothing (D2).
    visitor.acknowledge(seq).await?;
    assert_eq!(state(&chat(&company.ana, id).await?), "READ");
    Ok(())
}

/// B6, F1, F2, F3, F4.
#[tokio::test]
async fn a_chat_is_archived_and_comes_back_in_three_ways() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id");

    let archived = company.ana.act(ARCHIVE_CHAT, of(id)).await?;
    assert_eq!(archived.text("/chat/state"), "ARCHIVED");
    assert_eq!(archived.text("/chat/archivedBy/agent/name"), "Ana");
    assert!(archived.at("/chat/archivedAt").is_string());
    assert!(chats(&company.ana, Some("ACTIVE")).await?.is_empty());
    assert_eq!(chats(&company.ana, Some("ARCHIVED")).await?.len(), 1);
    // Again is once.
    company.ana.act(ARCHIVE_CHAT, of(id)).await?;

    visitor.write("una cosa más").await?;
    let active = |chat: &Value| chat.text("/state") == "ACTIVE";
    let back = chat_when(&company.ana, id, "reopened by the visitor", active).await?;
    assert!(back.at("/archivedAt").is_null());

    company.ana.act(ARCHIVE_CHAT, of(id)).await?;
    let reopened = company.ana.act(REOPEN_CHAT, of(id)).await?;
    assert_eq!(reopened.text("/chat/state"), "ACTIVE");
    company.ana.act(REOPEN_CHAT, of(id)).await?;

    company.ana.act(ARCHIVE_CHAT, of(id)).await?;
    let sent = company.ana.act(SEND_MESSAGE, send(id, "otra cosa")).await?;
    assert_eq!(sent.text("/chat/state"), "ACTIVE");

    // The timeline tells all of it, once each (C5).
    let timeline = chat(&company.ana, id).await?;
    let count = |kind| {
        timeline
            .list("/acts")
            .iter()
            .filter(|act| act.text("/kind") == kind)
            .count()
    };
    assert_eq!(
        (count("OPENED"), count("ARCHIVED"), count("REOPENED")),
        (1, 3, 3)
    );
    let by: Vec<_> = timeline
        .list("/acts")
        .iter()
        .filter(|act| act.text("/kind") == "REOPENED")
        .map(|act| act.text("/actor/kind"))
        .collect();
    assert_eq!(by, ["CONTACT", "AGENT", "AGENT"]);
    Ok(())
}

/// B4: the counters behind the red mark of the side menu.
#[tokio::test]
async fn counters_follow_every_act() -> Result<()> {
    let company = Company::found().await?;
    let counters = async || -> Result<[i64; 4]> {
        let data = company
            .ana
            .get(
                "{ counters { active archived unread unanswered } }",
                json!({}),
            )
            .await?;
        Ok(["active", "archived", "unread", "unanswered"]
            .map(|name| data.number(&format!("/counters/{name}"))))
    };
    assert_eq!(counters().await?, [0, 0, 0, 0]);
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id");
    assert_eq!(counters().await?, [1, 0, 1, 0]);
    company.ana.act(MARK_CHAT_READ, of(id)).await?;
    assert_eq!(counters().await?, [1, 0, 0, 1]);
    company.ana.act(SEND_MESSAGE, send(id, "dime")).await?;
    assert_eq!(counters().await?, [1, 0, 0, 0]);
    company.ana.act(ARCHIVE_CHAT, of(id)).await?;
    assert_eq!(counters().await?, [0, 1, 0, 0]);
    Ok(())
}

/// R3: the same send again gives the same message; other words under its id are refused.
#[tokio::test]
async fn sending_twice_with_one_id_sends_once() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let variables = send(row.text("/id"), "dime");
    let first = company.ana.act(SEND_MESSAGE, variables.clone()).await?;
    let second = company.ana.act(SEND_MESSAGE, variables.clone()).await?;
    assert_eq!(first.at("/message/id"), second.at("/message/id"));
    let mut other = variables;
    if let Some(text) = other.pointer_mut("/input/text") {
        *text = json!("otra");
    }
    assert_eq!(
        company.ana.fault(SEND_MESSAGE, other).await?,
        "IDEMPOTENCY_CONFLICT"
    );
    let chat = chat(&company.ana, row.text("/id")).await?;
    assert_eq!(chat.list("/messages/nodes").len(), 2);
    Ok(())
}

/// The list is read in pages, newest first, both ways.
#[tokio::test]
async fn the_list_is_read_in_pages_without_a_gap() -> Result<()> {
    const PAGE: &str = "query($after: String, $first: Int, $before: String, $last: Int) {
      chats(after: $after, first: $first, before: $before, last: $last) {
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } } }";
    let company = Company::found().await?;
    for n in 0..7 {
        company.visitor().await?.write(&format!("hola {n}")).await?;
    }
    let all = until("seven chats", async || {
        Ok(Some(chats(&company.ana, None).await?).filter(|chats| chats.len() == 7))
    })
    .await?;
    let all: Vec<_> = all.iter().map(|chat| chat.text("/id")).collect();
    let mut seen = Vec::new();
    let mut after = Value::Null;
    let last = loop {
        let page = company
            .ana
            .get(PAGE, json!({"first": 3, "after": after}))
            .await?;
        seen.extend(
            page.list("/chats/nodes")
                .iter()
                .map(|chat| chat.text("/id").to_owned()),
        );
        if *page.at("/chats/pageInfo/hasNextPage") == false {
            break page;
        }
        after = page.at("/chats/pageInfo/endCursor").clone();
    };
    assert_eq!(seen, all);
    let before = last.at("/chats/pageInfo/startCursor");
    let back = company
        .ana
        .get(PAGE, json!({"last": 2, "before": before}))
        .await?;
    let back: Vec<_> = back
        .list("/chats/nodes")
        .iter()
        .map(|chat| chat.text("/id"))
        .collect();
    assert_eq!(back, all.get(4..6).unwrap_or_default());

    let wrong = company
        .ana
        .fault(PAGE, json!({"first": 3, "after": "nonsense"}))
        .await?;
    assert_eq!(wrong, "BAD_CURSOR");
    assert_eq!(
        company.ana.fault(PAGE, json!({"first": 101})).await?,
        "BAD_USER_INPUT"
    );
    assert_eq!(
        company.ana.fault(PAGE, json!({"first": -1})).await?,
        "BAD_USER_INPUT"
    );
    Ok(())
}
