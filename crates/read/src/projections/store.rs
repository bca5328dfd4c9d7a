//! Everything that a part of a batch writes, in one statement together with how far the rows reach then.
//! The statement stores nothing where the rows went on since they were loaded.

use hilo_journal::{Advance, Position};
use sqlx::postgres::PgArguments;
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

/// Tables in the order in which their values are bound; the position comes last.
fn tables() -> [String; 12] {
    [
        ChatRecord::write(),
        MessageRow::write(),
        search::MESSAGES.to_owned(),
        search::CONTACTS.to_owned(),
        acts::WRITE.to_owned(),
        contact_items::WRITE.to_owned(),
        counters::WRITE.to_owned(),
        agent_counters::WRITE.to_owned(),
        labels::WRITE.to_owned(),
        tags::WRITE.to_owned(),
        access::WRITE.to_owned(),
        outbox::WRITE.to_owned(),
    ]
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

/// What was counted when a part of a batch was written.
pub(crate) struct Written {
    /// Of all channels.
    pub counters: CountersRow,
    /// Of all agents, where any of them moved.
    pub agent_counters: Option<Vec<AgentCounters>>,
}

/// The text of the statement for a schema, to be sent in a transaction.
pub(crate) fn statement(schema: &Schema) -> String {
    let mut text = String::from("WITH ");
    let bound = push_tables(&mut text);
    push_renumbered(&mut text, POSITION, bound);
    text.push_str(counters::WRITTEN);
    text.push_str(agent_counters::WRITTEN);
    text.push_str(COUNTERS);
    schema.sql(&text)
}

/// The text of the same statement that also moves the projector's checkpoint and is a transaction of its own. Where the
/// rows or the checkpoint are elsewhere, it fails by dividing by zero, so that nothing of it is kept.
pub(crate) fn statement_at_once(schema: &Schema) -> String {
    let mut text = String::from("WITH ");
    let mut bound = push_tables(&mut text);
    bound += push_renumbered(&mut text, POSITION_AT_ONCE, bound);
    push_renumbered(&mut text, Advance::SQL, bound);
    text.push_str(WHOLE);
    text.push_str(counters::WRITTEN);
    text.push_str(agent_counters::WRITTEN);
    text.push_str(COUNTERS);
    schema.sql(&text)
}

const POSITION_AT_ONCE: &str = ", moved AS (
    UPDATE {read}.progress SET position = $1 WHERE position = $2 AND stage <> $3 RETURNING position),
    advanced AS (";
/// The transaction need not reach the disk, as that of [`chats::load_sql`].
const WHOLE: &str = " RETURNING position)
    SELECT counters.*, 1 / ((SELECT count(*) FROM moved) * (SELECT count(*) FROM advanced)) AS whole,
        set_config('synchronous_commit', 'off', true) AS committed
    FROM (SELECT) AS one LEFT JOIN (";

fn push_tables(text: &mut String) -> usize {
    let mut bound = 0;
    for (place, table) in tables().iter().enumerate() {
        if place > 0 {
            text.push_str(", ");
        }
        bound += push_renumbered(text, table, bound);
    }
    bound
}

/// Writes the rows behind `from` and moves the position to `to`. Gives the counters as they are then; nothing where the
/// rows are not those of `from` any more. With an `advance` the statement is that of [`statement_at_once`].
pub(crate) async fn write(
    statement: &str,
    tx: &mut PgConnection,
    rows: &Rows,
    span: (Position, Position),
    advance: Option<&Advance<'_>>,
) -> Result<Option<Written>, sqlx::Error> {
    let (from, to) = span;
    let changes = counters::Changes::of(rows.chats.counter_changes());
    let of_agents = rows.chats.agent_counter_changes();
    let listed = rows.chats.label_changes();
    let tagged = tags::Changes::of(rows.chats.tag_changes());
    let texts = rows.search.texts(&rows.chats);
    let contacts = rows.chats.contacts();
    let mut query = sqlx::query(statement);
    query = rows.chats.bind(query);
    query = rows.messages.bind(query);
    query = texts.bind(query);
    query = search::bind_contacts(&contacts, query);
    query = acts::bind(&rows.acts, query);
    query = rows.items.bind(query);
    query = changes.bind(query);
    query = of_agents.bind(query);
    query = listed.bind(query);
    query = tagged.bind(query);
    query = access::bind(&rows.access, query);
    query = rows.outbox.bind(query);
    query = query.bind(to.0).bind(from.0).bind(Stage::Retired.word());
    if let Some(advance) = advance {
        query = advance.bind(query);
    }
    let rows = query.fetch_all(tx).await?;
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
        agent_counters: (!of_agents.is_empty()).then_some(agents),
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
