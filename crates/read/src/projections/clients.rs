//! Table `clients`, and what chats show of the client they are linked to. Loaded for a batch, folded and stored whole; what
//! merges make of the records, and what changes on chats, is said in SQL over sets. A batch is cut behind each merge.

use std::collections::BTreeMap;

use hilo_domain::client::{ClientDetails, ClientEvent, phone_digits};
use hilo_domain::{ClientId, Personal};
use hilo_journal::{ConsumerError, Position, RecordedEvent};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::poison;
use crate::columns::column;
use crate::rows::{ClientMark, ClientRow};
use crate::schema::Schema;
use crate::search::lexemes::Person;
use crate::search::people::ContactField;

const COLUMNS: &str = ClientRow::COLUMNS;

/// The aggregate whose events make rows here.
pub(super) const CLIENT: &str = "client";
/// Digits at the end of a phone number by which it is found: with and without the code of a country they are the same.
pub(crate) const PHONE_KEY: usize = 9;

/// One event of a client, decoded.
#[derive(Clone)]
pub(crate) struct ClientStep {
    pub client_id: ClientId,
    pub position: Position,
    pub event: ClientEvent,
}

/// Decodes an event of a client.
pub(super) fn step(recorded: &RecordedEvent) -> Result<ClientStep, ConsumerError> {
    let client_id = Uuid::try_parse(&recorded.aggregate_id)
        .map_err(|_| poison(recorded.position, "the client's id is no uuid"))?;
    let event = recorded
        .decode()
        .map_err(|undecodable| ConsumerError::Poison(undecodable.to_string()))?;
    Ok(ClientStep {
        client_id: ClientId::from_uuid(client_id),
        position: recorded.position,
        event,
    })
}

/// Whether an event joins or parts records: what comes behind it is folded on its own.
pub(super) fn merges(recorded: &RecordedEvent) -> bool {
    recorded.aggregate_type == CLIENT
        && matches!(
            recorded.event_type.as_str(),
            "client_merged" | "client_unmerged"
        )
}

/// Takes the events of clients in a part, of which only the last may join or part records.
pub(super) async fn take(
    schema: &Schema,
    tx: &mut PgConnection,
    steps: &[ClientStep],
) -> Result<(), ConsumerError> {
    if steps.is_empty() {
        return Ok(());
    }
    let mut rows = load(schema, tx, steps).await?;
    for step in steps {
        fold(&mut rows, step)?;
    }
    let rows: Vec<_> = rows.into_values().map(ClientRow::kept).collect();
    let stored = rows.iter().collect::<Vec<_>>();
    let write = schema.sql(&["WITH ", &ClientRow::write(), " SELECT 1"].concat());
    ClientRow::bind(&stored, sqlx::query(&write))
        .execute(&mut *tx)
        .await?;
    find(schema, tx, &stored).await?;
    for step in steps {
        match &step.event {
            ClientEvent::ClientMerged { into, .. } => merge(schema, tx, step, *into).await?,
            ClientEvent::ClientUnmerged { .. } => unmerge(schema, tx, step).await?,
            _ => {}
        }
    }
    let mut touched = BTreeMap::new();
    for step in steps {
        touched.insert(step.client_id, step.position);
    }
    show_on_chats(schema, tx, &touched).await
}

/// Shows on chats that were linked or unlinked whom they are linked to now.
pub(super) async fn link(
    schema: &Schema,
    tx: &mut PgConnection,
    chats: &[Uuid],
) -> Result<(), ConsumerError> {
    if !chats.is_empty() {
        sqlx::query(&schema.sql(LINKED))
            .bind(chats)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// Makes the clients found by what they are called now (B13, G1); one of whom nothing is known is found by nothing.
async fn find(
    schema: &Schema,
    tx: &mut PgConnection,
    clients: &[&ClientRow],
) -> Result<(), ConsumerError> {
    let words = clients.iter().map(|client| {
        let lexemes = person(&client.details).lexemes(None);
        lexemes.unwrap_or_default()
    });
    sqlx::query(&schema.sql(FOUND_BY))
        .bind(column(clients, |client| client.id.as_uuid()))
        .bind(words.collect::<Vec<_>>())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// What a client is found by.
pub(crate) fn person(details: &ClientDetails) -> Person<'_> {
    let names = [&details.first_name, &details.last_name].into_iter();
    let names = names.map(|name| (ContactField::ClientName, name.as_deref()));
    let emails = details.emails.iter().map(|email| &*email.typed);
    let emails = emails.map(|email| (ContactField::ClientEmail, Some(email)));
    let phones = details.phones.iter().map(|phone| &*phone.typed);
    let phones = phones.map(|phone| (ContactField::ClientPhone, Some(phone)));
    Person::new(names.chain(emails).chain(phones))
}

/// Takes everything personal out of a client's row, at the event that begins the erasure.
pub(super) async fn blank(
    schema: &Schema,
    tx: &mut PgConnection,
    subject: Uuid,
    position: Position,
) -> Result<(), ConsumerError> {
    let blanked = sqlx::query(&schema.sql(BLANK))
        .bind(subject)
        .bind(sqlx::types::Json(ClientDetails::default()))
        .bind(position.0)
        .execute(&mut *tx)
        .await?;
    sqlx::query(&schema.sql(FOUND_BY))
        .bind(vec![subject])
        .bind(vec![String::new()])
        .execute(&mut *tx)
        .await?;
    if blanked.rows_affected() > 0 {
        let touched = BTreeMap::from([(ClientId::from_uuid(subject), position)]);
        show_on_chats(schema, tx, &touched).await?;
    }
    Ok(())
}

async fn load(
    schema: &Schema,
    tx: &mut PgConnection,
    steps: &[ClientStep],
) -> Result<BTreeMap<ClientId, ClientRow>, ConsumerError> {
    let ids: Vec<_> = steps.iter().map(|step| step.client_id.as_uuid()).collect();
    let sql = format!("SELECT {COLUMNS} FROM {{read}}.clients WHERE id = ANY($1)");
    let found = sqlx::query(&schema.sql(&sql))
        .bind(ids)
        .fetch_all(&mut *tx)
        .await?;
    let mut rows = BTreeMap::new();
    for row in &found {
        let row = ClientRow::read(row)?;
        rows.insert(row.id, row);
    }
    Ok(rows)
}

fn fold(rows: &mut BTreeMap<ClientId, ClientRow>, step: &ClientStep) -> Result<(), ConsumerError> {
    if let ClientEvent::ClientCreated {
        details, by, at, ..
    } = &step.event
    {
        let mut row = begun(step, by.clone(), *at);
        if let Some(details) = opened(step, details)? {
            row.describe(details.clone());
        }
        rows.insert(step.client_id, row);
        return Ok(());
    }
    let row = rows
        .get_mut(&step.client_id)
        .ok_or_else(|| poison(step.position, "the client was never made"))?;
    row.changed = step.position;
    match &step.event {
        ClientEvent::ClientDetailsChanged { change, .. } => {
            if let Some(change) = opened(step, change)? {
                let mut details = row.details.clone();
                details.change(change);
                row.describe(details);
            }
        }
        ClientEvent::ClientMarked { mark, .. } => row.mark = mark.map(ClientMark::from),
        ClientEvent::ClientTagged { tag, .. } => {
            row.tags.push(tag.clone());
            row.tags.sort_unstable();
            row.tags.dedup();
        }
        ClientEvent::ClientUntagged { tag, .. } => row.tags.retain(|known| known != tag),
        ClientEvent::ClientOwnerChanged { owner, .. } => row.owner = *owner,
        ClientEvent::ClientDoNotDisturbChanged {
            channel_kind, on, ..
        } => {
            row.do_not_disturb.retain(|kind| kind != channel_kind);
            if *on {
                row.do_not_disturb.push(*channel_kind);
            }
        }
        ClientEvent::ClientDeleted { .. } => row.deleted = true,
        ClientEvent::ClientCreated { .. }
        | ClientEvent::ClientMerged { .. }
        | ClientEvent::ClientUnmerged { .. } => {}
    }
    Ok(())
}

fn begun(step: &ClientStep, by: hilo_domain::Actor, at: Timestamp) -> ClientRow {
    ClientRow {
        id: step.client_id,
        created: step.position,
        created_at: at,
        created_by: by,
        details: ClientDetails::default(),
        name: None,
        name_key: String::new(),
        phone_keys: String::new(),
        mark: None,
        tags: Vec::new(),
        owner: None,
        do_not_disturb: Vec::new(),
        deleted: false,
        merged_into: None,
        root: step.client_id,
        changed: step.position,
    }
}

impl ClientRow {
    fn describe(&mut self, details: ClientDetails) {
        self.name = details.name();
        self.name_key = name_key(self.name.as_deref().unwrap_or_default());
        let keys = details.phones.iter().map(|phone| phone_key(&phone.typed));
        self.phone_keys = keys.collect::<Vec<_>>().join(" ");
        self.details = details;
    }
}

/// What names are sorted and found by.
pub(crate) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// What a phone number is found by.
pub(crate) fn phone_key(typed: &str) -> String {
    let digits = phone_digits(typed);
    let first = digits.len().saturating_sub(PHONE_KEY);
    digits.get(first..).unwrap_or_default().to_owned()
}

fn opened<'v, T>(
    step: &ClientStep,
    value: &'v Personal<T>,
) -> Result<Option<&'v T>, ConsumerError> {
    match value {
        Personal::Open { value, .. } => Ok(Some(value)),
        Personal::Erased { .. } => Ok(None),
        Personal::Sealed(_) => Err(poison(step.position, "a personal value came sealed")),
    }
}

/// A merge counts unless the client is merged already or the other one stands behind it, as in `ClientFlags`.
async fn merge(
    schema: &Schema,
    tx: &mut PgConnection,
    step: &ClientStep,
    into: ClientId,
) -> Result<(), ConsumerError> {
    sqlx::query(&schema.sql(MERGED))
        .bind(step.client_id.as_uuid())
        .bind(into.as_uuid())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

async fn unmerge(
    schema: &Schema,
    tx: &mut PgConnection,
    step: &ClientStep,
) -> Result<(), ConsumerError> {
    sqlx::query(&schema.sql(UNMERGED))
        .bind(step.client_id.as_uuid())
        .execute(&mut *tx)
        .await?;
    Ok(())
}

/// Whatever happens to a client touches the chats linked to it and to those merged into it, and no other: so that the rows
/// do not depend on where a batch ends. One statement, however many chats there are.
async fn show_on_chats(
    schema: &Schema,
    tx: &mut PgConnection,
    touched: &BTreeMap<ClientId, Position>,
) -> Result<(), ConsumerError> {
    let ids: Vec<_> = touched.keys().map(|client| client.as_uuid()).collect();
    let positions: Vec<_> = touched.values().map(|position| position.0).collect();
    sqlx::query(&schema.sql(TOUCHED))
        .bind(ids)
        .bind(positions)
        .execute(&mut *tx)
        .await?;
    Ok(())
}

const MERGED: &str = "
    WITH target AS (SELECT root FROM {read}.clients WHERE id = $2),
         counts AS (SELECT t.root FROM target AS t, {read}.clients AS c
                    WHERE c.id = $1 AND c.merged_into IS NULL AND t.root <> c.id)
    UPDATE {read}.clients AS c
    SET root = counts.root, merged_into = CASE WHEN c.id = $1 THEN $2 ELSE c.merged_into END
    FROM counts WHERE c.root = $1";

const UNMERGED: &str = "
    WITH RECURSIVE parted AS (
        SELECT id FROM {read}.clients WHERE id = $1 AND merged_into IS NOT NULL
        UNION SELECT c.id FROM {read}.clients AS c JOIN parted ON c.merged_into = parted.id)
    UPDATE {read}.clients AS c
    SET root = $1, merged_into = CASE WHEN c.id = $1 THEN NULL ELSE c.merged_into END
    FROM parted WHERE c.id = parted.id";

const FOUND_BY: &str = "
    WITH named AS (SELECT id, words::tsvector AS words FROM unnest($1::uuid[], $2::text[]) AS c (id, words)),
         unnamed AS (DELETE FROM {read}.search_clients AS s USING named AS n WHERE s.client_id = n.id AND n.words = '')
    INSERT INTO {read}.search_clients AS s (client_id, words) SELECT id, words FROM named WHERE words <> ''
    ON CONFLICT (client_id) DO UPDATE SET words = excluded.words WHERE s.words <> excluded.words";

const BLANK: &str = "
    UPDATE {read}.clients SET details = $2, name = NULL, name_key = '', phone_keys = '', changed = $3 WHERE id = $1";

const TOUCHED: &str = "
    WITH RECURSIVE touched (id, position) AS (
        SELECT * FROM unnest($1::uuid[], $2::int8[])
        UNION SELECT c.id, t.position FROM {read}.clients AS c JOIN touched AS t ON c.merged_into = t.id),
    shown AS (
        SELECT t.id, max(t.position) AS position FROM touched AS t GROUP BY t.id)
    UPDATE {read}.chats AS c
    SET client_id = r.id, client_name = r.name, client_mark = r.mark, client_owner = r.owner,
        changed = greatest(c.changed, s.position), shared_changed = greatest(c.shared_changed, s.position)
    FROM shown AS s JOIN {read}.clients AS l ON l.id = s.id
        LEFT JOIN {read}.clients AS r ON r.id = l.root AND NOT r.deleted
    WHERE c.linked_client_id = s.id";

const LINKED: &str = "
    UPDATE {read}.chats AS c
    SET client_id = r.id, client_name = r.name, client_mark = r.mark, client_owner = r.owner
    FROM {read}.chats AS x LEFT JOIN {read}.clients AS l ON l.id = x.linked_client_id
        LEFT JOIN {read}.clients AS r ON r.id = l.root AND NOT r.deleted
    WHERE c.id = ANY($1) AND x.id = c.id";
