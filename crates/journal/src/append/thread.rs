//! The appender's own thread, on which nothing else runs: the database never waits for it while commands are decided.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread;

use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

use super::session::Session;
use super::task::Task;
use super::{Appender, QUEUE, Queued, stopped};
use crate::JournalError;
use crate::head::Head;

/// What the thread is told once the journal is known to be in order.
struct Begin {
    head: Arc<Head>,
    works: Arc<AtomicBool>,
    queue: mpsc::Receiver<Queued>,
}

/// A thread with a checked connection, which appends nothing yet. It ends when this is dropped.
pub(crate) struct Opened(oneshot::Sender<Begin>);

impl Opened {
    /// Starts the thread and connects on it, since a connection belongs to where it was made.
    pub(super) async fn connect(options: PgConnectOptions) -> Result<Self, JournalError> {
        let ((opened, connected), (sender, begin)) = (oneshot::channel(), oneshot::channel());
        let could_not = |error: std::io::Error| {
            JournalError::Unavailable(format!("the appender's thread does not start: {error}"))
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(could_not)?;
        thread::Builder::new()
            .name("hilo appender".to_owned())
            .spawn(move || runtime.block_on(run(options, opened, begin)))
            .map_err(could_not)?;
        connected.await.unwrap_or_else(|_| Err(stopped()))?;
        Ok(Self(sender))
    }

    /// Lets it append.
    pub(crate) fn begin(self, head: Arc<Head>) -> Appender {
        let (sender, queue) = mpsc::channel(QUEUE);
        let works = Arc::new(AtomicBool::new(true));
        let begin = Begin {
            head,
            works: Arc::clone(&works),
            queue,
        };
        // Should the thread have ended, every append will say so.
        drop(self.0.send(begin));
        Appender {
            queue: sender,
            works,
        }
    }
}

async fn run(
    options: PgConnectOptions,
    opened: oneshot::Sender<Result<(), JournalError>>,
    begin: oneshot::Receiver<Begin>,
) {
    let session = match Session::open(&options).await {
        Ok(session) => session,
        Err(error) => return drop(opened.send(Err(error))),
    };
    if opened.send(Ok(())).is_err() {
        return session.close().await;
    }
    match begin.await {
        Ok(begin) => {
            let task = Task::new(options, session, begin.head, begin.works);
            task.run(begin.queue).await;
        }
        Err(_) => session.close().await,
    }
}
