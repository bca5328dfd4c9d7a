//! Rules that answer events with commands, one file a rule: `<command>_when_<event>.rs`. Each is a consumer of the
//! journal: it runs in one process at a time, goes on where it stopped, and begins with what happens after it first
//! existed. What its command may do is decided by the aggregate, as for everybody.

mod assign_chat_when_opened;

use std::sync::Arc;

use hilo_journal::Consumer;
use tokio_util::sync::CancellationToken;

use crate::App;
use assign_chat_when_opened::AssignChatWhenOpened;

/// Runs all of them until `stop`, whenever no other process does.
pub(crate) async fn run(app: App, stop: CancellationToken) {
    let policy: Arc<dyn Consumer> = Arc::new(AssignChatWhenOpened::new(app.clone()));
    drop(app.journal().run_consumer(policy, stop).await);
}
