//! Everything that a part of a batch writes, in one statement together with how far the rows reach then.
//! The statement stores nothing where the rows went on since they were loaded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use hilo_journal::{Advance, Position};
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgConnection, Postgres, Row};
use uuid::Uuid;

use super::chats::ChatRecord;
use super::{access, acts, agent_counters, chats, contact_items, counters, labels, messages};
use super::{outbox, search, tags};
use crate::queries::counters::{read as read_counters, read_of_agent};
use crate::rows::{AgentCounters, CountersRow, MessageRow};
use crate::schema::{Schema, Stage};

/// A statement whose values are being bound.
pub(crate) type Bound<'q> = Query<'q, Postgres, PgArguments>;

/// What a part of a batch writes beside the chats and their counters, in the order in which the values are bound; the
/// position comes last. PostgreSQL opens every table and index that a statement names, whether or not there are rows for
/// it, so what has none is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of one group of tables whether it is there"
)]
struct Groups {
    /// Messages, their texts, and what the contact's window shows.
    spoken: bool,
    /// What contacts are found by.
    contacts: bool,
    acts: bool,
    /// Counters of agents, and lists and counts by tag and star.
    marks: bool,
    access: bool,
    outbox: bool,
}

impl Groups {
    fn tables(self) -> Vec<String> {
        let mut tables = vec![ChatRecord::write(), counters::WRITE.to_owned()];
        if self.spoken {
            tables.push(MessageRow::write());
            tables.push(search::MESSAGES.to_owned());
            tables.push(contact_items::WRITE.to_owned());
        }
        let others = [
            (self.contacts, search::CONTACTS),
            (self.acts, acts::WRITE),
            (self.marks, agent_counters::WRITE),
            (self.marks, labels::WRITE),
            (self.marks, tags::WRITE),
            (self.access, access::WRITE),
            (self.outbox, outbox::WRITE),
        ];
        let others = others.iter().filter(|(wanted, _)| *wanted);
        tables.extend(others.map(|(_, table)| (*table).to_owned()));
        tables
    }

    /// The counters as they are then.
    fn push_counters(self, text: &mut String) {
        text.push_str(counters::WRITTEN);
        if self.marks {
            text.push_str(agent_counters::WRITTEN);
        }
        text.push_str(COUNTERS);
    }
}

/// What a statement does beside writing rows and moving their position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    /// Nothing: it is sent in a transaction. Gives the counters.
    InTransaction,
    /// Moves the projector's checkpoint and is a transaction of its own. Gives the counters.
    AtOnce,
    /// The same, where the counters are known.
    Foreseen,
}

/// The texts of the statements that write the rows of one schema, each made when it is needed first.
pub(crate) struct Texts {
    schema: Schema,
    known: Mutex<HashMap<(Groups, Kind), Arc<str>>>,
}

impl Texts {
    pub(crate) fn of(schema: &Schema) -> Self {
        Self {
            schema: schema.clone(),
            known: Mutex::default(),
        }
    }

    fn of_groups(&self, groups: Groups, kind: Kind) -> Arc<str> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let text = known
            .entry((groups, kind))
            .or_insert_with(|| statement(&self.schema, groups, kind).into());
        Arc::clone(text)
    }
}

const POSITION: &str = ", moved AS (
    UPDATE {read}.progress SET position = $1 WHERE position = $2 AND stage <> $3 RETURNING position)
    SELECT counters.* FROM moved LEFT JOIN (";
const COUNTERS: &str = ") AS counters ON true ORDER BY counters.id, counters.agent_id NULLS FIRST";

/// What a part of a batch has made of the rows.
pub(crate) struct Rows {
    pub chats: chats::Chats,
    pub messages: messages::Messages,
    pub search: search::Search,
    pub acts: Vec<crate::rows::ActRow>,
    pub items: contact_items::Items,
    pub access: access::Changes,
    pub outbox: outbox::Outbox,
}

/// What is counted once a part of a batch is written.
#[derive(Clone)]
pub(crate) struct Written {
    /// Of all channels.
    pub counters: CountersRow,
    /// Of all agents, where any of them moved.
    pub agent_counters: Option<Vec<AgentCounters>>,
}

/// The text of a statement for a schema. Where the rows or the checkpoint are elsewhere, one that is a transaction of its
/// own fails by dividing by zero, so that nothing of it is kept.
fn statement(schema: &Schema, groups: Groups, kind: Kind) -> String {
    let mut text = String::from("WITH ");
    let mut bound = push_tables(&mut text, groups);
    match kind {
        Kind::InTransaction => {
            push_renumbered(&mut text, POSITION, bound);
            groups.push_counters(&mut text);
        }
        Kind::AtOnce | Kind::Foreseen => {
            bound += push_renumbered(&mut text, POSITION_AT_ONCE, bound);
            push_renumbered(&mut text, Advance::SQL, bound);
            text.push_str(WHOLE);
            if kind == Kind::AtOnce {
                text.push_str(COUNTED);
                groups.push_counters(&mut text);
            }
        }
    }
    schema.sql(&text)
}

const POSITION_AT_ONCE: &str = ", moved AS (
    UPDATE {read}.progress SET position = $1 WHERE position = $2 AND stage <> $3 RETURNING position),
    advanced AS (";
/// The transaction need not reach the disk, as that of [`chats::load_sql`].
const WHOLE: &str = " RETURNING position)
    SELECT 1 / ((SELECT count(*) FROM moved) * (SELECT count(*) FROM advanced)) AS whole,
        set_config('synchronous_commit', 'off', true) AS committed";
const COUNTED: &str = ", counters.* FROM (SELECT) AS one LEFT JOIN (";

fn push_tables(text: &mut String, groups: Groups) -> usize {
    let mut bound = 0;
    for (place, table) in groups.tables().iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        bound += push_renumbered(text, table, bound);
    }
    bound
}

/// Writes the rows behind `from` and moves the position to `to`. Gives the counters as they are then; nothing where the
/// rows are not those of `from` any more. With an `advance` it also moves the projector's checkpoint, all in a transaction
/// of its own that fails where either is elsewhere; then the counters are not asked for where they are `foreseen`.
pub(crate) async fn write(
    texts: &Texts,
    tx: &mut PgConnection,
    rows: &Rows,
    span: (Position, Position),
    advance: Option<(&Advance<'_>, Option<Written>)>,
) -> Result<Option<Written>, sqlx::Error> {
    let (from, to) = span;
    let changes = counters::Changes::of(rows.chats.counter_changes());
    let of_agents = rows.chats.agent_counter_changes();
    let listed = rows.chats.label_changes();
    let tagged = tags::Changes::of(rows.chats.tag_changes());
    let found_by = rows.search.texts();
    let contacts = rows.chats.contacts();
    let groups = Groups {
        spoken: !(rows.messages.is_unchanged() && found_by.is_empty() && rows.items.is_empty()),
        contacts: !contacts.is_empty(),
        acts: !rows.acts.is_empty(),
        marks: !(of_agents.is_empty() && listed.is_empty() && tagged.is_empty()),
        access: !rows.access.is_empty(),
        outbox: !rows.outbox.is_empty(),
    };
    let kind = match &advance {
        None => Kind::InTransaction,
        Some((_, None)) => Kind::AtOnce,
        Some((_, Some(_))) => Kind::Foreseen,
    };
    let statement = texts.of_groups(groups, kind);
    let mut query = sqlx::query(&statement);
    query = rows.chats.bind(query);
    query = changes.bind(query);
    if groups.spoken {
        query = rows.messages.bind(query);
        query = found_by.bind(query);
        query = rows.items.bind(query);
    }
    if groups.contacts {
        query = search::bind_contacts(&contacts, query);
    }
    if groups.acts {
        query = acts::bind(&rows.acts, query);
    }
    if groups.marks {
        query = of_agents.bind(query);
        query = listed.bind(query);
        query = tagged.bind(query);
    }
    if groups.access {
        query = access::bind(&rows.access, query);
    }
    if groups.outbox {
        query = rows.outbox.bind(query);
    }
    query = query.bind(to.0).bind(from.0).bind(Stage::Retired.word());
    let foreseen = match advance {
        None => None,
        Some((advance, foreseen)) => {
            query = advance.bind(query);
            foreseen
        }
    };
    let rows = query.fetch_all(tx).await?;
    if foreseen.is_some() {
        return Ok(foreseen);
    }
    read_written(&rows, !of_agents.is_empty())
}

/// The counters, as far as they were asked for; nothing where nothing was written.
fn read_written(rows: &[PgRow], of_agents: bool) -> Result<Option<Written>, sqlx::Error> {
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    // One row without a channel where there are no counters yet.
    let begun = first.try_get::<Option<Uuid>, _>("id")?.is_some();
    let (mut channels, mut agents) = (Vec::new(), Vec::new());
    for row in rows.iter().filter(|_| begun) {
        match read_of_agent(row)? {
            Some(counters) => agents.push(counters),
            None => channels.push(read_counters(row)?),
        }
    }
    Ok(Some(Written {
        counters: CountersRow { channels },
        agent_counters: of_agents.then_some(agents),
    }))
}

/// Adds a piece whose parameters are counted from 1, behind `bound` others; gives how many it has.
fn push_renumbered(text: &mut String, piece: &str, bound: usize) -> usize {
    let mut parts = piece.split('$');
    text.push_str(parts.next().unwrap_or_default());
    let mut most = 0;
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = part.split_at(digits);
        let number = number.parse::<usize>().unwrap_or_default();
        most = most.max(number);
        text.push('$');
        text.push_str(&(number + bound).to_string());
        text.push_str(rest);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_of_a_piece_come_behind_those_before_it() {
        let mut text = String::new();
        let first = push_renumbered(&mut text, "a $1 $12::text[] $2", 0);
        assert_eq!(first, 12);
        assert_eq!(push_renumbered(&mut text, ", b $2 $1", first), 2);
        assert_eq!(text, "a $1 $12::text[] $2, b $14 $13");
    }
}
