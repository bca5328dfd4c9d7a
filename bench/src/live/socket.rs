//! One agent's WebSocket that speaks graphql-transport-ws: frames in and out, nothing parsed that need not be.

use anyhow::{Result, bail};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::http::{Connection, find};

const TEXT: u8 = 1;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// An open socket that was acknowledged.
pub(super) struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// Of the buffer, what was given out already.
    taken: usize,
}

/// Where a frame's payload lies in the buffer.
struct Frame {
    kind: u8,
    from: usize,
    to: usize,
}

impl Socket {
    /// Opens one with an agent's cookie.
    pub(super) async fn open(address: &str, cookie: &str) -> Result<Self> {
        let headers =
            format!("cookie: {cookie}\r\nsec-websocket-protocol: graphql-transport-ws\r\n");
        let connection = Connection::open(address).await?;
        let (stream, buffer) = connection.upgrade("/graphql", &headers).await?;
        let mut socket = Self {
            stream,
            buffer,
            taken: 0,
        };
        socket.send(TEXT, br#"{"type":"connection_init"}"#).await?;
        let answer = socket.text().await?;
        if find(answer, b"connection_ack").is_none() {
            bail!("not acknowledged: {}", String::from_utf8_lossy(answer));
        }
        Ok(socket)
    }

    /// Begins an operation. That the server has begun it too is known by [`Socket::settle`].
    pub(super) async fn subscribe(&mut self, query: &str, variables: &Value) -> Result<()> {
        let payload = json!({"query": query, "variables": variables});
        let message = json!({"id": "1", "type": "subscribe", "payload": payload});
        self.send(TEXT, message.to_string().as_bytes()).await
    }

    /// The next text. Answers the server's pings on the way.
    pub(super) async fn text(&mut self) -> Result<&[u8]> {
        loop {
            let Some(frame) = self.frame() else {
                self.read_more().await?;
                continue;
            };
            self.taken = frame.to;
            match frame.kind {
                TEXT => return Ok(self.buffer.get(frame.from..frame.to).unwrap_or_default()),
                PING => self.send(PONG, b"").await?,
                CLOSE => bail!("the server closed the socket"),
                _ => {}
            }
        }
    }

    /// The first whole frame that was not given out yet. A server's frames are not masked.
    fn frame(&self) -> Option<Frame> {
        let rest = self.buffer.get(self.taken..)?;
        let (kind, short) = (rest.first()? & 0x0f, *rest.get(1)? & 0x7f);
        let (head, length) = match short {
            126 => (
                4,
                u64::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?)),
            ),
            127 => (10, u64::from_be_bytes(rest.get(2..10)?.try_into().ok()?)),
            length => (2, u64::from(length)),
        };
        let from = self.taken + head;
        let to = from + usize::try_from(length).ok()?;
        (self.buffer.len() >= to).then_some(Frame { kind, from, to })
    }

    async fn read_more(&mut self) -> Result<()> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection of a socket was closed");
        }
        Ok(())
    }

    /// A client's frame is masked; with zeros that changes nothing.
    async fn send(&mut self, kind: u8, payload: &[u8]) -> Result<()> {
        let mut frame = vec![0x80 | kind];
        match u16::try_from(payload.len()) {
            Ok(length @ 0..126) => frame.push(0x80 | u8::try_from(length)?),
            Ok(length) => {
                frame.push(0x80 | 126);
                frame.extend(length.to_be_bytes());
            }
            Err(_) => bail!("a frame that no bench sends"),
        }
        frame.extend([0; 4]);
        frame.extend(payload);
        Ok(self.stream.write_all(&frame).await?)
    }
}
