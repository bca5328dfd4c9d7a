//! A message, its reactions, and a page of messages. Shows rows of the read model as they are.

use async_graphql::{Context, Enum, ID, Object};
use hilo_domain::ChannelId;
use hilo_domain::channel::capabilities;
use hilo_read::{List, MessageRow, Paged, ReactionRow};
use jiff::Timestamp;

use crate::actor::Actor;
use crate::agent::object::Agent;
use crate::chat::composer::SendTerms;
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

/// A message of a chat.
pub struct Message(pub MessageRow);

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

    /// What it says; null when it was deleted or erased.
    fn text(&self) -> Option<&str> {
        self.0.text.as_deref()
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
        let app = ctx.app()?;
        let among_colleagues = ChannelId::of_internal(self.0.chat_id);
        let tells = async || {
            // There nothing is on its way.
            if app.facts().latest().channel(among_colleagues).is_some() {
                return Ok(false);
            }
            let channel = app.channel_of_chat(ctx.caller()?, self.0.chat_id).await?;
            Ok::<_, Failure>(capabilities::of(channel.kind).reports_delivered)
        };
        Ok(match self.0.state {
            hilo_read::MessageState::Received => Tick::None,
            hilo_read::MessageState::Queued | hilo_read::MessageState::Uncertain => Tick::Clock,
            hilo_read::MessageState::Sent if tells().await? => Tick::Clock,
            hilo_read::MessageState::Sent | hilo_read::MessageState::Delivered => Tick::One,
            hilo_read::MessageState::Read => Tick::Two,
            hilo_read::MessageState::Failed => Tick::Cross,
        })
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
