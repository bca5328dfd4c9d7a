//! One chat over a socket that is cut again and again (N5, R9), and who is writing (P8).

use std::time::Duration;

use anyhow::Result;
use hilo_tests::company::{chat_saying, chat_when};
use hilo_tests::mirror::Mirror;
use hilo_tests::queries::{ARCHIVE_CHAT, CHAT_CHANGES, MARK_CHAT_READ, SEND_MESSAGE, SET_TYPING};
use hilo_tests::socket::{Next, Socket};
use hilo_tests::{At as _, Client, Company, Visitor, until};
use serde_json::json;
use uuid::Uuid;

const CUTS: usize = 20;

async fn act(agent: &Client, id: &str, turn: usize) -> Result<()> {
    let chat = json!({"input": {"chatId": id}});
    match turn % 5 {
        0 => agent.act(MARK_CHAT_READ, chat).await?,
        4 => agent.act(ARCHIVE_CHAT, chat).await?,
        _ => {
            let input = json!({"chatId": id, "text": format!("respuesta {turn}"),
                               "clientMessageId": Uuid::new_v4()});
            agent.act(SEND_MESSAGE, json!({"input": input})).await?
        }
    };
    Ok(())
}

/// The visitor writes, changes, takes back, confirms and reads.
async fn answer(visitor: &Visitor, turn: usize) -> Result<()> {
    let event = Visitor::event("message.text", json!({"text": format!("mensaje {turn}")}));
    let result = visitor.send(&event).await?;
    let (own, seq) = (event.at("/client_event_id"), result.number("/seq"));
    match turn % 4 {
        0 => {
            let data =
                json!({"client_message_id": own, "text": format!("mensaje {turn}, corregido")});
            visitor.accepted("message.edit", data).await?;
        }
        1 => {
            visitor
                .accepted("message.delete", json!({"client_message_id": own}))
                .await?;
        }
        2 => visitor.acknowledge(seq).await?,
        _ => {
            visitor.accepted("read", json!({"up_to_seq": seq})).await?;
        }
    }
    Ok(())
}

async fn catch_up(client: &Client, id: &str, mirror: &mut Mirror) -> Result<()> {
    let mut socket = Socket::open(client).await?;
    socket
        .subscribe(
            "1",
            CHAT_CHANGES,
            json!({"id": id, "after": mirror.position()}),
        )
        .await?;
    until("the client's chat equals a fresh one", async || {
        while let Next::Message(message) = socket.next(Duration::from_millis(100)).await? {
            mirror.apply_chat(message.at("/payload/data/chat"))?;
        }
        let fresh = Mirror::of_chat(client, id).await?;
        Ok(mirror.shows_the_same_as(&fresh).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_was_cut_twenty_times_equals_a_fresh_one() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id").to_owned();
    let mut mirror = Mirror::of_chat(&company.ana, &id).await?;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let (agent, chat) = (company.ana.clone(), id.clone());
    let writer = tokio::spawn(async move {
        let mut turn = 0;
        while !*stopped.borrow() {
            act(&agent, &chat, turn).await?;
            // One visitor may write 20 messages a minute; the agent goes on meanwhile.
            if turn % 3 == 0 && turn < 36 {
                answer(&visitor, turn / 3).await?;
            }
            turn += 1;
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
        anyhow::Ok(turn)
    });
    for cut in 0..CUTS {
        let mut socket = Socket::open(&company.ana).await?;
        let after = json!({"id": id, "after": mirror.position()});
        socket.subscribe("1", CHAT_CHANGES, after).await?;
        for _ in 0..cut % 5 {
            match socket.next(Duration::from_millis(400)).await? {
                Next::Message(message) => {
                    assert_eq!(message.text("/type"), "next", "{message}");
                    mirror.apply_chat(message.at("/payload/data/chat"))?;
                }
                Next::Silence => break,
                Next::Closed(code) => panic!("closed with {code:?}"),
            }
        }
        socket.cut();
    }
    stop.send(true)?;
    assert!(writer.await?? >= 5, "something was written meanwhile");
    catch_up(&company.ana, &id, &mut mirror).await?;
    assert!(mirror.rows() > 10);
    Ok(())
}

/// What was taken back is gone from the agent's screen, and what was changed shows as changed.
#[tokio::test]
async fn changes_of_the_visitor_reach_the_agent() -> Result<()> {
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    let first = Visitor::event("message.text", json!({"text": "hola"}));
    let second = Visitor::event("message.text", json!({"text": "adiós"}));
    visitor.send(&first).await?;
    visitor.send(&second).await?;
    let row = chat_saying(&company.ana, "adiós").await?;
    let id = row.text("/id");
    let edit = json!({"client_message_id": first.at("/client_event_id"), "text": "hola!"});
    visitor.accepted("message.edit", edit).await?;
    let delete = json!({"client_message_id": second.at("/client_event_id")});
    visitor.accepted("message.delete", delete).await?;
    let chat = chat_when(&company.ana, id, "changed and deleted", |chat| {
        chat.text("/messages/nodes/0/text") == "hola!"
            && chat.at("/messages/nodes/1/deletedAt").is_string()
    })
    .await?;
    assert!(chat.at("/messages/nodes/0/editedAt").is_string());
    assert!(chat.at("/messages/nodes/1/text").is_null());
    assert_eq!(chat.list("/messages/nodes").len(), 2);
    Ok(())
}

/// P8: typing is seen on both sides and stored nowhere.
#[tokio::test]
async fn typing_is_seen_on_both_sides() -> Result<()> {
    const TYPING: &str =
        "subscription($id: ID!) { typing(chatId: $id) { chatId typing preview by { kind } } }";
    let company = Company::found().await?;
    let visitor = company.visitor().await?;
    visitor.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = row.text("/id");
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("1", TYPING, json!({"id": id})).await?;
    // A subscription has no acknowledgement: say it until it is heard.
    let heard = until("the agent sees the visitor typing", async || {
        visitor
            .accepted("typing", json!({"state": "start", "preview": "quiz"}))
            .await?;
        Ok(match socket.next(Duration::from_millis(300)).await? {
            Next::Message(message) => Some(message),
            Next::Silence | Next::Closed(_) => None,
        })
    })
    .await?;
    assert_eq!(*heard.at("/payload/data/typing/typing"), true, "{heard}");
    assert_eq!(heard.text("/payload/data/typing/by/kind"), "CONTACT");
    let unsent = heard.at("/payload/data/typing/preview");
    assert!(unsent.is_null(), "nobody switched previews on: {heard}");

    // Once they are, agents read along.
    let on = json!({"input": {"channelId": company.channel_id, "typingPreview": true}});
    let switch = "mutation($input: ConfigureWidgetInput!) { configureWidget(input: $input) { userErrors { code } } }";
    company.admin.act(switch, on).await?;
    until("the agent reads along", async || {
        visitor
            .accepted("typing", json!({"state": "start", "preview": "quizá"}))
            .await?;
        Ok(match socket.next(Duration::from_millis(300)).await? {
            Next::Message(said) => {
                (*said.at("/payload/data/typing/preview") == "quizá").then_some(())
            }
            Next::Silence | Next::Closed(_) => None,
        })
    })
    .await?;

    let mut window = visitor.stream(0).await?;
    let typing = json!({"input": {"chatId": id, "typing": true}});
    let seen = until("the visitor sees the agent typing", async || {
        company.ana.get(SET_TYPING, typing.clone()).await?;
        while let Some(item) = window.within(Duration::from_millis(300)).await? {
            if item.text("/type") == "typing" {
                return Ok(Some(item));
            }
        }
        Ok(None)
    })
    .await?;
    assert!(
        seen.get("seq").is_none_or(serde_json::Value::is_null),
        "typing has no number: {seen}"
    );
    Ok(())
}
