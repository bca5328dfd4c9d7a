//! What ends by itself while a chat is on screen: nothing is recorded when a reply window is over, or in the chat when
//! its channel is lost, and yet whoever looks must hear of it at that instant (D7, A5).

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use hilo_domain::agent::Role;
use hilo_domain::channel::{ChannelKind, ChannelRules};
use hilo_domain::policy::{self, Setting, Speaker};
use hilo_domain::{AgentId, ChannelId};
use hilo_read::ChatRow;
use jiff::Timestamp;
use tokio::sync::watch;

use super::hub::Surroundings;
use crate::clock;
use crate::facts::FactsFold;

/// Longest sleep before the clock is looked at again: it may have been set, and the machine may have slept.
const NAP: Duration = Duration::from_secs(60);

/// When one chat's composer is another next.
pub(super) struct Turn {
    channel: ChannelId,
    viewer: AgentId,
    facts: Option<watch::Receiver<Arc<FactsFold>>>,
    /// What is known of the channel and of who looks.
    known: Option<Known>,
    row: Option<Arc<ChatRow>>,
    due: Option<Timestamp>,
}

/// What a composer rests on besides the chat's own row.
#[derive(Clone, Copy, PartialEq)]
struct Known {
    kind: ChannelKind,
    connected: bool,
    rules: ChannelRules,
    /// Whether who looks may write in chats at all (A3).
    chats_right: bool,
    is_bot: bool,
}

impl Turn {
    pub(super) fn new(around: &dyn Surroundings, channel: ChannelId, viewer: AgentId) -> Self {
        let mut turn = Self {
            channel,
            viewer,
            facts: around.facts(),
            known: None,
            row: None,
            due: None,
        };
        turn.look();
        turn
    }

    /// The chat's row is this one now.
    pub(super) fn of(&mut self, row: Arc<ChatRow>) {
        self.row = Some(row);
        self.due = self.next_change(clock::now());
    }

    /// Whoever comes back saw the chat as it was then: what ended meanwhile is told at once.
    pub(super) fn may_have_come_since(&mut self, then: Timestamp) {
        let was = self.next_change(then);
        if let Some(was) = was.filter(|was| *was <= clock::now()) {
            self.due = Some(was);
        }
    }

    /// Waits for the next change that nothing recorded in the chat tells; gives when it is told.
    pub(super) async fn comes(&mut self) -> Timestamp {
        loop {
            let now = clock::now();
            if let Some(due) = self.due.filter(|due| *due <= now) {
                self.due = self.next_change(now);
                return due;
            }
            let nap = self.due.map(|due| {
                let left = Duration::try_from(due.duration_since(now)).unwrap_or_default();
                // Rounded up, so that the instant has come when it wakes.
                (left + Duration::from_millis(1)).min(NAP)
            });
            let sleeping = async {
                match nap {
                    Some(nap) => tokio::time::sleep(nap).await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = sleeping => {}
                () = changed(&mut self.facts) => {
                    if self.look() {
                        let now = clock::now();
                        self.due = self.next_change(now);
                        return now;
                    }
                }
            }
        }
    }

    /// Looks at the channel; whether writing through it is another matter than before.
    fn look(&mut self) -> bool {
        let Some(facts) = &mut self.facts else {
            return false;
        };
        let fold = facts.borrow_and_update();
        let viewer = fold.chat_facts(self.channel, Some(self.viewer), &[]).agent;
        let now = fold.channel(self.channel).map(|channel| Known {
            kind: channel.kind,
            connected: channel.connected,
            rules: channel.rules,
            chats_right: viewer.as_ref().is_some_and(|viewer| viewer.chats_right),
            is_bot: viewer.is_some_and(|viewer| viewer.role == Role::Bot),
        });
        drop(fold);
        let before = std::mem::replace(&mut self.known, now);
        before.is_some() && before != now
    }

    fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let (row, known) = (self.row.as_ref()?, self.known?);
        let setting = Setting {
            kind: known.kind,
            rules: known.rules,
            window: row.window.as_ref(),
            last_inbound_at: row.last_inbound_at,
            at,
        };
        let speaker = match known.is_bot {
            true => Speaker::Program,
            false => Speaker::Human,
        };
        policy::composer(&setting, speaker, known.connected).changes_at
    }
}

async fn changed(facts: &mut Option<watch::Receiver<Arc<FactsFold>>>) {
    if let Some(facts) = facts
        && facts.changed().await.is_ok()
    {
        return;
    }
    // Gone with the program: nothing changes any more.
    pending().await
}
