//! When an answer may be given: once the read model has the act, so that nobody reads behind their own write.

use std::time::Duration;

use hilo_journal::Position;

use crate::App;
use crate::undo::UndoToken;

/// How long a mutation waits for the read model before it answers `pending`.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where an act stands in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acted {
    /// Of its last event, or the head seen when there was nothing to do.
    pub position: Position,
    /// The act is committed, but queries may not show it yet.
    pub pending: bool,
    /// By what it can be taken back, where it can (N6).
    pub undo: Option<UndoToken>,
}

impl App {
    /// Waits for the read model to reach `position`.
    pub async fn acted(&self, position: Position) -> Acted {
        let mut projected = self.0.projected.clone();
        let reached =
            tokio::time::timeout(PATIENCE, projected.wait_for(|here| *here >= position)).await;
        Acted {
            position,
            pending: !matches!(reached, Ok(Ok(_))),
            undo: None,
        }
    }
}
