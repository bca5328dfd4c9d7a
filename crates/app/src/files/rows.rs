//! The SQL of uploaded files: what is known of each, and which message has it. Never their bytes.

use hilo_domain::attachment::FileKind;
use hilo_domain::{ChannelId, ChatId, FileId, MessageId};
use hilo_journal::{Pool, SealedBytes};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool, Row as _};
use uuid::Uuid;

use crate::error::{AppError, database};
use crate::storage::StorageError;

/// A file as it is known.
#[derive(Clone)]
pub(super) struct FileRecord {
    pub id: FileId,
    pub channel_id: ChannelId,
    pub chat_id: Option<ChatId>,
    pub sealed: Sealed,
    pub kind: FileKind,
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    pub stored: String,
    pub uploaded_by: String,
    pub message_id: Option<MessageId>,
}

/// The file's key and details, sealed.
#[derive(Clone)]
pub(super) enum Sealed {
    /// With the contact's key.
    Contact(SealedBytes),
    /// With the master key: nobody knows yet whose file it is.
    Nobody(Vec<u8>),
}

impl FromRow<'_, PgRow> for FileRecord {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let sealed: Vec<u8> = row.try_get("sealed")?;
        let subject: Option<Uuid> = row.try_get("subject")?;
        let generation: Option<i32> = row.try_get("generation")?;
        let sealed = match subject.zip(generation) {
            None => Sealed::Nobody(sealed),
            Some((subject, generation)) => Sealed::Contact(SealedBytes {
                subject,
                generation,
                data: sealed,
            }),
        };
        Ok(Self {
            id: FileId::from_uuid(row.try_get("id")?),
            channel_id: ChannelId::from_uuid(row.try_get("channel_id")?),
            chat_id: row
                .try_get::<Option<Uuid>, _>("chat_id")?
                .map(ChatId::from_uuid),
            sealed,
            kind: kind(row.try_get("kind")?)?,
            media_type: row.try_get("media_type")?,
            size: u64::try_from(row.try_get::<i64, _>("size")?).unwrap_or_default(),
            stored: row.try_get("stored")?,
            uploaded_by: row.try_get("uploaded_by")?,
            message_id: row
                .try_get::<Option<Uuid>, _>("message_id")?
                .map(MessageId::from_uuid),
        })
    }
}

fn kind(word: &str) -> Result<FileKind, sqlx::Error> {
    [
        FileKind::Image,
        FileKind::Audio,
        FileKind::Video,
        FileKind::Document,
        FileKind::Sticker,
    ]
    .into_iter()
    .find(|kind| kind.word() == word)
    .ok_or_else(|| sqlx::Error::Decode("an unknown kind of file".into()))
}

impl Sealed {
    fn parts(&self) -> (Option<Uuid>, Option<i32>, &[u8]) {
        match self {
            Self::Nobody(sealed) => (None, None, sealed),
            Self::Contact(sealed) => (Some(sealed.subject), Some(sealed.generation), &sealed.data),
        }
    }
}

pub(super) async fn add(pool: &Pool, file: &FileRecord, at: Timestamp) -> Result<(), AppError> {
    let (subject, generation, sealed) = file.sealed.parts();
    sqlx::query(
        "INSERT INTO files (id, channel_id, chat_id, subject, generation, sealed, kind, media_type, size, stored,
             uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(file.id.as_uuid())
    .bind(file.channel_id.as_uuid())
    .bind(file.chat_id.map(ChatId::as_uuid))
    .bind(subject)
    .bind(generation)
    .bind(sealed)
    .bind(file.kind.word())
    .bind(&file.media_type)
    .bind(i64::try_from(file.size).unwrap_or(i64::MAX))
    .bind(&file.stored)
    .bind(&file.uploaded_by)
    .bind(at.to_sqlx())
    .execute(pool)
    .await
    .map(drop)
    .map_err(database)
}

/// Those of these files that are there, in no order.
pub(super) async fn find(pool: &Pool, ids: &[FileId]) -> Result<Vec<FileRecord>, AppError> {
    sqlx::query_as(FIND)
        .bind(uuids(ids))
        .fetch_all(pool)
        .await
        .map_err(database)
}

const FIND: &str =
    "SELECT id, channel_id, chat_id, subject, generation, sealed, kind, media_type, size, stored,
    uploaded_by, message_id FROM files WHERE id = ANY ($1)";

/// Gives a file that no message has to one, with its key sealed for the contact; false when it is gone or another
/// message was faster.
pub(super) async fn claim(
    pool: &Pool,
    file: FileId,
    sealed: &SealedBytes,
    (chat, message): (ChatId, MessageId),
) -> Result<bool, AppError> {
    let claimed = sqlx::query(
        "UPDATE files SET chat_id = $2, message_id = $3, subject = $4, generation = $5, sealed = $6
         WHERE id = $1 AND message_id IS NULL AND (chat_id IS NULL OR chat_id = $2)",
    )
    .bind(file.as_uuid())
    .bind(chat.as_uuid())
    .bind(message.as_uuid())
    .bind(sealed.subject)
    .bind(sealed.generation)
    .bind(&sealed.data)
    .execute(pool)
    .await
    .map_err(database)?;
    Ok(claimed.rows_affected() == 1)
}

/// Takes a file back from a message that did not come to be: it is whose it was before, and has its day once more.
pub(super) async fn release(
    pool: &Pool,
    before: &FileRecord,
    message: MessageId,
    at: Timestamp,
) -> Result<(), AppError> {
    let (subject, generation, sealed) = before.sealed.parts();
    sqlx::query(
        "UPDATE files SET message_id = NULL, uploaded_at = $3, chat_id = $4, subject = $5, generation = $6, sealed = $7
         WHERE id = $1 AND message_id = $2",
    )
    .bind(before.id.as_uuid())
    .bind(message.as_uuid())
    .bind(at.to_sqlx())
    .bind(before.chat_id.map(ChatId::as_uuid))
    .bind(subject)
    .bind(generation)
    .bind(sealed)
    .execute(pool)
    .await
    .map(drop)
    .map_err(database)
}

/// Files that were uploaded before and that no message has: their names in the store, with their ids.
pub(super) async fn unused(
    pool: &Pool,
    before: Timestamp,
) -> Result<Vec<(Uuid, String)>, AppError> {
    sqlx::query_as(
        "SELECT id, stored FROM files WHERE message_id IS NULL AND uploaded_at < $1 ORDER BY uploaded_at LIMIT 200",
    )
    .bind(before.to_sqlx())
    .fetch_all(pool)
    .await
    .map_err(database)
}

/// Removes one that no message has; false when one has it by now.
pub(super) async fn remove_unused(pool: &Pool, file: Uuid) -> Result<bool, AppError> {
    let removed = sqlx::query("DELETE FROM files WHERE id = $1 AND message_id IS NULL")
        .bind(file)
        .execute(pool)
        .await
        .map_err(database)?;
    Ok(removed.rows_affected() == 1)
}

/// Files of subjects, sealed with the named generation or an earlier one.
pub(super) async fn of_erased(
    pool: &Pool,
    subjects: &[Uuid],
    generations: &[i32],
) -> Result<Vec<(Uuid, String)>, AppError> {
    sqlx::query_as(
        "SELECT f.id, f.stored FROM unnest($1::uuid[], $2::integer[]) AS e (subject, generation)
         JOIN files AS f ON f.subject = e.subject AND f.generation <= e.generation LIMIT 200",
    )
    .bind(subjects)
    .bind(generations)
    .fetch_all(pool)
    .await
    .map_err(database)
}

pub(super) async fn remove(pool: &Pool, files: &[Uuid]) -> Result<(), AppError> {
    sqlx::query("DELETE FROM files WHERE id = ANY ($1)")
        .bind(files)
        .execute(pool)
        .await
        .map(drop)
        .map_err(database)
}

/// Seals the keys of files that are nobody's yet with the present master key where it is the one before.
pub(crate) async fn rewrap(
    owner: &PgPool,
    master: &hilo_journal::MasterKey,
) -> Result<u64, StorageError> {
    let kept =
        sqlx::query_as::<_, (Uuid, Vec<u8>)>("SELECT id, sealed FROM files WHERE subject IS NULL")
            .fetch_all(owner)
            .await?;
    let mut rewrapped = 0;
    for (id, sealed) in kept {
        let name = super::sealed_name(FileId::from_uuid(id));
        let Some(fresh) = master.rewrap_secret(&name, &sealed)? else {
            continue;
        };
        let done = sqlx::query(
            "UPDATE files SET sealed = $3 WHERE id = $1 AND sealed = $2 AND subject IS NULL",
        )
        .bind(id)
        .bind(&sealed)
        .bind(fresh)
        .execute(owner)
        .await?;
        rewrapped += done.rows_affected();
    }
    Ok(rewrapped)
}

fn uuids(files: &[FileId]) -> Vec<Uuid> {
    files.iter().map(|file| file.as_uuid()).collect()
}
