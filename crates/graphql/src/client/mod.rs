//! Clients: the customer records that contacts are linked to.

pub mod connection;
pub mod erasure;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod payload;
pub mod query;
