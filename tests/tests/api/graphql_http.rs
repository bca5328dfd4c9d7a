//! GraphQL over HTTP: what standard clients send is understood, what attackers send is not (S10).

use anyhow::{Context as _, Result};
use hilo_tests::queries::{SIGN_IN, VIEWER};
use hilo_tests::{At as _, Client, Company};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

async fn post(client: &Client, content_type: &str, accept: &str, body: String) -> Result<Response> {
    let request = client
        .post()
        .header("content-type", content_type)
        .header("accept", accept);
    Ok(request.body(body).send().await?)
}

fn content_type(response: &Response) -> String {
    let header = response
        .headers()
        .get("content-type")
        .and_then(|it| it.to_str().ok());
    header.unwrap_or_default().to_owned()
}

fn query(text: &str) -> String {
    json!({"query": text}).to_string()
}

#[tokio::test]
async fn both_media_types_are_answered_as_asked() -> Result<()> {
    let company = Company::found().await?;
    let modern = "application/graphql-response+json";
    for (accept, expected) in [
        (modern, modern),
        ("application/json", "application/json"),
        (
            "application/graphql-response+json, application/json;q=0.9",
            modern,
        ),
        ("*/*", "application/"),
    ] {
        let response = post(&company.ana, "application/json", accept, query(VIEWER)).await?;
        assert_eq!(response.status(), StatusCode::OK, "{accept}");
        assert!(content_type(&response).starts_with(expected), "{accept}");
        let answer: Value = serde_json::from_str(&response.text().await?)?;
        assert_eq!(answer.text("/data/viewer/role"), "AGENT");
    }
    let response = post(
        &company.ana,
        "application/json; charset=utf-8",
        "application/json",
        query(VIEWER),
    )
    .await?;
    assert_eq!(response.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn answers_are_compressed_for_who_can_read_that() -> Result<()> {
    let company = Company::found().await?;
    let all = query("{ __schema { types { name description fields { name description } } } }");
    let ask = |encoding: &'static str| {
        let request = company
            .ana
            .post()
            .header("content-type", "application/json");
        let request = request
            .header("accept-encoding", encoding)
            .body(all.clone());
        async move {
            let response = request.send().await?;
            assert_eq!(response.status(), StatusCode::OK, "{encoding}");
            let header = |name| Ok::<_, anyhow::Error>(response.headers().get(name).cloned());
            let (encoded, vary) = (header("content-encoding")?, header("vary")?);
            Ok::<_, anyhow::Error>((encoded, vary, response.bytes().await?))
        }
    };
    let (encoded, _, plain) = ask("identity").await?;
    assert_eq!(encoded, None);
    let answer: Value = serde_json::from_slice(&plain)?;
    assert!(!answer.list("/data/__schema/types").is_empty());
    let (encoded, vary, small) = ask("gzip, deflate, br, zstd").await?;
    assert_eq!(encoded.context("not compressed")?, "gzip");
    assert_eq!(vary.context("caches are not told")?, "accept-encoding");
    assert!(
        small.len() * 3 < plain.len(),
        "{} of {}",
        small.len(),
        plain.len()
    );
    Ok(())
}

/// The GraphQL-over-HTTP draft: what cannot be parsed or validated is 400 in the modern type, 200 in the old.
#[tokio::test]
async fn requests_that_are_wrong_get_the_drafts_status() -> Result<()> {
    let company = Company::found().await?;
    let modern = "application/graphql-response+json";
    for wrong in [query("{ viewer {"), query("{ nothing }")] {
        let response = post(&company.ana, "application/json", modern, wrong.clone()).await?;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{wrong}");
        let answer: Value = serde_json::from_str(&response.text().await?)?;
        assert!(answer.get("data").is_none(), "no data entry: {answer}");
        assert!(!answer.list("/errors").is_empty());
        let response = post(&company.ana, "application/json", "application/json", wrong).await?;
        assert_eq!(response.status(), StatusCode::OK);
    }
    for broken in [
        "",
        "{",
        "null",
        "7",
        "{}",
        r#"{"query":7}"#,
        r#"{"query":"{__typename}","variables":[]}"#,
    ] {
        let response = post(&company.ana, "application/json", modern, broken.to_owned()).await?;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{broken}");
    }
    Ok(())
}

#[tokio::test]
async fn a_get_never_changes_anything() -> Result<()> {
    let company = Company::found().await?;
    let mutation = "mutation{signOut{ok}}";
    let url = format!("{}/graphql?query={mutation}", company.hilo.url);
    let response = company
        .ana
        .http
        .get(url)
        .header("accept", "application/json")
        .send()
        .await?;
    assert!(response.status().is_client_error(), "{}", response.status());
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

/// What a form of another site can send without asking (CSRF) is refused before it is read.
#[tokio::test]
async fn only_json_is_taken() -> Result<()> {
    let company = Company::found().await?;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/plain;application/json",
        "",
    ] {
        let response = post(
            &company.ana,
            content_type,
            "application/json",
            query("mutation{signOut{ok}}"),
        )
        .await?;
        let status = response.status();
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
    }
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

#[tokio::test]
async fn another_sites_page_cannot_act_for_the_agent() -> Result<()> {
    let company = Company::found().await?;
    let request = company.ana.post().header("origin", "https://evil.example");
    let response = request
        .json(&json!({"query": "mutation{signOut{ok}}"}))
        .send()
        .await?;
    assert!(response.status().is_client_error(), "{}", response.status());
    let allowed = response.headers().get("access-control-allow-origin");
    assert!(allowed.is_none(), "no other site may read answers");
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

#[tokio::test]
async fn batches_are_refused() -> Result<()> {
    let company = Company::found().await?;
    let batch = json!([{"query": VIEWER}, {"query": VIEWER}]).to_string();
    let response = post(&company.ana, "application/json", "application/json", batch).await?;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    Ok(())
}

#[tokio::test]
async fn bombs_are_refused_quickly() -> Result<()> {
    let company = Company::found().await?;
    let aliases: String = (0..1000).map(|n| format!("a{n}: __typename ")).collect();
    let deep = format!(
        "{}id{}",
        "{ chats { nodes { channel { agents { ".repeat(20),
        "}".repeat(80)
    );
    let directives = format!(
        "{{ viewer {{ role {} }} }}",
        "@include(if: true) ".repeat(100)
    );
    let circle = "query { viewer { ...A } } fragment A on Viewer { agent { id } ...A }".to_owned();
    for bomb in [
        format!("{{ {aliases} }}"),
        deep,
        directives,
        circle,
        "{ ".repeat(10_000),
    ] {
        let answer = company.ana.ask(&bomb, json!({})).await?;
        assert!(!answer.list("/errors").is_empty());
        assert!(answer.to_string().len() < 20_000, "a refusal is short");
    }
    let response = company
        .ana
        .post()
        .json(&json!({"query": " ".repeat(2 << 20)}))
        .send()
        .await?;
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let subscription = company
        .ana
        .ask("subscription { inbox { position } }", json!({}))
        .await?;
    assert!(
        !subscription.list("/errors").is_empty(),
        "subscriptions are for sockets"
    );
    Ok(())
}

#[tokio::test]
async fn operation_names_and_variables_are_understood() -> Result<()> {
    let company = Company::found().await?;
    let text = "query A { workspace { name } } query B { viewer { role } }";
    let named = json!({"query": text, "operationName": "B", "variables": null, "extensions": {}});
    let answer: Value = company.ana.post().json(&named).send().await?.json().await?;
    assert_eq!(answer.text("/data/viewer/role"), "AGENT");
    let unnamed = company.ana.ask(text, json!({})).await?;
    assert!(!unnamed.list("/errors").is_empty());
    let missing = company.ana.fault(SIGN_IN, json!({})).await?;
    assert_eq!(missing, "BAD_USER_INPUT");
    Ok(())
}

/// Standard clients leave optional variables out; that is the same as leaving the argument out.
#[tokio::test]
async fn optional_variables_may_be_left_out() -> Result<()> {
    let company = Company::found().await?;
    let text = "query($first: Int, $after: String, $last: Int = 5) {
        chats(first: $first, after: $after, last: $last) { nodes { id } } }";
    company
        .ana
        .get(text, json!({"last": null, "first": 3}))
        .await?;
    company.ana.get(text, json!({})).await?;
    let nested =
        "query($first: Int) { chats { nodes { messages(first: $first) { nodes { id } } } } }";
    company.ana.get(nested, json!({})).await?;
    Ok(())
}

/// `schema.graphql` in the repository is what the program serves.
#[tokio::test]
async fn the_schema_file_has_not_drifted() -> Result<()> {
    let company = Company::found().await?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema.graphql");
    let printed = company.hilo.run(&["schema"]).await?;
    let stored = std::fs::read_to_string(file)?;
    assert!(
        printed.trim() == stored.trim(),
        "run `just schema` and commit schema.graphql"
    );
    Ok(())
}

/// Explorers and code generators introspect; strangers learn nothing.
#[tokio::test]
async fn introspection_is_for_those_who_signed_in() -> Result<()> {
    let company = Company::found().await?;
    let introspection = "{ __schema { queryType { name } types { name fields { name args { name type { kind name
      ofType { kind name ofType { kind name ofType { kind name } } } } } type { kind name ofType { kind name
      ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";
    let answer = company.ana.get(introspection, json!({})).await?;
    assert_eq!(answer.text("/__schema/queryType/name"), "Query");
    let stranger = Client::stranger(&company.hilo.url)?
        .ask(introspection, json!({}))
        .await?;
    assert!(!stranger.list("/errors").is_empty() || stranger.at("/data/__schema").is_null());
    let guess = Client::stranger(&company.hilo.url)?
        .ask("{ chat { id } }", json!({}))
        .await?;
    assert!(!guess.to_string().contains("Did you mean"), "{guess}");
    let status = guess
        .at("/errors/0/message")
        .as_str()
        .context("no message")?;
    assert!(!status.is_empty());
    Ok(())
}
