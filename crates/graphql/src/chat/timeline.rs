//! The rows of a chat's timeline that are no messages.

use async_graphql::{Context, Enum, Object};
use hilo_read::ActRow;
use jiff::Timestamp;

use crate::actor::Actor;
use crate::agent::object::Agent;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::Position;

/// What a row of the timeline that is no message tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "hilo_read::ActKind")]
pub enum ActKind {
    /// The contact wrote for the first time.
    Opened,
    /// It was closed.
    Archived,
    /// It was opened again.
    Reopened,
    /// An agent answered who had not before.
    AgentJoined,
    /// The contact rated it.
    Rated,
    /// Somebody else answers it, or nobody in particular.
    Reassigned,
    /// It was put aside.
    Snoozed,
    /// It was taken back, or came back by itself.
    Unsnoozed,
    /// The team has it unread again.
    MarkedUnread,
    /// That mark was taken back.
    UnreadMarkRemoved,
    /// It got tags.
    Tagged,
    /// It lost tags.
    Untagged,
    /// It got another priority.
    Prioritized,
    /// Its contact is not heard any more.
    Blocked,
    /// Its contact is heard again.
    Unblocked,
    /// Colleagues came to it.
    MembersAdded,
    /// A colleague was taken out of it, or left.
    MemberRemoved,
    /// The group has another title, or none.
    Renamed,
    /// An auditor looked into it.
    Audited,
    /// It was deleted: only auditors see this, and what went before it.
    Deleted,
}

/// Something that was done to a chat.
pub struct ChatAct(pub ActRow);

/// Something that was done to a chat.
#[Object]
impl ChatAct {
    /// Its place in the journal.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }

    /// What was done.
    fn kind(&self) -> ActKind {
        self.0.kind.into()
    }

    /// Who did it.
    fn actor(&self) -> Actor {
        Actor(self.0.actor.clone())
    }

    /// More about it: the kind of the channel; why it was reopened; the rating (the score, then a line break and the
    /// comment if there is one); tags, one a line; the priority it has, a line break and the one it had; the id of who
    /// answers it now; until when it was put aside, or what brought it back (`time`, `reply`, `button`, `undone`); the ids
    /// of colleagues who came or went, one a line.
    fn detail(&self) -> Option<&str> {
        self.0.detail.as_deref()
    }

    /// Who answers the chat from here on, where that was done; null when it is nobody's.
    fn assignee(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        let id = match self.0.kind {
            hilo_read::ActKind::Reassigned => self.0.detail.as_deref(),
            _ => None,
        };
        let id = id.and_then(|id| id.parse().ok());
        Ok(id
            .map(|id| Agent::find(ctx.app()?, id))
            .transpose()?
            .flatten())
    }

    /// Colleagues who came to the chat or went, where that was done.
    fn members(&self, ctx: &Context<'_>) -> Result<Vec<Agent>, Failure> {
        let app = ctx.app()?;
        let ids = match self.0.kind {
            hilo_read::ActKind::MembersAdded | hilo_read::ActKind::MemberRemoved => {
                self.0.detail.as_deref().unwrap_or_default()
            }
            _ => "",
        };
        let ids = ids.lines().filter_map(|id| id.parse().ok());
        ids.filter_map(|id| Agent::find(app, id).transpose())
            .collect()
    }

    /// When it was done.
    fn at(&self) -> Timestamp {
        self.0.at
    }
}
