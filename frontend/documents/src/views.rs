//! The filters that the agent keeps under names (P5). Must hold documents only.

use super::graphql::UserError;
use super::reading::Read;
use super::schema;

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct SavedView {
    pub name: String,
    pub query: String,
}

/// All of them.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct SavedViews {
    pub saved_views: Vec<SavedView>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SaveViewInput {
    pub name: String,
    pub query: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct RenameViewInput {
    pub name: String,
    pub to: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteViewInput {
    pub name: String,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ViewsPayload {
    pub views: Vec<SavedView>,
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SaveViewVariables {
    pub input: SaveViewInput,
}

/// Keeps filters under a name.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "SaveViewVariables")]
pub struct SaveView {
    #[arguments(input: $input)]
    pub save_view: ViewsPayload,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct RenameViewVariables {
    pub input: RenameViewInput,
}

/// Gives a view another name.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "RenameViewVariables")]
pub struct RenameView {
    #[arguments(input: $input)]
    pub rename_view: ViewsPayload,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteViewVariables {
    pub input: DeleteViewInput,
}

/// Forgets a view.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteViewVariables")]
pub struct DeleteView {
    #[arguments(input: $input)]
    pub delete_view: ViewsPayload,
}

documents! {
    query SavedViews(());
    command SaveView(SaveViewVariables, SaveViewInput) -> ViewsPayload;
    command RenameView(RenameViewVariables, RenameViewInput) -> ViewsPayload;
    command DeleteView(DeleteViewVariables, DeleteViewInput) -> ViewsPayload;
}
