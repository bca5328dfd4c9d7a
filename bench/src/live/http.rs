//! One HTTP/1.1 connection that is kept open: a request out, an answer in. Knows as much of HTTP as Hilo's answers need.

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A connection.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub(super) struct Answer {
    /// Such as 200.
    pub(super) status: u16,
    /// The status line and the headers.
    pub(super) head: String,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// The value of a header; its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// Itself, if it says 200.
    pub(super) fn ok(self) -> Result<Self> {
        match self.status {
            200 => Ok(self),
            status => bail!("{status}: {}", String::from_utf8_lossy(&self.body)),
        }
    }
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(4_096),
        })
    }

    /// Sends a POST of JSON; `headers` are whole lines, each with its end.
    pub(super) async fn post(&mut self, path: &str, headers: &str, body: &str) -> Result<Answer> {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: bench.example\r\naccept: application/json\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    /// Asks for a WebSocket; afterwards the stream is one, with what was read of it already.
    pub(super) async fn upgrade(
        mut self,
        path: &str,
        headers: &str,
    ) -> Result<(TcpStream, Vec<u8>)> {
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: bench.example\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{headers}\r\n"
        );
        self.stream.write_all(request.as_bytes()).await?;
        let answer = self.answer().await?;
        if answer.status != 101 {
            bail!("no socket: {}", answer.head);
        }
        Ok((self.stream, self.buffer))
    }

    async fn answer(&mut self) -> Result<Answer> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.read_more().await?;
        };
        let head = String::from_utf8(self.buffer.drain(..end).collect())?;
        let status = head.split(' ').nth(1).context("no status")?.parse()?;
        let mut answer = Answer {
            status,
            head,
            body: Vec::new(),
        };
        let length = answer.header("content-length").map(str::parse);
        let length: usize = length.transpose()?.unwrap_or_default();
        while self.buffer.len() < length {
            self.read_more().await?;
        }
        answer.body = self.buffer.drain(..length).collect();
        Ok(answer)
    }

    async fn read_more(&mut self) -> Result<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection was closed");
        }
        Ok(())
    }
}

/// Where `wanted` begins in `bytes`.
pub(super) fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}
