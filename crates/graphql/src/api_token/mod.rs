//! API tokens: what programs show instead of a password.

pub mod mutation;
pub mod object;
pub mod query;
