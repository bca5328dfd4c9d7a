//! The tags in use.

use async_graphql::{Context, Object, SimpleObject};
use hilo_journal::Position as JournalPosition;
use hilo_read::TagRow;

use crate::authorization::Allowed;
use crate::context::Asked;
use crate::error::Failure;
use crate::scalars::Position;

/// A tag and how many chats have it.
#[derive(SimpleObject)]
pub struct ChatTag {
    /// The tag.
    name: String,
    /// Chats of the caller's that have it, closed ones too.
    chats: i64,
}

/// The tags in use on the caller's channels.
pub struct ChatTags {
    tags: Vec<TagRow>,
    position: JournalPosition,
}

/// The tags in use on the caller's channels.
#[Object]
impl ChatTags {
    /// The tags, the most used ones first, at most 500.
    fn nodes(&self) -> Vec<ChatTag> {
        let tags = self.tags.iter();
        tags.map(|row| ChatTag {
            name: row.tag.clone(),
            chats: row.chats,
        })
        .collect()
    }

    /// The position of the snapshot they were read in.
    fn position(&self, ctx: &Context<'_>) -> Result<Position, Failure> {
        ctx.position(self.position)
    }
}

/// The field of Query about tags.
#[derive(Default)]
pub struct TagQuery;

#[Object(guard = "Allowed(\"Query\")")]
impl TagQuery {
    /// The tags in use on the caller's channels.
    #[graphql(complexity = "child_complexity * 20 + 100")]
    async fn chat_tags(&self, ctx: &Context<'_>) -> Result<ChatTags, Failure> {
        let found = ctx.app()?.tags(ctx.caller()?).await?;
        Ok(ChatTags {
            tags: found.value,
            position: found.position,
        })
    }
}
