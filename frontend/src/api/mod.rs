//! The world as the SPA knows it: GraphQL types, requests over HTTP, and the live socket. Holds no state of the screen.

pub mod acts;
pub mod backoff;
pub mod chat_commands;
pub mod chat_parts;
pub mod chat_queries;
pub mod clients;
pub mod directory;
mod document;
pub mod fault;
pub mod graphql;
pub mod http;
mod json;
pub mod live;
pub mod message_commands;
pub mod mutations;
pub mod people;
pub mod queries;
pub mod refusable;
pub mod search;
pub mod starting;
pub mod subscriptions;
pub mod templates;
pub mod tokens;
pub mod workspace;

/// The schema as cynic sees it.
#[cynic::schema("hilo")]
pub mod schema {}
