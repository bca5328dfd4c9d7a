//! Gives uploaded files to the message that will carry them. A file belongs to one message at most, and to that one before
//! the message is there: no acknowledged message shall ever miss its files.

use hilo_domain::attachment::{FileAttachment, FileKind, MOST_ATTACHMENTS};
use hilo_domain::{Attachment, ChannelId, ChatId, ContactId, FileId, MessageId, Personal};

use super::rows::{self, FileRecord, Sealed};
use crate::error::AppError;
use crate::{App, clock};

/// For which message, and on whose behalf.
pub(crate) struct Claim {
    pub channel_id: ChannelId,
    pub chat_id: ChatId,
    pub message_id: MessageId,
    /// Who must have uploaded the files.
    pub uploaded_by: String,
    /// The input field that names the files.
    pub field: &'static str,
}

/// A file to be carried, with what only its sender knows of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WantedFile {
    /// Which.
    pub id: FileId,
    /// How long it plays, as its sender says.
    pub duration_ms: Option<u64>,
    /// Whether a picture stands for a mood.
    pub is_sticker: bool,
}

impl WantedFile {
    pub(crate) const fn plain(id: FileId) -> Self {
        Self {
            id,
            duration_ms: None,
            is_sticker: false,
        }
    }
}

/// Files that a message has now.
pub(crate) struct Claimed {
    pub attachments: Vec<Attachment>,
    /// Those that it had not before, as they were.
    fresh: Vec<FileRecord>,
    message_id: MessageId,
}

impl App {
    /// Gives files to a message.
    ///
    /// # Errors
    /// `Invalid` for more than ten, and for one that is not there, of somebody else, of another chat, or that another
    /// message has.
    pub(crate) async fn claim_files(
        &self,
        claim: &Claim,
        wanted: &[WantedFile],
    ) -> Result<Claimed, AppError> {
        let mut claimed = Claimed {
            attachments: Vec::with_capacity(wanted.len()),
            fresh: Vec::new(),
            message_id: claim.message_id,
        };
        if wanted.is_empty() {
            return Ok(claimed);
        }
        if wanted.len() > MOST_ATTACHMENTS {
            return Err(AppError::Invalid {
                field: claim.field,
                code: "TOO_MANY_ITEMS",
                message: format!("At most {MOST_ATTACHMENTS} at once."),
                limit: i64::try_from(MOST_ATTACHMENTS).ok(),
            });
        }
        let ids: Vec<_> = wanted.iter().map(|file| file.id).collect();
        let records = rows::find(self.pool(), &ids).await?;
        for file in wanted {
            let record = records.iter().find(|record| record.id == file.id);
            let attachment = match record {
                Some(record) if claim.fits(record) => {
                    self.claim_file(claim, record, file, &mut claimed).await
                }
                Some(_) | None => Ok(None),
            };
            match attachment {
                Ok(Some(attachment)) => claimed.attachments.push(attachment),
                other => {
                    self.give_back(&claimed).await;
                    return Err(other.err().unwrap_or_else(|| missing(claim.field)));
                }
            }
        }
        Ok(claimed)
    }

    async fn claim_file(
        &self,
        claim: &Claim,
        record: &FileRecord,
        wanted: &WantedFile,
        claimed: &mut Claimed,
    ) -> Result<Option<Attachment>, AppError> {
        let Some(secret) = self.secret(record.id, &record.sealed).await? else {
            return Ok(None);
        };
        if record.message_id.is_none() {
            let sealed = match &record.sealed {
                Sealed::Contact(sealed) => sealed.clone(),
                Sealed::Nobody(_) => self.seal_for(claim.chat_id, record.id, &secret).await?,
            };
            let message = (claim.chat_id, claim.message_id);
            if !rows::claim(self.pool(), record.id, &sealed, message).await? {
                return Ok(None);
            }
            claimed.fresh.push(record.clone());
        }
        let mut details = secret.details;
        details.duration_ms = wanted.duration_ms;
        let kind = match (wanted.is_sticker, record.kind) {
            (true, FileKind::Image) => FileKind::Sticker,
            (_, kind) => kind,
        };
        Ok(Some(Attachment::File(FileAttachment {
            file_id: record.id,
            kind,
            media_type: record.media_type.clone(),
            size: record.size,
            details: Personal::new(ContactId::of(claim.chat_id), details),
        })))
    }

    /// Takes files back from a message that was refused for good. Where nobody knows whether it came to be, it keeps them.
    pub(crate) async fn unless_refused<T>(
        &self,
        claimed: &Claimed,
        result: Result<T, AppError>,
    ) -> Result<T, AppError> {
        if matches!(result, Err(AppError::Refused(_) | AppError::Invalid { .. })) {
            self.give_back(claimed).await;
        }
        result
    }

    async fn give_back(&self, claimed: &Claimed) {
        let message = claimed.message_id;
        for before in &claimed.fresh {
            if let Err(error) = rows::release(self.pool(), before, message, clock::now()).await {
                tracing::warn!(%error, message.id = %message, "a file of a refused message stays with it");
            }
        }
    }
}

impl Claim {
    fn fits(&self, record: &FileRecord) -> bool {
        record.channel_id == self.channel_id
            && record.chat_id.is_none_or(|chat| chat == self.chat_id)
            && record.uploaded_by == self.uploaded_by
            && record
                .message_id
                .is_none_or(|message| message == self.message_id)
    }
}

fn missing(field: &'static str) -> AppError {
    AppError::Invalid {
        field,
        code: "FILE_NOT_FOUND",
        message: "There is no such file of yours for this chat, or a message has it already; upload it again."
            .to_owned(),
        limit: None,
    }
}
