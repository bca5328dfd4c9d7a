//! The journal, page by page.

use async_graphql::{Context, Object};

use super::object::JournalEvents;
use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination;
use crate::scalars::Position;

/// Fields of Query about the journal.
#[derive(Default)]
pub struct JournalQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl JournalQuery {
    /// Where the journal stood when this request began, as far as settings are known here: `agents`, `channels`, `groups`,
    /// `templates`, `savedViews`, `workspace` and `workspaceSettings` of the same request hold everything up to it, wherever
    /// this field stands. They may hold more. For whoever is signed in, and every program.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.began()
    }

    /// Every event behind a position, in order. For auditors, and programs with `journal:read`.
    #[graphql(complexity = "pagination::cost(first, None, child_complexity)")]
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Behind this position; from the beginning without it.")] after: Option<
            Position,
        >,
        #[graphql(desc = "So many, at most 100; 50 without it.")] first: Option<i32>,
    ) -> Result<JournalEvents, Failure> {
        let first = pagination::size("first", first)?.unwrap_or(hilo_read::DEFAULT_PAGE);
        let after = after.map(|position| position.0);
        let page = ctx.app()?.journal_page(ctx.caller()?, after, first).await?;
        Ok(page.into())
    }
}
