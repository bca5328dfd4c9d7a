//! How many chats wait, in all and by channel.

use async_graphql::{Context, ID, Object, SimpleObject};
use hilo_app::ColleagueCounters as ColleagueCountersRow;
use hilo_journal::Position as JournalPosition;
use hilo_read::{ChannelCounters as ChannelCountersRow, CountersRow};

use super::object::Channel;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::Position;

/// How many chats wait. The red mark shows while `unread + unanswered + colleagues.unread` is more than nothing.
pub struct Counters {
    row: CountersRow,
    position: JournalPosition,
    colleagues: Option<ColleagueCountersRow>,
}

impl Counters {
    /// Of the channels the caller may see.
    pub fn new(row: CountersRow, position: JournalPosition) -> Self {
        Self {
            row,
            position,
            colleagues: None,
        }
    }

    /// With what the viewer has not read among colleagues, where that is known already.
    pub fn among_colleagues(self, colleagues: ColleagueCountersRow) -> Self {
        Self {
            colleagues: Some(colleagues),
            ..self
        }
    }

    fn sum(&self, of: impl Fn(&ChannelCountersRow) -> i64) -> i32 {
        int(self.row.channels.iter().map(of).sum())
    }
}

/// How many chats wait. The red mark shows while `unread + unanswered + colleagues.unread` is more than nothing.
#[Object]
impl Counters {
    /// The position of the snapshot they were read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.position)
    }

    /// Chats in the inbox.
    fn active(&self) -> i32 {
        self.sum(|channel| channel.active)
    }

    /// Chats in the archive.
    fn archived(&self) -> i32 {
        self.sum(|channel| channel.archived)
    }

    /// Chats in the inbox with unread messages.
    fn unread(&self) -> i32 {
        self.sum(|channel| channel.unread)
    }

    /// Chats in the inbox that are read and wait for an answer.
    fn unanswered(&self) -> i32 {
        self.sum(|channel| channel.unanswered)
    }

    /// The caller's chats among colleagues: they count in none of the other numbers.
    #[graphql(complexity = "child_complexity + 10")]
    async fn colleagues(&self, ctx: &Context<'_>) -> Result<ColleagueCounters, Failure> {
        let row = match self.colleagues {
            Some(row) => row,
            None => ctx.app()?.colleague_counters(ctx.caller()?).await?,
        };
        Ok(ColleagueCounters {
            active: int(row.active),
            unread: int(row.unread),
            unread_messages: int(row.unread_messages),
        })
    }

    /// The same for each channel that has chats.
    fn channels(&self) -> Vec<ChannelCounters> {
        self.row
            .channels
            .iter()
            .copied()
            .map(ChannelCounters)
            .collect()
    }
}

/// How many chats among colleagues the caller has not read.
#[derive(SimpleObject)]
pub struct ColleagueCounters {
    /// Chats in the inbox that the caller belongs to.
    active: i32,
    /// Of these, with messages that the caller has not read.
    unread: i32,
    /// Messages in these that the caller has not read.
    unread_messages: i32,
}

/// How many chats of one channel wait.
pub struct ChannelCounters(ChannelCountersRow);

/// How many chats of one channel wait.
#[Object]
impl ChannelCounters {
    /// The channel's id.
    fn channel_id(&self) -> ID {
        ID(self.0.channel_id.to_string())
    }

    /// The channel.
    fn channel(&self, ctx: &Context<'_>) -> Result<Channel, Failure> {
        Channel::find(ctx.app()?, self.0.channel_id)
    }

    /// Chats in the inbox.
    fn active(&self) -> i32 {
        int(self.0.active)
    }

    /// Chats in the archive.
    fn archived(&self) -> i32 {
        int(self.0.archived)
    }

    /// Chats in the inbox with unread messages.
    fn unread(&self) -> i32 {
        int(self.0.unread)
    }

    /// Chats in the inbox that are read and wait for an answer.
    fn unanswered(&self) -> i32 {
        int(self.0.unanswered)
    }

    /// Unread messages of all its chats in the inbox.
    fn unread_messages(&self) -> i32 {
        int(self.0.unread_messages)
    }
}

/// GraphQL's Int has 32 bits; two thousand million chats show as the most it can say.
fn int(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
