//! Signing in and out, and the password.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::object::Viewer;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, UserError, rename_field};

/// Who wants to sign in.
#[derive(InputObject)]
pub struct SignInInput {
    /// The e-mail address.
    email: String,
    /// The password.
    password: String,
}

/// What signing in came to.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// Who is signed in now; null when it was refused.
    viewer: Option<Viewer>,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// What signing out came to.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Always true: the session is over.
    ok: bool,
}

/// The password now, and the one to come.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password now.
    current: String,
    /// The password to come, of at least 10 characters.
    new: String,
}

/// What changing the password came to.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// Whether it was changed. Every other session of the agent is over then.
    ok: bool,
    /// Why it was refused; empty when it was done.
    user_errors: Vec<UserError>,
}

/// Fields of Mutation about the session.
#[derive(Default)]
pub struct SessionMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl SessionMutation {
    /// Signs in: the answer sets the session cookie.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who wants to sign in.")] input: SignInInput,
    ) -> Result<SignInPayload, Failure> {
        ctx.needs_cookies()?;
        let asks = ctx.identity()?;
        let SignInInput { email, password } = input;
        let signed_in =
            ctx.app()?
                .sign_in(&email, &password, &asks.peer, asks.user_agent.as_deref());
        let (viewer, user_errors) = Viewer::signed_in(ctx, signed_in.await)?;
        Ok(SignInPayload {
            viewer,
            user_errors,
        })
    }

    /// Signs out: the session is over everywhere it is open, and the cookie is gone.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload, Failure> {
        ctx.app()?.sign_out(ctx.caller()?).await?;
        ctx.forget()?;
        Ok(SignOutPayload { ok: true })
    }

    /// Changes the caller's password. Every session of theirs is over, this one gets a new cookie.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password now, and the one to come.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload, Failure> {
        ctx.needs_cookies()?;
        let ChangePasswordInput { current, new } = input;
        let peer = &ctx.identity()?.peer;
        let changed = ctx
            .app()?
            .change_password(ctx.caller()?, &current, &new, peer)
            .await;
        let (viewer, mut user_errors) = Viewer::signed_in(ctx, changed)?;
        rename_field(&mut user_errors, "password", "new");
        Ok(ChangePasswordPayload {
            ok: viewer.is_some(),
            user_errors,
        })
    }
}
