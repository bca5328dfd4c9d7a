//! What was done to a chat, page by page.

use async_graphql::{Context, Object};
use hilo_read::{ActRow, Key, List, Paged};

use super::timeline::ChatAct;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageInfo};
use crate::scalars::Position;

/// A page of what was done to a chat, oldest first.
pub struct ChatActConnection(pub Paged<ActRow>);

/// A page of what was done to a chat, oldest first.
#[Object]
impl ChatActConnection {
    /// The acts with their cursors.
    fn edges(&self) -> Vec<ChatActEdge> {
        let edge = |(key, row): &(Key, ActRow)| ChatActEdge {
            cursor: pagination::encode(List::Acts, key),
            row: row.clone(),
        };
        self.0.rows.iter().map(edge).collect()
    }

    /// The acts.
    fn nodes(&self) -> Vec<ChatAct> {
        let rows = self.0.rows.iter();
        rows.map(|(_, row)| ChatAct(row.clone())).collect()
    }

    /// Whether there is more on either side.
    fn page_info(&self) -> PageInfo {
        PageInfo::of(List::Acts, &self.0)
    }

    /// The position of the snapshot this page was read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.0.position)
    }
}

/// An act in its page.
pub struct ChatActEdge {
    cursor: String,
    row: ActRow,
}

/// An act in its page.
#[Object]
impl ChatActEdge {
    /// Give it back as `after` or `before` to go on from here.
    fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The act.
    fn node(&self) -> ChatAct {
        ChatAct(self.row.clone())
    }
}
