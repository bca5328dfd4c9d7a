//! Units side by side as the arrays that a statement takes. Holds no SQL.

use super::Unit;

/// The columns of the events of some units, in order.
#[derive(Default)]
pub(super) struct EventColumns<'a> {
    pub types: Vec<&'a str>,
    pub ids: Vec<&'a str>,
    pub sequences: Vec<i64>,
    pub event_types: Vec<&'a str>,
    pub event_versions: Vec<&'a str>,
    pub payloads: Vec<&'a str>,
    pub metadatas: Vec<&'a str>,
    pub digests: Vec<&'a [u8]>,
    /// Which unit each belongs to, from 1.
    pub owners: Vec<i32>,
}

/// The columns of the notes of some units, in order.
#[derive(Default)]
pub(super) struct NoteColumns<'a> {
    pub scopes: Vec<&'a str>,
    pub key_hmacs: Vec<&'a [u8]>,
    pub content_hmacs: Vec<&'a [u8]>,
    pub results: Vec<&'a str>,
    /// Which unit each belongs to, from 1.
    pub owners: Vec<i32>,
    /// Which event of the batch is the last of its unit, from 1; 0 when it has none.
    pub ends: Vec<i64>,
}

/// Units as columns.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub units: i32,
    pub events: EventColumns<'a>,
    pub notes: NoteColumns<'a>,
    /// For every unit, the same as [`NoteColumns::ends`].
    pub ends: Vec<i64>,
    /// [`Unit::closings`] of every unit.
    pub closings: Vec<Option<i64>>,
}

impl<'a> Columns<'a> {
    pub(super) fn of(units: &'a [Unit]) -> Self {
        let mut columns = Self::default();
        for unit in units {
            columns.add(unit);
        }
        columns
    }

    fn add(&mut self, unit: &'a Unit) {
        self.units += 1;
        self.closings.push(unit.closings);
        let events = &mut self.events;
        for row in &unit.rows {
            events.types.push(&row.aggregate_type);
            events.ids.push(&row.aggregate_id);
            events.sequences.push(row.sequence);
            events.event_types.push(&row.event_type);
            events.event_versions.push(&row.event_version);
            events.payloads.push(&row.payload);
            events.metadatas.push(&row.metadata);
            events.digests.push(&row.digest);
            events.owners.push(self.units);
        }
        let end = match unit.rows.is_empty() {
            true => 0,
            false => count(events.owners.len()),
        };
        self.ends.push(end);
        if let Some(note) = &unit.note {
            let notes = &mut self.notes;
            notes.scopes.push(&note.scope);
            notes.key_hmacs.push(&note.key_hmac);
            notes.content_hmacs.push(&note.content_hmac);
            notes.results.push(&note.result);
            notes.owners.push(self.units);
            notes.ends.push(end);
        }
    }

    pub(super) fn event_count(&self) -> i64 {
        count(self.events.owners.len())
    }

    pub(super) fn note_count(&self) -> i64 {
        count(self.notes.owners.len())
    }

    /// The digests one behind the other, as the chain takes them.
    pub(super) fn joined_digests(&self) -> Vec<u8> {
        self.events.digests.concat()
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
