//! What a message may carry beside its text, by what the channel takes (C16). Says nothing of who may write and when.

use crate::attachment::{Attachment, FileAttachment, MOST_ATTACHMENTS};
use crate::channel::ChannelKind;
use crate::channel::capabilities::{self, FileLimit};
use crate::chat::refusal::ChatRefusal;
use crate::text::MessageText;

/// An agent's message says something, and the channel takes what it carries.
pub(super) fn sendable(
    kind: ChannelKind,
    text: &MessageText,
    attachments: &[Attachment],
) -> Result<(), ChatRefusal> {
    if attachments.is_empty() {
        return match text.is_none() {
            true => Err(ChatRefusal::MessageEmpty),
            false => Ok(()),
        };
    }
    let limit = capabilities::of(kind).files;
    let limit = limit.ok_or(ChatRefusal::FilesNotTaken)?;
    let most = limit
        .most
        .min(u32::try_from(MOST_ATTACHMENTS).unwrap_or(u32::MAX));
    if u32::try_from(attachments.len()).is_ok_and(|count| count > most) {
        return Err(ChatRefusal::TooManyFiles { limit: most });
    }
    if !limit.caption && !text.is_none() {
        return Err(ChatRefusal::CaptionNotTaken);
    }
    for attachment in attachments {
        let file = attachment.file().ok_or(ChatRefusal::FilesNotTaken)?;
        fits(&limit, file)?;
    }
    let together = attachments.iter().filter_map(Attachment::file);
    if together.map(|file| file.size).sum::<u64>() > limit.together {
        return Err(ChatRefusal::FileTooLarge {
            limit: limit.together,
        });
    }
    Ok(())
}

fn fits(limit: &FileLimit, file: &FileAttachment) -> Result<(), ChatRefusal> {
    let bytes = limit.bytes_of(file.kind);
    let bytes = bytes.ok_or(ChatRefusal::FileKindNotTaken { kind: file.kind })?;
    match file.size > bytes {
        true => Err(ChatRefusal::FileTooLarge { limit: bytes }),
        false => Ok(()),
    }
}

/// What came in is taken as it is, up to as much as a message can carry.
pub(super) fn received(mut attachments: Vec<Attachment>) -> Vec<Attachment> {
    attachments.truncate(MOST_ATTACHMENTS);
    attachments
}
