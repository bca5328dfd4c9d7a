//! Messages that an integrator's program received for a contact's chat: each alone, once under its own id.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use hilo_domain::attachment::{Card, Place};
use hilo_domain::channel::ChannelKind;
use hilo_domain::chat::{
    COMMENT_ID, Chat, ChatCommand, ChatRefusal, CommentPlace, ContactDescription,
};
use hilo_domain::{
    Actor, Attachment, ChannelId, ChatId, ContactId, MessageId, MessageText, Personal, TextRefusal,
};
use hilo_journal::{Dedupe, Position};
use jiff::Timestamp;

use super::{EXTERNAL_ID, HANDLE, few, found_by, sized};
use crate::accounts::Caller;
use crate::authorize::Operation;
use crate::error::AppError;
use crate::files::{Claim, WantedFile};
use crate::{Act, Acted, App, clock};

/// A message as an integrator's program received it.
#[derive(Clone)]
pub struct InboundMessage {
    /// What the messenger calls it: unique on the channel, 1 to 512 bytes.
    pub external_id: String,
    /// What the messenger calls its writer: 1 to 320 bytes.
    pub handle: String,
    /// What it says; of any length.
    pub text: String,
    /// When it was written; now without. One to come counts as now.
    pub at: Option<Timestamp>,
    /// The writer's name.
    pub name: Option<String>,
    /// The writer's telephone number.
    pub phone: Option<String>,
    /// The writer's e-mail address.
    pub email: Option<String>,
    /// Until when an advert lets anyone write, if the messenger says so.
    pub advert_until: Option<Timestamp>,
    /// Files that came with it, uploaded before for this channel (C16).
    pub files: Vec<WantedFile>,
    /// A place that came with it.
    pub place: Option<Place>,
    /// A card that came with it.
    pub card: Option<Card>,
    /// Where it stands, if it is a comment under a publication (E2).
    pub comment: Option<CommentPlace>,
}

/// What became of one message.
#[derive(Debug)]
pub struct Received {
    /// As it was sent.
    pub external_id: String,
    /// The contact's chat.
    pub chat_id: ChatId,
    /// The message.
    pub message_id: MessageId,
    /// The verdict.
    pub status: ReceivedStatus,
}

/// The verdict on one message.
#[derive(Debug)]
pub enum ReceivedStatus {
    /// It is here now.
    Accepted,
    /// It was here before.
    Duplicate,
    /// It is not taken: refused, or not allowed to be.
    Rejected(AppError),
}

/// Where they come to.
#[derive(Clone, Copy)]
struct Where<'a> {
    channel: ChannelId,
    kind: ChannelKind,
    now: Timestamp,
    receives_comments: bool,
    /// Who pushes them, and uploaded what they carry.
    by: &'a str,
}

impl App {
    /// Takes messages of one bridged channel: those of one contact in their order, others beside them. One that is
    /// refused stops no other.
    ///
    /// # Errors
    /// `Forbidden`; `NotFound`; `Invalid` for more than 100; `Unavailable`: then all may be pushed again.
    pub async fn receive_messages(
        &self,
        caller: &Caller,
        channel: ChannelId,
        messages: Vec<InboundMessage>,
    ) -> Result<(Vec<Received>, Acted), AppError> {
        let entry = self
            .bridged(caller, Operation::ReceiveMessages, channel)
            .await?;
        few("messages", messages.len())?;
        let by = caller.dedupe_scope();
        let place = Where {
            channel,
            kind: entry.kind,
            now: clock::now(),
            receives_comments: entry.receives_comments,
            by: &by,
        };
        let mut by_contact: BTreeMap<String, Vec<(usize, InboundMessage)>> = BTreeMap::new();
        for (at, mut message) in messages.into_iter().enumerate() {
            message.handle = found_by(place.kind, message.handle);
            let of_contact = by_contact.entry(message.handle.clone()).or_default();
            of_contact.push((at, message));
        }
        let contacts = by_contact
            .into_values()
            .map(|messages| self.receive_of_contact(place, messages));
        let mut received = Vec::new();
        let mut last = Position::START;
        for of_contact in join_all(contacts).await {
            let (of_contact, position) = of_contact?;
            received.extend(of_contact);
            last = last.max(position);
        }
        received.sort_by_key(|(at, _)| *at);
        let received = received.into_iter().map(|(_, one)| one).collect();
        Ok((received, self.acted(last).await))
    }

    async fn receive_of_contact(
        &self,
        place: Where<'_>,
        messages: Vec<(usize, InboundMessage)>,
    ) -> Result<(Vec<(usize, Received)>, Position), AppError> {
        let mut received = Vec::with_capacity(messages.len());
        let mut last = Position::START;
        for (at, message) in messages {
            let chat_id = self.chat_of_handle(place.channel, &message.handle);
            let message_id = self.message_of_external_id(place.channel, &message.external_id);
            let external_id = message.external_id.clone();
            let status = match self
                .receive_one(place, (chat_id, message_id), message)
                .await
            {
                Ok((repeated, position)) => {
                    last = last.max(position);
                    match repeated {
                        true => ReceivedStatus::Duplicate,
                        false => ReceivedStatus::Accepted,
                    }
                }
                Err(
                    refused @ (AppError::Refused(_)
                    | AppError::Invalid { .. }
                    | AppError::IdempotencyConflict),
                ) => ReceivedStatus::Rejected(refused),
                Err(fault) => return Err(fault),
            };
            let one = Received {
                external_id,
                chat_id,
                message_id,
                status,
            };
            received.push((at, one));
        }
        Ok((received, last))
    }

    async fn receive_one(
        &self,
        place: Where<'_>,
        (chat_id, message_id): (ChatId, MessageId),
        message: InboundMessage,
    ) -> Result<(bool, Position), AppError> {
        sized("externalId", &message.external_id, EXTERNAL_ID)?;
        sized("handle", &message.handle, HANDLE)?;
        if let Some(place) = &message.comment {
            sized("postId", &place.post_id, COMMENT_ID)?;
        }
        let carries =
            !message.files.is_empty() || message.place.is_some() || message.card.is_some();
        let text = match MessageText::received(&message.text) {
            Err(TextRefusal::TextEmpty) if carries => MessageText::none(),
            text => text?,
        };
        let at = happened(message.at, place.now)?;
        let once = Dedupe {
            scope: format!("channel:{}", place.channel),
            key: message.external_id.clone().into_bytes(),
            content: content_of(&message, &text),
        };
        // Refused before anything is remembered of it: it can be pushed again once comments are switched on.
        if message.comment.is_some() && !place.receives_comments {
            let of = chat_id.to_string();
            let earlier = self.journal().earlier::<Chat>(&of, &once).await?;
            let earlier = earlier.ok_or(ChatRefusal::CommentsNotReceived)?;
            return Ok((true, earlier.position));
        }
        let said = said(chat_id, message.place, message.card)?;
        let description = ContactDescription {
            name: message.name,
            email: message.email,
            phone: message.phone,
            fields: BTreeMap::new(),
        };
        if description != ContactDescription::default() {
            self.describe(place.channel, chat_id, description).await?;
        }
        let claim = Claim {
            channel_id: place.channel,
            chat_id,
            message_id,
            uploaded_by: place.by.to_owned(),
            field: "attachments",
        };
        let mut claimed = self.claim_files(&claim, &message.files).await?;
        let mut attachments = std::mem::take(&mut claimed.attachments);
        attachments.extend(said);
        let act = Act::by(Actor::Contact {
            id: ContactId::of(chat_id),
        })
        .at(at)
        .once(once);
        let command = ChatCommand::ReceiveMessage {
            chat_id,
            message_id,
            client_message_id: None,
            channel_id: place.channel,
            channel_kind: place.kind,
            handle: message.handle,
            text,
            page: None,
            locale: None,
            advert_until: message.advert_until,
            at,
            attachments,
            comment: message.comment,
        };
        let taken = self
            .execute_chat(chat_id, place.channel, command, act)
            .await;
        let committed = self.unless_refused(&claimed, taken).await?;
        Ok((committed.repeated, committed.position))
    }

    /// Says who a contact is, once: the same words again are no news, and would be an event with each message.
    async fn describe(
        &self,
        channel: ChannelId,
        chat_id: ChatId,
        description: ContactDescription,
    ) -> Result<(), AppError> {
        let mut words = serde_json::to_vec(&description).unwrap_or_default();
        // Who was erased is described anew.
        let facts = self.facts().latest();
        if let Some(generation) = facts.erased_up_to(ContactId::of(chat_id)) {
            words.extend(generation.to_be_bytes());
        }
        let act = Act::by(Actor::Contact {
            id: ContactId::of(chat_id),
        })
        .once(Dedupe {
            scope: format!("contact:{chat_id}"),
            key: words,
            content: Vec::new(),
        });
        let command = ChatCommand::DescribeContact {
            chat_id,
            description,
            verified: false,
        };
        self.execute_chat(chat_id, channel, command, act).await?;
        Ok(())
    }
}

/// What makes two pushes under one id the same.
fn content_of(message: &InboundMessage, text: &MessageText) -> Vec<u8> {
    let mut content = [message.handle.as_bytes(), b"\n", text.as_str().as_bytes()].concat();
    for file in &message.files {
        content.push(0);
        content.extend(file.id.as_uuid().as_bytes());
    }
    if message.place.is_some() || message.card.is_some() {
        content.push(1);
        let said = serde_json::to_vec(&(&message.place, &message.card));
        content.extend(said.unwrap_or_default());
    }
    // Under an advert the same comment is told with different words about where it is.
    if message.comment.is_some() {
        content.push(2);
    }
    content
}

/// A place and a card as what a message carries.
fn said(
    chat: ChatId,
    place: Option<Place>,
    card: Option<Card>,
) -> Result<Vec<Attachment>, AppError> {
    let contact = ContactId::of(chat);
    if place.as_ref().is_some_and(|place| !place.is_on_earth()) {
        return Err(AppError::Invalid {
            field: "place",
            code: "PLACE_INVALID",
            message: "Latitude is from -90 to 90, longitude from -180 to 180.".to_owned(),
            limit: None,
        });
    }
    let place = place.map(|place| Attachment::Place(Personal::new(contact, place.clean())));
    let card = card.map(|card| Attachment::Card(Personal::new(contact, card.clean())));
    Ok(place.into_iter().chain(card).collect())
}

/// When something happened by somebody else's clock: never later than now, never before this century.
pub(super) fn happened(at: Option<Timestamp>, now: Timestamp) -> Result<Timestamp, AppError> {
    const CENTURY: i64 = 946_684_800;
    match at {
        None => Ok(now),
        Some(at) if at.as_second() < CENTURY => Err(AppError::Invalid {
            field: "at",
            code: "TIME_INVALID",
            message: "A time before the year 2000 cannot be right.".to_owned(),
            limit: None,
        }),
        Some(at) => Ok(at.min(now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_clock_is_believed_for_the_past_only() {
        let now = Timestamp::from_second(1_795_000_000).unwrap();
        let before = Timestamp::from_second(1_794_000_000).unwrap();
        let after = Timestamp::from_second(1_796_000_000).unwrap();
        assert_eq!(happened(None, now).unwrap(), now);
        assert_eq!(happened(Some(before), now).unwrap(), before);
        assert_eq!(happened(Some(after), now).unwrap(), now);
        assert!(happened(Some(Timestamp::UNIX_EPOCH), now).is_err());
    }
}
