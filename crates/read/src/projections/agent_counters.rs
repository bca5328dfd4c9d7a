//! Table `agent_counters`: chats by agent and channel, moved by exactly what the chats' rows moved. Never counts rows.

use std::collections::BTreeMap;

use hilo_domain::{AgentId, ChannelId};

use super::store::Bound;
use crate::columns::column;
use crate::rows::AgentCounters;

/// What one chat adds to the counters of one agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct AgentShare {
    assigned: i64,
    starred: i64,
    mentioned: i64,
}

impl AgentShare {
    const NONE: Self = Self {
        assigned: 0,
        starred: 0,
        mentioned: 0,
    };
    /// Of a chat that they answer.
    pub(crate) const ASSIGNED: Self = Self {
        assigned: 1,
        ..Self::NONE
    };
    /// Of a chat that they starred.
    pub(crate) const STARRED: Self = Self {
        starred: 1,
        ..Self::NONE
    };
    /// Of a chat where a note mentions them that they have not seen.
    pub(crate) const MENTIONED: Self = Self {
        mentioned: 1,
        ..Self::NONE
    };
}

/// By how much the counters of agents move.
pub(crate) struct Changes(BTreeMap<(AgentId, ChannelId), AgentShare>);

impl Changes {
    /// From what each chat was and is.
    pub(crate) fn of<B, N>(chats: impl Iterator<Item = (B, N)>) -> Self
    where
        B: Iterator<Item = ((AgentId, ChannelId), AgentShare)>,
        N: Iterator<Item = ((AgentId, ChannelId), AgentShare)>,
    {
        let mut moved = BTreeMap::<_, AgentShare>::new();
        let mut add = |whose, share: AgentShare, sign| {
            let sum = moved.entry(whose).or_default();
            sum.assigned += sign * share.assigned;
            sum.starred += sign * share.starred;
            sum.mentioned += sign * share.mentioned;
        };
        for (before, now) in chats {
            before.for_each(|(whose, share)| add(whose, share, -1));
            now.for_each(|(whose, share)| add(whose, share, 1));
        }
        moved.retain(|_, share| *share != AgentShare::default());
        Self(moved)
    }

    /// Whether nothing moves.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Moves counters as [`WRITE`] does.
    pub(crate) fn apply(&self, counters: &mut Vec<AgentCounters>) {
        for (&(agent_id, channel_id), share) in &self.0 {
            let key = |it: &AgentCounters| (it.channel_id, it.agent_id);
            let place = counters.binary_search_by_key(&(channel_id, agent_id), key);
            let at = place.unwrap_or_else(|at| {
                let none = AgentCounters {
                    channel_id,
                    agent_id,
                    assigned: 0,
                    starred: 0,
                    mentioned: 0,
                };
                counters.insert(at, none);
                at
            });
            if let Some(moved) = counters.get_mut(at) {
                moved.assigned += share.assigned;
                moved.starred += share.starred;
                moved.mentioned += share.mentioned;
            }
        }
        counters.retain(|it| it.assigned != 0 || it.starred != 0 || it.mentioned != 0);
    }

    /// Binds the differences, for [`WRITE`].
    pub(crate) fn bind<'q>(&self, query: Bound<'q>) -> Bound<'q> {
        let moved = &self.0;
        query
            .bind(column(moved.keys(), |(agent, _)| agent.as_uuid()))
            .bind(column(moved.keys(), |(_, channel)| channel.as_uuid()))
            .bind(column(moved.values(), |share| share.assigned))
            .bind(column(moved.values(), |share| share.starred))
            .bind(column(moved.values(), |share| share.mentioned))
    }
}

/// Moves counters, begins new ones, and ends those that come to nothing, so that the rows tell nothing of what was.
pub(crate) const WRITE: &str = "agent_counters_changed AS (
    SELECT m.agent_id, m.channel_id, c.agent_id IS NOT NULL AS had, coalesce(c.assigned, 0) + m.assigned AS assigned,
        coalesce(c.starred, 0) + m.starred AS starred, coalesce(c.mentioned, 0) + m.mentioned AS mentioned
    FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::int8[], $5::int8[])
        AS m (agent_id, channel_id, assigned, starred, mentioned)
    LEFT JOIN {read}.agent_counters AS c ON c.agent_id = m.agent_id AND c.channel_id = m.channel_id),
agent_counters_ended AS (
    DELETE FROM {read}.agent_counters AS c USING agent_counters_changed AS m
    WHERE c.agent_id = m.agent_id AND c.channel_id = m.channel_id
      AND m.assigned = 0 AND m.starred = 0 AND m.mentioned = 0),
agent_counters_moved AS (
    UPDATE {read}.agent_counters AS c SET assigned = m.assigned, starred = m.starred, mentioned = m.mentioned
    FROM agent_counters_changed AS m
    WHERE c.agent_id = m.agent_id AND c.channel_id = m.channel_id
      AND (m.assigned <> 0 OR m.starred <> 0 OR m.mentioned <> 0)),
agent_counters_begun AS (
    INSERT INTO {read}.agent_counters (agent_id, channel_id, assigned, starred, mentioned)
    SELECT agent_id, channel_id, assigned, starred, mentioned FROM agent_counters_changed
    WHERE NOT had AND (assigned <> 0 OR starred <> 0 OR mentioned <> 0))";

/// Behind [`WRITE`], in the shape of the channels' counters: those of all agents as they are then, where any moved.
pub(crate) const WRITTEN: &str = "
    UNION ALL SELECT channel_id, agent_id, 0, 0, 0, 0, 0, 0, 0, 0, assigned, starred, mentioned
    FROM (SELECT agent_id, channel_id, assigned, starred, mentioned FROM agent_counters_changed
          UNION ALL SELECT agent_id, channel_id, assigned, starred, mentioned FROM {read}.agent_counters
          WHERE EXISTS (SELECT FROM agent_counters_changed)
            AND (agent_id, channel_id) NOT IN (SELECT agent_id, channel_id FROM agent_counters_changed)) AS agents
    WHERE assigned <> 0 OR starred <> 0 OR mentioned <> 0";
