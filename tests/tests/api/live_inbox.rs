//! The list over a socket that is cut again and again: what the client holds equals a fresh query (N5, R9).

use std::time::Duration;

use anyhow::Result;
use hilo_tests::company::{chats, hire};
use hilo_tests::mirror::Mirror;
use hilo_tests::queries::{ARCHIVE_CHAT, INBOX, INBOX_CHANGES, MARK_CHAT_READ, SEND_MESSAGE};
use hilo_tests::socket::{Next, Socket};
use hilo_tests::{At as _, Client, Company, until};
use serde_json::{Value, json};
use uuid::Uuid;

const CUTS: usize = 20;
const VISITORS: usize = 6;

/// One act of the agent on the chat at the top of the list.
async fn act(agent: &Client, turn: usize) -> Result<()> {
    let chats = chats(agent, Some("ACTIVE")).await?;
    let Some(chat) = chats.get(turn % chats.len().max(1)) else {
        return Ok(());
    };
    let mut input = json!({"chatId": chat.at("/id")});
    let mutation = match turn % 4 {
        0 => MARK_CHAT_READ,
        3 => ARCHIVE_CHAT,
        _ => {
            let words =
                json!({"text": format!("respuesta {turn}"), "clientMessageId": Uuid::new_v4()});
            if let (Some(input), Some(words)) = (input.as_object_mut(), words.as_object()) {
                input.extend(words.clone());
            }
            SEND_MESSAGE
        }
    };
    agent.act(mutation, json!({"input": input})).await?;
    Ok(())
}

/// Listens for some updates, then cuts the line in the middle of whatever comes.
async fn listen_and_cut(client: &Client, mirror: &mut Mirror, updates: usize) -> Result<()> {
    let mut socket = Socket::open(client).await?;
    socket
        .subscribe("1", INBOX_CHANGES, json!({"after": mirror.position()}))
        .await?;
    for _ in 0..updates {
        match socket.next(Duration::from_millis(400)).await? {
            Next::Message(message) => {
                assert_eq!(message.text("/type"), "next", "{message}");
                mirror.apply_inbox(message.at("/payload/data/inbox"))?;
            }
            Next::Silence => break,
            Next::Closed(code) => panic!("closed with {code:?}"),
        }
    }
    socket.cut();
    Ok(())
}

/// Listens until nothing is missing: the client's rows are those of a fresh query.
async fn catch_up(client: &Client, mirror: &mut Mirror) -> Result<()> {
    let mut socket = Socket::open(client).await?;
    socket
        .subscribe("1", INBOX_CHANGES, json!({"after": mirror.position()}))
        .await?;
    until("the client's list equals a fresh one", async || {
        while let Next::Message(message) = socket.next(Duration::from_millis(100)).await? {
            mirror.apply_inbox(message.at("/payload/data/inbox"))?;
        }
        let fresh = Mirror::of_inbox(client).await?;
        Ok(mirror.shows_the_same_as(&fresh).then_some(()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_cut_twenty_times_equals_a_fresh_one() -> Result<()> {
    let company = Company::found().await?;
    let mut visitors = Vec::new();
    for _ in 0..VISITORS {
        visitors.push(company.visitor().await?);
    }
    let mut mirror = Mirror::of_inbox(&company.ana).await?;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let agent = company.ana.clone();
    let writer = tokio::spawn(async move {
        let mut turn = 0;
        while !*stopped.borrow() {
            if let Some(visitor) = visitors.get(turn % VISITORS) {
                visitor.write(&format!("mensaje {turn}")).await?;
            }
            act(&agent, turn).await?;
            turn += 1;
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        anyhow::Ok(turn)
    });
    for cut in 0..CUTS {
        listen_and_cut(&company.ana, &mut mirror, cut % 5).await?;
    }
    stop.send(true)?;
    assert!(
        writer.await?? >= VISITORS,
        "something was written meanwhile"
    );
    catch_up(&company.ana, &mut mirror).await?;
    assert_eq!(mirror.rows(), VISITORS);
    Ok(())
}

/// A subscription without `after` begins now; each update carries absolute values.
#[tokio::test]
async fn one_message_is_one_small_update_within_a_blink() -> Result<()> {
    let company = Company::found().await?;
    // Rows with this chat also know of her access, which would be a reason to read afresh.
    company.visitor().await?.write("antes").await?;
    let start = until("the list shows the chat before", async || {
        let list = company.ana.get(INBOX, json!({})).await?;
        let shown = list.text("/chats/nodes/0/lastMessage/text") == "antes";
        Ok(shown.then_some(list))
    })
    .await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket
        .subscribe(
            "1",
            INBOX_CHANGES,
            json!({"after": start.at("/chats/position")}),
        )
        .await?;
    let visitor = company.visitor().await?;
    let written = std::time::Instant::now();
    visitor.write("hola").await?;
    let update = socket.update().await?;
    assert!(
        written.elapsed() < Duration::from_secs(5),
        "within a blink, on a busy machine"
    );
    let inbox = update.at("/data/inbox");
    assert_eq!(inbox.text("/chats/0/lastMessage/text"), "hola");
    assert_eq!(inbox.number("/chats/0/unreadCount"), 1);
    assert_eq!(inbox.number("/counters/unread"), 2);
    assert_eq!(*inbox.at("/resync"), false);
    Ok(())
}

/// R9: where Hilo cannot go on from a position it says so, by an error or by asking for a fresh start.
#[tokio::test]
async fn an_unknown_position_is_said_to_be_unknown() -> Result<()> {
    let company = Company::found().await?;
    for after in ["999999999", "1@00000000", "nonsense", "-1", ""] {
        let mut socket = Socket::open(&company.ana).await?;
        socket
            .subscribe("1", INBOX_CHANGES, json!({"after": after}))
            .await?;
        let answer = socket.receive().await?;
        let code = match answer.text("/type") {
            "error" => answer.text("/payload/0/extensions/code"),
            _ => answer.text("/payload/errors/0/extensions/code"),
        };
        let is_refused = matches!(code, "POSITION_UNKNOWN" | "BAD_USER_INPUT");
        let starts_afresh = *answer.at("/payload/data/inbox/resync") == true;
        assert!(is_refused || starts_afresh, "{after}: {answer}");
    }
    Ok(())
}

/// Whoever joins later sees the same as whoever was there from the beginning.
#[tokio::test]
async fn two_agents_end_with_the_same_list() -> Result<()> {
    let company = Company::found().await?;
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[&company.channel_id],
    )
    .await?;
    let mut early = Mirror::of_inbox(&company.ana).await?;
    for n in 0..5 {
        company.visitor().await?.write(&format!("hola {n}")).await?;
        act(&marek, n).await?;
    }
    let mut late = Mirror::of_inbox(&marek).await?;
    catch_up(&company.ana, &mut early).await?;
    catch_up(&marek, &mut late).await?;
    assert!(early.shows_the_same_as(&late));
    let list: Vec<Value> = chats(&marek, None).await?;
    assert_eq!(list.len(), 5);
    Ok(())
}
