//! Looks at what people wrote that go past the screens: each is an event of the journal itself. Decides nothing.

use hilo_domain::workspace::{Workspace, WorkspaceCommand};
use hilo_domain::{Actor, WorkspaceId};
use hilo_journal::{Journal, Position, no_facts};

use crate::Act;
use crate::error::AppError;

/// Records, before it is done, that the machine's `account` takes the events behind `after` up to `up_to` with their
/// texts opened.
///
/// # Errors
/// `Unavailable`: then nothing may be shown.
pub async fn record_export(
    journal: &Journal,
    account: String,
    after: Position,
    up_to: Position,
) -> Result<Position, AppError> {
    let command = WorkspaceCommand::RecordExport {
        account,
        after: after.0,
        up_to: up_to.0,
    };
    let context = Act::by(Actor::System).context()?;
    let committed = journal
        .execute::<Workspace>(&WorkspaceId::ONLY.to_string(), command, no_facts(), context)
        .await?;
    Ok(committed.position)
}
