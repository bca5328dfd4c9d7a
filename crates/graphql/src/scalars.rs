//! Scalars of the schema that are not GraphQL's own, and ids. Moments in time are `jiff::Timestamp` (`DateTime`).

use std::str::FromStr;

use async_graphql::{ID, InputValueError, InputValueResult, Scalar, ScalarType, Value};
use hilo_journal::Cursor;
use uuid::Uuid;

use crate::error::Failure;

/// A place in the journal, such as `1042@3f2a9c1b`. Opaque: give it back as `after` to go on from exactly there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position(pub Cursor);

/// A place in the journal, such as `1042@3f2a9c1b`. Opaque: give it back as `after` to go on from exactly there.
#[Scalar]
impl ScalarType for Position {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// Reads an id. One that cannot be an id is not there, like one that is not the caller's.
pub fn parse_id<T: FromStr>(id: &ID, what: &'static str) -> Result<T, Failure> {
    id.parse().map_err(|_| Failure::not_found(what))
}

/// Reads ids, as [`parse_id`] does each.
pub fn parse_ids<T: FromStr>(ids: &[ID], what: &'static str) -> Result<Vec<T>, Failure> {
    ids.iter().map(|id| parse_id(id, what)).collect()
}

/// Reads the key under which a mutation is done once.
pub fn idempotency_key(key: Option<&ID>) -> Result<Option<Uuid>, Failure> {
    key.map(|key| Uuid::try_parse(key))
        .transpose()
        .map_err(|_| Failure::bad_input("idempotencyKey", "Not a UUID."))
}

#[cfg(test)]
mod tests {
    use hilo_domain::ids::ChatId;

    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn a_position_is_written_and_read_as_text() {
        let position = <Position as ScalarType>::parse(Value::from("1042@3f2a9c1b")).unwrap();
        assert_eq!(position.to_value(), Value::from("1042@3f2a9c1b"));
        for wrong in [Value::from(7), Value::from("x"), Value::Null] {
            assert!(<Position as ScalarType>::parse(wrong).is_err());
        }
    }

    #[test]
    fn a_malformed_id_is_not_found() {
        let failure = parse_id::<ChatId>(&ID::from("' OR 1=1"), "chat").unwrap_err();
        assert_eq!(failure.code, ErrorCode::NotFound);
        assert_eq!(failure.message, "There is no such chat.");
    }
}
