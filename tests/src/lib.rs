//! What whole-system tests stand on: the real program over a database of its own, and its three kinds of
//! callers (GraphQL over HTTP, GraphQL over a socket, a visitor of a website). Knows no crate of Hilo.

pub mod bridge;
pub mod browser;
pub mod cluster;
pub mod company;
pub mod database;
pub mod export;
pub mod fault;
pub mod graphql;
pub mod hilo;
pub mod json;
pub mod load;
pub mod mirror;
pub mod pooler;
pub mod proxy;
pub mod queries;
pub mod schema;
pub mod socket;
pub mod visitor;
pub mod wait;
pub mod whole;

pub use bridge::Bridge;
pub use cluster::Cluster;
pub use company::Company;
pub use fault::Fault;
pub use graphql::Client;
pub use hilo::Hilo;
pub use json::At;
pub use load::Load;
pub use proxy::Proxy;
pub use visitor::Visitor;
pub use wait::until;
