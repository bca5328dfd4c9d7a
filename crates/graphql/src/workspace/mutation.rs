//! Setting Hilo up for the first time.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError};
use crate::session::object::Viewer;

/// The workspace and its first administrator.
#[derive(InputObject)]
pub struct SetUpInput {
    /// The set-up token that Hilo printed on its console.
    token: String,
    /// The company's name.
    workspace_name: String,
    /// The administrator's name.
    name: String,
    /// The address the administrator signs in with.
    email: String,
    /// The password the administrator chooses, of at least 10 characters.
    password: String,
    /// The workspace's language: `en`, `es`, `pl` or `fr`.
    language: String,
}

/// What the set-up came to.
#[derive(SimpleObject)]
pub struct SetUpPayload {
    /// Who is signed in now; null when it was refused.
    viewer: Option<Viewer>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Fields of Mutation about the workspace.
#[derive(Default)]
pub struct WorkspaceMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl WorkspaceMutation {
    /// Creates the workspace and its first administrator, who is signed in. Works once.
    async fn set_up(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace and its first administrator.")] input: SetUpInput,
    ) -> Result<SetUpPayload, Failure> {
        ctx.needs_cookies()?;
        let set_up = hilo_app::SetUp {
            token: input.token,
            workspace_name: input.workspace_name,
            name: input.name,
            email: input.email,
            password: input.password,
            language: input.language,
        };
        let done = ctx.app()?.set_up(set_up, &ctx.identity()?.peer).await;
        let (viewer, user_errors) = Viewer::signed_in(ctx, done)?;
        Ok(SetUpPayload {
            viewer,
            user_errors,
        })
    }
}
