//! Seals the personal fields of an event before it is stored and opens them when it is read. Knows three JSON marks and
//! no domain type: `$personal` (open), `$sealed` (stored) and `$erased` (its key is gone).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::JournalError;
use crate::chain::framed;
use crate::fields::{self, Field};
use crate::keys::{Key, NONCE, decrypt, encrypt};

pub(crate) const PERSONAL: &str = "$personal";
pub(crate) const SEALED: &str = "$sealed";
pub(crate) const ERASED: &str = "$erased";

/// About what a sealed field takes more than an open one.
const MARKED: usize = 192;

/// Which key a field is sealed with.
pub(crate) type KeyId = (Uuid, i32);

/// Where an event stands; a field sealed for one place does not open in another.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub aggregate_type: &'a str,
    pub aggregate_id: &'a str,
    pub sequence: i64,
}

impl Place<'_> {
    fn field(&self, pointer: &str) -> Vec<u8> {
        framed(&[
            self.aggregate_type.as_bytes(),
            self.aggregate_id.as_bytes(),
            &self.sequence.to_be_bytes(),
            pointer.as_bytes(),
        ])
    }
}

/// The personal fields of a new event's text. Refuses what may not be stored: NUL characters anywhere, and marks that are
/// malformed or that only a stored event carries.
pub(crate) fn inspect(text: &str) -> Result<Vec<Field>, JournalError> {
    if is_harmless(text) {
        return Ok(Vec::new());
    }
    match fields::find(text) {
        Some(fields) => Ok(fields),
        None => Err(refused(text)),
    }
}

/// Whether a JSON text surely holds nothing that [`inspect`] refuses.
pub(crate) fn is_harmless(text: &str) -> bool {
    !text.contains("\\u0000") && !text.contains("\"$")
}

/// What may not be stored, and where it is.
fn refused(text: &str) -> JournalError {
    let unreadable = || JournalError::Mark {
        pointer: String::new(),
    };
    let looked = match serde_json::from_str(text) {
        Ok(payload) => refuse(&payload),
        Err(_) => Ok(()),
    };
    looked.err().unwrap_or_else(unreadable)
}

fn refuse(payload: &Value) -> Result<(), JournalError> {
    refuse_nul(payload, &mut String::new())?;
    walk(payload, &mut String::new(), &mut |pointer, object| match (
        is_marked(object),
        Whose::read(object),
    ) {
        (false, _) => Ok(Walk::Into),
        (true, Some(_)) => Ok(Walk::Past),
        (true, None) => Err(JournalError::Mark {
            pointer: pointer.to_owned(),
        }),
    })
}

fn is_marked(object: &Object) -> bool {
    let is_mark = |name: &String| [PERSONAL, SEALED, ERASED].contains(&name.as_str());
    object.keys().any(is_mark)
}

/// The newest key of a subject.
#[derive(Clone)]
pub(crate) struct SealingKey {
    pub generation: i32,
    pub key: Arc<Key>,
}

/// The text with its personal fields sealed. `keys` holds one for each subject of theirs.
pub(crate) fn seal(
    text: &str,
    fields: &[Field],
    place: Place<'_>,
    keys: &HashMap<Uuid, SealingKey>,
) -> Result<String, JournalError> {
    let mut sealed = String::with_capacity(text.len() + fields.len() * MARKED);
    let mut end = 0;
    for field in fields {
        let mark = || JournalError::Mark {
            pointer: field.pointer.clone(),
        };
        let with = keys.get(&field.subject).ok_or_else(mark)?;
        let plain = text.get(field.value.clone()).ok_or_else(mark)?;
        let (nonce, data) = encrypt(&with.key, &place.field(&field.pointer), plain.as_bytes())?;
        sealed.push_str(text.get(end..field.object.start).ok_or_else(mark)?);
        let (subject, generation) = (field.subject, with.generation);
        write!(
            sealed,
            r#"{{"{SEALED}":{{"subject":"{subject}","generation":{generation},"nonce":""#
        )
        .map_err(|_| mark())?;
        STANDARD.encode_string(nonce, &mut sealed);
        sealed.push_str(r#"","data":""#);
        STANDARD.encode_string(data, &mut sealed);
        sealed.push_str(r#""}}"#);
        end = field.object.end;
    }
    sealed.push_str(text.get(end..).unwrap_or_default());
    Ok(sealed)
}

/// The keys that opening a stored payload takes.
pub(crate) fn needed(payload: &Value) -> Vec<KeyId> {
    let mut ids = Vec::new();
    let walked = walk(payload, &mut String::new(), &mut |_, object| {
        Ok(match Sealed::read(object) {
            Some(sealed) => {
                ids.push((sealed.subject, sealed.generation));
                Walk::Past
            }
            None => Walk::Into,
        })
    });
    debug_assert!(walked.is_ok(), "looking refuses nothing");
    ids
}

/// Opens every sealed field of a stored payload; those whose key is not among `keys` become `$erased`.
///
/// A field that does not open although its key is there was changed: that is an error, never a skip.
pub(crate) fn open(
    payload: &mut Value,
    place: Place<'_>,
    keys: &HashMap<KeyId, Arc<Key>>,
) -> Result<(), JournalError> {
    rewrite(payload, &mut String::new(), &mut |pointer, object| {
        let Some(sealed) = Sealed::read(object) else {
            return Ok(None);
        };
        let Some(key) = keys.get(&(sealed.subject, sealed.generation)) else {
            return Ok(Some(json!({ ERASED: { "subject": sealed.subject } })));
        };
        let value =
            sealed
                .open(key, &place.field(pointer))
                .ok_or_else(|| JournalError::Tampered {
                    what: format!(
                        "{pointer} of event {} of {} {}",
                        place.sequence, place.aggregate_type, place.aggregate_id
                    ),
                })?;
        Ok(Some(
            json!({ PERSONAL: Personal { subject: sealed.subject, value } }),
        ))
    })
}

type Object = serde_json::Map<String, Value>;

#[derive(Serialize)]
struct Personal {
    subject: Uuid,
    value: Value,
}

/// The same, for whoever need not see the value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    #[serde(rename = "subject")]
    _subject: Uuid,
    #[serde(rename = "value")]
    _value: IgnoredAny,
}

impl Whose {
    fn read(object: &Object) -> Option<Self> {
        only(object, PERSONAL).and_then(|inner| Self::deserialize(inner).ok())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed {
    subject: Uuid,
    generation: i32,
    nonce: String,
    data: String,
}

impl Sealed {
    fn read(object: &Object) -> Option<Self> {
        only(object, SEALED).and_then(|inner| Self::deserialize(inner).ok())
    }

    fn open(&self, key: &Key, bound_to: &[u8]) -> Option<Value> {
        let nonce: [u8; NONCE] = STANDARD.decode(&self.nonce).ok()?.try_into().ok()?;
        let data = STANDARD.decode(&self.data).ok()?;
        serde_json::from_slice(&decrypt(key, &nonce, bound_to, &data)?).ok()
    }
}

/// The value of the one field `name` of an object that has no other.
fn only<'a>(object: &'a Object, name: &str) -> Option<&'a Value> {
    if object.len() == 1 {
        object.get(name)
    } else {
        None
    }
}

/// Whether a walk goes on into an object.
enum Walk {
    Into,
    Past,
}

/// Shows every object, outermost first, with its JSON pointer (RFC 6901).
fn walk(
    value: &Value,
    pointer: &mut String,
    visit: &mut impl FnMut(&str, &Object) -> Result<Walk, JournalError>,
) -> Result<(), JournalError> {
    match value {
        Value::Object(object) => {
            if let Walk::Past = visit(pointer, object)? {
                return Ok(());
            }
            object.iter().try_for_each(|(name, inner)| {
                below(pointer, name, |pointer| walk(inner, pointer, visit))
            })
        }
        Value::Array(items) => items.iter().enumerate().try_for_each(|(at, inner)| {
            below(pointer, &at.to_string(), |pointer| {
                walk(inner, pointer, visit)
            })
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

/// The same, replacing the objects for which `replace` gives a value. It does not go into what it put in.
fn rewrite(
    value: &mut Value,
    pointer: &mut String,
    replace: &mut impl FnMut(&str, &Object) -> Result<Option<Value>, JournalError>,
) -> Result<(), JournalError> {
    match value {
        Value::Object(object) => {
            if let Some(other) = replace(pointer, object)? {
                *value = other;
                return Ok(());
            }
            object.iter_mut().try_for_each(|(name, inner)| {
                below(pointer, name, |pointer| rewrite(inner, pointer, replace))
            })
        }
        Value::Array(items) => items.iter_mut().enumerate().try_for_each(|(at, inner)| {
            below(pointer, &at.to_string(), |pointer| {
                rewrite(inner, pointer, replace)
            })
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

fn refuse_nul(value: &Value, pointer: &mut String) -> Result<(), JournalError> {
    let refuse_in = |text: &str, pointer: &str| match text.contains('\0') {
        true => Err(JournalError::Nul {
            pointer: pointer.replace('\0', "\u{fffd}"),
        }),
        false => Ok(()),
    };
    match value {
        Value::String(text) => refuse_in(text, pointer),
        Value::Object(object) => object.iter().try_for_each(|(name, inner)| {
            below(pointer, name, |pointer| {
                refuse_in(name, pointer)?;
                refuse_nul(inner, pointer)
            })
        }),
        Value::Array(items) => items.iter().enumerate().try_for_each(|(at, inner)| {
            below(pointer, &at.to_string(), |pointer| {
                refuse_nul(inner, pointer)
            })
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

pub(crate) fn below<T>(pointer: &mut String, name: &str, act: impl FnOnce(&mut String) -> T) -> T {
    let length = pointer.len();
    pointer.push('/');
    // Hardly any name has to be escaped, and this runs for every field of every event.
    if name.contains(['~', '/']) {
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(name);
    }
    let result = act(pointer);
    pointer.truncate(length);
    result
}

#[cfg(test)]
#[path = "seal_tests.rs"]
mod tests;
