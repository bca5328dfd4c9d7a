//! Reads single fields out of a JSON object, so that each refusal names its field and its limit.
//! Fields nobody asks for are ignored.

use serde_json::{Map, Value};
use uuid::Uuid;

/// Why one value was refused, as the visitor's page is told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FieldRefusal {
    /// `missing`, `invalid`, `empty`, `too_long`, `nul`.
    pub code: &'static str,
    /// Path of the field, as `data.text`.
    pub field: String,
    /// For people.
    pub message: String,
    /// The limit that was passed, in the field's own unit.
    pub limit: Option<i64>,
}

impl FieldRefusal {
    /// A value of the wrong kind or shape.
    pub fn invalid(field: &str, expected: &str) -> Self {
        Self {
            code: "invalid",
            field: field.to_owned(),
            message: format!("{field} must be {expected}."),
            limit: None,
        }
    }

    fn missing(field: &str) -> Self {
        Self {
            code: "missing",
            field: field.to_owned(),
            message: format!("{field} is missing."),
            limit: None,
        }
    }

    /// A text or a list that is longer than allowed.
    pub fn too_long(field: &str, limit: usize, unit: &str) -> Self {
        Self {
            code: "too_long",
            field: field.to_owned(),
            message: format!("{field} may have at most {limit} {unit}."),
            limit: i64::try_from(limit).ok(),
        }
    }

    /// A text that holds the NUL character, which no database text may hold.
    pub fn nul(field: &str) -> Self {
        Self {
            code: "nul",
            field: field.to_owned(),
            message: format!("{field} must not contain the NUL character."),
            limit: None,
        }
    }
}

/// One JSON object and the path that leads to it (`""`, or `data.` with its dot).
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: &'static str,
}

impl<'a> Fields<'a> {
    pub fn new(map: &'a Map<String, Value>, path: &'static str) -> Self {
        Self { map, path }
    }

    pub fn name(&self, key: &str) -> String {
        format!("{}{key}", self.path)
    }

    /// The value, where `null` counts as absent.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    pub fn raw_text(&self, key: &str) -> Result<Option<&'a str>, FieldRefusal> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(FieldRefusal::invalid(&self.name(key), "a string")),
        }
    }

    /// A trimmed text of at most `limit` characters; an empty one counts as absent.
    pub fn text(&self, key: &str, limit: usize) -> Result<Option<String>, FieldRefusal> {
        let Some(text) = self.raw_text(key)?.map(str::trim).filter(|t| !t.is_empty()) else {
            return Ok(None);
        };
        bounded(&self.name(key), text, limit).map(Some)
    }

    pub fn required<T>(&self, key: &str, found: Option<T>) -> Result<T, FieldRefusal> {
        found.ok_or_else(|| FieldRefusal::missing(&self.name(key)))
    }

    pub fn uuid(&self, key: &str) -> Result<Option<Uuid>, FieldRefusal> {
        match self.raw_text(key)? {
            None => Ok(None),
            Some(text) => text
                .parse()
                .map(Some)
                .map_err(|_| FieldRefusal::invalid(&self.name(key), "a UUID")),
        }
    }

    pub fn whole_number(&self, key: &str) -> Result<Option<u64>, FieldRefusal> {
        match self.value(key) {
            None => Ok(None),
            // Bounded so that it fits every integer it will ever be stored in.
            Some(value) => value
                .as_u64()
                .filter(|number| *number <= i64::MAX as u64)
                .map(Some)
                .ok_or_else(|| FieldRefusal::invalid(&self.name(key), "a whole number from 0 up")),
        }
    }

    pub fn object(
        &self,
        key: &str,
        path: &'static str,
    ) -> Result<Option<Fields<'a>>, FieldRefusal> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Fields::new(map, path))),
            Some(_) => Err(FieldRefusal::invalid(&self.name(key), "an object")),
        }
    }

    /// A small dictionary of texts, as a form's own fields.
    pub fn dictionary(
        &self,
        key: &str,
        limits: DictionaryLimits,
    ) -> Result<Vec<(String, String)>, FieldRefusal> {
        let name = self.name(key);
        let map = match self.value(key) {
            None => return Ok(Vec::new()),
            Some(Value::Object(map)) => map,
            Some(_) => return Err(FieldRefusal::invalid(&name, "an object of strings")),
        };
        if map.len() > limits.entries {
            return Err(FieldRefusal::too_long(&name, limits.entries, "entries"));
        }
        map.iter()
            .map(|(label, value)| {
                let Value::String(text) = value else {
                    return Err(FieldRefusal::invalid(&name, "an object of strings"));
                };
                let label = bounded(&name, label, limits.label)?;
                Ok((label, bounded(&name, text, limits.text)?))
            })
            .collect()
    }
}

/// How large a dictionary may be: entries, characters of a label, characters of a text.
#[derive(Clone, Copy)]
pub(crate) struct DictionaryLimits {
    pub entries: usize,
    pub label: usize,
    pub text: usize,
}

fn bounded(field: &str, text: &str, limit: usize) -> Result<String, FieldRefusal> {
    if text.contains('\0') {
        return Err(FieldRefusal::nul(field));
    }
    if text.chars().count() > limit {
        return Err(FieldRefusal::too_long(field, limit, "characters"));
    }
    Ok(text.to_owned())
}
