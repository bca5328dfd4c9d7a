//! The appender's own thread, on which nothing else runs: the database never waits for it while commands are decided.

use std::sync::Arc;
use std::thread;

use sqlx::postgres::PgConnectOptions;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot, watch};

use super::line::Line;
use super::session::Session;
use super::task::{Known, Task};
use super::{Appender, QUEUE, Queued, stopped};
use crate::JournalError;
use crate::head::Head;

/// What the thread is told once the journal is known to be in order.
struct Begin {
    known: Known,
    line: Arc<Line>,
    queue: mpsc::Receiver<Queued>,
}

/// A thread with a checked connection, which appends nothing yet. It ends when this is dropped.
pub(crate) struct Opened {
    begin: oneshot::Sender<Begin>,
    options: PgConnectOptions,
    /// For callers who append by themselves.
    session: Session,
}

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
            .spawn({
                let options = options.clone();
                move || runtime.block_on(run(options, opened, begin))
            })
            .map_err(could_not)?;
        let session = Session::open(&options).await?;
        connected.await.unwrap_or_else(|_| Err(stopped()))?;
        Ok(Self {
            begin: sender,
            options,
            session,
        })
    }

    /// Lets it append. To be called in the runtime in which it was connected.
    pub(crate) fn begin(self, head: Arc<Head>) -> Appender {
        let (sender, queue) = mpsc::channel(QUEUE);
        let known = Known {
            options: self.options,
            head,
            works: Arc::new(watch::Sender::new(true)),
        };
        let line = Line::new(Task::new(known.clone(), self.session));
        let appender = Appender {
            queue: sender,
            line: Arc::clone(&line),
            works: Arc::clone(&known.works),
        };
        // Should the thread have ended, every append will say so.
        drop(self.begin.send(Begin { known, line, queue }));
        appender
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
            let task = Task::new(begin.known, session);
            task.run(begin.queue, begin.line).await;
        }
        Err(_) => session.close().await,
    }
}
