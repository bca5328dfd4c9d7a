//! What can be done to a message where it is, and as what it is shown: the channel's table, seen from one message (C6, C7).
//! Forbids nothing: the chat decides, and says who may.

use hilo_domain::channel::ChannelKind;
use hilo_domain::channel::capabilities::{self, Capabilities, Medium, MessageAction};
use hilo_domain::chat::EDIT_WINDOW_MINUTES;
use hilo_domain::{ChannelId, ChatId};
use hilo_read::{Direction, MessageRow, MessageState};
use jiff::{SignedDuration, Timestamp};

use crate::App;
use crate::accounts::Caller;
use crate::error::AppError;

impl App {
    /// What can be done on the channel of a chat that the caller may see, or among colleagues.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn capabilities_of_chat(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<Capabilities, AppError> {
        let facts = self.facts().latest();
        let internal = ChannelId::of_internal(chat);
        // An auditor who is shown what colleagues said sees no channel of theirs; what can be done there is no secret.
        let channel = match facts.channel(internal) {
            Some(_) => internal,
            None => self.visible(caller, chat).await?,
        };
        let known = facts
            .channel(channel)
            .map(crate::ChannelEntry::capabilities);
        // Of a channel that is not known here yet, nothing is promised.
        Ok(known.unwrap_or_else(|| capabilities::of(ChannelKind::GoogleBusiness)))
    }
}

/// What can be done to a message by who may write in its chat; changing and deleting by its writer alone.
#[must_use]
pub fn message_actions(can: &Capabilities, row: &MessageRow) -> Vec<MessageAction> {
    use MessageAction::{Delete, Edit, Quote, React, ReplyToComment, Retry};
    if row.deleted_at.is_some() || row.erased {
        return Vec::new();
    }
    let of_direction: &[MessageAction] = match row.direction {
        // A note is the team's own: no channel carries it.
        Direction::Internal => return vec![Edit, Delete],
        // What stands under a publication is nobody's to quote or to change: the comment can be replied to (E3).
        Direction::Inbound if row.is_comment => &[ReplyToComment],
        Direction::Outbound if row.reply_to_comment.is_some() => &[Retry],
        Direction::Inbound => &[Quote, React],
        Direction::Outbound => &[Quote, React, Edit, Delete, Retry],
    };
    let can_now = |action: &&MessageAction| match action {
        Retry => matches!(row.state, MessageState::Failed | MessageState::Uncertain),
        action => can.can(**action),
    };
    of_direction.iter().filter(can_now).copied().collect()
}

/// Until when its writer can change a message or take it back; never where the channel cannot, and without an end for a
/// note.
#[must_use]
pub fn changeable_until(can: &Capabilities, row: &MessageRow) -> Option<Timestamp> {
    let actions = message_actions(can, row);
    let is_changeable =
        actions.contains(&MessageAction::Edit) || actions.contains(&MessageAction::Delete);
    if row.direction != Direction::Outbound || !is_changeable {
        return None;
    }
    let minutes = SignedDuration::from_mins(i64::from(EDIT_WINDOW_MINUTES));
    row.sent_at.checked_add(minutes).ok()
}

/// Whether everybody can read it: a comment, or a reply to one. Nobody says that such a reply was delivered or read.
#[must_use]
pub const fn is_public(row: &MessageRow) -> bool {
    row.is_comment || row.reply_to_comment.is_some()
}

/// As what a message is shown.
#[must_use]
pub const fn medium(can: &Capabilities, row: &MessageRow) -> Medium {
    match row.direction {
        Direction::Internal => Medium::Note,
        Direction::Inbound | Direction::Outbound if is_public(row) => Medium::Comment,
        Direction::Inbound | Direction::Outbound => can.medium,
    }
}
