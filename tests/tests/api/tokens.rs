//! Programs: tokens with scopes (P17), bots that speak under their own name (P24), and the journal as it is.

use anyhow::Result;
use hilo_tests::company::{chat_saying, hire};
use hilo_tests::queries::{CHAT, INBOX, INBOX_CHANGES, SEND_MESSAGE};
use hilo_tests::socket::Socket;
use hilo_tests::{At as _, Client, Company};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

const CREATE_BOT: &str = "mutation($input: CreateBotInput!) { createBot(input: $input) {
    bot { id name role email } position userErrors { code message field } } }";
const CREATE_API_TOKEN: &str =
    "mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) {
    apiToken { id name scopes expiresAt revokedAt agent { id } createdBy { id } } secret position
    userErrors { code message field } } }";
const REVOKE_API_TOKEN: &str =
    "mutation($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) {
    apiToken { id revokedAt } position userErrors { code } } }";
const JOURNAL: &str =
    "query($after: Position, $first: Int) { journal(after: $after, first: $first) {
    events { position type version aggregateType aggregateId sequence payload occurredAt recordedAt
      correlationId cause actor { kind name } } position hasNext } }";
const FOLLOW_JOURNAL: &str = "subscription($after: Position) { journal(after: $after) {
    events { position type } position } }";

/// A program with a token: no cookie, no origin.
struct Program {
    client: Client,
    secret: String,
}

impl Program {
    async fn ask(&self, query: &str, variables: Value) -> Result<Value> {
        let body = json!({"query": query, "variables": variables});
        let asked = self.client.post().bearer_auth(&self.secret).json(&body);
        Ok(asked.send().await?.json().await?)
    }

    async fn status(&self) -> Result<StatusCode> {
        let body = json!({"query": "{ __typename }"});
        let asked = self.client.post().bearer_auth(&self.secret).json(&body);
        Ok(asked.send().await?.status())
    }

    /// A socket that shows the token in its first message.
    async fn socket(&self) -> Result<Socket> {
        let mut socket = Socket::dial(&self.client, None).await?;
        let payload = json!({"authorization": format!("Bearer {}", self.secret)});
        socket
            .send(json!({"type": "connection_init", "payload": payload}))
            .await?;
        Ok(socket)
    }
}

async fn bot(company: &Company, name: &str) -> Result<String> {
    let input = json!({"name": name, "channelIds": [company.channel_id]});
    let payload = company
        .admin
        .act(CREATE_BOT, json!({"input": input}))
        .await?;
    Ok(payload.text("/bot/id").to_owned())
}

async fn program(company: &Company, agent: &str, scopes: &[&str]) -> Result<(Program, String)> {
    let input = json!({"agentId": agent, "name": "Shop sync", "scopes": scopes});
    let payload = company
        .admin
        .act(CREATE_API_TOKEN, json!({"input": input}))
        .await?;
    let program = Program {
        client: Client::stranger(&company.hilo.url)?,
        secret: payload.text("/secret").to_owned(),
    };
    Ok((program, payload.text("/apiToken/id").to_owned()))
}

fn code(answer: &Value) -> &str {
    answer
        .pointer("/errors/0/extensions/code")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[tokio::test]
async fn p17_a_token_opens_what_its_scopes_say_and_is_shown_once() -> Result<()> {
    let company = Company::found().await?;
    let bot = bot(&company, "Hilda").await?;
    let (reader, token_id) = program(&company, &bot, &["CHATS_READ"]).await?;
    assert!(reader.secret.starts_with("hilo_") && reader.secret.len() == 48);
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let seen = reader.ask(CHAT, json!({"id": row.at("/id")})).await?;
    assert_eq!(seen.text("/data/chat/id"), row.text("/id"), "{seen}");
    // What no scope opens, another scope's, and what is for people.
    let input = json!({"chatId": row.at("/id"), "text": "x", "clientMessageId": Uuid::new_v4()});
    for (query, variables) in [
        (SEND_MESSAGE, json!({"input": input})),
        (JOURNAL, json!({})),
        ("{ agents { id } }", json!({})),
        ("{ channels { id } }", json!({})),
        ("{ apiTokens { id } }", json!({})),
        ("mutation { signOut { ok } }", json!({})),
        (
            CREATE_API_TOKEN,
            json!({"input": {"agentId": bot, "name": "x", "scopes": ["CHATS_READ"]}}),
        ),
    ] {
        let answer = reader.ask(query, variables).await?;
        assert_eq!(code(&answer), "FORBIDDEN", "{query}: {answer}");
    }
    let listed = company
        .admin
        .get(
            "{ apiTokens { id name scopes lastUsedAt agent { id } } }",
            json!({}),
        )
        .await?;
    assert_eq!(listed.text("/apiTokens/0/id"), token_id);
    assert!(!listed.at("/apiTokens/0/lastUsedAt").is_null());
    assert!(!listed.to_string().contains(&reader.secret));
    assert!(
        !company
            .hilo
            .said()
            .iter()
            .any(|line| line.contains(&reader.secret))
    );
    Ok(())
}

#[tokio::test]
async fn p17_a_token_that_is_none_is_401_whatever_cookie_stands_beside_it() -> Result<()> {
    let company = Company::found().await?;
    for secret in ["hilo_nonsense", "x", ""] {
        let wrong = Program {
            client: company.admin.clone(),
            secret: secret.to_owned(),
        };
        assert_eq!(wrong.status().await?, StatusCode::UNAUTHORIZED, "{secret}");
    }
    let wrong = Program {
        client: company.ana.clone(),
        secret: "hilo_nonsense".to_owned(),
    };
    assert_eq!(wrong.socket().await?.close_code().await?, 4403);
    Ok(())
}

#[tokio::test]
async fn p17_the_same_key_makes_one_token_and_other_content_is_a_conflict() -> Result<()> {
    let company = Company::found().await?;
    let bot = bot(&company, "Hilda").await?;
    let key = Uuid::new_v4();
    let input = |name: &str| json!({"input": {"agentId": bot, "name": name, "scopes": ["CHATS_READ"], "idempotencyKey": key}});
    let first = company.admin.act(CREATE_API_TOKEN, input("a")).await?;
    let again = company.admin.act(CREATE_API_TOKEN, input("a")).await?;
    assert_eq!(first.at("/apiToken"), again.at("/apiToken"));
    assert_eq!(first.at("/position"), again.at("/position"));
    assert!(!first.at("/secret").is_null() && again.at("/secret").is_null());
    let other = company.admin.fault(CREATE_API_TOKEN, input("b")).await?;
    assert_eq!(other, "IDEMPOTENCY_CONFLICT");
    let bots = |name: &str| json!({"input": {"name": name, "idempotencyKey": key}});
    let one = company.admin.act(CREATE_BOT, bots("Uno")).await?;
    let same = company.admin.act(CREATE_BOT, bots("Uno")).await?;
    assert_eq!(one, same);
    assert_eq!(
        company.admin.fault(CREATE_BOT, bots("Dos")).await?,
        "IDEMPOTENCY_CONFLICT"
    );
    Ok(())
}

#[tokio::test]
async fn p17_integrators_make_their_own_tokens_and_only_those() -> Result<()> {
    let company = Company::found().await?;
    let (ines, ines_id) = hire(
        &company.admin,
        "Ines",
        "ines@taller.example",
        "INTEGRATOR",
        &[&company.channel_id],
    )
    .await?;
    let bot = bot(&company, "Hilda").await?;
    let input = |agent: &str, scope: &str| json!({"input": {"agentId": agent, "name": "x", "scopes": [scope]}});
    ines.act(CREATE_API_TOKEN, input(&ines_id, "CHATS_READ"))
        .await?;
    for scope in ["JOURNAL_READ", "CHANNELS_MANAGE", "CHATS_WRITE"] {
        let refused = ines
            .try_act(CREATE_API_TOKEN, input(&ines_id, scope))
            .await?;
        assert_eq!(
            refused.text("/userErrors/0/code"),
            "SCOPE_NOT_ALLOWED",
            "{refused}"
        );
    }
    assert_eq!(
        ines.fault(CREATE_API_TOKEN, input(&bot, "CHATS_READ"))
            .await?,
        "FORBIDDEN"
    );
    let (_, token_id) = program(&company, &bot, &["CHATS_READ"]).await?;
    let revoke = json!({"input": {"tokenId": token_id}});
    assert_eq!(
        ines.fault(REVOKE_API_TOKEN, revoke.clone()).await?,
        "NOT_FOUND"
    );
    assert_eq!(
        ines.get("{ apiTokens { id } }", json!({}))
            .await?
            .list("/apiTokens")
            .len(),
        1
    );
    assert_eq!(
        company.ana.fault(REVOKE_API_TOKEN, revoke).await?,
        "FORBIDDEN"
    );
    assert_eq!(
        company.ana.fault("{ apiTokens { id } }", json!({})).await?,
        "FORBIDDEN"
    );
    Ok(())
}

/// R10: nothing more reaches a program whose token was taken back.
#[tokio::test]
async fn p17_a_revoked_token_is_refused_and_its_sockets_close() -> Result<()> {
    let company = Company::found().await?;
    let bot = bot(&company, "Hilda").await?;
    let (reader, token_id) = program(&company, &bot, &["CHATS_READ"]).await?;
    let mut socket = reader.socket().await?;
    assert_eq!(socket.receive().await?.text("/type"), "connection_ack");
    socket.subscribe("1", INBOX_CHANGES, json!({})).await?;
    company.visitor().await?.write("hola").await?;
    let update = socket.update().await?;
    assert!(update.to_string().contains("hola"), "{update}");
    let revoke = json!({"input": {"tokenId": token_id}});
    let gone = company.admin.act(REVOKE_API_TOKEN, revoke.clone()).await?;
    assert!(!gone.at("/apiToken/revokedAt").is_null());
    assert_eq!(reader.status().await?, StatusCode::UNAUTHORIZED);
    assert_eq!(socket.close_code().await?, 4403);
    let again = company.admin.act(REVOKE_API_TOKEN, revoke).await?;
    assert_eq!(gone.at("/apiToken"), again.at("/apiToken"));
    Ok(())
}

#[tokio::test]
async fn p24_a_bot_speaks_under_its_own_name_and_sees_its_channels_only() -> Result<()> {
    let company = Company::found().await?;
    let bot_id = bot(&company, "Hilda").await?;
    let (bot, _) = program(&company, &bot_id, &["CHATS_READ", "CHATS_WRITE"]).await?;
    company.visitor().await?.write("hola").await?;
    let row = chat_saying(&company.ana, "hola").await?;
    let id = Uuid::new_v4();
    let input = json!({"chatId": row.at("/id"), "text": "soy un bot", "clientMessageId": id});
    let sent = bot.ask(SEND_MESSAGE, json!({"input": input})).await?;
    assert_eq!(
        sent.text("/data/sendMessage/message/text"),
        "soy un bot",
        "{sent}"
    );
    let thread = company
        .ana
        .get(
            "query($id: ID!) { chat(id: $id) { messages(last: 1) { nodes { author { kind name agent { id role } } } } } }",
            json!({"id": row.at("/id")}),
        )
        .await?;
    let author = thread.at("/chat/messages/nodes/0/author");
    assert_eq!(author.text("/kind"), "BOT", "{thread}");
    assert_eq!(author.text("/name"), "Hilda");
    assert_eq!(author.text("/agent/id"), bot_id);
    let blind = json!({"input": {"name": "Ciega"}});
    let blind = company.admin.act(CREATE_BOT, blind).await?;
    let (blind, _) = program(&company, blind.text("/bot/id"), &["CHATS_READ"]).await?;
    let list = blind.ask(INBOX, json!({})).await?;
    assert!(list.list("/data/chats/nodes").is_empty(), "{list}");
    let gone = blind.ask(CHAT, json!({"id": row.at("/id")})).await?;
    assert_eq!(code(&gone), "NOT_FOUND");
    Ok(())
}

/// Nobody becomes a bot by invitation.
#[tokio::test]
async fn p24_a_bot_is_not_invited() -> Result<()> {
    let company = Company::found().await?;
    let input = json!({"input": {"email": "b@taller.example", "name": "B", "role": "BOT"}});
    let refused = company
        .admin
        .try_act(hilo_tests::queries::INVITE_AGENT, input)
        .await?;
    assert_eq!(
        refused.text("/userErrors/0/code"),
        "ROLE_INVALID",
        "{refused}"
    );
    Ok(())
}

/// The journal has everything in one order; the subscription goes on from exactly where a page ended.
#[tokio::test]
async fn the_journal_is_read_by_auditors_and_programs_that_may_without_a_gap() -> Result<()> {
    let company = Company::found().await?;
    let (olga, olga_id) = hire(
        &company.admin,
        "Olga",
        "olga@taller.example",
        "AUDITOR",
        &[],
    )
    .await?;
    for client in [&company.admin, &company.ana] {
        assert_eq!(client.fault(JOURNAL, json!({})).await?, "FORBIDDEN");
    }
    let visitor = company.visitor().await?;
    visitor.write("hola diario").await?;
    let row = chat_saying(&olga, "hola diario").await?;
    let page = olga.get(JOURNAL, json!({"first": 3})).await?;
    assert_eq!(page.list("/journal/events").len(), 3);
    assert_eq!(*page.at("/journal/hasNext"), true);
    let all = olga.get(JOURNAL, json!({"first": 100})).await?;
    let events = all.list("/journal/events");
    let received = events
        .iter()
        .find(|it| it.text("/type") == "message_received");
    let received = received.expect("the message is in the journal");
    assert_eq!(received.text("/aggregateId"), row.text("/id"));
    assert_eq!(
        received.text("/payload/data/text/$personal/value"),
        "hola diario"
    );
    assert_eq!(received.text("/actor/kind"), "CONTACT");

    let (copy, _) = program(&company, &olga_id, &["JOURNAL_READ"]).await?;
    let mut socket = copy.socket().await?;
    socket.receive().await?;
    socket
        .subscribe(
            "1",
            FOLLOW_JOURNAL,
            json!({"after": page.at("/journal/position")}),
        )
        .await?;
    visitor.write("y otra").await?;
    let mut told: Vec<(i64, String)> = Vec::new();
    let received = |told: &[(i64, String)]| {
        let texts = told.iter().filter(|(_, kind)| kind == "message_received");
        texts.count()
    };
    while received(&told) < 2 {
        let update = socket.update().await?;
        for event in update.list("/data/journal/events") {
            let position = event
                .text("/position")
                .split('@')
                .next()
                .unwrap_or_default();
            told.push((position.parse::<i64>()?, event.text("/type").to_owned()));
        }
    }
    let gapless = told
        .iter()
        .zip(4..)
        .all(|((position, _), expected)| *position == expected);
    assert!(gapless, "{told:?}");
    for (after, expected) in [
        ("1@fffffffe", "POSITION_UNKNOWN"),
        ("999999999", "POSITION_UNKNOWN"),
    ] {
        let answer = copy.ask(JOURNAL, json!({"after": after})).await?;
        assert_eq!(code(&answer), expected, "{answer}");
    }
    for first in [-1, 101, i32::MAX] {
        let answer = copy.ask(JOURNAL, json!({"first": first})).await?;
        assert_eq!(code(&answer), "BAD_USER_INPUT", "{answer}");
    }
    Ok(())
}
