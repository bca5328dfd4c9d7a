//! Hands a file out, whole or a part of it, to who may read the message that carries it. Who may not is told that there is
//! none, word by word as of an id that nobody ever gave out.

use std::io::{self, ErrorKind, SeekFrom};
use std::ops::Range;

use bytes::Bytes;
use futures_util::{Stream, stream};
use hilo_domain::attachment::FileKind;
use hilo_domain::{ChannelId, ChatId, FileId, MessageId};
use hilo_read::ChannelScope;
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::cipher::{FileCipher, PIECE, Place, TAG, pieces};
use super::rows::{self, FileRecord};
use super::store_failed;
use crate::App;
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::receive::Visitor;

const NO_FILE: AppError = AppError::NotFound { what: "file" };

/// A file that can be read.
pub struct OpenedFile {
    /// Its id.
    pub id: FileId,
    /// What it is shown as.
    pub kind: FileKind,
    /// By its content.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// As its sender calls it.
    pub name: Option<String>,
    file: File,
    cipher: FileCipher,
}

/// Where a reading stands.
struct Reading {
    file: File,
    cipher: FileCipher,
    size: u64,
    /// The piece that is read next.
    number: u64,
    wanted: Range<u64>,
}

impl App {
    /// A file of a message that the caller may read, or that the caller uploaded and no message has yet.
    ///
    /// # Errors
    /// `Forbidden` for who reads no messages at all; `NotFound`; `Unavailable`.
    pub async fn file(&self, caller: &Caller, id: FileId) -> Result<OpenedFile, AppError> {
        if let Err(refused) = authorize(caller, Operation::SeeChats) {
            // Who carries messages to a messenger carries their files.
            authorize(caller, Operation::TakeOutbox).map_err(|_| refused)?;
        }
        let record = self.record(id).await?;
        let Some((chat, message)) = record.chat_id.zip(record.message_id) else {
            return match record.uploaded_by == caller.dedupe_scope() {
                true => self.opened(record).await,
                false => Err(NO_FILE),
            };
        };
        let carried = self.bridged(caller, Operation::TakeOutbox, record.channel_id);
        let channel = match carried.await {
            // Messages go out also while agents see none (A14).
            Ok(entry) => entry.id,
            Err(_) => match self.visible(caller, chat).await {
                Ok(channel) => channel,
                Err(error) => self.audited(caller, chat, message, hidden(error)).await?,
            },
        };
        let scope = ChannelScope::Only(vec![channel]);
        match self.read().shows_message(&scope, chat, message).await? {
            true => self.opened(record).await,
            false => Err(NO_FILE),
        }
    }

    /// The channel of a chat of colleagues of which an auditor's look, which is on record, showed a message (A13). What was
    /// written since needs another look.
    async fn audited(
        &self,
        caller: &Caller,
        chat: ChatId,
        message: MessageId,
        otherwise: AppError,
    ) -> Result<ChannelId, AppError> {
        let may = authorize(caller, Operation::AuditInternalChat).is_ok();
        let auditor = caller.agent_id;
        match may && self.read().was_audited(auditor, chat, message).await? {
            true => Ok(ChannelId::of_internal(chat)),
            false => Err(otherwise),
        }
    }

    /// A file of the visitor's own chat.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable`.
    pub async fn visitor_file(
        &self,
        visitor: &Visitor,
        id: FileId,
    ) -> Result<OpenedFile, AppError> {
        let record = self.record(id).await?;
        if record.chat_id != Some(visitor.chat_id) {
            return Err(NO_FILE);
        }
        let may = match record.message_id {
            None => record.uploaded_by == visitor.uploads_scope(),
            Some(message) => {
                let scope = ChannelScope::Only(vec![visitor.channel_id]);
                let shows = self.read().shows_message(&scope, visitor.chat_id, message);
                shows.await?
            }
        };
        match may {
            true => self.opened(record).await,
            false => Err(NO_FILE),
        }
    }

    async fn record(&self, id: FileId) -> Result<FileRecord, AppError> {
        rows::find(self.pool(), &[id]).await?.pop().ok_or(NO_FILE)
    }

    async fn opened(&self, record: FileRecord) -> Result<OpenedFile, AppError> {
        let secret = self.secret(record.id, &record.sealed).await?;
        let secret = secret.ok_or(NO_FILE)?;
        let file = self.0.files.store.open(&record.stored).await;
        let file = file.map_err(store_failed)?.ok_or_else(|| {
            tracing::error!(file.id = %record.id, "the bytes of a file are not in the store");
            NO_FILE
        })?;
        Ok(OpenedFile {
            id: record.id,
            kind: record.kind,
            media_type: record.media_type,
            size: record.size,
            name: secret.details.name,
            file,
            cipher: FileCipher::new(record.id, &secret.key),
        })
    }
}

/// Whether there is a chat is nobody's matter who asks for a file.
fn hidden(error: AppError) -> AppError {
    match error {
        AppError::NotFound { .. } | AppError::Refused(_) => NO_FILE,
        other => other,
    }
}

impl OpenedFile {
    /// The bytes in a range, which ends where the file ends. Ends with an error where they were changed at rest.
    pub fn bytes(self, wanted: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let wanted = wanted.start..wanted.end.min(self.size);
        let reading = Reading {
            file: self.file,
            cipher: self.cipher,
            size: self.size,
            number: wanted.start / PIECE as u64,
            wanted,
        };
        stream::try_unfold((reading, false), |(mut reading, has_begun)| async move {
            if !has_begun {
                reading.begin().await?;
            }
            let next = reading.next().await?;
            Ok(next.map(|bytes| (bytes, (reading, true))))
        })
    }
}

impl Reading {
    async fn begin(&mut self) -> io::Result<()> {
        let at = self.number * (PIECE + TAG) as u64;
        self.file.seek(SeekFrom::Start(at)).await.map(drop)
    }

    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        let starts = self.number * PIECE as u64;
        if self.wanted.is_empty() || starts >= self.wanted.end {
            return Ok(None);
        }
        let is_last = self.number + 1 == pieces(self.size);
        let length = match is_last {
            true => usize::try_from(self.size - starts).unwrap_or(PIECE),
            false => PIECE,
        };
        let mut sealed = vec![0; length + TAG];
        self.file.read_exact(&mut sealed).await?;
        let place = Place {
            number: self.number,
            is_last,
        };
        let piece = self.cipher.open(place, &sealed).ok_or_else(|| {
            tracing::error!("stored bytes of a file were changed");
            io::Error::from(ErrorKind::InvalidData)
        })?;
        self.number += 1;
        let within = |at: u64| {
            let at = at.saturating_sub(starts).min(length as u64);
            usize::try_from(at).unwrap_or(length)
        };
        let part = piece.get(within(self.wanted.start)..within(self.wanted.end));
        Ok(Some(Bytes::copy_from_slice(part.unwrap_or_default())))
    }
}
