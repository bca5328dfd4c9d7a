//! What an integrator's program takes out of a channel that it carries, and how long a text is there.

use async_graphql::{Context, Enum, ID, Object, SimpleObject, Subscription};
use futures_util::{Stream, StreamExt as _};
use hilo_domain::channel::capabilities::{self, TextLimit};
use hilo_journal::Position as JournalPosition;
use hilo_read::OutboxRow;
use jiff::Timestamp;

use super::capabilities::TextUnit;
use crate::actor::Actor;
use crate::authorization::Allowed;
use crate::chat::composer::SendTerms;
use crate::context::Asked;
use crate::error::Failure;
use crate::message::attachment::MessageAttachment;
use crate::message::comment::Comment;
use crate::scalars::{Position, parse_id};

/// A message to be given to a messenger.
pub struct OutboxItem {
    row: OutboxRow,
    position: Position,
}

/// A message to be given to a messenger. Report what became of it with `reportMessages`; until then it waits here.
#[Object]
impl OutboxItem {
    /// Its place: give it back as `after` to go on behind it.
    fn position(&self) -> Position {
        self.position
    }

    /// The message's id.
    fn message_id(&self) -> ID {
        ID(self.row.message_id.to_string())
    }

    /// The chat's id.
    fn chat_id(&self) -> ID {
        ID(self.row.chat_id.to_string())
    }

    /// What the messenger calls the contact.
    fn handle(&self) -> &str {
        &self.row.handle
    }

    /// What to send.
    fn text(&self) -> &str {
        &self.row.text
    }

    /// Files to send with it: fetch them with this token.
    fn attachments(&self) -> Vec<MessageAttachment> {
        MessageAttachment::all(&self.row.attachments)
    }

    /// The id of the comment that it answers: send it as a public reply there, and never to the contact alone. Null for
    /// any other message.
    fn reply_to_comment(&self) -> Option<ID> {
        self.row.reply_to_comment.map(|id| ID(id.to_string()))
    }

    /// Where that comment stands; null where it is too old to be kept: then report the reply as failed.
    fn comment(&self) -> Option<Comment> {
        self.row.comment.clone().map(Comment)
    }

    /// Which attempt it is, from 1.
    fn attempt(&self) -> i32 {
        i32::try_from(self.row.attempt).unwrap_or(i32::MAX)
    }

    /// On what terms the messenger's policy lets it through: what to tell the messenger.
    fn terms(&self) -> Option<SendTerms> {
        self.row.terms.clone().map(SendTerms)
    }

    /// Who wrote it.
    fn author(&self) -> Actor {
        Actor(self.row.author.clone())
    }

    /// When it was written.
    fn sent_at(&self) -> Timestamp {
        self.row.sent_at
    }
}

/// What waits to be sent through a channel.
pub struct Outbox {
    items: Vec<OutboxItem>,
    position: JournalPosition,
}

/// What waits to be sent through a channel.
#[Object]
impl Outbox {
    /// At most 100, the oldest first.
    fn items(&self) -> &[OutboxItem] {
        &self.items
    }

    /// The position of the snapshot they were read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.position)
    }
}

/// How a text goes out through a channel.
#[derive(SimpleObject)]
pub struct TextMeasure {
    /// How long it is, in the channel's unit.
    length: i32,
    /// The most that fits; null = no limit of the channel's own.
    limit: Option<i32>,
    /// How it is counted.
    unit: TextUnit,
    /// Whether it fits.
    fits: bool,
    /// In how many segments it goes out; null where the messenger has none.
    segments: Option<i32>,
    /// How its characters are written in them.
    encoding: Option<SegmentEncoding>,
}

/// How the characters of an SMS are written.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub enum SegmentEncoding {
    /// 160 characters in one segment, 153 in each of several.
    Gsm7,
    /// 70 in one, 67 in each of several: one character outside GSM-7 is enough.
    Ucs2,
}

/// Fields of Query for who carries a channel's messages, or writes them.
#[derive(Default)]
pub struct OutboxQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl OutboxQuery {
    /// Messages that wait to be sent through a channel that an integrator's program carries. For integrators who have
    /// access to it.
    async fn outbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel's id.")] channel_id: ID,
        #[graphql(desc = "Only what waits behind this place.")] after: Option<Position>,
    ) -> Result<Outbox, Failure> {
        let id = parse_id(&channel_id, "channel")?;
        let after = after.map(|position| position.0);
        let found = ctx.app()?.outbox(ctx.caller()?, id, after).await?;
        let item = |row: OutboxRow| {
            let position = ctx.position(row.position)?;
            Ok(OutboxItem { row, position })
        };
        Ok(Outbox {
            items: found
                .value
                .into_iter()
                .map(item)
                .collect::<Result<_, Failure>>()?,
            position: found.position,
        })
    }

    /// How long a text is on a channel, and in how many segments it goes out there.
    async fn measure_text(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel's id.")] channel_id: ID,
        #[graphql(desc = "The text.")] text: String,
    ) -> Result<TextMeasure, Failure> {
        let id = parse_id(&channel_id, "channel")?;
        let channel = ctx.app()?.channel(ctx.caller()?, id).await?;
        let can = capabilities::of(channel.kind);
        let text = text.trim();
        let counted = can.text_limit.unwrap_or(TextLimit::Characters(u32::MAX));
        let segments = can.segments.then(|| capabilities::segments(text));
        Ok(TextMeasure {
            length: i32::try_from(counted.length_of(text)).unwrap_or(i32::MAX),
            limit: can
                .text_limit
                .and_then(|limit| i32::try_from(limit.most()).ok()),
            unit: match counted {
                TextLimit::Characters(_) => TextUnit::Characters,
                TextLimit::Bytes(_) => TextUnit::Bytes,
            },
            fits: counted.fits(text),
            segments: segments.and_then(|segments| i32::try_from(segments.count).ok()),
            encoding: segments.map(|segments| match segments.unicode {
                true => SegmentEncoding::Ucs2,
                false => SegmentEncoding::Gsm7,
            }),
        })
    }
}

/// The field of Subscription for who carries a channel's messages.
#[derive(Default)]
pub struct OutboxSubscription;

#[Subscription(guard = "Allowed(\"Subscription\")")]
impl OutboxSubscription {
    /// Messages to send through a channel that an integrator's program carries: what waits now, then each as it is
    /// written or sent once more. A program that comes back without `after` is told again of what it did not report.
    async fn outbox(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The channel's id.")] channel_id: ID,
        #[graphql(desc = "Only what waits behind this place.")] after: Option<Position>,
    ) -> Result<impl Stream<Item = OutboxItem> + use<>, Failure> {
        let id = parse_id(&channel_id, "channel")?;
        let app = ctx.app()?.clone();
        let after = after.map(|position| position.0);
        let rows = app.follow_outbox(ctx.caller()?, id, after).await?;
        Ok(rows.map(move |row| {
            let position = Position(app.cursor(row.position));
            OutboxItem { row, position }
        }))
    }
}
