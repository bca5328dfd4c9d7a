//! A way to the server on which an answer can get lost: forwards bytes between two Unix sockets.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::postgres::PgConnectOptions;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use uuid::Uuid;

pub struct Proxy {
    folder: PathBuf,
    armed: Arc<AtomicBool>,
}

impl Proxy {
    /// Listens for connections to the server that `options` name.
    pub async fn to(options: &PgConnectOptions) -> Self {
        let file = format!(".s.PGSQL.{}", options.get_port());
        let server = options.get_socket().unwrap().join(&file);
        let folder = std::env::temp_dir().join(format!("hilo-{}", Uuid::new_v4().simple()));
        std::fs::create_dir(&folder).unwrap();
        let listener = UnixListener::bind(folder.join(&file)).unwrap();
        let armed = Arc::new(AtomicBool::new(false));
        let swallow = Arc::clone(&armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&server).await.unwrap();
                tokio::spawn(forward(client, server, Arc::clone(&swallow)));
            }
        });
        Self { folder, armed }
    }

    pub fn options(&self, options: &PgConnectOptions) -> PgConnectOptions {
        options.clone().socket(&self.folder)
    }

    /// The next answer that commits a statement is read, thrown away, and the connection closed.
    pub fn swallow_next_answer(&self) {
        self.armed.store(true, Ordering::SeqCst);
    }

    pub fn swallowed(&self) -> bool {
        !self.armed.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

async fn forward(client: UnixStream, server: UnixStream, swallow: Arc<AtomicBool>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let asking =
        tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    // Room for an answer as a whole, so that the word looked for is not cut in two.
    let mut answer = Vec::with_capacity(1 << 16);
    while let Ok(1..) = from_server.read_buf(&mut answer).await {
        // What the server says when a statement is done; by then it is committed.
        let done = answer.windows(7).any(|word| word == b"SELECT ");
        if done && swallow.swap(false, Ordering::SeqCst) {
            break;
        }
        if to_client.write_all(&answer).await.is_err() {
            break;
        }
        answer.clear();
    }
    asking.abort();
}
