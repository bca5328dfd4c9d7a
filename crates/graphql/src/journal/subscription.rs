//! The journal as it grows.

use async_graphql::{Context, Subscription};
use futures_util::{Stream, StreamExt};

use super::object::JournalEvents;
use crate::authorization::Allowed;
use crate::context::{Asked, Pace};
use crate::error::Failure;
use crate::scalars::Position;

/// Fields of Subscription about the journal.
#[derive(Default)]
pub struct JournalSubscription;

#[Subscription(guard = "Allowed(\"Subscription\")")]
impl JournalSubscription {
    /// Every event behind a position, and then each as it is recorded; from the beginning without a position. Nothing is
    /// left out and nothing comes twice; a reader who is slow gets it later. For auditors, and programs with
    /// `journal:read`.
    async fn journal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Behind this position; from the beginning without it.")] after: Option<
            Position,
        >,
    ) -> Result<impl Stream<Item = Result<JournalEvents, Failure>> + use<>, Failure> {
        let after = after.map(|position| position.0);
        let pages = ctx.app()?.follow_journal(ctx.caller()?, after).await?;
        let pace = ctx.data_opt::<Pace>().cloned().unwrap_or_default();
        Ok(pages.then(move |page| {
            let pace = pace.clone();
            async move {
                pace.room().await;
                page.map(JournalEvents::from).map_err(Failure::from)
            }
        }))
    }
}
