//! A page of the chat list.

use async_graphql::{Context, Object};
use hilo_journal::Position as JournalPosition;
use hilo_read::{ChatRow, Key, List, Paged};

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
