//! Who sees and does what (A1 to A4, S6): strangers, agents with and without access, auditors.

use anyhow::Result;
use hilo_tests::company::{chat_saying, chats, connect_web_chat, hire};
use hilo_tests::mirror::number_of;
use hilo_tests::queries::{
    CONNECT_WEB_CHAT, GRANT_CHANNEL_ACCESS, INBOX, INBOX_CHANGES, INVITE_AGENT, MARK_CHAT_READ,
    REVOKE_CHANNEL_ACCESS, SEND_MESSAGE,
};
use hilo_tests::socket::{Next, Socket};
use hilo_tests::visitor::SITE;
use hilo_tests::{At as _, Client, Company, Visitor, until};
use serde_json::json;
use uuid::Uuid;

#[tokio::test]
async fn a_stranger_sees_the_sign_in_page_and_nothing_else() -> Result<()> {
    let company = Company::found().await?;
    let stranger = Client::stranger(&company.hilo.url)?;
    let workspace = stranger
        .get(
            "{ workspace { name needsSetUp demo { email } } viewer { role } }",
            json!({}),
        )
        .await?;
    assert_eq!(workspace.text("/workspace/name"), "Taller Hilo");
    assert_eq!(*workspace.at("/workspace/needsSetUp"), false);
    assert!(workspace.list("/workspace/demo").is_empty());
    assert!(workspace.at("/viewer").is_null());
    for query in [
        "{ agents { id } }",
        "{ channels { id } }",
        "{ counters { active } }",
        "{ invitations { id } }",
    ] {
        assert_eq!(
            stranger.fault(query, json!({})).await?,
            "UNAUTHENTICATED",
            "{query}"
        );
    }
    assert_eq!(stranger.fault(INBOX, json!({})).await?, "UNAUTHENTICATED");
    let mark = json!({"input": {"chatId": Uuid::new_v4()}});
    assert_eq!(
        stranger.fault(MARK_CHAT_READ, mark).await?,
        "UNAUTHENTICATED"
    );
    Ok(())
}

/// A2: the same walls in lists, counters and subscriptions.
#[tokio::test]
async fn an_agent_sees_only_chats_of_granted_channels() -> Result<()> {
    let company = Company::found().await?;
    let other = connect_web_chat(&company.admin, "Otra", "otra").await?;
    let (marek, marek_id) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[other.text("/id")],
    )
    .await?;
    let mut socket = Socket::open(&marek).await?;
    let start = marek.get(INBOX, json!({"first": 1})).await?;
    socket
        .subscribe(
            "1",
            INBOX_CHANGES,
            json!({"after": start.at("/chats/position")}),
        )
        .await?;

    company.visitor().await?.write("a la tienda").await?;
    chat_saying(&company.ana, "a la tienda").await?;
    Visitor::arrive(&company.hilo.url, "otra")
        .await?
        .write("a la otra")
        .await?;
    let row = chat_saying(&marek, "a la otra").await?;

    assert_eq!(chats(&marek, None).await?.len(), 1);
    assert_eq!(chats(&company.ana, None).await?.len(), 1);
    assert_eq!(
        chats(&company.admin, None).await?.len(),
        2,
        "A4: administrators see all"
    );
    let counters = marek
        .get(
            "{ counters { active unread channels { channelId } } }",
            json!({}),
        )
        .await?;
    assert_eq!(
        (
            counters.number("/counters/active"),
            counters.number("/counters/unread")
        ),
        (1, 1)
    );
    assert!(!counters.to_string().contains(&company.channel_id));
    let channels = marek.get("{ channels { id } }", json!({})).await?;
    assert_eq!(channels.list("/channels").len(), 1);

    // Not one update ever named the other channel's chat.
    loop {
        let update = socket.update().await?;
        assert!(!update.to_string().contains("a la tienda"), "{update}");
        assert!(
            !update.to_string().contains(&company.channel_id),
            "{update}"
        );
        if update
            .list("/data/inbox/chats")
            .iter()
            .any(|it| it.at("/id") == row.at("/id"))
        {
            break;
        }
    }

    // Access granted brings the rows in, access taken takes them away, also on an open socket.
    let both = json!({"input": {"channelId": company.channel_id, "agentId": marek_id}});
    let granted = company
        .admin
        .act(GRANT_CHANNEL_ACCESS, both.clone())
        .await?;
    assert!(number_of(granted.text("/position")) > 0);
    chat_saying(&marek, "a la tienda").await?;
    company.admin.act(REVOKE_CHANNEL_ACCESS, both).await?;
    until("the chat is gone", async || {
        Ok((chats(&marek, None).await?.len() == 1).then_some(()))
    })
    .await?;
    Ok(())
}

/// A3: a refusal names what is missing; the wall stays closed to it.
#[tokio::test]
async fn an_auditor_reads_and_does_not_write() -> Result<()> {
    let company = Company::found().await?;
    let (auditor, _) = hire(
        &company.admin,
        "Olga",
        "olga@taller.example",
        "AUDITOR",
        &[&company.channel_id],
    )
    .await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&auditor, "hola").await?;
    let input = json!({"chatId": row.at("/id"), "text": "hola", "clientMessageId": Uuid::new_v4()});
    let answer = auditor.ask(SEND_MESSAGE, json!({"input": input})).await?;
    let refused = [
        answer.text("/errors/0/extensions/code"),
        answer.text("/data/sendMessage/userErrors/0/code"),
    ];
    assert!(
        refused.contains(&"FORBIDDEN") || refused.contains(&"NO_CHATS_RIGHT"),
        "{answer}"
    );
    Ok(())
}

#[tokio::test]
async fn only_administrators_change_channels_and_invite() -> Result<()> {
    let company = Company::found().await?;
    let invite =
        json!({"input": {"name": "X", "email": "x@taller.example", "role": "ADMINISTRATOR"}});
    assert_eq!(company.ana.fault(INVITE_AGENT, invite).await?, "FORBIDDEN");
    let connect = json!({"input": {"name": "X", "origins": [SITE]}});
    assert_eq!(
        company.ana.fault(CONNECT_WEB_CHAT, connect).await?,
        "FORBIDDEN"
    );
    let grant = json!({"input": {"channelId": company.channel_id, "agentId": company.ana_id}});
    assert_eq!(
        company.ana.fault(GRANT_CHANNEL_ACCESS, grant).await?,
        "FORBIDDEN"
    );
    let secret = "{ channels { widget { identitySecret } } }";
    assert_eq!(company.ana.fault(secret, json!({})).await?, "FORBIDDEN");
    Ok(())
}

/// S6, R10: a socket of somebody who signed out hears nothing more.
#[tokio::test]
async fn a_socket_ends_with_its_session() -> Result<()> {
    let company = Company::found().await?;
    let mut socket = Socket::open(&company.ana).await?;
    socket.subscribe("1", INBOX_CHANGES, json!({})).await?;
    let out = company
        .ana
        .get("mutation { signOut { ok } }", json!({}))
        .await?;
    assert_eq!(*out.at("/signOut/ok"), true);
    assert_eq!(
        company.ana.fault(INBOX, json!({})).await?,
        "UNAUTHENTICATED"
    );
    let end = std::time::Instant::now() + hilo_tests::wait::PATIENCE;
    loop {
        assert!(std::time::Instant::now() < end, "the socket stayed open");
        match socket.next(hilo_tests::wait::PATIENCE).await? {
            Next::Closed(code) => break assert_eq!(code, Some(4403)),
            Next::Message(message) => {
                assert!(!message.to_string().contains("secreto"), "{message}");
            }
            Next::Silence => {}
        }
    }
    Ok(())
}
