//! A way to PostgreSQL that can be cut: forwards bytes between two unix sockets, and ends connections after so many
//! more bytes, wherever in a message that is.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

const FILE: &str = ".s.PGSQL.5432";
/// No cut is due.
const WHOLE: i64 = i64::MAX;

/// The way. Ends with its owner.
pub struct Proxy {
    folder: TempDir,
    wires: Arc<Mutex<Vec<Arc<Wire>>>>,
    closed: Arc<AtomicBool>,
    accepting: JoinHandle<()>,
}

/// One connection.
struct Wire {
    /// Bytes that may still pass, to the server and to the client.
    left: [AtomicI64; 2],
    cut: CancellationToken,
}

impl Proxy {
    /// Listens for connections to the server whose socket is in `server`.
    ///
    /// # Errors
    /// When it cannot listen.
    pub fn to(server: PathBuf) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("hilo-way-").tempdir()?;
        let listener = UnixListener::bind(folder.path().join(FILE))?;
        let wires: Arc<Mutex<Vec<Arc<Wire>>>> = Arc::default();
        let closed = Arc::new(AtomicBool::new(false));
        let (known, is_closed) = (Arc::clone(&wires), Arc::clone(&closed));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if is_closed.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = UnixStream::connect(server.join(FILE)).await else {
                    continue;
                };
                let wire = Arc::new(Wire {
                    left: [AtomicI64::new(WHOLE), AtomicI64::new(WHOLE)],
                    cut: CancellationToken::new(),
                });
                let mut wires = known.lock().unwrap_or_else(PoisonError::into_inner);
                wires.retain(|wire| !wire.cut.is_cancelled());
                wires.push(Arc::clone(&wire));
                drop(wires);
                wire.forward(client, server);
            }
        });
        Ok(Self {
            folder,
            wires,
            closed,
            accepting,
        })
    }

    /// The address of a database of the server, this way.
    ///
    /// # Errors
    /// When the address names no socket.
    pub fn url(&self, url: &str) -> Result<String> {
        let (before, _) = url.split_once("?host=").context("no socket")?;
        Ok(format!("{before}?host={}", self.folder.path().display()))
    }

    /// Cuts each connection once so many more bytes have passed in the direction that is chosen for it: 0 to the
    /// server, 1 to the client.
    pub fn cut_after(&self, mut choose: impl FnMut() -> (usize, i64)) {
        let wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        for wire in wires.iter().filter(|wire| !wire.cut.is_cancelled()) {
            let (direction, bytes) = choose();
            if let Some(left) = wire.left.get(direction) {
                left.store(bytes, Ordering::SeqCst);
            }
        }
    }

    /// Cuts everything at once and takes nobody until it is opened again.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
        let wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        for wire in wires.iter() {
            wire.cut.cancel();
        }
    }

    /// Takes connections again.
    pub fn open(&self) {
        self.closed.store(false, Ordering::SeqCst);
    }

    /// How many connections are open.
    #[must_use]
    pub fn open_wires(&self) -> usize {
        let wires = self.wires.lock().unwrap_or_else(PoisonError::into_inner);
        wires.iter().filter(|w| !w.cut.is_cancelled()).count()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.close();
    }
}

impl Wire {
    fn forward(self: Arc<Self>, client: UnixStream, server: UnixStream) {
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::spawn(Arc::clone(&self).pump(0, from_client, to_server));
        tokio::spawn(self.pump(1, from_server, to_client));
    }

    async fn pump(self: Arc<Self>, direction: usize, from: OwnedReadHalf, to: OwnedWriteHalf) {
        self.cut
            .run_until_cancelled(self.pass(direction, from, to))
            .await;
        // One direction's end is the other's.
        self.cut.cancel();
    }

    async fn pass(&self, direction: usize, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let Some(left) = self.left.get(direction) else {
            return;
        };
        let mut bytes = Vec::with_capacity(64 * 1024);
        while let Ok(1..) = from.read_buf(&mut bytes).await {
            let allowed = left.load(Ordering::SeqCst);
            let length = i64::try_from(bytes.len()).unwrap_or(WHOLE);
            if allowed != WHOLE {
                left.fetch_sub(length, Ordering::SeqCst);
            }
            if length > allowed {
                bytes.truncate(usize::try_from(allowed).unwrap_or_default());
            }
            if to.write_all(&bytes).await.is_err() || length > allowed {
                return;
            }
            bytes.clear();
        }
    }
}
