//! The GraphQL API: schema, objects, subscriptions, and the limits of what may be asked.
//! Translates and nothing else: no rule of the business, no SQL, no HTTP.

pub mod authorization;
pub mod context;
#[cfg(test)]
mod docs_tests;
pub mod error;
pub mod execute;
mod follow;
pub mod language;
pub mod limits;
mod omitted;
pub mod pagination;
pub mod request;
pub mod scalars;
pub mod schema;
mod shared;

pub mod actor;
pub mod agent;
pub mod api_token;
pub mod channel;
pub mod chat;
pub mod client;
pub mod journal;
pub mod message;
mod payload;
pub mod search;
pub mod session;
pub mod template;
pub mod workspace;

pub use context::{CookieChange, CookieJar, Identity, Pace, RequestContext, Surroundings};
pub use error::{ErrorCode, Failure};
pub use execute::{Answer, Event, execute, subscribe};
pub use language::Language;
pub use request::{GraphqlRequest, NotARequest};
pub use schema::sdl;
pub use shared::Executions;
