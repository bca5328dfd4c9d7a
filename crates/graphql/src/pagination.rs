//! Relay pages: opaque cursors that carry their list's type, and the limits of a page.
//! Knows no row: what a cursor points at is a key of the read model.

use async_graphql::SimpleObject;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hilo_read::{DEFAULT_PAGE, FoundKey, Key, List, MAX_PAGE, Page, Paged};

use crate::error::Failure;

/// The cursor of a row, opaque to clients.
#[must_use]
pub fn encode(list: List, key: &Key) -> String {
    URL_SAFE_NO_PAD.encode(key.encode(list))
}

/// The key behind a cursor of `list`; anything else is BAD_CURSOR, naming `field`.
pub fn decode(list: List, field: &'static str, cursor: &str) -> Result<Key, Failure> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| Key::decode(list, &text).ok())
        .ok_or_else(|| Failure::bad_cursor(field, format!("`{field}` is no cursor of this list.")))
}

/// The cursor of a message that was found, opaque to clients.
#[must_use]
pub fn encode_found(key: &FoundKey) -> String {
    URL_SAFE_NO_PAD.encode(key.encode())
}

/// The key behind a cursor of messages found; anything else is BAD_CURSOR.
pub fn decode_found(cursor: &str) -> Result<FoundKey, Failure> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .and_then(|text| FoundKey::decode(&text).ok())
        .ok_or_else(|| Failure::bad_cursor("after", "`after` is no cursor of a search."))
}

/// How many are asked for of a list that is read forward only.
pub fn first(asked: Option<i32>) -> Result<usize, Failure> {
    Ok(size("first", asked)?.unwrap_or(DEFAULT_PAGE))
}

/// The four arguments of a connection, as they came.
#[derive(Clone, Debug, Default)]
pub struct PageArguments {
    /// So many from the start.
    pub first: Option<i32>,
    /// Behind this cursor.
    pub after: Option<String>,
    /// So many from the end.
    pub last: Option<i32>,
    /// Before this cursor.
    pub before: Option<String>,
}

impl PageArguments {
    /// The page of `list` they ask for.
    pub fn page(&self, list: List) -> Result<Page, Failure> {
        if self.first.is_some() && self.last.is_some() {
            return Err(Failure::bad_input(
                "last",
                "Give `first` or `last`, not both.",
            ));
        }
        let cursor = |field, text: &Option<String>| {
            text.as_deref()
                .map(|text| decode(list, field, text))
                .transpose()
        };
        Ok(Page {
            first: size("first", self.first)?,
            after: cursor("after", &self.after)?,
            last: size("last", self.last)?,
            before: cursor("before", &self.before)?,
        })
    }
}

/// What a list costs: its size times what one item costs. Wrong sizes cost most; they are refused later.
#[must_use]
pub fn cost(first: Option<i32>, last: Option<i32>, child: usize) -> usize {
    let size = first.or(last).map_or(DEFAULT_PAGE, |asked| {
        usize::try_from(asked)
            .unwrap_or(MAX_PAGE)
            .clamp(1, MAX_PAGE)
    });
    child.saturating_mul(size).saturating_add(1)
}

pub(crate) fn size(field: &'static str, asked: Option<i32>) -> Result<Option<usize>, Failure> {
    let Some(asked) = asked else { return Ok(None) };
    match usize::try_from(asked) {
        Err(_) => Err(Failure::bad_input(
            field,
            format!("`{field}` cannot be negative."),
        )),
        Ok(size) if size > MAX_PAGE => Err(Failure::bad_input(
            field,
            format!("`{field}` can be at most {MAX_PAGE}."),
        )),
        Ok(size) => Ok(Some(size)),
    }
}

/// Whether there is more on either side of a page.
#[derive(Clone, Debug, PartialEq, Eq, SimpleObject)]
pub struct PageInfo {
    /// Whether there are items behind this page.
    pub has_next_page: bool,
    /// Whether there are items before this page.
    pub has_previous_page: bool,
    /// Cursor of the first item of this page.
    pub start_cursor: Option<String>,
    /// Cursor of the last item of this page.
    pub end_cursor: Option<String>,
}

impl PageInfo {
    /// Of a page of `list`.
    pub fn of<T>(list: List, paged: &Paged<T>) -> Self {
        Self {
            has_next_page: paged.has_next,
            has_previous_page: paged.has_previous,
            start_cursor: paged.rows.first().map(|(key, _)| encode(list, key)),
            end_cursor: paged.rows.last().map(|(key, _)| encode(list, key)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::error::ErrorCode;

    const KEY: Key = Key {
        position: 1042,
        id: Uuid::from_u128(7),
    };

    fn refused(arguments: PageArguments) -> Option<&'static str> {
        let failure = arguments.page(List::Chats).err()?;
        assert_eq!(failure.code, ErrorCode::BadUserInput);
        failure.field
    }

    #[test]
    fn a_cursor_reads_back_what_it_wrote() {
        let text = encode(List::Chats, &KEY);
        assert_eq!(decode(List::Chats, "after", &text).unwrap(), KEY);
        assert!(
            text.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
    }

    #[test]
    fn a_cursor_of_another_list_is_refused() {
        let text = encode(List::Messages, &KEY);
        let failure = decode(List::Chats, "after", &text).unwrap_err();
        assert_eq!(
            (failure.code, failure.field),
            (ErrorCode::BadCursor, Some("after"))
        );
    }

    #[test]
    fn garbage_is_refused_and_never_panics() {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for text in [
            String::new(),
            "!!!".into(),
            "é".into(),
            encoded("chats"),
            encoded("chats:1"),
            encoded("chats:+1:00000000000000000000000000000007"),
            encoded("chats:-1:00000000000000000000000000000007"),
            encoded("chats:99999999999999999999:00000000000000000000000000000007"),
            encoded("chats:1:no-uuid"),
            URL_SAFE_NO_PAD.encode([0xff, 0xfe]),
            "A".repeat(100_000),
        ] {
            assert!(decode(List::Chats, "before", &text).is_err(), "{text:.40}");
        }
    }

    #[test]
    fn page_sizes_are_between_nothing_and_a_hundred_and_errors_name_the_argument() {
        let first = |n| PageArguments {
            first: Some(n),
            ..Default::default()
        };
        let last = |n| PageArguments {
            last: Some(n),
            ..Default::default()
        };
        assert_eq!(refused(first(100)), None);
        assert_eq!(refused(first(101)), Some("first"));
        assert_eq!(refused(first(-1)), Some("first"));
        assert_eq!(refused(last(101)), Some("last"));
        assert_eq!(refused(last(i32::MIN)), Some("last"));
        let both = PageArguments {
            first: Some(1),
            last: Some(1),
            ..Default::default()
        };
        assert_eq!(refused(both), Some("last"));
        let garbage = PageArguments {
            before: Some("?".into()),
            ..Default::default()
        };
        let failure = garbage.page(List::Chats).unwrap_err();
        assert_eq!(
            failure,
            Failure::bad_cursor("before", failure.message.clone())
        );
    }

    #[test]
    fn a_list_costs_its_size_times_its_item() {
        assert_eq!(cost(None, None, 10), 501);
        assert_eq!(cost(Some(3), None, 10), 31);
        assert_eq!(cost(None, Some(100), 10), 1001);
        assert_eq!(cost(Some(i32::MAX), None, 10), 1001);
        assert_eq!(
            cost(Some(-5), None, usize::MAX),
            usize::MAX,
            "refused, not cheap"
        );
    }
}
