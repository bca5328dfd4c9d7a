//! Channels that an integrator's program carries (A7): connecting one, pushing messages, losing and finding it again.

use anyhow::Result;
use hilo_tests::company::{chat, hire};
use hilo_tests::queries::{
    CHAT, CHAT_COMPOSER, CONNECT_CHANNEL, DISCONNECT_CHANNEL, OUTBOX, RECEIVE_MESSAGES,
    RECONNECT_CHANNEL, REPORT_MESSAGES, REPORT_SYNC_LOST, SEND_MESSAGE, START_CHAT,
};
use hilo_tests::{At as _, Bridge, Company, Visitor};
use serde_json::{Value, json};
use uuid::Uuid;

fn send(chat_id: &str, text: &str) -> Value {
    json!({"input": {"chatId": chat_id, "text": text, "clientMessageId": Uuid::new_v4()}})
}

#[tokio::test]
async fn a7_an_integrator_pushes_the_messages_of_any_messenger_each_once() -> Result<()> {
    let company = Company::found().await?;
    let (integrator, integrator_id) = hire(
        &company.admin,
        "Puente",
        "puente@taller.example",
        "INTEGRATOR",
        &[],
    )
    .await?;
    let key = Uuid::new_v4();
    let connect = json!({"input": {"kind": "API", "name": "Viber", "page": "Taller Hilo",
        "agentIds": [company.ana_id, integrator_id], "idempotencyKey": key}});
    let first = company.admin.act(CONNECT_CHANNEL, connect.clone()).await?;
    let again = company.admin.act(CONNECT_CHANNEL, connect).await?;
    assert_eq!(first.text("/channel/id"), again.text("/channel/id"));
    assert_eq!(first.text("/channel/page"), "Taller Hilo");
    assert!(first.at("/channel/bridged").as_bool().unwrap_or_default());
    let other = json!({"input": {"kind": "API", "name": "Other", "idempotencyKey": key}});
    assert_eq!(
        company.admin.fault(CONNECT_CHANNEL, other).await?,
        "IDEMPOTENCY_CONFLICT"
    );

    // As the integrator, not the administrator.
    let bridge = Bridge {
        channel_id: first.text("/channel/id").to_owned(),
        by: integrator,
    };
    let message = |id: &str, text: &str| {
        json!({"externalId": id, "handle": "+34600111222", "text": text,
            "name": "Lucía", "phone": "+34600111222", "at": "2026-11-20T10:00:00Z"})
    };
    let taken = bridge.push(message("v-1", "hola")).await?;
    assert_eq!(taken.text("/status"), "ACCEPTED");
    let repeated = bridge.push(message("v-1", "hola")).await?;
    assert_eq!(repeated.text("/status"), "DUPLICATE");
    assert_eq!(repeated.text("/messageId"), taken.text("/messageId"));
    let conflict = bridge.push(message("v-1", "adiós")).await?;
    assert_eq!(conflict.text("/status"), "REJECTED");
    assert_eq!(conflict.text("/userErrors/0/code"), "IDEMPOTENCY_CONFLICT");
    let empty = bridge.push(message("v-2", "\u{200b}")).await?;
    assert_eq!(empty.text("/userErrors/0/code"), "TEXT_EMPTY");
    // What comes in is never cut for its length.
    let long = "ñ".repeat(3_000);
    bridge.push(message("v-3", &long)).await?;

    let seen = chat(&company.ana, taken.text("/chatId")).await?;
    assert_eq!(seen.text("/contact/name"), "Lucía");
    assert_eq!(seen.text("/contact/phone"), "+34600111222");
    assert_eq!(seen.text("/contact/handle"), "+34600111222");
    let messages = seen.list("/messages/nodes");
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0].text("/sentAt"), "2026-11-20T10:00:00Z");
    assert_eq!(messages[1].text("/text"), long);
    Ok(())
}

#[tokio::test]
async fn a7_only_who_carries_a_bridged_channel_pushes_into_it() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "WHATSAPP", "Wasap", &[&company.ana_id]).await?;
    let push = |channel: &str, count: usize| {
        let message = json!({"externalId": "x", "handle": "h", "text": "hola"});
        json!({"input": {"channelId": channel, "messages": vec![message; count]}})
    };
    // An agent who sees the channel, and an integrator who does not.
    let fault = company
        .ana
        .fault(RECEIVE_MESSAGES, push(&bridge.channel_id, 1));
    assert_eq!(fault.await?, "FORBIDDEN");
    let (stranger, _) = hire(&company.admin, "X", "x@taller.example", "INTEGRATOR", &[]).await?;
    let fault = stranger.fault(RECEIVE_MESSAGES, push(&bridge.channel_id, 1));
    assert_eq!(fault.await?, "NOT_FOUND");
    // Hilo's own web chat takes nothing from a bridge; and there is a limit.
    for (channel, count, code) in [
        (&company.channel_id, 1, "CHANNEL_NOT_BRIDGED"),
        (&bridge.channel_id, 101, "TOO_MANY_ITEMS"),
    ] {
        let refused = company
            .admin
            .try_act(RECEIVE_MESSAGES, push(channel, count));
        assert_eq!(refused.await?.text("/userErrors/0/code"), code);
    }
    for kind in ["WEB_CHAT", "INTERNAL", "GOOGLE_BUSINESS"] {
        let input = json!({"input": {"kind": kind, "name": "N", "idempotencyKey": Uuid::new_v4()}});
        let refused = company.admin.try_act(CONNECT_CHANNEL, input).await?;
        assert!(!refused.list("/userErrors").is_empty(), "{kind}");
    }
    Ok(())
}

#[tokio::test]
async fn a5_a_channel_that_lost_sync_refuses_sending_until_it_is_connected_again() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "TELEGRAM", "Bot", &[&company.ana_id]).await?;
    let chat_id = bridge.write("@lucia", "hola").await?;
    let lose = json!({"input": {"channelId": bridge.channel_id, "cause": "TOKEN_EXPIRED"}});
    let lost = company.admin.act(REPORT_SYNC_LOST, lose).await?;
    assert_eq!(lost.text("/channel/syncLost"), "TOKEN_EXPIRED");
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, send(&chat_id, "sí"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CHANNEL_DISCONNECTED");
    // What comes in is still taken.
    bridge.write("@lucia", "¿hay alguien?").await?;
    let again = json!({"input": {"channelId": bridge.channel_id}});
    company.admin.act(RECONNECT_CHANNEL, again).await?;
    company.ana.act(SEND_MESSAGE, send(&chat_id, "sí")).await?;
    Ok(())
}

/// A1: what an administrator took out of use, only an administrator takes back; nothing of it is lost meanwhile.
#[tokio::test]
async fn a1_a5_a_disconnected_channel_keeps_its_chats_and_comes_back() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "TELEGRAM", "Bot", &[&company.ana_id]).await?;
    let chat_id = bridge.write("@lucia", "hola").await?;
    let channel = json!({"input": {"channelId": bridge.channel_id}});
    for query in [DISCONNECT_CHANNEL, RECONNECT_CHANNEL] {
        assert_eq!(
            company.ana.fault(query, channel.clone()).await?,
            "FORBIDDEN"
        );
    }
    let gone = company
        .admin
        .act(DISCONNECT_CHANNEL, channel.clone())
        .await?;
    assert_eq!(*gone.at("/channel/connected"), false);
    assert!(gone.at("/channel/syncLost").is_null());
    let chat = company
        .ana
        .get(CHAT_COMPOSER, json!({"id": chat_id}))
        .await?;
    assert_eq!(chat.text("/chat/composer/reason"), "SYNC_LOST");
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, send(&chat_id, "sí"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CHANNEL_DISCONNECTED");
    // What comes in is still taken, and its messenger has nothing to report lost.
    bridge.write("@lucia", "¿hay alguien?").await?;
    let lose = json!({"input": {"channelId": bridge.channel_id, "cause": "TOKEN_EXPIRED"}});
    let still = company.admin.act(REPORT_SYNC_LOST, lose).await?;
    assert!(still.at("/channel/syncLost").is_null());
    company.admin.act(RECONNECT_CHANNEL, channel).await?;
    company.ana.act(SEND_MESSAGE, send(&chat_id, "sí")).await?;

    // A web chat is shown on no site until then.
    let shop = json!({"input": {"channelId": company.channel_id}});
    let visitor = company.visitor().await?;
    visitor.write("antes").await?;
    let mut stream = visitor.stream(0).await?;
    stream.next_of("message").await?;
    company.admin.act(DISCONNECT_CHANNEL, shop.clone()).await?;
    let over = stream.next().await.map(drop).unwrap_err().to_string();
    assert_eq!(over, "the stream ended");
    let loader = format!("/widget/v1/{}.js", company.key);
    assert_eq!(company.admin.page(&loader).await?.0, 404);
    let message = Visitor::event("message.text", json!({"text": "¿hola?"}));
    let answer = visitor.post_events(&message).await?;
    assert_eq!(answer.status(), 404);
    company.admin.act(RECONNECT_CHANNEL, shop).await?;
    visitor.write("después").await?;
    assert!(company.admin.page(&loader).await?.0.is_success());
    Ok(())
}

/// A14: agents see nothing, and nothing is lost meanwhile.
#[tokio::test]
async fn a14_a_bridged_channel_receives_and_reports_while_chats_are_off() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "API", "Foro", &[&company.ana_id]).await?;
    let chat = bridge.write("lucia-81", "antes").await?;
    let sent = company.ana.act(SEND_MESSAGE, send(&chat, "dime")).await?;
    let switch = async |on: bool| {
        let change = "mutation($input: ChangeWorkspaceSettingsInput!) {
            changeWorkspaceSettings(input: $input) { userErrors { code } } }";
        let input = json!({"input": {"chatsOn": on}});
        company.admin.act(change, input).await.map(drop)
    };
    switch(false).await?;
    assert_eq!(bridge.write("lucia-81", "mientras").await?, chat);
    let outbox = company.admin.get(OUTBOX, json!({"id": bridge.channel_id}));
    assert_eq!(outbox.await?.text("/outbox/items/0/text"), "dime");
    let report = json!({"input": {"channelId": bridge.channel_id, "reports": [
        {"chatId": chat, "messageId": sent.at("/message/id"), "state": "DELIVERED"}]}});
    let reported = company.admin.act(REPORT_MESSAGES, report).await?;
    assert_eq!(*reported.at("/results/0/taken"), true);
    let start = json!({"input": {"channelId": bridge.channel_id, "handle": "otra", "text": "hola",
        "clientMessageId": Uuid::new_v4()}});
    let refused = company.ana.try_act(START_CHAT, start).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CHATS_OFF");
    let open = "mutation($input: OpenInternalChatInput!) { openInternalChat(input: $input) {
        userErrors { code } } }";
    let with = json!({"input": {"agentIds": [company.ana_id]}});
    let refused = company.admin.try_act(open, with).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CHATS_OFF");
    // It stands in the settings all the same.
    let channels = company.admin.get("{ channels { id } }", json!({})).await?;
    assert_eq!(channels.list("/channels").len(), 2);
    switch(true).await?;
    let seen = company.ana.get(CHAT, json!({"id": chat})).await?;
    assert_eq!(seen.list("/chat/messages/nodes").len(), 3);
    assert_eq!(seen.text("/chat/messages/nodes/1/state"), "DELIVERED");
    Ok(())
}
