//! What an integrator's program pushes into a channel that it carries. For integrators and administrators.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use hilo_app::Acted;
use hilo_app::bridge::{InboundMessage, Received, ReceivedStatus};
use hilo_domain::attachment::{Card, Place};
use hilo_domain::chat::CommentPlace;
use jiff::Timestamp;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::{Failure, Outcome, UserError, outcome};
use crate::message::attachment::{CardInput, InboundAttachmentInput, PlaceInput};
use crate::scalars::{Position, parse_id};

/// Messages that contacts wrote on a messenger.
#[derive(InputObject)]
pub struct ReceiveMessagesInput {
    /// The channel's id.
    channel_id: ID,
    /// The messages, at most 100; those of one contact in their order.
    messages: Vec<InboundMessageInput>,
}

/// A message that a contact wrote.
#[derive(InputObject)]
pub struct InboundMessageInput {
    /// What the messenger calls it: unique on the channel, at most 512 bytes. Pushing it again makes no second message.
    external_id: String,
    /// What the messenger calls its writer, at most 320 bytes: a number, a user name, an id.
    handle: String,
    /// What it says; never refused for its length. May be empty where something came with it.
    #[graphql(default)]
    text: String,
    /// Files that came with it, at most 10.
    attachments: Option<Vec<InboundAttachmentInput>>,
    /// A place that came with it.
    place: Option<PlaceInput>,
    /// A card that came with it.
    card: Option<CardInput>,
    /// Where it stands, if it is a comment under a publication. Taken where the channel receives comments.
    comment: Option<CommentInput>,
    /// When it was written; now without.
    at: Option<Timestamp>,
    /// The writer's name.
    name: Option<String>,
    /// The writer's telephone number.
    phone: Option<String>,
    /// The writer's e-mail address.
    email: Option<String>,
    /// Until when an advert that they came by lets anyone write, if the messenger says so.
    advert_until: Option<Timestamp>,
}

/// Where a comment stands on its platform.
#[derive(InputObject)]
pub struct CommentInput {
    /// What the platform calls the publication, at most 512 bytes.
    post_id: String,
    /// What it calls the comment that this one answers, if it answers one.
    parent_id: Option<String>,
    /// Where one sees it in a browser: an http or https address.
    permalink: Option<String>,
    /// How the publication begins; the first 300 characters are kept.
    post_text: Option<String>,
}

impl InboundMessageInput {
    fn inbound(self) -> Result<InboundMessage, Failure> {
        let input = self;
        let comment = input.comment.map(|place| CommentPlace {
            comment_id: input.external_id.clone(),
            post_id: place.post_id,
            parent_id: place.parent_id,
            permalink: place.permalink,
            post_text: place.post_text,
        });
        let files = input.attachments.unwrap_or_default().into_iter();
        Ok(InboundMessage {
            external_id: input.external_id,
            handle: input.handle,
            text: input.text,
            at: input.at,
            name: input.name,
            phone: input.phone,
            email: input.email,
            advert_until: input.advert_until,
            files: files
                .map(InboundAttachmentInput::wanted)
                .collect::<Result<_, _>>()?,
            place: input.place.map(Place::from),
            card: input.card.map(Card::from),
            comment,
        })
    }
}

/// What became of a message that was pushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum PushStatus {
    /// It is here now.
    Accepted,
    /// It was here before.
    Duplicate,
    /// It was not taken; `userErrors` says why.
    Rejected,
}

/// What became of a message that was pushed.
#[derive(SimpleObject)]
pub struct ReceivedMessage {
    /// As it was pushed.
    external_id: String,
    /// The contact's chat.
    chat_id: ID,
    /// The message; null when it was rejected.
    message_id: Option<ID>,
    /// The verdict.
    status: PushStatus,
    /// Why it was rejected; empty when it was taken.
    user_errors: Vec<UserError>,
}

impl ReceivedMessage {
    fn of(received: Received) -> Result<Self, Failure> {
        let (status, user_errors) = match received.status {
            ReceivedStatus::Accepted => (PushStatus::Accepted, Vec::new()),
            ReceivedStatus::Duplicate => (PushStatus::Duplicate, Vec::new()),
            ReceivedStatus::Rejected(error) => (PushStatus::Rejected, rejection(error)?),
        };
        Ok(Self {
            external_id: received.external_id,
            chat_id: ID(received.chat_id.to_string()),
            message_id: (status != PushStatus::Rejected)
                .then(|| ID(received.message_id.to_string())),
            status,
            user_errors,
        })
    }
}

/// One item's refusal as data: the other items stand.
pub(super) fn rejection(error: hilo_app::AppError) -> Result<Vec<UserError>, Failure> {
    if matches!(error, hilo_app::AppError::IdempotencyConflict) {
        let failure = Failure::from(error);
        return Ok(vec![UserError {
            code: failure.code.wire().to_owned(),
            english: failure.message,
            field: Some("externalId".to_owned()),
            ..UserError::default()
        }]);
    }
    Ok(outcome::<()>(Err(error))?.1)
}

/// What pushing messages came to.
pub struct ReceiveMessagesPayload {
    results: Vec<ReceivedMessage>,
    acted: Option<Acted>,
    user_errors: Vec<UserError>,
}

impl ReceiveMessagesPayload {
    fn of((done, user_errors): Outcome<(Vec<Received>, Acted)>) -> Result<Self, Failure> {
        let (received, acted) = done.unzip();
        let results = received.unwrap_or_default().into_iter();
        Ok(Self {
            results: results.map(ReceivedMessage::of).collect::<Result<_, _>>()?,
            acted,
            user_errors,
        })
    }
}

/// What pushing messages came to.
#[Object]
impl ReceiveMessagesPayload {
    /// What became of each, in the order in which they were pushed.
    fn results(&self) -> &[ReceivedMessage] {
        &self.results
    }

    /// Where the last of them stands in the journal; null when nothing was taken.
    fn position(&self, ctx: &Context<'_>) -> Result<Option<Position>, Failure> {
        let acted = self.acted.filter(|acted| acted.position.0 > 0);
        crate::payload::position(ctx, acted)
    }

    /// Whether they are here, but queries may not show them yet.
    fn pending(&self) -> bool {
        self.acted.is_some_and(|acted| acted.pending)
    }

    /// Why nothing was looked at; empty when each has its own result.
    fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Fields of Mutation for who carries a channel's messages.
#[derive(Default)]
pub struct BridgeMutation;

#[Object(guard = "Allowed(\"Mutation\")")]
impl BridgeMutation {
    /// Pushes messages that contacts wrote into a channel that an integrator's program carries. Each message counts
    /// once, by its `externalId`. For integrators who have access to the channel.
    async fn receive_messages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The messages.")] input: ReceiveMessagesInput,
    ) -> Result<ReceiveMessagesPayload, Failure> {
        let id = parse_id(&input.channel_id, "channel")?;
        let messages = input
            .messages
            .into_iter()
            .map(InboundMessageInput::inbound)
            .collect::<Result<_, _>>()?;
        let received = ctx
            .app()?
            .receive_messages(ctx.caller()?, id, messages)
            .await;
        ReceiveMessagesPayload::of(outcome(received)?)
    }
}
