//! The rule for a message's text, the same as the server's (C9). Shared vectors: `tests/golden/message_text.json`.

/// The most Unicode scalar values a message may have after trimming.
pub const LIMIT: usize = 1000;

/// The room that a channel has for a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The most that fits, in its own unit; never more than the product's limit of characters.
    pub most: usize,
    /// It counts bytes of UTF-8, not characters.
    pub bytes: bool,
}

impl Room {
    /// The room of a channel with this limit of its own.
    pub fn of(limit: Option<i32>, bytes: bool) -> Self {
        let own = limit.and_then(|limit| usize::try_from(limit).ok());
        Self {
            most: own.unwrap_or(LIMIT).min(LIMIT),
            bytes: bytes && own.is_some(),
        }
    }

    /// The room of a private note.
    pub const NOTE: Self = Self {
        most: NOTE_LIMIT,
        bytes: false,
    };

    /// How long a text is here, after trimming.
    pub fn length(self, text: &str) -> usize {
        let text = text.trim();
        if self.bytes {
            text.len()
        } else {
            text.chars().count()
        }
    }

    /// From here on the composer counts.
    pub fn count_from(self) -> usize {
        self.most - self.most / 10
    }

    /// The text as it will be sent here, or why it cannot be.
    pub fn parse(self, text: &str) -> Result<&str, Refusal> {
        let parsed = within(text, self.most.max(LIMIT))?;
        match self.length(parsed) {
            length if length > self.most => Err(Refusal::TooLong(length)),
            _ => Ok(parsed),
        }
    }
}

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing that can be seen is left.
    Empty,
    /// Longer than the limit; how long it is.
    TooLong(usize),
    /// It holds a NUL character.
    Nul,
}

/// The most Unicode scalar values a private note may have after trimming.
pub const NOTE_LIMIT: usize = 4000;

/// The text as it will be sent, or why it cannot be.
pub fn parse(text: &str) -> Result<&str, Refusal> {
    within(text, LIMIT)
}

/// The text of a note as it will be added, or why it cannot be.
pub fn note(text: &str) -> Result<&str, Refusal> {
    within(text, NOTE_LIMIT)
}

fn within(text: &str, limit: usize) -> Result<&str, Refusal> {
    if text.contains('\0') {
        return Err(Refusal::Nul);
    }
    let trimmed = text.trim();
    if trimmed.chars().all(is_unseen) {
        return Err(Refusal::Empty);
    }
    match trimmed.chars().count() {
        length if length > limit => Err(Refusal::TooLong(length)),
        _ => Ok(trimmed),
    }
}

/// White space, zero-width characters, bidi controls and other characters that show nothing.
fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(
            c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}'
                | '\u{2800}' | '\u{FEFF}' | '\u{FFA0}' | '\u{1D159}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
                | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Vector {
        text: String,
        result: String,
        trimmed: Option<String>,
    }

    #[test]
    fn the_rule_is_the_servers() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/golden/message_text.json"
        );
        let vectors: Vec<Vector> =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for vector in vectors {
            let result = parse(&vector.text);
            let word = match result {
                Ok(_) => "ok",
                Err(Refusal::Empty) => "empty",
                Err(Refusal::TooLong(_)) => "too_long",
                Err(Refusal::Nul) => "nul",
            };
            assert_eq!(word, vector.result, "{:?}", vector.text);
            assert_eq!(result.ok(), vector.trimmed.as_deref());
        }
    }

    #[test]
    fn a_channel_may_have_less_room_and_count_bytes() {
        let instagram = Room::of(Some(1000), true);
        assert!(instagram.parse(&"n".repeat(1000)).is_ok());
        let long = "ñ".repeat(501);
        assert_eq!(instagram.parse(&long), Err(Refusal::TooLong(1002)));
        let plain = Room::of(None, true);
        assert!(plain.parse(&"ñ".repeat(1000)).is_ok());
        assert_eq!(plain.parse(&"ñ".repeat(1001)), Err(Refusal::TooLong(1001)));
        assert_eq!(Room::of(Some(9000), false).most, LIMIT);
        assert!(Room::NOTE.parse(&"ñ".repeat(4000)).is_ok());
        assert_eq!(
            Room::NOTE.parse(&"ñ".repeat(4001)),
            Err(Refusal::TooLong(4001))
        );
    }

    #[test]
    fn a_thousand_characters_pass_and_one_more_does_not() {
        assert!(parse(&"ñ".repeat(1000)).is_ok());
        assert_eq!(parse(&"ñ".repeat(1001)), Err(Refusal::TooLong(1001)));
    }
}
