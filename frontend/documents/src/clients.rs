//! Clients: who they are, and what is done to them. Must hold documents only.

use super::done::Nothing;
use super::graphql::{Actor, AgentName, ChannelKind, Chat, DateTime, Id, PageInfo, UserError};
use super::reading::Read;
use super::schema;

#[derive(cynic::Enum, Read, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientMark {
    Vip,
    Bad,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct ClientPhone {
    pub typed: String,
    pub e164: Option<String>,
}

/// A client as the list and the page show it.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
pub struct Client {
    pub id: Id,
    pub name: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub phones: Vec<ClientPhone>,
    pub emails: Vec<String>,
    pub address: Option<String>,
    pub mark: Option<ClientMark>,
    pub tags: Vec<String>,
    pub owner: Option<AgentName>,
    pub do_not_disturb: Vec<ChannelKind>,
    pub chat_count: i32,
    pub merged_into_id: Option<Id>,
    pub created_at: DateTime,
    pub created_by: Actor,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ClientFilter {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub name_prefix: Option<String>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ClientsVariables {
    pub filter: ClientFilter,
    pub after: Option<String>,
    pub first: i32,
}

/// A page of the clients, by name.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ClientsVariables")]
pub struct Clients {
    #[arguments(filter: $filter, after: $after, first: $first)]
    pub clients: ClientConnection,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ClientConnection {
    pub nodes: Vec<Client>,
    pub page_info: PageInfo,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct PhoneVariables {
    pub phone: String,
}

/// Whose number it is.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "PhoneVariables")]
pub struct ClientsByPhone {
    #[arguments(phone: $phone)]
    pub clients_by_phone: Vec<Client>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct FindClientsVariables {
    pub text: String,
}

/// Clients by any part of a name, an address or a number.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "FindClientsVariables")]
pub struct FindClients {
    #[arguments(text: $text, first: 8)]
    pub search_clients: ClientHits,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ClientHits {
    pub nodes: Vec<ClientHit>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ClientHit {
    pub client: Client,
}

/// Whose number it is, with their newest chats, and chats of the number that no client is behind (G16).
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "PhoneVariables")]
pub struct PhonePeople {
    #[arguments(phone: $phone)]
    pub clients_by_phone: Vec<PhoneClient>,
    #[arguments(text: $phone, first: 8)]
    pub search_chats: PhoneHits,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "ChatHits")]
pub struct PhoneHits {
    pub nodes: Vec<PhoneHit>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "ChatHit")]
pub struct PhoneHit {
    pub chat: ClientChat,
}

impl PhonePeople {
    /// Chats of the number whose contact is linked to nobody.
    pub fn strangers(&self) -> impl Iterator<Item = &ClientChat> {
        let chats = self.search_chats.nodes.iter().map(|hit| &hit.chat);
        chats.filter(|chat| chat.head.client.is_none())
    }
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Client")]
pub struct PhoneClient {
    #[cynic(spread)]
    pub head: Client,
    #[arguments(first: 4)]
    pub chats: ClientChats,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ClientVariables {
    pub id: Id,
    pub after: Option<String>,
}

/// One client, with a page of its chats.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query", variables = "ClientVariables")]
pub struct OneClient {
    #[arguments(id: $id)]
    pub client: ClientPage,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Client", variables = "ClientVariables")]
pub struct ClientPage {
    #[cynic(spread)]
    pub head: Client,
    #[arguments(first: 30, after: $after)]
    pub chats: ClientChats,
    pub merged: Vec<MergedClient>,
}

/// One that was merged into another.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Client")]
pub struct MergedClient {
    pub id: Id,
    pub name: Option<String>,
    pub phones: Vec<ClientPhone>,
    pub emails: Vec<String>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "ChatConnection")]
pub struct ClientChats {
    pub nodes: Vec<ClientChat>,
    pub page_info: PageInfo,
}

/// A chat as its client's page shows it (G13).
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Chat")]
pub struct ClientChat {
    #[cynic(spread)]
    pub head: Chat,
    pub message_count: i32,
}

/// What every command on a client answers.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
pub struct ClientPayload {
    pub client: Option<Client>,
    pub undo: Option<Id>,
    pub user_errors: Vec<UserError>,
}

/// What is left out stays; an empty text takes away.
#[derive(cynic::InputObject, Clone, Debug, Default, PartialEq)]
pub struct ClientDetailsInput {
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub phones: Option<Vec<String>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub emails: Option<Vec<String>>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct CreateClientInput {
    pub idempotency_key: Id,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub from_chat_id: Option<Id>,
    #[cynic(skip_serializing_if = "Option::is_none")]
    pub details: Option<ClientDetailsInput>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangeClientDetailsInput {
    pub client_id: Id,
    pub details: ClientDetailsInput,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MarkClientInput {
    pub client_id: Id,
    pub mark: Option<ClientMark>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ChangeClientOwnerInput {
    pub client_id: Id,
    pub owner_id: Option<Id>,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct ClientTagInput {
    pub client_id: Id,
    pub tag: String,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct SetClientDoNotDisturbInput {
    pub client_id: Id,
    pub channel_kind: ChannelKind,
    pub on: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct MergeClientsInput {
    pub client_id: Id,
    pub into_client_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct UnmergeClientInput {
    pub client_id: Id,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct DeleteClientInput {
    pub client_id: Id,
    pub confirm: bool,
}

#[derive(cynic::InputObject, Clone, Debug)]
pub struct EraseClientInput {
    pub client_id: Id,
    pub confirm: bool,
}

#[derive(cynic::QueryFragment, Clone, Debug)]
pub struct EraseClientPayload {
    pub user_errors: Vec<UserError>,
}

#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct CreateClientVariables {
    pub input: CreateClientInput,
}

/// Makes a client.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "CreateClientVariables")]
pub struct CreateClient {
    #[arguments(input: $input)]
    pub create_client: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangeClientDetailsVariables {
    pub input: ChangeClientDetailsInput,
}

/// Changes name, phones, addresses.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangeClientDetailsVariables")]
pub struct ChangeClientDetails {
    #[arguments(input: $input)]
    pub change_client_details: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct MarkClientVariables {
    pub input: MarkClientInput,
}

/// VIP, BAD or neither.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MarkClientVariables")]
pub struct MarkClient {
    #[arguments(input: $input)]
    pub mark_client: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct ChangeClientOwnerVariables {
    pub input: ChangeClientOwnerInput,
}

/// Says who looks after a client.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "ChangeClientOwnerVariables")]
pub struct ChangeClientOwner {
    #[arguments(input: $input)]
    pub change_client_owner: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct TagClientVariables {
    pub input: ClientTagInput,
}

/// Puts a tag on a client.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "TagClientVariables")]
pub struct TagClient {
    #[arguments(input: $input)]
    pub tag_client: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UntagClientVariables {
    pub input: ClientTagInput,
}

/// Takes a tag off a client.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UntagClientVariables")]
pub struct UntagClient {
    #[arguments(input: $input)]
    pub untag_client: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct SetClientDoNotDisturbVariables {
    pub input: SetClientDoNotDisturbInput,
}

/// Says where campaigns are not wanted.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(
    graphql_type = "Mutation",
    variables = "SetClientDoNotDisturbVariables"
)]
pub struct SetClientDoNotDisturb {
    #[arguments(input: $input)]
    pub set_client_do_not_disturb: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct MergeClientsVariables {
    pub input: MergeClientsInput,
}

/// Says that two clients are one person.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "MergeClientsVariables")]
pub struct MergeClients {
    #[arguments(input: $input)]
    pub merge_clients: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct UnmergeClientVariables {
    pub input: UnmergeClientInput,
}

/// Takes a merge back.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "UnmergeClientVariables")]
pub struct UnmergeClient {
    #[arguments(input: $input)]
    pub unmerge_client: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct DeleteClientVariables {
    pub input: DeleteClientInput,
}

/// Hides a client from agents for good.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "DeleteClientVariables")]
pub struct DeleteClient {
    #[arguments(input: $input)]
    pub delete_client: ClientPayload,
}
#[derive(cynic::QueryVariables, Clone, Debug)]
pub struct EraseClientVariables {
    pub input: EraseClientInput,
}

/// Destroys everything personal of a client.
#[derive(cynic::QueryFragment, Clone, Debug)]
#[cynic(graphql_type = "Mutation", variables = "EraseClientVariables")]
pub struct EraseClient {
    #[arguments(input: $input)]
    pub erase_client: EraseClientPayload,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Agent")]
pub struct Colleague {
    pub id: Id,
    pub name: String,
    pub active: bool,
}

/// Who can look after a client.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct Colleagues {
    pub agents: Vec<Colleague>,
}

documents! {
    query FindClients(FindClientsVariables);
    query PhonePeople(PhoneVariables);
    query Clients(ClientsVariables);
    query ClientsByPhone(PhoneVariables);
    query OneClient(ClientVariables);
    command CreateClient(CreateClientVariables, CreateClientInput) -> ClientPayload;
    command ChangeClientDetails(ChangeClientDetailsVariables, ChangeClientDetailsInput) -> ClientPayload;
    command MarkClient(MarkClientVariables, MarkClientInput) -> ClientPayload;
    command ChangeClientOwner(ChangeClientOwnerVariables, ChangeClientOwnerInput) -> ClientPayload;
    command TagClient(TagClientVariables, ClientTagInput) -> ClientPayload;
    command UntagClient(UntagClientVariables, ClientTagInput) -> ClientPayload;
    command SetClientDoNotDisturb(SetClientDoNotDisturbVariables, SetClientDoNotDisturbInput) -> ClientPayload;
    command MergeClients(MergeClientsVariables, MergeClientsInput) -> ClientPayload;
    command UnmergeClient(UnmergeClientVariables, UnmergeClientInput) -> ClientPayload;
    command DeleteClient(DeleteClientVariables, DeleteClientInput) -> ClientPayload;
    command EraseClient(EraseClientVariables, EraseClientInput) -> Nothing;
    query Colleagues(());
}
