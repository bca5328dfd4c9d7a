//! Comments under publications: whether one is taken in, and answers that everybody can read (E1-E4).

use jiff::Timestamp;

use super::carry;
use super::messages::quotable;
use super::send::{contact_let_through, fits, reachable, refusal};
use crate::attachment::Attachment;
use crate::channel::capabilities;
use crate::chat::command::ChatFacts;
use crate::chat::refusal::ChatRefusal;
use crate::chat::state::{Chat, Origin};
use crate::ids::{AgentId, MessageId};
use crate::policy::{self, Manner, Terms};
use crate::text::MessageText;

/// A comment comes in where the channel was told to take them, which none is at first (E1).
pub(super) fn taken_in(facts: &ChatFacts) -> Result<(), ChatRefusal> {
    match facts.channel.as_ref() {
        Some(channel) if channel.receives_comments => Ok(()),
        Some(_) | None => Err(ChatRefusal::CommentsNotReceived),
    }
}

/// Whether a message goes out now: to everybody who reads the comment that it answers, or else to the contact alone.
pub(super) fn let_through(
    chat: &Chat,
    comment: Option<MessageId>,
    manner: &Manner,
    (by, at): (AgentId, Timestamp),
    facts: &ChatFacts,
) -> Result<Option<Terms>, ChatRefusal> {
    let Some(comment) = comment else {
        return contact_let_through(chat, manner, (by, at), facts);
    };
    let channel = reachable(chat, manner, facts)?;
    answerable(chat, comment)?;
    policy::judge_public(channel.rules, manner).map_err(refusal)?;
    Ok(None)
}

/// Whether the channel takes what a message says and carries. Under a publication it is text and nothing else, of the
/// length that comments have there.
pub(super) fn takes(
    chat: &Chat,
    origin: &Origin,
    (comment, quotes): (Option<MessageId>, Option<MessageId>),
    (text, attachments): (&MessageText, &[Attachment]),
) -> Result<(), ChatRefusal> {
    let can = capabilities::of(origin.channel_kind);
    if comment.is_none() {
        fits(can.text_limit, text.as_str())?;
        carry::sendable(origin.channel_kind, text, attachments)?;
        return match quotes {
            Some(quoted) => quotable(chat, quoted, origin),
            None => Ok(()),
        };
    }
    if quotes.is_some() {
        return Err(ChatRefusal::OnlyReplyToComment);
    }
    if !attachments.is_empty() {
        return Err(ChatRefusal::FilesNotTaken);
    }
    if text.is_none() {
        return Err(ChatRefusal::MessageEmpty);
    }
    fits(can.comments, text.as_str())
}

/// Whether a comment of this chat may be answered, however often it was already (E4).
fn answerable(chat: &Chat, comment: MessageId) -> Result<(), ChatRefusal> {
    let message = chat.message(comment).filter(|message| message.comment);
    match message {
        None => Err(ChatRefusal::CommentNotFound),
        Some(message) if message.deleted => Err(ChatRefusal::CommentRemoved),
        Some(_) => Ok(()),
    }
}
