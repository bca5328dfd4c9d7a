//! Table `chats`: the row of the inbox, one for each chat.
//! Loaded for a batch, folded and stored whole.

mod fold;
mod internal;
mod known;
mod record;

use std::collections::BTreeMap;
use std::sync::Arc;

use hilo_domain::{ChannelId, ChatId};
use hilo_journal::{ConsumerError, Position};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

pub(crate) use known::Known;
pub(crate) use record::{ChatRecord, ChatStage};

use super::Step;
use super::agent_counters::Changes as AgentChanges;
use super::counters::Held;
use super::labels;
use super::store::Bound;
use super::tags::Tagged;
use crate::KEPT_MESSAGES;
use crate::columns::word;
use crate::rows::ChatRow;
use crate::schema::Stage;
use crate::table;

/// The rows of a batch, as they were and as they become.
pub(crate) struct Chats {
    before: BTreeMap<ChatId, ChatRecord>,
    now: BTreeMap<ChatId, ChatRecord>,
}

/// Loads how far the rows reach, what the schema is for and the rows of some chats, all of one moment.
/// The transaction need not reach the disk: the rows can be made again, so losing the newest in a crash costs nothing.
pub(crate) fn load_sql() -> String {
    [
        "SELECT p.position AS reached, p.stage, p.committed, ",
        &table::of("c", ChatRecord::COLUMNS),
        " FROM (SELECT position, stage, set_config('synchronous_commit', 'off', true) AS committed
               FROM {read}.progress) AS p
         LEFT JOIN {read}.chats AS c ON c.id = ANY($1)",
    ]
    .concat()
}

/// Runs [`load_sql`].
pub(crate) async fn load(
    sql: &str,
    tx: &mut PgConnection,
    ids: Vec<Uuid>,
) -> Result<(Position, Stage, Chats), sqlx::Error> {
    let rows = sqlx::query(sql).bind(ids).fetch_all(tx).await?;
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let (reached, stage) = (Position(first.try_get("reached")?), word(first, "stage")?);
    let mut before = BTreeMap::new();
    for row in &rows {
        if row.try_get::<Option<Uuid>, _>("id")?.is_some() {
            let record = ChatRecord::read(row)?;
            before.insert(record.id, record);
        }
    }
    let now = before.clone();
    Ok((reached, stage, Chats { before, now }))
}

impl Chats {
    /// Of these chats the rows that it leaves, and those that it does not know.
    pub(crate) fn left(&self, ids: Vec<Uuid>) -> (BTreeMap<ChatId, ChatRecord>, Vec<Uuid>) {
        let (mut left, mut unknown) = (BTreeMap::new(), Vec::new());
        for id in ids {
            match self.now.get_key_value(&ChatId::from_uuid(id)) {
                Some((chat, row)) => drop(left.insert(*chat, row.clone())),
                None => unknown.push(id),
            }
        }
        (left, unknown)
    }

    /// The same chats with those rows.
    pub(crate) fn with(mut self, rows: BTreeMap<ChatId, ChatRecord>) -> Self {
        self.before.extend(rows.clone());
        self.now.extend(rows);
        self
    }

    /// Takes one event into its row.
    pub(crate) fn fold(&mut self, step: &Step) -> Result<(), ConsumerError> {
        self.now
            .entry(step.chat_id)
            .or_insert_with(|| ChatRecord::begin(step.chat_id))
            .fold(step)
    }

    /// The channel of a chat, where its messages go out through a messenger.
    pub(super) fn messenger(&self, chat: ChatId) -> Option<ChannelId> {
        self.now.get(&chat)?.messenger()
    }

    /// Whether a chat is one of colleagues among themselves (A13).
    pub(super) fn is_internal(&self, chat: ChatId) -> bool {
        self.now.get(&chat).is_some_and(ChatRecord::is_internal)
    }

    /// What the batch takes from and adds to the counters.
    pub(crate) fn counter_changes(&self) -> impl Iterator<Item = (Held, Held)> {
        self.now
            .iter()
            .map(|(id, now)| (self.before.get(id).and_then(ChatRecord::share), now.share()))
    }

    /// The rows that changed behind a position, as the screens know them and as they are read back; sorted by chat.
    pub(crate) fn changed(&self, from: Position) -> Vec<Arc<ChatRow>> {
        let changed = self.now.values().filter(|row| row.changed > from);
        changed
            .filter_map(|row| row.clone().kept().view())
            .map(Arc::new)
            .collect()
    }

    /// What the batch takes from and adds to the tags' counts.
    pub(crate) fn tag_changes(&self) -> impl Iterator<Item = (Tagged<'_>, Tagged<'_>)> {
        self.now.iter().map(|(id, now)| {
            let before = self.before.get(id).and_then(ChatRecord::tagged);
            (before, now.tagged())
        })
    }

    /// What the batch takes from and adds to the counters of agents.
    pub(crate) fn agent_counter_changes(&self) -> AgentChanges {
        let chats = self.now.iter().map(|(id, now)| {
            let before = self.before.get(id).into_iter();
            let before = before.flat_map(ChatRecord::agent_shares);
            (before, now.agent_shares())
        });
        AgentChanges::of(chats)
    }

    /// Where the batch puts chats in the lists by label, and where it takes them from.
    pub(crate) fn label_changes(&self) -> labels::Changes {
        let chats = self.now.iter().map(|(id, now)| {
            let before = self.before.get(id).map(ChatRecord::listed);
            (before.unwrap_or_default(), now.listed())
        });
        labels::Changes::of(chats)
    }

    /// The channel of a chat of this batch.
    pub(crate) fn channel(&self, chat: ChatId) -> Option<ChannelId> {
        self.now.get(&chat)?.channel_id
    }

    /// Chats whose contact is found by something else than before, with the lexemes.
    pub(crate) fn contacts(&self) -> Vec<(Uuid, String)> {
        let changed = self.now.iter().filter_map(|(id, now)| {
            let lexemes = |record: &ChatRecord| record.person().lexemes(record.channel_id);
            // A contact may be described before the chat has its channel.
            let before = self.before.get(id);
            if before.is_some_and(|was| {
                was.found_by() == now.found_by() && was.channel_id == now.channel_id
            }) {
                return None;
            }
            let before = before.and_then(lexemes);
            let now = lexemes(now);
            (before != now).then(|| (id.as_uuid(), now.unwrap_or_default()))
        });
        changed.collect()
    }

    /// Chats that got messages and have had more than are kept.
    pub(crate) fn over_the_limit(&self) -> Vec<Uuid> {
        self.now
            .iter()
            .filter(|(id, now)| {
                let before = self.before.get(id).map_or(0, |before| before.message_count);
                now.message_count > KEPT_MESSAGES && now.message_count > before
            })
            .map(|(id, _)| id.as_uuid())
            .collect()
    }

    /// Binds every row once, for [`ChatRecord::write`].
    pub(crate) fn bind<'q>(&'q self, query: Bound<'q>) -> Bound<'q> {
        let rows = self.now.values().collect::<Vec<_>>();
        ChatRecord::bind(&rows, query)
    }
}
