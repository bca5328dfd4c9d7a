//! How many chats wait, in all and by channel.

use async_graphql::{Context, ID, Object, SimpleObject};
use hilo_app::ColleagueCounters as ColleagueCountersRow;
use hilo_domain::ChannelId;
use hilo_journal::Position as JournalPosition;
use hilo_read::{AgentCounters, ChannelCounters as ChannelCountersRow, Counted};

use super::object::Channel;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::Position;

/// How many chats wait, of those in the inbox. The red mark shows while `unread + unanswered + colleagues.unread` is more
/// than nothing; chats that are put aside count as `snoozed` only.
pub struct Counters {
    counted: Counted,
    position: JournalPosition,
    colleagues: Option<ColleagueCountersRow>,
}

impl Counters {
    /// Of the channels the caller may see.
    pub fn new(counted: Counted, position: JournalPosition) -> Self {
        Self {
            counted,
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
        int(self.counted.channels.channels.iter().map(of).sum())
    }

    fn sum_own(&self, of: impl Fn(&AgentCounters) -> i64) -> i32 {
        int(self.counted.own.iter().map(of).sum())
    }

    fn own(&self, channel: ChannelId) -> Option<AgentCounters> {
        let mut own = self.counted.own.iter();
        own.find(|counters| counters.channel_id == channel).copied()
    }
}

/// How many chats wait, of those in the inbox. The red mark shows while `unread + unanswered + colleagues.unread` is more
/// than nothing; chats that are put aside count as `snoozed` only.
#[Object]
impl Counters {
    /// The position of the snapshot they were read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.position)
    }

    /// Chats in the inbox, without those that are put aside.
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

    /// Chats in the inbox that nobody in particular answers.
    fn unassigned(&self) -> i32 {
        self.sum(|channel| channel.unassigned)
    }

    /// Chats in the inbox that the caller answers.
    fn assigned_to_me(&self) -> i32 {
        self.sum_own(|own| own.assigned)
    }

    /// Chats in the inbox that the caller starred.
    fn starred(&self) -> i32 {
        self.sum_own(|own| own.starred)
    }

    /// Chats where a note mentions the caller that they have not seen, in the inbox or not.
    fn mentioned(&self) -> i32 {
        self.sum_own(|own| own.mentioned)
    }

    /// Chats that are put aside; none of the other numbers counts them.
    fn snoozed(&self) -> i32 {
        self.sum(|channel| channel.snoozed)
    }

    /// The same for each channel that has chats.
    fn channels(&self) -> Vec<ChannelCounters> {
        let channels = self.counted.channels.channels.iter();
        let counters = channels.map(|row| ChannelCounters {
            row: *row,
            own: self.own(row.channel_id),
        });
        counters.collect()
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
pub struct ChannelCounters {
    row: ChannelCountersRow,
    own: Option<AgentCounters>,
}

/// How many chats of one channel wait.
#[Object]
impl ChannelCounters {
    /// The channel's id.
    fn channel_id(&self) -> ID {
        ID(self.row.channel_id.to_string())
    }

    /// The channel.
    fn channel(&self, ctx: &Context<'_>) -> Result<Channel, Failure> {
        Channel::find(ctx.app()?, self.row.channel_id)
    }

    /// Chats in the inbox, without those that are put aside.
    fn active(&self) -> i32 {
        int(self.row.active)
    }

    /// Chats in the archive.
    fn archived(&self) -> i32 {
        int(self.row.archived)
    }

    /// Chats in the inbox with unread messages.
    fn unread(&self) -> i32 {
        int(self.row.unread)
    }

    /// Chats in the inbox that are read and wait for an answer.
    fn unanswered(&self) -> i32 {
        int(self.row.unanswered)
    }

    /// Chats in the inbox that nobody in particular answers.
    fn unassigned(&self) -> i32 {
        int(self.row.unassigned)
    }

    /// Chats in the inbox that the caller answers.
    fn assigned_to_me(&self) -> i32 {
        int(self.own.map_or(0, |own| own.assigned))
    }

    /// Chats in the inbox that the caller starred.
    fn starred(&self) -> i32 {
        int(self.own.map_or(0, |own| own.starred))
    }

    /// Chats where a note mentions the caller that they have not seen, in the inbox or not.
    fn mentioned(&self) -> i32 {
        int(self.own.map_or(0, |own| own.mentioned))
    }

    /// Chats that are put aside.
    fn snoozed(&self) -> i32 {
        int(self.row.snoozed)
    }

    /// Unread messages of all its chats in the inbox.
    fn unread_messages(&self) -> i32 {
        int(self.row.unread_messages)
    }
}

/// GraphQL's Int has 32 bits; two thousand million chats show as the most it can say.
fn int(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
