//! Table `messages`: the newest 500 messages of each chat (C3). A state never goes backwards (D2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use hilo_domain::chat::{ChatEvent, Receipt};
use hilo_domain::{Actor, ChatId, MessageId};
use hilo_journal::{ConsumerError, Position};
use jiff::Timestamp;
use sqlx::PgConnection;
use uuid::Uuid;

use super::spoken::{Spoken, spoken};
use super::store::Bound;
use super::{Step, number, opened};
use crate::KEPT_MESSAGES;
use crate::attached::AttachmentRow;
use crate::columns::column;
use crate::rows::{Direction, MessageRow, MessageState, ReactionRow};
use crate::schema::Schema;

const COLUMNS: &str = MessageRow::COLUMNS;

/// The messages of a batch: those it adds, and those it may change.
pub(crate) struct Messages {
    rows: BTreeMap<(ChatId, MessageId), MessageRow>,
    touched: BTreeSet<(ChatId, MessageId)>,
}

impl Messages {
    /// Loads the messages that the steps name, and where a receipt came those that are under way. What `before` made of
    /// them may not be written yet.
    pub(crate) async fn load(
        schema: &Schema,
        tx: &mut PgConnection,
        steps: &[Step],
        before: Option<&Self>,
    ) -> Result<Self, ConsumerError> {
        let named = steps
            .iter()
            .flat_map(|step| named(&step.event).iter().map(|id| (step.chat_id, *id)))
            .collect::<BTreeSet<_>>();
        let receipts = steps
            .iter()
            .filter(|step| is_receipt(&step.event))
            .map(|step| step.chat_id.as_uuid());
        let receipts = receipts
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>();
        let mut rows = Vec::new();
        if !named.is_empty() {
            let sql = schema.sql(&format!(
                "SELECT {COLUMNS} FROM {{read}}.messages
                 WHERE (chat_id, id) IN (SELECT * FROM unnest($1::uuid[], $2::uuid[]))"
            ));
            let query = sqlx::query(&sql)
                .bind(column(&named, |(chat_id, _)| chat_id.as_uuid()))
                .bind(column(&named, |(_, id)| id.as_uuid()));
            rows.extend(query.fetch_all(&mut *tx).await?);
        }
        if !receipts.is_empty() {
            let sql = schema.sql(&format!(
                "SELECT {COLUMNS} FROM {{read}}.messages
                 WHERE chat_id = ANY($1) AND state IN ('queued', 'delivered')"
            ));
            rows.extend(sqlx::query(&sql).bind(receipts).fetch_all(&mut *tx).await?);
        }
        let read = steps
            .iter()
            .filter(|step| read_by_all(&step.event).is_some());
        let read = read
            .map(|step| step.chat_id.as_uuid())
            .collect::<BTreeSet<_>>();
        if !read.is_empty() {
            let sql = schema.sql(&format!(
                "SELECT {COLUMNS} FROM {{read}}.messages WHERE chat_id = ANY($1) AND state = 'sent'"
            ));
            let read = read.into_iter().collect::<Vec<_>>();
            rows.extend(sqlx::query(&sql).bind(read).fetch_all(tx).await?);
        }
        let rows = rows
            .iter()
            .map(MessageRow::read)
            .collect::<Result<Vec<_>, _>>()?;
        let mut rows = rows
            .into_iter()
            .map(|row| ((row.chat_id, row.id), row))
            .collect::<BTreeMap<_, _>>();
        if let Some(before) = before {
            let of_all = steps
                .iter()
                .filter(|step| is_receipt(&step.event) || read_by_all(&step.event).is_some());
            let of_all = of_all.map(|step| step.chat_id).collect::<BTreeSet<_>>();
            let wanted = |key: &&_| named.contains(*key) || of_all.contains(&key.0);
            let left = before.touched.iter().filter(wanted);
            let left = left.filter_map(|key| Some((*key, before.rows.get(key)?.clone())));
            rows.extend(left);
        }
        Ok(Self {
            rows,
            touched: BTreeSet::new(),
        })
    }

    /// Takes one event into the messages it is about. One that is no longer kept is left alone. `internal`: the chat is
    /// one of colleagues.
    #[expect(clippy::too_many_lines, reason = "one arm an event")]
    pub(crate) fn fold(&mut self, step: &Step, internal: bool) -> Result<(), ConsumerError> {
        if let Some(seq) = read_by_all(&step.event) {
            let receipt = Receipt::UpTo { seq };
            self.receipt(step, &receipt, MessageState::Read, step.occurred_at);
        }
        if let Some(spoken) = spoken(step) {
            return self.add(step, spoken);
        }
        match &step.event {
            ChatEvent::MessageEdited {
                message_id,
                text,
                at,
                ..
            } => {
                let value = opened(step, text)?.cloned();
                let erased = text.is_erased();
                self.change(step, *message_id, |row| {
                    (row.text, row.erased, row.edited_at) = (value, erased, Some(*at));
                });
            }
            ChatEvent::MessageDeleted { message_id, at, .. } => {
                self.change(step, *message_id, |row| {
                    (row.text, row.deleted_at) = (None, Some(*at));
                    row.attachments.clear();
                })
            }
            ChatEvent::MessageReactionChanged {
                message_id,
                by,
                emoji,
                ..
            } => {
                self.change(step, *message_id, |row| {
                    // A messenger knows the company as one: it has one reaction, whichever agent put it.
                    row.reactions.retain(|reaction| match internal {
                        true => reaction.by != *by,
                        false => is_contact(&reaction.by) != is_contact(by),
                    });
                    if let Some(emoji) = emoji {
                        row.reactions.push(ReactionRow {
                            emoji: emoji.clone(),
                            by: by.clone(),
                        });
                    }
                });
            }
            ChatEvent::MessageDelivered { receipt } => {
                self.receipt(step, receipt, MessageState::Delivered, step.occurred_at);
            }
            ChatEvent::MessageReadByContact { receipt, at } => {
                self.receipt(step, receipt, MessageState::Read, *at)
            }
            ChatEvent::MessageFailed { message_id, cause } => {
                self.change(step, *message_id, |row| {
                    if row.state.forward(MessageState::Failed) != row.state {
                        (row.state, row.failure) = (MessageState::Failed, Some(cause.code.clone()));
                    }
                })
            }
            ChatEvent::NoteAdded { .. } => self.add_note(step)?,
            ChatEvent::NoteEdited {
                note_id,
                text,
                mentions,
                at,
                by: _,
            } => {
                let value = opened(step, text)?.cloned();
                let erased = text.is_erased();
                self.change(step, *note_id, |row| {
                    (row.text, row.erased, row.edited_at) = (value, erased, Some(*at));
                    row.mentions.clone_from(mentions);
                });
            }
            ChatEvent::NoteDeleted { note_id, at } => self.change(step, *note_id, |row| {
                (row.text, row.deleted_at) = (None, Some(*at));
                row.mentions.clear();
            }),
            ChatEvent::MessageSent { message_id, at, .. } => {
                self.change(step, *message_id, |row| {
                    row.state = row.state.forward(MessageState::Sent);
                    row.accepted_at = row.accepted_at.or(Some(*at));
                });
            }
            ChatEvent::MessageUncertain { message_id, .. } => {
                self.change(step, *message_id, |row| {
                    row.state = row.state.forward(MessageState::Uncertain);
                });
            }
            ChatEvent::MessageRetried {
                message_id,
                attempt,
                terms,
                ..
            } => {
                self.change(step, *message_id, |row| {
                    (row.state, row.failure, row.accepted_at) = (MessageState::Queued, None, None);
                    row.attempt = i32::try_from(*attempt).unwrap_or(i32::MAX);
                    row.terms.clone_from(terms);
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn add_note(&mut self, step: &Step) -> Result<(), ConsumerError> {
        let ChatEvent::NoteAdded {
            note_id,
            text,
            mentions,
            by,
            at,
        } = &step.event
        else {
            return Ok(());
        };
        self.insert(MessageRow {
            id: *note_id,
            chat_id: step.chat_id,
            client_message_id: None,
            position: step.position,
            direction: Direction::Internal,
            author: by.clone(),
            text: opened(step, text)?.cloned(),
            erased: text.is_erased(),
            attachments: Vec::new(),
            state: MessageState::Received,
            failure: None,
            contact_seq: 0,
            sent_at: *at,
            delivered_at: None,
            read_at: None,
            edited_at: None,
            deleted_at: None,
            reactions: Vec::new(),
            quotes: None,
            reply_to_comment: None,
            is_comment: false,
            comment: None,
            template_id: None,
            warnings: Vec::new(),
            mentions: mentions.clone(),
            attempt: 0,
            accepted_at: None,
            terms: None,
            changed: step.position,
        });
        Ok(())
    }

    fn insert(&mut self, row: MessageRow) {
        let key = (row.chat_id, row.id);
        self.touched.insert(key);
        self.rows.insert(key, row);
    }

    fn add(&mut self, step: &Step, spoken: Spoken<'_>) -> Result<(), ConsumerError> {
        let (direction, state) = spoken.begins();
        let (terms, template_id, warnings) = match &step.event {
            ChatEvent::MessageQueued {
                terms,
                template_id,
                warnings,
                ..
            } => (terms.clone(), *template_id, warnings.clone()),
            _ => (None, None, Vec::new()),
        };
        let (place, reply_to_comment) = match &step.event {
            ChatEvent::MessageReceived { comment, .. } => (comment.as_ref(), None),
            ChatEvent::MessageQueued {
                reply_to_comment, ..
            } => (None, *reply_to_comment),
            _ => (None, None),
        };
        let comment = place.map(|place| opened(step, place)).transpose()?;
        self.insert(MessageRow {
            id: spoken.id,
            chat_id: step.chat_id,
            client_message_id: spoken.client_id,
            position: step.position,
            direction,
            author: spoken.author,
            text: opened(step, spoken.text)?.cloned(),
            erased: spoken.text.is_erased(),
            attachments: AttachmentRow::all(step, spoken.attachments)?,
            state,
            failure: None,
            contact_seq: spoken.seq,
            sent_at: spoken.at,
            delivered_at: None,
            read_at: None,
            edited_at: None,
            deleted_at: None,
            reactions: Vec::new(),
            quotes: spoken.quotes,
            reply_to_comment,
            is_comment: place.is_some(),
            comment: comment.flatten().cloned(),
            template_id,
            warnings,
            mentions: spoken.mentions.to_vec(),
            attempt: 1,
            accepted_at: None,
            terms,
            changed: step.position,
        });
        Ok(())
    }

    fn change(&mut self, step: &Step, id: MessageId, change: impl FnOnce(&mut MessageRow)) {
        let key = (step.chat_id, id);
        if let Some(row) = self.rows.get_mut(&key) {
            change(row);
            row.changed = step.position;
            self.touched.insert(key);
        }
    }

    fn receipt(&mut self, step: &Step, receipt: &Receipt, reached: MessageState, at: Timestamp) {
        let (from, to) = (
            MessageId::from_uuid(Uuid::nil()),
            MessageId::from_uuid(Uuid::max()),
        );
        let covered = |row: &MessageRow| match receipt {
            Receipt::UpTo { seq } => {
                row.contact_seq <= number(*seq) && row.state != MessageState::Failed
            }
            Receipt::Messages { ids } => ids.contains(&row.id),
        };
        let covered = self
            .rows
            .range_mut((step.chat_id, from)..=(step.chat_id, to))
            .filter(|(_, row)| covered(row) && row.state.forward(reached) != row.state);
        for (key, row) in covered {
            (row.state, row.failure) = (reached, None);
            row.delivered_at = row.delivered_at.or(Some(at));
            if reached == MessageState::Read {
                row.read_at = Some(at);
            }
            row.changed = step.position;
            self.touched.insert(*key);
        }
    }

    /// Whether some of what changed may not be there any more once the chats that are `over` the limit are pruned.
    pub(crate) fn may_be_pruned(&self, from: Position, over: &[Uuid]) -> bool {
        let touched = self.touched.iter().filter_map(|key| self.rows.get(key));
        let mut touched = touched.filter(|row| over.contains(&row.chat_id.as_uuid()));
        i64::try_from(self.touched.len()).is_ok_and(|count| count > KEPT_MESSAGES)
            || touched.any(|row| row.position <= from)
    }

    /// The messages that changed, as they are read back; sorted by chat and place in the thread.
    pub(crate) fn changed(&self) -> Vec<Arc<MessageRow>> {
        let touched = self.touched.iter().filter_map(|key| self.rows.get(key));
        let kept = touched.map(|row| Arc::new(row.clone().kept()));
        let mut changed = kept.collect::<Vec<_>>();
        changed.sort_unstable_by_key(|message| (message.chat_id, message.position));
        changed
    }

    /// Whether no message is new or another than before.
    pub(crate) fn is_unchanged(&self) -> bool {
        self.touched.is_empty()
    }

    /// Binds every touched message once, for [`MessageRow::write`].
    pub(crate) fn bind<'q>(&'q self, query: Bound<'q>) -> Bound<'q> {
        let rows = self
            .touched
            .iter()
            .filter_map(|key| self.rows.get(key))
            .collect::<Vec<_>>();
        MessageRow::bind(&rows, query)
    }
}

/// Drops what is older than the newest 500 messages of the chats; notes go with the messages around them.
pub(crate) async fn prune(
    schema: &Schema,
    tx: &mut PgConnection,
    chats: &[Uuid],
) -> Result<(), ConsumerError> {
    if chats.is_empty() {
        return Ok(());
    }
    sqlx::query(&schema.sql(
        "DELETE FROM {read}.messages m
         USING unnest($1::uuid[]) AS c (id)
         CROSS JOIN LATERAL (
             SELECT position FROM {read}.messages
             WHERE chat_id = c.id AND direction <> 'internal' ORDER BY position DESC OFFSET $2 - 1 LIMIT 1
         ) AS oldest
         WHERE m.chat_id = c.id AND m.position < oldest.position",
    ))
    .bind(chats)
    .bind(KEPT_MESSAGES)
    .execute(tx)
    .await?;
    Ok(())
}

/// The messages that an event names, and that it may change.
fn named(event: &ChatEvent) -> &[MessageId] {
    match event {
        ChatEvent::MessageEdited { message_id, .. }
        | ChatEvent::MessageDeleted { message_id, .. }
        | ChatEvent::MessageReactionChanged { message_id, .. }
        | ChatEvent::MessageFailed { message_id, .. }
        | ChatEvent::MessageSent { message_id, .. }
        | ChatEvent::MessageUncertain { message_id, .. }
        | ChatEvent::MessageRetried { message_id, .. } => std::slice::from_ref(message_id),
        ChatEvent::NoteEdited { note_id, .. } | ChatEvent::NoteDeleted { note_id, .. } => {
            std::slice::from_ref(note_id)
        }
        ChatEvent::MessageDelivered {
            receipt: Receipt::Messages { ids },
        }
        | ChatEvent::MessageReadByContact {
            receipt: Receipt::Messages { ids },
            ..
        } => ids,
        _ => &[],
    }
}

/// Up to which number all members of a chat of colleagues have read, where that is news (A13).
const fn read_by_all(event: &ChatEvent) -> Option<u64> {
    match event {
        ChatEvent::InternalMessageSent(message) => message.read_by_all_seq,
        ChatEvent::InternalChatRead(reading) => reading.read_by_all_seq,
        _ => None,
    }
}

const fn is_contact(actor: &Actor) -> bool {
    matches!(actor, Actor::Contact { .. })
}

const fn is_receipt(event: &ChatEvent) -> bool {
    matches!(
        event,
        ChatEvent::MessageDelivered {
            receipt: Receipt::UpTo { .. }
        } | ChatEvent::MessageReadByContact {
            receipt: Receipt::UpTo { .. },
            ..
        }
    )
}
