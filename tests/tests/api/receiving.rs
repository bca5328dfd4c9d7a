//! What a visitor sends through the widget's contract, and what stream and results say.

use anyhow::Result;
use hilo_tests::company::{chat, chat_saying, chat_when, chats};
use hilo_tests::queries::SEND_MESSAGE;
use hilo_tests::visitor::{Door, SITE, read};
use hilo_tests::{At as _, Company, Visitor};
use serde_json::{Value, json};
use uuid::Uuid;

/// R2, N4: one event id is one message, however often and with whatever words it comes.
#[tokio::test]
async fn the_same_event_again_is_a_duplicate_with_the_first_ids() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let event = Visitor::event("message.text", json!({"text": "hola"}));
    let first = visitor.send(&event).await?;
    assert_eq!(first.text("/status"), "accepted");
    assert_eq!(first.number("/seq"), 1);
    for _ in 0..3 {
        let again = visitor.send(&event).await?;
        assert_eq!(again.text("/status"), "duplicate");
        assert_eq!(again.at("/message_id"), first.at("/message_id"));
        assert_eq!(again.at("/seq"), first.at("/seq"));
    }
    let mut other = event;
    if let Some(text) = other.pointer_mut("/data/text") {
        *text = json!("otra cosa");
    }
    let conflict = visitor.send(&other).await?;
    assert_eq!(conflict.text("/status"), "rejected", "{conflict}");
    assert!(
        conflict.at("/error").to_string().contains("conflict"),
        "{conflict}"
    );
    let row = chat_saying(&company.ana, "hola").await?;
    assert_eq!(row.number("/unreadCount"), 1);
    Ok(())
}

#[tokio::test]
async fn a_batch_keeps_its_order_and_judges_each_event_alone() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let events = json!({"events": [
        Visitor::event("message.text", json!({"text": "uno"})),
        Visitor::event("message.text", json!({"text": "  "})),
        Visitor::event("message.text", json!({"text": "dos"})),
        Visitor::event("dance", json!({})),
    ]});
    let answer = read(visitor.post_events(&events).await?).await?;
    let statuses: Vec<_> = answer
        .list("/results")
        .iter()
        .map(|it| it.text("/status"))
        .collect();
    assert_eq!(statuses, ["accepted", "rejected", "accepted", "rejected"]);
    assert_eq!(answer.number("/results/2/seq"), 2);
    let row = chat_saying(&company.ana, "dos").await?;
    let chat = chat(&company.ana, row.text("/id")).await?;
    let texts: Vec<_> = chat
        .list("/messages/nodes")
        .iter()
        .map(|m| m.text("/text"))
        .collect();
    assert_eq!(texts, ["uno", "dos"]);
    Ok(())
}

/// The stream is gapless, replays after Last-Event-ID, and the poll says the same.
#[tokio::test]
async fn the_window_can_be_read_again_from_any_number() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("uno").await?;
    let row = chat_saying(&company.ana, "uno").await?;
    for n in 0..5 {
        let input = json!({"chatId": row.at("/id"), "text": format!("respuesta {n}"), "clientMessageId": Uuid::new_v4()});
        company
            .ana
            .act(SEND_MESSAGE, json!({"input": input}))
            .await?;
    }
    let mut window = visitor.stream(0).await?;
    let mut items = Vec::new();
    for seq in 1..=7 {
        let item = window.next().await?;
        assert_eq!(item.number("/seq"), seq, "{item}");
        items.push(item);
    }
    for after in 0..7 {
        let mut again = visitor.stream(after).await?;
        for expected in items.iter().skip(usize::try_from(after)?) {
            assert_eq!(again.next().await?, *expected);
        }
    }
    let poll = visitor
        .door
        .get("events?after=3")
        .bearer_auth(&visitor.token)
        .send()
        .await?;
    let poll = read(poll).await?.to_string();
    assert!(
        poll.contains("respuesta 4") && !poll.contains("\"uno\""),
        "{poll}"
    );
    Ok(())
}

#[tokio::test]
async fn receipts_ahead_of_the_window_are_refused() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let ahead = visitor
        .send(&Visitor::event("read", json!({"up_to_seq": 99})))
        .await?;
    assert_eq!(ahead.text("/status"), "rejected", "{ahead}");
    assert!(visitor.acknowledge(99).await.is_err());
    visitor.acknowledge(1).await?;
    Ok(())
}

/// C1: a claim shows as unverified, a proof as verified; a proof leads back to the same chat.
#[tokio::test]
async fn a_form_is_a_claim_and_an_identity_is_a_proof() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("anónimo").await?;
    let form = json!({"name": "Chloé Dubois", "email": "chloe@courrier.example", "fields": {"sujet": "Livraison"}});
    visitor.accepted("form.submit", form).await?;
    let row = chat_saying(&company.ana, "anónimo").await?;
    let claimed = chat_when(&company.ana, row.text("/id"), "the name is shown", |chat| {
        chat.text("/contact/name") == "Chloé Dubois"
    })
    .await?;
    assert_eq!(claimed.text("/contact/email"), "chloe@courrier.example");
    assert_eq!(*claimed.at("/contact/verified"), false);

    let identity = json!({"user_id": "cust-1", "name": "Paweł", "email": "pawel@poczta.example",
                          "hash": company.identity_hash("cust-1")?});
    let request = json!({"identity": identity, "locale": "pl-PL"});
    let first = Door::of(&company.hilo.url, &company.key)?
        .open(request.clone())
        .await?;
    first.write("z telefonu").await?;
    let known = chat_saying(&company.ana, "z telefonu").await?;
    assert_eq!(known.text("/contact/name"), "Paweł");
    assert_eq!(*known.at("/contact/verified"), true);
    let second = Door::of(&company.hilo.url, &company.key)?
        .open(request)
        .await?;
    assert_eq!(second.id, first.id);
    second.write("z komputera").await?;
    assert_eq!(
        chat_saying(&company.ana, "z komputera").await?.at("/id"),
        known.at("/id")
    );
    assert_eq!(chats(&company.ana, None).await?.len(), 2);
    Ok(())
}

/// A visitor who comes back with the id they were given finds the same chat.
#[tokio::test]
async fn a_returning_visitor_keeps_the_conversation() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    chat_saying(&company.ana, "hola").await?;
    let door = Door::of(&company.hilo.url, &company.key)?;
    let back = door.open(json!({"visitor_id": visitor.id})).await?;
    assert_eq!((back.id.as_str(), back.last_seq), (visitor.id.as_str(), 1));
    back.write("otra vez").await?;
    assert_eq!(chats(&company.ana, None).await?.len(), 1);
    // An id that was never given out, also one that looks like a proven one, opens a new conversation.
    for guessed in ["0e0f6b5e-6a0b-8f4e-9b7b-2f1f0c9d3a51", "nonsense"] {
        let request = json!({"visitor_id": guessed});
        let response = Door::of(&company.hilo.url, &company.key)?
            .post("session")
            .json(&request)
            .send()
            .await?;
        if response.status().is_success() {
            assert_ne!(read(response).await?.text("/visitor_id"), guessed);
        } else {
            assert!(response.status().is_client_error());
        }
    }
    Ok(())
}

#[tokio::test]
async fn reactions_ratings_pages_and_the_end_reach_the_agent() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id");
    let input = json!({"chatId": id, "text": "dime", "clientMessageId": Uuid::new_v4()});
    let sent = company
        .ana
        .act(SEND_MESSAGE, json!({"input": input}))
        .await?;
    let react = json!({"message_id": sent.at("/message/id"), "emoji": "❤️"});
    visitor.accepted("reaction", react).await?;
    let page = json!({"url": format!("{SITE}/precios"), "title": "Precios"});
    visitor.accepted("page_view", page).await?;
    visitor
        .accepted("rating", json!({"score": 5, "comment": "gracias"}))
        .await?;
    visitor.accepted("end", json!({})).await?;
    let ended = chat_when(&company.ana, id, "the visitor closed the chat", |chat| {
        chat.text("/state") == "ARCHIVED"
    })
    .await?;
    assert_eq!(ended.text("/archivedBy/kind"), "CONTACT");
    assert_eq!(ended.text("/contact/page/title"), "Precios");
    assert_eq!(ended.text("/messages/nodes/1/reactions/0/emoji"), "❤️");
    let rated = |act: &&Value| act.text("/kind") == "RATED";
    assert_eq!(ended.list("/acts").iter().filter(rated).count(), 1);
    for score in [0, 6] {
        let result = visitor
            .send(&Visitor::event("rating", json!({"score": score})))
            .await?;
        assert_eq!(result.text("/status"), "rejected");
    }
    Ok(())
}

/// S11: what is too much is refused with the time to wait, and nothing is lost.
#[tokio::test]
async fn too_many_messages_are_told_to_wait() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let mut limited = None;
    for n in 0..40 {
        let event = Visitor::event("message.text", json!({"text": format!("mensaje {n}")}));
        let response = visitor.post_events(&event).await?;
        assert!(!response.status().is_server_error());
        if response.status().as_u16() == 429 {
            limited = Some(n);
            assert!(response.headers().contains_key("retry-after"));
            break;
        }
        let answer = read(response).await?;
        assert_eq!(answer.text("/results/0/status"), "accepted", "{answer}");
    }
    let limited = limited.unwrap_or(99);
    assert!(
        (10..=25).contains(&limited),
        "refused after {limited} messages"
    );
    // Somebody else is not slowed down by it (S11).
    company.visitor().await?.write("yo también").await?;
    Ok(())
}
