//! Takes a file in: sealed while it comes, never whole in memory; on the disk and known when its id is given out.

use std::io::{self, ErrorKind};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use hilo_domain::attachment::{FileDetails, FileKind, file_name};
use hilo_domain::{Attachment, ChannelId, ChatId, FileId, MessageId};
use thiserror::Error;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::cipher::{FileCipher, PIECE, Place};
use super::content::{Content, HEAD};
use super::rows::{self, FileRecord, Sealed};
use super::store::{Incoming, Synced};
use super::{
    Claim, LARGEST_FILE, LARGEST_VISITOR_FILE, Secret, WantedFile, sealed_name, store_failed,
};
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::receive::Visitor;
use crate::{App, clock};

/// How long a sender may be silent.
const SILENCE: Duration = Duration::from_secs(30);
/// When to try again with too many uploads under way.
const BUSY: Duration = Duration::from_secs(5);

/// A file that somebody sends.
pub struct Upload<S> {
    /// As its sender calls it.
    pub name: Option<String>,
    /// What its sender says it is.
    pub declared: Option<String>,
    /// Its content, as it comes.
    pub bytes: S,
}

/// A file that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// Its id: a message can carry it within a day.
    pub id: FileId,
    /// What it is shown as.
    pub kind: FileKind,
    /// By its content.
    pub media_type: &'static str,
    /// In bytes.
    pub size: u64,
}

/// Why a file was not taken.
#[derive(Debug, Error)]
pub enum UploadError {
    /// More bytes than a file may have.
    #[error("A file has at most {limit} bytes.")]
    TooLarge {
        /// The most.
        limit: u64,
    },
    /// No bytes at all.
    #[error("The file is empty.")]
    Empty,
    /// It ended before its end, or its sender fell silent.
    #[error("The file broke off.")]
    BrokenOff,
    /// The disk has no room for it.
    #[error("There is no room for files; tell who runs this Hilo.")]
    StorageFull,
    /// As elsewhere.
    #[error(transparent)]
    App(#[from] AppError),
}

/// Whose file it will be.
struct Owner {
    channel_id: ChannelId,
    /// None where the contact is not known yet.
    chat_id: Option<ChatId>,
    uploaded_by: String,
    limit: u64,
}

/// What became of the bytes.
struct Taken {
    synced: Synced,
    content: Content,
    size: u64,
}

impl App {
    /// Takes a file for a chat of the caller's.
    ///
    /// # Errors
    /// See [`UploadError`]; `NotFound` for a chat that is not the caller's.
    pub async fn upload_for_chat<S>(
        &self,
        caller: &Caller,
        chat: ChatId,
        upload: Upload<S>,
    ) -> Result<Uploaded, UploadError>
    where
        S: Stream<Item = io::Result<Bytes>>,
    {
        authorize(caller, Operation::SendMessage)?;
        let owner = Owner {
            channel_id: self.visible(caller, chat).await?,
            chat_id: Some(chat),
            uploaded_by: caller.dedupe_scope(),
            limit: LARGEST_FILE,
        };
        self.take(owner, upload).await
    }

    /// Takes a file for a chat that the caller is about to start, or that came in on a bridged channel; whose it is, the
    /// message says that will carry it.
    ///
    /// # Errors
    /// See [`UploadError`]; `NotFound` and `Invalid` as for messages of that channel.
    pub async fn upload_for_channel<S>(
        &self,
        caller: &Caller,
        channel: ChannelId,
        upload: Upload<S>,
    ) -> Result<Uploaded, UploadError>
    where
        S: Stream<Item = io::Result<Bytes>>,
    {
        match authorize(caller, Operation::StartChat) {
            Ok(_) => drop(self.channel(caller, channel).await?),
            Err(_) => {
                self.bridged(caller, Operation::ReceiveMessages, channel)
                    .await?;
            }
        }
        let owner = Owner {
            channel_id: channel,
            chat_id: None,
            uploaded_by: caller.dedupe_scope(),
            limit: LARGEST_FILE,
        };
        self.take(owner, upload).await
    }

    /// Takes a file of a visitor.
    ///
    /// # Errors
    /// See [`UploadError`]; `RateLimited` beyond five a minute.
    pub async fn upload_as_visitor<S>(
        &self,
        visitor: &Visitor,
        upload: Upload<S>,
    ) -> Result<Uploaded, UploadError>
    where
        S: Stream<Item = io::Result<Bytes>>,
    {
        let counted = self.visitors().upload(visitor.chat_id);
        counted.map_err(|retry_after| AppError::RateLimited { retry_after })?;
        let owner = Owner {
            channel_id: visitor.channel_id,
            chat_id: Some(visitor.chat_id),
            uploaded_by: visitor.uploads_scope(),
            limit: LARGEST_VISITOR_FILE,
        };
        self.take(owner, upload).await
    }

    /// Takes a file for a message that the program writes itself, as the demo's are, and gives it to that message.
    ///
    /// # Errors
    /// See [`UploadError`].
    pub async fn file_for_message(
        &self,
        channel_id: ChannelId,
        (chat_id, message_id): (ChatId, MessageId),
        (name, bytes): (&str, &'static [u8]),
        (duration_ms, is_sticker): (Option<u64>, bool),
    ) -> Result<Attachment, UploadError> {
        let owner = Owner {
            channel_id,
            chat_id: Some(chat_id),
            uploaded_by: format!("message:{message_id}"),
            limit: LARGEST_FILE,
        };
        let claim = Claim {
            channel_id,
            chat_id,
            message_id,
            uploaded_by: owner.uploaded_by.clone(),
            field: "file",
        };
        let upload = Upload {
            name: Some(name.to_owned()),
            declared: None,
            bytes: stream::iter([Ok(Bytes::from_static(bytes))]),
        };
        let uploaded = self.take(owner, upload).await?;
        let wanted = WantedFile {
            id: uploaded.id,
            duration_ms,
            is_sticker,
        };
        let mut claimed = self.claim_files(&claim, &[wanted]).await?;
        let missing = || AppError::NotFound { what: "file" };
        Ok(claimed.attachments.pop().ok_or_else(missing)?)
    }

    async fn take<S>(&self, owner: Owner, upload: Upload<S>) -> Result<Uploaded, UploadError>
    where
        S: Stream<Item = io::Result<Bytes>>,
    {
        let files = &self.0.files;
        let busy = || AppError::RateLimited { retry_after: BUSY };
        let _permit = files.begin(&owner.uploaded_by).ok_or_else(busy)?;
        let id = FileId::from_uuid(clock::new_id());
        let key = Zeroizing::new(clock::random_bytes()?);
        let incoming = files.store.begin().await.map_err(unwritable)?;
        let writer = Writer {
            incoming,
            cipher: FileCipher::new(id, &key),
            rest: Vec::with_capacity(2 * PIECE),
            number: 0,
        };
        let declared = upload.declared.as_deref();
        let taken = read_in(writer, upload.bytes, declared, owner.limit).await?;
        let pixels = taken.content.pixels.unzip();
        let secret = Secret {
            key,
            details: FileDetails {
                name: upload.name.as_deref().and_then(file_name),
                width: pixels.0,
                height: pixels.1,
                duration_ms: None,
            },
        };
        let record = FileRecord {
            id,
            channel_id: owner.channel_id,
            chat_id: owner.chat_id,
            sealed: self.sealed_for(owner.chat_id, id, &secret).await?,
            kind: taken.content.kind,
            media_type: taken.content.media_type.to_owned(),
            size: taken.size,
            stored: taken.synced.name.clone(),
            uploaded_by: owner.uploaded_by,
            message_id: None,
        };
        // Known before it is in its place: whatever happens in between, nothing lies there that nobody knows of.
        rows::add(self.pool(), &record, clock::now()).await?;
        if let Err(error) = files.store.place(taken.synced).await {
            rows::remove_unused(self.pool(), id.as_uuid()).await?;
            return Err(unwritable(error));
        }
        Ok(Uploaded {
            id,
            kind: taken.content.kind,
            media_type: taken.content.media_type,
            size: taken.size,
        })
    }

    async fn sealed_for(
        &self,
        chat: Option<ChatId>,
        file: FileId,
        secret: &Secret,
    ) -> Result<Sealed, AppError> {
        Ok(match chat {
            Some(chat) => Sealed::Contact(self.seal_for(chat, file, secret).await?),
            None => {
                let name = sealed_name(file);
                Sealed::Nobody(self.journal().seal_secret(&name, &secret.plain()?)?)
            }
        })
    }
}

/// Seals what comes, piece by piece.
struct Writer {
    incoming: Incoming,
    cipher: FileCipher,
    /// What is not a whole piece yet.
    rest: Vec<u8>,
    number: u64,
}

impl Writer {
    /// Keeps the last piece back, be it whole: only the end knows that it is the last one.
    async fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rest.extend_from_slice(bytes);
        while self.rest.len() > PIECE {
            let piece = self.rest.drain(..PIECE).collect::<Vec<_>>();
            self.write(&piece, false).await?;
        }
        Ok(())
    }

    async fn write(&mut self, piece: &[u8], is_last: bool) -> io::Result<()> {
        let place = Place {
            number: self.number,
            is_last,
        };
        let sealed = self.cipher.seal(place, piece);
        let sealed = sealed.ok_or(ErrorKind::InvalidData)?;
        self.incoming.write(&sealed).await?;
        self.number += 1;
        Ok(())
    }

    async fn end(mut self) -> io::Result<Synced> {
        let rest = std::mem::take(&mut self.rest);
        self.write(&rest, true).await?;
        self.incoming.sync().await
    }
}

async fn read_in<S>(
    mut writer: Writer,
    bytes: S,
    declared: Option<&str>,
    limit: u64,
) -> Result<Taken, UploadError>
where
    S: Stream<Item = io::Result<Bytes>>,
{
    let mut bytes = std::pin::pin!(bytes);
    let (mut head, mut size) = (Vec::new(), 0_u64);
    loop {
        let next = timeout(SILENCE, bytes.next()).await;
        let Some(some) = next.map_err(|_| UploadError::BrokenOff)? else {
            break;
        };
        let some = some.map_err(|_| UploadError::BrokenOff)?;
        size = size.saturating_add(some.len() as u64);
        if size > limit {
            return Err(UploadError::TooLarge { limit });
        }
        let missing = HEAD.saturating_sub(head.len()).min(some.len());
        head.extend_from_slice(some.get(..missing).unwrap_or_default());
        writer.push(&some).await.map_err(unwritable)?;
    }
    if size == 0 {
        return Err(UploadError::Empty);
    }
    Ok(Taken {
        synced: writer.end().await.map_err(unwritable)?,
        content: Content::judge(&head, declared),
        size,
    })
}

fn unwritable(error: io::Error) -> UploadError {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            tracing::error!(%error, "there is no room for files");
            UploadError::StorageFull
        }
        _ => store_failed(error).into(),
    }
}
