//! What messengers are to be given: the rows of messages on their way out.
//! Debug prints ids only.

use std::fmt;

use hilo_domain::chat::CommentPlace;
use hilo_domain::policy::Terms;
use hilo_domain::{Actor, ChannelId, ChatId, MessageId};
use hilo_journal::Position;
use jiff::Timestamp;

use crate::attached::AttachmentRow;

/// A message that a messenger is to be given.
#[derive(Clone, PartialEq)]
#[expect(missing_docs, reason = "columns are named after what they hold")]
pub struct OutboxRow {
    pub chat_id: ChatId,
    pub message_id: MessageId,
    pub channel_id: ChannelId,
    /// Position of the event that wants it sent.
    pub position: Position,
    /// Which attempt it is.
    pub attempt: u32,
    /// Whose turn it was when it was started; none while it was not.
    pub epoch: Option<i64>,
    /// What the messenger calls the contact.
    pub handle: String,
    pub text: String,
    pub attachments: Vec<AttachmentRow>,
    /// On what terms the channel's policy let it through.
    pub terms: Option<Terms>,
    pub author: Actor,
    /// When it was written.
    pub sent_at: Timestamp,
    /// The comment that it answers for everybody to read; to the contact alone without (E3).
    pub reply_to_comment: Option<MessageId>,
    /// Where that comment stands; nothing where it is too old to be kept.
    pub comment: Option<CommentPlace>,
}

impl fmt::Debug for OutboxRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "OutboxRow({}, {} at {})",
            self.message_id, self.attempt, self.position.0
        )
    }
}
