//! A message, its reactions, and a page of messages. Shows rows of the read model as they are.

use async_graphql::{Context, Enum, ID, Object};
use hilo_domain::channel::capabilities::{self, Capabilities};
use hilo_read::{List, MessageRow, Paged, ReactionRow};
use jiff::Timestamp;

use super::attachment::{MessageAttachment, SharedCard, SharedPlace};
use super::comment::Comment;
use crate::actor::Actor;
use crate::agent::object::Agent;
use crate::chat::composer::{SendTerms, SendWarning};
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageInfo};
use crate::scalars::Position;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_read::Direction")]
pub enum Direction {
    /// From the contact.
    Inbound,
    /// To the contact.
    Outbound,
    /// Neither: a private note, which the contact never sees.
    Internal,
}

/// How far a message came. It never goes backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_read::MessageState")]
pub enum MessageState {
    /// Inbound, or a note: it is here.
    Received,
    /// Outbound: on its way.
    Queued,
    /// Outbound: the contact's device has it.
    Delivered,
    /// Outbound: the contact saw it.
    Read,
    /// Outbound: it could not be sent.
    Failed,
    /// Outbound: the messenger has it.
    Sent,
    /// Outbound: handed over or not, nobody knows.
    Uncertain,
}

/// How the state of a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum Tick {
    /// Nothing: it came in.
    None,
    /// A clock: not known to have arrived.
    Clock,
    /// One tick: with the contact, not read; where the messenger does not tell, with the messenger.
    One,
    /// Two ticks: read.
    Two,
    /// A red cross: not sent, `failure` says why.
    Cross,
}

/// As what an entry of a chat is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "capabilities::Medium")]
pub enum MessageMedium {
    /// A message of a messenger.
    Message,
    /// A text message of the telephone network.
    Sms,
    /// An e-mail.
    Email,
    /// A telephone call.
    Call,
    /// A message on the answering machine.
    Voicemail,
    /// A private note.
    Note,
    /// A comment under a publication, or a public reply to one.
    Comment,
}

/// What can be done to a message besides reading and copying it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "capabilities::MessageAction")]
pub enum MessageAction {
    /// Answer it with its text above: `sendMessage` with `quotes`.
    Quote,
    /// Put the company's reaction on it: `reactToMessage`.
    React,
    /// Change what it says: `editMessage`, or `editNote`.
    Edit,
    /// Take it back: `deleteMessage`, or `deleteNote`.
    Delete,
    /// Send it once more: `retryMessage`.
    Retry,
    /// Reply to the comment for everybody to read: `sendMessage` with `replyToComment`.
    ReplyToComment,
}

/// A message of a chat.
pub struct Message(pub MessageRow);

impl Message {
    /// What can be done on its channel.
    async fn can(&self, ctx: &Context<'_>) -> Result<Capabilities, Failure> {
        let (app, caller) = (ctx.app()?, ctx.caller()?);
        Ok(app.capabilities_of_chat(caller, self.0.chat_id).await?)
    }
}

/// A message of a chat.
#[Object]
impl Message {
    /// The message's id.
    fn id(&self) -> ID {
        ID(self.0.id.to_string())
    }

    /// The id its client made, with which a repeated send is recognised.
    fn client_message_id(&self) -> Option<ID> {
        self.0.client_message_id.map(|id| ID(id.to_string()))
    }

    /// The chat it belongs to.
    fn chat_id(&self) -> ID {
        ID(self.0.chat_id.to_string())
    }

    /// Its place in the journal; messages of a chat are in this order.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }

    /// Which way it went.
    fn direction(&self) -> Direction {
        self.0.direction.into()
    }

    /// Who wrote it.
    fn author(&self) -> Actor {
        Actor(self.0.author.clone())
    }

    /// What it says; null when it was deleted or erased, empty where what it carries says all.
    fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
    }

    /// Files that it carries (C16); none once it was deleted or erased.
    fn attachments(&self) -> Vec<MessageAttachment> {
        MessageAttachment::all(&self.0.attachments)
    }

    /// Places that it carries.
    fn places(&self) -> Vec<SharedPlace> {
        SharedPlace::all(&self.0)
    }

    /// Cards that it carries.
    fn cards(&self) -> Vec<SharedCard> {
        SharedCard::all(&self.0)
    }

    /// Whether its content was destroyed for good.
    fn erased(&self) -> bool {
        self.0.erased
    }

    /// How far it came.
    fn state(&self) -> MessageState {
        self.0.state.into()
    }

    /// How its state is shown: acceptance by the messenger is a tick only where that tells nothing more.
    async fn tick(&self, ctx: &Context<'_>) -> Result<Tick, Failure> {
        let is_public = hilo_app::is_public(&self.0);
        let tells = async || Ok::<_, Failure>(!is_public && self.can(ctx).await?.reports_delivered);
        Ok(match self.0.state {
            hilo_read::MessageState::Received => Tick::None,
            hilo_read::MessageState::Queued | hilo_read::MessageState::Uncertain => Tick::Clock,
            hilo_read::MessageState::Sent if tells().await? => Tick::Clock,
            hilo_read::MessageState::Sent | hilo_read::MessageState::Delivered => Tick::One,
            hilo_read::MessageState::Read => Tick::Two,
            hilo_read::MessageState::Failed => Tick::Cross,
        })
    }

    /// As what it is shown: by its channel, or as a note.
    async fn medium(&self, ctx: &Context<'_>) -> Result<MessageMedium, Failure> {
        Ok(hilo_app::medium(&self.can(ctx).await?, &self.0).into())
    }

    /// What can be done to it on its channel by who may write in the chat. EDIT and DELETE are for its writer alone, of a
    /// message until `changeableUntil`.
    async fn actions(&self, ctx: &Context<'_>) -> Result<Vec<MessageAction>, Failure> {
        let actions = hilo_app::message_actions(&self.can(ctx).await?, &self.0);
        Ok(actions.into_iter().map(MessageAction::from).collect())
    }

    /// Until when its writer can change it or take it back; null where the channel cannot, and for a note, which has no
    /// such end.
    async fn changeable_until(&self, ctx: &Context<'_>) -> Result<Option<Timestamp>, Failure> {
        Ok(hilo_app::changeable_until(&self.can(ctx).await?, &self.0))
    }

    /// The id of the template that it was written with; that may have been changed or deleted since.
    fn template_id(&self) -> Option<ID> {
        self.0.template_id.map(|id| ID(id.to_string()))
    }

    /// What stood against sending it, and did not stop it.
    fn warnings(&self) -> Vec<SendWarning> {
        self.0.warnings.iter().copied().map(Into::into).collect()
    }

    /// How often it was to be sent.
    fn attempt(&self) -> i32 {
        self.0.attempt
    }

    /// When the messenger took it, by its own clock.
    fn accepted_at(&self) -> Option<Timestamp> {
        self.0.accepted_at
    }

    /// On what terms the messenger's policy let it through; null where it has none.
    fn terms(&self) -> Option<SendTerms> {
        self.0.terms.clone().map(SendTerms)
    }

    /// Why it could not be sent, in SCREAMING_SNAKE_CASE or the messenger's own code.
    fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    /// When it was written.
    fn sent_at(&self) -> Timestamp {
        self.0.sent_at
    }

    /// When the contact's device had it.
    fn delivered_at(&self) -> Option<Timestamp> {
        self.0.delivered_at
    }

    /// When the contact saw it.
    fn read_at(&self) -> Option<Timestamp> {
        self.0.read_at
    }

    /// When it was last changed by its writer.
    fn edited_at(&self) -> Option<Timestamp> {
        self.0.edited_at
    }

    /// When it was taken back by its writer.
    fn deleted_at(&self) -> Option<Timestamp> {
        self.0.deleted_at
    }

    /// The id of the message of this chat that it answers; that may be too old to be kept here.
    fn quotes(&self) -> Option<ID> {
        self.0.quotes.map(|id| ID(id.to_string()))
    }

    /// Where it stands, if it is a comment; null for any other message, and once it was erased.
    fn comment(&self) -> Option<Comment> {
        self.0.comment.clone().map(Comment)
    }

    /// The id of the comment of this chat that it answers for everybody to read; that may be too old to be kept here.
    fn reply_to_comment(&self) -> Option<ID> {
        self.0.reply_to_comment.map(|id| ID(id.to_string()))
    }

    /// Colleagues named in a note, or in a message among colleagues.
    fn mentions(&self, ctx: &Context<'_>) -> Result<Vec<Agent>, Failure> {
        let app = ctx.app()?;
        let named = self.0.mentions.iter();
        named
            .filter_map(|id| Agent::find(app, *id).transpose())
            .collect()
    }

    /// Reactions to it: at most one of the contact and one of the company; among colleagues at most one of each.
    fn reactions(&self) -> Vec<Reaction> {
        self.0.reactions.iter().cloned().map(Reaction).collect()
    }
}

/// An emoji somebody put to a message.
pub struct Reaction(ReactionRow);

/// An emoji somebody put to a message.
#[Object]
impl Reaction {
    /// The emoji.
    fn emoji(&self) -> &str {
        &self.0.emoji
    }

    /// Who put it.
    fn by(&self) -> Actor {
        Actor(self.0.by.clone())
    }
}

/// A page of a chat's messages, oldest first.
pub struct MessageConnection(pub Paged<MessageRow>);

/// A page of a chat's messages, oldest first.
#[Object]
impl MessageConnection {
    /// The messages with their cursors.
    fn edges(&self) -> Vec<MessageEdge> {
        let edge = |(key, row): &(hilo_read::Key, MessageRow)| MessageEdge {
            cursor: pagination::encode(List::Messages, key),
            row: row.clone(),
        };
        self.0.rows.iter().map(edge).collect()
    }

    /// The messages.
    fn nodes(&self) -> Vec<Message> {
        self.0
            .rows
            .iter()
            .map(|(_, row)| Message(row.clone()))
            .collect()
    }

    /// Whether there is more on either side.
    fn page_info(&self) -> PageInfo {
        PageInfo::of(List::Messages, &self.0)
    }

    /// The position of the snapshot this page was read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }
}

/// A message in its page.
pub struct MessageEdge {
    cursor: String,
    row: MessageRow,
}

/// A message in its page.
#[Object]
impl MessageEdge {
    /// Give it back as `after` or `before` to go on from here.
    fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The message.
    fn node(&self) -> Message {
        Message(self.row.clone())
    }
}
