//! What becomes of messages that an integrator's program takes out: ticks, receipts in any order, failures and retries
//! (D1-D5, P15, A7).

use anyhow::{Context as _, Result};
use hilo_tests::queries::{
    CHAT_COMPOSER, OUTBOX, OUTBOX_ITEMS, REPORT_MESSAGES, RETRY_MESSAGE, SEND_MESSAGE,
};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Bridge, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

fn send(chat_id: &str, text: &str) -> Value {
    json!({"input": {"chatId": chat_id, "text": text, "clientMessageId": Uuid::new_v4()}})
}

/// Reports one thing and gives its result.
async fn report(bridge: &Bridge, chat_id: &str, mut report: Value) -> Result<Value> {
    let fields = report.as_object_mut().context("a report is an object")?;
    fields.insert("chatId".to_owned(), json!(chat_id));
    let input = json!({"input": {"channelId": bridge.channel_id, "reports": [report]}});
    let payload = bridge.by.act(REPORT_MESSAGES, input).await?;
    Ok(payload.at("/results/0").clone())
}

/// The newest message of a chat.
async fn last(client: &Client, chat_id: &str) -> Result<Value> {
    let data = client.get(CHAT_COMPOSER, json!({"id": chat_id})).await?;
    let messages = data.list("/chat/messages/nodes");
    Ok(messages.last().cloned().unwrap_or_default())
}

async fn company_with(kind: &str) -> Result<(Company, Bridge, String)> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, kind, "Canal", &[&company.ana_id]).await?;
    let chat_id = bridge.write("+34600111222", "hola").await?;
    Ok((company, bridge, chat_id))
}

#[tokio::test]
async fn d1_d5_clock_one_tick_two_ticks_with_the_time_of_reading() -> Result<()> {
    let (company, bridge, chat_id) = company_with("WHATSAPP").await?;
    let ana = &company.ana;
    ana.act(SEND_MESSAGE, send(&chat_id, "sí")).await?;
    let queued = last(ana, &chat_id).await?;
    assert_eq!(
        (queued.text("/state"), queued.text("/tick")),
        ("QUEUED", "CLOCK")
    );
    let id = queued.text("/id");
    let sent = json!({"messageId": id, "externalId": "wamid.1", "state": "SENT"});
    report(&bridge, &chat_id, sent).await?;
    // Where delivery is reported, acceptance still shows the clock.
    let sent = last(ana, &chat_id).await?;
    assert_eq!((sent.text("/state"), sent.text("/tick")), ("SENT", "CLOCK"));
    report(
        &bridge,
        &chat_id,
        json!({"externalId": "wamid.1", "state": "DELIVERED"}),
    )
    .await?;
    assert_eq!(last(ana, &chat_id).await?.text("/tick"), "ONE");
    let at = "2026-11-20T10:00:00Z";
    report(
        &bridge,
        &chat_id,
        json!({"externalId": "wamid.1", "state": "READ", "at": at}),
    )
    .await?;
    let read = last(ana, &chat_id).await?;
    assert_eq!(read.text("/tick"), "TWO");
    assert_eq!(read.text("/readAt"), at);
    // D2: what comes late changes nothing.
    for late in ["SENT", "DELIVERED", "FAILED"] {
        let mut late = json!({"externalId": "wamid.1", "state": late});
        if late.text("/state") == "SENT" {
            late["messageId"] = json!(id);
        }
        report(&bridge, &chat_id, late).await?;
        assert_eq!(last(ana, &chat_id).await?.text("/state"), "READ");
    }
    Ok(())
}

#[tokio::test]
async fn d1_acceptance_is_the_tick_where_nothing_more_is_reported() -> Result<()> {
    let (company, bridge, chat_id) = company_with("TELEGRAM").await?;
    company.ana.act(SEND_MESSAGE, send(&chat_id, "sí")).await?;
    let id = last(&company.ana, &chat_id).await?.text("/id").to_owned();
    report(&bridge, &chat_id, json!({"messageId": id, "state": "SENT"})).await?;
    assert_eq!(last(&company.ana, &chat_id).await?.text("/tick"), "ONE");
    // D3: reading is not believed where it cannot be known.
    report(&bridge, &chat_id, json!({"messageId": id, "state": "READ"})).await?;
    assert_eq!(last(&company.ana, &chat_id).await?.text("/state"), "SENT");
    Ok(())
}

#[tokio::test]
async fn d2_receipts_count_before_the_sends_own_answer_and_up_to_a_time() -> Result<()> {
    let (company, bridge, chat_id) = company_with("MESSENGER").await?;
    let ana = &company.ana;
    ana.act(SEND_MESSAGE, send(&chat_id, "uno")).await?;
    let one = last(ana, &chat_id).await?.text("/id").to_owned();
    // Read before it was known to be sent: by its id there.
    report(
        &bridge,
        &chat_id,
        json!({"externalId": "m.1", "state": "READ"}),
    )
    .await?;
    assert_eq!(last(ana, &chat_id).await?.text("/state"), "QUEUED");
    let sent = json!({"messageId": one, "externalId": "m.1", "state": "SENT"});
    report(&bridge, &chat_id, sent).await?;
    assert_eq!(last(ana, &chat_id).await?.text("/state"), "READ");
    // And by a time that covers what the messenger had by then.
    ana.act(SEND_MESSAGE, send(&chat_id, "dos")).await?;
    let two = last(ana, &chat_id).await?.text("/id").to_owned();
    report(
        &bridge,
        &chat_id,
        json!({"upTo": "2026-11-20T10:00:05Z", "state": "READ"}),
    )
    .await?;
    let sent = json!({"messageId": two, "externalId": "m.2", "state": "SENT",
        "at": "2026-11-20T10:00:04Z"});
    report(&bridge, &chat_id, sent).await?;
    assert_eq!(last(ana, &chat_id).await?.text("/state"), "READ");
    Ok(())
}

#[tokio::test]
async fn d4_p15_a_failure_names_its_cause_and_is_retried_through_the_outbox() -> Result<()> {
    let (company, bridge, chat_id) = company_with("SMS").await?;
    let ana = &company.ana;
    let mut socket = Socket::open(&bridge.by).await?;
    let channel = json!({"id": bridge.channel_id});
    socket.subscribe("1", OUTBOX_ITEMS, channel.clone()).await?;
    ana.act(SEND_MESSAGE, send(&chat_id, "sí")).await?;
    let item = socket.update().await?;
    assert_eq!(item.text("/data/outbox/handle"), "+34600111222");
    assert_eq!(item.text("/data/outbox/text"), "sí");
    assert_eq!(item.number("/data/outbox/attempt"), 1);
    let id = item.text("/data/outbox/messageId").to_owned();
    // It is asked for again until it is reported.
    let waiting = bridge.by.get(OUTBOX, channel.clone()).await?;
    assert_eq!(waiting.text("/outbox/items/0/messageId"), id);

    let early = json!({"input": {"chatId": chat_id, "messageId": id}});
    let refused = ana.try_act(RETRY_MESSAGE, early.clone()).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "MESSAGE_NOT_FAILED");
    let failed = json!({"messageId": id, "state": "FAILED", "cause": "21610"});
    report(&bridge, &chat_id, failed).await?;
    let cross = last(ana, &chat_id).await?;
    assert_eq!(
        (cross.text("/tick"), cross.text("/failure")),
        ("CROSS", "21610")
    );
    assert!(
        bridge
            .by
            .get(OUTBOX, channel.clone())
            .await?
            .list("/outbox/items")
            .is_empty()
    );

    ana.act(RETRY_MESSAGE, early).await?;
    let again = socket.update().await?;
    assert_eq!(again.text("/data/outbox/messageId"), id);
    assert_eq!(again.number("/data/outbox/attempt"), 2);
    let sent = json!({"messageId": id, "externalId": "SM2", "state": "SENT", "attempt": 2});
    report(&bridge, &chat_id, sent).await?;
    report(
        &bridge,
        &chat_id,
        json!({"externalId": "SM2", "state": "DELIVERED"}),
    )
    .await?;
    let arrived = last(ana, &chat_id).await?;
    assert_eq!(arrived.text("/tick"), "ONE");
    assert!(arrived.at("/failure").is_null());
    Ok(())
}

#[tokio::test]
async fn a7_only_who_carries_a_channel_takes_its_outbox_and_reports() -> Result<()> {
    let (company, bridge, chat_id) = company_with("API").await?;
    let channel = json!({"id": bridge.channel_id});
    assert_eq!(company.ana.fault(OUTBOX, channel).await?, "FORBIDDEN");
    let web_chat = json!({"id": company.channel_id});
    assert_eq!(
        company.admin.fault(OUTBOX, web_chat).await?,
        "BAD_USER_INPUT"
    );
    // A chat of another channel is none of this one's.
    let other = Bridge::connect(&company.admin, "API", "Otro", &[]).await?;
    let foreign = json!({"messageId": Uuid::new_v4(), "state": "READ"});
    let result = report(&other, &chat_id, foreign.clone()).await?;
    assert_eq!(result.text("/userErrors/0/code"), "NOT_FOUND");
    let result = report(&bridge, &chat_id, foreign).await?;
    assert_eq!(result.text("/userErrors/0/code"), "MESSAGE_NOT_FOUND");
    let web = company.visitor().await?;
    web.write("hola").await?;
    Ok(())
}
