//! What messages carry beside their text (C16). Must hold data only.

use super::graphql::Id;
use super::reading::Read;
use super::schema;

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(non_exhaustive)]
pub enum AttachmentKind {
    Audio,
    Card,
    Document,
    Image,
    Place,
    Sticker,
    Video,
    #[cynic(fallback)]
    Other,
}

/// A file.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "MessageAttachment")]
pub struct Attachment {
    pub id: Id,
    pub kind: AttachmentKind,
    pub name: Option<String>,
    pub size: i32,
    pub url: String,
    pub width: Option<i32>,
    pub height: Option<i32>,
    pub duration_ms: Option<i32>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct SharedPlace {
    pub latitude: f64,
    pub longitude: f64,
    pub name: Option<String>,
    pub address: Option<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct SharedCard {
    pub name: Option<String>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
    pub organization: Option<String>,
}
