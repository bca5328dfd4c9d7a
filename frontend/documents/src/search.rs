//! Search: chats by their contact, messages by their words (B12, B13). Must hold documents only.

use super::graphql::{ChannelName, Contact, DateTime, Id};
use super::reading::Read;
use super::schema;

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SearchVariables {
    pub text: String,
}

/// Chats by their contact, and messages by their words (B12, B13).
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SearchVariables")]
pub struct SearchQuery {
    #[arguments(text: $text, first: 10)]
    pub search_chats: ChatHits,
    #[arguments(text: $text, first: 20)]
    pub search_messages: MessageHits,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatHits {
    pub nodes: Vec<ChatHit>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatHit {
    pub chat: FoundIn,
}

/// A chat that was found, or that a message was found in.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Chat")]
pub struct FoundIn {
    pub id: Id,
    pub contact: Contact,
    pub channel: ChannelName,
    pub last_activity_at: DateTime,
}

#[derive(cynic::QueryFragment, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRange {
    pub start: i32,
    pub end: i32,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "MessageHitConnection")]
pub struct MessageHits {
    pub nodes: Vec<MessageHit>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct MessageHit {
    pub message_id: Id,
    pub at: DateTime,
    pub chat: FoundIn,
    pub snippet: Snippet,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct Snippet {
    pub text: String,
    pub ranges: Vec<TextRange>,
    pub cut_before: bool,
    pub cut_after: bool,
}

/// Only chats, by their contact: what the command bar goes to (P11).
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "SearchVariables")]
pub struct FindChats {
    #[arguments(text: $text, first: 8)]
    pub search_chats: ChatHits,
}

documents! {
    query SearchQuery(SearchVariables);
    query FindChats(SearchVariables);
}
