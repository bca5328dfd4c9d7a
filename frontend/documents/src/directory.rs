//! Channels and colleagues as they are chosen among. Must hold documents only.

use super::graphql::{AgentRole, ChannelKind, ChatStarts, Id};
use super::reading::Read;
use super::schema;

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Query")]
pub struct DirectoryQuery {
    pub channels: Vec<Place>,
    pub agents: Vec<Person>,
    pub counters: PlaceCounters,
}

/// How many chats there are, by channel.
#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "Counters")]
pub struct PlaceCounters {
    pub channels: Vec<PlaceCount>,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug)]
#[cynic(graphql_type = "ChannelCounters")]
pub struct PlaceCount {
    pub channel_id: Id,
    pub active: i32,
    pub archived: i32,
}

/// A channel.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Channel")]
pub struct Place {
    pub id: Id,
    pub kind: ChannelKind,
    pub name: String,
    pub connected: bool,
    pub capabilities: Starts,
}

#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "ChannelCapabilities")]
pub struct Starts {
    pub starts: ChatStarts,
}

/// A colleague.
#[derive(cynic::QueryFragment, Read, Clone, Debug, PartialEq)]
#[cynic(graphql_type = "Agent")]
pub struct Person {
    pub id: Id,
    pub name: String,
    pub role: AgentRole,
    pub active: bool,
}

documents! {
    query DirectoryQuery(());
}
