//! Setting up, signing in and out, invitations; the cookie and the limits of the sign-in (S8).

use anyhow::{Context as _, Result};
use hilo_tests::company::{PASSWORD, hire, set_up, setup_token};
use hilo_tests::queries::{ACCEPT_INVITATION, INVITE_AGENT, SET_UP, SIGN_IN, VIEWER};
use hilo_tests::{At as _, Client, Company, Hilo};
use serde_json::{Value, json};

fn credentials(email: &str, password: &str) -> Value {
    json!({"input": {"email": email, "password": password}})
}

fn set_up_input(token: &str, password: &str) -> Value {
    json!({"input": {"token": token, "workspaceName": "Taller Hilo", "name": "Irene",
        "email": "irene@taller.example", "password": password, "language": "es"}})
}

#[tokio::test]
async fn a_company_is_set_up_once_with_the_consoles_token() -> Result<()> {
    let hilo = Hilo::start().await?;
    let stranger = Client::stranger(&hilo.url)?;
    let needs = stranger
        .get("{ workspace { name needsSetUp } }", json!({}))
        .await?;
    assert_eq!(*needs.at("/workspace/needsSetUp"), true);
    assert!(needs.at("/workspace/name").is_null());

    let token = setup_token(&hilo).await?;
    let guessed = stranger
        .try_act(SET_UP, set_up_input("guessed", PASSWORD))
        .await?;
    assert!(!guessed.text("/userErrors/0/code").is_empty(), "{guessed}");
    let weak = stranger
        .try_act(SET_UP, set_up_input(&token, "short"))
        .await?;
    assert_eq!(weak.text("/userErrors/0/field"), "password", "{weak}");
    let mut nameless = set_up_input(&token, PASSWORD);
    nameless["input"]["workspaceName"] = json!(" ");
    let nameless = stranger.try_act(SET_UP, nameless).await?;
    assert_eq!(
        nameless.text("/userErrors/0/field"),
        "workspaceName",
        "{nameless}"
    );

    let admin = set_up(&hilo).await?;
    let viewer = admin.get(VIEWER, json!({})).await?;
    assert_eq!(viewer.text("/viewer/role"), "ADMINISTRATOR");
    let again = stranger.ask(SET_UP, set_up_input(&token, PASSWORD)).await?;
    assert!(again.at("/data/setUp/viewer").is_null(), "{again}");
    assert!(
        stranger
            .get(VIEWER, json!({}))
            .await?
            .at("/viewer")
            .is_null()
    );
    Ok(())
}

#[tokio::test]
async fn a_session_cookie_is_out_of_a_scripts_reach() -> Result<()> {
    let company = Company::found().await?;
    let stranger = Client::stranger(&company.hilo.url)?;
    let body = json!({"query": SIGN_IN, "variables": credentials("ana@taller.example", PASSWORD)});
    let response = stranger.post().json(&body).send().await?;
    let cookie = response
        .headers()
        .get("set-cookie")
        .context("no cookie")?
        .to_str()?
        .to_owned();
    assert!(cookie.starts_with("hilo_session="), "{cookie}");
    let lower = cookie.to_ascii_lowercase();
    for flag in ["httponly", "samesite=lax", "path=/", "max-age="] {
        assert!(lower.contains(flag), "{flag} is missing: {cookie}");
    }
    let value = cookie.split(['=', ';']).nth(1).unwrap_or_default();
    assert!(value.len() >= 22, "a token of 128 bits or more: {cookie}");
    let text = response.text().await?;
    assert!(!text.contains(value), "the token is for the cookie alone");
    Ok(())
}

#[tokio::test]
async fn signing_out_ends_the_session_everywhere() -> Result<()> {
    let company = Company::found().await?;
    let ana = Client::signed_in(&company.hilo.url, "ana@taller.example", PASSWORD).await?;
    let cookie = ana.cookie().context("no cookie")?;
    ana.get("mutation { signOut { ok } }", json!({})).await?;
    assert!(
        ana.cookie().is_none_or(|cookie| cookie.ends_with('=')),
        "the cookie stays"
    );
    // The old token is dead, also for who kept it.
    let stranger = Client::stranger(&company.hilo.url)?;
    let body = json!({"query": VIEWER});
    let answer: Value = stranger
        .post()
        .header("cookie", cookie)
        .json(&body)
        .send()
        .await?
        .json()
        .await?;
    assert!(answer.at("/data/viewer").is_null(), "{answer}");
    // The other session of the same person lives.
    assert_eq!(
        company
            .ana
            .get(VIEWER, json!({}))
            .await?
            .text("/viewer/role"),
        "AGENT"
    );
    Ok(())
}

/// S8: at most 10 tries an account in 15 minutes; a wrong password and an unknown name answer alike.
#[tokio::test]
async fn guessing_passwords_is_limited_and_tells_nothing() -> Result<()> {
    let company = Company::found().await?;
    let stranger = Client::stranger(&company.hilo.url)?;
    let wrong = stranger
        .try_act(SIGN_IN, credentials("ana@taller.example", "wrong"))
        .await?;
    let unknown = stranger
        .try_act(SIGN_IN, credentials("nobody@taller.example", "wrong"))
        .await?;
    assert_eq!(wrong.text("/userErrors/0/code"), "WRONG_CREDENTIALS");
    assert_eq!(wrong, unknown);
    let mut tries = 1;
    let limited = loop {
        let answer = stranger
            .ask(SIGN_IN, credentials("ana@taller.example", "wrong"))
            .await?;
        if answer.text("/errors/0/extensions/code") == "RATE_LIMITED" {
            break answer;
        }
        tries += 1;
        assert!(tries <= 10, "more than 10 tries for one account");
    };
    assert!(
        limited.number("/errors/0/extensions/retryAfter") > 0,
        "{limited}"
    );
    // Who is signed in already is not locked out by a stranger's guessing.
    assert_eq!(
        company
            .ana
            .get(VIEWER, json!({}))
            .await?
            .text("/viewer/role"),
        "AGENT"
    );
    Ok(())
}

/// S8: a hundred aliases in one request are not a hundred tries.
#[tokio::test]
async fn many_sign_ins_in_one_request_do_not_get_round_the_limit() -> Result<()> {
    let company = Company::found().await?;
    let stranger = Client::stranger(&company.hilo.url)?;
    let one = r#"signIn(input: {email: "ana@taller.example", password: "wrong"}) { userErrors { code } }"#;
    let aliases: Vec<_> = (0..25).map(|n| format!("a{n}: {one}")).collect();
    let answer = stranger
        .ask(&format!("mutation {{ {} }}", aliases.join(" ")), json!({}))
        .await?;
    let judged = answer.to_string().matches("WRONG_CREDENTIALS").count();
    assert!(judged <= 10, "{judged} passwords were tried");
    Ok(())
}

#[tokio::test]
async fn an_invitation_works_once_and_gives_the_role_it_names() -> Result<()> {
    let company = Company::found().await?;
    let input = json!({"name": "Olga", "email": "olga@taller.example", "role": "AUDITOR",
                       "channelIds": [company.channel_id]});
    let payload = company
        .admin
        .act(INVITE_AGENT, json!({"input": input}))
        .await?;
    let token = payload
        .text("/invitation/url")
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let stranger = Client::stranger(&company.hilo.url)?;
    let preview =
        "query($token: String!) { invitation(token: $token) { workspaceName name email } }";
    let shown = stranger.get(preview, json!({"token": token})).await?;
    assert_eq!(shown.text("/invitation/email"), "olga@taller.example");
    assert_eq!(
        stranger.fault(preview, json!({"token": "guessed"})).await?,
        "NOT_FOUND"
    );

    let accept = json!({"input": {"token": token, "name": "Olga", "password": PASSWORD}});
    let accepted = stranger.act(ACCEPT_INVITATION, accept.clone()).await?;
    assert_eq!(accepted.text("/viewer/role"), "AUDITOR");
    let again = Client::stranger(&company.hilo.url)?
        .ask(ACCEPT_INVITATION, accept)
        .await?;
    assert!(
        again.at("/data/acceptInvitation/viewer").is_null(),
        "{again}"
    );
    Ok(())
}

#[tokio::test]
async fn changing_the_password_ends_other_sessions() -> Result<()> {
    const CHANGE: &str = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { ok userErrors { code field } } }";
    let company = Company::found().await?;
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[],
    )
    .await?;
    let other = Client::signed_in(&company.hilo.url, "marek@taller.example", PASSWORD).await?;
    let wrong = json!({"input": {"current": "wrong", "new": "another good password"}});
    let refused = marek.try_act(CHANGE, wrong).await?;
    assert_eq!(*refused.at("/ok"), false);
    let weak = json!({"input": {"current": PASSWORD, "new": "short"}});
    let weak = marek.try_act(CHANGE, weak).await?;
    assert_eq!(weak.text("/userErrors/0/field"), "new", "{weak}");
    let right = json!({"input": {"current": PASSWORD, "new": "another good password"}});
    marek.act(CHANGE, right).await?;
    assert!(other.get(VIEWER, json!({})).await?.at("/viewer").is_null());
    Client::signed_in(
        &company.hilo.url,
        "marek@taller.example",
        "another good password",
    )
    .await?;
    Ok(())
}
