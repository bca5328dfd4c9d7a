//! Marks on a chat: unread and unanswered, star, tags, priority, blocking (B2, B3, B5, H2, H3, P4, P21).

use anyhow::Result;
use hilo_tests::company::{chat_saying, hire};
use hilo_tests::queries::{ARCHIVE_CHAT, MARK_CHAT_READ, SEND_MESSAGE};
use hilo_tests::{At as _, Client, Company, until};
use serde_json::{Value, json};
use uuid::Uuid;

/// What marks show of a chat.
pub const MARKED: &str =
    "query($id: ID!) { chat(id: $id) { id state mark unreadCount unanswered tags priority starred
  blocked history { nodes { kind detail actor { kind agent { name } } } } } }";

/// A mutation on one chat that answers what [`MARKED`] does, with its undo.
#[must_use]
pub fn mutation(name: &str) -> String {
    let type_name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    format!(
        "mutation($input: {type_name}Input!) {{ {name}(input: $input) {{ position pending undo
           chat {{ id state mark unreadCount unanswered tags priority starred blocked }}
           userErrors {{ code message field limit }} }} }}"
    )
}

/// A company with one chat that a visitor began.
pub async fn chatting() -> Result<(Company, hilo_tests::Visitor, String)> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id").to_owned();
    Ok((company, visitor, id))
}

/// The chat as somebody sees it.
pub async fn marked(client: &Client, id: &str) -> Result<Value> {
    let mut data = client.get(MARKED, json!({"id": id})).await?;
    Ok(data
        .pointer_mut("/chat")
        .map(Value::take)
        .unwrap_or_default())
}

fn of(id: &str) -> Value {
    json!({"input": {"chatId": id}})
}

fn tags(id: &str, tags: &[&str]) -> Value {
    json!({"input": {"chatId": id, "tags": tags}})
}

async fn codes(client: &Client, name: &str, variables: Value) -> Result<Vec<String>> {
    let payload = client.try_act(&mutation(name), variables).await?;
    let errors = payload.list("/userErrors").iter();
    Ok(errors.map(|error| error.text("/code").to_owned()).collect())
}

#[tokio::test]
async fn b2_b5_unread_messages_are_blue_and_counted_until_somebody_reads() -> Result<()> {
    let (company, visitor, id) = chatting().await?;
    visitor.write("¿hay alguien?").await?;
    let two = until("two unread", async || {
        Ok(Some(marked(&company.ana, &id).await?).filter(|chat| chat.number("/unreadCount") == 2))
    });
    assert_eq!(two.await?.text("/mark"), "UNREAD");
    company.ana.act(MARK_CHAT_READ, of(&id)).await?;
    // For the team as a whole: the administrator has it read too.
    let read = marked(&company.admin, &id).await?;
    assert_eq!(read.number("/unreadCount"), 0);
    Ok(())
}

#[tokio::test]
async fn b3_read_but_unanswered_is_grey() -> Result<()> {
    let (company, visitor, id) = chatting().await?;
    let read = company.ana.act(MARK_CHAT_READ, of(&id)).await?;
    assert_eq!(read.text("/chat/mark"), "UNANSWERED");
    let input = json!({"input": {"chatId": id, "text": "dime", "clientMessageId": Uuid::new_v4()}});
    let sent = company.ana.act(SEND_MESSAGE, input).await?;
    assert_eq!(sent.text("/chat/mark"), "NONE");
    visitor.write("otra cosa").await?;
    let blue = until("blue again", async || {
        Ok(Some(marked(&company.ana, &id).await?).filter(|chat| chat.text("/mark") == "UNREAD"))
    });
    blue.await?;
    Ok(())
}

#[tokio::test]
async fn h3_a_read_chat_is_marked_unread_again() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    company.ana.act(MARK_CHAT_READ, of(&id)).await?;
    let marked_unread = company
        .ana
        .act(&mutation("markChatUnread"), of(&id))
        .await?;
    assert_eq!(marked_unread.text("/chat/mark"), "UNREAD");
    assert_eq!(marked_unread.number("/chat/unreadCount"), 1);
    assert!(marked_unread.at("/undo").is_string());
    // Again is once, and there is nothing to take back.
    let again = company
        .ana
        .act(&mutation("markChatUnread"), of(&id))
        .await?;
    assert!(again.at("/undo").is_null());
    let chat = marked(&company.admin, &id).await?;
    let kinds: Vec<_> = chat
        .list("/history/nodes")
        .iter()
        .map(|act| act.text("/kind"))
        .collect();
    assert_eq!(kinds, ["OPENED", "MARKED_UNREAD"]);
    Ok(())
}

#[tokio::test]
async fn h2_a_star_is_seen_by_who_gave_it() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let starred = company.ana.act(&mutation("starChat"), of(&id)).await?;
    assert_eq!(*starred.at("/chat/starred"), true);
    assert_eq!(*marked(&company.admin, &id).await?.at("/starred"), false);
    let unstarred = company.ana.act(&mutation("unstarChat"), of(&id)).await?;
    assert_eq!(*unstarred.at("/chat/starred"), false);
    // What is one agent's own is nothing for the chat's history.
    let chat = marked(&company.ana, &id).await?;
    assert_eq!(chat.list("/history/nodes").len(), 1);
    Ok(())
}

#[tokio::test]
async fn p4_tags_and_priority_are_the_teams() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let tagged = company
        .ana
        .act(&mutation("addChatTags"), tags(&id, &[" vip ", "Garantía"]))
        .await?;
    assert_eq!(*tagged.at("/chat/tags"), json!(["Garantía", "vip"]));
    let input = json!({"input": {"chatId": id, "priority": "URGENT"}});
    let urgent = company.ana.act(&mutation("setChatPriority"), input).await?;
    assert_eq!(urgent.text("/chat/priority"), "URGENT");
    company
        .ana
        .act(
            &mutation("removeChatTags"),
            tags(&id, &["vip", "not there"]),
        )
        .await?;
    let chat = marked(&company.admin, &id).await?;
    assert_eq!(*chat.at("/tags"), json!(["Garantía"]));
    let acts: Vec<_> = chat
        .list("/history/nodes")
        .iter()
        .map(|act| {
            (
                act.text("/kind"),
                act.text("/detail"),
                act.text("/actor/agent/name"),
            )
        })
        .collect();
    assert_eq!(
        acts.get(1..).unwrap_or_default(),
        [
            ("TAGGED", "vip\nGarantía", "Ana"),
            ("PRIORITIZED", "urgent\nnormal", "Ana"),
            ("UNTAGGED", "vip", "Ana"),
        ]
    );
    let used = "{ chatTags { nodes { name chats } } }";
    let all = company.ana.get(used, json!({})).await?;
    assert_eq!(
        *all.at("/chatTags/nodes"),
        json!([{"name": "Garantía", "chats": 1}])
    );
    // A colleague without the channel sees neither the chat nor its tags.
    let (bea, _) = hire(&company.admin, "Bea", "bea@taller.example", "AGENT", &[]).await?;
    let none = bea.get(used, json!({})).await?;
    assert_eq!(*none.at("/chatTags/nodes"), json!([]));
    assert_eq!(
        bea.fault(&mutation("addChatTags"), tags(&id, &["x"]))
            .await?,
        "NOT_FOUND"
    );
    Ok(())
}

#[tokio::test]
async fn p4_a_tag_is_a_visible_line_and_a_chat_has_twenty() -> Result<()> {
    let (company, _visitor, id) = chatting().await?;
    let ana = &company.ana;
    let long = "x".repeat(51);
    for bad in ["", " \u{200b}", "a\nb", &long] {
        let codes = codes(ana, "addChatTags", tags(&id, &[bad])).await?;
        assert_eq!(codes, ["TAG_INVALID"], "{bad:?}");
    }
    let many: Vec<_> = (0..10_000).map(|n| format!("t{n}")).collect();
    let input = json!({"input": {"chatId": id, "tags": many}});
    assert_eq!(codes(ana, "addChatTags", input).await?, ["TOO_MANY_TAGS"]);
    assert_eq!(
        ana.fault(&mutation("addChatTags"), tags("no id", &["x"]))
            .await?,
        "NOT_FOUND"
    );
    assert_eq!(*marked(ana, &id).await?.at("/tags"), json!([]));
    Ok(())
}

#[tokio::test]
async fn p21_a_blocked_contact_is_kept_but_marks_nothing() -> Result<()> {
    let (company, visitor, id) = chatting().await?;
    company.ana.act(MARK_CHAT_READ, of(&id)).await?;
    company.ana.act(ARCHIVE_CHAT, of(&id)).await?;
    let blocked = company.ana.act(&mutation("blockContact"), of(&id)).await?;
    assert_eq!(*blocked.at("/chat/blocked"), true);
    visitor.write("¡oiga!").await?;
    let kept =
        "query($id: ID!) { chat(id: $id) { state unreadCount messages { nodes { text } } } }";
    let chat = until("the message is kept", async || {
        let data = company.ana.get(kept, json!({"id": id})).await?;
        Ok(Some(data).filter(|data| data.list("/chat/messages/nodes").len() == 2))
    });
    let chat = chat.await?;
    assert_eq!(chat.text("/chat/state"), "ARCHIVED");
    assert_eq!(chat.number("/chat/unreadCount"), 0);
    let input = json!({"input": {"chatId": id, "text": "dime", "clientMessageId": Uuid::new_v4()}});
    let refused = company.ana.try_act(SEND_MESSAGE, input).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "CONTACT_BLOCKED");
    company
        .ana
        .act(&mutation("unblockContact"), of(&id))
        .await?;
    visitor.write("perdón").await?;
    let back = until("heard again", async || {
        Ok(Some(marked(&company.ana, &id).await?).filter(|chat| chat.text("/state") == "ACTIVE"))
    });
    assert_eq!(back.await?.number("/unreadCount"), 1);
    Ok(())
}
