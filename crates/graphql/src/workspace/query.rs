//! What anybody may know of the workspace.

use async_graphql::{Context, Object};

use super::object::{DemoSignIn, Workspace};
use super::settings::WorkspaceSettings;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;

/// Fields of Query about the workspace.
#[derive(Default)]
pub struct WorkspaceQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl WorkspaceQuery {
    /// The workspace, as far as strangers may know it.
    async fn workspace(&self, ctx: &Context<'_>) -> Result<Workspace, Failure> {
        let app = ctx.app()?;
        let entry = app.facts().workspace();
        let (name, language) = entry.map(|entry| (entry.name, entry.language)).unzip();
        Ok(Workspace {
            name,
            language,
            needs_set_up: app.needs_set_up(),
            demo: DemoSignIn::offered(ctx)?,
        })
    }

    /// How the workspace works: for whoever is signed in.
    async fn workspace_settings(&self, ctx: &Context<'_>) -> Result<WorkspaceSettings, Failure> {
        WorkspaceSettings::now(ctx)
    }
}
