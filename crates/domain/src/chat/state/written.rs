//! How a remembered message is written with a state: a message of the contact to which nothing has happened as a short list
//! of its id, its time and its number, every other one with the names of its fields. Both are read.

use std::fmt;

use jiff::Timestamp;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::MessageRef;
use crate::ids::MessageId;

/// Id, nanoseconds since 1970, number.
type Short = (MessageId, i64, u64);

fn short(message: &MessageRef) -> Option<Short> {
    let short = (
        message.id,
        i64::try_from(message.at.as_nanosecond()).ok()?,
        message.seq,
    );
    (MessageRef::received(short.0, message.at, short.2) == *message).then_some(short)
}

impl Serialize for MessageRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match short(self) {
            Some(short) => short.serialize(serializer),
            None => Self::serialize(self, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for MessageRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// Reads either of the two.
struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = MessageRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a remembered message")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<MessageRef, A::Error> {
        let short = || A::Error::custom("a list of less than id, time and number");
        let id = items.next_element()?.ok_or_else(short)?;
        let at: i64 = items.next_element()?.ok_or_else(short)?;
        let seq = items.next_element()?.ok_or_else(short)?;
        let at = Timestamp::from_nanosecond(at.into()).map_err(A::Error::custom)?;
        Ok(MessageRef::received(id, at, seq))
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<MessageRef, A::Error> {
        MessageRef::deserialize(MapAccessDeserializer::new(fields))
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::chat::state::Direction;

    fn received(at: &str) -> MessageRef {
        let id = MessageId::from_uuid(Uuid::from_u128(7));
        MessageRef::received(id, at.parse().unwrap(), 3)
    }

    fn written(message: &MessageRef) -> String {
        let text = serde_json::to_string(message).unwrap();
        assert_eq!(&serde_json::from_str::<MessageRef>(&text).unwrap(), message);
        text
    }

    #[test]
    fn a_message_with_nothing_else_is_short_and_any_other_keeps_all_it_has() {
        let plain = received("2026-11-20T10:00:00.123456789Z");
        let short = r#"["00000000-0000-0000-0000-000000000007",1795168800123456789,3]"#;
        assert_eq!(written(&plain), short);
        let answered = MessageRef {
            direction: Direction::Outbound,
            ..plain.clone()
        };
        assert!(written(&answered).starts_with('{'));
        let liked = MessageRef {
            reaction: Some("+".to_owned()),
            ..plain
        };
        assert!(written(&liked).contains("reaction"));
        assert!(
            written(&received("9000-01-01T00:00:00Z")).starts_with('{'),
            "beyond what a number holds"
        );
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "3",
            "[]",
            r#"["x",1,2]"#,
            r#"["00000000-0000-0000-0000-000000000007",1]"#,
            "{}",
        ] {
            assert!(serde_json::from_str::<MessageRef>(text).is_err(), "{text}");
        }
    }
}
