//! What is selected once for many sockets: those who ask the same and see something else are told something else.

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat, hire};
use hilo_tests::queries::SEND_MESSAGE;
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company, Visitor};
use serde_json::{Value, json};
use uuid::Uuid;

const CHAT: &str = "subscription($id: ID!, $after: Position) { chat(id: $id, after: $after) {
    position chat { id starred draft { text } lastMessage { text } } messages { text } } }";
const INBOX: &str =
    "subscription($after: Position) { inbox(after: $after) { chats { id lastMessage { text } }
    counters { active channels { channelId active } } } }";
const POSITION: &str = "query($id: ID!) { chat(id: $id) { position } }";

fn mutation(name: &str) -> String {
    let type_name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ position userErrors {{ code message }} }} }}"
    )
}

async fn open(client: &Client, query: &str, variables: Value) -> Result<Socket> {
    let mut socket = Socket::open(client).await?;
    socket.subscribe("1", query, variables).await?;
    Ok(socket)
}

/// Everything that comes until `last` is told.
async fn until_told(socket: &mut Socket, last: &str) -> Result<Vec<Value>> {
    let mut told = Vec::new();
    loop {
        let update = socket.update().await?;
        let is_last = update.to_string().contains(last);
        told.push(update);
        if is_last {
            return Ok(told);
        }
    }
}

/// Two agents of one role look at one chat with one query: the draft and the star of each are told to each alone, and
/// what is everybody's comes to both.
#[tokio::test]
async fn f8_h2_two_agents_with_different_drafts_share_no_answer() -> Result<()> {
    let company = Company::found().await?;
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[&company.channel_id],
    )
    .await?;
    company.visitor().await?.write("hola").await?;
    let id = chat_saying(&company.ana, "hola")
        .await?
        .text("/id")
        .to_owned();
    let position = company.ana.get(POSITION, json!({"id": id})).await?;
    let variables = json!({"id": id, "after": position.at("/chat/position")});
    let mut of_ana = open(&company.ana, CHAT, variables.clone()).await?;
    let mut of_marek = open(&marek, CHAT, variables).await?;
    for (client, text) in [(&company.ana, "de Ana"), (&marek, "de Marek")] {
        let input = json!({"input": {"chatId": id, "text": text}});
        client.act(&mutation("saveDraft"), input).await?;
    }
    let input = json!({"input": {"chatId": id}});
    company.ana.act(&mutation("starChat"), input).await?;
    let input = json!({"chatId": id, "text": "para todos", "clientMessageId": Uuid::new_v4()});
    company
        .admin
        .act(SEND_MESSAGE, json!({"input": input}))
        .await?;

    let told = until_told(&mut of_ana, "para todos").await?;
    let last = told.last().cloned().unwrap_or_default();
    assert_eq!(last.text("/data/chat/chat/draft/text"), "de Ana");
    assert_eq!(last.at("/data/chat/chat/starred"), &json!(true));
    assert!(!json!(told).to_string().contains("de Marek"));
    let told = until_told(&mut of_marek, "para todos").await?;
    let last = told.last().cloned().unwrap_or_default();
    assert_eq!(last.text("/data/chat/chat/draft/text"), "de Marek");
    assert_eq!(last.at("/data/chat/chat/starred"), &json!(false));
    assert!(!json!(told).to_string().contains("de Ana"));
    Ok(())
}

/// The same list asked for by agents of one role who see different channels: nobody is told what another may see.
#[tokio::test]
async fn a2_two_agents_of_different_access_share_no_answer() -> Result<()> {
    let company = Company::found().await?;
    let workshop = connect_web_chat(&company.admin, "Taller", "taller").await?;
    let (shop, workshop) = (&company.channel_id, workshop.text("/id"));
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[workshop],
    )
    .await?;
    let (mut of_ana, mut of_marek) = (inbox(&company.ana).await?, inbox(&marek).await?);
    let in_shop = company.visitor().await?;
    in_shop.write("para la tienda").await?;
    let in_workshop = Visitor::arrive(&company.hilo.url, "taller").await?;
    in_workshop.write("para el taller").await?;
    in_shop.write("y nada mas").await?;

    let told = until_told(&mut of_marek, "para el taller").await?;
    let told = json!(told).to_string();
    assert!(!told.contains("para la tienda") && !told.contains(shop.as_str()));
    let told = until_told(&mut of_ana, "y nada mas").await?;
    let told = json!(told).to_string();
    assert!(!told.contains("para el taller") && !told.contains(workshop));
    Ok(())
}

async fn inbox(client: &Client) -> Result<Socket> {
    let position = client
        .get("{ chats(first: 1) { position } }", Value::Null)
        .await?;
    open(
        client,
        INBOX,
        json!({"after": position.at("/chats/position")}),
    )
    .await
}

/// With so many sockets open, requests are worked on beside them: everybody is told what a visitor and an agent wrote,
/// and both are answered.
#[tokio::test]
async fn who_writes_while_many_sockets_are_open_is_answered_and_shown_on_all() -> Result<()> {
    let company = Company::found().await?;
    let position = company
        .ana
        .get("{ chats(first: 1) { position } }", json!({}))
        .await?;
    let after = json!({"after": position.at("/chats/position")});
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(open(&company.ana, INBOX, after.clone()).await?);
    }
    company.visitor().await?.write("¿hay sitio?").await?;
    let chat = chat_saying(&company.ana, "¿hay sitio?").await?;
    let answer = json!({"input": {"chatId": chat.text("/id"), "clientMessageId": Uuid::now_v7(), "text": "de sobra"}});
    company.ana.act(SEND_MESSAGE, answer).await?;
    for socket in &mut sockets {
        until_told(socket, "de sobra").await?;
    }
    Ok(())
}
