//! Who is signed in.

use async_graphql::{Context, Object};

use super::object::Viewer;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;

/// Fields of Query about the session.
#[derive(Default)]
pub struct SessionQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl SessionQuery {
    /// Who is signed in; null for a stranger.
    fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>, Failure> {
        let caller = ctx.identity()?.caller.as_ref();
        caller
            .map(|caller| Viewer::of(ctx.app()?, caller))
            .transpose()
    }
}
