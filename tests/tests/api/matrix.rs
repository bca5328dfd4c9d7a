//! The access matrix (S6): every root field of the schema, asked by everybody. Nothing leaks, not even existence. The
//! calls are made from the schema, so a new field stands in the matrix by itself.

use anyhow::Result;
use hilo_tests::company::{chat_saying, connect_web_chat, hire};
use hilo_tests::schema::{Field, Filling, Schema};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

/// What ends or begins a session is about the caller alone.
const OF_THE_SESSION: [&str; 5] = [
    "signOut",
    "changePassword",
    "signIn",
    "setUp",
    "acceptInvitation",
];
/// What strangers may ask.
const PUBLIC: [&str; 7] = [
    "invitation",
    "viewer",
    "workspace",
    "acceptInvitation",
    "setUp",
    "signIn",
    "__typename",
];

/// What a token with AGENTS_READ alone opens; the position is for every token.
const OF_AGENTS_READ: [&str; 3] = ["agents", "position", "presence"];

async fn ask(schema: &Schema, client: &Client, field: &Field, filling: &Filling) -> Result<Value> {
    let call = schema.call(field, filling)?;
    client.ask(&call.query, call.variables).await
}

fn code(answer: &Value) -> &str {
    let code = answer.pointer("/errors/0/extensions/code");
    code.and_then(Value::as_str).unwrap_or_default()
}

fn over_http(schema: &Schema) -> Vec<Field> {
    let fields = schema.fields().into_iter();
    fields
        .filter(|field| field.root != "Subscription")
        .collect()
}

#[tokio::test]
async fn s6_a_stranger_is_told_that_nobody_is_signed_in() -> Result<()> {
    let company = Company::found().await?;
    let schema = Schema::of(&company.admin).await?;
    let stranger = Client::stranger(&company.hilo.url)?;
    for field in over_http(&schema) {
        if PUBLIC.contains(&field.name.as_str()) {
            continue;
        }
        for optional in [false, true] {
            let filling = Filling {
                optional,
                ..Filling::default()
            };
            let answer = ask(&schema, &stranger, &field, &filling).await?;
            assert_eq!(code(&answer), "UNAUTHENTICATED", "{field:?}: {answer}");
        }
    }
    Ok(())
}

/// What is not there and what is not the caller's are answered alike, word by word, by every field that takes an id.
#[tokio::test]
async fn s6_what_is_not_the_callers_is_not_there() -> Result<()> {
    let company = Company::found().await?;
    let other = connect_web_chat(&company.admin, "Otra", "otra").await?;
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[other.text("/id")],
    )
    .await?;
    company.visitor().await?.write("solo para Ana").await?;
    let row = chat_saying(&company.ana, "solo para Ana").await?;
    let schema = Schema::of(&company.admin).await?;
    for field in over_http(&schema) {
        if OF_THE_SESSION.contains(&field.name.as_str()) {
            continue;
        }
        for foreign in [row.text("/id"), &company.channel_id] {
            let of = async |id: &str| -> Result<String> {
                let filling = Filling {
                    id: id.to_owned(),
                    ..Filling::default()
                };
                let answer = ask(&schema, &marek, &field, &filling).await?;
                assert_ne!(code(&answer), "INTERNAL", "{field:?}: {answer}");
                Ok(answer.to_string().replace(id, "ID"))
            };
            let unknown = Uuid::new_v4().to_string();
            assert_eq!(of(foreign).await?, of(&unknown).await?, "{field:?}");
        }
    }
    assert_eq!(
        chat_saying(&company.ana, "solo para Ana")
            .await?
            .text("/mark"),
        "UNREAD"
    );
    Ok(())
}

async fn head(company: &Company) -> Result<String> {
    let answer = company
        .admin
        .get("{ chats(first: 1) { position } }", json!({}))
        .await?;
    Ok(answer.text("/chats/position").to_owned())
}

/// Auditors read everything and write nothing: not one mutation of theirs leaves a trace in the journal.
#[tokio::test]
async fn s6_an_auditor_writes_nothing() -> Result<()> {
    let company = Company::found().await?;
    let (olga, _) = hire(
        &company.admin,
        "Olga",
        "olga@taller.example",
        "AUDITOR",
        &[],
    )
    .await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&olga, "hola").await?;
    let before = head(&company).await?;
    let schema = Schema::of(&company.admin).await?;
    for field in over_http(&schema) {
        if field.root != "Mutation" || OF_THE_SESSION.contains(&field.name.as_str()) {
            continue;
        }
        for id in [row.text("/id"), &company.channel_id, &company.ana_id] {
            let filling = Filling {
                id: id.to_owned(),
                ..Filling::default()
            };
            let answer = ask(&schema, &olga, &field, &filling).await?;
            assert_ne!(code(&answer), "INTERNAL", "{field:?}: {answer}");
        }
        assert_eq!(head(&company).await?, before, "{field:?} wrote something");
    }
    Ok(())
}

/// A token opens what its scope says; whatever else there is, it is FORBIDDEN before anything is looked at.
#[tokio::test]
async fn s6_a_program_without_the_scope_is_refused_by_every_field() -> Result<()> {
    let company = Company::found().await?;
    let bot =
        "mutation { createBot(input: { name: \"Hilda\" }) { bot { id } userErrors { code } } }";
    let bot = company.admin.act(bot, json!({})).await?;
    let token = "mutation($agent: ID!) { createApiToken(input: { agentId: $agent, name: \"x\", scopes: [AGENTS_READ] }) {
        secret userErrors { code } } }";
    let token = company
        .admin
        .act(token, json!({"agent": bot.text("/bot/id")}))
        .await?;
    let program = Client::stranger(&company.hilo.url)?;
    let schema = Schema::of(&company.admin).await?;
    for field in over_http(&schema) {
        if PUBLIC.contains(&field.name.as_str()) {
            continue;
        }
        let call = schema.call(&field, &Filling::default())?;
        let body = json!({"query": call.query, "variables": call.variables});
        let asked = program
            .post()
            .bearer_auth(token.text("/secret"))
            .json(&body);
        let answer: Value = asked.send().await?.json().await?;
        let opened = OF_AGENTS_READ.contains(&field.name.as_str());
        let expected = if opened { "" } else { "FORBIDDEN" };
        assert_eq!(code(&answer), expected, "{field:?}: {answer}");
    }
    Ok(())
}

/// The same over the socket: a subscription to what is not the caller's is answered as one to what is not there.
#[tokio::test]
async fn s6_subscriptions_to_what_is_not_the_callers_end_as_those_to_what_is_not_there()
-> Result<()> {
    let company = Company::found().await?;
    let (marek, _) = hire(
        &company.admin,
        "Marek",
        "marek@taller.example",
        "AGENT",
        &[],
    )
    .await?;
    company.visitor().await?.write("solo para Ana").await?;
    let row = chat_saying(&company.ana, "solo para Ana").await?;
    let schema = Schema::of(&company.admin).await?;
    let fields = schema.fields().into_iter();
    let subscriptions: Vec<_> = fields.filter(|it| it.root == "Subscription").collect();
    assert!(subscriptions.len() >= 5, "{subscriptions:?}");
    let first = async |client: &Client, field: &Field, id: &str| -> Result<Option<Value>> {
        let filling = Filling {
            id: id.to_owned(),
            ..Filling::default()
        };
        let call = schema.call(field, &filling)?;
        if !call.variables.to_string().contains(id) {
            return Ok(None);
        }
        let mut socket = Socket::open(client).await?;
        socket.subscribe("1", &call.query, call.variables).await?;
        let answer = socket.receive().await?;
        assert_eq!(answer.text("/type"), "error", "{field:?}: {answer}");
        let shown = answer.to_string().replace(id, "ID");
        Ok(Some(serde_json::from_str(&shown)?))
    };
    let mut asked = 0;
    for field in &subscriptions {
        for foreign in [row.text("/id"), &company.channel_id] {
            let unknown = Uuid::new_v4().to_string();
            let answer = first(&marek, field, foreign).await?;
            assert_eq!(answer, first(&marek, field, &unknown).await?, "{field:?}");
            asked += usize::from(answer.is_some());
        }
    }
    assert!(asked >= 6, "too few take an id");
    Ok(())
}
