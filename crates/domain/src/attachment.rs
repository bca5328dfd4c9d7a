//! What a message carries beside its text: files, a place, a contact card (C16). Knows of a file what a list shows;
//! its bytes are elsewhere. Names and places are personal; kind, media type and size are not.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ids::FileId;
use crate::personal::Personal;
use crate::text::attribute;

/// Most attachments of one message.
pub const MOST_ATTACHMENTS: usize = 10;
/// Longest file name that is kept, in characters.
pub const FILE_NAME_LIMIT: usize = 255;
/// Longest word of a place or a card, in characters.
const WORDS: usize = 300;
/// Most numbers, and most addresses, of a card.
const ENTRIES: usize = 20;

/// One thing that a message carries beside its text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attachment {
    /// A file that was uploaded.
    File(FileAttachment),
    /// A place on the map.
    Place(Personal<Place>),
    /// Somebody's card.
    Card(Personal<Card>),
}

impl Attachment {
    /// The file, if it is one.
    #[must_use]
    pub const fn file(&self) -> Option<&FileAttachment> {
        match self {
            Self::File(file) => Some(file),
            Self::Place(_) | Self::Card(_) => None,
        }
    }
}

/// A file of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FileAttachment {
    /// Which.
    pub file_id: FileId,
    /// What it is shown as.
    pub kind: FileKind,
    /// By its content, never by what its sender said; `application/octet-stream` where that says nothing.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// What only those who may read the message may know.
    pub details: Personal<FileDetails>,
}

/// What a file is shown as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture that a browser draws.
    Image,
    /// A sound.
    Audio,
    /// A film.
    Video,
    /// Anything else: to be saved, never shown.
    Document,
    /// A picture that stands for a mood.
    Sticker,
}

impl FileKind {
    /// The word it is stored as.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }
}

/// What is personal of a file.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDetails {
    /// As its sender calls it, at most 255 characters, without a folder.
    pub name: Option<String>,
    /// In pixels, where the content says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// In pixels, where the content says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// How long it plays, as its sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
}

/// A place on the map.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Degrees to the north, -90 to 90.
    pub latitude: f64,
    /// Degrees to the east, -180 to 180.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Place {
    /// The same, with words that can be shown.
    #[must_use]
    pub fn clean(self) -> Self {
        let words = |text: Option<String>| text.and_then(|text| attribute(&text, WORDS));
        Self {
            name: words(self.name),
            address: words(self.address),
            ..self
        }
    }

    /// Whether there is such a place.
    #[must_use]
    pub fn is_on_earth(&self) -> bool {
        (-90.0..=90.0).contains(&self.latitude) && (-180.0..=180.0).contains(&self.longitude)
    }
}

/// Somebody's card.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Their name.
    pub name: Option<String>,
    /// Their telephone numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// Their e-mail addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Where they work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
}

impl Card {
    /// The same, with words that can be shown and no more of them than a card has.
    #[must_use]
    pub fn clean(self) -> Self {
        let words = |text: Option<String>| text.and_then(|text| attribute(&text, WORDS));
        let list = |texts: Vec<String>| {
            let clean = texts.iter().filter_map(|text| attribute(text, WORDS));
            clean.take(ENTRIES).collect()
        };
        Self {
            name: words(self.name),
            phones: list(self.phones),
            emails: list(self.emails),
            organization: words(self.organization),
        }
    }
}

impl fmt::Debug for FileDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileDetails(..)")
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Place(..)")
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(..)")
    }
}

/// A file's name as it may be shown and saved: its last part only, no control characters and none that turn the
/// reading direction, at most [`FILE_NAME_LIMIT`] characters; none if nothing is left.
#[must_use]
pub fn file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !turns_direction(*c)).collect();
    let clean = attribute(&clean, FILE_NAME_LIMIT)?;
    let is_dots = clean.chars().all(|c| c == '.');
    (!is_dots && crate::text::shows(&clean)).then_some(clean)
}

/// `photo\u{202e}gpj.exe` is read as `photoexe.jpg`.
const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_its_last_part_and_says_what_it_seems_to_say() {
        for (given, kept) in [
            ("zdjęcie pęknięcia.jpg", Some("zdjęcie pęknięcia.jpg")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\temp\\a.png", Some("a.png")),
            ("photo\u{202e}gpj.exe", Some("photogpj.exe")),
            ("a\r\nSet-Cookie: x", Some("aSet-Cookie: x")),
            ("..", None),
            ("dir/", None),
            ("\u{200b}", None),
            ("", None),
        ] {
            assert_eq!(file_name(given).as_deref(), kept, "{given:?}");
        }
        let long = "ñ".repeat(300);
        assert_eq!(file_name(&long).map(|name| name.chars().count()), Some(255));
    }

    #[test]
    fn debug_prints_nothing_personal() {
        let details = FileDetails {
            name: Some("Lucía.pdf".to_owned()),
            ..FileDetails::default()
        };
        let card = Card {
            name: Some("Lucía".to_owned()),
            ..Card::default()
        };
        assert!(!format!("{details:?} {card:?}").contains("Luc"));
    }

    #[test]
    fn a_place_is_on_earth_or_none() {
        let at = |latitude, longitude| Place {
            latitude,
            longitude,
            name: None,
            address: None,
        };
        assert!(at(40.4, -3.7).is_on_earth() && at(-90.0, 180.0).is_on_earth());
        assert!(!at(90.1, 0.0).is_on_earth() && !at(f64::NAN, 0.0).is_on_earth());
    }
}
