//! A company as the bench needs it: channels, each with an agent who sees only that one.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::http::Connection;
use super::socket::Socket;

/// Everybody's.
pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// The site that shows the widgets.
pub(super) const SITE: &str = "https://www.bench.example";

const SET_UP: &str =
    "mutation($input: SetUpInput!) { done: setUp(input: $input) { userErrors { message } } }";
const CONNECT: &str = "mutation($input: ConnectWebChatInput!) {
  done: connectWebChat(input: $input) { channel { id } userErrors { message } } }";
const INVITE: &str = "mutation($input: InviteAgentInput!) {
  done: inviteAgent(input: $input) { invitation { url } userErrors { message } } }";
const ACCEPT: &str = "mutation($input: AcceptInvitationInput!) {
  done: acceptInvitation(input: $input) { userErrors { message } } }";
const NEWEST: &str = "{ chats(first: 1) { position nodes { id } } }";

/// What a list of chats shows, as it changes.
const INBOX: &str = "subscription($after: Position) { inbox(after: $after) { position resync
  chats { id channel { id name kind } contact { id name email phone verified } state mark unreadCount unanswered
    openedAt lastActivityAt archivedAt lastMessage { direction text at state author { kind agent { id } } } }
  counters { active archived unread unanswered
    channels { channelId active archived unread unanswered unreadMessages } } } }";

/// A running company.
pub(super) struct Company {
    /// Where Hilo listens.
    pub(super) address: String,
    /// One agent a channel.
    pub(super) desks: Vec<Desk>,
}

/// A channel and the agent who sees it.
#[derive(Clone)]
pub(super) struct Desk {
    /// The widget's key.
    pub(super) key: String,
    /// The agent's session.
    pub(super) cookie: String,
}

impl Company {
    pub(super) async fn found(address: &str, setup_token: &str, channels: usize) -> Result<Self> {
        let mut http = Connection::open(address).await?;
        let input = json!({"token": setup_token, "workspaceName": "Bench", "name": "Irene",
            "email": "irene@bench.example", "password": PASSWORD, "language": "es"});
        let (_, admin) = act(&mut http, "", SET_UP, input).await?;
        let admin = admin.context("no session")?;
        let mut desks = Vec::with_capacity(channels);
        for number in 0..channels {
            let key = format!("bench-{number}");
            let input = json!({"name": key, "origins": [SITE], "key": key});
            let (done, _) = act(&mut http, &admin, CONNECT, input).await?;
            let channel = done.pointer("/channel/id").cloned();
            let input = json!({"name": "Ana", "email": format!("ana-{number}@bench.example"),
                "role": "AGENT", "channelIds": [channel]});
            let (done, _) = act(&mut http, &admin, INVITE, input).await?;
            let url = done.pointer("/invitation/url").and_then(Value::as_str);
            let token = url.and_then(|url| url.rsplit('/').next());
            let input = json!({"token": token, "name": "Ana", "password": PASSWORD});
            let (_, cookie) = act(&mut http, "", ACCEPT, input).await?;
            let cookie = cookie.context("no session")?;
            desks.push(Desk { key, cookie });
        }
        Ok(Self {
            address: address.to_owned(),
            desks,
        })
    }

    /// The id of the chat on top of an agent's list, if there is one, and the position of the list.
    pub(super) async fn newest(&self, desk: &Desk) -> Result<(Option<String>, Value)> {
        let mut http = Connection::open(&self.address).await?;
        let (mut data, _) = ask(&mut http, &desk.cookie, NEWEST, Value::Null).await?;
        let id = data.pointer("/chats/nodes/0/id").and_then(Value::as_str);
        let id = id.map(str::to_owned);
        let position = data.pointer_mut("/chats/position").map(Value::take);
        Ok((id, position.context("no position")?))
    }

    /// A socket that shows an agent's list from now on.
    pub(super) async fn inbox(&self, desk: &Desk) -> Result<Socket> {
        let (_, position) = self.newest(desk).await?;
        self.inbox_from(desk, &position).await
    }

    /// A socket that shows an agent's list behind a position: nothing falls between.
    pub(super) async fn inbox_from(&self, desk: &Desk, position: &Value) -> Result<Socket> {
        let mut socket = Socket::open(&self.address, &desk.cookie).await?;
        socket.subscribe(INBOX, &json!({"after": position})).await?;
        Ok(socket)
    }
}

/// Carries out a mutation whose field is called `done`; gives it and the session's cookie, if one was set.
pub(crate) async fn act(
    http: &mut Connection,
    cookie: &str,
    query: &str,
    input: Value,
) -> Result<(Value, Option<String>)> {
    let (mut data, cookie) = ask(http, cookie, query, json!({"input": input})).await?;
    let done = data.pointer_mut("/done").map(Value::take);
    let done = done.context("no answer")?;
    match done.pointer("/userErrors/0") {
        None => Ok((done, cookie)),
        Some(refusal) => bail!("refused: {refusal}"),
    }
}

async fn ask(
    http: &mut Connection,
    cookie: &str,
    query: &str,
    variables: Value,
) -> Result<(Value, Option<String>)> {
    let body = json!({"query": query, "variables": variables}).to_string();
    let headers = match cookie {
        "" => String::new(),
        cookie => format!("cookie: {cookie}\r\n"),
    };
    let answer = http.post("/graphql", &headers, &body).await?.ok()?;
    let cookie = answer.header("set-cookie");
    let cookie = cookie.and_then(|cookie| cookie.split(';').next());
    let cookie = cookie.map(str::to_owned);
    let mut body: Value = serde_json::from_slice(&answer.body)?;
    if let Some(error) = body.pointer("/errors/0") {
        bail!("{error}");
    }
    let data = body.pointer_mut("/data").map(Value::take);
    Ok((data.context("no data")?, cookie))
}
