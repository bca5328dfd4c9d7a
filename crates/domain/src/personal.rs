//! Personal content inside events, marked so that the journal can seal it without knowing what it is.
//! Must never print a value: Debug shows the subject only.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::ids::SubjectId;

const OPEN: &str = "$personal";
const SEALED: &str = "$sealed";
const ERASED: &str = "$erased";

/// A value that belongs to a person and can be destroyed with that person's key.
///
/// JSON: `{"$personal":{"subject":"<uuid>","value":..}}` before sealing and after opening,
/// `{"$sealed":{..}}` as stored, `{"$erased":{"subject":"<uuid>"}}` once the key is gone.
#[derive(Clone, PartialEq)]
pub enum Personal<T> {
    /// Readable.
    Open {
        /// Whose key seals it.
        subject: SubjectId,
        /// The content.
        value: T,
    },
    /// As stored: the inside of the `$sealed` marker.
    Sealed(Value),
    /// The key was destroyed; only ever met on reading.
    Erased {
        /// Whose it was.
        subject: SubjectId,
    },
}

impl<T> Personal<T> {
    /// A readable value of `subject`.
    pub fn new(subject: impl Into<SubjectId>, value: T) -> Self {
        Self::Open {
            subject: subject.into(),
            value,
        }
    }

    /// The content, where it can be read.
    pub const fn open(&self) -> Option<&T> {
        match self {
            Self::Open { value, .. } => Some(value),
            Self::Sealed(_) | Self::Erased { .. } => None,
        }
    }

    /// Whether the content was destroyed.
    pub const fn is_erased(&self) -> bool {
        matches!(self, Self::Erased { .. })
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { subject, .. } => write!(f, "Personal::Open({subject}, ..)"),
            Self::Sealed(_) => f.write_str("Personal::Sealed(..)"),
            Self::Erased { subject } => write!(f, "Personal::Erased({subject})"),
        }
    }
}

#[derive(Serialize)]
struct OpenRef<'a, T> {
    subject: SubjectId,
    value: &'a T,
}

#[derive(Deserialize)]
struct OpenOwned<T> {
    subject: SubjectId,
    value: T,
}

#[derive(Serialize, Deserialize)]
struct ErasedMark {
    subject: SubjectId,
}

impl<T: Serialize> Serialize for Personal<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Open { subject, value } => {
                map.serialize_entry(
                    OPEN,
                    &OpenRef {
                        subject: *subject,
                        value,
                    },
                )?;
            }
            Self::Sealed(inside) => map.serialize_entry(SEALED, inside)?,
            Self::Erased { subject } => {
                map.serialize_entry(ERASED, &ErasedMark { subject: *subject })?;
            }
        }
        map.end()
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Personal<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut marker = serde_json::Map::<String, Value>::deserialize(deserializer)?;
        if let Some(inside) = marker.remove(SEALED) {
            return Ok(Self::Sealed(inside));
        }
        // serde_json's own errors quote values; a personal one must not reach a log.
        let unreadable = || D::Error::custom("a personal value does not have the expected shape");
        if let Some(inside) = marker.remove(OPEN) {
            let OpenOwned { subject, value } =
                serde_json::from_value(inside).map_err(|_| unreadable())?;
            return Ok(Self::Open { subject, value });
        }
        if let Some(inside) = marker.remove(ERASED) {
            let ErasedMark { subject } =
                serde_json::from_value(inside).map_err(|_| unreadable())?;
            return Ok(Self::Erased { subject });
        }
        Err(D::Error::custom(
            "a personal value without $personal, $sealed or $erased",
        ))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    fn subject() -> SubjectId {
        SubjectId::from_uuid(Uuid::from_u128(5))
    }

    #[test]
    fn all_three_markers_survive_a_round_trip() {
        let id = subject().to_string();
        for json in [
            json!({"$personal": {"subject": id, "value": "hola"}}),
            json!({"$sealed": {"subject": id, "generation": 1, "nonce": "AA==", "data": "AA=="}}),
            json!({"$erased": {"subject": id}}),
        ] {
            let personal: Personal<String> = serde_json::from_value(json.clone()).unwrap();
            assert_eq!(serde_json::to_value(&personal).unwrap(), json);
        }
    }

    #[test]
    fn only_an_open_value_can_be_read() {
        assert_eq!(Personal::new(subject(), 3).open(), Some(&3));
        assert_eq!(Personal::<u8>::Sealed(json!({})).open(), None);
        assert!(Personal::<u8>::Erased { subject: subject() }.is_erased());
    }

    #[test]
    fn debug_never_prints_the_value() {
        let personal = Personal::new(subject(), "Lucía".to_owned());
        assert!(!format!("{personal:?}").contains("Luc"));
    }

    #[test]
    fn an_unreadable_value_is_refused_without_being_quoted() {
        let json = json!({"$personal": {"subject": subject(), "value": "Lucía"}});
        let refusal = serde_json::from_value::<Personal<u8>>(json).unwrap_err();
        assert!(!refusal.to_string().contains("Luc"));
        assert!(serde_json::from_value::<Personal<u8>>(json!("bare")).is_err());
        assert!(serde_json::from_value::<Personal<u8>>(json!({})).is_err());
    }
}
