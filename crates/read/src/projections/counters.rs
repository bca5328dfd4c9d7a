//! Table `counters`: chats by channel and mark, moved by exactly what the chats' rows moved.
//! Never counts rows: a badge costs one row a channel.

use std::collections::BTreeMap;

use hilo_domain::ChannelId;

use super::store::Bound;
use crate::columns::column;
use crate::rows::{ChannelCounters, CountersRow};

/// What one chat adds to the counters of its channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    active: i64,
    archived: i64,
    unread: i64,
    unanswered: i64,
    unread_messages: i64,
    snoozed: i64,
    unassigned: i64,
    deleted: i64,
}

impl Share {
    /// Of a chat in the inbox: blue when unread, else grey when unanswered.
    pub(crate) fn active(unread_messages: i32, unanswered: bool, is_free: bool) -> Self {
        let unread = unread_messages > 0;
        Self {
            active: 1,
            unread: i64::from(unread),
            unanswered: i64::from(!unread && unanswered),
            unread_messages: i64::from(unread_messages),
            unassigned: i64::from(is_free),
            ..Self::default()
        }
    }

    /// Of a chat put aside: it carries no mark until it is back (P13).
    pub(crate) fn snoozed() -> Self {
        Self {
            snoozed: 1,
            ..Self::default()
        }
    }

    /// Of a deleted chat (H4).
    pub(crate) fn deleted() -> Self {
        Self {
            deleted: 1,
            ..Self::default()
        }
    }

    /// Of a chat put away: it carries no mark.
    pub(crate) fn archived() -> Self {
        Self {
            archived: 1,
            ..Self::default()
        }
    }

    fn add(&mut self, other: Self, sign: i64) {
        self.active += sign * other.active;
        self.archived += sign * other.archived;
        self.unread += sign * other.unread;
        self.unanswered += sign * other.unanswered;
        self.unread_messages += sign * other.unread_messages;
        self.snoozed += sign * other.snoozed;
        self.unassigned += sign * other.unassigned;
        self.deleted += sign * other.deleted;
    }
}

/// The channel a chat counts in, with its share; None for one that counts nowhere.
pub(crate) type Held = Option<(ChannelId, Share)>;

/// By how much each channel's counters move.
pub(crate) struct Changes(BTreeMap<ChannelId, Share>);

impl Changes {
    /// From what each chat was and is.
    pub(crate) fn of(chats: impl Iterator<Item = (Held, Held)>) -> Self {
        let mut moved = BTreeMap::<ChannelId, Share>::new();
        for (before, now) in chats.filter(|(before, now)| before != now) {
            for (held, sign) in [(before, -1), (now, 1)] {
                if let Some((channel, share)) = held {
                    moved.entry(channel).or_default().add(share, sign);
                }
            }
        }
        Self(moved)
    }

    /// Moves counters as [`WRITE`] does.
    pub(crate) fn apply(&self, counters: &mut CountersRow) {
        let channels = &mut counters.channels;
        for (&channel_id, share) in &self.0 {
            let place = channels.binary_search_by_key(&channel_id, |it| it.channel_id);
            let at = place.unwrap_or_else(|at| {
                channels.insert(at, ChannelCounters::none(channel_id));
                at
            });
            if let Some(moved) = channels.get_mut(at) {
                moved.active += share.active;
                moved.archived += share.archived;
                moved.unread += share.unread;
                moved.unanswered += share.unanswered;
                moved.unread_messages += share.unread_messages;
                moved.snoozed += share.snoozed;
                moved.unassigned += share.unassigned;
                moved.deleted += share.deleted;
            }
        }
    }

    /// Binds the differences, for [`WRITE`].
    pub(crate) fn bind<'q>(&self, query: Bound<'q>) -> Bound<'q> {
        let moved = &self.0;
        query
            .bind(column(moved.keys(), |channel| channel.as_uuid()))
            .bind(column(moved.values(), |share| share.active))
            .bind(column(moved.values(), |share| share.archived))
            .bind(column(moved.values(), |share| share.unread))
            .bind(column(moved.values(), |share| share.unanswered))
            .bind(column(moved.values(), |share| share.unread_messages))
            .bind(column(moved.values(), |share| share.snoozed))
            .bind(column(moved.values(), |share| share.unassigned))
            .bind(column(moved.values(), |share| share.deleted))
    }
}

/// Moves counters, and begins those of a channel that had none. Not by ON CONFLICT, because a check constraint sees a
/// negative difference before that does.
pub(crate) const WRITE: &str = "counters_changed AS (
    SELECT * FROM unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::int8[], $7::int8[], $8::int8[], $9::int8[])
        AS m (channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned, deleted)),
counters_moved AS (
    UPDATE {read}.counters c SET active = c.active + m.active, archived = c.archived + m.archived,
        unread = c.unread + m.unread, unanswered = c.unanswered + m.unanswered,
        unread_messages = c.unread_messages + m.unread_messages, snoozed = c.snoozed + m.snoozed,
        unassigned = c.unassigned + m.unassigned, deleted = c.deleted + m.deleted
    FROM counters_changed AS m WHERE c.channel_id = m.channel_id
    RETURNING c.channel_id, c.active, c.archived, c.unread, c.unanswered, c.unread_messages, c.snoozed, c.unassigned,
        c.deleted),
counters_begun AS (
    INSERT INTO {read}.counters (channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned,
        deleted)
    SELECT * FROM counters_changed WHERE channel_id NOT IN (SELECT channel_id FROM counters_moved)
    RETURNING channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned, deleted)";

/// Behind [`WRITE`]: the counters of all channels as they are then. Other parts of a statement see them as they were.
pub(crate) const WRITTEN: &str = "
    SELECT channel_id AS id, NULL::uuid AS agent_id, active, archived, unread, unanswered, unread_messages, snoozed,
        unassigned, deleted, 0::int8 AS assigned, 0::int8 AS starred, 0::int8 AS mentioned
    FROM (SELECT * FROM counters_moved UNION ALL SELECT * FROM counters_begun
          UNION ALL SELECT channel_id, active, archived, unread, unanswered, unread_messages, snoozed, unassigned, deleted
          FROM {read}.counters WHERE channel_id NOT IN (SELECT channel_id FROM counters_changed)) AS channels";
