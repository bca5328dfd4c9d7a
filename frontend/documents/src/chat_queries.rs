//! What an open chat asks for when it is needed: whom to give it to, tags in use, a template filled in. Must hold
//! documents only.

use super::graphql::{ChatPresence, Colleague, Id, UserError};
use super::reading::Read;
use super::schema;

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct OfChatVariables {
    pub chat_id: Id,
}

/// Whom a chat can be given to (F5).
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "OfChatVariables")]
pub struct AgentsToAssign {
    #[arguments(chatId: $chat_id)]
    pub agents_to_assign: Vec<Colleague>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Subscription", variables = "OfChatVariables")]
pub struct PresenceSubscription {
    #[arguments(chatId: $chat_id)]
    pub chat_presence: ChatPresence,
}

/// Tags in use (P4).
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct ChatTagsQuery {
    pub chat_tags: ChatTags,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ChatTags {
    pub nodes: Vec<ChatTag>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ChatTag {
    pub name: String,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RenderVariables {
    pub chat_id: Id,
    pub template_id: Id,
}

/// A template as it would be sent in a chat.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "RenderVariables")]
pub struct RenderQuery {
    #[arguments(chatId: $chat_id, templateId: $template_id)]
    pub render_template: RenderedTemplate,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct RenderedTemplate {
    pub text: Option<String>,
    pub text_with_gaps: Option<String>,
    pub user_errors: Vec<UserError>,
}

documents! {
    query AgentsToAssign(OfChatVariables);
    subscription PresenceSubscription(OfChatVariables);
    query ChatTagsQuery(());
    query RenderQuery(RenderVariables);
}
