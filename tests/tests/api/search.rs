//! Search through the API: what is found, in which order, and the walls around it.

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat, hire};
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};

const MESSAGES: &str = "query($text: String!, $first: Int, $after: String, $channelIds: [ID!], $chatId: ID) {
  searchMessages(text: $text, first: $first, after: $after, channelIds: $channelIds, chatId: $chatId) {
    position pageInfo { hasNextPage endCursor }
    edges { cursor node { messageId direction at chat { id channel { id } }
      snippet { text cutBefore cutAfter ranges { start end } } } } } }";

const PEOPLE: &str =
    "query($text: String!, $first: Int) { searchChats(text: $text, first: $first) {
  position nodes { chat { id contact { name } } matches { field ranges { start end } } } } }";

const AROUND: &str = "query($id: ID!, $around: ThreadPlace, $first: Int) { chat(id: $id) {
  messages(around: $around, first: $first) {
    pageInfo { hasNextPage hasPreviousPage } nodes { id text } } } }";

async fn messages(client: &Client, text: &str) -> Result<Vec<Value>> {
    let found = client.get(MESSAGES, json!({"text": text})).await?;
    Ok(found.list("/searchMessages/edges").to_vec())
}

fn texts(edges: &[Value]) -> Vec<&str> {
    edges
        .iter()
        .map(|edge| edge.text("/node/snippet/text"))
        .collect()
}

/// B12.
#[tokio::test]
async fn b12_search_finds_message_text_and_jumps_to_it() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    for text in [
        "Hola",
        "¿Tenéis LANA merino?",
        "de color azul",
        "lanas no",
        "gracias",
    ] {
        visitor.write(text).await?;
    }
    let row = chat_saying(&company.ana, "gracias").await?;
    let id = row.text("/id");

    let found = messages(&company.ana, "lana").await?;
    assert_eq!(
        texts(&found),
        ["¿Tenéis LANA merino?", "lanas no"],
        "whole words first"
    );
    let hit = found[0].at("/node");
    assert_eq!(hit.text("/chat/id"), id);
    assert_eq!(*hit.at("/snippet/ranges"), json!([{"start": 8, "end": 12}]));
    assert_eq!(
        texts(&messages(&company.ana, "teneis merino").await?).len(),
        1
    );
    assert_eq!(messages(&company.ana, "merino rojo").await?.len(), 0);

    let jump = json!({"id": id, "around": {"messageId": hit.text("/messageId")}, "first": 2});
    let place = company.ana.get(AROUND, jump).await?;
    let shown = place.list("/chat/messages/nodes");
    assert_eq!(shown[1].text("/id"), hit.text("/messageId"));
    assert_eq!(*place.at("/chat/messages/pageInfo/hasNextPage"), true);
    let unread = json!({"id": id, "around": {"firstUnread": true}, "first": 2});
    let place = company.ana.get(AROUND, unread).await?;
    assert_eq!(place.list("/chat/messages/nodes")[0].text("/text"), "Hola");

    let first = json!({"text": "lana", "first": 1});
    let page = company.ana.get(MESSAGES, first).await?;
    let after = page.at("/searchMessages/pageInfo/endCursor");
    let next = json!({"text": "lana", "first": 1, "after": after});
    let page = company.ana.get(MESSAGES, next).await?;
    assert_eq!(texts(page.list("/searchMessages/edges")), ["lanas no"]);
    assert_eq!(*page.at("/searchMessages/pageInfo/hasNextPage"), false);
    Ok(())
}

/// B13.
#[tokio::test]
async fn b13_search_finds_contacts_also_mistyped() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor
        .accepted(
            "form.submit",
            json!({"name": "Łukasz Kowalski", "email": "lukasz@poczta.example", "phone": "+48 600 111 222"}),
        )
        .await?;
    visitor.write("dzień dobry").await?;
    chat_saying(&company.ana, "dzień dobry").await?;
    for typed in ["lukasz", "kowalsky ", "Kowal", "600 111", "lukasz@poczta"] {
        let found = company.ana.get(PEOPLE, json!({"text": typed})).await?;
        let nodes = found.list("/searchChats/nodes");
        assert_eq!(nodes.len(), 1, "{typed}");
        assert_eq!(nodes[0].text("/chat/contact/name"), "Łukasz Kowalski");
        assert!(!nodes[0].list("/matches").is_empty(), "{typed}");
    }
    let found = company.ana.get(PEOPLE, json!({"text": "nadie"})).await?;
    assert!(found.list("/searchChats/nodes").is_empty());
    Ok(())
}

/// A2 for search.
#[tokio::test]
async fn a2_nothing_of_another_channel_is_found() -> Result<()> {
    let company = Company::found().await?;
    let other = connect_web_chat(&company.admin, "Otra", "otra").await?;
    let access = [other.text("/id")];
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &access,
    )
    .await?;
    let visitor = company.visitor().await?;
    visitor
        .accepted("form.submit", json!({"name": "Eva Cormorán"}))
        .await?;
    visitor.write("cormorán").await?;
    let row = chat_saying(&company.ana, "cormorán").await?;
    assert_eq!(messages(&company.ana, "cormoran").await?.len(), 1);
    for variables in [
        json!({"text": "cormoran"}),
        json!({"text": "cormoran", "channelIds": [company.channel_id]}),
        json!({"text": "cormoran", "chatId": row.text("/id")}),
    ] {
        let found = marek.get(MESSAGES, variables.clone()).await?;
        assert!(
            found.list("/searchMessages/edges").is_empty(),
            "{variables}"
        );
    }
    let found = marek.get(PEOPLE, json!({"text": "cormoran"})).await?;
    assert!(found.list("/searchChats/nodes").is_empty());
    Ok(())
}

#[tokio::test]
async fn a_search_that_cannot_be_is_refused_and_one_for_nothing_finds_nothing() -> Result<()> {
    let company = Company::found().await?;
    for (query, variables) in [
        (MESSAGES, json!({"text": "a".repeat(201)})),
        (MESSAGES, json!({"text": "a", "first": -1})),
        (MESSAGES, json!({"text": "a", "first": 101})),
        (PEOPLE, json!({"text": "a", "first": 1_000_000})),
        (PEOPLE, json!({"text": "ł".repeat(201)})),
    ] {
        let fault = company.ana.fault(query, variables.clone()).await?;
        assert_eq!(fault, "BAD_USER_INPUT", "{variables}");
    }
    let made_up = json!({"text": "a", "after": "Y2hhdHM6MTow"});
    assert_eq!(company.ana.fault(MESSAGES, made_up).await?, "BAD_CURSOR");
    for text in [
        "",
        "\u{200b}",
        "'",
        "\\",
        "🙂",
        "& | ! <->",
        "%_%",
        &"\u{301}".repeat(200),
    ] {
        assert!(messages(&company.ana, text).await?.is_empty(), "{text:?}");
        let found = company.ana.get(PEOPLE, json!({"text": text})).await?;
        assert!(found.list("/searchChats/nodes").is_empty(), "{text:?}");
    }
    Ok(())
}
