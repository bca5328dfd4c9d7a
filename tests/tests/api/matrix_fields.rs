//! The access matrix behind the root fields (S6): every field of what one can be shown, asked by everybody. The fields are
//! taken from the schema, so a new one stands in the matrix by itself.

use anyhow::Result;
use hilo_tests::company::{chat_saying, hire};
use hilo_tests::schema::Schema;
use hilo_tests::{At as _, Client, Company};
use serde_json::{Value, json};
use uuid::Uuid;

/// Types, and how one of each is asked for; `%` stands for the field.
const SHOWN: [(&str, &str); 15] = [
    ("Chat", "query($chat: ID!) { chat(id: $chat) { % } }"),
    (
        "Contact",
        "query($chat: ID!) { chat(id: $chat) { contact { % } } }",
    ),
    (
        "Composer",
        "query($chat: ID!) { chat(id: $chat) { composer { % } } }",
    ),
    (
        "Message",
        "query($chat: ID!) { chat(id: $chat) { messages(first: 1) { nodes { % } } } }",
    ),
    (
        "ChatAct",
        "query($chat: ID!) { chat(id: $chat) { acts { % } } }",
    ),
    (
        "Channel",
        "query($channel: ID!) { channel(id: $channel) { % } }",
    ),
    (
        "ChannelCapabilities",
        "query($channel: ID!) { channel(id: $channel) { capabilities { % } } }",
    ),
    (
        "Widget",
        "query($channel: ID!) { channel(id: $channel) { widget { % } } }",
    ),
    (
        "Client",
        "query($client: ID!) { client(id: $client) { % } }",
    ),
    (
        "ClientPhone",
        "query($client: ID!) { client(id: $client) { phones { % } } }",
    ),
    ("Agent", "{ agents { % } }"),
    ("Counters", "{ counters { % } }"),
    ("WorkspaceSettings", "{ workspaceSettings { % } }"),
    ("Template", "{ templates { % } }"),
    ("Viewer", "{ viewer { % } }"),
];

/// Whom the fields that not everybody sees are for: administrators.
const ADMINISTRATORS: [(&str, &str); 3] = [
    ("Channel", "agents"),
    ("Channel", "groups"),
    ("Widget", "identitySecret"),
];

/// What somebody is to meet who asks for a field of a type: nothing, or a code.
fn expected(who: &str, of: &str, field: &str) -> &'static str {
    let of_chat = ["Chat", "Contact", "Composer", "Message", "ChatAct"].contains(&of);
    let of_channel = ["Channel", "ChannelCapabilities", "Widget"].contains(&of);
    let of_client = ["Client", "ClientPhone"].contains(&of);
    let for_administrators = ADMINISTRATORS.contains(&(of, field));
    match who {
        "stranger" if of == "Viewer" => "",
        "stranger" => "UNAUTHENTICATED",
        "administrator" => "",
        "elsewhere" if of_chat || of_channel => "NOT_FOUND",
        "reads chats"
            if of_channel || of_client || ["Agent", "WorkspaceSettings"].contains(&of) =>
        {
            "FORBIDDEN"
        }
        "reads clients" if !of_client && of != "Viewer" => "FORBIDDEN",
        // The chats behind a client are chats.
        "reads clients" if ["chats", "chatCount"].contains(&field) => "FORBIDDEN",
        _ if for_administrators => "FORBIDDEN",
        _ => "",
    }
}

/// Somebody who asks, with a token where they are a program.
struct Asker {
    who: &'static str,
    client: Client,
    token: Option<String>,
}

impl Asker {
    async fn ask(&self, query: &str, variables: &Value) -> Result<Value> {
        let body = json!({"query": query, "variables": variables});
        let mut asked = self.client.post().json(&body);
        if let Some(token) = &self.token {
            asked = asked.bearer_auth(token);
        }
        Ok(asked.send().await?.json().await?)
    }
}

async fn program(company: &Company, who: &'static str, scope: &str) -> Result<Asker> {
    let bot =
        "mutation($channel: ID!) { createBot(input: { name: \"Hilda\", channelIds: [$channel] }) {
        bot { id } userErrors { code } } }";
    let channel = json!({"channel": company.channel_id});
    let bot = company.admin.act(bot, channel).await?;
    let token = "mutation($agent: ID!, $scope: ApiTokenScope!) {
        createApiToken(input: { agentId: $agent, name: \"x\", scopes: [$scope] }) { secret userErrors { code } } }";
    let of = json!({"agent": bot.text("/bot/id"), "scope": scope});
    let token = company.admin.act(token, of).await?;
    Ok(Asker {
        who,
        client: Client::stranger(&company.hilo.url)?,
        token: Some(token.text("/secret").to_owned()),
    })
}

async fn askers(company: &Company) -> Result<Vec<Asker>> {
    let person = |who, client| Asker {
        who,
        client,
        token: None,
    };
    let admin = &company.admin;
    let (marek, _) = hire(admin, "Marek", "marek@taller.example", "AGENT", &[]).await?;
    let (olga, _) = hire(admin, "Olga", "olga@taller.example", "AUDITOR", &[]).await?;
    Ok(vec![
        person("stranger", Client::stranger(&company.hilo.url)?),
        person("administrator", company.admin.clone()),
        person("agent", company.ana.clone()),
        person("elsewhere", marek),
        person("auditor", olga),
        program(company, "reads chats", "CHATS_READ").await?,
        program(company, "reads clients", "CLIENTS_READ").await?,
    ])
}

#[tokio::test]
async fn s6_every_field_is_shown_to_those_it_is_for_and_to_no_other() -> Result<()> {
    let company = Company::found().await?;
    company.visitor().await?.write("hola").await?;
    let chat = chat_saying(&company.ana, "hola").await?;
    let client = "mutation($key: ID!) { createClient(input: { idempotencyKey: $key,
        details: { firstName: \"Eva\", phones: [\"+34 600 333 444\"] } }) { client { id } userErrors { code } } }";
    let client = company
        .ana
        .act(client, json!({"key": Uuid::new_v4()}))
        .await?;
    let variables = json!({
        "chat": chat.text("/id"),
        "channel": company.channel_id,
        "client": client.text("/client/id"),
    });
    let schema = Schema::of(&company.admin).await?;
    let mut wrong = Vec::new();
    for asker in askers(&company).await? {
        for (of, query) in SHOWN {
            for (selection, field) in schema.selections(of)? {
                let query = query.replace('%', &selection);
                let named = variables.as_object().into_iter().flatten();
                let named = named.filter(|(name, _)| query.contains(&format!("${name}:")));
                let named = named.map(|(name, value)| (name.clone(), value.clone()));
                let answer = asker.ask(&query, &Value::Object(named.collect())).await?;
                let code = answer.pointer("/errors/0/extensions/code");
                let code = code.and_then(Value::as_str).unwrap_or_default();
                if code != expected(asker.who, of, &field) {
                    wrong.push(format!("{}: {of}.{field}: {answer}", asker.who));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    Ok(())
}
