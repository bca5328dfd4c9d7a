//! What a caller may know of presence: colleagues' states, and who is in the chats the caller may see.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use hilo_domain::agent::{AgentCommand, PresenceChoice};
use hilo_domain::{AgentId, ChannelId, ChatId};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::accounts::Caller;
use crate::authorize::{Operation, authorize};
use crate::error::AppError;
use crate::facts::FactsFold;
use crate::presence::{Everybody, InChat, Window};
use crate::{Act, Acted, App, Facts, Typing};

/// Whether a colleague can be reached (P9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PresenceState {
    /// Has Hilo open.
    Online,
    /// Has Hilo open, and said that they are away.
    Away,
    /// Has not, or does not want to be seen.
    Offline,
}

impl PresenceState {
    /// What colleagues see of somebody who is here or not and chose this.
    #[must_use]
    pub const fn of(is_here: bool, choice: PresenceChoice) -> Self {
        match (is_here, choice) {
            (true, PresenceChoice::Automatic) => Self::Online,
            (true, PresenceChoice::Away) => Self::Away,
            (false, _) | (true, PresenceChoice::Offline) => Self::Offline,
        }
    }
}

/// States of colleagues.
pub type Presences = BTreeMap<AgentId, PresenceState>;

impl App {
    /// States of all active agents.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn presences(&self, caller: &Caller) -> Result<Presences, AppError> {
        authorize(caller, Operation::SeePresence)?;
        Ok(presences(
            &self.presence().watch().borrow(),
            &self.facts().latest(),
        ))
    }

    /// States of all active agents, then of those whose state changed. The caller counts as here while it is open.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn presence_changes(
        &self,
        caller: &Caller,
    ) -> Result<BoxStream<'static, Presences>, AppError> {
        authorize(caller, Operation::SeePresence)?;
        let following = Following {
            // A program does not sit there.
            window: caller
                .session()
                .is_ok()
                .then(|| self.presence().open(caller.agent_id)),
            everybody: self.presence().watch(),
            facts: self.facts().changes(),
            told: None,
            stop: self.stopping(),
        };
        Ok(stream::unfold(following, |mut following| async move {
            let changes = following.next().await?;
            Some((changes, following))
        })
        .boxed())
    }

    /// Says how the caller wants to be seen.
    ///
    /// # Errors
    /// `Forbidden`; `Unavailable`.
    pub async fn set_presence(
        &self,
        caller: &Caller,
        presence: PresenceChoice,
    ) -> Result<Acted, AppError> {
        authorize(caller, Operation::SetPresence)?;
        let command = AgentCommand::ChoosePresence { presence };
        let committed = self
            .execute_agent(caller.agent_id, command, Act::of(caller))
            .await?;
        Ok(self.acted(committed.position).await)
    }

    /// Says that the caller looks at a chat and writes there or not, or that they look away. Not stored; good for half a
    /// minute.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn set_viewing(
        &self,
        caller: &Caller,
        chat: ChatId,
        viewing: bool,
        writing: bool,
    ) -> Result<(), AppError> {
        authorize(caller, Operation::SetViewing)?;
        self.visible(caller, chat).await?;
        let (agent, window) = (caller.agent_id, caller.credential.id());
        if viewing {
            self.presence().look(agent, window, chat, writing);
        } else {
            self.presence().look_away(agent, window, chat);
        }
        Ok(())
    }

    /// Who else is in a chat.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn chat_presence(&self, caller: &Caller, chat: ChatId) -> Result<InChat, AppError> {
        authorize(caller, Operation::SeePresence)?;
        self.visible(caller, chat).await?;
        Ok(others(
            &self.presence().watch().borrow(),
            chat,
            caller.agent_id,
        ))
    }

    /// Who else is in a chat: now, and whenever that changes. Ends when the chat is no longer the caller's to see.
    ///
    /// # Errors
    /// `NotFound`; `Forbidden`.
    pub async fn chat_presence_changes(
        &self,
        caller: &Caller,
        chat: ChatId,
    ) -> Result<BoxStream<'static, InChat>, AppError> {
        authorize(caller, Operation::SeePresence)?;
        let channel = self.visible(caller, chat).await?;
        let looking = Looking {
            everybody: self.presence().watch(),
            facts: self.facts().clone(),
            agent: caller.agent_id,
            chat,
            channel,
            told: None,
            stop: self.stopping(),
        };
        Ok(stream::unfold(looking, |mut looking| async move {
            let change = looking.next().await?;
            Some((change, looking))
        })
        .boxed())
    }

    /// Tells who listens here, and in other processes, that somebody writes to the other end of a chat.
    pub(crate) fn tell_typing(&self, typing: Typing) {
        self.presence().typing(&typing);
        self.hub().tell_typing(typing);
    }
}

/// A subscription to colleagues' states.
struct Following {
    #[expect(dead_code, reason = "held for as long as the subscription is open")]
    window: Option<Window>,
    everybody: watch::Receiver<Arc<Everybody>>,
    facts: watch::Receiver<Arc<FactsFold>>,
    told: Option<Presences>,
    stop: CancellationToken,
}

impl Following {
    async fn next(&mut self) -> Option<Presences> {
        loop {
            let now = presences(
                &self.everybody.borrow_and_update(),
                &self.facts.borrow_and_update(),
            );
            let told = self.told.replace(now.clone());
            let Some(told) = told else { return Some(now) };
            let changed: Presences = now
                .into_iter()
                .filter(|(agent, state)| told.get(agent) != Some(state))
                .collect();
            if !changed.is_empty() {
                return Some(changed);
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                changed = self.everybody.changed() => changed.ok()?,
                changed = self.facts.changed() => changed.ok()?,
            }
        }
    }
}

/// A subscription to who is in a chat.
struct Looking {
    everybody: watch::Receiver<Arc<Everybody>>,
    facts: Facts,
    agent: AgentId,
    chat: ChatId,
    channel: ChannelId,
    told: Option<InChat>,
    stop: CancellationToken,
}

impl Looking {
    async fn next(&mut self) -> Option<InChat> {
        loop {
            let now = others(&self.everybody.borrow_and_update(), self.chat, self.agent);
            if !self.facts.scope(self.agent).allows(self.channel) {
                return None;
            }
            if self.told.as_ref() != Some(&now) {
                self.told = Some(now.clone());
                return Some(now);
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                changed = self.everybody.changed() => changed.ok()?,
            }
        }
    }
}

fn presences(everybody: &Everybody, facts: &FactsFold) -> Presences {
    let active = facts.agents().filter(|agent| agent.active);
    active
        .map(|agent| {
            let is_here = everybody.here.contains(&agent.id);
            (agent.id, PresenceState::of(is_here, agent.presence))
        })
        .collect()
}

/// Who is in a chat, without the one who asks.
fn others(everybody: &Everybody, chat: ChatId, but: AgentId) -> InChat {
    let mut there = everybody.chats.get(&chat).cloned().unwrap_or_default();
    there.agents.remove(&but);
    there
}
