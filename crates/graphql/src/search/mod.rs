//! Search: messages by their words, chats by who writes in them.

pub mod object;
pub mod query;
