//! Table `outbox`: messages that a messenger is to be given, until it is known what became of them. What a contact's own
//! window shows by itself is not here.

use std::collections::{BTreeMap, BTreeSet};

use hilo_domain::chat::{ChatEvent, Receipt};
use hilo_domain::{ChannelId, ChatId, MessageId};
use hilo_journal::Position;

use super::Step;
use super::store::Bound;
use crate::columns::column;

/// What a batch changes of the outbox.
#[derive(Default)]
pub(crate) struct Outbox {
    changes: BTreeMap<(ChatId, MessageId), Change>,
    /// Chats of which nothing waits any more.
    ended: BTreeSet<ChatId>,
}

enum Change {
    Waits(Waiting),
    Started(i64),
    Gone,
}

struct Waiting {
    channel: ChannelId,
    position: Position,
    attempt: i32,
    epoch: Option<i64>,
}

impl Outbox {
    /// Takes one event of a chat; `messenger` is its channel, where messages go out through a messenger.
    pub(crate) fn fold(&mut self, step: &Step, messenger: Option<ChannelId>) {
        let Some(channel) = messenger else { return };
        let waiting = |attempt| {
            Change::Waits(Waiting {
                channel,
                position: step.position,
                attempt,
                epoch: None,
            })
        };
        match &step.event {
            ChatEvent::MessageQueued { message_id, .. } => {
                self.change(step, *message_id, waiting(1));
            }
            ChatEvent::MessageRetried {
                message_id,
                attempt,
                ..
            } => {
                let attempt = i32::try_from(*attempt).unwrap_or(i32::MAX);
                self.change(step, *message_id, waiting(attempt));
            }
            ChatEvent::SendStarted {
                message_id, epoch, ..
            } => {
                let key = (step.chat_id, *message_id);
                match self.changes.get_mut(&key) {
                    Some(Change::Waits(waiting)) => waiting.epoch = Some(*epoch),
                    Some(Change::Gone) => {}
                    Some(Change::Started(_)) | None => {
                        self.changes.insert(key, Change::Started(*epoch));
                    }
                }
            }
            ChatEvent::MessageSent { message_id, .. }
            | ChatEvent::MessageUncertain { message_id, .. }
            | ChatEvent::MessageFailed { message_id, .. }
            | ChatEvent::MessageDeleted { message_id, .. } => {
                self.change(step, *message_id, Change::Gone);
            }
            ChatEvent::MessageDelivered {
                receipt: Receipt::Messages { ids },
            }
            | ChatEvent::MessageReadByContact {
                receipt: Receipt::Messages { ids },
                ..
            } => {
                for id in ids {
                    self.change(step, *id, Change::Gone);
                }
            }
            ChatEvent::ChatDeleted { .. } => {
                self.changes.retain(|(chat, _), _| *chat != step.chat_id);
                self.ended.insert(step.chat_id);
            }
            _ => {}
        }
    }

    fn change(&mut self, step: &Step, id: MessageId, change: Change) {
        self.changes.insert((step.chat_id, id), change);
    }

    /// Whether nothing changes.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.ended.is_empty()
    }

    /// Binds the changes, for [`WRITE`].
    pub(crate) fn bind<'q>(&'q self, query: Bound<'q>) -> Bound<'q> {
        let (mut gone, mut started, mut waits) = (Vec::new(), Vec::new(), Vec::new());
        for (key, change) in &self.changes {
            match change {
                Change::Gone => gone.push(key),
                Change::Started(epoch) => started.push((key, *epoch)),
                Change::Waits(waiting) => waits.push((key, waiting)),
            }
        }
        query
            .bind(column(&gone, |(chat, _)| chat.as_uuid()))
            .bind(column(&gone, |(_, message)| message.as_uuid()))
            .bind(column(&self.ended, |chat| chat.as_uuid()))
            .bind(column(&started, |((chat, _), _)| chat.as_uuid()))
            .bind(column(&started, |((_, message), _)| message.as_uuid()))
            .bind(column(&started, |(_, epoch)| *epoch))
            .bind(column(&waits, |((chat, _), _)| chat.as_uuid()))
            .bind(column(&waits, |((_, message), _)| message.as_uuid()))
            .bind(column(&waits, |(_, row)| row.channel.as_uuid()))
            .bind(column(&waits, |(_, row)| row.position.0))
            .bind(column(&waits, |(_, row)| row.attempt))
            .bind(column(&waits, |(_, row)| row.epoch))
    }
}

/// Writes changes as [`Outbox::bind`] binds them.
pub(crate) const WRITE: &str = "outbox_gone AS (
    DELETE FROM {read}.outbox o USING unnest($1::uuid[], $2::uuid[]) AS g (chat_id, message_id)
    WHERE o.chat_id = g.chat_id AND o.message_id = g.message_id),
outbox_ended AS (DELETE FROM {read}.outbox WHERE chat_id = ANY($3::uuid[])),
outbox_started AS (
    UPDATE {read}.outbox o SET epoch = s.epoch
    FROM unnest($4::uuid[], $5::uuid[], $6::int8[]) AS s (chat_id, message_id, epoch)
    WHERE o.chat_id = s.chat_id AND o.message_id = s.message_id),
outbox_written AS (
    INSERT INTO {read}.outbox (chat_id, message_id, channel_id, position, attempt, epoch)
    SELECT * FROM unnest($7::uuid[], $8::uuid[], $9::uuid[], $10::int8[], $11::int4[], $12::int8[])
    ON CONFLICT (chat_id, message_id) DO UPDATE
    SET position = excluded.position, attempt = excluded.attempt, epoch = excluded.epoch)";
