//! Rows of the feature list that no other topic shows by their name: what a chat, its thread and its contact are to an
//! agent, through the API. One test a row, or for rows that are one act.

use anyhow::Result;
use hilo_tests::company::{chats, hire};
use hilo_tests::queries::{
    ARCHIVE_CHAT, ASSIGN_CHAT, MARK_CHAT_READ, RECEIVE_MESSAGES, REOPEN_CHAT, SEND_MESSAGE,
};
use hilo_tests::{At as _, Bridge, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::files::{PNG, get, uploaded};
use crate::marks::{chatting, mutation};

const SHOWN: &str = "query($id: ID!) { chat(id: $id) { state archivedAt archivedBy { agent { name } }
  channel { name kind page } contact { name phone handle } client { name chats(first: 10) { nodes { id } } }
  acts { kind actor { kind agent { name } } assignee { name } }
  messages(last: 100) { nodes { text direction medium sentAt author { kind agent { name } }
    attachments { kind url } } } } }";
const THREAD: &str = "query($id: ID!, $before: String) { chat(id: $id) { messageCount
  messages(last: 100, before: $before) { nodes { text }
    pageInfo { hasPreviousPage startCursor } } } }";

async fn shown(client: &Client, id: &str) -> Result<Value> {
    let data = client.get(SHOWN, json!({"id": id})).await?;
    Ok(data.at("/chat").clone())
}

fn of(chat: &str) -> Value {
    json!({"input": {"chatId": chat}})
}

fn send(chat: &str, text: &str) -> Value {
    json!({"input": {"chatId": chat, "text": text, "clientMessageId": Uuid::new_v4()}})
}

/// What was done to a chat, in order.
fn acts(chat: &Value) -> Vec<&str> {
    chat.list("/acts")
        .iter()
        .map(|act| act.text("/kind"))
        .collect()
}

async fn bridge(company: &Company, kind: &str, name: &str) -> Result<Bridge> {
    Bridge::connect(&company.admin, kind, name, &[&company.ana_id]).await
}

#[tokio::test]
async fn a1_a8_a_chat_belongs_to_one_channel_and_shows_its_kind_given_name_and_page() -> Result<()>
{
    let company = Company::found().await?;
    let (first, second) = (
        bridge(&company, "INSTAGRAM", "Insta").await?,
        bridge(&company, "MESSENGER", "Face").await?,
    );
    // The same handle on two channels is two people.
    let (one, other) = (
        first.write("lucia", "hola").await?,
        second.write("lucia", "hola").await?,
    );
    assert_ne!(one, other);
    let rename = "mutation($input: RenameChannelInput!) { renameChannel(input: $input) {
        userErrors { code } } }";
    let input = json!({"input": {"channelId": first.channel_id, "name": "Insta tienda"}});
    assert_eq!(company.ana.fault(rename, input.clone()).await?, "FORBIDDEN");
    company.admin.act(rename, input).await?;
    for (id, kind, name) in [
        (one, "INSTAGRAM", "Insta tienda"),
        (other, "MESSENGER", "Face"),
    ] {
        let chat = shown(&company.ana, &id).await?;
        assert_eq!(chat.text("/channel/kind"), kind);
        assert_eq!(chat.text("/channel/name"), name);
        assert_eq!(chat.text("/channel/page"), "Taller Hilo");
    }
    Ok(())
}

#[tokio::test]
async fn b1_b6_b8_a_first_message_opens_an_active_chat_and_lists_are_by_state() -> Result<()> {
    let company = Company::found().await?;
    let forum = bridge(&company, "API", "Foro").await?;
    let first = forum.write("nadie-1", "hola").await?;
    assert_eq!(forum.write("nadie-1", "otra vez").await?, first);
    let second = forum.write("nadie-2", "hola").await?;
    assert_eq!(shown(&company.ana, &first).await?.text("/state"), "ACTIVE");
    company.ana.act(ARCHIVE_CHAT, of(&second)).await?;
    let listed = async |state: Option<&str>| -> Result<Vec<String>> {
        let rows = chats(&company.ana, state).await?;
        Ok(rows.iter().map(|row| row.text("/id").to_owned()).collect())
    };
    assert_eq!(listed(Some("ACTIVE")).await?, std::slice::from_ref(&first));
    assert_eq!(
        listed(Some("ARCHIVED")).await?,
        std::slice::from_ref(&second)
    );
    let mut all = listed(None).await?;
    let mut expected = vec![first, second];
    all.sort();
    expected.sort();
    assert_eq!(all, expected);
    Ok(())
}

/// The words for who has no name are the SPA's.
#[tokio::test]
async fn c1_c2_c4_the_contact_and_all_messages_with_their_time_and_side() -> Result<()> {
    let company = Company::found().await?;
    let sms = bridge(&company, "SMS", "Móvil").await?;
    let at = "2026-11-01T10:00:00Z";
    let id = sms.wrote_at("+34600111222", "hola", at).await?;
    company.ana.act(SEND_MESSAGE, send(&id, "dime")).await?;
    let chat = shown(&company.ana, &id).await?;
    assert!(chat.at("/contact/name").is_null(), "{chat}");
    assert_eq!(chat.text("/contact/handle"), "+34600111222");
    assert_eq!(chat.text("/channel/page"), "Taller Hilo");
    let messages = chat.list("/messages/nodes").iter();
    let sides: Vec<_> = messages
        .map(|message| (message.text("/direction"), message.text("/text")))
        .collect();
    assert_eq!(sides, [("INBOUND", "hola"), ("OUTBOUND", "dime")]);
    assert_eq!(chat.text("/messages/nodes/0/sentAt"), at);
    Ok(())
}

#[tokio::test]
async fn c3_the_newest_500_messages_are_reached_page_by_page() -> Result<()> {
    const ALL: usize = 505;
    let company = Company::found().await?;
    let forum = bridge(&company, "API", "Foro").await?;
    let mut id = String::new();
    for begin in (0..ALL).step_by(100) {
        let messages = (begin..ALL.min(begin + 100)).map(
            |n| json!({"externalId": n.to_string(), "handle": "lucia", "text": format!("n {n}")}),
        );
        let input = json!({"input": {"channelId": forum.channel_id,
            "messages": messages.collect::<Vec<_>>()}});
        let taken = company.admin.act(RECEIVE_MESSAGES, input).await?;
        taken.text("/results/0/chatId").clone_into(&mut id);
    }
    let (mut texts, mut before) = (Vec::new(), Value::Null);
    loop {
        let page = json!({"id": id, "before": before});
        let page = company.ana.get(THREAD, page).await?;
        assert_eq!(page.number("/chat/messageCount"), 505, "none is forgotten");
        let nodes = page.list("/chat/messages/nodes").iter().rev();
        texts.extend(nodes.map(|message| message.text("/text").to_owned()));
        if *page.at("/chat/messages/pageInfo/hasPreviousPage") == false {
            break;
        }
        before = page.at("/chat/messages/pageInfo/startCursor").clone();
    }
    let newest: Vec<_> = (5..ALL).rev().map(|n| format!("n {n}")).collect();
    assert_eq!(texts, newest);
    Ok(())
}

#[tokio::test]
async fn c5_the_timeline_says_who_spoke_and_what_was_done_by_whom() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let name = ("Marek", "marek@taller.example");
    let channels = [company.channel_id.as_str()];
    let (_, marek_id) = hire(&company.admin, name.0, name.1, "AGENT", &channels).await?;
    company.ana.act(SEND_MESSAGE, send(&id, "dime")).await?;
    company.ana.act(ARCHIVE_CHAT, of(&id)).await?;
    company.ana.act(REOPEN_CHAT, of(&id)).await?;
    let give = json!({"input": {"chatId": id, "agentId": marek_id}});
    company.admin.act(ASSIGN_CHAT, give).await?;
    let chat = shown(&company.ana, &id).await?;
    let speakers = chat.list("/messages/nodes").iter();
    let speakers: Vec<_> = speakers
        .map(|message| message.text("/author/kind"))
        .collect();
    assert_eq!(speakers, ["CONTACT", "AGENT"]);
    assert_eq!(chat.text("/messages/nodes/1/author/agent/name"), "Ana");
    let told = acts(&chat);
    assert_eq!(told.first(), Some(&"OPENED"));
    assert!(
        told.ends_with(&["ARCHIVED", "REOPENED", "REASSIGNED"]),
        "{told:?}"
    );
    let last = chat.list("/acts").last().cloned().unwrap_or_default();
    assert_eq!(last.text("/actor/agent/name"), "Irene");
    assert_eq!(last.text("/assignee/name"), "Marek");
    Ok(())
}

/// A call comes in by an integrator's program, as its number and its sound.
#[tokio::test]
async fn c14_c15_a_call_shows_its_number_is_played_again_and_its_caller_is_saved() -> Result<()> {
    let company = Company::found().await?;
    let calls = bridge(&company, "CALL", "Centralita").await?;
    let whither = format!("channel={}", calls.channel_id);
    let sound = uploaded(&company.admin, &whither, "llamada.png", PNG).await?;
    let call = json!({"externalId": "llamada-1", "handle": "+34600111222",
        "attachments": [{"fileId": sound.text("/fileId"), "durationMs": 42_000}]});
    let taken = calls.push(call).await?;
    let id = taken.text("/chatId");
    let chat = shown(&company.ana, id).await?;
    assert_eq!(chat.text("/contact/handle"), "+34600111222");
    assert!(chat.at("/contact/name").is_null());
    assert_eq!(chat.text("/messages/nodes/0/medium"), "CALL");
    let url = chat.text("/messages/nodes/0/attachments/0/url");
    for _ in 0..3 {
        assert_eq!(get(&company.ana, url).await?.bytes().await?, PNG);
    }
    let save = "mutation($input: CreateClientInput!) { createClient(input: $input) {
        client { name phones { typed } } userErrors { code } } }";
    let input = json!({"input": {"fromChatId": id, "idempotencyKey": Uuid::new_v4(),
        "details": {"firstName": "Lucía", "phones": ["+34600111222"]}}});
    let saved = company.ana.act(save, input).await?;
    assert_eq!(saved.text("/client/phones/0/typed"), "+34600111222");
    assert_eq!(shown(&company.ana, id).await?.text("/client/name"), "Lucía");
    Ok(())
}

#[tokio::test]
async fn d6_the_visitor_is_told_that_an_agent_read() -> Result<()> {
    let (company, visitor, id) = chatting().await?;
    let mut items = visitor.stream(0).await?;
    company.ana.act(MARK_CHAT_READ, of(&id)).await?;
    let read = items.next_of("read").await?;
    assert_eq!(read.number("/data/up_to_seq"), 1);
    Ok(())
}

#[tokio::test]
async fn f1_f2_f3_f4_an_archived_chat_says_who_closed_it_and_comes_back_by_each_way() -> Result<()>
{
    let company = Company::found().await?;
    let forum = bridge(&company, "API", "Foro").await?;
    let id = forum.write("lucia", "hola").await?;
    for way in ["button", "writing", "contact"] {
        company.ana.act(ARCHIVE_CHAT, of(&id)).await?;
        let closed = shown(&company.ana, &id).await?;
        assert_eq!(closed.text("/state"), "ARCHIVED", "{way}");
        assert_eq!(closed.text("/archivedBy/agent/name"), "Ana");
        assert!(closed.at("/archivedAt").is_string());
        match way {
            "button" => drop(company.ana.act(REOPEN_CHAT, of(&id)).await?),
            "writing" => drop(company.ana.act(SEND_MESSAGE, send(&id, "dime")).await?),
            _ => drop(forum.write("lucia", "una cosa más").await?),
        }
        let open = shown(&company.ana, &id).await?;
        assert_eq!(open.text("/state"), "ACTIVE", "{way}");
        assert!(open.at("/archivedAt").is_null(), "{way}");
    }
    Ok(())
}

#[tokio::test]
async fn f9_a_draft_stands_in_the_list_of_who_wrote_it() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let save =
        "mutation($input: SaveDraftInput!) { saveDraft(input: $input) { userErrors { code } } }";
    let input = json!({"input": {"chatId": id, "text": "le escribo luego"}});
    company.ana.act(save, input).await?;
    let list = "{ chats(first: 10) { nodes { id draft { text } lastMessage { text } } } }";
    let own = company.ana.get(list, json!({})).await?;
    assert_eq!(own.text("/chats/nodes/0/draft/text"), "le escribo luego");
    assert_eq!(own.text("/chats/nodes/0/lastMessage/text"), "hola");
    let others = company.admin.get(list, json!({})).await?;
    assert!(others.at("/chats/nodes/0/draft").is_null(), "{others}");
    Ok(())
}

#[tokio::test]
async fn g2_a_linked_chat_shows_the_client_and_all_their_chats() -> Result<()> {
    let company = Company::found().await?;
    let (forum, sms) = (
        bridge(&company, "API", "Foro").await?,
        bridge(&company, "SMS", "Móvil").await?,
    );
    let (first, second) = (
        forum.write("lucia-81", "hola").await?,
        sms.write("+34600111222", "soy yo").await?,
    );
    let make = "mutation($input: CreateClientInput!) { createClient(input: $input) {
        client { id } userErrors { code } } }";
    let input = json!({"input": {"fromChatId": first, "idempotencyKey": Uuid::new_v4(),
        "details": {"firstName": "Lucía"}}});
    let lucia = company.ana.act(make, input).await?;
    let link = mutation("linkClient");
    let input = json!({"input": {"chatId": second, "clientId": lucia.at("/client/id")}});
    company.ana.act(&link, input).await?;
    let chat = shown(&company.ana, &first).await?;
    assert_eq!(chat.text("/client/name"), "Lucía");
    let card = "query($id: ID!) { client(id: $id) { name position } }";
    let card = company.ana.get(card, json!({"id": lucia.at("/client/id")}));
    assert!(card.await?.at("/client/position").is_string());
    let of_client = chat.list("/client/chats/nodes").iter();
    let mut of_client: Vec<_> = of_client.map(|chat| chat.text("/id")).collect();
    let mut expected = [first.as_str(), second.as_str()];
    of_client.sort_unstable();
    expected.sort_unstable();
    assert_eq!(of_client, expected);
    Ok(())
}
