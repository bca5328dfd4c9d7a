//! The world as the SPA knows it: GraphQL types, requests over HTTP, and the live socket. Holds no state of the screen.

pub mod backoff;
pub mod fault;
pub mod http;
pub mod json;
pub mod live;
pub mod request;

pub use hilo_documents::{
    acts, chat_commands, chat_queries, clients, directory, done, graphql, message_commands,
    mutations, people, queries, search, starting, subscriptions, templates, tokens, views,
    workspace,
};
