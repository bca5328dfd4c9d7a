//! A page of the chat list.

use async_graphql::{Context, Object};
use hilo_journal::Position as JournalPosition;
use hilo_read::{ChatFilter as ReadFilter, ChatRow, Key, List, Paged};

use super::object::Chat;
use crate::context::Asked;
use crate::error::Failure;
use crate::pagination::{self, PageInfo};
use crate::scalars::Position;

/// A page of chats, in the order that was asked for.
pub struct ChatConnection {
    /// The rows.
    pub page: Paged<ChatRow>,
    /// The list that its cursors belong to.
    pub list: List,
    /// Which chats the list holds; None where they are those of a client.
    pub filter: Option<ReadFilter>,
}

impl ChatConnection {
    fn chat(&self, row: &ChatRow) -> Chat {
        Chat {
            row: row.clone(),
            position: self.page.position,
        }
    }
}

/// A page of chats, in the order that was asked for.
#[Object]
impl ChatConnection {
    /// The chats with their cursors.
    fn edges(&self) -> Vec<ChatEdge> {
        let edge = |(key, row): &(Key, ChatRow)| ChatEdge {
            cursor: pagination::encode(self.list, key),
            row: row.clone(),
            position: self.page.position,
        };
        self.page.rows.iter().map(edge).collect()
    }

    /// The chats.
    fn nodes(&self) -> Vec<Chat> {
        self.page
            .rows
            .iter()
            .map(|(_, row)| self.chat(row))
            .collect()
    }

    /// Whether there is more on either side.
    fn page_info(&self) -> PageInfo {
        PageInfo::of(self.list, &self.page)
    }

    /// How many chats the list holds in all, of a moment that may be later than the page's. It comes from counters that are
    /// kept anyway: those of one state, of the chats that are put aside, or of one of unread, unanswered, unassigned,
    /// assigned to the caller and starred among the active ones, in all channels or in some. Null for every other
    /// list, and where chats of colleagues are among them.
    #[graphql(complexity = 20)]
    async fn total_count(&self, ctx: &Context<'_>) -> Result<Option<i32>, Failure> {
        let Some(filter) = &self.filter else {
            return Ok(None);
        };
        let total = ctx.app()?.total_of_chats(ctx.caller()?, filter).await?;
        Ok(total.map(|total| i32::try_from(total).unwrap_or(i32::MAX)))
    }

    /// The position of the snapshot this page was read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.page.position)
    }
}

/// A chat in its page.
pub struct ChatEdge {
    cursor: String,
    row: ChatRow,
    position: JournalPosition,
}

/// A chat in its page.
#[Object]
impl ChatEdge {
    /// Give it back as `after` or `before` to go on from here.
    fn cursor(&self) -> &str {
        &self.cursor
    }

    /// The chat.
    fn node(&self) -> Chat {
        Chat {
            row: self.row.clone(),
            position: self.position,
        }
    }
}
