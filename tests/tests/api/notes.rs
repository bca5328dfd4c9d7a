//! What is in a chat beside what was sent: private notes (P3), drafts (F8-F10), and what agents do with messages (C6).

use anyhow::Result;
use hilo_tests::company::hire;
use hilo_tests::queries::{
    ARCHIVE_CHAT, GRANT_CHANNEL_ACCESS, MARK_CHAT_READ, REVOKE_CHANNEL_ACCESS, SEND_MESSAGE,
};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::marks::chatting;

const THREAD: &str =
    "query($id: ID!) { chat(id: $id) { position mark unanswered lastMessage { text }
  draft { text quotes }
  messages(last: 50) { nodes { id direction text quotes editedAt deletedAt mentions { id }
    reactions { emoji by { kind } } } } } }";

fn mutation(name: &str) -> String {
    let type_name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ position pending
           userErrors {{ code message field limit }} }} }}"
    )
}

async fn try_do(client: &Client, name: &str, input: Value) -> Result<Value> {
    client
        .try_act(&mutation(name), json!({"input": input}))
        .await
}

async fn done(client: &Client, name: &str, input: Value) -> Result<()> {
    client
        .act(&mutation(name), json!({"input": input}))
        .await
        .map(drop)
}

async fn code(client: &Client, name: &str, input: Value) -> Result<String> {
    let payload = try_do(client, name, input).await?;
    Ok(payload.text("/userErrors/0/code").to_owned())
}

async fn thread(client: &Client, id: &str) -> Result<Value> {
    let data = client.get(THREAD, json!({"id": id})).await?;
    Ok(data.at("/chat").clone())
}

async fn send(client: &Client, id: &str, text: &str) -> Result<String> {
    let input = json!({"chatId": id, "text": text, "clientMessageId": Uuid::new_v4()});
    let sent = client.act(SEND_MESSAGE, json!({"input": input})).await?;
    Ok(sent.text("/message/id").to_owned())
}

fn line<'v>(thread: &'v Value, text: &str) -> &'v Value {
    let mut lines = thread.list("/messages/nodes").iter();
    lines
        .rfind(|line| line.text("/text") == text)
        .unwrap_or(&Value::Null)
}

#[tokio::test]
async fn p3_a_note_stands_in_the_thread_changes_no_mark_and_never_reaches_the_contact() -> Result<()>
{
    let (company, visitor, id) = chatting().await?;
    let key = Uuid::new_v4();
    let note = json!({"chatId": id, "text": "ojo: cliente antiguo", "idempotencyKey": key,
        "mentions": [company.ana_id]});
    for _ in 0..2 {
        done(&company.admin, "addNote", note.clone()).await?;
    }
    let other = json!({"chatId": id, "text": "otra", "idempotencyKey": key});
    let fault = company
        .admin
        .fault(&mutation("addNote"), json!({"input": other}))
        .await?;
    assert_eq!(fault, "IDEMPOTENCY_CONFLICT");

    let seen = thread(&company.ana, &id).await?;
    assert_eq!(seen.list("/messages/nodes").len(), 2, "once: {seen}");
    let note = line(&seen, "ojo: cliente antiguo");
    assert_eq!(note.text("/direction"), "INTERNAL");
    assert_eq!(note.text("/mentions/0/id"), company.ana_id);
    assert_eq!(seen.text("/lastMessage/text"), "hola");
    assert_eq!(*seen.at("/unanswered"), true, "a note is no answer");
    send(&company.admin, &id, "fin").await?;
    let mut window = visitor.stream(0).await?;
    loop {
        let item = window.next().await?.to_string();
        assert!(!item.contains("antiguo"), "{item}");
        if item.contains("fin") {
            break;
        }
    }

    let own = json!({"chatId": id, "noteId": note.at("/id"), "text": "cambiada"});
    assert_eq!(
        code(&company.ana, "editNote", own.clone()).await?,
        "NOT_OWN_MESSAGE"
    );
    done(&company.admin, "editNote", own).await?;
    let seen = thread(&company.ana, &id).await?;
    assert!(!line(&seen, "cambiada").at("/editedAt").is_null());
    let empty = json!({"chatId": id, "text": "\u{200b}", "idempotencyKey": Uuid::new_v4()});
    assert_eq!(code(&company.ana, "addNote", empty).await?, "TEXT_EMPTY");
    Ok(())
}

/// A mention tells of the chat: only who can read it can be named.
#[tokio::test]
async fn p3_only_who_sees_the_chat_can_be_mentioned() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let (_, marek) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[],
    )
    .await?;
    let note = json!({"chatId": id, "text": "mira", "idempotencyKey": Uuid::new_v4(),
        "mentions": [marek]});
    assert_eq!(
        code(&company.ana, "addNote", note).await?,
        "MENTIONED_WITHOUT_ACCESS"
    );
    Ok(())
}

/// The caller's mention in a chat, and what they find by it.
async fn mention(client: &Client, id: &str) -> Result<(Value, usize, Value)> {
    const MENTIONED: &str = "query($id: ID!) {
        chat(id: $id) { mention { messageId by { agent { id } } text seen } }
        chats(filter: {mentioned: true}) { nodes { id } } counters { mentioned } }";
    let data = client.get(MENTIONED, json!({"id": id})).await?;
    let found = data.list("/chats/nodes").len();
    Ok((
        data.at("/chat/mention").clone(),
        found,
        data.at("/counters/mentioned").clone(),
    ))
}

/// P3: who is mentioned hears of it wherever the chat is, finds it, and has seen it once they open the chat; nobody else
/// does.
#[tokio::test]
async fn p3_a_mention_is_told_to_the_colleague_alone_until_they_open_the_chat() -> Result<()> {
    const TOLD: &str = "subscription { inbox { chats { id mention { text seen } }
        counters { mentioned } } }";
    let (company, _visitor, id) = chatting().await?;
    let (ana, admin) = (&company.ana, &company.admin);
    admin
        .act(ARCHIVE_CHAT, json!({"input": {"chatId": id}}))
        .await?;
    let mut of_ana = Socket::open(ana).await?;
    of_ana.subscribe("1", TOLD, json!({})).await?;
    let mut of_admin = Socket::open(admin).await?;
    of_admin.subscribe("1", TOLD, json!({})).await?;
    let note = json!({"chatId": id, "text": "mira esto", "idempotencyKey": Uuid::new_v4(),
        "mentions": [company.ana_id]});
    done(admin, "addNote", note).await?;
    let told = of_ana.update().await?;
    assert_eq!(
        told.at("/data/inbox/chats/0/mention"),
        &json!({"text": "mira esto", "seen": false})
    );
    assert_eq!(told.number("/data/inbox/counters/mentioned"), 1);
    let told = of_admin.update().await?;
    assert!(told.at("/data/inbox/chats/0/mention").is_null(), "{told}");
    assert_eq!(mention(admin, &id).await?, (Value::Null, 0, json!(0)));
    let (waits, found, count) = mention(ana, &id).await?;
    assert_eq!((found, count), (1, json!(1)), "in the archive, too");
    let note = waits.text("/messageId").to_owned();

    let edited = json!({"chatId": id, "noteId": note, "text": "mira aquello",
        "mentions": [company.ana_id]});
    done(admin, "editNote", edited).await?;
    assert_eq!(mention(ana, &id).await?.0.text("/text"), "mira aquello");
    ana.act(MARK_CHAT_READ, json!({"input": {"chatId": id}}))
        .await?;
    let (seen, found, count) = mention(ana, &id).await?;
    assert_eq!(
        (seen.at("/seen"), found, count),
        (&json!(true), 1, json!(0))
    );

    // Without the channel there is nothing of it (A2).
    let access = json!({"input": {"channelId": company.channel_id, "agentId": company.ana_id}});
    admin.act(REVOKE_CHANNEL_ACCESS, access.clone()).await?;
    let none = ana
        .get(
            "{ chats(filter: {mentioned: true}) { nodes { id } } }",
            json!({}),
        )
        .await?;
    assert!(none.list("/chats/nodes").is_empty());
    admin.act(GRANT_CHANNEL_ACCESS, access).await?;
    done(admin, "deleteNote", json!({"chatId": id, "noteId": note})).await?;
    assert_eq!(mention(ana, &id).await?, (Value::Null, 0, json!(0)));
    Ok(())
}

/// On another device of the same agent it is there at once; nobody else ever hears of it; sending takes it away.
#[tokio::test]
async fn f8_f10_a_draft_is_its_writers_alone_on_every_device_until_it_is_sent() -> Result<()> {
    const DRAFTS: &str = "subscription($id: ID!, $after: Position) { chat(id: $id, after: $after) {
        chat { id draft { text } } } }";
    let (company, _visitor, id) = chatting().await?;
    let after = thread(&company.ana, &id).await?.at("/position").clone();
    let mut device = Socket::open(&company.ana).await?;
    device
        .subscribe("1", DRAFTS, json!({"id": id, "after": after}))
        .await?;
    let mut colleague = Socket::open(&company.admin).await?;
    colleague
        .subscribe("1", DRAFTS, json!({"id": id, "after": after}))
        .await?;

    let text = "  todavía no ";
    done(
        &company.ana,
        "saveDraft",
        json!({"chatId": id, "text": text}),
    )
    .await?;
    let told = device.update().await?;
    assert_eq!(told.text("/data/chat/chat/draft/text"), text, "as typed");
    assert_eq!(
        thread(&company.ana, &id).await?.text("/draft/text"),
        text,
        "after a reload"
    );
    assert!(thread(&company.admin, &id).await?.at("/draft").is_null());

    send(&company.ana, &id, "ya").await?;
    assert!(thread(&company.ana, &id).await?.at("/draft").is_null());
    let first = colleague.update().await?;
    assert!(
        first.at("/data/chat/chat/draft").is_null() && !first.to_string().contains("todavía"),
        "the first that the colleague hears is the message: {first}"
    );
    Ok(())
}

#[tokio::test]
async fn c6_messages_are_quoted_reacted_to_changed_and_withdrawn() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let asked = thread(&company.ana, &id).await?;
    let asked = line(&asked, "hola").text("/id").to_owned();
    let input = json!({"chatId": id, "text": "buenas", "quotes": asked,
        "clientMessageId": Uuid::new_v4()});
    let sent = company
        .ana
        .act(SEND_MESSAGE, json!({"input": input}))
        .await?;
    let sent = sent.text("/message/id").to_owned();
    let foreign = json!({"chatId": id, "text": "x", "quotes": Uuid::new_v4(),
        "clientMessageId": Uuid::new_v4()});
    let refused = company
        .ana
        .try_act(SEND_MESSAGE, json!({"input": foreign}))
        .await?;
    assert_eq!(
        refused.text("/userErrors/0/code"),
        "QUOTED_MESSAGE_NOT_FOUND"
    );

    let thumb = json!({"chatId": id, "messageId": asked, "emoji": "👍"});
    done(&company.ana, "reactToMessage", thumb).await?;
    let word = json!({"chatId": id, "messageId": asked, "emoji": "ok"});
    assert_eq!(
        code(&company.ana, "reactToMessage", word).await?,
        "EMOJI_INVALID"
    );
    let edit = json!({"chatId": id, "messageId": sent, "text": "buenos días"});
    assert_eq!(
        code(&company.admin, "editMessage", edit.clone()).await?,
        "NOT_OWN_MESSAGE"
    );
    done(&company.ana, "editMessage", edit).await?;
    let seen = thread(&company.admin, &id).await?;
    assert_eq!(line(&seen, "buenos días").text("/quotes"), asked);
    assert_eq!(line(&seen, "hola").text("/reactions/0/emoji"), "👍");

    done(
        &company.ana,
        "deleteMessage",
        json!({"chatId": id, "messageId": sent}),
    )
    .await?;
    let seen = thread(&company.admin, &id).await?;
    let gone = seen.list("/messages/nodes").last().cloned();
    let gone = gone.unwrap_or_default();
    assert!(gone.at("/text").is_null() && !gone.at("/deletedAt").is_null());
    Ok(())
}

/// A2: who has no access to the channel learns nothing of the chat.
#[tokio::test]
async fn c6_a_strangers_chat_is_not_there_for_notes_and_drafts() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let outsider = outsider(&company).await?;
    let text = json!({"chatId": id, "text": "x", "idempotencyKey": Uuid::new_v4()});
    let add = json!({"input": text});
    assert_eq!(
        outsider.fault(&mutation("addNote"), add).await?,
        "NOT_FOUND"
    );
    let draft = json!({"input": {"chatId": id, "text": "x"}});
    assert_eq!(
        outsider.fault(&mutation("saveDraft"), draft).await?,
        "NOT_FOUND"
    );
    Ok(())
}

async fn outsider(company: &Company) -> Result<Client> {
    let hired = hire(
        &company.admin,
        "Zofia",
        "zofia@taller.example",
        "AGENT",
        &[],
    )
    .await?;
    Ok(hired.0)
}
