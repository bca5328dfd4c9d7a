//! Tokens of programs. Must hold documents only; a secret is shown once and kept nowhere.

use super::done::Nothing;
use super::graphql::{AgentName, DateTime, Id, UserError};
use super::reading::Read;
use super::schema;

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
#[cynic(non_exhaustive)]
pub enum ApiTokenScope {
    AgentsRead,
    ChannelsManage,
    ChannelsRead,
    ChatsRead,
    ChatsWrite,
    ClientsRead,
    ClientsWrite,
    JournalRead,
    MessagesIngest,
    #[cynic(fallback)]
    Other,
}

impl ApiTokenScope {
    /// Those that can be given.
    pub const ALL: [Self; 9] = [
        Self::ChatsRead,
        Self::ChatsWrite,
        Self::ClientsRead,
        Self::ClientsWrite,
        Self::MessagesIngest,
        Self::ChannelsRead,
        Self::ChannelsManage,
        Self::AgentsRead,
        Self::JournalRead,
    ];

    /// As programs write it.
    pub fn code(self) -> &'static str {
        match self {
            Self::AgentsRead => "AGENTS_READ",
            Self::ChannelsManage => "CHANNELS_MANAGE",
            Self::ChannelsRead => "CHANNELS_READ",
            Self::ChatsRead => "CHATS_READ",
            Self::ChatsWrite => "CHATS_WRITE",
            Self::ClientsRead => "CLIENTS_READ",
            Self::ClientsWrite => "CLIENTS_WRITE",
            Self::JournalRead => "JOURNAL_READ",
            Self::MessagesIngest => "MESSAGES_INGEST",
            Self::Other => "?",
        }
    }
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ApiToken {
    pub id: Id,
    pub name: String,
    pub agent: Option<AgentName>,
    pub scopes: Vec<ApiTokenScope>,
    pub created_at: DateTime,
    pub expires_at: Option<DateTime>,
    pub last_used_at: Option<DateTime>,
    pub revoked_at: Option<DateTime>,
}

/// The tokens, revoked ones too.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct ApiTokens {
    pub api_tokens: Vec<ApiToken>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateApiTokenInput {
    pub idempotency_key: Option<Id>,
    pub agent_id: Id,
    pub name: String,
    pub scopes: Vec<ApiTokenScope>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct CreateApiTokenPayload {
    pub secret: Option<String>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RevokeApiTokenInput {
    pub token_id: Id,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct RevokeApiTokenPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct CreateApiTokenVariables {
    pub input: CreateApiTokenInput,
}

/// Makes a token; the secret is in the answer and nowhere else.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateApiTokenVariables")]
pub struct CreateApiToken {
    #[arguments(input: $input)]
    pub create_api_token: CreateApiTokenPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RevokeApiTokenVariables {
    pub input: RevokeApiTokenInput,
}

/// Ends a token.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RevokeApiTokenVariables")]
pub struct RevokeApiToken {
    #[arguments(input: $input)]
    pub revoke_api_token: RevokeApiTokenPayload,
}

documents! {
    query ApiTokens(());
    command CreateApiToken(CreateApiTokenVariables, CreateApiTokenInput) -> CreateApiTokenPayload;
    command RevokeApiToken(RevokeApiTokenVariables, RevokeApiTokenInput) -> Nothing;
}
