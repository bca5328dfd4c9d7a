//! The filters that the caller keeps under names (P5).

use async_graphql::{Context, InputObject, Object, SimpleObject};
use hilo_app::Acted;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::scalars::Position;

/// Filters under a name.
#[derive(SimpleObject)]
pub struct SavedView {
    /// The name; the caller has no other view of it.
    name: String,
    /// The filters, as the query of the address of the list that shows them. Hilo does not read it.
    query: String,
}

fn of(ctx: &Context<'_>) -> Result<Vec<SavedView>, Failure> {
    let views = ctx.app()?.views(ctx.caller()?)?;
    let each = views.iter().map(|(name, query)| SavedView {
        name: name.to_owned(),
        query: query.to_owned(),
    });
    Ok(each.collect())
}

/// Filters to keep.
#[derive(InputObject)]
pub struct SaveViewInput {
    /// 1 to 60 characters. Filters that are kept under it are forgotten.
    name: String,
    /// At most 4,000 bytes in one line, such as `show=unread`.
    query: String,
}

/// A view that gets another name.
#[derive(InputObject)]
pub struct RenameViewInput {
    /// Its name now.
    name: String,
    /// Its name to come: 1 to 60 characters, and no other view's.
    to: String,
}

/// A view to forget.
#[derive(InputObject)]
pub struct DeleteViewInput {
    /// Its name.
    name: String,
}

/// What a change of the views came to.
pub struct ViewsPayload {
    acted: Option<Acted>,
    user_errors: Vec<UserError>,
}

impl ViewsPayload {
    fn of((acted, user_errors): Outcome<Acted>) -> Self {
        Self { acted, user_errors }
    }
}

/// What a change of the views came to.
#[Object]
impl ViewsPayload {
    /// All views of the caller, in the order of their names.
    async fn views(&self, ctx: &Context<'_>) -> Result<Vec<SavedView>, Failure> {
        of(ctx)
    }

    /// Where it stands in the journal; null when it was refused.
    async fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        crate::payload::position(ctx, self.acted)
    }

    /// Why it was refused; empty when it was done.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Fields of Query about views.
#[derive(Default)]
pub struct ViewsQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl ViewsQuery {
    /// The filters that the caller keeps under names, in the order of those.
    async fn saved_views(&self, ctx: &Context<'_>) -> Result<Vec<SavedView>, Failure> {
        of(ctx)
    }
}

/// Fields of Mutation about views.
#[derive(Default)]
pub struct ViewsMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl ViewsMutation {
    /// Keeps filters under a name, for the caller alone.
    async fn save_view(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Filters to keep.")] input: SaveViewInput,
    ) -> Result<ViewsPayload, Failure> {
        let app = ctx.app()?;
        let saved = app.save_view(ctx.caller()?, input.name, input.query).await;
        Ok(ViewsPayload::of(outcome(saved)?))
    }

    /// Gives a view another name.
    async fn rename_view(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A view that gets another name.")] input: RenameViewInput,
    ) -> Result<ViewsPayload, Failure> {
        let app = ctx.app()?;
        let renamed = app.rename_view(ctx.caller()?, input.name, input.to).await;
        Ok(ViewsPayload::of(outcome(renamed)?))
    }

    /// Forgets a view.
    async fn delete_view(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A view to forget.")] input: DeleteViewInput,
    ) -> Result<ViewsPayload, Failure> {
        let app = ctx.app()?;
        let deleted = app.delete_view(ctx.caller()?, input.name).await;
        Ok(ViewsPayload::of(outcome(deleted)?))
    }
}
