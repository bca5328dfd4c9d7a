//! Channels on a real database: keys, secrets, access.

mod support;

use hilo_app::{AppError, ConfigureWidget, ConnectWebChat};
use hilo_domain::ChannelId;
use hilo_domain::agent::Role;
use support::{agent, refusal, set_up, web_chat};
use uuid::Uuid;

fn connect(key: &str) -> ConnectWebChat {
    ConnectWebChat {
        name: "Shop".to_owned(),
        key: Some(key.to_owned()),
        ..ConnectWebChat::default()
    }
}

#[tokio::test]
async fn of_many_who_want_one_widget_key_one_gets_it() {
    let (app, database, admin) = set_up().await;
    let other = database.start().await;
    let wishes = (0..8).map(|n| {
        let app = if n % 2 == 0 { &app } else { &other };
        app.connect_web_chat(&admin.caller, connect("demo-shop"))
    });
    let answers = futures_util::future::join_all(wishes).await;
    let (got, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((got.len(), refused.len()), (1, 7));
    for answer in refused {
        assert_eq!(refusal(answer), "WIDGET_KEY_TAKEN");
    }
    let secrets: i64 = sqlx::query_scalar("SELECT count(*) FROM channel_secrets")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(secrets, 1);
}

#[tokio::test]
async fn a_refused_channel_leaves_its_key_free_and_an_abandoned_claim_is_free_after_a_minute() {
    let (app, database, admin) = set_up().await;
    let nameless = ConnectWebChat {
        name: " ".to_owned(),
        ..connect("demo-shop")
    };
    assert_eq!(
        refusal(app.connect_web_chat(&admin.caller, nameless).await),
        "NAME_INVALID"
    );
    let bad_key = app.connect_web_chat(&admin.caller, connect("No\0")).await;
    assert_eq!(refusal(bad_key), "WIDGET_KEY_INVALID");

    let abandon =
        "INSERT INTO widget_keys VALUES ('demo-shop', $1, now() - $2 * interval '1 second')";
    sqlx::query(abandon)
        .bind(Uuid::now_v7())
        .bind(30.0)
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(
        refusal(
            app.connect_web_chat(&admin.caller, connect("demo-shop"))
                .await
        ),
        "WIDGET_KEY_TAKEN"
    );
    sqlx::query("UPDATE widget_keys SET claimed_at = now() - interval '61 seconds'")
        .execute(&database.pool)
        .await
        .unwrap();
    app.connect_web_chat(&admin.caller, connect("demo-shop"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_web_chat_has_a_made_up_key_and_a_sealed_secret_that_only_administrators_see() {
    let (app, database, admin) = set_up().await;
    let ana = agent(&app, "ana@example.com", Role::Agent).await;
    let with_ana = ConnectWebChat {
        name: "Shop".to_owned(),
        origins: vec!["https://shop.example.com".to_owned()],
        agent_ids: vec![ana.caller.agent_id],
        identity_secret: Some("a secret of the site".to_owned()),
        ..ConnectWebChat::default()
    };
    let (channel, acted) = app.connect_web_chat(&admin.caller, with_ana).await.unwrap();
    assert!(acted.position.0 > 0);
    let key = app
        .channel(&ana.caller, channel)
        .await
        .unwrap()
        .widget
        .unwrap()
        .key;
    assert!(key.starts_with("wk_") && key.len() == 11, "{key}");
    assert_eq!(app.facts().widget(&key).unwrap().channel_id, channel);

    assert_eq!(
        app.widget_identity_secret(&admin.caller, channel)
            .await
            .unwrap(),
        "a secret of the site"
    );
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM channel_secrets")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert!(!sealed.windows(8).any(|part| part == b"a secret"));
    let asked = app.widget_identity_secret(&ana.caller, channel).await;
    assert!(matches!(
        asked,
        Err(AppError::Forbidden {
            needs: "administrator"
        })
    ));
    let random = web_chat(&app, &admin, "Second").await;
    assert_eq!(
        app.widget_identity_secret(&admin.caller, random)
            .await
            .unwrap()
            .len(),
        43
    );
}

#[tokio::test]
async fn access_counts_at_once_when_granted_and_when_taken_in_another_process_too() {
    let (app, database, admin) = set_up().await;
    let other = database.start().await;
    let ana = agent(&app, "ana@example.com", Role::Agent).await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let unseen = |answer: Result<_, AppError>| {
        assert!(matches!(
            answer,
            Err(AppError::NotFound { what: "channel" })
        ))
    };
    unseen(app.channel(&ana.caller, channel).await);
    unseen(
        app.channel(&ana.caller, ChannelId::from_uuid(Uuid::now_v7()))
            .await,
    );
    app.grant_channel_access(&admin.caller, channel, ana.caller.agent_id)
        .await
        .unwrap();
    assert_eq!(
        app.channel(&ana.caller, channel).await.unwrap().name,
        "Shop"
    );
    assert_eq!(app.channel_agents(&admin.caller, channel).unwrap().len(), 2);
    // At once: nobody is refused by what this process has not heard of yet.
    assert!(other.channel(&ana.caller, channel).await.is_ok());
    app.revoke_channel_access(&admin.caller, channel, ana.caller.agent_id)
        .await
        .unwrap();
    unseen(app.channel(&ana.caller, channel).await);
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    unseen(other.channel(&ana.caller, channel).await);
}

#[tokio::test]
async fn configuring_a_widget_changes_all_or_nothing_and_keeps_its_key() {
    let (app, _database, admin) = set_up().await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let before = app.channel(&admin.caller, channel).await.unwrap();
    let wrong = ConfigureWidget {
        name: Some("Tienda".to_owned()),
        origins: vec!["shop.example.com".to_owned()],
        ..ConfigureWidget::default()
    };
    assert_eq!(
        refusal(app.configure_widget(&admin.caller, channel, wrong).await),
        "ORIGIN_INVALID"
    );
    assert_eq!(app.channel(&admin.caller, channel).await.unwrap(), before);
    let right = ConfigureWidget {
        name: Some("Tienda".to_owned()),
        origins: vec!["https://shop.example.com".to_owned()],
        title: Some("Hola".to_owned()),
        ..ConfigureWidget::default()
    };
    app.configure_widget(&admin.caller, channel, right)
        .await
        .unwrap();
    let after = app.channel(&admin.caller, channel).await.unwrap();
    assert_eq!(
        (
            after.name.as_str(),
            after.widget.as_ref().unwrap().title.as_deref()
        ),
        ("Tienda", Some("Hola"))
    );
    assert_eq!(after.widget.unwrap().key, before.widget.unwrap().key);
}

#[tokio::test]
async fn a_web_chat_asked_for_again_with_its_key_is_connected_once() {
    let (app, database, admin) = set_up().await;
    let asked = |name: &str, key| ConnectWebChat {
        name: name.to_owned(),
        key: None,
        idempotency_key: Some(key),
        ..connect("unused")
    };
    let key = Uuid::now_v7();
    let first = app
        .connect_web_chat(&admin.caller, asked("Shop", key))
        .await
        .unwrap();
    let again = app
        .connect_web_chat(&admin.caller, asked("Shop", key))
        .await
        .unwrap();
    assert_eq!(first.0, again.0);
    let other = app
        .connect_web_chat(&admin.caller, asked("Outlet", key))
        .await;
    assert!(matches!(other, Err(AppError::IdempotencyConflict)));
    let second = Uuid::now_v7();
    let second = app
        .connect_web_chat(&admin.caller, asked("Shop", second))
        .await
        .unwrap();
    assert_ne!(first.0, second.0);
    assert_eq!(app.channels(&admin.caller).unwrap().len(), 2);
    let keys: i64 = sqlx::query_scalar("SELECT count(*) FROM widget_keys")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(keys, 2);
}
