//! Hilo in a frame on another site (A9): only on sites that an administrator named, and signed in there apart.

use anyhow::{Context as _, Result};
use hilo_tests::company::PASSWORD;
use hilo_tests::queries::{SIGN_IN, VIEWER};
use hilo_tests::{At as _, Client, Company};
use reqwest::Response;
use reqwest::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, SET_COOKIE};
use serde_json::{Value, json};

const SITE: &str = "https://crm.taller.example";
const CHANGE: &str =
    "mutation($input: ChangeWorkspaceSettingsInput!) { changeWorkspaceSettings(input: $input) {
  settings { frameOrigins } userErrors { code message field limit } } }";

async fn page(company: &Company, path: &str) -> Result<Response> {
    let request = Client::stranger(&company.hilo.url)?;
    let address = format!("{}{path}", company.hilo.url);
    let asked = request.http.get(address).header("accept", "text/html");
    Ok(asked.send().await?)
}

async fn ancestors(company: &Company, path: &str) -> Result<String> {
    let response = page(company, path).await?;
    let policy = response.headers().get(CONTENT_SECURITY_POLICY);
    let policy = policy.context("no policy")?.to_str()?.to_owned();
    let found = policy.split("frame-ancestors ").nth(1);
    let words = found.context("nothing on frames")?.split(';').next();
    Ok(words.unwrap_or_default().trim().to_owned())
}

async fn allow(company: &Company, sites: &[&str]) -> Result<Value> {
    let input = json!({"input": {"frameOrigins": sites}});
    company.admin.try_act(CHANGE, input).await
}

#[tokio::test]
async fn a9_only_named_sites_show_the_chats_in_a_frame_and_no_other_page() -> Result<()> {
    let company = Company::found().await?;
    assert_eq!(ancestors(&company, "/embed").await?, "'self'");
    let input = json!({"input": {"frameOrigins": [SITE]}});
    assert_eq!(company.ana.fault(CHANGE, input).await?, "FORBIDDEN");
    let allowed = allow(&company, &[SITE, "http://localhost:5173", SITE]).await?;
    let both = json!([SITE, "http://localhost:5173"]);
    assert_eq!(*allowed.at("/settings/frameOrigins"), both);
    let both = format!("'self' {SITE} http://localhost:5173");
    for path in ["/embed", "/embed/", "/embed/sign-in", "/embed/chats/7"] {
        assert_eq!(ancestors(&company, path).await?, both, "{path}");
    }
    for path in [
        "/",
        "/chats",
        "/sign-in",
        "/settings/chats",
        "/embedded",
        "/embed/a/b/c",
    ] {
        assert_eq!(ancestors(&company, path).await?, "'none'", "{path}");
    }
    // The list counts at once, also for a browser that knows the page.
    let response = page(&company, "/embed").await?;
    assert_eq!(response.headers()[CACHE_CONTROL], "no-store");
    assert!(!response.headers().contains_key("etag"));
    allow(&company, &[]).await?;
    assert_eq!(ancestors(&company, "/embed").await?, "'self'");
    Ok(())
}

#[tokio::test]
async fn a9_what_is_no_origin_is_refused_with_its_place() -> Result<()> {
    let company = Company::found().await?;
    for site in [
        "*",
        "https://*.example",
        "https://a.example/",
        "https://a.example; script-src *",
    ] {
        let refused = allow(&company, &[SITE, site]).await?;
        assert_eq!(
            refused.text("/userErrors/0/code"),
            "ORIGIN_INVALID",
            "{site}"
        );
        assert_eq!(refused.text("/userErrors/0/field"), "frameOrigins");
    }
    let many: Vec<String> = (0..21).map(|n| format!("https://s{n}.example")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = allow(&company, &many).await?;
    assert_eq!(refused.text("/userErrors/0/code"), "TOO_MANY_ORIGINS");
    assert_eq!(*refused.at("/userErrors/0/limit"), 20);
    assert_eq!(ancestors(&company, "/embed").await?, "'self'");
    Ok(())
}

fn cookies(response: &Response) -> Vec<String> {
    let lines = response.headers().get_all(SET_COOKIE).iter();
    lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
        .collect()
}

async fn sign_in_from_a_frame(company: &Company) -> Result<Vec<String>> {
    let stranger = Client::stranger(&company.hilo.url)?;
    let input = json!({"input": {"email": "ana@taller.example", "password": PASSWORD}});
    let body = json!({"query": SIGN_IN, "variables": input});
    let asked = stranger.post().header("hilo-framed", "1").json(&body);
    Ok(cookies(&asked.send().await?))
}

#[tokio::test]
async fn a9_a_session_in_a_frame_is_that_frames_alone_and_ends_there() -> Result<()> {
    let company = Company::found().await?;
    // Without a site that may show it there is no frame, and no cookie for one.
    let set = sign_in_from_a_frame(&company).await?;
    assert!(set[0].starts_with("hilo_session=") && set[0].contains("SameSite=Lax"));

    allow(&company, &[SITE]).await?;
    let set = sign_in_from_a_frame(&company).await?;
    assert_eq!(set.len(), 2, "{set:?}");
    assert!(set[0].starts_with("hilo_framed="), "{set:?}");
    for attribute in [
        "HttpOnly",
        "SameSite=None",
        "Secure",
        "Partitioned",
        "Path=/",
    ] {
        assert!(set[0].contains(attribute), "{attribute}: {set:?}");
    }
    assert!(set[1].starts_with("hilo_session=;") && set[1].contains("Max-Age=0"));

    let cookie = set[0].split(';').next().unwrap_or_default().to_owned();
    let ask = async |query: &str| -> Result<(Vec<String>, Value)> {
        let stranger = Client::stranger(&company.hilo.url)?;
        let asked = stranger.post().header(COOKIE, cookie.clone());
        let asked = asked.header("hilo-framed", "1");
        let response = asked.json(&json!({"query": query})).send().await?;
        Ok((cookies(&response), response.json().await?))
    };
    let (_, answer) = ask(VIEWER).await?;
    assert_eq!(
        answer.text("/data/viewer/agent/email"),
        "ana@taller.example"
    );
    let (gone, _) = ask("mutation { signOut { ok } }").await?;
    assert_eq!(gone.len(), 2, "{gone:?}");
    assert!(gone.iter().all(|cookie| cookie.contains("Max-Age=0")));
    let (_, answer) = ask(VIEWER).await?;
    assert!(answer.at("/data/viewer").is_null(), "{answer}");
    Ok(())
}

/// A page of the site around the frame has the frame's cookie in its requests; it is not believed.
#[tokio::test]
async fn a9_the_site_around_the_frame_cannot_ask_in_its_name() -> Result<()> {
    let company = Company::found().await?;
    allow(&company, &[SITE]).await?;
    let set = sign_in_from_a_frame(&company).await?;
    let cookie = set[0].split(';').next().unwrap_or_default().to_owned();
    let stranger = Client::stranger(&company.hilo.url)?;
    let asked = stranger
        .post()
        .header(COOKIE, cookie)
        .header("origin", SITE);
    let response = asked.json(&json!({"query": VIEWER})).send().await?;
    assert_eq!(response.status(), 403);
    assert!(
        !response
            .headers()
            .contains_key("access-control-allow-origin")
    );
    Ok(())
}
