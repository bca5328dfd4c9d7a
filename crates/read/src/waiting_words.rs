//! Merges the words that wait in lists beside the search indexes into them, so that neither the projector's batches nor
//! searches pay for it. Changes no row, and what is found is the same before and after.

use std::time::Duration;

use tokio::time::sleep;

use crate::error::{ReadError, database};
use crate::model::ReadModel;

/// Shortest time between two merges: in a burst the lists of so long are merged in one go.
const PAUSE: Duration = Duration::from_secs(1);

/// Every index of a schema that keeps such a list.
const MERGE: &str = "
    SELECT coalesce(sum(gin_clean_pending_list(i.oid)), 0)::int8 FROM pg_class i
    JOIN pg_am a ON a.oid = i.relam JOIN pg_namespace n ON n.oid = i.relnamespace
    WHERE n.nspname = $1 AND i.relkind = 'i' AND a.amname = 'gin'";

impl ReadModel {
    /// Merges what waits now; gives how many pages that was.
    ///
    /// # Errors
    /// When the database fails, or the pool's role does not own the indexes.
    pub async fn merge_waiting_words(&self) -> Result<i64, ReadError> {
        sqlx::query_scalar(MERGE)
            .bind(self.name())
            .fetch_one(self.pool.direct())
            .await
            .map_err(database("merging words into the search indexes"))
    }

    /// Merges whenever rows were written, for as long as it is polled. Several processes may: who comes second finds
    /// nothing to do.
    pub(crate) async fn keep_lists_short(&self) {
        let mut position = self.progress();
        while position.changed().await.is_ok() {
            if let Err(error) = self.merge_waiting_words().await {
                // The lists are merged by the projector then, when they are too long.
                tracing::debug!(%error, "words that wait for the search indexes were not merged");
            }
            sleep(PAUSE).await;
        }
    }
}
