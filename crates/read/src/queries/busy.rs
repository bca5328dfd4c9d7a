//! How many open chats agents answer. Asked by Hilo itself for all channels, so there is no scope.

use std::collections::BTreeMap;

use hilo_domain::AgentId;
use uuid::Uuid;

use crate::error::{ReadError, database};
use crate::model::ReadModel;

impl ReadModel {
    /// Active chats by assignee, of these agents; who has none is left out. Those that are put aside do not count.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_chats_of(
        &self,
        agents: &[AgentId],
    ) -> Result<BTreeMap<AgentId, i64>, ReadError> {
        let ids: &Vec<Uuid> = &agents.iter().map(|agent| agent.as_uuid()).collect();
        let rows: Vec<(Uuid, i64)> = self
            .answer(|schema| async move {
                let statement = "SELECT agent_id, sum(assigned)::int8 FROM {read}.agent_counters
                    WHERE agent_id = ANY($1) AND assigned > 0 GROUP BY agent_id";
                sqlx::query_as(&schema.sql(statement))
                    .bind(ids)
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database("counting open chats"))
            })
            .await?;
        let counts = rows.into_iter();
        Ok(counts
            .map(|(id, count)| (AgentId::from_uuid(id), count))
            .collect())
    }
}
