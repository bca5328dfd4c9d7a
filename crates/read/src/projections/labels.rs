//! Table `chat_labels`: the lists of chats with a tag (P4), an agent's star (H2) or a mention of one (P3), moved by exactly
//! what the chats' rows moved. A chat with none of them costs nothing here.

use std::collections::BTreeSet;

use hilo_domain::{AgentId, ChannelId, ChatId};

use super::store::Bound;
use crate::columns::column;

/// The label of a tag.
pub(crate) fn of_tag(tag: &str) -> String {
    format!("t{tag}")
}

/// The label of an agent's star.
pub(crate) fn of_star(agent: AgentId) -> String {
    format!("s{}", agent.as_uuid().simple())
}

/// The label of notes that mention an agent.
pub(crate) fn of_mention(agent: AgentId) -> String {
    format!("m{}", agent.as_uuid().simple())
}

/// A chat's place in the list of one label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Listed {
    pub label: String,
    pub channel_id: ChannelId,
    pub state: &'static str,
    pub last_activity: i64,
    pub chat_id: ChatId,
}

/// Places that chats lose and get.
#[derive(Default)]
pub(crate) struct Changes {
    lost: Vec<Listed>,
    got: Vec<Listed>,
}

impl Changes {
    /// From where each chat stood and stands.
    pub(crate) fn of(chats: impl Iterator<Item = (BTreeSet<Listed>, BTreeSet<Listed>)>) -> Self {
        let mut changes = Self::default();
        for (before, now) in chats {
            changes.lost.extend(before.difference(&now).cloned());
            changes.got.extend(now.difference(&before).cloned());
        }
        changes
    }

    /// Whether none is lost or got.
    pub(crate) const fn is_empty(&self) -> bool {
        self.lost.is_empty() && self.got.is_empty()
    }

    /// Binds the places, for [`WRITE`].
    pub(crate) fn bind<'q>(&self, mut query: Bound<'q>) -> Bound<'q> {
        for listed in [&self.lost, &self.got] {
            query = query
                .bind(column(listed, |it| it.label.clone()))
                .bind(column(listed, |it| it.channel_id.as_uuid()))
                .bind(column(listed, |it| it.state))
                .bind(column(listed, |it| it.last_activity))
                .bind(column(listed, |it| it.chat_id.as_uuid()));
        }
        query
    }
}

/// Writes places as [`Changes::bind`] binds them; none is both lost and got.
pub(crate) const WRITE: &str = "chat_labels_lost AS (
    DELETE FROM {read}.chat_labels AS l
    USING unnest($1::text[], $2::uuid[], $3::text[], $4::int8[], $5::uuid[]) AS m (label, channel_id, state, last_activity, chat_id)
    WHERE l.label = m.label AND l.channel_id = m.channel_id AND l.state = m.state AND l.last_activity = m.last_activity
      AND l.chat_id = m.chat_id),
chat_labels_got AS (
    INSERT INTO {read}.chat_labels (label, channel_id, state, last_activity, chat_id)
    SELECT * FROM unnest($6::text[], $7::uuid[], $8::text[], $9::int8[], $10::uuid[]))";
