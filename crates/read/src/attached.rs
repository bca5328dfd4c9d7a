//! What a message carries beside its text, as rows hold it: opened, and gone once it is erased.

use hilo_domain::attachment::{Card, FileDetails, FileKind, Place};
use hilo_domain::{Attachment, FileId};
use hilo_journal::ConsumerError;
use serde::{Deserialize, Serialize};

use crate::columns::words;
use crate::projections::{Step, opened};

words! {
    /// What a message carries, in a word for lists.
    AttachmentKind {
        /// A picture.
        Image = "image",
        /// A sound.
        Audio = "audio",
        /// A film.
        Video = "video",
        /// Any other file.
        Document = "document",
        /// A picture that stands for a mood.
        Sticker = "sticker",
        /// A place on the map.
        Place = "place",
        /// Somebody's card.
        Card = "card",
    }
}

impl From<FileKind> for AttachmentKind {
    fn from(kind: FileKind) -> Self {
        match kind {
            FileKind::Image => Self::Image,
            FileKind::Audio => Self::Audio,
            FileKind::Video => Self::Video,
            FileKind::Document => Self::Document,
            FileKind::Sticker => Self::Sticker,
        }
    }
}

impl AttachmentKind {
    /// Of the first thing that a message carries; this is known also of one that was erased.
    pub(crate) fn first(attachments: &[Attachment]) -> Option<Self> {
        attachments.first().map(|attachment| match attachment {
            Attachment::File(file) => file.kind.into(),
            Attachment::Place(_) => Self::Place,
            Attachment::Card(_) => Self::Card,
        })
    }
}

/// One thing that a message carries.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentRow {
    /// A file that was uploaded.
    File(FileRow),
    /// A place on the map.
    Place(Place),
    /// Somebody's card.
    Card(Card),
}

/// A file of a message.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FileRow {
    /// Which.
    pub file_id: FileId,
    /// What it is shown as.
    pub kind: FileKind,
    /// By its content.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// Its name and what else its sender said.
    pub details: FileDetails,
}

impl AttachmentRow {
    /// The file, if it is one.
    #[must_use]
    pub const fn file(&self) -> Option<&FileRow> {
        match self {
            Self::File(file) => Some(file),
            Self::Place(_) | Self::Card(_) => None,
        }
    }

    /// What can be read of what a message carries.
    pub(crate) fn all(step: &Step, attachments: &[Attachment]) -> Result<Vec<Self>, ConsumerError> {
        let mut rows = Vec::with_capacity(attachments.len());
        for attachment in attachments {
            rows.extend(match attachment {
                Attachment::File(file) => opened(step, &file.details)?.map(|details| {
                    Self::File(FileRow {
                        file_id: file.file_id,
                        kind: file.kind,
                        media_type: file.media_type.clone(),
                        size: file.size,
                        details: details.clone(),
                    })
                }),
                Attachment::Place(place) => opened(step, place)?.cloned().map(Self::Place),
                Attachment::Card(card) => opened(step, card)?.cloned().map(Self::Card),
            });
        }
        Ok(rows)
    }
}

impl std::fmt::Debug for AttachmentRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AttachmentRow(..)")
    }
}
