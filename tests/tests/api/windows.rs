//! When an agent may write, as what, and how the composer hears of it (C9, C10, C11, D7-D10, A5).

use anyhow::Result;
use hilo_tests::queries::{
    CHAT_COMPOSER, CHAT_COMPOSER_CHANGES, MEASURE_TEXT, RECONNECT_CHANNEL, REPORT_SYNC_LOST,
    SEND_MESSAGE, SET_CHANNEL_RULES, START_CHAT,
};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Bridge, Client, Company};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

fn send(chat_id: &str, text: &str) -> Value {
    json!({"input": {"chatId": chat_id, "text": text, "clientMessageId": Uuid::new_v4()}})
}

/// So long ago, in RFC 3339.
fn ago(length: SignedDuration) -> Result<String> {
    Ok(Timestamp::now().checked_sub(length)?.to_string())
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn composer(client: &Client, chat_id: &str) -> Result<Value> {
    let data = client.get(CHAT_COMPOSER, json!({"id": chat_id})).await?;
    Ok(data.at("/chat/composer").clone())
}

/// Follows a chat from how it is now.
async fn on_screen(client: &Client, chat_id: &str) -> Result<Socket> {
    let shown = client.get(CHAT_COMPOSER, json!({"id": chat_id})).await?;
    let mut socket = Socket::open(client).await?;
    let from = json!({"id": chat_id, "after": shown.at("/chat/position")});
    socket.subscribe("1", CHAT_COMPOSER_CHANGES, from).await?;
    Ok(socket)
}

async fn update(socket: &mut Socket) -> Result<Value> {
    Ok(socket.update().await?.at("/data").clone())
}

#[tokio::test]
async fn d7_past_the_window_the_composer_closes_and_a_new_message_opens_it() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "INSTAGRAM", "Insta", &[&company.ana_id]).await?;
    let wrote = ago(DAY * 8)?;
    let chat_id = bridge.wrote_at("lucia", "hola", &wrote).await?;
    let closed = composer(&company.ana, &chat_id).await?;
    assert_eq!(closed.text("/state"), "CLOSED");
    assert_eq!(closed.text("/reason"), "WINDOW_CLOSED");
    assert_eq!(
        closed.text("/link"),
        "https://www.instagram.com/direct/inbox/"
    );
    assert!(closed.list("/purposes").is_empty());
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, send(&chat_id, "sí"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "REPLY_WINDOW_CLOSED");

    // The chat is on screen while the contact writes again.
    let mut socket = on_screen(&company.ana, &chat_id).await?;
    bridge.write("lucia", "¿hola?").await?;
    let change = update(&mut socket).await?;
    assert_eq!(change.text("/chat/chat/composer/state"), "OPEN");
    let sent = company.ana.act(SEND_MESSAGE, send(&chat_id, "sí")).await?;
    assert!(sent.at("/message/id").is_string());
    Ok(())
}

#[tokio::test]
async fn d7_a_window_that_ends_on_screen_is_told_at_that_instant() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "WHATSAPP", "Wasap", &[&company.ana_id]).await?;
    // It ends three seconds from now.
    let wrote = ago(DAY - SignedDuration::from_secs(3))?;
    let chat_id = bridge.wrote_at("+34600111222", "hola", &wrote).await?;
    let open = composer(&company.ana, &chat_id).await?;
    assert_eq!(open.text("/state"), "OPEN");
    let until: Timestamp = open.text("/replyUntil").parse()?;

    let mut socket = on_screen(&company.ana, &chat_id).await?;
    let change = update(&mut socket).await?;
    assert!(Timestamp::now() >= until, "told before it was over");
    assert_eq!(change.text("/chat/chat/composer/state"), "CLOSED");
    assert_eq!(change.text("/chat/chat/composer/reason"), "WINDOW_CLOSED");
    assert!(change.at("/chat/chat/composer/templates").as_bool() == Some(true));
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, send(&chat_id, "sí"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "REPLY_WINDOW_CLOSED");

    // Whoever comes back with a position from before is told of it too.
    let before = change.text("/chat/position").to_owned();
    bridge.write("+34600111222", "sigo aquí").await?;
    let opened = update(&mut socket).await?;
    assert_eq!(opened.text("/chat/chat/composer/state"), "OPEN");
    assert_ne!(opened.text("/chat/position"), before);
    Ok(())
}

#[tokio::test]
async fn d8_d9_messenger_offers_its_purposes_past_the_window_with_a_warning() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "MESSENGER", "Página", &[&company.ana_id]).await?;
    let chat_id = bridge.wrote_at("psid-1", "hola", &ago(DAY * 8)?).await?;
    let closed = composer(&company.ana, &chat_id).await?;
    let purposes = closed.list("/purposes");
    let names: Vec<_> = purposes.iter().map(|it| it.text("/purpose")).collect();
    assert_eq!(
        names,
        [
            "ACCOUNT_UPDATE",
            "POST_PURCHASE_UPDATE",
            "CONFIRMED_EVENT_UPDATE"
        ]
    );
    assert_eq!(purposes[0].text("/means"), "TEMPLATE");
    assert_eq!(purposes[0].text("/warning/code"), "PURPOSE_MISUSE");
    let mut update = send(&chat_id, "Tu pedido ha salido");
    update["input"]["purpose"] = json!("POST_PURCHASE_UPDATE");
    let bare = company.ana.try_act(SEND_MESSAGE, update.clone()).await?;
    assert_eq!(bare.text("/userErrors/0/code"), "TEMPLATE_REQUIRED");
    update["input"]["template"] = json!({"name": "order_sent", "language": "es"});
    update["input"]["clientMessageId"] = json!(Uuid::new_v4());
    company.ana.act(SEND_MESSAGE, update).await?;
    let data = company
        .ana
        .get(CHAT_COMPOSER, json!({"id": chat_id}))
        .await?;
    let terms = data.at("/chat/messages/nodes/1/terms");
    assert_eq!(terms.text("/purpose"), "POST_PURCHASE_UPDATE");
    assert_eq!(terms.text("/policy"), "messenger-2026-04");
    assert_eq!(terms.text("/template/name"), "order_sent");

    // Between a day and a week a person writes plainly, tagged as one.
    let other = bridge.wrote_at("psid-2", "hola", &ago(DAY * 2)?).await?;
    company.ana.act(SEND_MESSAGE, send(&other, "sí")).await?;
    let data = company.ana.get(CHAT_COMPOSER, json!({"id": other})).await?;
    assert_eq!(data.text("/chat/messages/nodes/1/terms/tag"), "HUMAN_AGENT");
    Ok(())
}

#[tokio::test]
async fn d10_a_rule_locks_the_field_also_in_a_reopened_chat_and_on_screen() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let chat_id = bridge
        .wrote_at("+34600111222", "hola", &ago(DAY * 3)?)
        .await?;
    assert_eq!(
        composer(&company.ana, &chat_id).await?.text("/state"),
        "OPEN"
    );
    let mut socket = on_screen(&company.ana, &chat_id).await?;
    // An update shows that the subscription is there.
    let wrote = ago(DAY * 3)?;
    bridge.wrote_at("+34600111222", "¿hola?", &wrote).await?;
    assert_eq!(
        update(&mut socket).await?.text("/chat/chat/composer/state"),
        "OPEN"
    );
    let rules = json!({"input": {"channelId": bridge.channel_id, "replyHours": 48}});
    company.admin.act(SET_CHANNEL_RULES, rules).await?;
    let change = update(&mut socket).await?;
    assert_eq!(change.text("/chat/chat/composer/state"), "CLOSED");
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, send(&chat_id, "sí"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "REPLY_WINDOW_CLOSED");
    let wrong = json!({"input": {"channelId": bridge.channel_id, "replyHours": -1}});
    let wrong = company.admin.try_act(SET_CHANNEL_RULES, wrong).await?;
    assert_eq!(wrong.text("/userErrors/0/code"), "REPLY_HOURS_INVALID");
    Ok(())
}

#[tokio::test]
async fn a5_a_lost_channel_closes_the_composer_on_screen_and_opens_it_again() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "TELEGRAM", "Bot", &[&company.ana_id]).await?;
    let chat_id = bridge.write("@lucia", "hola").await?;
    let mut socket = on_screen(&company.ana, &chat_id).await?;
    // An update shows that the subscription is there.
    bridge.write("@lucia", "¿hola?").await?;
    let first = update(&mut socket).await?;
    assert_eq!(first.text("/chat/chat/composer/state"), "OPEN");
    let lose = json!({"input": {"channelId": bridge.channel_id, "cause": "TOKEN_EXPIRED"}});
    company.admin.act(REPORT_SYNC_LOST, lose).await?;
    let lost = update(&mut socket).await?;
    assert_eq!(lost.text("/chat/chat/composer/reason"), "SYNC_LOST");
    assert_eq!(lost.text("/chat/chat/channel/syncLost"), "TOKEN_EXPIRED");
    let again = json!({"input": {"channelId": bridge.channel_id}});
    company.admin.act(RECONNECT_CHANNEL, again).await?;
    let back = update(&mut socket).await?;
    assert_eq!(back.text("/chat/chat/composer/state"), "OPEN");
    Ok(())
}

#[tokio::test]
async fn c9_instagram_counts_bytes_and_an_sms_its_segments() -> Result<()> {
    let company = Company::found().await?;
    let insta = Bridge::connect(&company.admin, "INSTAGRAM", "Insta", &[&company.ana_id]).await?;
    let chat_id = insta.write("lucia", "hola").await?;
    let long = "ł".repeat(501);
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, send(&chat_id, &long))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "TEXT_TOO_LONG");
    assert_eq!(refused.number("/userErrors/0/limit"), 1000);
    company
        .ana
        .act(SEND_MESSAGE, send(&chat_id, &"ł".repeat(500)))
        .await?;
    let measure = |channel: &str, text: &str| json!({"id": channel, "text": text});
    let bytes = company
        .ana
        .get(MEASURE_TEXT, measure(&insta.channel_id, &long))
        .await?;
    assert_eq!(bytes.number("/measureText/length"), 1002);
    assert_eq!(bytes.text("/measureText/unit"), "BYTES");
    assert_eq!(bytes.at("/measureText/fits").as_bool(), Some(false));
    let sms = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let text = format!("{}ł", "a".repeat(70));
    let parts = company
        .ana
        .get(MEASURE_TEXT, measure(&sms.channel_id, &text))
        .await?;
    assert_eq!(parts.number("/measureText/segments"), 2);
    assert_eq!(parts.text("/measureText/encoding"), "UCS2");
    Ok(())
}

#[tokio::test]
async fn c10_c11_a_chat_is_started_where_the_channel_allows_it_and_once() -> Result<()> {
    let company = Company::found().await?;
    let sms = Bridge::connect(&company.admin, "SMS", "Móvil", &[&company.ana_id]).await?;
    let start = |channel: &str, handle: &str| {
        json!({"input": {"channelId": channel, "handle": handle, "text": "Hola, soy Ana",
            "clientMessageId": Uuid::new_v4()}})
    };
    let input = start(&sms.channel_id, "+34 600-111-222");
    let started = company.ana.act(START_CHAT, input.clone()).await?;
    let again = company.ana.act(START_CHAT, input).await?;
    assert_eq!(started.text("/message/id"), again.text("/message/id"));
    let chat_id = started.text("/chat/id").to_owned();
    assert_eq!(started.text("/chat/contact/handle"), "+34600111222");
    // Who answers comes into the same chat.
    assert_eq!(sms.write("+34600111222", "hola").await?, chat_id);

    let refused = company
        .ana
        .try_act(START_CHAT, start(&sms.channel_id, "MYBANK"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "MOBILE_NUMBER_NEEDED");
    assert_eq!(refused.text("/userErrors/0/field"), "handle");
    let page = Bridge::connect(&company.admin, "MESSENGER", "Página", &[&company.ana_id]).await?;
    let refused = company
        .ana
        .try_act(START_CHAT, start(&page.channel_id, "psid"))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CANNOT_START_CHAT");
    // Not on a channel that one has no access to (A3).
    let other = Bridge::connect(&company.admin, "SMS", "Otro", &[]).await?;
    let fault = company
        .ana
        .fault(START_CHAT, start(&other.channel_id, "+34600111222"));
    assert_eq!(fault.await?, "NOT_FOUND");
    Ok(())
}
