//! What the SPA listens to. Must hold documents only.

use super::graphql::{Actor, Chat, ChatAct, Counters, Id, Message, Position};
use super::reading::Read;
use super::schema;

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct InboxVariables {
    pub after: Option<Position>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Subscription", variables = "InboxVariables")]
pub struct InboxSubscription {
    #[arguments(after: $after)]
    pub inbox: InboxChange,
}

/// Rows of the list as they are now, never deltas.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct InboxChange {
    pub position: Position,
    pub chats: Vec<Chat>,
    pub removed_chat_ids: Vec<Id>,
    pub counters: Counters,
    pub resync: bool,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChatVariables {
    pub id: Id,
    pub after: Option<Position>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Subscription", variables = "ChatVariables")]
pub struct ChatSubscription {
    #[arguments(id: $id, after: $after)]
    pub chat: ChatChange,
}

/// What changed in one chat, as it is now.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatChange {
    pub position: Position,
    pub chat: Chat,
    pub messages: Vec<Message>,
    pub acts: Vec<ChatAct>,
    pub resync: bool,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct TypingVariables {
    pub chat_id: Id,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Subscription", variables = "TypingVariables")]
pub struct TypingSubscription {
    #[arguments(chatId: $chat_id)]
    pub typing: Typing,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Typing {
    pub by: Actor,
    pub typing: bool,
    pub preview: Option<String>,
}

documents! {
    subscription InboxSubscription(InboxVariables);
    subscription ChatSubscription(ChatVariables);
    subscription TypingSubscription(TypingVariables);
}
