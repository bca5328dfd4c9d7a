//! Tables `search_messages` and `search_contacts`: what is found and by which lexemes. Every message and
//! every note has its row, also those that the thread no longer keeps; one without text is found by nothing.

use std::collections::{BTreeMap, BTreeSet};

use hilo_domain::chat::ChatEvent;
use hilo_domain::{ChatId, MessageId};
use hilo_journal::{ConsumerError, Position};
use jiff::Timestamp;
use sqlx::{PgConnection, Row as _};
use uuid::Uuid;

use super::chats::Chats;
use super::spoken::spoken;
use super::store::Bound;
use super::{Step, opened};
use crate::columns::{bound, column, instant, word};
use crate::rows::Direction;
use crate::schema::Schema;
use crate::search::lexemes;

/// The messages of a batch whose text is new or changes.
pub(crate) struct Search(BTreeMap<(ChatId, MessageId), Found>);

/// A message or note as a search finds it.
struct Found {
    position: Position,
    at: Timestamp,
    direction: Direction,
    text: Option<String>,
    /// The lexemes, once everything is folded.
    words: String,
}

impl Found {
    const fn new(
        position: Position,
        at: Timestamp,
        direction: Direction,
        text: Option<String>,
    ) -> Self {
        Self {
            position,
            at,
            direction,
            text,
            words: String::new(),
        }
    }
}

/// What is bound for `search_messages`.
pub(crate) struct Texts<'s>(Vec<(&'s (ChatId, MessageId), &'s Found)>);

impl Search {
    /// Loads the messages whose text the steps change. What `before` made of them may not be written yet.
    pub(crate) async fn load(
        schema: &Schema,
        tx: &mut PgConnection,
        steps: &[Step],
        before: Option<&Self>,
    ) -> Result<Self, ConsumerError> {
        let changed = steps
            .iter()
            .filter_map(|step| Some((step.chat_id, reworded(&step.event)?)));
        let changed = changed.collect::<BTreeSet<_>>();
        let mut found = BTreeMap::new();
        if changed.is_empty() {
            return Ok(Self(found));
        }
        let rows = sqlx::query(&schema.sql(LOAD))
            .bind(column(&changed, |(chat_id, _)| chat_id.as_uuid()))
            .bind(column(&changed, |(_, id)| id.as_uuid()))
            .fetch_all(tx)
            .await?;
        for row in rows {
            let chat_id = ChatId::from_uuid(row.try_get::<Uuid, _>("chat_id")?);
            let id = MessageId::from_uuid(row.try_get::<Uuid, _>("id")?);
            let position = Position(row.try_get("position")?);
            let (at, direction) = (instant(&row, "at")?, word(&row, "direction")?);
            found.insert((chat_id, id), Found::new(position, at, direction, None));
        }
        if let Some(Self(before)) = before {
            let left = changed
                .iter()
                .filter_map(|key| Some((*key, before.get(key)?)));
            let left =
                left.map(|(key, row)| (key, Found::new(row.position, row.at, row.direction, None)));
            found.extend(left);
        }
        Ok(Self(found))
    }

    /// Takes one event into the texts it is about.
    pub(crate) fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        if let Some(spoken) = spoken(step) {
            let text = opened(step, spoken.text)?.cloned();
            let message = Found::new(step.position, spoken.at, spoken.begins().0, text);
            self.0.insert((step.chat_id, spoken.id), message);
            return Ok(());
        }
        if let ChatEvent::NoteAdded {
            note_id, text, at, ..
        } = &step.event
        {
            let text = opened(step, text)?.cloned();
            let note = Found::new(step.position, *at, Direction::Internal, text);
            self.0.insert((step.chat_id, *note_id), note);
            return Ok(());
        }
        let Some(id) = reworded(&step.event) else {
            return Ok(());
        };
        if let Some(message) = self.0.get_mut(&(step.chat_id, id)) {
            message.text = match &step.event {
                ChatEvent::MessageEdited { text, .. } | ChatEvent::NoteEdited { text, .. } => {
                    opened(step, text)?.cloned()
                }
                _ => None,
            };
        }
        Ok(())
    }

    /// Makes the lexemes of what was folded, with the chats' channels.
    pub(crate) fn find_words(&mut self, chats: &Chats) {
        for ((chat_id, _), message) in &mut self.0 {
            if let Some(text) = &message.text {
                let channel = chats.channel(*chat_id);
                message.words = lexemes::of_message(text, channel, message.position);
            }
        }
    }

    /// The rows.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts(self.0.iter().collect())
    }
}

impl Texts<'_> {
    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Binds the messages, for [`MESSAGES`].
    pub(crate) fn bind<'q>(&'q self, query: Bound<'q>) -> Bound<'q> {
        let rows = &self.0;
        query
            .bind(column(rows, |((chat_id, _), _)| chat_id.as_uuid()))
            .bind(column(rows, |((_, id), _)| id.as_uuid()))
            .bind(column(rows, |(_, message)| message.position.0))
            .bind(column(rows, |(_, message)| bound(message.at)))
            .bind(column(rows, |(_, message)| message.direction.word()))
            .bind(column(rows, |(_, message)| message.text.as_deref()))
            .bind(column(rows, |(_, message)| message.words.as_str()))
    }
}

/// The message or note whose text an event changes.
const fn reworded(event: &ChatEvent) -> Option<MessageId> {
    match event {
        ChatEvent::MessageEdited { message_id, .. }
        | ChatEvent::MessageDeleted { message_id, .. } => Some(*message_id),
        ChatEvent::NoteEdited { note_id, .. } | ChatEvent::NoteDeleted { note_id, .. } => {
            Some(*note_id)
        }
        _ => None,
    }
}

const LOAD: &str = "
    SELECT chat_id, id, position, at, direction FROM {read}.search_messages
    WHERE (chat_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))";

/// Writes messages as [`Texts::bind`] binds them.
pub(crate) const MESSAGES: &str = "search_messages_written AS (
    INSERT INTO {read}.search_messages (chat_id, id, position, at, direction, text, words)
    SELECT chat_id, id, position, at, direction, text, words::tsvector
    FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::timestamptz[], $5::text[], $6::text[], $7::text[])
        AS m (chat_id, id, position, at, direction, text, words)
    ON CONFLICT (chat_id, id) DO UPDATE SET text = excluded.text, words = excluded.words)";

/// Writes contacts as [`bind_contacts`] binds them. One that is found by nothing any more has no row, as if it had never
/// been called anything.
pub(crate) const CONTACTS: &str = "search_contacts_named AS (
    SELECT chat_id, words FROM unnest($1::uuid[], $2::text[]) AS c (chat_id, words)),
search_contacts_gone AS (
    DELETE FROM {read}.search_contacts AS s USING search_contacts_named AS n WHERE s.chat_id = n.chat_id AND n.words = ''),
search_contacts_written AS (
    INSERT INTO {read}.search_contacts (chat_id, words)
    SELECT chat_id, words::tsvector FROM search_contacts_named WHERE words <> ''
    ON CONFLICT (chat_id) DO UPDATE SET words = excluded.words)";

/// Binds the contacts that are found by something else than before, for [`CONTACTS`].
pub(crate) fn bind_contacts<'q>(contacts: &'q [(Uuid, String)], query: Bound<'q>) -> Bound<'q> {
    query
        .bind(column(contacts, |(chat_id, _)| *chat_id))
        .bind(column(contacts, |(_, words)| words.as_str()))
}
