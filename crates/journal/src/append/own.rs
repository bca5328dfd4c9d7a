//! An append that its caller carries out itself, where the way to the appender's thread and back would take longer than
//! the append. It comes to its end also when nobody waits for it any more.

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::line::Turn;
use super::{Queued, Stored, stopped};

pub(crate) struct Own {
    /// Nothing once it has come to its end.
    appending: Option<BoxFuture<'static, Stored>>,
    /// Where it goes on when its caller has gone.
    home: Handle,
}

impl Own {
    pub(super) fn new(mut turn: Turn, queued: Queued, answer: oneshot::Receiver<Stored>) -> Self {
        Self {
            home: turn.home().clone(),
            appending: Some(
                async move {
                    turn.append_alone(queued).await;
                    drop(turn);
                    answer.await.unwrap_or_else(|_| Err(stopped()))
                }
                .boxed(),
            ),
        }
    }

    pub(super) async fn outcome(mut self) -> Stored {
        let Some(appending) = &mut self.appending else {
            return Err(stopped());
        };
        let outcome = appending.await;
        self.appending = None;
        outcome
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        if let Some(appending) = self.appending.take() {
            self.home.spawn(appending);
        }
    }
}
