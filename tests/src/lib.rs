//! What whole-system tests stand on: the real program over a database of its own, and its three kinds of
//! callers (GraphQL over HTTP, GraphQL over a socket, a visitor of a website). Knows no crate of Hilo.

pub mod browser;
pub mod company;
pub mod database;
pub mod export;
pub mod graphql;
pub mod hilo;
pub mod json;
pub mod mirror;
pub mod queries;
pub mod socket;
pub mod visitor;
pub mod wait;

pub use company::Company;
pub use graphql::Client;
pub use hilo::Hilo;
pub use json::At;
pub use visitor::Visitor;
pub use wait::until;
