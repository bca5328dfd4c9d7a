//! The workspace itself: its name and language. It is made by set-up or by the demo.

use hilo_domain::WorkspaceId;
use hilo_domain::workspace::{self, Workspace, WorkspaceCommand, WorkspaceEvent};
use hilo_journal::{Committed, no_facts};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::{AppError, Refusal};
use crate::{Act, Acted, App};

impl App {
    /// Gives the workspace another name.
    ///
    /// # Errors
    /// `Forbidden`; the workspace's refusal of a name.
    pub async fn rename_workspace(&self, caller: &Caller, name: &str) -> Result<Acted, AppError> {
        authorize(caller, Operation::RenameWorkspace)?;
        let command = WorkspaceCommand::RenameWorkspace {
            name: name.to_owned(),
        };
        let committed = self.execute_workspace(command, Act::of(caller)).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Executes a command on the workspace and waits for this process's facts to have it. Checks no caller.
    ///
    /// # Errors
    /// The workspace's refusal; `Unavailable`.
    pub async fn execute_workspace(
        &self,
        command: WorkspaceCommand,
        act: Act,
    ) -> Result<Committed<WorkspaceEvent>, AppError> {
        let id = WorkspaceId::ONLY.to_string();
        let committed = self
            .journal()
            .execute::<Workspace>(&id, command, no_facts(), act.context()?)
            .await?;
        self.facts().snapshot_at_least(committed.position).await?;
        Ok(committed)
    }

    /// Whether a new workspace would be refused, before anything else is done for it.
    pub(crate) fn check_workspace(&self, create: &WorkspaceCommand) -> Result<(), AppError> {
        workspace::decide(&Workspace::default(), create.clone(), &())
            .map(drop)
            .map_err(|refusal| AppError::Refused(Refusal::Workspace(refusal)))
    }
}
