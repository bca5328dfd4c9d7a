//! What a decision needs to know of other streams. The journal asks for it and never makes it.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{FactsBehind, Position};

/// Gives the facts (cqrs-es calls them services) that commands of one aggregate type are decided with.
#[async_trait]
pub trait FactSource<F>: Send + Sync {
    /// The facts as known here and now, at most a second behind the journal.
    ///
    /// # Errors
    /// When the source is further behind: the command then fails closed.
    async fn current(&self) -> Result<F, FactsBehind>;

    /// The facts with everything up to `position` in them, waiting for it for a bounded time.
    ///
    /// # Errors
    /// When the source does not get there in time.
    async fn at_least(&self, position: Position) -> Result<F, FactsBehind>;
}

/// Facts that never change.
pub struct Fixed<F>(pub F);

#[async_trait]
impl<F: Clone + Send + Sync> FactSource<F> for Fixed<F> {
    async fn current(&self) -> Result<F, FactsBehind> {
        Ok(self.0.clone())
    }

    async fn at_least(&self, _: Position) -> Result<F, FactsBehind> {
        Ok(self.0.clone())
    }
}

/// For aggregates whose decisions rest on their own stream alone.
#[must_use]
pub fn no_facts() -> Arc<dyn FactSource<()>> {
    Arc::new(Fixed(()))
}
