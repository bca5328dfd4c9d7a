//! What agents do in chats, on a real database: exactly once, and only in their channels.

mod support;

use futures_util::StreamExt;
use hilo_app::AppError;
use hilo_domain::agent::Role;
use hilo_domain::{Actor, ChatId};
use hilo_read::{ChatFilter, ChatState, ChatStateFilter, Page};
use support::{agent, refusal, set_up, visitor_writes, web_chat};
use uuid::Uuid;

fn chat_id() -> ChatId {
    ChatId::from_uuid(Uuid::now_v7())
}

fn every_chat() -> ChatFilter {
    ChatFilter {
        state: ChatStateFilter::All,
        ..ChatFilter::default()
    }
}

#[tokio::test]
async fn a_message_sent_twice_is_there_once_and_another_text_under_its_id_is_refused() {
    let (app, _database, admin) = set_up().await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let chat = chat_id();
    visitor_writes(&app, channel, chat, "Hola").await;
    let client = Uuid::now_v7();
    let send = |text| {
        app.send_message(
            &admin.caller,
            chat,
            (text, None, Vec::new()),
            Default::default(),
            client,
        )
    };
    let (first, second) = tokio::join!(send("Buenas"), send(" Buenas "));
    assert_eq!(first.unwrap().0, second.unwrap().0);
    assert!(matches!(
        send("Otra cosa").await,
        Err(AppError::IdempotencyConflict)
    ));
    support::until(|| async {
        let messages = app
            .messages(&admin.caller, chat, Page::default())
            .await
            .unwrap();
        messages.rows.len() == 2
    })
    .await;
}

#[tokio::test]
async fn texts_that_are_empty_too_long_or_hold_nul_are_refused_with_field_and_limit() {
    let (app, _database, admin) = set_up().await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let chat = chat_id();
    visitor_writes(&app, channel, chat, "Hola").await;
    for (text, code) in [
        (" \u{200b}\n", "TEXT_EMPTY"),
        ("a\0b", "TEXT_HAS_NUL"),
        (&"ñ".repeat(1001), "TEXT_TOO_LONG"),
    ] {
        assert_eq!(
            refusal(
                app.send_message(
                    &admin.caller,
                    chat,
                    (text, None, Vec::new()),
                    Default::default(),
                    Uuid::now_v7()
                )
                .await
            ),
            code
        );
    }
    app.send_message(
        &admin.caller,
        chat,
        ("ñ".repeat(1000).as_str(), None, Vec::new()),
        Default::default(),
        Uuid::now_v7(),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_chat_of_a_channel_one_has_no_access_to_is_not_there() {
    let (app, _database, admin) = set_up().await;
    let (mine, foreign) = (
        web_chat(&app, &admin, "Mine").await,
        web_chat(&app, &admin, "Foreign").await,
    );
    let ana = agent(&app, "ana@example.com", Role::Agent).await.caller;
    app.grant_channel_access(&admin.caller, mine, ana.agent_id)
        .await
        .unwrap();
    let (open, closed) = (chat_id(), chat_id());
    visitor_writes(&app, mine, open, "Hola").await;
    visitor_writes(&app, foreign, closed, "Hola").await;
    app.chat(&admin.caller, closed).await.unwrap();

    let not_there = |answer: Result<(), AppError>| {
        assert!(matches!(answer, Err(AppError::NotFound { what: "chat" })))
    };
    for chat in [closed, chat_id()] {
        not_there(app.chat(&ana, chat).await.map(drop));
        not_there(app.messages(&ana, chat, Page::default()).await.map(drop));
        not_there(app.acts(&ana, chat).await.map(drop));
        not_there(
            app.send_message(
                &ana,
                chat,
                ("Hola", None, Vec::new()),
                Default::default(),
                Uuid::now_v7(),
            )
            .await
            .map(drop),
        );
        not_there(app.mark_chat_read(&ana, chat).await.map(drop));
        not_there(app.archive_chat(&ana, chat).await.map(drop));
        not_there(app.reopen_chat(&ana, chat).await.map(drop));
        not_there(app.set_typing(&ana, chat, true).await);
    }
    assert_eq!(
        app.chats(&ana, every_chat(), Page::default())
            .await
            .unwrap()
            .rows
            .len(),
        1
    );
    assert_eq!(
        app.chats_by_ids(&ana, &[open, closed]).await.unwrap().len(),
        1
    );
    app.send_message(
        &ana,
        open,
        ("Buenas", None, Vec::new()),
        Default::default(),
        Uuid::now_v7(),
    )
    .await
    .unwrap();

    app.revoke_channel_access(&admin.caller, mine, ana.agent_id)
        .await
        .unwrap();
    not_there(
        app.send_message(
            &ana,
            open,
            ("Buenas", None, Vec::new()),
            Default::default(),
            Uuid::now_v7(),
        )
        .await
        .map(drop),
    );
    not_there(app.chat(&ana, open).await.map(drop));
    assert!(
        app.chats(&ana, every_chat(), Page::default())
            .await
            .unwrap()
            .rows
            .is_empty()
    );
}

#[tokio::test]
async fn reading_archiving_and_reopening_are_seen_by_who_did_them() {
    let (app, _database, admin) = set_up().await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let chat = chat_id();
    visitor_writes(&app, channel, chat, "Hola").await;
    let caller = &admin.caller;
    assert_eq!(app.chat(caller, chat).await.unwrap().value.unread, 1);

    let acted = app.mark_chat_read(caller, chat).await.unwrap();
    assert!(!acted.pending);
    let row = app.chat(caller, chat).await.unwrap().value;
    assert_eq!((row.unread, row.unanswered), (0, true));
    assert!(!app.archive_chat(caller, chat).await.unwrap().pending);
    assert_eq!(
        app.chat(caller, chat).await.unwrap().value.state,
        ChatState::Archived
    );
    assert!(!app.reopen_chat(caller, chat).await.unwrap().pending);
    assert_eq!(
        app.chat(caller, chat).await.unwrap().value.state,
        ChatState::Active
    );

    let auditor = agent(&app, "ada@example.com", Role::Auditor).await.caller;
    let refused = app.archive_chat(&auditor, chat).await;
    assert!(matches!(
        refused,
        Err(AppError::Forbidden { needs: "chats" })
    ));
}

#[tokio::test]
async fn an_agent_who_writes_is_told_to_who_listens() {
    let (app, _database, admin) = set_up().await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let chat = chat_id();
    visitor_writes(&app, channel, chat, "Hola").await;
    let mut told = std::pin::pin!(app.hub().typing());
    app.set_typing(&admin.caller, chat, true).await.unwrap();
    let typing = told.next().await.unwrap();
    assert_eq!(
        (typing.chat_id, typing.state, typing.preview),
        (chat, true, None)
    );
    assert_eq!(
        typing.by,
        Actor::Agent {
            id: admin.caller.agent_id
        }
    );
}
