//! The inbox live: chats that changed and the counters, in absolute values, of the viewer's channels only.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use hilo_domain::{AgentId, ChatId};
use hilo_journal::{Cursor, Position};
use hilo_read::{Changes, ChannelScope, ChatRow, ChatState, Counted, MemberChat};

use super::feed::{Feed, Heard};
use super::hub::{Hub, MOST_ROWS};
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::internal::ColleagueCounters;

/// What changed in the inbox.
#[derive(Clone, Debug, PartialEq)]
pub struct InboxChange {
    /// Give it back as `after` to go on from exactly here.
    pub position: Cursor,
    /// The position behind which this is everything.
    pub behind: Position,
    /// What the viewer could see when this was told.
    pub scope: Arc<ChannelScope>,
    /// The chats that changed, as they are now.
    pub chats: Vec<Arc<ChatRow>>,
    /// Chats that were deleted: they are in no list any more (H4).
    pub removed: Vec<ChatId>,
    /// The counters as they are now, with the viewer's own.
    pub counters: Counted,
    /// What the viewer has not read among colleagues, as it is now.
    pub colleagues: ColleagueCounters,
    /// Whose own matters, a star or a draft, are told among it; they are told to nobody else.
    pub own: Option<AgentId>,
    /// Read the inbox afresh: too much changed, or what the viewer may see. The last item.
    pub resync: bool,
}

impl Hub {
    /// What changes in the caller's inbox: behind `after`, or from now on. Ends after a `resync`, when Hilo stops,
    /// or when the database is gone; then the client comes back with its last position.
    ///
    /// # Errors
    /// `PositionUnknown` for a position of another epoch or one that is not there yet; `Forbidden`; `Unavailable`.
    pub async fn inbox(
        &self,
        caller: &Caller,
        after: Option<Cursor>,
    ) -> Result<BoxStream<'static, InboxChange>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let mut feed = Feed::open(self, caller.agent_id, after).await?;
        feed.count().await?;
        let mut colleagues = Colleagues::of(&feed).await?;
        let missed = match after {
            None => None,
            Some(_) => missed(&mut feed, &mut colleagues).await?,
        };
        let live = stream::unfold(
            (feed, colleagues),
            |(mut feed, mut colleagues)| async move {
                let change = next(&mut feed, &mut colleagues).await?;
                Some((change, (feed, colleagues)))
            },
        );
        Ok(stream::iter(missed).chain(live).boxed())
    }
}

/// The chats of colleagues that the viewer belongs to (A13), kept up to date by what is told.
struct Colleagues(BTreeMap<ChatId, MemberChat>);

impl Colleagues {
    async fn of(feed: &Feed) -> Result<Self, AppError> {
        let mut channels = feed.hub.0.around.internal_channels(feed.agent);
        channels.retain(|channel| feed.scope.allows(*channel));
        if channels.is_empty() {
            return Ok(Self(BTreeMap::new()));
        }
        let read = feed.hub.0.read.member_chats(feed.agent, &channels).await?;
        let chats = read.value.into_iter();
        Ok(Self(chats.map(|chat| (chat.chat_id, chat)).collect()))
    }

    /// Takes in what the viewer is told; what is older than what is known changes nothing.
    fn take(&mut self, seen: &[Arc<ChatRow>]) {
        for row in seen.iter().filter(|row| row.internal.is_some()) {
            let chat = MemberChat {
                chat_id: row.id,
                active: row.state == ChatState::Active,
                unread: row.unread,
                changed: row.changed,
            };
            let known = self.0.entry(row.id).or_insert(chat);
            if known.changed <= chat.changed {
                *known = chat;
            }
        }
    }

    fn counters(&self) -> ColleagueCounters {
        ColleagueCounters::over(self.0.values().copied())
    }
}

/// What happened between the cursor and now.
async fn missed(
    feed: &mut Feed,
    colleagues: &mut Colleagues,
) -> Result<Option<InboxChange>, AppError> {
    let changes = feed.hub.0.read.changes(feed.last, MOST_ROWS).await?;
    if changes.position <= feed.last {
        return Ok(None);
    }
    let scope = feed.scope_at(changes.position).await;
    feed.scope = scope.ok_or(AppError::Unavailable)?;
    let since = std::mem::replace(&mut feed.last, changes.position);
    if !changes.complete || feed.rescoped(&changes, since) {
        feed.end();
        return Ok(resync(feed, colleagues).await);
    }
    Ok(change(feed, colleagues, &changes, since))
}

async fn next(feed: &mut Feed, colleagues: &mut Colleagues) -> Option<InboxChange> {
    loop {
        match feed.next().await {
            Heard::Changes { changes, since } => {
                if let Some(change) = change(feed, colleagues, &changes, since) {
                    return Some(change);
                }
            }
            Heard::Resync => {
                // What was seen last may be long ago: nothing of a channel that was lost since.
                feed.scope = feed.scope_at(feed.last).await?;
                return resync(feed, colleagues).await;
            }
            Heard::Over => return None,
        }
    }
}

/// The agent, if some of the chats are told because of their own matters only, or are another thing to each of those who
/// see them.
pub(super) fn of_one<'c>(
    agent: AgentId,
    since: Position,
    chats: impl IntoIterator<Item = &'c Arc<ChatRow>>,
) -> Option<AgentId> {
    chats
        .into_iter()
        .any(|chat| chat.shared_changed <= since || chat.internal.is_some())
        .then_some(agent)
}

/// The item for what the viewer may see of it, if there is any.
fn change(
    feed: &mut Feed,
    colleagues: &mut Colleagues,
    changes: &Changes,
    since: Position,
) -> Option<InboxChange> {
    feed.take_own(changes);
    let seen = changes
        .chats
        .iter()
        .filter(|chat| chat.changed_for(feed.agent, since) && feed.scope.allows(chat.channel_id));
    let seen = seen.map(|chat| chat.shown_to(feed.agent));
    let (removed, chats): (Vec<_>, Vec<_>) = seen.partition(|chat| chat.is_deleted());
    colleagues.take(&chats);
    (!chats.is_empty() || !removed.is_empty()).then(|| InboxChange {
        position: feed.cursor(changes.position),
        behind: since,
        scope: Arc::clone(&feed.scope),
        own: of_one(feed.agent, since, &chats),
        chats,
        removed: removed.into_iter().map(|chat| chat.id).collect(),
        counters: feed.counted(&changes.counters),
        colleagues: colleagues.counters(),
        resync: false,
    })
}

/// Carries the position of now, so that going on from it does not end here again.
async fn resync(feed: &Feed, colleagues: &mut Colleagues) -> Option<InboxChange> {
    *colleagues = Colleagues::of(feed).await.ok()?;
    let read = &feed.hub.0.read;
    let counters = read.counted(&feed.scope, feed.agent).await.ok()?;
    Some(InboxChange {
        position: feed.cursor(counters.position),
        behind: feed.last,
        scope: Arc::clone(&feed.scope),
        own: None,
        chats: Vec::new(),
        removed: Vec::new(),
        counters: counters.value,
        colleagues: colleagues.counters(),
        resync: true,
    })
}
