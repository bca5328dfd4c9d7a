//! What may stand in a message, and how texts from outside are made harmless before they are stored.
//! One rule for server, SPA and widget: `tests/golden/message_text.json` holds the shared vectors (C9).

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Most Unicode scalar values of a message after trimming (C9).
pub const MESSAGE_LIMIT: usize = 1000;
/// Most Unicode scalar values of a private note after trimming (P3).
pub const NOTE_LIMIT: usize = 4000;

/// A text that may be sent or received: trimmed, visible, at most 1000 scalar values, no NUL.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageText(String);

/// Why a text cannot be a message.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum TextRefusal {
    /// Nothing that can be seen is left.
    #[error("Write something first.")]
    TextEmpty,
    /// Longer than allowed.
    #[error("The text is {length} characters long; at most {limit} fit.")]
    TextTooLong {
        /// The most that fits.
        limit: u32,
        /// What it had, in Unicode scalar values after trimming.
        length: u64,
    },
    /// Holds U+0000, which PostgreSQL cannot store as text.
    #[error("The text holds a NUL character.")]
    TextHasNul,
}

impl TextRefusal {
    /// The word for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TextEmpty => "TEXT_EMPTY",
            Self::TextTooLong { .. } => "TEXT_TOO_LONG",
            Self::TextHasNul => "TEXT_HAS_NUL",
        }
    }

    /// The input field that is wrong.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        Some("text")
    }

    /// The limit that was passed.
    #[must_use]
    pub const fn limit(&self) -> Option<i64> {
        match self {
            Self::TextTooLong { limit, .. } => Some(*limit as i64),
            Self::TextEmpty | Self::TextHasNul => None,
        }
    }
}

impl MessageText {
    /// Trims and checks a text from outside.
    ///
    /// # Errors
    /// NUL first, then emptiness, then length.
    pub fn parse(text: &str) -> Result<Self, TextRefusal> {
        parse(text, MESSAGE_LIMIT).map(Self)
    }

    /// Takes a text that came in: never refused or cut for its length, and without its NULs.
    ///
    /// # Errors
    /// Emptiness only.
    pub fn received(text: &str) -> Result<Self, TextRefusal> {
        let text = text.replace('\0', "");
        let trimmed = text.trim();
        if trimmed.chars().all(is_unseen) {
            return Err(TextRefusal::TextEmpty);
        }
        Ok(Self(trimmed.to_owned()))
    }

    /// No text: for a message that says all it has to say with what it carries.
    #[must_use]
    pub const fn none() -> Self {
        Self(String::new())
    }

    /// Whether there is no text.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text itself, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for MessageText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageText({} bytes)", self.0.len())
    }
}

/// A text of a private note (P3): as a message, but up to 4000 scalar values.
#[derive(Clone, PartialEq, Eq)]
pub struct NoteText(String);

impl NoteText {
    /// Trims and checks a text from outside.
    ///
    /// # Errors
    /// As [`MessageText::parse`].
    pub fn parse(text: &str) -> Result<Self, TextRefusal> {
        parse(text, NOTE_LIMIT).map(Self)
    }

    /// The text itself, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for NoteText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteText({} bytes)", self.0.len())
    }
}

/// Trims a text and checks it against a limit of scalar values.
fn parse(text: &str, limit: usize) -> Result<String, TextRefusal> {
    if text.contains('\0') {
        return Err(TextRefusal::TextHasNul);
    }
    let trimmed = text.trim();
    if !shows(trimmed) {
        return Err(TextRefusal::TextEmpty);
    }
    let length = trimmed.chars().count();
    if length > limit {
        return Err(TextRefusal::TextTooLong {
            limit: limit as u32,
            length: length as u64,
        });
    }
    Ok(trimmed.to_owned())
}

/// Whether anything of a text can be seen.
#[must_use]
pub fn shows(text: &str) -> bool {
    !text.chars().all(is_unseen)
}

/// White space, zero-width characters, bidi controls and other characters that show nothing, such as a Braille cell
/// without dots.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{00AD}'
                | '\u{034F}'
                | '\u{061C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D159}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// A text about a person or a page (a name, a title): trimmed, without control characters, cut to `limit`
/// scalar values. Never fails, because such a text must not stop what it comes with; `None` if nothing is left that shows.
#[must_use]
pub fn attribute(text: &str, limit: usize) -> Option<String> {
    let clean: String = text
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(limit)
        .collect();
    let clean = clean.trim();
    shows(clean).then(|| clean.to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        text: String,
        result: String,
        trimmed: Option<String>,
    }

    #[test]
    fn what_comes_in_is_not_cut_for_length() {
        let long = "ñ".repeat(5_000);
        let taken = MessageText::received(&format!(" {long}\0 ")).unwrap();
        assert_eq!(taken.as_str(), long);
        assert_eq!(
            MessageText::received("\0 \u{200b}"),
            Err(TextRefusal::TextEmpty)
        );
    }

    #[test]
    fn the_shared_vectors_hold() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/golden/message_text.json"
        );
        let vectors: Vec<Vector> =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert!(vectors.len() >= 20);
        for (n, vector) in vectors.iter().enumerate() {
            let (result, trimmed) = match MessageText::parse(&vector.text) {
                Ok(text) => ("ok", Some(text.into_string())),
                Err(TextRefusal::TextEmpty) => ("empty", None),
                Err(TextRefusal::TextTooLong { .. }) => ("too_long", None),
                Err(TextRefusal::TextHasNul) => ("nul", None),
            };
            assert_eq!(result, vector.result, "vector {n}");
            assert_eq!(trimmed, vector.trimmed, "vector {n}");
        }
    }

    #[test]
    fn a_refusal_names_field_limit_and_length() {
        let refusal = MessageText::parse(&"ñ".repeat(1001)).unwrap_err();
        assert_eq!(
            refusal,
            TextRefusal::TextTooLong {
                limit: 1000,
                length: 1001
            }
        );
        assert_eq!(refusal.code(), "TEXT_TOO_LONG");
        assert_eq!(refusal.field(), Some("text"));
        assert_eq!(refusal.limit(), Some(1000));
    }

    #[test]
    fn debug_never_prints_the_text() {
        let text = MessageText::parse("secret").unwrap();
        assert!(!format!("{text:?}").contains("secret"));
    }

    #[test]
    fn an_attribute_is_cleaned_and_cut_rather_than_refused() {
        assert_eq!(
            attribute("  Ana\0 \u{7}María ", 100),
            Some("Ana María".to_owned())
        );
        assert_eq!(attribute("abcdef", 3), Some("abc".to_owned()));
        assert_eq!(attribute(" \0 ", 3), None);
        assert_eq!(attribute("\u{200b}\u{ad}", 3), None, "nobody's name");
        assert_eq!(attribute("\u{2800}\u{1d159}", 3), None, "blank as printed");
    }
}
