//! What commands that answer alike came to. Refusals are looked at before. Must hold data only.

use super::graphql::{Chat, Id, Message};
use super::reading::Read;

/// What an act on a chat or a message came to, as far as its document asks for it.
#[derive(Read, Clone, Debug, Default)]
pub struct Done {
    /// The chat as it is now.
    pub chat: Option<Chat>,
    /// The message as it is now.
    pub message: Option<Message>,
    /// The act, to take it back.
    pub undo: Option<Id>,
}

/// A command of which one only wants to know that it was not refused.
#[derive(Read, Clone, Copy, Debug)]
pub struct Nothing {}
