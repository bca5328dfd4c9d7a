//! Comments under publications, on channels that an integrator's program carries (C6, C7, E1-E4).

use anyhow::{Context as _, Result};
use hilo_tests::company::hire;
use hilo_tests::queries::{
    CHAT_COMPOSER, RECEIVE_MESSAGES, REPORT_CHANGES, REPORT_MESSAGES, RETRY_MESSAGE,
    SWITCH_COMMENTS,
};
use hilo_tests::{At as _, Bridge, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

const THREAD: &str = "query($id: ID!) { chat(id: $id) { state unreadCount unanswered contact { handle name }
  messages(last: 50) { nodes { id text direction medium actions state tick replyToComment deletedAt erased
    comment { commentId postId parentId permalink postText } } } } }";
const SEND: &str = "mutation($input: SendMessageInput!) { sendMessage(input: $input) {
  position message { id medium state replyToComment } userErrors { code message field limit } } }";
const OUTBOX: &str = "query($id: ID!) { outbox(channelId: $id) { items {
  messageId text handle replyToComment comment { commentId postId } } } }";

/// A channel of a kind that takes comments.
async fn open_to_comments(company: &Company, kind: &str) -> Result<Bridge> {
    let bridge = Bridge::connect(&company.admin, kind, "Social", &[&company.ana_id]).await?;
    let switch = json!({"input": {"channelId": bridge.channel_id, "receive": true}});
    let switched = company.admin.act(SWITCH_COMMENTS, switch).await?;
    assert_eq!(switched.at("/channel/receivesComments"), true);
    Ok(bridge)
}

fn comment(id: &str, handle: &str, text: &str) -> Value {
    json!({"externalId": id, "handle": handle, "text": text, "comment": {
        "postId": "post-7", "parentId": "post-7", "postText": "Cerámica nueva",
        "permalink": format!("https://social.example/post-7?comment={id}")}})
}

async fn thread(client: &Client, chat: &str) -> Result<Vec<Value>> {
    let seen = client.get(THREAD, json!({"id": chat})).await?;
    Ok(seen.list("/chat/messages/nodes").to_vec())
}

fn reply(chat: &str, to: &Value, text: &str) -> Value {
    json!({"input": {"chatId": chat, "replyToComment": to, "text": text,
        "clientMessageId": Uuid::new_v4()}})
}

#[tokio::test]
async fn e1_comments_are_off_until_an_administrator_switches_them_on() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "INSTAGRAM", "Insta", &[&company.ana_id]).await?;
    let refused = bridge.push(comment("c-1", "lucia", "¿precio?")).await?;
    assert_eq!(refused.text("/status"), "REJECTED");
    assert_eq!(refused.text("/userErrors/0/code"), "COMMENTS_NOT_RECEIVED");
    assert_eq!(refused.text("/userErrors/0/field"), "comment");
    // Messages of the same channel come in all the same.
    let message = json!({"externalId": "m-1", "handle": "lucia", "text": "hola"});
    assert_eq!(bridge.push(message).await?.text("/status"), "ACCEPTED");

    let switch = |receive| json!({"input": {"channelId": bridge.channel_id, "receive": receive}});
    company.admin.act(SWITCH_COMMENTS, switch(true)).await?;
    let pushed = comment("c-1", "lucia", "¿precio?");
    assert_eq!(
        bridge.push(pushed.clone()).await?.text("/status"),
        "ACCEPTED"
    );
    company.admin.act(SWITCH_COMMENTS, switch(false)).await?;
    assert_eq!(bridge.push(pushed).await?.text("/status"), "DUPLICATE");
    let refused = bridge.push(comment("c-2", "lucia", "¿y ahora?")).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "COMMENTS_NOT_RECEIVED");

    // It is no agent's to switch, and SMS has none.
    let by_ana = company.ana.fault(SWITCH_COMMENTS, switch(true)).await?;
    assert_eq!(by_ana, "FORBIDDEN");
    let sms = Bridge::connect(&company.admin, "SMS", "Móvil", &[]).await?;
    let input = json!({"input": {"channelId": sms.channel_id, "receive": true}});
    let refused = company.admin.try_act(SWITCH_COMMENTS, input).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "COMMENTS_NOT_THERE");
    Ok(())
}

#[tokio::test]
async fn e2_c7_a_comment_opens_a_chat_and_says_where_it_stands() -> Result<()> {
    let company = Company::found().await?;
    let bridge = open_to_comments(&company, "MESSENGER").await?;
    let pushed = bridge.push(comment("c-1", "lucia", "¿precio?")).await?;
    let chat = pushed.text("/chatId");
    let seen = company.ana.get(THREAD, json!({"id": chat})).await?;
    assert_eq!(seen.text("/chat/state"), "ACTIVE");
    assert_eq!(seen.at("/chat/unreadCount"), 1);
    let lines = thread(&company.ana, chat).await?;
    let line = lines.first().context("no comment")?;
    assert_eq!(line.text("/medium"), "COMMENT");
    assert_eq!(line.at("/actions"), &json!(["REPLY_TO_COMMENT"]));
    let place = json!({"commentId": "c-1", "postId": "post-7", "parentId": null,
        "permalink": "https://social.example/post-7?comment=c-1", "postText": "Cerámica nueva"});
    assert_eq!(line.at("/comment"), &place);
    // Another commenter under the same publication has a chat of their own.
    let other = bridge.push(comment("c-2", "marek", "super!")).await?;
    assert_ne!(other.text("/chatId"), chat);
    // What would run in a browser is no address, and an empty id no publication.
    let mut evil = comment("c-3", "lucia", "mira");
    evil["comment"]["permalink"] = json!("javascript:alert(1)");
    bridge.push(evil).await?;
    let lines = thread(&company.ana, chat).await?;
    let last = lines.last().context("no comment")?;
    assert!(last.at("/comment/permalink").is_null());
    let mut nowhere = comment("c-4", "lucia", "hola");
    nowhere["comment"]["postId"] = json!("");
    let refused = bridge.push(nowhere).await?;
    assert_eq!(refused.text("/userErrors/0/field"), "postId");
    Ok(())
}

#[tokio::test]
async fn e3_a_reply_goes_to_the_comment_and_never_to_the_contact_alone() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let bridge = open_to_comments(&company, "INSTAGRAM").await?;
    let pushed = bridge.push(comment("c-1", "lucia", "¿precio?")).await?;
    let (chat, to) = (pushed.text("/chatId"), pushed.at("/messageId"));

    let composer = ana.get(CHAT_COMPOSER, json!({"id": chat})).await?;
    let state = composer.text("/chat/composer/state");
    assert_eq!(
        (state, composer.text("/chat/composer/reason")),
        ("CLOSED", "COMMENTS_ONLY")
    );
    let plain =
        json!({"input": {"chatId": chat, "text": "hola", "clientMessageId": Uuid::new_v4()}});
    let refused = ana.try_act(SEND, plain).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "REPLY_WINDOW_CLOSED");

    let sent = ana.act(SEND, reply(chat, to, "Son 20 €")).await?;
    assert_eq!(sent.text("/message/medium"), "COMMENT");
    assert_eq!(sent.at("/message/replyToComment"), to);
    let waiting = bridge
        .by
        .get(OUTBOX, json!({"id": bridge.channel_id}))
        .await?;
    let item = waiting.at("/outbox/items/0");
    assert_eq!(item.text("/text"), "Son 20 €");
    assert_eq!(item.at("/replyToComment"), to);
    assert_eq!(
        item.at("/comment"),
        &json!({"commentId": "c-1", "postId": "post-7"})
    );

    // Accepted is all that is ever known of it (D3).
    let id = sent.at("/message/id");
    let report = |state: &str| {
        json!({"input": {"channelId": bridge.channel_id, "reports": [
        {"chatId": chat, "messageId": id, "state": state, "cause": if state == "FAILED" { json!("GONE") } else { json!(null) }}]}})
    };
    for state in ["SENT", "READ"] {
        bridge.by.act(REPORT_MESSAGES, report(state)).await?;
    }
    let lines = thread(ana, chat).await?;
    let shown = lines.last().context("no reply")?;
    assert_eq!((shown.text("/state"), shown.text("/tick")), ("SENT", "ONE"));
    bridge.by.act(REPORT_MESSAGES, report("FAILED")).await?;
    let lines = thread(ana, chat).await?;
    let shown = lines.last().context("no reply")?;
    assert_eq!(shown.at("/actions"), &json!(["RETRY"]));
    let again = json!({"input": {"chatId": chat, "messageId": id}});
    ana.act(RETRY_MESSAGE, again).await?;
    let waiting = bridge
        .by
        .get(OUTBOX, json!({"id": bridge.channel_id}))
        .await?;
    assert_eq!(waiting.at("/outbox/items/0/comment/commentId"), "c-1");
    Ok(())
}

#[tokio::test]
async fn e3_what_is_no_comment_of_this_chat_is_not_replied_to() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let bridge = open_to_comments(&company, "INSTAGRAM").await?;
    let pushed = bridge.push(comment("c-1", "lucia", "¿precio?")).await?;
    let (chat, to) = (pushed.text("/chatId"), pushed.at("/messageId"));
    let other = bridge.push(comment("c-2", "marek", "super!")).await?;
    let message = json!({"externalId": "m-1", "handle": "lucia", "text": "hola"});
    let message = bridge.push(message).await?;
    for wrong in [
        other.at("/messageId"),
        message.at("/messageId"),
        &json!(Uuid::new_v4()),
    ] {
        let refused = ana.try_act(SEND, reply(chat, wrong, "sí")).await?;
        assert_eq!(refused.text("/userErrors/0/code"), "COMMENT_NOT_FOUND");
        assert_eq!(refused.text("/userErrors/0/field"), "replyToComment");
    }
    let long = ana.try_act(SEND, reply(chat, to, &"ñ".repeat(301))).await?;
    assert_eq!(long.text("/userErrors/0/code"), "TEXT_TOO_LONG");
    assert_eq!(long.at("/userErrors/0/limit"), 300);
    let mut quoting = reply(chat, to, "sí");
    quoting["input"]["quotes"] = to.clone();
    let refused = ana.try_act(SEND, quoting).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "ONLY_REPLY_TO_COMMENT");
    // Nobody replies in a chat that they do not see, and a key that came with another comment is no repetition.
    let (bruno, _) = hire(
        &company.admin,
        "Bruno",
        "bruno@taller.example",
        "AGENT",
        &[],
    )
    .await?;
    let unseen = bruno.fault(SEND, reply(chat, to, "sí")).await?;
    assert_eq!(unseen, "NOT_FOUND");
    let first = reply(chat, to, "sí");
    ana.act(SEND, first.clone()).await?;
    let mut to_the_contact = first;
    to_the_contact["input"]["replyToComment"] = json!(null);
    assert_eq!(
        ana.fault(SEND, to_the_contact).await?,
        "IDEMPOTENCY_CONFLICT"
    );
    Ok(())
}

#[tokio::test]
async fn e4_several_replies_to_one_comment_are_all_shown_under_it() -> Result<()> {
    let company = Company::found().await?;
    let bridge = open_to_comments(&company, "API").await?;
    let input = json!({"channelId": bridge.channel_id, "messages": [
        comment("c-1", "lucia", "¿precio?"), comment("c-2", "lucia", "¿y envío?")]});
    let pushed = bridge
        .by
        .act(RECEIVE_MESSAGES, json!({"input": input}))
        .await?;
    let chat = pushed.text("/results/0/chatId");
    let to = pushed.at("/results/0/messageId");
    for text in ["20 €", "y el envío es gratis", "hoy"] {
        company.ana.act(SEND, reply(chat, to, text)).await?;
    }
    let lines = thread(&company.ana, chat).await?;
    let replies = lines.iter().filter(|line| line.at("/replyToComment") == to);
    let said: Vec<&str> = replies.map(|line| line.text("/text")).collect();
    assert_eq!(said, ["20 €", "y el envío es gratis", "hoy"]);
    let mediums = lines.iter().all(|line| line.text("/medium") == "COMMENT");
    assert!(mediums && lines.len() == 5);
    Ok(())
}

#[tokio::test]
async fn e2_a_comment_that_its_writer_changed_or_removed_is_so_here() -> Result<()> {
    let company = Company::found().await?;
    let ana = &company.ana;
    let bridge = open_to_comments(&company, "MESSENGER").await?;
    let change = async |id: &str, handle: &str, what: Value| {
        let mut change = json!({"externalId": id, "handle": handle});
        if let (Some(change), Some(what)) = (change.as_object_mut(), what.as_object()) {
            change.extend(what.clone());
        }
        let input = json!({"input": {"channelId": bridge.channel_id, "changes": [change]}});
        bridge.by.act(REPORT_CHANGES, input).await
    };
    // Told before the comment itself it is refused, and can be told again.
    let early = change("c-1", "lucia", json!({"text": "¿precio, por favor?"})).await?;
    let code = early.text("/results/0/userErrors/0/code");
    assert_eq!(code, "MESSAGE_NOT_FOUND");
    let pushed = bridge.push(comment("c-1", "lucia", "¿precio?")).await?;
    let (chat, to) = (pushed.text("/chatId"), pushed.at("/messageId"));
    for _ in 0..2 {
        let told = change("c-1", "lucia", json!({"text": "¿precio, por favor?"})).await?;
        assert_eq!(told.at("/results/0/taken"), true);
    }
    let lines = thread(ana, chat).await?;
    let line = lines.last().context("no comment")?;
    assert_eq!(line.text("/text"), "¿precio, por favor?");
    assert_eq!(line.text("/medium"), "COMMENT");
    // Nobody changes what another one wrote.
    let other = change("c-1", "marek", json!({"removed": true})).await?;
    assert!(!other.list("/results/0/userErrors").is_empty());
    let sent = ana.act(SEND, reply(chat, to, "20 €")).await?;
    assert!(sent.at("/message/id").is_string());

    for _ in 0..2 {
        let told = change("c-1", "lucia", json!({"removed": true})).await?;
        assert_eq!(told.at("/results/0/taken"), true);
    }
    let lines = thread(ana, chat).await?;
    let line = lines.first().context("no comment")?;
    assert!(line.at("/text").is_null() && line.at("/deletedAt").is_string());
    assert_eq!(line.at("/actions"), &json!([]));
    let refused = ana.try_act(SEND, reply(chat, to, "¿sigue ahí?")).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "COMMENT_REMOVED");
    let neither = json!({"input": {"channelId": bridge.channel_id,
        "changes": [{"externalId": "c-1", "handle": "lucia"}]}});
    assert_eq!(
        bridge.by.fault(REPORT_CHANGES, neither).await?,
        "BAD_USER_INPUT"
    );
    Ok(())
}
