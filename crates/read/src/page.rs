//! Keyset pages: what is asked for, what comes back, and the opaque cursors of keys.
//! Never an offset: a page is found by an index, however deep it lies.

use hilo_journal::Position;
use thiserror::Error;
use uuid::Uuid;

use crate::error::PageRefusal;

/// Rows of a page when nobody says how many.
pub const DEFAULT_PAGE: usize = 50;
/// Most rows of a page.
pub const MAX_PAGE: usize = 100;

/// Where a row stands in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Position the list is sorted by.
    pub position: i64,
    /// The row's id, which breaks ties.
    pub id: Uuid,
}

/// Which list a cursor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Chats by last activity, the newest first.
    Chats,
    /// The same, the oldest first.
    ChatsFromOldest,
    /// Messages of a chat.
    Messages,
    /// Acts on a chat.
    Acts,
}

/// Not a cursor, or one of another list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("not a cursor of this list")]
pub struct CursorInvalid;

impl List {
    const fn tag(self) -> &'static str {
        match self {
            Self::Chats => "chats",
            Self::ChatsFromOldest => "chats-from-oldest",
            Self::Messages => "messages",
            Self::Acts => "acts",
        }
    }
}

impl Key {
    /// The cursor that clients see; it names its list.
    #[must_use]
    pub fn encode(&self, list: List) -> String {
        format!("{}:{:x}:{}", list.tag(), self.position, self.id.simple())
    }

    /// Reads a cursor of `list`.
    ///
    /// # Errors
    /// [`CursorInvalid`] for anything that [`Key::encode`] did not make for the same list.
    pub fn decode(list: List, cursor: &str) -> Result<Self, CursorInvalid> {
        let mut parts = cursor.split(':');
        let (Some(tag), Some(position), Some(id), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CursorInvalid);
        };
        let key = Self {
            position: i64::from_str_radix(position, 16).map_err(|_| CursorInvalid)?,
            id: Uuid::try_parse(id).map_err(|_| CursorInvalid)?,
        };
        // Comparing with what encode makes refuses every second spelling of the same key.
        if tag == list.tag() && key.position >= 0 && key.encode(list) == cursor {
            Ok(key)
        } else {
            Err(CursorInvalid)
        }
    }
}

/// Which rows of a list: `first` after a key, or `last` before one. Both keys may bound either.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page {
    /// The first so many rows.
    pub first: Option<usize>,
    /// Only rows behind this key.
    pub after: Option<Key>,
    /// The last so many rows.
    pub last: Option<usize>,
    /// Only rows in front of this key.
    pub before: Option<Key>,
}

/// From which end a page is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Front,
    Back,
}

impl Page {
    /// From which end and how many rows; `default` where neither `first` nor `last` is given.
    pub(crate) fn extent(&self, default: End) -> Result<(End, usize), PageRefusal> {
        let (end, size) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(PageRefusal::BothDirections),
            (Some(first), None) => (End::Front, first),
            (None, Some(last)) => (End::Back, last),
            (None, None) if self.after.is_some() => (End::Front, DEFAULT_PAGE),
            (None, None) if self.before.is_some() => (End::Back, DEFAULT_PAGE),
            (None, None) => (default, DEFAULT_PAGE),
        };
        if size > MAX_PAGE {
            Err(PageRefusal::TooMany { limit: MAX_PAGE })
        } else {
            Ok((end, size))
        }
    }
}

/// A page of a list with the position its rows are of.
#[derive(Clone, Debug)]
pub struct Paged<T> {
    /// The rows in the list's order, each with its key.
    pub rows: Vec<(Key, T)>,
    /// Whether rows follow.
    pub has_next: bool,
    /// Whether rows go before.
    pub has_previous: bool,
    /// Position of the read model in the same snapshot as the rows.
    pub position: Position,
}

impl<T> Paged<T> {
    /// A page of what was fetched from `end`, one row more than `size` where there are more.
    pub(crate) fn of(
        mut rows: Vec<(Key, T)>,
        page: &Page,
        end: End,
        size: usize,
        position: Position,
    ) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let (has_next, has_previous) = match end {
            End::Front => (more, page.after.is_some()),
            End::Back => {
                rows.reverse();
                (page.before.is_some(), more)
            }
        };
        Self {
            rows,
            has_next,
            has_previous,
            position,
        }
    }
}

/// Where a message stands among those found: better matches first, the newest first in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FoundKey {
    /// How it matched; 0 is best.
    pub matched: u8,
    /// Position of the message.
    pub position: i64,
}

impl FoundKey {
    const TAG: &str = "found";

    /// The cursor that clients see.
    #[must_use]
    pub fn encode(&self) -> String {
        format!("{}:{}:{:x}", Self::TAG, self.matched, self.position)
    }

    /// Reads a cursor of messages found.
    ///
    /// # Errors
    /// [`CursorInvalid`] for anything that [`FoundKey::encode`] did not make.
    pub fn decode(cursor: &str) -> Result<Self, CursorInvalid> {
        let mut parts = cursor.split(':');
        let (Some(Self::TAG), Some(matched), Some(position), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CursorInvalid);
        };
        let key = Self {
            matched: matched.parse().map_err(|_| CursorInvalid)?,
            position: i64::from_str_radix(position, 16).map_err(|_| CursorInvalid)?,
        };
        (key.position >= 0 && key.encode() == cursor)
            .then_some(key)
            .ok_or(CursorInvalid)
    }
}

/// A page of what was found, in order.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The rows, each with its key.
    pub rows: Vec<(FoundKey, T)>,
    /// Whether more was found.
    pub has_next: bool,
    /// Position of the read model in the same snapshot as the rows.
    pub position: Position,
}

/// A value with the position it is of.
#[derive(Clone, Debug)]
pub struct Read<T> {
    /// The value.
    pub value: T,
    /// Position of the read model in the same snapshot.
    pub position: Position,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_by_its_own_list_only() {
        let key = Key {
            position: 1042,
            id: Uuid::from_u128(7),
        };
        let cursor = key.encode(List::Chats);
        assert_eq!(Key::decode(List::Chats, &cursor), Ok(key));
        assert_eq!(Key::decode(List::Messages, &cursor), Err(CursorInvalid));
    }

    #[test]
    fn what_was_not_made_by_encode_is_no_cursor() {
        let id = Uuid::from_u128(7);
        for bad in [
            "",
            "chats",
            "chats:1",
            "chats:-1:00",
            &format!("chats:+1:{}", id.simple()),
            &format!("chats:1:{id}"),
            &format!("chats:1:{}:", id.simple()),
        ] {
            assert_eq!(Key::decode(List::Chats, bad), Err(CursorInvalid), "{bad}");
        }
    }

    #[test]
    fn a_page_goes_one_way_and_has_a_most() {
        let both = Page {
            first: Some(1),
            last: Some(1),
            ..Page::default()
        };
        assert_eq!(both.extent(End::Front), Err(PageRefusal::BothDirections));
        let many = Page {
            last: Some(101),
            ..Page::default()
        };
        assert_eq!(
            many.extent(End::Front),
            Err(PageRefusal::TooMany { limit: 100 })
        );
        assert_eq!(Page::default().extent(End::Back), Ok((End::Back, 50)));
    }
}
