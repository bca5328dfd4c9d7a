//! Chats of colleagues among themselves (A13, B9): members only, unread for each, an auditor's look on record.

use std::time::Duration;

use anyhow::Result;
use hilo_tests::company::{chat_saying, chats, hire};
use hilo_tests::queries::{MARK_CHAT_READ, SEND_MESSAGE};
use hilo_tests::socket::{Next, Socket};
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

const OPEN: &str = "mutation($input: OpenInternalChatInput!) { openInternalChat(input: $input) {
  chat { id channel { kind } internal { direct title members { id } } } position
  userErrors { code message field limit } } }";
const CHAT: &str = "query($id: ID!) { chat(id: $id) { id mark unreadCount unanswered state
  internal { direct title members { name } }
  messages(last: 50) { nodes { id text state tick author { agent { name } } mentions { name }
    reactions { emoji by { agent { name } } } } }
  acts { kind actor { agent { name } } members { name } } } }";
const COUNTERS: &str = "{ counters { active unread colleagues { active unread unreadMessages }
  channels { channelId } } }";
const AUDIT: &str = "mutation($input: AuditInternalChatInput!) { auditInternalChat(input: $input) {
  chat { id internal { title members { name } } messages { nodes { text tick author { agent { name } } } }
    acts { kind } } position userErrors { code } } }";

fn mutation(name: &str) -> String {
    let type_name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ position pending
           userErrors {{ code message field limit }} }} }}"
    )
}

async fn done(client: &Client, name: &str, input: Value) -> Result<()> {
    let payload = client.act(&mutation(name), json!({"input": input})).await;
    payload.map(drop)
}

async fn code(client: &Client, name: &str, input: Value) -> Result<String> {
    let payload = client
        .try_act(&mutation(name), json!({"input": input}))
        .await?;
    Ok(payload.text("/userErrors/0/code").to_owned())
}

async fn open(client: &Client, with: &[&str], title: Option<&str>) -> Result<String> {
    let input = json!({"agentIds": with, "title": title});
    let payload = client.act(OPEN, json!({"input": input})).await?;
    Ok(payload.text("/chat/id").to_owned())
}

async fn write(client: &Client, id: &str, text: &str) -> Result<String> {
    let input = json!({"chatId": id, "text": text, "clientMessageId": Uuid::new_v4()});
    let sent = client.act(SEND_MESSAGE, json!({"input": input})).await?;
    Ok(sent.text("/message/id").to_owned())
}

async fn thread(client: &Client, id: &str) -> Result<Value> {
    let data = client.get(CHAT, json!({"id": id})).await?;
    Ok(data.at("/chat").clone())
}

async fn counters(client: &Client) -> Result<Value> {
    let data = client.get(COUNTERS, json!({})).await?;
    Ok(data.at("/counters").clone())
}

async fn marek(company: &Company) -> Result<(Client, String)> {
    let channels = [company.channel_id.as_str()];
    hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &channels,
    )
    .await
}

/// To whom a chat is not there at all.
async fn sees_nothing(client: &Client, id: &str, text: &str) -> Result<()> {
    assert_eq!(client.fault(CHAT, json!({"id": id})).await?, "NOT_FOUND");
    assert!(chats(client, None).await?.is_empty());
    let search =
        "query($text: String!) { searchMessages(text: $text) { nodes { snippet { text } } } }";
    let found = client.get(search, json!({"text": text})).await?;
    assert!(found.list("/searchMessages/nodes").is_empty(), "{found}");
    let counted = counters(client).await?;
    assert_eq!(counted.at("/active"), 0);
    assert_eq!(counted.at("/colleagues/active"), 0);
    for (name, input) in [
        ("markChatRead", json!({"chatId": id})),
        ("archiveChat", json!({"chatId": id})),
        ("starChat", json!({"chatId": id})),
        (
            "addInternalChatMembers",
            json!({"chatId": id, "agentIds": []}),
        ),
        ("renameInternalChat", json!({"chatId": id, "title": "x"})),
    ] {
        let fault = client
            .fault(&mutation(name), json!({"input": input}))
            .await?;
        assert!(
            ["NOT_FOUND", "FORBIDDEN"].contains(&fault.as_str()),
            "{name}: {fault}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a13_a_chat_is_found_by_the_other_colleagues_name_and_only_by_its_members() -> Result<()> {
    let company = Company::found().await?;
    let (marek, marek_id) = marek(&company).await?;
    let id = open(&company.ana, &[&marek_id], None).await?;
    write(&marek, &id, "cześć").await?;
    let search = "query($text: String!) { searchChats(text: $text) {
        nodes { chat { id } matches { field text } } } }";
    let found = async |client: &Client, text: &str| -> Result<Value> {
        let data = client.get(search, json!({"text": text})).await?;
        Ok(data.at("/searchChats/nodes").clone())
    };
    let hit = json!([{"chat": {"id": id}, "matches": [{"field": "COLLEAGUE", "text": "Marek"}]}]);
    assert_eq!(found(&company.ana, "mare").await?, hit);
    assert_eq!(
        found(&marek, "marek").await?,
        json!([]),
        "nobody looks for themselves"
    );
    assert_eq!(
        found(&company.admin, "marek").await?,
        json!([]),
        "no member"
    );
    Ok(())
}

#[tokio::test]
async fn a13_two_agents_talk_in_the_same_product_and_nobody_else_hears_it() -> Result<()> {
    let company = Company::found().await?;
    let (marek, marek_id) = marek(&company).await?;
    let id = open(&company.ana, &[&marek_id], None).await?;
    assert_eq!(
        open(&marek, &[&company.ana_id], None).await?,
        id,
        "one between two"
    );
    let said = write(&company.ana, &id, "comemos juntos").await?;

    let row = chats(&marek, None).await?.remove(0);
    assert_eq!(row.text("/id"), id);
    assert_eq!(row.text("/channel/kind"), "INTERNAL");
    assert_eq!(
        (row.text("/mark"), row.at("/unreadCount")),
        ("UNREAD", &json!(1))
    );
    assert_eq!(row.text("/lastMessage/author/agent/id"), company.ana_id);
    let own = thread(&company.ana, &id).await?;
    assert_eq!(
        (own.text("/mark"), own.at("/unreadCount")),
        ("NONE", &json!(0))
    );
    assert_eq!(
        own.text("/messages/nodes/0/tick"),
        "ONE",
        "it is with the other"
    );
    assert_eq!(own.at("/internal/direct"), true);
    assert_eq!(own.list("/internal/members").len(), 2);
    assert_eq!(own.text("/acts/0/kind"), "OPENED");

    // Read for Marek alone; then the writer sees that all have read.
    marek
        .act(MARK_CHAT_READ, json!({"input": {"chatId": id}}))
        .await?;
    assert_eq!(thread(&marek, &id).await?.text("/mark"), "NONE");
    let own = thread(&company.ana, &id).await?;
    assert_eq!(own.text("/messages/nodes/0/tick"), "TWO");
    done(&marek, "markChatUnread", json!({"chatId": id})).await?;
    assert_eq!(thread(&marek, &id).await?.text("/mark"), "UNREAD");
    assert_eq!(thread(&company.ana, &id).await?.text("/mark"), "NONE");

    // Each reacts for themselves, and only its writer changes a message.
    for client in [&company.ana, &marek] {
        let input = json!({"chatId": id, "messageId": said, "emoji": "👍"});
        done(client, "reactToMessage", input).await?;
    }
    let reactions = thread(&marek, &id).await?;
    assert_eq!(reactions.list("/messages/nodes/0/reactions").len(), 2);
    let edit = json!({"chatId": id, "messageId": said, "text": "cenamos"});
    assert_eq!(
        code(&marek, "editMessage", edit.clone()).await?,
        "NOT_OWN_MESSAGE"
    );
    done(&company.ana, "editMessage", edit).await?;

    // Not even an administrator sees it (A4 is about customers), nor are its settings anybody's.
    sees_nothing(&company.admin, &id, "cenamos").await?;
    for client in [&company.admin, &company.ana] {
        let listed = client.get("{ channels { kind } }", json!({})).await?;
        assert_eq!(listed.list("/channels").len(), 1);
        let one = "query($id: ID!) { channel(id: $id) { id } }";
        assert_eq!(client.fault(one, json!({"id": id})).await?, "NOT_FOUND");
    }
    // What is for customers is not for colleagues.
    for (name, input) in [
        ("takeChat", json!({"chatId": id})),
        ("snoozeChat", json!({"chatId": id})),
        ("blockContact", json!({"chatId": id})),
    ] {
        assert_eq!(
            code(&company.ana, name, input).await?,
            "NOT_IN_INTERNAL_CHAT"
        );
    }
    Ok(())
}

#[tokio::test]
#[expect(
    clippy::too_many_lines,
    reason = "one story of a group from its opening to its end"
)]
async fn a13_members_come_to_a_group_and_leave_it() -> Result<()> {
    let company = Company::found().await?;
    let (marek, marek_id) = marek(&company).await?;
    let viewer = "{ viewer { agent { id } } }";
    let irene = company.admin.get(viewer, json!({})).await?;
    let irene = irene.text("/viewer/agent/id");
    let key = Uuid::new_v4();
    let group = json!({"agentIds": [marek_id], "title": "Taller", "idempotencyKey": key});
    let opened = company.ana.act(OPEN, json!({"input": group})).await?;
    let again = company.ana.act(OPEN, json!({"input": group})).await?;
    let id = opened.text("/chat/id").to_owned();
    assert_eq!(
        (again.text("/chat/id"), opened.text("/chat/internal/title")),
        (id.as_str(), "Taller")
    );
    let other = json!({"agentIds": [marek_id], "title": "Otro", "idempotencyKey": key});
    let fault = company.ana.fault(OPEN, json!({"input": other})).await?;
    assert_eq!(fault, "IDEMPOTENCY_CONFLICT");

    let bot =
        "mutation { createBot(input: { name: \"Hilda\" }) { bot { id } userErrors { code } } }";
    let bot = company.admin.act(bot, json!({})).await?;
    let add = |agent: &str| json!({"chatId": id, "agentIds": [agent]});
    let refused = code(
        &company.ana,
        "addInternalChatMembers",
        add(bot.text("/bot/id")),
    )
    .await?;
    assert_eq!(refused, "MEMBER_NOT_ALLOWED");
    write(&company.ana, &id, "antes de Irene").await?;
    done(&company.ana, "addInternalChatMembers", add(irene)).await?;
    let seen = thread(&company.admin, &id).await?;
    assert_eq!(seen.text("/messages/nodes/0/text"), "antes de Irene");
    assert_eq!(seen.at("/unreadCount"), 0, "what was before is not unread");
    done(
        &marek,
        "renameInternalChat",
        json!({"chatId": id, "title": null}),
    )
    .await?;

    let input = json!({"chatId": id, "text": "@Marek mira", "clientMessageId": Uuid::new_v4(),
        "mentions": [marek_id]});
    company
        .ana
        .act(SEND_MESSAGE, json!({"input": input}))
        .await?;
    let seen = thread(&marek, &id).await?;
    assert_eq!(seen.text("/messages/nodes/1/mentions/0/name"), "Marek");
    assert_eq!(seen.at("/unreadCount"), 2);

    // Whoever is taken out is told to read the list afresh, and sees it no more.
    let mut socket = Socket::open(&marek).await?;
    let follow = "subscription { inbox { resync } }";
    socket.subscribe("1", follow, json!({})).await?;
    let out = json!({"chatId": id, "agentId": marek_id});
    let told = loop {
        done(&company.ana, "removeInternalChatMember", out.clone()).await?;
        match socket.next(Duration::from_secs(5)).await? {
            Next::Message(message) => break message,
            Next::Silence => {}
            Next::Closed(code) => panic!("closed with {code:?}"),
        }
    };
    assert_eq!(told.at("/payload/data/inbox/resync"), true, "{told}");
    sees_nothing(&marek, &id, "mira").await?;
    let seen = thread(&company.admin, &id).await?;
    let kinds: Vec<_> = seen
        .list("/acts")
        .iter()
        .map(|act| act.text("/kind"))
        .collect();
    assert_eq!(
        kinds,
        ["OPENED", "MEMBERS_ADDED", "RENAMED", "MEMBER_REMOVED"]
    );
    assert_eq!(seen.text("/acts/3/members/0/name"), "Marek");
    assert_eq!(seen.at("/internal/title"), &Value::Null);
    for (client, agent) in [
        (&company.admin, irene),
        (&company.ana, company.ana_id.as_str()),
    ] {
        let leave = json!({"chatId": id, "agentId": agent});
        done(client, "removeInternalChatMember", leave).await?;
    }
    sees_nothing(&company.ana, &id, "mira").await
}

#[tokio::test]
async fn a13_an_auditors_reading_is_an_audited_act() -> Result<()> {
    let company = Company::found().await?;
    let (marek, marek_id) = marek(&company).await?;
    let (olga, _) = hire(
        &company.admin,
        "Olga",
        "olga@taller.example",
        "AUDITOR",
        &[],
    )
    .await?;
    let id = open(&company.ana, &[&marek_id], Some("Sueldos")).await?;
    write(&company.ana, &id, "un secreto").await?;
    sees_nothing(&olga, &id, "secreto").await?;

    // The journal tells that they talk, and not of what.
    let journal = "{ journal(first: 100) { events { type aggregateId payload } } }";
    let journal = olga.get(journal, json!({})).await?;
    let events = journal.list("/journal/events").iter();
    let of_chat: Vec<_> = events
        .filter(|event| event.text("/aggregateId") == id)
        .collect();
    assert_eq!(of_chat.len(), 2, "{of_chat:?}");
    let text = format!("{of_chat:?}");
    assert!(
        !text.contains("secreto") && !text.contains("Sueldos"),
        "{text}"
    );

    for client in [&company.admin, &company.ana] {
        let fault = client
            .fault(AUDIT, json!({"input": {"chatId": id}}))
            .await?;
        assert_eq!(fault, "FORBIDDEN");
    }
    let unknown = json!({"input": {"chatId": Uuid::new_v4()}});
    assert_eq!(olga.fault(AUDIT, unknown).await?, "NOT_FOUND");
    let looked = olga
        .act(AUDIT, json!({"input": {"chatId": id, "last": 10}}))
        .await?;
    let message = looked.at("/chat/messages/nodes/0");
    assert_eq!(
        (message.text("/text"), message.text("/tick")),
        ("un secreto", "ONE")
    );
    assert_eq!(looked.text("/chat/internal/title"), "Sueldos");
    sees_nothing(&olga, &id, "secreto").await?;
    let seen = thread(&marek, &id).await?;
    let last = seen.list("/acts").last().cloned().unwrap_or_default();
    assert_eq!(last.text("/kind"), "AUDITED");
    assert_eq!(last.text("/actor/agent/name"), "Olga");
    assert_eq!(
        seen.at("/unreadCount"),
        1,
        "an auditor reads nothing for others"
    );
    Ok(())
}

#[tokio::test]
async fn b4_the_red_mark_counts_what_i_have_not_read_among_colleagues() -> Result<()> {
    let company = Company::found().await?;
    let (marek, marek_id) = marek(&company).await?;
    let mut socket = Socket::open(&marek).await?;
    let follow = "subscription { inbox { resync chats { id unreadCount mark }
        counters { unread colleagues { active unread unreadMessages } } } }";
    socket.subscribe("1", follow, json!({})).await?;
    let mut told = Value::Null;
    // Who subscribes is told from then on: write until it is heard.
    let mut id = String::new();
    for n in 0..20 {
        id = open(&company.ana, &[&marek_id], None).await?;
        write(&company.ana, &id, &format!("hola {n}")).await?;
        while let Next::Message(message) = socket.next(Duration::from_millis(500)).await? {
            told = message.at("/payload/data/inbox").clone();
        }
        if told != Value::Null {
            break;
        }
    }
    let fresh = counters(&marek).await?;
    assert_eq!(
        told.at("/counters/colleagues"),
        fresh.at("/colleagues"),
        "{told}"
    );
    assert_eq!(fresh.at("/colleagues/unread"), 1);
    assert_eq!(fresh.at("/unread"), 0, "the team has nothing to read");
    assert_eq!(told.text("/chats/0/mark"), "UNREAD");
    assert_eq!(counters(&company.ana).await?.at("/colleagues/unread"), 0);

    let unread = chats_unread(&marek).await?;
    assert_eq!(unread, [id.as_str()]);
    assert!(chats_unread(&company.ana).await?.is_empty(), "Ana wrote it");
    marek
        .act(MARK_CHAT_READ, json!({"input": {"chatId": id}}))
        .await?;
    assert_eq!(counters(&marek).await?.at("/colleagues/unread"), 0);
    assert!(chats_unread(&marek).await?.is_empty());
    Ok(())
}

async fn chats_unread(client: &Client) -> Result<Vec<String>> {
    let list = "{ chats(filter: { unread: true }) { nodes { id } } }";
    let data = client.get(list, json!({})).await?;
    let nodes = data.list("/chats/nodes").iter();
    Ok(nodes.map(|chat| chat.text("/id").to_owned()).collect())
}

#[tokio::test]
async fn b9_colleagues_are_in_the_list_of_everyone_and_have_one_of_their_own() -> Result<()> {
    let company = Company::found().await?;
    let (marek, marek_id) = marek(&company).await?;
    company.visitor().await?.write("soy un cliente").await?;
    chat_saying(&company.ana, "soy un cliente").await?;
    let direct = open(&company.ana, &[&marek_id], None).await?;
    let group = open(&company.ana, &[&marek_id], Some("Taller")).await?;
    write(&company.ana, &direct, "hola").await?;
    let list = async |client: &Client, filter: Value| -> Result<Vec<String>> {
        let list = "query($filter: ChatFilter) { chats(filter: $filter) { nodes { id } } }";
        let data = client.get(list, json!({"filter": filter})).await?;
        let nodes = data.list("/chats/nodes").iter();
        Ok(nodes.map(|chat| chat.text("/id").to_owned()).collect())
    };
    let colleagues = json!({"writer": "COLLEAGUES"});
    assert_eq!(list(&marek, json!({"writer": "EVERYONE"})).await?.len(), 3);
    assert_eq!(
        list(&marek, colleagues.clone()).await?,
        [direct.clone(), group]
    );
    let unread = json!({"writer": "COLLEAGUES", "unread": true});
    assert_eq!(list(&marek, unread.clone()).await?, [direct]);
    assert!(list(&company.ana, unread).await?.is_empty());
    let of_shop = json!({"writer": "COLLEAGUES", "channelIds": [company.channel_id]});
    assert!(list(&marek, of_shop).await?.is_empty());
    assert!(list(&company.admin, colleagues).await?.is_empty());
    Ok(())
}
