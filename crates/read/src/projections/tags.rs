//! Table `tags`: how many chats of each channel have each tag, moved by exactly what the chats' rows moved (P4).

use std::collections::BTreeMap;

use hilo_domain::ChannelId;

use super::store::Bound;
use crate::columns::column;

/// The channel a chat's tags count in, with its tags; None for one that counts nowhere.
pub(crate) type Tagged<'r> = Option<(ChannelId, &'r Vec<String>)>;

/// By how much each count moves.
pub(crate) struct Changes(Vec<(ChannelId, String, i64)>);

impl Changes {
    /// From what each chat was and is.
    pub(crate) fn of<'r>(chats: impl Iterator<Item = (Tagged<'r>, Tagged<'r>)>) -> Self {
        let mut moved = BTreeMap::<(ChannelId, &str), i64>::new();
        for (before, now) in chats.filter(|(before, now)| before != now) {
            for (tagged, sign) in [(before, -1), (now, 1)] {
                let Some((channel, tags)) = tagged else {
                    continue;
                };
                for tag in tags {
                    *moved.entry((channel, tag)).or_default() += sign;
                }
            }
        }
        let moved = moved.into_iter().filter(|(_, by)| *by != 0);
        Self(
            moved
                .map(|((channel, tag), by)| (channel, tag.to_owned(), by))
                .collect(),
        )
    }

    /// Whether no count moves.
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Binds the differences, for [`WRITE`].
    pub(crate) fn bind<'q>(&self, query: Bound<'q>) -> Bound<'q> {
        query
            .bind(column(&self.0, |(channel, ..)| channel.as_uuid()))
            .bind(column(&self.0, |(_, tag, _)| tag.clone()))
            .bind(column(&self.0, |(.., by)| *by))
    }
}

/// Moves counts, begins those of a tag that was new, and ends those of one that no chat has any more, so that the rows
/// tell nothing of what was. Not by ON CONFLICT, because a check constraint sees a negative difference before that does.
pub(crate) const WRITE: &str = "tags_changed AS (
    SELECT m.channel_id, m.tag, m.by, t.chats AS had, coalesce(t.chats, 0) + m.by AS chats
    FROM unnest($1::uuid[], $2::text[], $3::int8[]) AS m (channel_id, tag, by)
    LEFT JOIN {read}.tags AS t ON t.channel_id = m.channel_id AND t.tag = m.tag),
tags_ended AS (
    DELETE FROM {read}.tags AS t USING tags_changed AS m
    WHERE t.channel_id = m.channel_id AND t.tag = m.tag AND m.chats = 0),
tags_moved AS (
    UPDATE {read}.tags AS t SET chats = m.chats FROM tags_changed AS m
    WHERE t.channel_id = m.channel_id AND t.tag = m.tag AND m.chats <> 0),
tags_begun AS (
    INSERT INTO {read}.tags (channel_id, tag, chats)
    SELECT channel_id, tag, chats FROM tags_changed WHERE had IS NULL AND chats <> 0)";
