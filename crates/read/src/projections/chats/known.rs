//! The rows of the chats that were written last, and the counters, so that the next batch need not load them. They hold for one position
//! only: what writes next says where the rows must be, and stores nothing where somebody else has moved them.

use std::collections::{BTreeMap, BTreeSet};

use hilo_domain::ChatId;
use hilo_journal::Position;
use uuid::Uuid;

use super::{ChatRecord, Chats};
use crate::projections::counters;
use crate::projections::store::Written;
use crate::rows::{AgentCounters, CountersRow};

/// When so many rows are known, those that were not written since there were half as many are forgotten.
const ROWS: usize = 2_000;

/// Rows as they are at a position.
#[derive(Default)]
pub(crate) struct Known {
    at: Position,
    newer: BTreeMap<ChatId, ChatRecord>,
    older: BTreeMap<ChatId, ChatRecord>,
    /// Of all channels, once they were written.
    counters: Option<CountersRow>,
    /// Of all agents, once any of them moved.
    agent_counters: Option<Vec<AgentCounters>>,
}

impl Known {
    /// The rows of these chats, if all of them are known at this position. Those that have just `begun` have none.
    pub(crate) fn chats(
        &self,
        at: Position,
        ids: Vec<Uuid>,
        begun: &BTreeSet<ChatId>,
    ) -> Option<Chats> {
        if self.at != at {
            return None;
        }
        let mut before = BTreeMap::new();
        for id in ids.into_iter().map(ChatId::from_uuid) {
            match self.newer.get(&id).or_else(|| self.older.get(&id)) {
                Some(row) => drop(before.insert(id, row.clone())),
                None if begun.contains(&id) => {}
                None => return None,
            }
        }
        let now = before.clone();
        Some(Chats { before, now })
    }

    /// What writing these chats behind a position will say of the counters, if that is known.
    pub(crate) fn foreseen(&self, at: Position, chats: &Chats) -> Option<Written> {
        let mut counters = self.counters.clone().filter(|_| self.at == at)?;
        counters::Changes::of(chats.counter_changes()).apply(&mut counters);
        let of_agents = chats.agent_counter_changes();
        let agent_counters = if of_agents.is_empty() {
            None
        } else {
            let mut agent_counters = self.agent_counters.clone()?;
            of_agents.apply(&mut agent_counters);
            Some(agent_counters)
        };
        Some(Written {
            counters,
            agent_counters,
        })
    }

    /// Takes in what was written from one position to another; what was known elsewhere is forgotten.
    pub(crate) fn learn(
        &mut self,
        chats: &Chats,
        written: &Written,
        (from, to): (Position, Position),
    ) {
        if self.at != from {
            *self = Self::default();
        }
        self.at = to;
        self.counters = Some(written.counters.clone());
        if let Some(agent_counters) = &written.agent_counters {
            self.agent_counters = Some(agent_counters.clone());
        }
        let rows = chats.now.iter().map(|(id, row)| (*id, row.clone()));
        self.newer.extend(rows);
        if self.newer.len() > ROWS / 2 {
            self.older = std::mem::take(&mut self.newer);
        }
    }
}
