//! A caller of the GraphQL API over a socket, speaking graphql-transport-ws by hand,
//! so that tests can also break its rules.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::frame::{CloseFrame, Frame};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::graphql::Client;
use crate::json::At as _;
use crate::wait::PATIENCE;

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Socket {
    /// Opens a socket and does not say a word. `origin` as a browser would send it.
    ///
    /// # Errors
    /// When the upgrade is refused.
    pub async fn dial(client: &Client, origin: Option<&str>) -> Result<Self> {
        let url = format!("{}/graphql", client.url.replacen("http", "ws", 1));
        let mut request = url.into_client_request()?;
        let headers = request.headers_mut();
        let protocol = HeaderValue::from_static("graphql-transport-ws");
        headers.insert("sec-websocket-protocol", protocol);
        if let Some(cookie) = client.cookie() {
            headers.insert("cookie", cookie.parse()?);
        }
        if let Some(origin) = origin {
            headers.insert("origin", origin.parse()?);
        }
        let (stream, response) = connect_async(request).await?;
        let protocol = response.headers().get("sec-websocket-protocol");
        if protocol.is_none_or(|protocol| protocol != "graphql-transport-ws") {
            bail!("the server did not agree to graphql-transport-ws");
        }
        Ok(Self { stream })
    }

    /// Opens a socket as the SPA does, up to the acknowledgement.
    ///
    /// # Errors
    /// When the server does not acknowledge.
    pub async fn open(client: &Client) -> Result<Self> {
        let mut socket = Self::dial(client, Some(&client.url)).await?;
        socket.send(json!({"type": "connection_init"})).await?;
        let answer = socket.receive().await?;
        if answer.text("/type") != "connection_ack" {
            bail!("expected connection_ack, got {answer}");
        }
        Ok(socket)
    }

    /// Sends one message of the protocol.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send(&mut self, message: Value) -> Result<()> {
        self.send_text(&message.to_string()).await
    }

    /// Sends any text.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send_text(&mut self, text: &str) -> Result<()> {
        Ok(self.stream.send(Message::text(text)).await?)
    }

    /// Begins an operation.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) -> Result<()> {
        let payload = json!({"query": query, "variables": variables});
        self.send(json!({"id": id, "type": "subscribe", "payload": payload}))
            .await
    }

    /// The next message of the protocol; answers pings on the way.
    ///
    /// # Errors
    /// When the socket closes, or nothing comes in time.
    pub async fn receive(&mut self) -> Result<Value> {
        match self.next(PATIENCE).await? {
            Next::Message(message) => Ok(message),
            Next::Closed(code) => bail!("the socket closed with {code:?}"),
            Next::Silence => bail!("nothing came for {PATIENCE:?}"),
        }
    }

    /// The payload of the next `next` message.
    ///
    /// # Errors
    /// When anything else comes.
    pub async fn update(&mut self) -> Result<Value> {
        let mut message = self.receive().await?;
        if message.text("/type") != "next" {
            bail!("expected an update, got {message}");
        }
        let payload = message.pointer_mut("/payload").map(Value::take);
        payload.context("an update without a payload")
    }

    /// The code the server closes with; messages before it are passed over.
    ///
    /// # Errors
    /// When it does not close in time.
    pub async fn close_code(&mut self) -> Result<u16> {
        loop {
            match self.next(PATIENCE).await? {
                Next::Message(_) => {}
                Next::Closed(code) => return code.context("closed without a code"),
                Next::Silence => bail!("the socket stayed open for {PATIENCE:?}"),
            }
        }
    }

    /// Says goodbye with this code, as a client does that needs the socket no more.
    ///
    /// # Errors
    /// When the socket is closed already.
    pub async fn say_goodbye(&mut self, code: u16) -> Result<()> {
        let code = code.into();
        let reason = "Normal Closure".into();
        Ok(self.stream.close(Some(CloseFrame { code, reason })).await?)
    }

    /// Sends a text frame of any bytes, UTF-8 or not.
    ///
    /// # Errors
    /// When the socket is closed.
    pub async fn send_bytes_as_text(&mut self, bytes: &'static [u8]) -> Result<()> {
        let frame = Frame::message(bytes, OpCode::Data(Data::Text), true);
        Ok(self.stream.send(Message::Frame(frame)).await?)
    }

    /// What comes next, waiting at most `patience`.
    ///
    /// # Errors
    /// When something other than JSON comes.
    pub async fn next(&mut self, patience: Duration) -> Result<Next> {
        let end = tokio::time::Instant::now() + patience;
        loop {
            let Ok(frame) = tokio::time::timeout_at(end, self.stream.next()).await else {
                return Ok(Next::Silence);
            };
            match frame {
                None | Some(Err(Error::ConnectionClosed | Error::AlreadyClosed)) => {
                    return Ok(Next::Closed(None));
                }
                Some(Ok(Message::Close(frame))) => {
                    return Ok(Next::Closed(frame.map(|frame| frame.code.into())));
                }
                Some(Err(_)) => return Ok(Next::Closed(None)),
                Some(Ok(Message::Text(text))) => {
                    let message: Value = serde_json::from_str(text.as_str())?;
                    match message.text("/type") {
                        "ping" => self.send(json!({"type": "pong"})).await?,
                        _ => return Ok(Next::Message(message)),
                    }
                }
                Some(Ok(Message::Binary(_))) => bail!("a binary message"),
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            }
        }
    }

    /// Lets the connection go without a word, as a cut network does.
    pub fn cut(self) {
        if let MaybeTlsStream::Plain(tcp) = self.stream.get_ref() {
            // Unread bytes and no farewell: the other side learns it by an error only.
            let _ = tcp.set_zero_linger();
        }
    }
}

/// What a socket had to say.
#[derive(Debug)]
pub enum Next {
    /// A message of the protocol.
    Message(Value),
    /// It closed, with this code.
    Closed(Option<u16>),
    /// Nothing, in the time given.
    Silence,
}
