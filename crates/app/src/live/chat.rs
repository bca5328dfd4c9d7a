//! One chat live: its row, messages and acts that changed, in absolute values, to who may see the chat.

use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use hilo_domain::{AgentId, ChatId};
use hilo_journal::{Cursor, Position};
use hilo_read::{ActRow, Changes, ChannelScope, ChatRow, MessageRow};
use jiff::Timestamp;

use super::feed::{Feed, Heard};
use super::hub::Hub;
use super::inbox::of_one;
use super::turn::Turn;
use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;

/// What changed in a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatChange {
    /// Give it back as `after` to go on from exactly here.
    pub position: Cursor,
    /// The position behind which this is everything.
    pub behind: Position,
    /// When this was told, where nothing was recorded: a window ended by itself, or the channel is another.
    pub told_at: Option<Timestamp>,
    /// What the viewer could see when this was told.
    pub scope: Arc<ChannelScope>,
    /// The chat as it is now; with `resync` as it was last shown.
    pub chat: Arc<ChatRow>,
    /// Messages that are new or changed, in their order, as they are now.
    pub messages: Vec<Arc<MessageRow>>,
    /// Acts that are new, in order.
    pub acts: Vec<Arc<ActRow>>,
    /// Whose own matters, a star or a draft, are told here; they are told to nobody else.
    pub own: Option<AgentId>,
    /// Read the chat afresh: too much changed, what was shown was deleted, or it is no longer the viewer's to see. The
    /// last item.
    pub resync: bool,
}

struct Thread {
    feed: Feed,
    chat: Arc<ChatRow>,
    turn: Turn,
}

impl Hub {
    /// What changes in a chat: behind `after`, or from now on. Ends as [`Hub::inbox`] does.
    ///
    /// # Errors
    /// `NotFound` for a chat that is not there or not the caller's to see; else as [`Hub::inbox`].
    pub async fn chat(
        &self,
        caller: &Caller,
        chat: ChatId,
        after: Option<Cursor>,
    ) -> Result<BoxStream<'static, ChatChange>, AppError> {
        authorize(caller, Operation::SeeChats)?;
        let mut feed = Feed::open(self, caller.agent_id, after).await?;
        let changes = self
            .0
            .read
            .chat_changes(&feed.scope, chat, feed.last)
            .await?;
        let row = changes.chat.ok_or(AppError::NotFound { what: "chat" })?;
        let row = row.shown_to(caller.agent_id);
        feed.about(row.channel_id);
        let since = feed.last;
        feed.last = since.max(changes.position);
        // Who knew it before it was deleted shows what is nobody's to see any more (H4).
        let resync = after.is_some() && feed.scope.hides_what_was_shown(&row, since);
        let missed =
            (after.is_some() && row.changed_for(caller.agent_id, since)).then(|| ChatChange {
                position: feed.cursor(feed.last),
                behind: since,
                told_at: None,
                scope: Arc::clone(&feed.scope),
                chat: Arc::clone(&row),
                messages: changes.messages,
                acts: changes.acts,
                own: of_one(caller.agent_id, since, [&row]),
                resync,
            });
        if resync {
            feed.end();
        }
        let mut turn = Turn::new(&*self.0.around, row.channel_id, caller.agent_id);
        turn.of(Arc::clone(&row));
        if let Some(cursor) = after
            && let Some(recorded_at) = self.0.around.recorded_at(cursor.position).await
        {
            turn.may_have_come_since(recorded_at);
        }
        let thread = Thread {
            feed,
            chat: row,
            turn,
        };
        let live = stream::unfold(thread, |mut thread| async move {
            let change = thread.next().await?;
            Some((change, thread))
        });
        // Without a cursor the caller begins here: what the row shows now is told once it changes.
        Ok(stream::iter(missed).chain(live).boxed())
    }
}

impl Thread {
    async fn next(&mut self) -> Option<ChatChange> {
        loop {
            let heard = match self.feed.next_unless(self.turn.comes()).await {
                Ok(heard) => heard,
                Err(told_at) => {
                    // A channel that was taken away meanwhile is heard of next.
                    let position = self.feed.last;
                    let seen = self.feed.scope_at(position).await?;
                    if !seen.allows(self.chat.channel_id) {
                        continue;
                    }
                    return Some(self.turned(told_at));
                }
            };
            match heard {
                Heard::Changes { changes, since } => {
                    if let Some(change) = self.change(&changes, since) {
                        return Some(change);
                    }
                }
                Heard::Resync => {
                    let position = self.feed.hub.0.read.position().await.ok()?;
                    return Some(self.resync(position));
                }
                Heard::Over => return None,
            }
        }
    }

    /// Nothing was recorded in the chat, and yet one may write now, or no longer.
    fn turned(&self, told_at: Timestamp) -> ChatChange {
        ChatChange {
            told_at: Some(told_at),
            ..self.as_it_was()
        }
    }

    /// The chat is to be read afresh, as of a position.
    fn resync(&self, position: Position) -> ChatChange {
        ChatChange {
            position: self.feed.cursor(position),
            resync: true,
            ..self.as_it_was()
        }
    }

    /// The chat as it was told last, and nothing new.
    fn as_it_was(&self) -> ChatChange {
        ChatChange {
            position: self.feed.cursor(self.feed.last),
            behind: self.feed.last,
            told_at: None,
            scope: Arc::clone(&self.feed.scope),
            chat: Arc::clone(&self.chat),
            messages: Vec::new(),
            acts: Vec::new(),
            own: None,
            resync: false,
        }
    }

    /// Every event of a chat touches its row: without a row that changed there is nothing to tell.
    fn change(&mut self, changes: &Changes, since: Position) -> Option<ChatChange> {
        let id = self.chat.id;
        let row = changes.chats.binary_search_by_key(&id, |chat| chat.id).ok();
        let row = row
            .and_then(|at| changes.chats.get(at))
            .filter(|row| row.changed_for(self.feed.agent, since))?;
        let scope = Arc::clone(&self.feed.scope);
        if scope.hides_what_was_shown(row, since) {
            // What was shown so far is nobody's to see any more (H4).
            self.feed.end();
            return Some(self.resync(changes.position));
        }
        self.chat = row.shown_to(self.feed.agent);
        self.turn.of(Arc::clone(row));
        let messages = of_chat(&changes.messages, id, |message| message.chat_id).iter();
        let acts = of_chat(&changes.acts, id, |act| act.chat_id).iter();
        Some(ChatChange {
            position: self.feed.cursor(changes.position),
            behind: since,
            told_at: None,
            messages: messages
                .filter(|message| message.changed > since && scope.shows(row, message.position))
                .cloned()
                .collect(),
            acts: acts
                .filter(|act| act.position > since && scope.shows(row, act.position))
                .cloned()
                .collect(),
            scope,
            chat: Arc::clone(&self.chat),
            own: of_one(self.feed.agent, since, [row]),
            resync: false,
        })
    }
}

/// The rows of one chat among rows sorted by chat.
pub(super) fn of_chat<T>(rows: &[T], chat: ChatId, chat_of: impl Fn(&T) -> ChatId) -> &[T] {
    let start = rows.partition_point(|row| chat_of(row) < chat);
    let rest = rows.get(start..).unwrap_or_default();
    rest.get(..rest.partition_point(|row| chat_of(row) == chat))
        .unwrap_or_default()
}
