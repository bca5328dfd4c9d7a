//! What can be done on each kind of messenger, as the application's table says.

use async_graphql::{Enum, Object};
use hilo_domain::channel::capabilities::{Capabilities, Starts, TextLimit};

/// Whom an agent can write to first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Starts")]
pub enum ChatStarts {
    /// Nobody: the contact has to write first.
    Never,
    /// Whoever has a handle there.
    Handle,
    /// Whoever has a mobile number.
    MobileNumber,
}

/// How the length of a text is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum TextUnit {
    /// Unicode scalar values.
    Characters,
    /// Bytes of UTF-8.
    Bytes,
}

/// What can be done on a messenger.
pub struct ChannelCapabilities(pub Capabilities);

/// What can be done on a messenger.
#[Object]
impl ChannelCapabilities {
    /// It tells when a message reached the contact's device.
    fn reports_delivered(&self) -> bool {
        self.0.reports_delivered
    }

    /// It tells when the contact read a message.
    fn reports_read(&self) -> bool {
        self.0.reports_read
    }

    /// The contact can be told that an agent read the chat.
    fn shows_our_reading(&self) -> bool {
        self.0.shows_our_reading
    }

    /// Each side can see that the other one is writing.
    fn shows_typing(&self) -> bool {
        self.0.shows_typing
    }

    /// A contact's reaction to a message arrives.
    fn receives_reactions(&self) -> bool {
        self.0.receives_reactions
    }

    /// An agent's reaction reaches the contact.
    fn sends_reactions(&self) -> bool {
        self.0.sends_reactions
    }

    /// An edit that the contact makes arrives.
    fn receives_edits(&self) -> bool {
        self.0.receives_edits
    }

    /// A change of an agent's message reaches the contact.
    fn sends_edits(&self) -> bool {
        self.0.sends_edits
    }

    /// A deletion that the contact makes arrives.
    fn receives_deletions(&self) -> bool {
        self.0.receives_deletions
    }

    /// An agent's message can be taken back from the contact.
    fn sends_deletions(&self) -> bool {
        self.0.sends_deletions
    }

    /// A message can quote another one.
    fn quotes(&self) -> bool {
        self.0.quotes
    }

    /// Files arrive.
    fn receives_media(&self) -> bool {
        self.0.receives_media
    }

    /// Files can be sent.
    fn sends_media(&self) -> bool {
        self.0.files.is_some()
    }

    /// Comments under publications can be received.
    fn comments(&self) -> bool {
        self.0.comments.is_some()
    }

    /// The longest reply to a comment, in characters; null where there are none.
    fn comment_text_limit(&self) -> Option<i32> {
        i32::try_from(self.0.comments?.most()).ok()
    }

    /// Whom an agent can write to first.
    fn starts(&self) -> ChatStarts {
        self.0.starts.into()
    }

    /// The longest text that can be sent; null = no limit of its own.
    fn text_limit(&self) -> Option<i32> {
        let limit = self.0.text_limit?;
        i32::try_from(limit.most()).ok()
    }

    /// How that length is counted.
    fn text_unit(&self) -> TextUnit {
        match self.0.text_limit {
            Some(TextLimit::Bytes(_)) => TextUnit::Bytes,
            Some(TextLimit::Characters(_)) | None => TextUnit::Characters,
        }
    }

    /// A text goes out in segments that are paid one by one (SMS).
    fn segments(&self) -> bool {
        self.0.segments
    }
}
