//! Gives out chats that come in, while the company wants that (A10): to one agent after the other, to who has the fewest,
//! or to a bot. Only to who is here and can answer; where nobody is, the chat stays nobody's and agents take it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use hilo_domain::agent::Role;
use hilo_domain::chat::{ChatCommand, ChatEvent, ReopenCause};
use hilo_domain::workspace::Distribution;
use hilo_domain::{Actor, AgentId, ChannelId, ChatId};
use hilo_journal::{Character, Consumer, ConsumerError, Dedupe, Position, RecordedEvent};
use hilo_read::ChannelScope;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::accounts::policy_state;
use crate::error::AppError;
use crate::facts::FactsFold;
use crate::{Act, App, PresenceState};

/// The rule's name: of its checkpoint, of its keys and in events.
const NAME: &str = "assign_chat_when_opened";

/// The rule.
pub(super) struct AssignChatWhenOpened {
    app: App,
}

/// A chat that came in.
struct CameIn {
    chat: ChatId,
    /// Where the event says it.
    channel: Option<ChannelId>,
    position: Position,
}

/// Whom a chat could go to, and whom it goes to.
struct Choice {
    to: AgentId,
    candidates: Vec<AgentId>,
}

#[async_trait]
impl Consumer for AssignChatWhenOpened {
    fn name(&self) -> String {
        NAME.to_owned()
    }

    fn character(&self) -> Character {
        Character::Policy
    }

    fn heeds(&self, aggregate_type: &str, event_type: &str) -> bool {
        aggregate_type == "chat" && may_come_in(event_type)
    }

    async fn start_at(&self, _: &mut PgConnection) -> Result<Position, ConsumerError> {
        let head = self.app.journal().confirmed_head().await;
        head.map_err(|error| again(&error.into()))
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), ConsumerError> {
        let came_in: Vec<CameIn> = batch.iter().filter_map(CameIn::of).collect();
        if came_in.is_empty() {
            return Ok(());
        }
        let before = policy_state::read(tx, NAME).await?.and_then(agent);
        let mut last = before;
        for chat in came_in {
            match self.give_out(&chat, last).await {
                Ok(to) => last = to.or(last),
                Err(AppError::Unavailable) => return Err(again(&AppError::Unavailable)),
                // Somebody lost their access at this very moment: agents take the chat.
                Err(AppError::Refused(_)) => {}
                // One chat must not hold up the others.
                Err(error) => {
                    tracing::error!(%error, chat.id = %chat.chat, "a chat was not given out");
                }
            }
        }
        if last != before {
            let turn = json!({"last": last});
            policy_state::write(tx, NAME, &turn).await?;
        }
        Ok(())
    }
}

impl AssignChatWhenOpened {
    pub(super) const fn new(app: App) -> Self {
        Self { app }
    }

    /// Gives one chat out; says to whom.
    async fn give_out(
        &self,
        came_in: &CameIn,
        last: Option<AgentId>,
    ) -> Result<Option<AgentId>, AppError> {
        let facts = self.app.facts().snapshot_at_least(came_in.position).await?;
        if !gives_out(&facts) {
            return Ok(None);
        }
        let Some(channel) = self.channel(came_in).await? else {
            return Ok(None);
        };
        let Some(choice) = self.choose(&facts, channel, last).await? else {
            return Ok(None);
        };
        // Once for each event: a chat that was given back meanwhile is not given out again when a batch is repeated.
        let once = Dedupe {
            scope: format!("policy:{NAME}"),
            key: came_in.position.0.to_be_bytes().to_vec(),
            content: came_in.chat.as_uuid().as_bytes().to_vec(),
        };
        let by = Actor::Policy {
            name: NAME.to_owned(),
        };
        let act = Act::by(by).because_of(came_in.position).once(once);
        let command = ChatCommand::DistributeChat {
            to: choice.to,
            policy: NAME.to_owned(),
            candidates: choice.candidates,
            at: act.at,
        };
        let done = self.app.execute_chat(came_in.chat, channel, command, act);
        let done = done.await?;
        if done.events.is_empty() {
            return Ok(None);
        }
        // Who counts chats next shall count this one.
        self.app.acted(done.position).await;
        Ok(Some(choice.to))
    }

    async fn channel(&self, came_in: &CameIn) -> Result<Option<ChannelId>, AppError> {
        if came_in.channel.is_some() {
            return Ok(came_in.channel);
        }
        let all = ChannelScope::All;
        let row = self.app.read().chat(&all, came_in.chat).await?;
        Ok(row.map(|row| row.value.channel_id))
    }

    async fn choose(
        &self,
        facts: &FactsFold,
        channel: ChannelId,
        last: Option<AgentId>,
    ) -> Result<Option<Choice>, AppError> {
        let Some(settings) = facts.workspace().map(|workspace| &workspace.settings) else {
            return Ok(None);
        };
        if let Some(to) = settings.distribution_bot {
            let candidates = vec![to];
            return Ok(Some(Choice { to, candidates }));
        }
        let here = self.app.presence().agents_here().await?;
        let here: BTreeSet<AgentId> = here.into_iter().collect();
        let candidates: Vec<AgentId> = facts
            .who_can_answer(channel)
            .filter(|agent| agent.role != Role::Bot)
            .filter(|agent| {
                PresenceState::of(here.contains(&agent.id), agent.presence) == PresenceState::Online
            })
            .map(|agent| agent.id)
            .collect();
        let turns = in_turn(&candidates, last);
        let to = match settings.distribution {
            Distribution::Nobody => None,
            Distribution::RoundRobin => turns.first().copied(),
            Distribution::LeastBusy => {
                let open = self.app.read().open_chats_of(&candidates).await?;
                least_busy(&turns, &open)
            }
        };
        Ok(to.map(|to| Choice { to, candidates }))
    }
}

impl CameIn {
    /// A chat that was opened, or opened again by the contact.
    fn of(event: &RecordedEvent) -> Option<Self> {
        if !may_come_in(&event.event_type) {
            return None;
        }
        let channel = match event.decode().ok()? {
            ChatEvent::ChatOpened { channel_id, .. } => Some(channel_id),
            ChatEvent::ChatReopened {
                cause: ReopenCause::ContactWrote,
                ..
            } => None,
            _ => return None,
        };
        Some(Self {
            chat: event.aggregate_id.parse().ok()?,
            channel,
            position: event.position,
        })
    }
}

/// Whether an event of this type may say that a chat came in.
fn may_come_in(event_type: &str) -> bool {
    matches!(event_type, "chat_opened" | "chat_reopened")
}

/// Whether there is anything to do.
fn gives_out(facts: &FactsFold) -> bool {
    facts.workspace().is_some_and(|workspace| {
        let settings = &workspace.settings;
        workspace.chats_on
            && (settings.distribution_bot.is_some()
                || settings.distribution != Distribution::Nobody)
    })
}

/// The candidates, who are sorted, in the order of their turns: behind the last one first.
fn in_turn(candidates: &[AgentId], last: Option<AgentId>) -> Vec<AgentId> {
    let had_a_turn = |agent: &AgentId| last.is_some_and(|last| *agent <= last);
    let (had, waiting): (Vec<_>, Vec<_>) = candidates.iter().copied().partition(had_a_turn);
    [waiting, had].concat()
}

/// Who has the fewest open chats; among equals who comes first.
fn least_busy(turns: &[AgentId], open: &BTreeMap<AgentId, i64>) -> Option<AgentId> {
    let chats = |agent: &&AgentId| open.get(agent).copied().unwrap_or_default();
    turns.iter().min_by_key(chats).copied()
}

/// Whose turn was last, as it is remembered.
fn agent(turn: Value) -> Option<AgentId> {
    turn.get("last")?.as_str()?.parse().ok()
}

/// The batch comes again, when what it needs is to be reached.
fn again(error: &AppError) -> ConsumerError {
    ConsumerError::Database(sqlx::Error::Protocol(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn nth(n: u128) -> AgentId {
        AgentId::from_uuid(Uuid::from_u128(n))
    }

    #[test]
    fn a10_turns_go_round_also_when_the_last_one_is_not_here_any_more() {
        let here = [nth(1), nth(3), nth(5)];
        for (last, first) in [
            (None, 1),
            (Some(1), 3),
            (Some(2), 3),
            (Some(3), 5),
            (Some(5), 1),
            (Some(9), 1),
        ] {
            let turns = in_turn(&here, last.map(nth));
            assert_eq!(turns[0], nth(first), "after {last:?}");
            assert_eq!(turns.len(), 3);
        }
        assert!(in_turn(&[], Some(nth(1))).is_empty());
    }

    #[test]
    fn a10_the_fewest_open_chats_count_and_then_the_turn() {
        let turns = [nth(3), nth(5), nth(1)];
        let open = |counts: &[(u128, i64)]| {
            let counts = counts.iter().map(|(n, count)| (nth(*n), *count));
            least_busy(&turns, &counts.collect())
        };
        assert_eq!(open(&[]), Some(nth(3)));
        assert_eq!(open(&[(3, 1)]), Some(nth(5)));
        assert_eq!(open(&[(3, 2), (5, 2), (1, 1)]), Some(nth(1)));
        assert_eq!(least_busy(&[], &BTreeMap::new()), None);
    }
}
