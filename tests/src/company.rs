//! A company as it starts for real: set up with the console's token, a web chat, an invited agent.

use anyhow::{Context as _, Result};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::graphql::Client;
use crate::hilo::{Hilo, settled};
use crate::json::At as _;
use crate::queries::{ACCEPT_INVITATION, CHAT, CONNECT_WEB_CHAT, INBOX, INVITE_AGENT, SET_UP};
use crate::visitor::{SITE, Visitor};
use crate::wait::until;

/// The password of everybody in tests.
pub const PASSWORD: &str = "correct horse battery staple";

/// A running Hilo with an administrator, an agent and a web chat.
pub struct Company {
    /// The program.
    pub hilo: Hilo,
    /// The administrator's session.
    pub admin: Client,
    /// Ana's session: an agent with access to the web chat.
    pub ana: Client,
    /// Ana's id.
    pub ana_id: String,
    /// The web chat.
    pub channel_id: String,
    /// The web chat's widget key.
    pub key: String,
    /// The secret that proves visitors' identities.
    pub identity_secret: String,
}

impl Company {
    /// Starts Hilo on an empty database and sets a company up.
    ///
    /// # Errors
    /// When any step is refused.
    pub async fn found() -> Result<Self> {
        Self::found_with(Hilo::start().await?).await
    }

    /// Sets a company up in a Hilo that has none.
    ///
    /// # Errors
    /// When any step is refused.
    pub async fn found_with(hilo: Hilo) -> Result<Self> {
        let admin = set_up(&hilo).await?;
        let shop = connect_web_chat(&admin, "Tienda", "tienda").await?;
        let channel_id = shop.text("/id").to_owned();
        let (ana, ana_id) =
            hire(&admin, "Ana", "ana@taller.example", "AGENT", &[&channel_id]).await?;
        Ok(Self {
            admin,
            ana,
            ana_id,
            key: shop.text("/widget/key").to_owned(),
            identity_secret: shop.text("/widget/identitySecret").to_owned(),
            channel_id,
            hilo,
        })
    }

    /// A new anonymous visitor.
    ///
    /// # Errors
    /// When the session is refused.
    pub async fn visitor(&self) -> Result<Visitor> {
        Visitor::arrive(&self.hilo.url, &self.key).await
    }

    /// The site's proof that a visitor is who it says.
    ///
    /// # Errors
    /// Never with a secret of any length.
    pub fn identity_hash(&self, user_id: &str) -> Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.identity_secret.as_bytes())?;
        mac.update(user_id.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }
}

/// Makes the company and its administrator with the token from the console.
///
/// # Errors
/// When no token was printed or the set-up is refused.
pub async fn set_up(hilo: &Hilo) -> Result<Client> {
    let token = setup_token(hilo).await?;
    let admin = Client::stranger(&hilo.url)?;
    let input = json!({"token": token, "workspaceName": "Taller Hilo", "name": "Irene",
        "email": "irene@taller.example", "password": PASSWORD, "language": "es"});
    admin.act(SET_UP, json!({"input": input})).await?;
    Ok(admin)
}

/// The one-time token that an empty Hilo prints on its console.
///
/// # Errors
/// When it prints none.
pub async fn setup_token(hilo: &Hilo) -> Result<String> {
    until("the set-up token on the console", async || {
        let said = hilo.said();
        let line = said.iter().find(|line| line.contains("/set-up"));
        let link = line.and_then(|line| line.split_whitespace().find(|w| w.contains("/set-up")));
        Ok(link
            .and_then(|link| link.rsplit(['=', '#', '/']).next())
            .map(str::to_owned))
    })
    .await
}

/// Connects a web chat that [`SITE`] may show; gives the channel with its widget.
///
/// # Errors
/// When it is refused.
pub async fn connect_web_chat(admin: &Client, name: &str, key: &str) -> Result<Value> {
    let input = json!({"name": name, "origins": [SITE], "key": key});
    let mut payload = admin.act(CONNECT_WEB_CHAT, json!({"input": input})).await?;
    payload
        .pointer_mut("/channel")
        .map(Value::take)
        .context("no channel")
}

/// Invites somebody and takes the invitation up; gives their session and id. Their access is in the rows then: what is
/// read before it comes would rightly be called outdated when it does.
///
/// # Errors
/// When either is refused.
pub async fn hire(
    admin: &Client,
    name: &str,
    email: &str,
    role: &str,
    channels: &[&str],
) -> Result<(Client, String)> {
    let input = json!({"name": name, "email": email, "role": role, "channelIds": channels});
    let payload = admin.act(INVITE_AGENT, json!({"input": input})).await?;
    let url = payload.text("/invitation/url");
    let token = url.rsplit('/').next().unwrap_or_default();
    let agent = Client::stranger(&admin.url)?;
    let input = json!({"token": token, "name": name, "password": PASSWORD});
    let payload = agent
        .act(ACCEPT_INVITATION, json!({"input": input}))
        .await?;
    settled(&admin.url).await?;
    Ok((agent, payload.text("/viewer/agent/id").to_owned()))
}

/// The chats that somebody sees, newest first, in one state or in both.
///
/// # Errors
/// When the query fails.
pub async fn chats(client: &Client, state: Option<&str>) -> Result<Vec<Value>> {
    let filter = state.map(|state| json!({"state": state}));
    let data = client
        .get(INBOX, json!({"filter": filter, "first": 100}))
        .await?;
    Ok(data.list("/chats/nodes").to_vec())
}

/// One chat with its messages and acts.
///
/// # Errors
/// When it is not there.
pub async fn chat(client: &Client, id: &str) -> Result<Value> {
    let mut data = client.get(CHAT, json!({"id": id})).await?;
    data.pointer_mut("/chat")
        .map(Value::take)
        .context("no chat")
}

/// Waits for a chat to be as wanted and gives it.
///
/// # Errors
/// When it never is.
pub async fn chat_when(
    client: &Client,
    id: &str,
    what: &str,
    wanted: impl Fn(&Value) -> bool,
) -> Result<Value> {
    until(what, async || {
        Ok(Some(chat(client, id).await?).filter(&wanted))
    })
    .await
}

/// Waits for the chat whose last message is this text, and gives its row.
///
/// # Errors
/// When it never comes.
pub async fn chat_saying(client: &Client, text: &str) -> Result<Value> {
    until("the chat is in the list", async || {
        let chats = chats(client, None).await?;
        Ok(chats
            .into_iter()
            .find(|chat| chat.text("/lastMessage/text") == text))
    })
    .await
}
