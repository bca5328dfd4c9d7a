//! A company whose only channel is fed by a program: as many chats as are wanted in a few requests.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::live::company::{PASSWORD, act};
use crate::live::http::Connection;

const SET_UP: &str =
    "mutation($input: SetUpInput!) { done: setUp(input: $input) { userErrors { message } } }";
const CONNECT: &str = "mutation($input: ConnectChannelInput!) {
  done: connectChannel(input: $input) { channel { id } userErrors { message } } }";
const INVITE: &str = "mutation($input: InviteAgentInput!) {
  done: inviteAgent(input: $input) { invitation { url } userErrors { message } } }";
const ACCEPT: &str = "mutation($input: AcceptInvitationInput!) {
  done: acceptInvitation(input: $input) { userErrors { message } } }";
const RECEIVE: &str = "mutation($input: ReceiveMessagesInput!) {
  done: receiveMessages(input: $input) { results { chatId } userErrors { message } } }";

/// Messages of one request; the server takes no more.
const BATCH: usize = 100;
/// Between two requests while the chats are made: an agent may send 50 a minute.
const PAUSE: Duration = Duration::from_millis(1_250);

/// Who signs in.
pub const EMAIL: &str = "irene@bench.example";

/// The channel and the program that feeds it.
pub struct Company {
    http: Connection,
    integrator: String,
    channel: Value,
    sent: usize,
}

impl Company {
    /// One administrator, one API channel, one integrator.
    pub async fn found(address: &str, setup_token: &str) -> Result<Self> {
        let mut http = Connection::open(address).await?;
        let input = json!({"token": setup_token, "workspaceName": "Bench", "name": "Irene",
            "email": EMAIL, "password": PASSWORD, "language": "en"});
        let (_, admin) = act(&mut http, "", SET_UP, input).await?;
        let admin = admin.context("no session")?;
        let key = Uuid::new_v4();
        let input = json!({"kind": "API", "name": "Forum", "idempotencyKey": key});
        let (done, _) = act(&mut http, &admin, CONNECT, input).await?;
        let channel = done.pointer("/channel/id").context("no channel")?.clone();
        let input = json!({"name": "Robot", "email": "robot@bench.example",
            "role": "INTEGRATOR", "channelIds": [channel]});
        let (done, _) = act(&mut http, &admin, INVITE, input).await?;
        let url = done.pointer("/invitation/url").and_then(Value::as_str);
        let token = url.and_then(|url| url.rsplit('/').next());
        let input = json!({"token": token, "name": "Robot", "password": PASSWORD});
        let (_, integrator) = act(&mut http, "", ACCEPT, input).await?;
        Ok(Self {
            http,
            integrator: integrator.context("no session")?,
            channel,
            sent: 0,
        })
    }

    /// So many chats of one message, then one of so many messages, which is on top.
    pub async fn fill(&mut self, chats: usize, messages: usize) -> Result<()> {
        let contacts: Vec<usize> = (1..chats).chain(std::iter::repeat_n(0, messages)).collect();
        for batch in contacts.chunks(BATCH) {
            self.receive(batch).await?;
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }

    /// These contacts write, each a message of their own.
    pub async fn receive(&mut self, contacts: &[usize]) -> Result<()> {
        let messages: Vec<Value> = contacts
            .iter()
            .map(|contact| {
                self.sent += 1;
                let sent = self.sent;
                json!({
                    "externalId": format!("m{sent}"),
                    "handle": format!("c{contact}"),
                    "name": format!("Contact {contact}"),
                    "text": format!("{sent}: Buenos días, ¿se puede cambiar la talla del jersey azul?"),
                })
            })
            .collect();
        let input = json!({"channelId": self.channel, "messages": messages});
        act(&mut self.http, &self.integrator, RECEIVE, input).await?;
        Ok(())
    }
}
