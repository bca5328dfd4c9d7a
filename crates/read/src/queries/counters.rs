//! Counters by channel, and by agent and channel: a row each, however many chats there are.

use hilo_domain::{AgentId, ChannelId};
use hilo_journal::pool::Connection;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{AssigneeFilter, ChannelScope, ChatFilter, ChatStateFilter, WriterFilter};
use super::{positioned, with_position};
use crate::error::{ReadError, database};
use crate::model::ReadModel;
use crate::page::Read;
use crate::rows::{AgentCounters, ChannelCounters, Counted, CountersRow};
use crate::schema::Schema;

const DOING: &str = "reading counters";

impl CountersRow {
    /// What a viewer with this scope may know of them: a channel whose chats are all deleted has none for agents (H4).
    #[must_use]
    pub fn within(&self, scope: &ChannelScope) -> Self {
        let seen = self
            .channels
            .iter()
            .filter(|counters| scope.allows(counters.channel_id))
            .map(|counters| match scope.sees_deleted() {
                true => *counters,
                false => ChannelCounters {
                    deleted: 0,
                    ..*counters
                },
            })
            .filter(|counters| counters.chats() > 0);
        Self {
            channels: seen.collect(),
        }
    }
}

impl ChannelCounters {
    /// Chats of every kind.
    const fn chats(&self) -> i64 {
        self.active + self.snoozed + self.archived + self.deleted
    }
}

impl Counted {
    /// What an agent with this scope may know of them.
    #[must_use]
    pub fn within(&self, scope: &ChannelScope, agent: AgentId) -> Self {
        let own = self
            .own
            .iter()
            .filter(|counters| counters.agent_id == agent && scope.allows(counters.channel_id));
        Self {
            channels: self.channels.within(scope),
            own: own.copied().collect(),
        }
    }
}

impl Counted {
    /// How many chats a list of the agent's holds, where the counters say so; None where only the rows would.
    #[must_use]
    pub fn total(&self, filter: &ChatFilter, agent: AgentId) -> Option<i64> {
        let number = number(filter, agent)?;
        let channels = filter.channel_ids.as_ref();
        let is_asked =
            |channel: ChannelId| channels.is_none_or(|channels| channels.contains(&channel));
        Some(match number {
            Number::Channel(of) => {
                let all = self.channels.channels.iter();
                let asked = all.filter(|counters| is_asked(counters.channel_id));
                asked.map(of).sum()
            }
            Number::Own(of) => {
                let asked = self.own.iter();
                let asked = asked.filter(|counters| is_asked(counters.channel_id));
                asked.map(of).sum()
            }
        })
    }
}

/// A number that is kept.
enum Number {
    Channel(fn(&ChannelCounters) -> i64),
    Own(fn(&AgentCounters) -> i64),
}

/// The number that counts exactly the chats of a filter, whichever channels it names.
fn number(filter: &ChatFilter, agent: AgentId) -> Option<Number> {
    // Every field is named, so that a new condition is thought of here.
    let ChatFilter {
        state,
        snoozed,
        deleted,
        channel_ids: _,
        unread,
        unanswered,
        active_since: None,
        assignee,
        starred_by,
        mentioned: None,
        tags,
        priorities,
        writer: WriterFilter::Everyone,
        owner: None,
        order: _,
    } = filter
    else {
        return None;
    };
    if !tags.is_empty() || !priorities.is_empty() {
        return None;
    }
    let marks = (*unread, *unanswered, *assignee, *starred_by);
    Some(match (*deleted, *snoozed, *state, marks) {
        (true, _, _, (false, false, None, None)) => Number::Channel(|it| it.deleted),
        (
            false,
            true,
            ChatStateFilter::Active | ChatStateFilter::All,
            (false, false, None, None),
        ) => Number::Channel(|it| it.snoozed),
        (false, false, ChatStateFilter::Active, marks) => match marks {
            (false, false, None, None) => Number::Channel(|it| it.active),
            (true, false, None, None) => Number::Channel(|it| it.unread),
            (false, true, None, None) => Number::Channel(|it| it.unanswered),
            (false, false, Some(AssigneeFilter::Nobody), None) => {
                Number::Channel(|it| it.unassigned)
            }
            (false, false, Some(AssigneeFilter::Is(whose)), None) if whose == agent => {
                Number::Own(|it| it.assigned)
            }
            (false, false, None, Some(whose)) if whose == agent => Number::Own(|it| it.starred),
            _ => return None,
        },
        (false, false, ChatStateFilter::Archived, (false, false, None, None)) => {
            Number::Channel(|it| it.archived)
        }
        (false, false, ChatStateFilter::All, (false, false, None, None)) => {
            Number::Channel(|it| it.active + it.archived)
        }
        _ => return None,
    })
}

impl ReadModel {
    /// The counters of the viewer's channels, sorted by channel.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counters(&self, scope: &ChannelScope) -> Result<Read<CountersRow>, ReadError> {
        let counted = self.counted(scope, AgentId::from_uuid(Uuid::nil())).await?;
        Ok(Read {
            value: counted.value.channels,
            position: counted.position,
        })
    }

    /// The same, with the agent's own.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counted(
        &self,
        scope: &ChannelScope,
        agent: AgentId,
    ) -> Result<Read<Counted>, ReadError> {
        let rows = format!(
            "{CHANNELS} WHERE $1::uuid[] IS NULL OR channel_id = ANY($1)
             UNION ALL {AGENTS} WHERE agent_id = $2 AND ($1::uuid[] IS NULL OR channel_id = ANY($1))"
        );
        let statement = &positioned(&rows, "ORDER BY r.id, r.agent_id NULLS FIRST");
        let rows = self
            .answer(|schema| async move {
                sqlx::query(&schema.sql(statement))
                    .bind(scope.bound())
                    .bind(agent.as_uuid())
                    .fetch_all(&self.pool)
                    .await
                    .map_err(database(DOING))
            })
            .await?;
        let (position, rows) = with_position(&rows, read_either).map_err(database(DOING))?;
        Ok(Read {
            value: sorted(rows).within(scope, agent),
            position,
        })
    }
}

/// The counters of all channels and of all agents, whoever may see them.
pub(super) async fn all(schema: &Schema, tx: &mut Connection) -> Result<Counted, ReadError> {
    let statement = format!("{CHANNELS} UNION ALL {AGENTS} ORDER BY id, agent_id NULLS FIRST");
    let rows = sqlx::query(&schema.sql(&statement))
        .fetch_all(tx)
        .await
        .map_err(database(DOING))?;
    let rows = rows.iter().map(read_either).collect::<Result<_, _>>();
    Ok(sorted(rows.map_err(database(DOING))?))
}

const CHANNELS: &str =
    "SELECT channel_id AS id, NULL::uuid AS agent_id, active, archived, unread, unanswered, unread_messages, snoozed,
         unassigned, deleted, 0::int8 AS assigned, 0::int8 AS starred, 0::int8 AS mentioned FROM {read}.counters";
const AGENTS: &str = "SELECT channel_id, agent_id, 0, 0, 0, 0, 0, 0, 0, 0, assigned, starred, mentioned FROM {read}.agent_counters";

/// Numbers of a channel, or of an agent in one.
enum Either {
    Channel(ChannelCounters),
    Agent(AgentCounters),
}

fn sorted(rows: Vec<Either>) -> Counted {
    let mut counted = Counted::default();
    for row in rows {
        match row {
            Either::Channel(counters) => counted.channels.channels.push(counters),
            Either::Agent(counters) => counted.own.push(counters),
        }
    }
    counted
}

fn read_either(row: &PgRow) -> Result<Either, sqlx::Error> {
    Ok(match read_of_agent(row)? {
        Some(counters) => Either::Agent(counters),
        None => Either::Channel(read(row)?),
    })
}

/// Reads a row of `counters` whose channel is called `id`.
pub(crate) fn read(row: &PgRow) -> Result<ChannelCounters, sqlx::Error> {
    Ok(ChannelCounters {
        channel_id: ChannelId::from_uuid(row.try_get("id")?),
        active: row.try_get("active")?,
        archived: row.try_get("archived")?,
        unread: row.try_get("unread")?,
        unanswered: row.try_get("unanswered")?,
        unread_messages: row.try_get("unread_messages")?,
        snoozed: row.try_get("snoozed")?,
        unassigned: row.try_get("unassigned")?,
        deleted: row.try_get("deleted")?,
    })
}

/// Reads the counters of an agent out of a row of the same shape; None where it is a channel's.
pub(crate) fn read_of_agent(row: &PgRow) -> Result<Option<AgentCounters>, sqlx::Error> {
    let Some(agent) = row.try_get::<Option<Uuid>, _>("agent_id")? else {
        return Ok(None);
    };
    Ok(Some(AgentCounters {
        channel_id: ChannelId::from_uuid(row.try_get("id")?),
        agent_id: AgentId::from_uuid(agent),
        assigned: row.try_get("assigned")?,
        starred: row.try_get("starred")?,
        mentioned: row.try_get("mentioned")?,
    }))
}
