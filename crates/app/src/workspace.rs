//! The workspace itself: its name and language. It is made by set-up or by the demo.

use futures_util::future::BoxFuture;
use hilo_domain::WorkspaceId;
use hilo_domain::workspace::{
    self, SettingsChange, Workspace, WorkspaceCommand, WorkspaceEvent, WorkspaceSettings,
};
use hilo_journal::{Committed, no_facts};

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::{AppError, Refusal};
use crate::facts::FactsFold;
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

    /// The workspace's settings, and whether chats are on; as they are from the beginning where there is no workspace yet.
    ///
    /// # Errors
    /// `Unavailable` when the facts are behind.
    pub fn workspace_settings(
        &self,
        caller: &Caller,
    ) -> Result<(WorkspaceSettings, bool), AppError> {
        authorize(caller, Operation::SeeWorkspaceSettings)?;
        let facts = self.facts().snapshot()?;
        let workspace = facts.workspace();
        Ok(workspace.map_or_else(
            || (WorkspaceSettings::default(), true),
            |workspace| (workspace.settings.clone(), workspace.chats_on),
        ))
    }

    /// The sites that may show the chats in a frame; asked for by a page, before anybody is signed in.
    #[must_use]
    pub fn frame_origins(&self) -> Vec<String> {
        let workspace = self.facts().workspace();
        workspace.map_or_else(Vec::new, |workspace| workspace.settings.frame_origins)
    }

    /// Changes settings; what is not named stays.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound` for a bot that is not there; the workspace's refusal.
    pub async fn change_workspace_settings(
        &self,
        caller: &Caller,
        change: SettingsChange,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::ChangeWorkspaceSettings)?;
        if let Some(bot) = change.distribution_bot.flatten() {
            let there = |facts: &FactsFold| facts.agent(bot).filter(|it| it.active).map(drop);
            self.sure(there)
                .await?
                .ok_or(AppError::NotFound { what: "agent" })?;
        }
        let command = WorkspaceCommand::ChangeWorkspaceSettings { change };
        let committed = self.execute_workspace(command, Act::of(caller)).await?;
        Ok(self.acted(committed.position).await)
    }

    /// Executes a command on the workspace and waits for this process's facts to have it. Checks no caller.
    ///
    /// # Errors
    /// The workspace's refusal; `Unavailable`.
    pub fn execute_workspace(
        &self,
        command: WorkspaceCommand,
        act: Act,
    ) -> BoxFuture<'_, Result<Committed<WorkspaceEvent>, AppError>> {
        Box::pin(async move {
            let id = WorkspaceId::ONLY.to_string();
            let committed = self
                .journal()
                .execute::<Workspace>(&id, command, no_facts(), act.context()?)
                .await?;
            self.facts().snapshot_at_least(committed.position).await?;
            Ok(committed)
        })
    }

    /// Whether a new workspace would be refused, before anything else is done for it.
    pub(crate) fn check_workspace(&self, create: &WorkspaceCommand) -> Result<(), AppError> {
        workspace::decide(&Workspace::default(), create.clone(), &())
            .map(drop)
            .map_err(|refusal| AppError::Refused(Refusal::Workspace(refusal)))
    }
}
