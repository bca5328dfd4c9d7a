//! What a message carries beside its text: files, places, cards (C16). Shows rows of the read model as they are.

use async_graphql::{Enum, ID, InputObject, Object, SimpleObject};
use hilo_app::files::WantedFile;
use hilo_domain::attachment::{Card, Place};
use hilo_read::{AttachmentRow, FileRow, MessageRow};

use crate::error::Failure;
use crate::scalars::parse_id;

/// What a message carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_read::AttachmentKind")]
pub enum AttachmentKind {
    /// A picture that a browser draws.
    Image,
    /// A sound.
    Audio,
    /// A film.
    Video,
    /// Any other file: to be saved, never shown.
    Document,
    /// A picture that stands for a mood.
    Sticker,
    /// A place on the map.
    Place,
    /// Somebody's card.
    Card,
}

/// A file that a message carries.
pub struct MessageAttachment(FileRow);

/// A file that a message carries.
#[Object]
impl MessageAttachment {
    /// The file's id.
    fn id(&self) -> ID {
        ID(self.0.file_id.to_string())
    }

    /// What it is shown as.
    fn kind(&self) -> AttachmentKind {
        hilo_read::AttachmentKind::from(self.0.kind).into()
    }

    /// As its sender calls it; null where they did not.
    fn name(&self) -> Option<&str> {
        self.0.details.name.as_deref()
    }

    /// By its content, never by what its sender said.
    fn media_type(&self) -> &str {
        &self.0.media_type
    }

    /// In bytes.
    fn size(&self) -> i32 {
        i32::try_from(self.0.size).unwrap_or(i32::MAX)
    }

    /// Where it is, below the address of this Hilo: with the same session or token as here.
    fn url(&self) -> String {
        format!("/files/{}", self.0.file_id)
    }

    /// Of a picture, in pixels, where its header says so.
    fn width(&self) -> Option<i32> {
        self.0
            .details
            .width
            .and_then(|side| i32::try_from(side).ok())
    }

    /// Of a picture, in pixels, where its header says so.
    fn height(&self) -> Option<i32> {
        self.0
            .details
            .height
            .and_then(|side| i32::try_from(side).ok())
    }

    /// How long it plays, in milliseconds, where its sender says so.
    fn duration_ms(&self) -> Option<i32> {
        let duration = self.0.details.duration_ms?;
        i32::try_from(duration).ok()
    }
}

impl MessageAttachment {
    /// The files among what a message carries.
    pub fn all(rows: &[AttachmentRow]) -> Vec<Self> {
        let files = rows.iter().filter_map(AttachmentRow::file);
        files.cloned().map(Self).collect()
    }
}

/// A place that somebody shared.
#[derive(SimpleObject)]
pub struct SharedPlace {
    /// Degrees to the north.
    latitude: f64,
    /// Degrees to the east.
    longitude: f64,
    /// What it is called.
    name: Option<String>,
    /// Its address.
    address: Option<String>,
}

impl SharedPlace {
    /// The places among what a message carries.
    pub fn all(message: &MessageRow) -> Vec<Self> {
        let places = message.attachments.iter().filter_map(|row| match row {
            AttachmentRow::Place(place) => Some(place.clone()),
            AttachmentRow::File(_) | AttachmentRow::Card(_) => None,
        });
        let shown = places.map(|place| Self {
            latitude: place.latitude,
            longitude: place.longitude,
            name: place.name,
            address: place.address,
        });
        shown.collect()
    }
}

/// Somebody's card that was shared.
#[derive(SimpleObject)]
pub struct SharedCard {
    /// Their name.
    name: Option<String>,
    /// Their telephone numbers.
    phones: Vec<String>,
    /// Their e-mail addresses.
    emails: Vec<String>,
    /// Where they work.
    organization: Option<String>,
}

impl SharedCard {
    /// The cards among what a message carries.
    pub fn all(message: &MessageRow) -> Vec<Self> {
        let cards = message.attachments.iter().filter_map(|row| match row {
            AttachmentRow::Card(card) => Some(card.clone()),
            AttachmentRow::File(_) | AttachmentRow::Place(_) => None,
        });
        let shown = cards.map(|card| Self {
            name: card.name,
            phones: card.phones,
            emails: card.emails,
            organization: card.organization,
        });
        shown.collect()
    }
}

/// A file that came with a message.
#[derive(InputObject)]
pub struct InboundAttachmentInput {
    /// The file's id, as `POST /files?channel=` answered it.
    file_id: ID,
    /// Whether it is a sticker.
    #[graphql(default)]
    sticker: bool,
    /// How long it plays, in milliseconds.
    duration_ms: Option<i32>,
}

impl InboundAttachmentInput {
    /// As the application takes it.
    pub fn wanted(self) -> Result<WantedFile, Failure> {
        Ok(WantedFile {
            id: parse_id(&self.file_id, "file")?,
            duration_ms: self
                .duration_ms
                .and_then(|duration| u64::try_from(duration).ok()),
            is_sticker: self.sticker,
        })
    }
}

/// A place that came with a message.
#[derive(InputObject)]
pub struct PlaceInput {
    /// Degrees to the north, -90 to 90.
    latitude: f64,
    /// Degrees to the east, -180 to 180.
    longitude: f64,
    /// What it is called.
    name: Option<String>,
    /// Its address.
    address: Option<String>,
}

impl From<PlaceInput> for Place {
    fn from(input: PlaceInput) -> Self {
        Self {
            latitude: input.latitude,
            longitude: input.longitude,
            name: input.name,
            address: input.address,
        }
    }
}

/// A card that came with a message.
#[derive(InputObject)]
pub struct CardInput {
    /// Their name.
    name: Option<String>,
    /// Their telephone numbers, at most 20.
    phones: Option<Vec<String>>,
    /// Their e-mail addresses, at most 20.
    emails: Option<Vec<String>>,
    /// Where they work.
    organization: Option<String>,
}

impl From<CardInput> for Card {
    fn from(input: CardInput) -> Self {
        Self {
            name: input.name,
            phones: input.phones.unwrap_or_default(),
            emails: input.emails.unwrap_or_default(),
            organization: input.organization,
        }
    }
}
