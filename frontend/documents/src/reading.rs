//! From a tree of JSON to what was asked for. Reading never stops half-way: what is not as the schema says raises a
//! flag, and the whole is thrown away at the end. serde can do it too, but what it makes of each type (errors in words,
//! structs that come as lists, a way out after each field) is three times as much to load. Must know no type.

pub use hilo_documents_derive::Read;
use serde_json::Value;

use crate::graphql::{DateTime, Id, Position};

/// The tree is not what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

/// What can be read from a tree.
pub trait Read: Sized {
    /// Reads it, taking texts out of the tree; `wrong` is raised where it is not what it should be.
    fn read(tree: &mut Value, wrong: &mut bool) -> Self;
}

/// Reads a whole answer.
///
/// # Errors
/// When it is not a `T`.
pub fn read<T: Read>(mut tree: Value) -> Result<T, Unreadable> {
    let mut wrong = !tree.is_object() && !tree.is_array();
    let found = T::read(&mut tree, &mut wrong);
    if wrong { Err(Unreadable) } else { Ok(found) }
}

/// The field of an object; what is not there is null.
pub fn slot<'a>(tree: &'a mut Value, name: &str, wrong: &mut bool) -> &'a mut Value {
    match tree {
        Value::Object(fields) => fields.entry(name).or_insert(Value::Null),
        other => {
            *wrong = true;
            other
        }
    }
}

impl Read for String {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        match tree {
            Value::String(text) => std::mem::take(text),
            _ => {
                *wrong = true;
                Self::new()
            }
        }
    }
}

impl Read for bool {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        *wrong |= !tree.is_boolean();
        tree.as_bool().unwrap_or_default()
    }
}

impl Read for i32 {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        let number = tree.as_i64().and_then(|number| Self::try_from(number).ok());
        *wrong |= number.is_none();
        number.unwrap_or_default()
    }
}

impl Read for f64 {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        *wrong |= !tree.is_number();
        tree.as_f64().unwrap_or_default()
    }
}

impl Read for Id {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        Self::new(String::read(tree, wrong))
    }
}

impl Read for DateTime {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        Self(String::read(tree, wrong))
    }
}

impl Read for Position {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        Self(String::read(tree, wrong))
    }
}

impl<T: Read> Read for Option<T> {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        (!tree.is_null()).then(|| T::read(tree, wrong))
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(tree: &mut Value, wrong: &mut bool) -> Self {
        match tree {
            Value::Array(list) => list.iter_mut().map(|item| T::read(item, wrong)).collect(),
            _ => {
                *wrong = true;
                Self::new()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::done::{Done, Nothing};
    use crate::graphql::{ActKind, ChannelKind, ChannelName, Counters, PageInfo, Snooze};
    use crate::queries::ChannelRules;

    #[test]
    fn an_object_is_read_by_its_names() {
        let tree =
            json!({"id": "c1", "kind": "WEB_CHAT", "name": "Shop", "connected": true, "more": [1]});
        let channel = read::<ChannelName>(tree).unwrap();
        assert_eq!((channel.name.as_str(), channel.connected), ("Shop", true));
        assert_eq!(channel.kind, ChannelKind::WebChat);
        let page = json!({"hasNextPage": true, "hasPreviousPage": false, "startCursor": null, "endCursor": "x"});
        let page = read::<PageInfo>(page).unwrap();
        assert_eq!(
            (page.has_next_page, page.end_cursor.as_deref()),
            (true, Some("x"))
        );
    }

    #[test]
    fn what_may_be_null_may_be_left_out() {
        assert_eq!(read::<Snooze>(json!({"until": null})).unwrap().until, None);
        assert_eq!(read::<Snooze>(json!({})).unwrap().until, None);
        assert!(read::<Done>(json!({"chat": null, "userErrors": []})).is_ok());
        assert!(read::<Nothing>(json!({"userErrors": []})).is_ok());
    }

    #[test]
    fn a_name_that_is_not_known_yet_is_the_other_one_where_there_is_one() {
        assert_eq!(
            read::<Vec<ActKind>>(json!(["OF_TOMORROW"])),
            Ok(vec![ActKind::Other])
        );
        assert_eq!(
            read::<Vec<ActKind>>(json!(["MARKED_UNREAD"])),
            Ok(vec![ActKind::MarkedUnread])
        );
        let state = read::<Vec<crate::graphql::ChatState>>(json!(["OF_TOMORROW"]));
        assert_eq!(state, Err(Unreadable));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(read::<Snooze>(json!(["x"])), Err(Unreadable));
        assert_eq!(read::<Snooze>(json!("x")), Err(Unreadable));
        assert_eq!(read::<Snooze>(json!(null)), Err(Unreadable));
        assert_eq!(read::<Counters>(json!({"active": 3})), Err(Unreadable));
        assert_eq!(read::<Vec<String>>(json!([1])), Err(Unreadable));
        assert_eq!(read::<Vec<String>>(json!(["a"])), Ok(vec!["a".to_owned()]));
        let hours = json!({"readOnly": true, "replyHours": 4_000_000_000_u32});
        assert_eq!(read::<ChannelRules>(hours), Err(Unreadable));
    }
}
