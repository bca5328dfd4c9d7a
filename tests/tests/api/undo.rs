//! Taking acts back, one or five hundred at once (N6, P12).

use anyhow::Result;
use hilo_tests::company::{chats, hire};
use hilo_tests::queries::{ARCHIVE_CHAT, MARK_CHAT_READ, RECEIVE_MESSAGES};
use hilo_tests::{At as _, Bridge, Client, Company, until};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::marks::{chatting, marked, mutation};

const UNDO: &str = "mutation($input: UndoInput!) { undo(input: $input) { position pending undo
  results { chatId changed userErrors { code message } } userErrors { code message field } } }";
const BULK: &str =
    "mutation($input: BulkActOnChatsInput!) { bulkActOnChats(input: $input) { position pending undo
  results { chatId changed userErrors { code field } } userErrors { code message field limit } } }";

fn undo(act: &Value) -> Value {
    json!({"input": {"act": act.at("/undo")}})
}

fn bulk(chats: &[String], act: Value) -> Value {
    json!({"input": {"chatIds": chats, "act": act}})
}

/// The chat without its history, which grows with every act.
async fn shown(client: &Client, id: &str) -> Result<Value> {
    let mut chat = marked(client, id).await?;
    if let Some(chat) = chat.as_object_mut() {
        chat.remove("history");
    }
    Ok(chat)
}

#[tokio::test]
async fn n6_each_act_is_undone_and_the_journal_shows_both() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let ana = &company.ana;
    ana.act(MARK_CHAT_READ, json!({"input": {"chatId": id}}))
        .await?;
    let before = shown(ana, &id).await?;
    let archive = "mutation($input: ArchiveChatInput!) { archiveChat(input: $input) { undo userErrors { code } } }";
    let acts = [
        (archive.to_owned(), json!({"chatId": id})),
        (mutation("markChatUnread"), json!({"chatId": id})),
        (mutation("starChat"), json!({"chatId": id})),
        (
            mutation("addChatTags"),
            json!({"chatId": id, "tags": ["vip"]}),
        ),
        (
            mutation("setChatPriority"),
            json!({"chatId": id, "priority": "LOW"}),
        ),
        (mutation("blockContact"), json!({"chatId": id})),
    ];
    for (mutation, input) in acts {
        let done = ana.act(&mutation, json!({"input": input})).await?;
        let between = shown(ana, &id).await?;
        assert_ne!(between, before);
        let undone = ana.act(UNDO, undo(&done)).await?;
        assert_eq!(*undone.at("/results/0/changed"), true, "{undone}");
        assert_eq!(shown(ana, &id).await?, before);
        // Taken back once; a second time something stands against it.
        let again = ana.act(UNDO, undo(&done)).await?;
        assert_eq!(again.text("/results/0/userErrors/0/code"), "CHANGED_SINCE");
        // The undo can be undone.
        let redone = ana.act(UNDO, undo(&undone)).await?;
        assert_eq!(shown(ana, &id).await?, between);
        ana.act(UNDO, undo(&redone)).await?;
        assert_eq!(shown(ana, &id).await?, before);
    }
    let history = marked(ana, &id).await?;
    let kinds: Vec<_> = history
        .list("/history/nodes")
        .iter()
        .map(|act| act.text("/kind"))
        .collect();
    assert_eq!(kinds.iter().filter(|kind| **kind == "ARCHIVED").count(), 2);
    assert_eq!(kinds.iter().filter(|kind| **kind == "REOPENED").count(), 2);
    assert_eq!(kinds.iter().filter(|kind| **kind == "UNTAGGED").count(), 2);
    Ok(())
}

#[tokio::test]
async fn n6_only_the_own_act_is_undone_and_nobody_learns_of_others() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let done = company
        .ana
        .act(&mutation("starChat"), json!({"input": {"chatId": id}}))
        .await?;
    assert_eq!(company.admin.fault(UNDO, undo(&done)).await?, "NOT_FOUND");
    let (bea, _) = hire(&company.admin, "Bea", "bea@taller.example", "AGENT", &[]).await?;
    assert_eq!(bea.fault(UNDO, undo(&done)).await?, "NOT_FOUND");
    for made_up in [
        "",
        "x",
        "1-2",
        &format!("1-5-{}", Uuid::new_v4().simple()),
        &format!("1-7fffffffffffffff-{}", Uuid::new_v4().simple()),
    ] {
        let input = json!({"input": {"act": made_up}});
        assert_eq!(company.ana.fault(UNDO, input).await?, "NOT_FOUND");
    }
    Ok(())
}

#[tokio::test]
async fn n6_undone_archiving_brings_the_chat_back_to_its_place() -> Result<()> {
    let company = Company::found().await?;
    for n in 0..3 {
        company.visitor().await?.write(&format!("hola {n}")).await?;
    }
    let order = async || -> Result<Vec<String>> {
        let chats = chats(&company.ana, Some("ACTIVE")).await?;
        Ok(chats
            .iter()
            .map(|chat| chat.text("/id").to_owned())
            .collect())
    };
    let before = until("three chats", async || {
        Ok(Some(order().await?).filter(|chats| chats.len() == 3))
    })
    .await?;
    let done = company
        .ana
        .act(
            BULK,
            bulk(
                before.get(1..).unwrap_or_default(),
                json!({"archived": true}),
            ),
        )
        .await?;
    assert_eq!(order().await?.len(), 1);
    company.ana.act(UNDO, undo(&done)).await?;
    assert_eq!(order().await?, before);
    Ok(())
}

#[tokio::test]
async fn p12_one_request_acts_on_each_chat_and_tells_what_became_of_it() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    company.visitor().await?.write("yo también").await?;
    let all = until("two chats", async || {
        Ok(Some(chats(&company.ana, None).await?).filter(|chats| chats.len() == 2))
    })
    .await?;
    let mut ids: Vec<_> = all.iter().map(|chat| chat.text("/id").to_owned()).collect();
    company
        .ana
        .act(ARCHIVE_CHAT, json!({"input": {"chatId": id}}))
        .await?;
    let foreign = Uuid::new_v4().to_string();
    ids.extend([foreign.clone(), "no id".to_owned(), id.clone()]);
    let done = company
        .ana
        .act(BULK, bulk(&ids, json!({"archived": true})))
        .await?;
    let result = |of: &str| {
        let results = done.list("/results").iter();
        let mut found = results.filter(|result| result.text("/chatId") == of);
        let result = found.next().cloned().unwrap_or_default();
        assert!(found.next().is_none(), "{of} stands there twice");
        (
            result.at("/changed").clone(),
            result.text("/userErrors/0/code").to_owned(),
        )
    };
    assert_eq!(result(&id), (json!(false), String::new()));
    for missing in [foreign.as_str(), "no id"] {
        assert_eq!(result(missing), (json!(false), "CHAT_NOT_FOUND".to_owned()));
    }
    assert!(chats(&company.ana, Some("ACTIVE")).await?.is_empty());
    // What was archived before the bulk stays archived.
    company.ana.act(UNDO, undo(&done)).await?;
    let active = chats(&company.ana, Some("ACTIVE")).await?;
    assert_eq!(active.len(), 1);
    assert_ne!(
        active.first().map(|chat| chat.text("/id")),
        Some(id.as_str())
    );
    Ok(())
}

#[tokio::test]
async fn p12_every_act_of_a_bulk_is_one_and_501_chats_are_refused() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let ids = [id.clone()];
    for act in [
        json!({"read": true}),
        json!({"read": false}),
        json!({"starred": true}),
        json!({"addTags": ["vip"]}),
        json!({"removeTags": ["vip"]}),
        json!({"priority": "HIGH"}),
        json!({"blocked": true}),
        json!({"assignee": {"agentId": company.ana_id}}),
        json!({"assignee": {"agentId": null}}),
        json!({"snooze": {"until": null}}),
        json!({"archived": true}),
        json!({"archived": false}),
    ] {
        let done = company.ana.act(BULK, bulk(&ids, act.clone())).await?;
        assert_eq!(*done.at("/results/0/changed"), true, "{act}");
    }
    let both = bulk(&ids, json!({"read": true, "archived": true}));
    assert_eq!(company.ana.fault(BULK, both).await?, "BAD_USER_INPUT");
    let many: Vec<_> = (0..501).map(|_| Uuid::new_v4().to_string()).collect();
    let refused = company
        .ana
        .try_act(BULK, bulk(&many, json!({"archived": true})))
        .await?;
    assert_eq!(refused.text("/userErrors/0/code"), "TOO_MANY_CHATS");
    assert_eq!(refused.number("/userErrors/0/limit"), 500);
    Ok(())
}

/// As many as one request may have, each with its own event, and one undo for all of them.
#[tokio::test]
async fn n6_p12_500_chats_are_archived_by_one_request_and_brought_back_by_one_undo() -> Result<()> {
    let company = Company::found().await?;
    let bridge = Bridge::connect(&company.admin, "API", "Foro", &[&company.ana_id]).await?;
    let mut ids = Vec::new();
    for page in 0..5 {
        let messages: Vec<_> = (0..100)
            .map(|n| {
                let handle = format!("contact-{page}-{n}");
                json!({"externalId": handle, "handle": handle, "text": "hola"})
            })
            .collect();
        let input = json!({"input": {"channelId": bridge.channel_id, "messages": messages}});
        let received = company.admin.act(RECEIVE_MESSAGES, input).await?;
        let chats = received.list("/results").iter();
        ids.extend(chats.map(|result| result.text("/chatId").to_owned()));
    }
    assert_eq!(ids.len(), 500);
    let active = async || -> Result<i64> {
        let data = company
            .ana
            .get("{ counters { active } }", json!({}))
            .await?;
        Ok(data.number("/counters/active"))
    };
    until("500 chats", async || {
        Ok((active().await? == 500).then_some(()))
    })
    .await?;
    let done = company
        .ana
        .act(BULK, bulk(&ids, json!({"archived": true})))
        .await?;
    let changed = |payload: &Value| {
        let results = payload.list("/results").iter();
        results.filter(|it| *it.at("/changed") == true).count()
    };
    assert_eq!(changed(&done), 500);
    until("none is active", async || {
        Ok((active().await? == 0).then_some(()))
    })
    .await?;
    let back = company.ana.act(UNDO, undo(&done)).await?;
    assert_eq!(changed(&back), 500);
    until("all are back", async || {
        Ok((active().await? == 500).then_some(()))
    })
    .await?;
    Ok(())
}
