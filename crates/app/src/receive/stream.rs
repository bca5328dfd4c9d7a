//! What the visitor is shown: the numbered items of their chat, and who writes just now.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use hilo_domain::{Actor, AgentId, ChatId};
use hilo_journal::{Cursor, Position};
use hilo_read::ContactItemRow;
use serde_json::{Value, json};

use super::{Visitor, VisitorError};
use crate::error::AppError;
use crate::facts::{ChannelEntry, FactsFold};
use crate::live::Typing;
use crate::{App, Facts, clock};

/// Items of one page of the long poll.
const PAGE: i64 = 200;
/// When to try again with too many streams open.
const BUSY: Duration = Duration::from_secs(5);

/// One numbered item of the visitor's stream.
#[derive(Clone, Debug, PartialEq)]
pub struct VisitorItem {
    /// Its number, without a gap.
    pub seq: i64,
    /// `message`, `message.updated`, `message.deleted`, `read`, `agent.joined`, `chat.closed`.
    pub kind: String,
    /// Its content.
    pub data: Value,
}

/// Something to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Shown {
    /// Has a number, is kept, and comes again after a cut.
    Item(VisitorItem),
    /// An agent writes, or stopped; has no number and is not kept.
    Typing(Value),
}

impl App {
    /// Everything behind `after_seq`, then what comes, until the token ends, the channel is out of use (A1), Hilo stops or
    /// the items cannot be followed any more: then the visitor's page comes again.
    ///
    /// # Errors
    /// `RateLimited` when the visitor has too many streams open.
    pub fn visitor_stream(
        &self,
        visitor: &Visitor,
        after_seq: u64,
    ) -> Result<impl Stream<Item = Shown> + use<>, VisitorError> {
        let permit = self
            .visitors()
            .stream(visitor.chat_id)
            .ok_or(VisitorError::RateLimited { retry_after: BUSY })?;
        let chat = visitor.chat_id;
        let (facts, names) = (self.facts().clone(), self.facts().clone());
        let end = futures_util::stream::once(std::future::ready(None));
        let items = self
            .hub()
            .contact_items(chat, after_seq)
            .map(move |row| Some(Shown::Item(named(&facts, row))))
            .chain(end);
        let typing = self
            .hub()
            .typing()
            .filter_map(move |typing| std::future::ready(agent_typing(&names, chat, &typing)))
            .map(|data| Some(Shown::Typing(data)));
        let left = visitor.expires_at.duration_since(clock::now());
        let expiry = tokio::time::sleep(left.try_into().unwrap_or_default());
        let (channel, mut changes) = (visitor.channel_id, self.facts().changes());
        let closed = async move {
            let is_closed = |facts: &Arc<FactsFold>| {
                let channel = facts.channel(channel);
                channel.is_none_or(ChannelEntry::is_out_of_use)
            };
            drop(changes.wait_for(is_closed).await);
        };
        let stop = self.0.stop.clone();
        let over = async move {
            let ends = async move {
                tokio::select! {
                    () = expiry => {}
                    () = closed => {}
                }
            };
            stop.run_until_cancelled(ends).await;
            drop(permit);
        };
        Ok(futures_util::stream::select(items, typing)
            .take_while(|shown| std::future::ready(shown.is_some()))
            .filter_map(std::future::ready)
            .take_until(Box::pin(over)))
    }

    /// Whether a page may go on behind the number it names. Not when the journal was restored to a time before that
    /// number was given, or has given it again since: then the page shows what is not here, and must begin anew.
    /// `reached` is a number of the visitor's stream, with the epoch it was read in if the page says so.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn knows_what_the_page_has(
        &self,
        visitor: &Visitor,
        reached: Cursor,
    ) -> Result<bool, VisitorError> {
        if reached.position == Position::START {
            return Ok(true);
        }
        if !reached.fits(self.journal().epoch()) {
            return Ok(false);
        }
        let head = self
            .journal()
            .confirmed_head()
            .await
            .map_err(AppError::from)?;
        if self.acted(head).await.pending {
            // Rows that are still behind prove nothing.
            return Ok(true);
        }
        let chat = self.visitor_chat(visitor).await?;
        Ok(chat.is_some_and(|chat| reached.position.0 <= chat.last_seq))
    }

    /// What is there behind `after_seq`, a page of it.
    ///
    /// # Errors
    /// `Unavailable`.
    pub async fn visitor_items(
        &self,
        visitor: &Visitor,
        after_seq: u64,
    ) -> Result<Vec<VisitorItem>, VisitorError> {
        let rows = self
            .read()
            .contact_items(visitor.chat_id, after_seq, PAGE)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| named(self.facts(), row))
            .collect())
    }
}

/// The read model keeps agents' ids only; their names are put in as they are now.
fn named(facts: &Facts, row: ContactItemRow) -> VisitorItem {
    let mut data = row.data;
    if let Some(agent) = data.get_mut("agent").filter(|agent| agent.is_object()) {
        let id = agent.get("id").and_then(Value::as_str);
        if let Some(id) = id.and_then(|id| id.parse().ok()) {
            *agent = agent_shown(facts, id);
        }
    }
    VisitorItem {
        seq: row.seq,
        kind: row.kind,
        data,
    }
}

fn agent_shown(facts: &Facts, id: AgentId) -> Value {
    let name = facts.agent(id).map(|agent| agent.name);
    json!({"id": id, "name": name.filter(|name| !name.is_empty())})
}

fn agent_typing(facts: &Facts, chat: ChatId, typing: &Typing) -> Option<Value> {
    let Actor::Agent { id } = &typing.by else {
        return None;
    };
    let state = if typing.state { "start" } else { "stop" };
    (typing.chat_id == chat).then(|| json!({"state": state, "agent": agent_shown(facts, *id)}))
}
