//! Accounts on a real database: first run, sign-in, sessions, passwords, invitations.

mod support;

use std::time::{Duration, Instant};

use hilo_app::{Act, AppError, InviteAgent, NewAccount};
use hilo_domain::agent::Role;
use hilo_domain::{Actor, AgentId};
use jiff::SignedDuration;
use support::{HERE, PASSWORD, agent, first_run, from, hilo, refusal, set_up, web_chat};
use uuid::Uuid;

#[tokio::test]
async fn the_first_run_makes_a_workspace_and_its_administrator_and_spends_the_token() {
    let (app, database) = hilo().await;
    assert!(app.needs_set_up());
    let token = app.set_up_token().await.unwrap().unwrap();
    let stored: Vec<u8> = sqlx::query_scalar("SELECT token_hash FROM setup_tokens")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(stored.len(), 32);

    assert_eq!(
        refusal(app.set_up(first_run("wrong".to_owned()), &HERE).await),
        "SET_UP_TOKEN_INVALID"
    );
    let mut short = first_run(token.clone());
    short.password = "too short".to_owned();
    assert_eq!(
        refusal(app.set_up(short, &HERE).await),
        "PASSWORD_TOO_SHORT"
    );
    let mut odd = first_run(token.clone());
    odd.language = "xx".to_owned();
    assert_eq!(refusal(app.set_up(odd, &HERE).await), "LANGUAGE_UNKNOWN");
    assert!(app.needs_set_up());

    let admin = app.set_up(first_run(token.clone()), &HERE).await.unwrap();
    assert!(!app.needs_set_up());
    assert_eq!(app.facts().workspace().unwrap().name, "Taller");
    assert_eq!(app.caller(&admin.token).await.unwrap(), Some(admin.caller));
    assert_eq!(admin.caller.role, Role::Administrator);
    assert_eq!(
        refusal(app.set_up(first_run(token), &HERE).await),
        "ALREADY_SET_UP"
    );
    assert_eq!(app.set_up_token().await.unwrap(), None);
    app.sign_in(" EVA@example.com", PASSWORD, &HERE, Some("Firefox\0"))
        .await
        .unwrap();
}

#[tokio::test]
async fn two_first_runs_with_one_token_make_one_administrator() {
    let (app, database) = hilo().await;
    let token = app.set_up_token().await.unwrap().unwrap();
    let (one, two) = tokio::join!(
        app.set_up(first_run(token.clone()), &HERE),
        app.set_up(first_run(token.clone()), &HERE)
    );
    assert!(one.is_ok() != two.is_ok());
    let accounts: i64 = sqlx::query_scalar("SELECT count(*) FROM accounts")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!((accounts, app.facts().agents().len()), (1, 1));
}

#[tokio::test]
async fn a_first_run_that_broke_off_after_the_account_can_be_done_again_with_other_words() {
    let (app, _database) = hilo().await;
    let token = app.set_up_token().await.unwrap().unwrap();
    let agent_id = {
        let mac = app.journal().lookup_mac("first_agent", &[]);
        AgentId::from_uuid(hilo_domain::ids::from_mac(&mac))
    };
    let half = NewAccount {
        agent_id,
        name: "Evva".to_owned(),
        email: "evva@example.com".to_owned(),
        role: Role::Administrator,
        password: "another password".to_owned(),
        demo: false,
    };
    app.add_account(half, Act::by(Actor::System)).await.unwrap();
    app.set_up(first_run(token), &HERE).await.unwrap();
    assert_eq!(app.facts().agent(agent_id).unwrap().name, "Eva");
    app.sign_in("eva@example.com", PASSWORD, &HERE, None)
        .await
        .unwrap();
    assert_eq!(
        refusal(
            app.sign_in("evva@example.com", "another password", &HERE, None)
                .await
        ),
        "WRONG_CREDENTIALS"
    );
}

#[tokio::test]
async fn every_wrong_sign_in_gets_one_answer_and_takes_the_time_of_a_hash() {
    let (app, _database, _admin) = set_up().await;
    let tries = [
        ("eva@example.com", "not the password"),
        ("nobody@example.com", PASSWORD),
        ("\0", PASSWORD),
        ("", ""),
    ];
    for (email, password) in tries {
        let start = Instant::now();
        assert_eq!(
            refusal(app.sign_in(email, password, &HERE, None).await),
            "WRONG_CREDENTIALS",
            "{email:?}"
        );
        assert!(
            start.elapsed() > Duration::from_millis(5),
            "{email:?} was answered without hashing"
        );
    }
}

#[tokio::test]
async fn a_demo_account_is_refused_from_anywhere_but_loopback() {
    let (app, _database, _admin) = set_up().await;
    let demo = NewAccount {
        agent_id: AgentId::from_uuid(Uuid::now_v7()),
        name: "Ana".to_owned(),
        email: "ana@demo.hilo.example".to_owned(),
        role: Role::Agent,
        password: PASSWORD.to_owned(),
        demo: true,
    };
    app.add_account(demo, Act::by(Actor::System)).await.unwrap();
    app.sign_in("ana@demo.hilo.example", PASSWORD, &HERE, None)
        .await
        .unwrap();
    let afar = from("192.0.2.1");
    assert_eq!(
        refusal(
            app.sign_in("ana@demo.hilo.example", PASSWORD, &afar, None)
                .await
        ),
        "WRONG_CREDENTIALS"
    );
}

#[tokio::test]
async fn a_stranger_who_guesses_is_stopped_and_the_owner_elsewhere_is_not() {
    let (app, _database, _admin) = set_up().await;
    let stranger = from("192.0.2.1");
    let tries =
        (0..40).map(|_| app.sign_in("eva@example.com", "not the password", &stranger, None));
    let mut limited = 0;
    for answer in futures_util::future::join_all(tries).await {
        match answer {
            Err(AppError::RateLimited { retry_after }) => {
                assert!(retry_after <= Duration::from_secs(900));
                limited += 1;
            }
            other => assert_eq!(refusal(other), "WRONG_CREDENTIALS"),
        }
    }
    assert_eq!(limited, 30);
    let right = app
        .sign_in("eva@example.com", PASSWORD, &stranger, None)
        .await;
    assert!(matches!(right, Err(AppError::RateLimited { .. })));
    app.sign_in("eva@example.com", PASSWORD, &from("198.51.100.7"), None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_session_ends_after_eight_idle_hours_and_after_seven_days_however_busy() {
    let (app, _database, admin) = set_up().await;
    let start = admin.expires_at - SignedDuration::from_hours(7 * 24);
    let at = |hours: i64, minutes: i64| {
        start + SignedDuration::from_hours(hours) + SignedDuration::from_mins(minutes)
    };
    assert!(
        app.caller_at(&admin.token, at(7, 59))
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        app.caller_at(&admin.token, at(15, 58))
            .await
            .unwrap()
            .is_some(),
        "the last use counts"
    );
    assert!(
        app.caller_at(&admin.token, at(24, 0))
            .await
            .unwrap()
            .is_none()
    );

    let busy = app
        .sign_in("eva@example.com", PASSWORD, &HERE, None)
        .await
        .unwrap();
    for hours in (7..=167).step_by(7) {
        assert!(
            app.caller_at(&busy.token, at(hours, 0))
                .await
                .unwrap()
                .is_some(),
            "after {hours} hours"
        );
    }
    assert!(
        app.caller_at(&busy.token, busy.expires_at)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn signing_out_ends_the_session_and_what_is_open_for_it_in_every_process_within_a_second() {
    let (app, database, admin) = set_up().await;
    let other = database.start().await;
    let caller = other.caller(&admin.token).await.unwrap().unwrap();
    let (here, there) = (app.session_end(&admin.caller), other.session_end(&caller));
    tokio::time::sleep(Duration::from_millis(900)).await;
    assert!(!here.is_over() && !there.is_over());
    app.sign_out(&admin.caller).await.unwrap();
    assert!(here.is_over());
    tokio::time::timeout(Duration::from_secs(1), there.ended())
        .await
        .unwrap();
    assert_eq!(other.caller(&admin.token).await.unwrap(), None);
    assert_eq!(app.caller("no token").await.unwrap(), None);
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_begins_a_new_one() {
    let (app, _database, admin) = set_up().await;
    let elsewhere = app
        .sign_in("eva@example.com", PASSWORD, &HERE, None)
        .await
        .unwrap();
    let change = |current, new| app.change_password(&admin.caller, current, new, &HERE);
    assert_eq!(
        refusal(change("not the password", "the new password").await),
        "CURRENT_PASSWORD_WRONG"
    );
    assert_eq!(
        refusal(change(PASSWORD, "short").await),
        "PASSWORD_TOO_SHORT"
    );
    let renewed = change(PASSWORD, "the new password").await.unwrap();
    for gone in [&admin.token, &elsewhere.token] {
        assert_eq!(app.caller(gone).await.unwrap(), None);
    }
    assert!(app.caller(&renewed.token).await.unwrap().is_some());
    assert_eq!(
        refusal(app.sign_in("eva@example.com", PASSWORD, &HERE, None).await),
        "WRONG_CREDENTIALS"
    );
}

#[tokio::test]
async fn a_sign_in_under_way_with_the_old_password_does_not_outlive_the_new_one() {
    let (app, database, admin) = set_up().await;
    let mut change = database.pool.begin().await.unwrap();
    sqlx::query("UPDATE accounts SET password_hash = 'of another password' WHERE agent_id = $1")
        .bind(admin.caller.agent_id.as_uuid())
        .execute(&mut *change)
        .await
        .unwrap();
    let signing_in = tokio::spawn({
        let app = app.clone();
        async move { app.sign_in("eva@example.com", PASSWORD, &HERE, None).await }
    });
    tokio::time::sleep(Duration::from_secs(2)).await;
    change.commit().await.unwrap();
    assert_eq!(refusal(signing_in.await.unwrap()), "WRONG_CREDENTIALS");
}

#[tokio::test]
async fn a_reset_gives_a_new_password_once_and_ends_the_sessions() {
    let (app, _database, admin) = set_up().await;
    assert_eq!(
        app.reset_password("nobody@example.com").await.unwrap(),
        None
    );
    let password = app
        .reset_password("eva@example.com")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(app.caller(&admin.token).await.unwrap(), None);
    app.sign_in("eva@example.com", &password, &HERE, None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_deactivated_agent_is_out_at_once_and_the_last_administrator_stays() {
    let (app, _database, admin) = set_up().await;
    let ana = agent(&app, "ana@example.com", Role::Agent).await;
    let open = app.session_end(&ana.caller);
    app.deactivate_agent(&admin.caller, ana.caller.agent_id)
        .await
        .unwrap();
    assert_eq!(app.caller(&ana.token).await.unwrap(), None);
    tokio::time::timeout(Duration::from_secs(1), open.ended())
        .await
        .unwrap();
    assert_eq!(
        refusal(app.sign_in("ana@example.com", PASSWORD, &HERE, None).await),
        "WRONG_CREDENTIALS"
    );
    app.reactivate_agent(&admin.caller, ana.caller.agent_id)
        .await
        .unwrap();
    app.sign_in("ana@example.com", PASSWORD, &HERE, None)
        .await
        .unwrap();
    let last = app
        .deactivate_agent(&admin.caller, admin.caller.agent_id)
        .await;
    assert_eq!(refusal(last), "LAST_ADMINISTRATOR");
    let last = app
        .change_agent_role(&admin.caller, admin.caller.agent_id, Role::Agent)
        .await;
    assert_eq!(refusal(last), "LAST_ADMINISTRATOR");
}

fn invite(email: &str) -> InviteAgent {
    InviteAgent {
        email: email.to_owned(),
        name: None,
        role: Role::Agent,
        channel_ids: Vec::new(),
        idempotency_key: None,
    }
}

#[expect(clippy::unwrap_used, reason = "part of a test")]
fn token_of(url: Option<String>) -> String {
    url.unwrap()
        .strip_prefix("https://chat.example.com/invitation/")
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn an_invitation_lets_one_person_in_with_their_channels_once() {
    let (app, _database, admin) = set_up().await;
    let channel = web_chat(&app, &admin, "Shop").await;
    let invited = InviteAgent {
        channel_ids: vec![channel],
        name: Some(" Ana ".to_owned()),
        ..invite("Ana@example.com")
    };
    let token = token_of(app.invite_agent(&admin.caller, invited).await.unwrap().url);
    let preview = app.invitation(&token).await.unwrap();
    assert_eq!(
        (preview.workspace_name.as_str(), preview.email.as_str()),
        ("Taller", "ana@example.com")
    );
    assert_eq!(preview.name.as_deref(), Some("Ana"));
    assert_eq!(app.invitations(&admin.caller).await.unwrap().len(), 1);

    let accept = |password| app.accept_invitation(&token, "Ana", password, &HERE);
    assert_eq!(refusal(accept("short").await), "PASSWORD_TOO_SHORT");
    let (one, two) = tokio::join!(accept(PASSWORD), accept("some other password"));
    assert!(one.is_ok() != two.is_ok());
    let ana = one.or(two).unwrap();
    assert_eq!(app.caller(&ana.token).await.unwrap(), Some(ana.caller));
    assert_eq!(app.channels(&ana.caller).unwrap().len(), 1);
    assert_eq!(refusal(accept(PASSWORD).await), "INVITATION_INVALID");
    assert!(matches!(
        app.invitation(&token).await,
        Err(AppError::NotFound { what: "invitation" })
    ));
    assert!(app.invitations(&admin.caller).await.unwrap().is_empty());
    assert_eq!(
        refusal(
            app.invite_agent(&admin.caller, invite("ana@example.com"))
                .await
        ),
        "EMAIL_TAKEN"
    );
    assert!(matches!(
        app.invite_agent(&ana.caller, invite("x@example.com")).await,
        Err(AppError::Forbidden { .. })
    ));
}

#[tokio::test]
async fn a_second_invitation_replaces_the_first_and_a_withdrawn_one_is_gone() {
    let (app, _database, admin) = set_up().await;
    let first = token_of(
        app.invite_agent(&admin.caller, invite("ana@example.com"))
            .await
            .unwrap()
            .url,
    );
    let second = app
        .invite_agent(&admin.caller, invite("ana@example.com"))
        .await
        .unwrap();
    assert!(app.invitation(&first).await.is_err());
    let token = token_of(second.url);
    app.invitation(&token).await.unwrap();
    app.withdraw_invitation(&admin.caller, second.id)
        .await
        .unwrap();
    assert_eq!(
        refusal(app.accept_invitation(&token, "Ana", PASSWORD, &HERE).await),
        "INVITATION_INVALID"
    );
}

#[tokio::test]
async fn an_invitation_asked_for_again_with_its_key_is_the_same_and_its_link_too() {
    let (app, _database, admin) = set_up().await;
    let key = Some(uuid::Uuid::now_v7());
    let asked = |email: &str| InviteAgent {
        idempotency_key: key,
        ..invite(email)
    };
    let (one, two) = tokio::join!(
        app.invite_agent(&admin.caller, asked("ana@example.com")),
        app.invite_agent(&admin.caller, asked("Ana@Example.com")),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one == two);
    app.invitation(&token_of(one.url)).await.unwrap();
    assert_eq!(app.invitations(&admin.caller).await.unwrap().len(), 1);
    let other = app.invite_agent(&admin.caller, asked("bea@example.com"));
    assert!(matches!(other.await, Err(AppError::IdempotencyConflict)));
    // Another key is another invitation, which takes the place of the first.
    app.invite_agent(&admin.caller, invite("ana@example.com"))
        .await
        .unwrap();
    assert!(app.invitation(&token_of(two.url)).await.is_err());
}
