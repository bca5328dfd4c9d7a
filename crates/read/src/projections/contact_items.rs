//! Table `contact_items`: what the contact's own window shows, numbered without a gap.
//! Holds nothing the contact may not see: no names of agents, no marks, no notes.

use std::collections::BTreeMap;

use hilo_domain::chat::ChatEvent;
use hilo_domain::{Actor, ChatId, MessageId};
use hilo_journal::ConsumerError;
use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::spoken::{Spoken, contact_seq, spoken};
use super::store::Bound;
use super::{Step, opened};
use crate::attached::{AttachmentRow, FileRow};
use crate::columns::{bound, column};
use crate::rows::{ContactItemRow, Direction};
use crate::schema::Schema;
use crate::table::microseconds;

/// The items a batch adds, and the older ones it blanks.
#[derive(Default)]
pub(crate) struct Items {
    added: Vec<(Option<MessageId>, ContactItemRow)>,
    /// Text of items of this message below this number is gone: it was edited, or taken back with all it carried.
    blanked: BTreeMap<(ChatId, MessageId), Blanked>,
}

/// What of a message's older items is gone.
#[derive(Clone, Copy)]
struct Blanked {
    below: i64,
    taken_back: bool,
}

/// What an item says before it gets its place.
struct Said {
    kind: &'static str,
    message_id: Option<MessageId>,
    data: Value,
    at: Timestamp,
}

impl Items {
    /// Takes one event; each with a number of the contact's window makes exactly one item.
    pub(crate) fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        let (Some(seq), Some(said)) = (contact_seq(&step.event), said(step)?) else {
            return Ok(());
        };
        let taken_back = matches!(step.event, ChatEvent::MessageDeleted { .. });
        if let ChatEvent::MessageEdited { message_id, .. }
        | ChatEvent::MessageDeleted { message_id, .. } = &step.event
        {
            let below = seq;
            self.take_back(step.chat_id, *message_id, Blanked { below, taken_back });
        }
        let item = ContactItemRow {
            chat_id: step.chat_id,
            seq,
            kind: said.kind.to_owned(),
            data: said.data,
            position: step.position,
            at: said.at,
        };
        self.added.push((said.message_id, item));
        Ok(())
    }

    fn take_back(&mut self, chat_id: ChatId, message_id: MessageId, blanked: Blanked) {
        self.blanked.insert((chat_id, message_id), blanked);
        for (_, item) in self
            .added
            .iter_mut()
            .filter(|(id, item)| *id == Some(message_id) && item.chat_id == chat_id)
        {
            if let Some(text) = item.data.get_mut("text") {
                *text = Value::Null;
            }
            if let (true, Some(data)) = (blanked.taken_back, item.data.as_object_mut()) {
                data.remove("attachments");
            }
        }
    }

    /// The items added, as they are read back; sorted by chat and number.
    pub(crate) fn added(&self) -> Vec<ContactItemRow> {
        let mut added = Vec::with_capacity(self.added.len());
        added.extend(self.added.iter().map(|(_, item)| item.clone()));
        for item in &mut added {
            item.at = microseconds(item.at);
        }
        added.sort_unstable_by_key(|item| (item.chat_id, item.seq));
        added
    }

    /// Whether no item is added.
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty()
    }

    /// Whether no older item is to be blanked.
    pub(crate) fn blanks_nothing(&self) -> bool {
        self.blanked.is_empty()
    }

    /// Blanks the older items of messages that were edited or taken back.
    pub(crate) async fn blank(
        &self,
        schema: &Schema,
        tx: &mut PgConnection,
    ) -> Result<(), ConsumerError> {
        if self.blanked.is_empty() {
            return Ok(());
        }
        let messages = self.blanked.keys();
        sqlx::query(&schema.sql(BLANK))
            .bind(column(messages.clone(), |(chat_id, _)| chat_id.as_uuid()))
            .bind(column(messages, |(_, message_id)| message_id.as_uuid()))
            .bind(column(self.blanked.values(), |blanked| blanked.below))
            .bind(column(self.blanked.values(), |blanked| blanked.taken_back))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Binds the new items, for [`WRITE`].
    pub(crate) fn bind<'q>(&'q self, query: Bound<'q>) -> Bound<'q> {
        query
            .bind(column(&self.added, |(_, item)| item.chat_id.as_uuid()))
            .bind(column(&self.added, |(_, item)| item.seq))
            .bind(column(&self.added, |(_, item)| item.kind.as_str()))
            .bind(column(&self.added, |(id, _)| id.map(MessageId::as_uuid)))
            .bind(column(&self.added, |(_, item)| Json(&item.data)))
            .bind(column(&self.added, |(_, item)| item.position.0))
            .bind(column(&self.added, |(_, item)| bound(item.at)))
    }
}

const BLANK: &str = "
    UPDATE {read}.contact_items i
    SET data = (i.data || '{\"text\": null}') - CASE WHEN b.taken_back THEN 'attachments' ELSE '' END
    FROM unnest($1::uuid[], $2::uuid[], $3::int8[], $4::bool[]) AS b (chat_id, message_id, below, taken_back)
    WHERE i.chat_id = b.chat_id AND i.message_id = b.message_id AND i.seq < b.below
    AND (i.data->>'text' IS NOT NULL OR (b.taken_back AND i.data ? 'attachments'))";

/// Writes items as [`Items::bind`] binds them.
pub(crate) const WRITE: &str = "items_written AS (
    INSERT INTO {read}.contact_items (chat_id, seq, kind, message_id, data, position, at)
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::text[], $4::uuid[], $5::jsonb[], $6::int8[], $7::timestamptz[]))";

fn said(step: &Step) -> Result<Option<Said>, ConsumerError> {
    if let Some(spoken) = spoken(step) {
        let (message_id, at) = (Some(spoken.id), spoken.at);
        let carried = AttachmentRow::all(step, spoken.attachments)?;
        let data = message(&spoken, opened(step, spoken.text)?, &carried);
        return Ok(Some(Said {
            kind: "message",
            message_id,
            data,
            at,
        }));
    }
    let (kind, message_id, data, at) = match &step.event {
        ChatEvent::MessageEdited {
            message_id: id,
            text,
            at,
            ..
        } => {
            let data = json!({"message_id": id, "text": opened(step, text)?, "edited_at": at});
            ("message.updated", Some(*id), data, *at)
        }
        ChatEvent::MessageReactionChanged {
            message_id: id,
            emoji,
            by,
            ..
        } => {
            let data = match by {
                Actor::Contact { .. } => json!({"message_id": id, "reaction": emoji}),
                _ => json!({"message_id": id, "agent_reaction": emoji}),
            };
            ("message.updated", Some(*id), data, step.occurred_at)
        }
        ChatEvent::MessageDeleted { message_id, at, .. } => {
            let data = json!({"message_id": message_id});
            ("message.deleted", Some(*message_id), data, *at)
        }
        ChatEvent::AgentJoined { agent_id, .. } => {
            let data = json!({"agent": {"id": agent_id}});
            ("agent.joined", None, data, step.occurred_at)
        }
        ChatEvent::ChatRead { up_to_seq, .. } => {
            let data = json!({"up_to_seq": up_to_seq});
            ("read", None, data, step.occurred_at)
        }
        ChatEvent::ChatArchived { at, .. } => ("chat.closed", None, json!({}), *at),
        _ => return Ok(None),
    };
    Ok(Some(Said {
        kind,
        message_id,
        data,
        at,
    }))
}

/// A message as the contact's window shows it; agents by id, their names are put in where it is sent.
fn message(spoken: &Spoken<'_>, text: Option<&String>, carried: &[AttachmentRow]) -> Value {
    let agent = match &spoken.author {
        Actor::Agent { id } | Actor::Bot { id } => json!({"id": id}),
        Actor::Contact { .. }
        | Actor::Policy { .. }
        | Actor::Integration { .. }
        | Actor::System => Value::Null,
    };
    let (direction, _) = spoken.begins();
    let mut said = json!({
        "message_id": spoken.id,
        "client_message_id": spoken.client_id,
        "author": if direction == Direction::Inbound { "visitor" } else { "agent" },
        "agent": agent,
        "text": text,
        "at": spoken.at,
    });
    if let (Some(quoted), Some(said)) = (spoken.quotes, said.as_object_mut()) {
        said.insert("quotes".to_owned(), json!(quoted));
    }
    let files = carried.iter().filter_map(AttachmentRow::file);
    let files = files.map(file).collect::<Vec<_>>();
    if let (false, Some(said)) = (files.is_empty(), said.as_object_mut()) {
        said.insert("attachments".to_owned(), Value::Array(files));
    }
    said
}

fn file(file: &FileRow) -> Value {
    json!({
        "file_id": file.file_id,
        "kind": file.kind,
        "filename": file.details.name,
        "mime": file.media_type,
        "size": file.size,
        "width": file.details.width,
        "height": file.details.height,
        "duration_ms": file.details.duration_ms,
    })
}
