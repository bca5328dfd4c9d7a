//! A token as those see it who manage it. The secret is not part of it.

use async_graphql::{ComplexObject, Context, Enum, ID, SimpleObject};
use hilo_app::ApiToken as AppToken;
use hilo_domain::AgentId;
use hilo_domain::agent::{Scope, Scopes};
use jiff::Timestamp;

use crate::agent::object::Agent;
use crate::context::Asked;
use crate::error::Failure;

/// What a token may do. It never may more than its agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Scope")]
pub enum ApiTokenScope {
    /// `chats:read`: chats, messages and counters of the agent's channels.
    ChatsRead,
    /// `chats:write`: write and act in those chats. For bots.
    ChatsWrite,
    /// `clients:read`: clients.
    ClientsRead,
    /// `clients:write`: change clients.
    ClientsWrite,
    /// `channels:read`: the agent's channels.
    ChannelsRead,
    /// `channels:manage`: connect and change channels, and who has access. Given by administrators.
    ChannelsManage,
    /// `messages:ingest`: bring in what contacts write, and receipts, on the agent's API channels.
    MessagesIngest,
    /// `journal:read`: every event of every channel. Given by administrators.
    JournalRead,
    /// `agents:read`: who works here.
    AgentsRead,
}

/// What a program shows instead of a password, without the secret.
#[derive(Clone, SimpleObject)]
#[graphql(complex)]
pub struct ApiToken {
    /// The token's id.
    id: ID,
    /// What it is for.
    name: String,
    /// What it may do.
    scopes: Vec<ApiTokenScope>,
    /// When it was made.
    created_at: Timestamp,
    /// When it ends by itself, if it does.
    expires_at: Option<Timestamp>,
    /// When it was taken back, if it was.
    revoked_at: Option<Timestamp>,
    /// When it was used last, to about a minute.
    last_used_at: Option<Timestamp>,
    #[graphql(skip)]
    agent_id: AgentId,
    #[graphql(skip)]
    created_by: AgentId,
}

#[ComplexObject]
impl ApiToken {
    /// Whose rights it has.
    async fn agent(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        Agent::find(ctx.app()?, self.agent_id)
    }

    /// Who made it.
    async fn created_by(&self, ctx: &Context<'_>) -> Result<Option<Agent>, Failure> {
        Agent::find(ctx.app()?, self.created_by)
    }
}

/// A set of scopes as the API lists it.
pub fn listed(scopes: Scopes) -> Vec<ApiTokenScope> {
    scopes.iter().map(ApiTokenScope::from).collect()
}

impl From<AppToken> for ApiToken {
    fn from(token: AppToken) -> Self {
        Self {
            id: ID(token.id.to_string()),
            name: token.name,
            scopes: listed(token.scopes),
            created_at: token.created_at,
            expires_at: token.expires_at,
            revoked_at: token.revoked_at,
            last_used_at: token.last_used_at,
            agent_id: token.agent_id,
            created_by: token.created_by,
        }
    }
}
