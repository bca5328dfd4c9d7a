//! The three root types, and the schema in its two faces: one for agents, a taciturn one for strangers.

use std::sync::LazyLock;

use async_graphql::{MergedObject, MergedSubscription, SDLExportOptions, SchemaBuilder};
use jiff::Timestamp;

use crate::agent::group::{GroupMutation, GroupQuery};
use crate::agent::mutation::AgentMutation;
use crate::agent::presence::{PresenceMutation, PresenceQuery, PresenceSubscription};
use crate::agent::query::AgentQuery;
use crate::agent::views::{ViewsMutation, ViewsQuery};
use crate::api_token::mutation::ApiTokenMutation;
use crate::api_token::query::ApiTokenQuery;
use crate::channel::bridge::BridgeMutation;
use crate::channel::connect::ConnectMutation;
use crate::channel::mutation::ChannelMutation;
use crate::channel::outbox::{OutboxQuery, OutboxSubscription};
use crate::channel::query::ChannelQuery;
use crate::channel::report::ReportMutation;
use crate::chat::assignment::{AssignmentMutation, AssignmentQuery};
use crate::chat::bulk::BulkMutation;
use crate::chat::drafts::DraftMutation;
use crate::chat::erasure::ErasureMutation;
use crate::chat::internal::InternalChatMutation;
use crate::chat::marks::MarkMutation;
use crate::chat::mutation::ChatMutation;
use crate::chat::query::ChatQuery;
use crate::chat::snooze::SnoozeMutation;
use crate::chat::subscription::ChatSubscription;
use crate::chat::tags::TagQuery;
use crate::client::erasure::ClientErasureMutation;
use crate::client::mutation::ClientMutation;
use crate::client::query::ClientQuery;
use crate::journal::query::JournalQuery;
use crate::journal::subscription::JournalSubscription;
use crate::limits::{MAX_ALIASES, MAX_COMPLEXITY, MAX_DIRECTIVES};
use crate::message::changes::MessageChangeMutation;
use crate::message::mutation::MessageMutation;
use crate::search::query::SearchQuery;
use crate::session::mutation::SessionMutation;
use crate::session::query::SessionQuery;
use crate::template::mutation::TemplateMutation;
use crate::template::query::TemplateQuery;
use crate::workspace::mutation::WorkspaceMutation;
use crate::workspace::query::WorkspaceQuery;
use crate::workspace::settings::SettingsMutation;

/// What can be read.
#[derive(Default, MergedObject)]
pub struct Query(
    WorkspaceQuery,
    SessionQuery,
    ChatQuery,
    AssignmentQuery,
    TagQuery,
    SearchQuery,
    ChannelQuery,
    AgentQuery,
    ApiTokenQuery,
    JournalQuery,
    GroupQuery,
    PresenceQuery,
    ViewsQuery,
    OutboxQuery,
    ClientQuery,
    TemplateQuery,
);

/// What can be done. Each mutation is named after a command; what a rule refuses comes back as `userErrors`.
#[derive(Default, MergedObject)]
pub struct Mutation(
    WorkspaceMutation,
    SettingsMutation,
    SessionMutation,
    AgentMutation,
    GroupMutation,
    PresenceMutation,
    ViewsMutation,
    ChannelMutation,
    ChatMutation,
    AssignmentMutation,
    SnoozeMutation,
    MarkMutation,
    BulkMutation,
    DraftMutation,
    ErasureMutation,
    MessageMutation,
    ConnectMutation,
    BridgeMutation,
    ApiTokenMutation,
    MessageChangeMutation,
    ReportMutation,
    ClientMutation,
    ClientErasureMutation,
    TemplateMutation,
    InternalChatMutation,
);

/// What can be followed, over a WebSocket that speaks graphql-transport-ws.
#[derive(Default, MergedSubscription)]
pub struct Subscription(
    ChatSubscription,
    JournalSubscription,
    PresenceSubscription,
    OutboxSubscription,
);

/// Hilo's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// For who is signed in: with introspection and suggestions.
pub static FOR_AGENTS: LazyLock<Schema> = LazyLock::new(|| builder().finish());

/// For strangers: the same fields, without introspection and suggestions.
pub static FOR_STRANGERS: LazyLock<Schema> = LazyLock::new(|| {
    builder()
        .disable_introspection()
        .disable_suggestions()
        .finish()
});

/// The schema as `schema.graphql` has it, sorted so that it is always the same.
#[must_use]
pub fn sdl() -> String {
    let sorted = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items();
    FOR_AGENTS.sdl_with_options(sorted)
}

/// Depth, selections and circles are checked before (`limits`); no extensions: they make every field slow.
fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(
        Query::default(),
        Mutation::default(),
        Subscription::default(),
    )
    .limit_complexity(MAX_COMPLEXITY)
    .limit_directives(MAX_DIRECTIVES)
    .limit_aliases(MAX_ALIASES)
    .override_output_type_description::<Timestamp>(
        "A moment in RFC 3339, in UTC, for example `2026-11-21T14:05:00Z`.",
    )
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
